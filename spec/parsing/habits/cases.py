"""What people write out of habit in cases and assignments, and what it is called here."""

from __future__ import annotations

from . import phrases
from .fragment import WrongFragment, case, policy

_NAMED_CASE = "a case has a name, which reports show"
_WRITE_CASE = "write `case name when … {`, or `case name otherwise {`"
_WHEN = "the condition of a case stands behind `when`"
_LEFT = "what is left is marked `otherwise`, in a case with a name"
_BRACES = "the assignments of a case stand in braces"
_EACH_OUTPUT = "an answer is given output by output"
_WHOLE = "an output is assigned whole"
_OPEN = "an output is left open with `any` alone"
_ENSURE = "write `lower = any`, and `ensure lower in supported` behind it"

WRONG_CASE_FRAGMENTS: tuple[WrongFragment, ...] = (
    # ---- cases
    WrongFragment(r"when\b|otherwise\b|if\b|else\b", _NAMED_CASE, _WRITE_CASE,
                  policy("case when requested in supported { status = OK }"), before=r"\bcase\s+$"),
    WrongFragment(r"(==|!=|<=?|>=?|\.|(in|not|is|with)\b)", _NAMED_CASE,
                  _WRITE_CASE + ", and the condition behind `when`",
                  policy("case requested in supported { status = OK }"), before=r"\bcase\s+\w+\s*$", wants="WHEN"),
    WrongFragment(r"{", _LEFT, "write `case name otherwise {`", policy("case _ { status = OK }"),
                  before=r"\bcase\s+(_|default|others?|rest)\s*$", wants="WHEN"),
    WrongFragment(r"[0-9]", "a case has a name, and a number is none", "write `case name when requested == 1.0 {`",
                  policy("case 1 when a == b { }"), before=r"\bcase\s+$"),
    WrongFragment(r'"', "a name stands without quotes", "write `case name when …`", policy('case "c" when a == b { }'),
                  before=r"\b(case|invariant|assume|property|policy|host|session|scenario|refuted|vacuous)\s+$"),
    WrongFragment(r"if\b|where\b|on\b|:|=>|->|with\b|\(|,|-", _WHEN, "write `case name when … {`",
                  policy("case c if requested in supported { }"), before=r"\bcase\s+\w+\s*$", wants="WHEN"),
    WrongFragment(r"{", _WHEN, "write `case name when … {`, or `case name otherwise {`",
                  policy("case c { status = OK }"), before=r"\bcase\s+\w+\s*$", wants="WHEN"),
    WrongFragment(r"=>|->|:|then\b|do\b|begin\b|{", _BRACES, "write `case name when … { status = … }`",
                  policy("case c when a in b => { status = OK }"), before=r"\bcase\s+\w+\s+(when|otherwise)\b[^{}]*$",
                  wants="LBRACE"),
    WrongFragment(r"when\b", "`otherwise` is what is left, and has no condition", "write one of the two",
                  policy("case c otherwise when a == b { }"), before=r"\botherwise\s+$"),
    WrongFragment(r"{|=>|->|:", _LEFT, "write `case name otherwise {`", policy("default { status = OK }"),
                  before=r"\bdefault\s*$", wants="EQUAL"),
    WrongFragment(r"otherwise\b|else\b", _LEFT, "write `case name otherwise {` for it", policy("else { status = OK }"),
                  wants="CASE"),
    WrongFragment(r"(when|if|on)\b", "a policy answers by cases", "write `case name when … {` for it",
                  policy("when requested in supported { status = OK }"), wants="CASE"),
    WrongFragment(r"[\w(]", "a policy answers by cases", "write `case name when … {` for each",
                  policy("switch (requested) { }"), before=r"\b(switch|match|elif|elsif|rule|cond)\s+$", wants="EQUAL"),
    WrongFragment(r"(if|switch|match)\b", "a choice among answers is made by cases",
                  "write a `case` for each, one behind another", case("if a in b { status = OK }"), wants="ENSURE"),
    # ---- assignments
    WrongFragment(r"[\w({]", _EACH_OUTPUT, "write `status = …` and the like for each, without `return`",
                  case("return OK"), before=r"\b(return|reply|answer|yield|result)\s*$", wants="EQUAL"),
    WrongFragment(r"\w", "an output is assigned with `=` alone", "delete the word before it", case("let status = OK"),
                  before=r"\b(let|var|auto|const|assign|mut)\s+$", wants="EQUAL"),
    WrongFragment(r"(set|output)\s+\w+\s*=", "an output is assigned with `=` alone", "write `status = …`",
                  case("set status = OK"), wants="ENSURE"),
    WrongFragment(r"\w+\b(?!\s*:)", "what an output that is left open must meet stands behind `ensure`",
                  "write `ensure lower in supported`", case("assert lower in supported"),
                  before=r"\b(assert|ensures|require|requires|assume|where|such)\s+$", wants="EQUAL"),
    WrongFragment(r"[.[]", _WHOLE, "write `lower = requested with { major = 1 }` for a part of it",
                  case("lower.major = 1"), wants="EQUAL"),
    WrongFragment(r",|\(", _EACH_OUTPUT, "write an assignment for each", case("status, lower = OK, requested"),
                  before=r"^(?!.*:\s*{[^{}]*$)(.*[{}])?\s*\w+\s*$", wants="EQUAL"),
    WrongFragment(r"\(", _EACH_OUTPUT, "write an assignment for each output", case("(status, lower) = a"),
                  wants="ENSURE"),
    WrongFragment(r"<-|<=|is\b|to\b|as\b", phrases.ASSIGNED, "replace this by `=`", case("status <- OK"),
                  wants="EQUAL"),
    WrongFragment(r"in\b(?![^\n]*:)", _OPEN, _ENSURE + " instead of a variable", case("lower = any r in supported"),
                  before=r"[^=]=\s*any\s+\w+\s+$", wants="EQUAL"),
    WrongFragment(r"in\b|[<>!]", "an output that need only meet a condition is left open, and ensured of", _ENSURE,
                  case("lower in supported"), before=r"^(?!.*\b(any|given)\s+\w+\s*$).*\w\s*$", wants="EQUAL"),
    WrongFragment(r"(revision|in|where|such|with|of|when|if|from)\b", _OPEN, _ENSURE,
                  case("lower = any where lower in supported"), before=r"=\s*any\s+$"),
    WrongFragment(r"\*|\?", _OPEN, "write `lower = any`", case("lower = *"), before=r"[^=]=\s*$", wants="ANY"),
    WrongFragment(r"::\s*[A-Z]", "the values of an output stand by their names alone",
                  "write `OK` without what is before it", case("status = Status::OK"), before=r"\w$"),
    WrongFragment(r"==", "a part that `with` replaces gets its value by `=`", "replace `==` by `=`",
                  case("lower = a with { major == 1 }"), before=r"\bwith\s*{[^{}]*$", wants="EQUAL"),
    WrongFragment(r":", "a part that `with` replaces gets its value by `=`", "replace the `:` by `=`",
                  case("lower = a with { major: 1 }"), before=r"\bwith\s*{[^{}]*$", wants="EQUAL"),
)  # fmt: skip
