"""A harness for Kani: what a policy promises, over every table of up to a number of revisions."""

from __future__ import annotations

from ...model.instance import Value
from ...spec.checked import CheckedPolicy
from ...spec.core import is_true
from ...spec.syntax import Enumeration
from ..suite import Suite
from .contract import Contract, contract, reached_by
from .lowered import Lowering
from .names import LICENSE, heading, line_comment, rust_string
from .rust_language import NAMES, Rust
from .table import SuiteWords, is_word_or_name, largest

REVISIONS = 4


def text(suite: Suite, policy: CheckedPolicy, revisions: int = REVISIONS) -> str:
    """The harness, for tables of up to so many revisions.

    It says all that the policy says: of the suite, it takes the one configuration that it is for.
    Raises NotExportable.
    """
    rust = Rust(policy)
    words = SuiteWords(policy)
    build = words.build(suite)
    reached = reached_by(suite)
    harness = _harness(rust, contract(policy, reached), build, reached, revisions)
    says_build = [] if suite.config is None else ["", f"It is for one build: {words.named(suite.config)}."]
    says = heading(policy, "The promises of {policy} for {interface}, as a harness for Kani.")
    parts = (
        line_comment([LICENSE, "", *says, *says_build, "", *_usage(rust)], "//"),
        NAMES,
        rust.types(),
        rust.prelude(),
        _table(rust, revisions) if rust.borrows and build is None else "",
        harness,
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _usage(rust: Rust) -> list[str]:
    name = rust.policy.name
    parameters = "".join(f", {parameter}" for parameter in rust.parameters())
    return [
        "Beside this module stands the implementation under test:",
        "",
        "#[cfg(kani)]",
        f"mod {name}_proof;",
        "#[cfg(kani)]",
        f"fn {name}_handler(config: &{name}_proof::Config{parameters}) -> {name}_proof::Reply {{ … }}",
        "",
        f"Run `cargo kani --harness {name}_holds`. All assertions hold where the implementation conforms, and every",
        "cover is satisfied: each of the cases can be reached, and each outcome comes up. The handler is called once:",
        "what an implementation remembers from one call to the next is not looked at.",
    ]


def _table(rust: Rust, revisions: int) -> str:
    reserved = rust.word(rust.format.zeros).text
    return f"""/// The largest number of revisions in a table; the bound of `kani::unwind` is two more.
const REVISIONS: usize = {revisions};

/// Any table of well-formed revisions, ascending.
fn any_table(words: &[u64; REVISIONS]) -> &[u64] {{
    let count: usize = kani::any();
    kani::assume(count <= REVISIONS);
    let table = &words[..count];
    kani::assume(table.iter().all(|&word| word & {reserved} == 0));
    kani::assume(table.windows(2).all(|pair| pair[0] < pair[1]));
    table
}}"""


def _harness(
    rust: Rust,
    promised: Contract,
    build: dict[str, Value] | None,
    reached: frozenset[str] | None,
    revisions: int,
) -> str:
    lines: list[str] = []
    assumed: list[str] = []
    fields = [field for name, value in (build or {}).items() for field in rust.given(name, value)]
    for variable in rust.interface.configs if build is None else ():
        if variable.type == "set":
            words = f"words_of_{variable.name.id}"
            lines.append(f"    let {words}: [u64; REVISIONS] = kani::any();")
            fields.append(f"{rust.fields[variable.name.id]}: any_table(&{words})")
            continue
        for field in rust.parts(variable):
            fields.append(f"{field}: kani::any()")
            if variable.type != "bool":
                assumed.append(f"    kani::assume(config.{field} & {rust.word(rust.format.zeros).text} == 0);")
    lines += [f"    let config = &Config {{ {', '.join(fields)} }};", *assumed]
    for variable in rust.interface.inputs:
        name = rust.names[variable.name.id]
        lines.append(f"    let {name}: {rust.type(variable)} = kani::any();")
        bound = is_word_or_name(Lowering(rust.policy), variable)
        if isinstance(variable.type, Enumeration):
            values = " || ".join(f"{name} == {rust.word(number).text}" for _, number in variable.type.values)
            lines.append(f"    kani::assume({values});")
        elif not is_true(bound):
            lines.append(f"    kani::assume({rust.formula(bound)});")
    for clause in promised.assumptions:
        formula = "true" if clause.formula is None else rust.formula(clause.formula)
        lines += [line_comment([clause.says], "//", "    "), f"    kani::assume({formula});"]
    arguments = "".join(f", {name}" for name in rust.inputs())
    lines += ["", f"    let reply = super::{rust.policy.name}_handler(config{arguments});", ""]
    lines += _answers(rust, promised, reached)
    bound = (revisions if build is None else largest(build)) + 2
    attributes = ["#[kani::proof]", f"#[kani::unwind({bound})]"]
    return "\n".join((*attributes, f"fn {rust.policy.name}_holds() {{", *lines, "}"))


def _answers(rust: Rust, promised: Contract, reached: frozenset[str] | None) -> list[str]:
    """A branch for each case; where no case applies, the policy has no answer and nothing is asserted.

    Then the outcomes. What no request of a build is known to reach has no cover.
    """
    lines: list[str] = []
    for at, answer in enumerate(promised.answers):
        before = "    } else " if at else "    "
        guard = "" if answer.guard is None else f"if {rust.formula(answer.guard)} "
        lines.append(f"{before}{guard}{{")
        lines.append(line_comment([answer.says], "//", "        "))
        if reached is None or answer.case in reached:
            lines.append(f"        kani::cover!(true, {rust_string(f'case {answer.case}')});")
        else:
            lines.append("        // No request of this build is known to come here: there is no cover.")
        for clause in answer.clauses:
            if clause.formula is None:
                says = f"{clause.says}: not checked, {clause.reason}"
                lines.append(line_comment([says], "//", "        "))
            else:
                # In a message, braces would name values.
                says = rust_string(f"{answer.case}: {clause.says}".replace("{", "{{").replace("}", "}}"))
                lines.append(f"        assert!({rust.formula(clause.formula)}, {says});")
    lines.append("    }")
    if promised.outcomes:
        lines.append("    // Each outcome comes up.")
    for outcome in promised.outcomes:
        assert outcome.formula is not None
        lines.append(f"    kani::cover!({rust.formula(outcome.formula)}, {rust_string(outcome.says)});")
    return lines
