/// Asks all requests of a group, and says which answers are wrong.
#[cfg(test)]
fn check(group: &Group) {
    extern crate std;
    let config = &group.config;
    if !applies()(config) {
        return;
    }
    let mut wrong = 0;
    let mut said = std::string::String::new();
    for Vector(id, @INPUTS@expect, judge, about, wants) in group.vectors {
        let answered = || handler()(config@ARGUMENTS@);
        let answer = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(answered)) {
            Ok(reply) if judge(config@ARGUMENTS@, expect, &reply) => continue,
            Ok(reply) => std::format!("@SHOWN@"@VALUES@),
            Err(_) => "no answer: it panics".into(),
        };
        wrong += 1;
        said += &std::format!("
  vector {id} ({about}): {answer}; the policy wants {wants}");
    }
    let all = group.vectors.len();
    assert!(wrong == 0, "{wrong} of {all} vectors of {} are answered wrongly:{said}", group.name);
}

#[test]
fn some_group_applies() {
    assert!(GROUPS.iter().any(|group| applies()(&group.config)), "no group is of a configuration that applies");
}

@TESTS@
