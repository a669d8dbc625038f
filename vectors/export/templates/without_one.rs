#[cfg(test)]
fn handler() -> fn(&Config@INPUTS@) -> Reply {
    use crate::*;
    @NAME@_handler
}

#[cfg(test)]
fn applies() -> fn(&Config) -> bool {
    use crate::*;
    @NAME@_applies
}

#[cfg(test)]
#[allow(dead_code)]
fn @NAME@_handler(_: &Config@IGNORED@) -> Reply {
    panic!("the crate has no @NAME@_handler at its root")
}

#[cfg(test)]
#[allow(dead_code)]
fn @NAME@_applies(_: &Config) -> bool {
    panic!("the crate has no @NAME@_applies at its root")
}
