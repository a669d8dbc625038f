"""What people write out of habit in declarations, and what it is called here."""

from __future__ import annotations

from .fragment import WrongFragment


def _policy(items: str) -> str:
    return f"policy p for I {{ {items} }}"


def _interface(items: str) -> str:
    return f"interface I {{ {items} }}"


_USE = "another file is brought in with `use`"
_OF_THE_LIBRARY = 'write `use rmi`, or `use "mine.parley"` for a file of yours'
_DEFINE = "a formula or a term is given a name by `define`"
_STATEMENT = "a statement that must hold is an `invariant`; of a session, a `property`"
_TYPES = "the types are `revision`, `bool`, `set of revision` and `{ NAME = 0, … }`"
_SET_TYPE = "a set is declared as `set of revision`"
_REGISTER = "a register stands behind `in`"
_BITS = "a field is laid out by its bits, the highest first"
_LAYOUT = "write `major[30:16]`"
_FOR = "what a policy or a host is for stands behind `for`"
_QUOTE = "a text in double quotes says where it comes from"
_REASON = 'an expected verdict is written `expect refuted CLAIM "why"`'

WRONG_DECLARATION_FRAGMENTS: tuple[WrongFragment, ...] = (
    WrongFragment(
        r"\.parley\b", "a file of the library goes without its ending, and one of yours stands in double quotes",
        'write `use rmi`, or `use "./mine.parley"`', "use rmi.parley", before=r"^\s*use\s+\w+$",
    ),
    WrongFragment(
        r"(import|include|require|open|load|EXTENDS|INSTANCE|using|mod|module)\b", _USE, _OF_THE_LIBRARY,
        "import rmi", wants="USE",
    ),
    WrongFragment(r"#\s*(include|import)\b", _USE, _OF_THE_LIBRARY + ", without `#`", '#include "rmi.parley"'),
    WrongFragment(r"from\s+\w+\s+import\b", _USE, "write `use rmi` alone", "from rmi import *", wants="USE"),
    WrongFragment(r"::", _USE, "write `use rmi`: all its names arrive", "use rmi::*", before=r"\buse\s+\w+$"),
    WrongFragment(r"<", _USE, "write `use rmi` without brackets", "use <rmi>", before=r"\buse\s+$"),
    WrongFragment(
        r"#\s*define\b", _DEFINE, "write `define f(a, b) = …` without `#`", "#define f(a, b) a == b"
    ),
    WrongFragment(r"#\s*!", "there is no first line that names a program", "delete it", "#!/usr/bin/parley"),
    WrongFragment(
        r"[%;]|\(\*", "a comment starts with `//` and ends with its line", "write `//` before it",
        "; a comment", before=r"^\s*$", wants="USE",
    ),
    WrongFragment(
        r"(fn|def|defun|func|function|pred|predicate|macro|fun|let|const|constant|var|CONSTANT|VARIABLE)\b", _DEFINE,
        "write `define f(a, b) = …`, or `define f = …` without parameters", "fn f(a, b) = a == b", wants="DEFINE",
    ),
    WrongFragment(
        r"(assert|require|requires|ensures|guarantee|guarantees|lemma|theorem|axiom|fact|check|prove|goal|always"
        r"|THEOREM|ASSUME|Inv|inv|property)\b",
        _STATEMENT, "write `invariant name: …`; what is taken for granted is `assume name: …`",
        _interface("assert a: true"), wants="INVARIANT",
    ),
    WrongFragment(
        r"\w+\s*:(?!:)", _STATEMENT, "write `invariant name: …` in the interface or the policy",
        _policy("assert a: true"), before=r"\b(assert|require|requires|ensures|guarantee|always)\s+$", wants="EQUAL",
    ),
    WrongFragment(
        r"(test|example|examples)\b", "a worked example is a `scenario`", "write `scenario name for policy { … }`",
        "test s for p { then true }", wants="SCENARIO",
    ),
    WrongFragment(
        r"(client|caller|guest|kernel)\b", "a caller is a `host`", "write `host name for INTERFACE { … }`",
        "client h for I { knows any }", wants="HOST",
    ),
    WrongFragment(
        r"(class|impl|rmm|server|implementation)\b", "an implementation is a `policy`",
        "write `policy name for INTERFACE { … }`", "impl p for I { }", wants="POLICY",
    ),
    WrongFragment(
        r":|of\b|implements\b|\(|->", _FOR, "write `policy name for INTERFACE {`", "policy p : I { }",
        before=r"\b(policy|host|scenario)\s+\w+\s*$", wants="FOR",
    ),
    WrongFragment(
        r"{", _FOR, "write `for` and its name before the `{`", "host h { knows any }",
        before=r"\b(policy|host|scenario)\s+\w+\s*$", wants="FOR",
    ),
    WrongFragment(
        r"for\s+(?!for\b)\w+", "a declaration has a name, which reports show", "write `policy name for INTERFACE {`",
        "policy for I { }", before=r"\b(policy|host|scenario)\s*$",
    ),
    WrongFragment(
        r"extends\b|inherits\b|refine\b|:", "what a policy allows no less than is named behind `refines`",
        "write `policy name for INTERFACE refines OTHER {`", "policy p for I extends q { }",
        before=r"\bpolicy\s+\w+\s+for\s+\w+\s*$",
    ),
    WrongFragment(
        r":|extends\b|\(", "an interface stands for itself", "write `interface NAME {`", "interface J : I { }",
        before=r"\binterface\s+\w+\s*$",
    ),
    WrongFragment(r"\w", _QUOTE, 'write `from "DEN0137 B4.3.23"`', "interface I from DEN0137 { }",
        before=r"\bfrom\s+$"),
    # ---- what an interface declares
    WrongFragment(
        r"(u?int(8|16|32|64)?(_t)?|u(8|16|32|64)|i(32|64)|usize|size_t|unsigned|long|string|str|enum|number|integer"
        r"|boolean|Bool|Revision|version|word|register|bits)\b",
        _TYPES, "choose one of them", _interface("output o : uint64"), before=r":\s*$", wants="SET",
    ),
    WrongFragment(
        r"(list|array|sets|Set|vec|Vec|seq|Seq|vector)\b|\[|{\s*revision", _SET_TYPE, "write `set of revision`",
        _interface("config s : list of revision"), before=r":\s*$", wants="SET",
    ),
    WrongFragment(r"{\s*revision|revision\s*}", _SET_TYPE, "write `set of revision` without braces",
                  _interface("config s : {revision}"), before=r":\s*{?\s*$"),
    WrongFragment(r"<|\[|\(", _SET_TYPE, "write `set of revision` without brackets",
                  _interface("config s : set<revision>"), before=r"\bset\s*$", wants="OF"),
    WrongFragment(r"revisions\b|\w", _SET_TYPE, "replace this by `revision`",
                  _interface("config s : set of revisions"), before=r"\bset\s+of\s+$"),
    WrongFragment(r"\[", _SET_TYPE, "write `set of revision` without `[]`", _interface("config s : revision[]"),
                  before=r":\s*revision\s*$"),
    WrongFragment(
        r"=|is\b|revision\b|bool\b|set\b", "a type stands behind `:`", "write `output lower : revision`",
        _interface("output o revision"), before=r"\b(config|input|output)\s+\w+\s*$", wants="COLON",
    ),
    WrongFragment(
        r"\w", "a type stands behind the name and a `:`", "write `output lower : revision`",
        _interface("output uint64 o"), before=r"\b(config|input|output)\s+\w+\s+$", wants="COLON",
    ),
    WrongFragment(
        r"(u?int(8|16|32|64)?(_t)?|u64|unsigned|long|enum|struct|bitfield|bool|typedef)\b",
        "an interface declares `config`, `input` and `output`, each with its type behind `:`",
        "write `output lower : revision`", _interface("uint64 o"), wants="CONFIG",
    ),
    WrongFragment(
        r"at\b|@|\(|->|=>|register\b|reg\b|as\b", _REGISTER, "write `output lower : revision in x1`",
        _interface("input q : revision at x1"), before=r"\b(input|output)\s+\w+\s*:\s*[^:]*$", wants="IN",
    ),
    WrongFragment(
        r"[,}]", "each value of an enumeration has a number, which stands in the register",
        "write `{ RMI_SUCCESS = 0, RMI_ERROR_INPUT = 1 }`", _interface("output o : { OK, BAD }"),
        before=r":\s*{[^{}]*\w\s*$", wants="EQUAL",
    ),
    WrongFragment(
        r";", "the values of an enumeration have commas between them", "replace the `;` by `,`",
        _interface("output o : { OK = 0; BAD = 1 }"), before=r":\s*{[^{}]*$",
    ),
    WrongFragment(
        r";", "what stands in braces has commas between", "replace the `;` by `,`",
        "scenario s for p { given a = {1.0; 1.1} }", before=r"(=|\bin)\s*{[^{}]*$",
    ),
    WrongFragment(
        r"[0-9]", "what stands in braces has commas between", "put a `,` before this",
        "scenario s for p { given a = {1.0 1.1} }", before=r"{[^{}]*[0-9]\s+$", wants="COMMA",
    ),
    WrongFragment(
        r":", "the number of an enumeration's value stands behind `=`", "replace the `:` by `=`",
        _interface("output o : { OK : 0 }"), before=r":\s*{[^{}]*\w\s*$", wants="EQUAL",
    ),
    WrongFragment(
        r"==", "the number of an enumeration's value stands behind `=`", "replace `==` by `=`",
        _interface("output o : { OK == 0 }"), before=r":\s*{[^{}]*\w\s*$", wants="EQUAL",
    ),
    WrongFragment(
        r":|[0-9]|\w|=|\(", _BITS, _LAYOUT, _interface("revision { major : 15 }"),
        before=r"\brevision\s*{[^{}]*\w\s*$", wants="LSQB",
    ),
    WrongFragment(
        r"\.\.|-|,", _BITS, _LAYOUT + ", with `:`", _interface("revision { major[30..16] }"),
        before=r"\brevision\s*{[^{}]*\[\s*[0-9]+\s*$",
    ),
    WrongFragment(
        r"[,;]", "the fields of a layout have white space between them, and nothing else", "delete this",
        _interface("revision { major[63:32], minor[31:0] }"), before=r"\brevision\s*{[^{}]*$",
    ),
    WrongFragment(
        r"=|:|is\b", "a field that must be zero is marked `zero`", "write `reserved[63:31] zero`",
        _interface("revision { reserved[63:0] = 0 }"), before=r"\brevision\s*{[^{}]*\]\s*$",
    ),
    WrongFragment(
        r"[=:]|\w", "a format is laid out in braces",
        "write `revision { reserved[63:31] zero major[30:16] minor[15:0] }`",
        _interface("revision = { minor[63:0] }"), before=r"\brevision\s*$", wants="LBRACE",
    ),
    WrongFragment(r"{", "the body of a `define` stands behind `=`", "write `define f(a, b) = …` without braces",
                  "define f(a, b) { a == b }", before=r"\bdefine\s+\w+\s*(\([^()]*\))?\s*$"),
    WrongFragment(r":=?|->|return\b|is\b|as\b", "the body of a `define` stands behind `=`",
                  "write `define f(a, b) = …`", "define f(a, b): a == b",
                  before=r"\bdefine\s+\w+\s*(\([^()]*\))?\s*$"),
    WrongFragment(r"\w+\s*(\w|=)", "the parameters of a `define` stand in parentheses",
        "write `define f(a, b) = …` for it",
                  "define f a b = a == b", before=r"\bdefine\s+\w+\s+$"),
    WrongFragment(
        r"\w+|{", "a statement has a name, and `:` before its formula", "write `invariant name: …`",
        _interface("invariant a b == c"), before=r"\b(property|invariant|assume)\s+\w+\s*$", wants="COLON",
    ),
    # ---- expectations and worked examples
    WrongFragment(
        r"\w", _REASON, "only `refuted` and `vacuous` are expected; that a claim is proved needs no `expect`",
        _policy('expect proved total "x"'), before=r"\bexpect\s+$", wants="REFUTED",
    ),
    WrongFragment(
        r"\w|=|:|}|,|-", _REASON, "write the reason in double quotes behind the claim",
        _policy("expect refuted total because a"), before=r"\bexpect\s+(refuted|vacuous)\s+[\w.]+\s*$", wants="STRING",
    ),
    WrongFragment(
        r",|and\b", "each `given` gives one constant",
        "write another `given` for the next; a set stands in braces, as in `{1.0, 1.1}`",
        "scenario s for p { given a = 1.0, b = 1.1 }", before=r"\bgiven\s+\w+\s*=\s*[^{}]*$", wants="GIVEN",
    ),
    WrongFragment(
        r"=>|->|expect\b|expects\b|assert\b|should\b", "what must hold stands behind `then`", "replace this by `then`",
        "scenario s for p { given a = 1.0 => b == c }", wants="THEN",
    ),
    WrongFragment(
        r"in\b|[<>!]", "a `given` gives a constant",
        "write `given supported = {1.0, 1.1}`; leave out what may be anything",
        "scenario s for p { given a in b }", before=r"\bgiven\s+\w+\s*$",
    ),
    WrongFragment(
        r"==|:=?|is\b", "a constant is given with `=`", "replace this by `=`", "scenario s for p { given a == 1.0 }",
        before=r"\bgiven\s+\w+\s*$",
    ),
    WrongFragment(
        r":|{", "a formula stands right behind `then`", "delete this", "scenario s for p { then: a == b }",
        before=r"\bthen\s*$",
    ),
    WrongFragment(
        r"(when|with|assume|let|set|if|where)\b|\w+\s*=(?!=)", "what a worked example is about stands behind `given`",
        "write `given requested = 1.0`", "scenario s for p { when a = 1.0 }", wants="GIVEN",
    ),
    # ---- time, in sessions
    WrongFragment(
        r"\w|\(", "a `property` is of the end of a run, and an `invariant` of each round: there is no time in formulas",
        "write `accepted implies …`, or what `rounds` is", "session s : h with p { property a: eventually accepted }",
        before=r"\b(eventually|always|finally|globally|next|until|EF|AG|AF)\s+$",
    ),
    WrongFragment(
        r"<>|\[\s*\]", "a `property` is of the end of a run, and an `invariant` of each round: there is no time here",
        "write `accepted implies …`, or what `rounds` is", "session s : h with p { property a: <> accepted }",
        wants="NUMBER",
    ),
    # ---- rules of hosts
    WrongFragment(
        r"(accept|request|give)\b", "a rule's action stands behind `=>`", "put `=>` before it",
        "host h for I { on a == b accept c }", wants="ARROW",
    ),
    WrongFragment(
        r",|;", "a rule has one condition", "join its parts by `and`", "host h for I { on a == b, b == c => give up }",
        before=r"\bon\b[^{}=]*.*$", wants="ARROW",
    ),
    WrongFragment(
        r"return\b|accepted\b|agreed\b", "an action is `request …`, `accept …` or `give up`",
        "write `accept …` to settle on a revision", "host h for I { otherwise => return a }", wants="GIVE_UP",
    ),
)  # fmt: skip
