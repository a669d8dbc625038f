"""Every fault of a text: its code, its place, what it says, and that nothing else is said."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from parley.spec.diagnostics import all_codes
from parley.spec.load import Loader, library_names
from parley.spec.parsing.habits.names import WRONG_NAMES
from parley.spec.source import Source

if TYPE_CHECKING:
    from parley.spec.diagnostics import Diagnostic
    from parley.spec.parsing.habits.names import WrongName

NOWHERE = Path("/nowhere/test.parley")


def problems_of(text: str) -> list[Diagnostic]:
    loader = Loader()
    program = loader.load_source(Source("test.parley", text), NOWHERE)
    assert (program is None) == bool(loader.problems)
    return loader.problems


class Fault(NamedTuple):
    """A text with one fault, at the first character behind `»`."""

    code: str
    text: str
    message: str
    help: str = ""
    related: str = ""


# ---- texts with room for a fault ------------------------------------------------------------------------


def interface(*items: str, layout: str = "reserved[63:31] zero  major[30:16]  minor[15:0]") -> str:
    """An interface with a layout, a config of each type, an input, outputs and `define`s, and more items."""
    return "\n".join((
        "interface I {",
        f"    revision {{ {layout} }}",
        "    config set_ : set of revision",
        "    config least : revision",
        "    config lax : bool",
        "    input  req : revision in x1",
        "    output st : { OK = 0, BAD = 1 } in x0",
        "    output low : revision in x1",
        "    define near(a, b) = a.major == b.major",
        "    define same(a, b)",
        *(f"    {item}" for item in items),
        "}",
        "",
    ))  # fmt: skip


def policy(*items: str, head: str = "policy p for I", case: str = "case c otherwise { st = OK low = req }") -> str:
    body = "\n".join(f"    {item}" for item in (*items, case) if item)
    return f"{interface()}{head} {{\n{body}\n}}\n"


def scenario(*items: str, head: str = "scenario s for p") -> str:
    return policy() + f"{head} {{ {' '.join(items)} }}\n"


def host(
    *rules: str, knows: str = "knows 1.1, 1.0", start: str = "start request 1.1", head: str = "host h for I"
) -> str:
    """A policy and a host, which does something about a reply by itself."""
    return policy() + alone(head, knows, start, *(rules or ("on st == OK => accept req", "otherwise => give up")))


def any_host(*rules: str) -> str:
    return host(*rules, knows="knows any up to 4", start="start request max known")


def session(*items: str, head: str = "session s : h with p", before: str = "") -> str:
    return (before or host()) + alone(head, *(items or ("property safe: accepted implies agreed in known",)))


def alone(head: str, *items: str) -> str:
    """A declaration by itself."""
    return f"{head} {{\n{''.join(f'    {item}{chr(10)}' for item in items)}}}\n"


def of_session(*items: str, before: str = "") -> str:
    return session(before=before) + f"scenario w for s {{ {' '.join(items)} }}\n"


def formula(text: str) -> str:
    return interface(f"invariant i: {text}")


def layout(text: str) -> str:
    return interface(layout=text)


def short(text: str, *items: str) -> str:
    """A formula where a revision has 32 bits."""
    text = text.replace("r == r", "req == req")
    return interface(f"invariant i: {text}", *items, layout="reserved[31] zero  major[30:16]  minor[15:0]")


_NAMED = ("input r : revision or { PING }", "output v : revision or { NO = -1 }")


def named(text: str) -> str:
    """A formula where variables may have names for their values."""
    return short(text, *_NAMED)


def assigning(text: str) -> str:
    """A policy with an assignment there."""
    others = "".join(f" {n} = {v}" for n, v in {"low": "req", "st": "OK", "v": "req"}.items() if not text.startswith(n))
    return short("r == r", *_NAMED) + f"policy p for I {{ case c otherwise {{ {text}{others} }} }}"


ANSWERED = interface(
    "config span : range of revision",
    "output more : set of revision",
    "define all = span",
    "define either(s, t) = if lax then s else t",
) + alone("policy p for I", "case c otherwise { st = OK low = req more = TERM }")

SPANNED = interface(
    "config span : range of revision",
    "output more : range of revision",
    "define all = set_",
    "define either(s, t) = if lax then s else t",
) + alone("policy p for I", "case c otherwise { st = OK low = req more = TERM }")

SYNTAX = [
    Fault("P100", "»$", "the character `$` has no meaning", "a declaration or the end of the file"),
    Fault("P100", "define f(a) = a == »\x07", "the character `\\x07` has no meaning", "a term"),
    Fault("P100", "define »max(a) = a", "`max` is a word of the language and cannot be a name", "another name"),
    Fault("P100", "interface I { config a »} }", "`}` cannot stand here", "`:`"),
    Fault("P100", "define f(a) = a == »of", "`of` cannot stand here", "a term"),
    Fault("P100", "define f(a) = »of", "`of` cannot stand here", "a formula or a term"),
    Fault("P100", "define f(a) = a »\"DEN0137\"", "cannot stand here", "an operator such as `and` or `==`"),
    Fault("P100", "policy p for I { case c »} }", "`}` cannot stand here", "`otherwise` or `when`"),
    Fault("P100", "interface I { output x : »zz }", "`zz` cannot stand here", "`bool`, `range of`, `revision`, `set` or `{`"),
    Fault("P101", "define f(a, b) = a == b »&& b == a", "the conjunction is written `and`", "replace it by `and`"),
    Fault("P101", "define f(a) = a == »1_0", "a number has digits only", "a name starts with a letter"),
    Fault("P102", "policy p for I {»", "the file ends too early", "`}`", "this `{` is not closed"),
    Fault("P102", "define f(a) =»", "the file ends too early", "a formula or a term"),
    Fault("P102", interface() + "policy p for I {\n»policy q for I { case c otherwise { st = OK low = req } }",
          "before this `policy` is not closed", "`}`", "this `{` is not closed"),
    Fault("P102", "policy p for I {\n case a otherwise { st = OK\n »case b otherwise { st = OK }\n}",
          "before this `case` is not closed", "`}`"),
    Fault("P102", "policy p for I {\n /// a worked example\n»scenario s for p { then a }",
          "before this `scenario` is not closed", "`}`"),
    Fault("P103", f"define f(a) = »{'not ' * 100}a", "nested too deeply", "`define`"),
    Fault("P103", f"define f(a) = »{'(' * 1495}a{')' * 1495}", "nested too deeply", "`define`"),
    Fault("P107", f"define »{'n' * 101}(a) = a", "101 letters", "a shorter name"),
    Fault("P104", "interface I from »\"DEN0137 {\n", "this string does not end", "`\"`"),
]  # fmt: skip

NAMES = [
    Fault("P110", "»use rmy", "the library has no `rmy`", "did you mean `rmi`?"),
    Fault("P110", "»use \"nowhere.parley\"", "there is no file `nowhere.parley`", "path"),
    Fault("P110", "»use \"a\0b\"", "`a\\x00b` cannot be read", "path"),
    Fault("P201", formula("»rec == low"), "nothing is called `rec` here", "did you mean `req`?"),
    Fault("P201", formula("»zzz"), "nothing is called `zzz` here", "declare it"),
    Fault("P201", formula("»True"), "nothing is called `True` here", "write `true`"),
    Fault("P201", formula("»neer(low, req)"), "no `define` is called `neer`", "did you mean `near`?"),
    Fault("P201", formula("(some r in set_: r == low) and »r == low"), "nothing is called `r`"),
    Fault("P201", "define f(a) = a == »req", "nothing is called `req` here"),
    Fault("P202", interface("config »req : bool"), "`req` is declared twice", "rename", "first declared here"),
    Fault("P202", interface("output more : { NEW = 0, »OK = 1 }"), "`OK` is declared twice", "rename"),
    Fault("P202", interface("define »near(a, b) = lax"), "`near` is declared twice", "rename"),
    Fault("P202", interface("assume i: lax", "invariant »i: lax"), "`i` is declared twice", "rename"),
    Fault("P202", interface("invariant »total: lax"), "a claim that `check` makes by itself", "another name"),
    Fault("P202", "define near(a) = a\n" + interface().replace("define near", "define »near"), "declared twice"),
    Fault("P202", "define OK = true\n" + interface().replace("OK", "»OK"), "`OK` is declared twice"),
    Fault("P202", policy(head="policy »I for I"), "`I` is declared twice", "rename", "first declared here"),
    Fault("P202", layout("a[63:32] zero b[31:16] »a[15:0]"), "the field `a` is declared twice", "rename"),
    Fault("P202", policy("case »c when lax { st = OK low = req }").replace("»c when", "c when").replace(
        "case c otherwise", "case »c otherwise"), "the case `c` is declared twice", "rename"),
    Fault("P202", policy("define d(a) = a", "define »d(a) = a"), "`d` is declared twice", "rename"),
    Fault("P202", policy("define »low = req"), "declared by the interface already", "another name"),
    Fault("P202", "define g(a) = a\n" + policy("define »g(a) = a"), "`g` is declared twice", "replaces"),
    Fault("P202", policy("invariant i: lax", "assume »i: lax"), "`i` is declared twice", "another name"),
    Fault("P202", policy("invariant »defined: lax"), "a claim that `check` makes by itself"),
    Fault("P202", policy('expect refuted total ""', 'expect refuted »total ""'), "`total` is expected twice"),
    Fault("P202", formula("low == req with { major = 1, »major = 2 }"), "this part is replaced twice", "delete"),
    Fault("P202", scenario("then lax") + "scenario »s for p { then lax }", "has a claim `s` already", "rename"),
    Fault("P202", scenario("then lax", head="scenario »total for p"), "has a claim `total` already"),
    Fault("P203", policy(head="policy p for »J"), "no interface is called `J`", "declare the interface"),
    Fault("P203", policy(head="policy p for »i"), "no interface is called `i`", "did you mean `I`?"),
    Fault("P204", policy(head="policy p for I refines »q"), "no policy is called `q`", "declare the policy"),
    Fault("P204", scenario("then lax", head="scenario s for »P"), "no policy or session is called `P`", "mean `p`?"),
    Fault("P205", policy(case="case c when »low == req { st = OK low = req }"), "`low` cannot be read here", "guard"),
    Fault("P205", policy("define g(a) = a == low", case="case »c when g(req) { st = OK low = req }"),
          "the guard of `c` comes to read the output `low`", "`define`"),
    Fault("P205", interface("assume a: lax and »low == req"), "an assumption cannot speak of the output `low`",
          "`invariant`"),
    Fault("P205", interface("define g(a) = a == low", "assume a: »g(req)"), "cannot speak of the output `low`"),
    Fault("P205", interface("assume a: near(req, least)") + "policy »p for I { define near(a, b) = a == low\n"
          "case c otherwise { st = OK low = req } }", "the assumption `a` comes to speak of the output `low`"),
    Fault("P205", scenario("given req = »least then lax"), "`least` cannot be read here", "constants"),
    Fault("P205", scenario("given lax = »same(1.0, 1.1) then lax"), "uses `same`, which has no body", "constants"),
    Fault("P205", policy("define g(a) = a == low") + "scenario s for p { given lax = »g(1.0) then lax }",
          "this comes to read `low` through a `define`", "constants"),
    Fault("P206", formula("req.»mayor == 1"), "no field `mayor`", "did you mean `major`?"),
    Fault("P206", formula("low == req with { »x = 1 }"), "no field `x`", "`reserved`, `major` and `minor`"),
    Fault("P207", "define »f(a) = f(a)", "`f` is defined by itself", "recursive"),
    Fault("P207", "define »f(a) = g(a)\ndefine g(a) = h(a)\ndefine h(a) = f(a)", "itself, through `g` and `h`"),
    Fault("P207", policy("define »near(a, b) = d(a, b)", "define d(a, b) = near(a, b)"), "itself, through `d`"),
    Fault("P208", formula("»near(low)"), "`near` takes 2 arguments, and 1 is given", "`a` and `b`", "defined here"),
    Fault("P208", formula("»near"), "`near` takes 2 arguments, and none is given"),
    Fault("P208", formula("»lax(low)"), "`lax` takes no arguments", "`define`"),
    Fault("P208", "define g = true\ndefine f(a) = »g(a)", "`g` takes no arguments, and 1 is given", "alone"),
    Fault("P208", policy("define »near(a) = lax"), "`near` takes 2 arguments in the interface", "parameters"),
    Fault("P209", policy('expect refuted »totl ""'), "`p` has no claim `totl`", "did you mean `total`?"),
    Fault("P209", policy('expect refuted »reachable.d ""'), "`p` has no claim `reachable.d`", "`reachable.c`?"),
    Fault("P209", policy('expect refuted »z ""'), "no claim `z`", "its claims are `satisfiable`, `total`"),
    Fault("P210", formula("some »low in set_: low == req"), "`low` has a meaning here already", "variable"),
    Fault("P210", formula("some r in set_: every »r in set_: r == req"), "`r` has a meaning here already"),
    Fault("P210", formula("low == max »lax in set_ where lax == req"), "`lax` has a meaning here already"),
    Fault("P210", "define f(a, »a) = a == a", "`a` has a meaning here already", "parameter"),
    Fault("P210", interface("define f(»low) = lax"), "`low` has a meaning here already", "parameter"),
    Fault("P211", policy("»req = 1.0"), "`req` is an input; only outputs are assigned", "its outputs are"),
    Fault("P211", policy("»lax = true"), "`lax` is a config; only outputs are assigned"),
    Fault("P211", policy(case="case c otherwise { st = OK »lo = req }"), "`I` has no output `lo`", "mean `low`?"),
    Fault("P211", policy("»OK = 1.0"), "`I` has no output `OK`", "its outputs are `low` and `st`"),
]  # fmt: skip

TYPES = [
    Fault("P301", formula("»req == 1"), "a revision is compared with a number", "such as 1.0"),
    Fault("P301", formula("»req.major == 1.0"), "a number is compared with a revision", "the number alone"),
    Fault("P301", formula("»st == 0"), "a value of `st` is compared with a number", "have names"),
    Fault("P301", formula("»st == 0x0"), "compared with a revision or a number", "have names"),
    Fault("P301", formula("»st == lax"), "a value of `st` is compared with true or false"),
    Fault("P301", formula("low == »set_").replace("low == »", "»low == "), "with a set of revisions", "`max` or `min`"),
    Fault("P301", formula("low in »req"), "a revision, and a set of revisions is wanted", "`{1.0}`"),
    Fault("P301", formula("»req implies lax"), "a revision, and true or false is wanted", "compare it with `==`"),
    Fault("P301", formula("lax and (»1)"), "a number, and true or false is wanted"),
    Fault("P301", formula("near(»1, low)"), "a number, and `near` takes a revision", "hexadecimal", "defined here"),
    Fault("P301", formula("low == max {»set_}"), "a set of revisions, and a revision is wanted", "`max` or `min`"),
    Fault("P301", formula("low == if lax then low else »1"), "a number, and a revision is wanted"),
    Fault("P301", formula("low == if »low then low else low"), "a revision, and true or false is wanted"),
    Fault("P301", formula("some r in »low: r == low"), "a revision, and a set of revisions is wanted"),
    Fault("P301", formula("low in 1.0..»2"), "a number, and a revision is wanted"),
    Fault("P301", formula("low == req with { major = »1.0 }"), "a revision, and a number is wanted"),
    Fault("P301", formula("(»req.major).minor == 1"), "a number, and a revision is wanted"),
    Fault("P301", policy(case="case c otherwise { st = »req low = req }"), "a revision, and a value of `st`", "names"),
    Fault("P301", policy("define near(a, b) = »a.major"), "a number, and true or false is wanted"),
    Fault("P301", scenario("given set_ = »1.0 then lax"), "a revision, and a set of revisions is wanted", "`{1.0}`"),
    Fault("P301", "define less(a, b) = a < b\n" + formula("less(»st, 1.0)"), "and `less` takes a revision or a number",
          "ordered"),
    Fault("P301", "define is_it(a, b) = a == b\n" + formula("is_it(set_, »low)"), "and `is_it` takes a set of revisions"),
    Fault("P301", formula("»st in {OK, BAD}"), "a value of `st`, and a revision is wanted", "join that by `or`"),
    Fault("P301", formula("»1 is empty"), "a number, and a set of revisions is wanted", "write a set of revisions"),
    Fault("P302", formula("»st < OK"), "a value of `st` has no order", "ordered"),
    Fault("P302", formula("»lax >= lax"), "true or false has no order"),
    Fault("P302", formula("»set_ <= set_"), "a set of revisions has no order", "every r in a: r in b"),
    Fault("P302", formula("»1.0..1.1 < {}"), "a set of revisions has no order", "every r in a: r in b"),
    Fault("P301", formula("»set_ != req"), "a set of revisions is compared with a revision", "`in`"),
    Fault("P301", formula("»1.0..1.1 == req"), "a set of revisions is compared with a revision", "`in`"),
    Fault("P303", formula("low == »1.0.0"), "a revision has 2 numbers here, and this one has 3", "major.minor"),
    Fault("P303", formula("low == »32768.0"), "does not fit in `major`, which has 15 bits", "32767"),
    Fault("P303", formula(f"low == »1.{'9' * 5000}"), "does not fit in `minor`, which has 16 bits", "65535"),
    Fault("P303", formula(f"low.major == »{'9' * 5000}"), "does not fit in 64 bits", "0xffffffffffffffff"),
    Fault("P303", formula("low == »0x10000000000000000"), "does not fit in 64 bits"),
    Fault("P303", formula("low == req with { minor = »65536 }"), "which has 16 bits", "65535"),
    Fault("P303", formula("low == req with { [3] = »2 }"), "which has 1 bit", "the largest is 1"),
    Fault("P303", interface("output more : { »BIG = 0x10000000000000000 }"), "the number of `BIG` does not fit"),
    Fault("P303", "define old(r) = r < »1.0.0\n" + formula("old(low)"), "a revision has 2 numbers here"),
    Fault("P303", scenario("given set_ = {1.0, »0x80000000} then lax"), "`reserved` is not zero here", "1.0"),
    Fault("P305", formula("low == max r in »1.0..2.0 where r in set_"), "a range has no `max` here", "ends"),
    Fault("P305", ANSWERED.replace("TERM", "»1.0..2.0"), "`more` is a set, and this may be a range", "in braces"),
    Fault("P305", SPANNED.replace("TERM", "»set_"), "`more` is a range, and this may be none", "`1.0..1.2`"),
    Fault("P305", SPANNED.replace("TERM", "»{1.0}"), "`more` is a range, and this may be none", "`{}` for nothing"),
    Fault("P305", SPANNED.replace("TERM", "»if lax then set_ else span"), "`more` is a range, and this may be none"),
    Fault("P305", SPANNED.replace("TERM", "»all"), "`more` is a range, and this may be none"),
    Fault("P305", SPANNED.replace("TERM", "»either(set_, span)"), "`more` is a range, and this may be none"),
    Fault("P301", SPANNED.replace("TERM", "»1.0"), "this is a revision, and a set of revisions is wanted", ""),
    Fault("P301", assigning("low = »1.0..2.0"), "this is a set of revisions, and a revision is wanted", "`max` or `min`"),
    Fault("P305", ANSWERED.replace("TERM", "»span"), "`more` is a set, and this may be a range", "in braces"),
    Fault("P305", ANSWERED.replace("TERM", "»if lax then set_ else span"), "`more` is a set, and this may be a range"),
    Fault("P305", ANSWERED.replace("TERM", "»all"), "`more` is a set, and this may be a range"),
    Fault("P305", ANSWERED.replace("TERM", "»either(set_, span)"), "`more` is a set, and this may be a range"),
    Fault("P305", formula("low == min r in »1.0..2.0 where r in set_"), "a range has no `min` here", "ends"),
]  # fmt: skip

INTERFACES = [
    Fault("P401", layout("a[63:31] »b[31:16] c[15:0]"), "`a` and `b` overlap in bit 31"),
    Fault("P401", layout("a[63:16] »b[31:16] c[15:0]"), "`a` and `b` overlap in the bits 31:16"),
    Fault("P402", layout("a[63:31] zero »b[29:16] c[15:0]"), "no field has bit 30", "`reserved[30] zero` before"),
    Fault("P402", layout("reserved[63:16] zero »b[15:8]"), "no field has the bits 7:0", "`reserved2[7:0] zero` after"),
    Fault("P403", layout("»a[32:63] b[31:0]"), "`a` has no bits in a word of 64 bits", "higher bit first"),
    Fault("P403", layout("»a[64:32] b[31:0]"), "`a` has no bits in a word of 64 bits", "above 63"),
    Fault("P403", layout(f"»a[{'9' * 5000}:32] b[31:0]"), "`a` has no bits in a word of 64 bits"),
    Fault("P403", layout("a[63:32] b[15:0] »c[31:16]"), "`c` stands below `b`, and has the higher bits", "down"),
    Fault("P403", formula("low»[0:3] == 1"), "a word has the bits 63 down to 0", "[31:16]"),
    Fault("P403", formula("low == req with { »[64] = 1 }"), "a word has the bits 63 down to 0"),
    Fault("P404", "interface »I { output a : bool }", "`I` does not lay out its revisions", "`revision {"),
    Fault("P404", "interface I { »revision { } output a : bool }", "a revision has no field", "`revision {"),
    Fault("P404", layout("»a[63:0] zero"), "every field is `zero`", "leave `zero` off"),
    Fault("P404", interface("»revision { a[63:0] }"), "lays its revisions out once", "delete", "first laid out here"),
    Fault("P413", interface("output more : bool in »x31"), "`x31` is not a register", "x0 to x30"),
    Fault("P413", interface("output more : bool in »w31"), "`w31` is not a register", "w0 to w30"),
    Fault("P413", interface("output more : bool in »w0"), "x0 and w0 are one register, of `st` and `more`", "own", "the"),
    Fault("P413", interface("output more : revision in »w2"), "a revision has 64 bits here, and w2 has 32", "write x2"),
    Fault("P413", interface("output more : bool in x2 »signed"), "`more` is no revision", "leave `signed` out"),
    Fault("P413", interface("output more : revision in x2 »extended"), "`extended` means nothing", "`signed` may"),
    Fault("P303", short("low == »0x100000000"), "this number does not fit in 32 bits", "0xffffffff"),
    Fault("P303", short("low.major == »18446744073709551616"), "this number does not fit in 64 bits"),
    Fault("P405", short("r == r", "output v : revision or { »NO = 1 } in w9"), "the code of `NO` is the revision 0.1"),
    Fault("P405", short("r == r", "output v : revision or { »NO = 0x10000 }"), "`NO` is the revision 1.0", "reserved"),
    Fault("P415", short("r == r", "input q : revision or { »PING } in w9"), "`PING` has no code", "`PING = -1`"),
    Fault("P415", short("r == r", "output v : revision or { A = -1, »B = 0xffffffff }"), "the same number", "", "other"),
    Fault("P303", short("r == r", "output v : revision or { »NO = 0x100000000 }"), "does not fit in 32 bits", "largest"),
    Fault("P303", short("r == r", "output v : revision or { »NO = -0x80000001 }"), "does not fit in 32 bits", "least"),
    Fault("P303", short("r == r", "output v : { »NO = -0x80000001 } in w9"), "does not fit in 32 bits", "-0x80000000"),
    Fault(
        "P303", short("r == r", "output v : revision or { »NO = 0xffffffff } in x9 signed"), "not sign-extended", "as -1"
    ),
    Fault("P414", short("r == r", "config »v : revision or { NO }"), "a config cannot be `revision or { … }`"),
    Fault("P301", named("»v == NO"), "a revision is compared with a value of `v`", "write `v is NO`, or `is not`"),
    Fault("P301", named("»st is OK"), "a value of `st` is compared by `==`", "write `st == OK`"),
    Fault("P301", named("»st is not OK"), "a value of `st` is compared by `!=`", "write `st != OK`"),
    Fault("P301", named("»v is PING"), "`PING` is a name of `r`, and of nothing else", "ask `r is PING`"),
    Fault("P301", named("»max set_ is NO"), "`NO` is a name of `v`", "ask `v is NO`"),
    Fault("P301", named("some x in set_: »x is not NO"), "`NO` is a name of `v`", "ask `v is not NO`"),
    Fault("P201", named("v is »NOT"), "`v` has no name `NOT`", "`not`: words of the language are in lower case"),
    Fault("P201", named("v is »N0"), "`v` has no name `N0`", "its names are `NO`"),
    Fault("P201", named("v is »absent"), "`v` has no name `absent`", "its names are `NO`"),
    Fault("P201", named("low is »absent"), "this has no name `absent`", "`==` of other values"),
    Fault("P201", named("low is »EMPTY"), "this has no name `EMPTY`", "write `empty`"),
    Fault("P201", named("low is »none"), "", ""),
    Fault("P301", named("low is »req"), "`is` asks for the name of a value, and `req` is none", "`is` by `==`"),
    Fault("P301", named("low is not »req"), "`is` asks for the name", "replace `is not` by `!=`"),
    Fault("P301", assigning("v = »OK"), "this is a value of `st`, and not of `v`", "its names are `NO`"),
    Fault("P301", assigning("v = if r is PING then NO else »true"), "this is true or false", "write a revision"),
    Fault("P301", assigning("low = »NO"), "this is a value of `v`, and a revision is wanted", "`NO` is a name"),
    Fault("P403", short("low»[32] == 1"), "a word has the bits 31 down to 0"),
    Fault("P413", interface("output more : bool in »x0"), "`st` and `more` are both in x0", "own", "the other"),
    Fault("P413", interface("output more : range of revision in »x9"), "`more` is a range, and no register", "a last"),
    Fault("P413", interface("input more : range of revision in »x9"), "`more` is a range, and no register", "a first"),
    Fault("P413", interface("output more : set of revision in »x9"), "`more` is a set, and no register has one", "list"),
    Fault("P413", interface("input more : set of revision in »x9"), "`more` is a set, and no register has one", "list"),
    Fault("P414", interface("config »more : { A = 1 }"), "a config cannot be an enumeration", "`set of revision`"),
    Fault("P414", "interface »I { revision { a[63:0] } }", "`I` has no output", "`output`"),
    Fault("P415", interface("output more : { A = 1, »B = 0x1 }"), "`B` and `A` have the same number", "own", "other"),
]  # fmt: skip

TRIPLED = f"{'three(' * 20}low{')' * 20} == 1.0"


def three(text: str) -> str:
    """A text with a `define` in which the argument stands three times."""
    return "define three(a) = if a == a then a else a\n" + text


TWO = interface().replace("interface I", "interface J")
POLICIES = [
    Fault("P406", policy(case="case »c otherwise { st = OK }"), "the case `c` leaves `low` without a value", "any"),
    Fault("P406", policy(case="case »c otherwise { }"), "leaves `st` and `low` without a value"),
    Fault("P407", policy("low = req").replace("OK low", "OK »low"), "`low` is assigned twice", "delete", "first"),
    Fault("P408", policy(case="case c otherwise { st = OK »low = low }"), "`low` is assigned from itself", "case `c`"),
    Fault("P408", policy(case="case c otherwise { »st = if low == req then OK else BAD "
          "low = if st == OK then req else least }"), "`st` and `low` are assigned from each other", "of its own"),
    Fault("P409", policy("case »a otherwise { st = OK low = req }", case="case b when lax { st = OK low = req }"),
          "no case after `a` can apply", "last case"),
    Fault("P410", policy(case="").replace("policy p", "policy »p"), "`p` has no case", "otherwise"),
    Fault("P412", policy(case="case c otherwise { st = OK low = req »ensure lax }"), "no output that is left open",
          "`any`"),
    Fault("P416", TWO + policy(head="policy p for I refines »q") + "policy q for J { case c otherwise "
          "{ st = OK low = req } }", "`q` is a policy for `J`", "same interface", "declared here"),
    Fault("P417", policy(head="policy p for I refines »p"), "`p` refines itself", "without it"),
    Fault("P417", policy(head="policy p for I refines »q") + "policy q for I refines p { case c otherwise "
          "{ st = OK low = req } }\nscenario s for q { then lax }", "`p` refines itself, through `q`"),
    Fault("P418", "define f0(a) = a == a\n" + "".join(
        f"define {'»' * (n == 14)}f{n}(a) = f{n - 1}(a) and f{n - 1}(a)\n" for n in range(1, 42)), "too large", "less"),
    Fault("P418", "define f0(a) = a == a\n" + "".join(
        f"define {'»' * (n == 199)}f{n}(a) = f{n - 1}(a)\n" for n in range(1, 1001)), "is too large", "less deeply"),
    Fault("P418", "define three(a) = if a == a then a else a\n" + interface(
        f"invariant »i: low == {'three(' * 20}low{')' * 20}"), "`i` is too large", "less"),
    Fault("P418", three(interface(f"invariant i: {' and '.join(['near(low, req)'] * 30)}")) + "policy »p for I {\n"
          f"    define near(a, b) = {'three(' * 6}a{')' * 6} == b\n    case c otherwise {{ st = OK low = req }}\n}}\n",
          "`i` is too large with this policy's `define`s put in", "less"),
    Fault("P418", three(policy(case=f"case »c when {TRIPLED.replace('low', 'req')} {{ st = OK low = req }}")), "this formula is too large"),
    Fault("P418", three(scenario(f"then »{TRIPLED}")), "this formula is too large with its `define`s put in", "less"),
    Fault("P418", three(scenario(f"given lax = »{TRIPLED.replace('low', '1.0')} then lax")), "this formula is too large"),
    Fault("P419", scenario("given set_ = »1.0..1.1 then lax"), "`set_` is no range, and this is one", "`{1.0, 1.1}`"),
    Fault("P419", scenario("given »low = 1.0 then lax"), "`low` is no config or input", "`set_`, `least`"),
    Fault("P419", scenario("given »rec = 1.0 then lax"), "`rec` is no config or input", "did you mean `req`?"),
    Fault("P419", scenario("given req = 1.0 given »req = 1.0 then lax"), "`req` is given twice", "delete", "first"),
    Fault("P420", scenario("given req = 1.0", head="scenario »s for p"), "the scenario `s` says nothing", "then"),
]  # fmt: skip

SAME_READS_CONFIG = policy("define same(a, b) = a in set_ and b == b")
SAME_READS_OUTPUT = policy("define same(a, b) = a == low and b == b")
SAME_IS_LARGE = three(policy(f"define same(a, b) = {'three(' * 6}a{')' * 6} == b"))
ASKS = ("knows 1.0", "start request 1.0")
"""What a host starts with."""

MANY = [f"1.{n}" for n in range(100)]
HOSTS = [
    Fault("P203", host(head="host h for »i"), "no interface is called `i`", "did you mean `I`?"),
    Fault("P203", host(head="host h for »p"), "`p` is a policy, and no interface", "declare", "this is a policy"),
    Fault("P202", host() + alone("host »h for I", *ASKS, "otherwise => give up"), "`h` is declared twice", "rename"),
    Fault("P202", host(head="host »p for I"), "`p` is declared twice", "rename", "first declared here"),
    Fault("P421", host(knows="").replace("host h", "host »h"), "`h` does not say which revisions it knows", "`knows"),
    Fault("P421", host(knows="knows »1.1..1.0"), "this range has nothing in it", "the older revision first"),
    Fault("P421", host(knows="knows »low..1.0"), "a host knows revisions, each written out", "commas"),
    Fault("P421", host(knows="knows »range, 1.0"), "a host knows revisions, each written out", "commas"),
    Fault("P303", host(knows="knows 1.0..»0x80010001"), "well-formed revisions only", "fields"),
    Fault("P421", host(knows="knows 1.0 »knows 1.1"), "a host says once what it knows", "delete", "the other"),
    Fault("P421", host(knows="knows 1.0 »knows any"), "a host says once what it knows", "delete", "the other"),
    Fault("P421", host(knows="knows 1.0, »1.0"), "stands here twice", "delete", "first here"),
    Fault("P421", host(knows="knows 1.0, 1.1, »0x10000"), "stands here twice", "delete", "first here"),
    Fault("P421", host(knows="»knows any up to 0"), "`up to` wants a number from 1 to 64", "leave `up to` out"),
    Fault("P421", host(knows="»knows any up to 65"), "`up to` wants a number from 1 to 64"),
    Fault("P421", host(knows=f"»knows any up to {'9' * 5000}"), "`up to` wants a number from 1 to 64"),
    Fault("P421", host(knows="knows »{1.0, 1.1}"), "a host knows revisions, each written out", "`knows any`"),
    Fault("P421", host(knows="knows 1.0, »set_"), "a host knows revisions, each written out"),
    Fault("P421", host(knows="knows »true"), "a host knows revisions, each written out"),
    Fault("P421", host(knows="knows 1.1, »1.0 with { minor = 2 }"), "a host knows revisions, each written out"),
    Fault("P421", host(knows=f"knows {', '.join(MANY[:64])}, »2.0, {', '.join(MANY)}"), "lists 64 revisions at most",
          "`knows any`"),
    Fault("P301", host(knows="knows »1"), "this is a number, and a revision is wanted", "such as 1.0"),
    Fault("P303", host(knows="knows 1.1, »1.0.0"), "a revision has 2 numbers here, and this one has 3", "major.minor"),
    Fault("P303", host(knows="knows »32768.0"), "does not fit in `major`", "32767"),
    Fault("P303", host(knows="knows »0x80010000"), "`reserved` is not zero here", "such as 1.0"),
    Fault("P303", host(knows="knows »0x1ffffffffffffffff"), "does not fit in 64 bits", "0xffffffffffffffff"),
    Fault("P422", host(start="").replace("host h", "host »h"), "`h` has no first request", "`start request …`"),
    Fault("P422", host(start="start request 1.0 »start request 1.1"), "a host starts once", "delete", "the other"),
    Fault("P205", host(start="start request »req"), "`req` cannot be read here", "nothing is asked or answered yet"),
    Fault("P205", host(start="start request max r in known where r == »low"), "`low` cannot be read here", "literal"),
    Fault("P205", host(start="start request »least"), "`least` cannot be read here", "its last request, the reply"),
    Fault("P205", host("on low in »set_ => accept low"), "`set_` cannot be read here", "a host sees its last request"),
    Fault("P205", host("otherwise => request max r in »set_ where r == low"), "`set_` cannot be read here"),
    Fault("P205", host("on »w(low) => request max known").replace(
        "define same", "define w(a) = a in set_\n    define same"),
        "this comes to read `set_` through a `define`", "a host sees its last request"),
    Fault("P205", host(start="start request »if w(1.0) then 1.0 else 1.1").replace(
        "define same", "define w(a) = a == req\n    define same"), "comes to read `req` through", "start with a literal"),
    Fault("P301", host(start="start request »known"), "a set of revisions, and a revision is wanted", "`max` or `min`"),
    Fault("P301", host(start="start request »1"), "a number, and a revision is wanted", "such as 1.0"),
    Fault("P301", host("on »low => give up"), "a revision, and true or false is wanted", "compare it"),
    Fault("P301", host("otherwise => accept »st"), "a value of `st`, and a revision is wanted"),
    Fault("P301", host("on »st == 0 => give up"), "a value of `st` is compared with a number", "have names"),
    Fault("P301", host("on prefers(»1, low) => give up"), "a number, and `prefers` takes a revision", "such as 1.0",
          "it is defined here"),
    Fault("P208", host("on »prefers(low) => give up"), "`prefers` takes 2 arguments, and 1 is given", "`a` and `b`"),
    Fault("P208", host("on low in »known(low) => give up"), "`known` takes no arguments", "alone"),
    Fault("P201", host("on »accepted => give up"), "nothing is called `accepted` here"),
    Fault("P201", host("on low in »knwon => give up"), "nothing is called `knwon` here", "did you mean `known`?"),
    Fault("P210", host("on some »known in {low}: known == req => give up"), "`known` has a meaning here already"),
    Fault("P210", any_host("on some »known in {low}: known == req => give up"), "`known` has a meaning here already"),
    Fault("P210", host("on some »prefers in known: prefers == req => give up"), "`prefers` has a meaning"),
    Fault("P210", host("on low == first »low in known where low == req => give up"), "`low` has a meaning"),
    Fault("P305", host("on low == max r in »1.0..2.0 where r in known => give up"), "a range has no `max` here", "ends"),
    Fault("P418", three(host(f"on »{TRIPLED} => give up")), "this formula is too large with its `define`s put in"),
    Fault("P418", three(host(f"otherwise => request »{TRIPLED.removesuffix(' == 1.0')}")), "this formula is too large"),
    Fault("P423", host("//").replace("host h", "host »h"), "`h` has no rule for the reply", "otherwise => give up"),
    Fault("P423", host("otherwise => give up", "»on low in known => request low"), "this rule can never apply",
          "comes last", "this one always applies"),
    Fault("P423", host("otherwise => give up", "»otherwise => accept req"), "this rule can never apply"),
    Fault("P423", host(*(f"on low == {r} => request {r}" for r in MANY), "»otherwise => give up"),
          "a host has 100 rules at most", "by `or`"),
    Fault("P424", host(head="host h for »I").replace("input  req", "input two : revision input  req"),
          "`I` has 2 inputs, and a host's request is one", "one request", "declared here"),
    Fault("P424", "interface J { revision { a[63:0] } output b : bool }\n" + alone(
        "host h for »J", *ASKS, "otherwise => give up"), "`J` has no inputs, and a host's request is one"),
    Fault("P424", host(head="host »h for I").replace("lax", "known"), "`known` has a meaning of its own in `h`",
          "rename", "declared here"),
    Fault("P424", host(head="host »h for I").replace("BAD", "prefers"), "`prefers` has a meaning of its own in `h`"),
    Fault("P424", host(head="host »h for I").replace("near", "known"), "`known` has a meaning of its own in `h`"),
    Fault("P424", "define known = 1.0\n" + session(before=host(head="host »h for I")), "`known` has a meaning of its own"),
    Fault("P424", host(head="host »h for I") + "define prefers(a, b) = a > b\n", "`prefers` has a meaning of its own"),
    Fault("P426", host("otherwise => request first k in »{1.0, low} where k == req"), "`first` chooses from `known`",
          "`max` or `min`"),
    Fault("P426", policy(case="case c otherwise { st = OK low = first k in »set_ where k == req }"), "`first` chooses"),
    Fault("P426", policy(case="case c otherwise { st = OK low = first k in »known where k == req }"), "`first` chooses"),
    Fault("P426", "define f(s, r) = r == first k in »s where k == r\n" + host("on f(known, low) => give up"), "`first`"),
    Fault("P426", "define f(known, r) = r == first k in »known where k == r", "`first` chooses", "`max` or `min`"),
]  # fmt: skip

SESSIONS = [
    Fault("P202", session(head="session »p : h with p"), "`p` is declared twice", "rename", "first declared here"),
    Fault("P202", session(head="session »p : h with p") + "scenario w for p { then accepted }", "`p` is declared twice"),
    Fault("P202", session(head="session »h : h with p"), "`h` is declared twice", "rename", "first declared here"),
    Fault("P202", session("property »terminates: accepted"), "a claim that `check` makes by itself", "another name"),
    Fault("P202", session("invariant »requests_known: lax"), "a claim that `check` makes by itself"),
    Fault("P202", session("property a: lax", "property »a: accepted"), "`a` is declared twice", "another", "first"),
    Fault("P202", session("assume a: lax", "invariant »a: lax"), "`a` is declared twice", "another", "first"),
    Fault("P202", session("assume »a: lax", before=host().replace("{\n    case", "{\n    assume a: lax\n    case")),
          "`a` is declared twice", "another name", "first declared here"),
    Fault("P202", session('expect refuted defined ""', 'expect refuted »defined ""'), "`defined` is expected twice"),
    Fault("P202", of_session("then accepted") + "scenario »w for s { then gave_up }", "has a claim `w` already"),
    Fault("P202", of_session("then accepted") + "scenario »safe for s { then gave_up }", "has a claim `safe` already"),
    Fault("P202", of_session("then lax") + "scenario »terminates for s { then lax }", "a claim `terminates` already"),
    Fault("P212", session(head="session s : »hh with p"), "no host is called `hh`", "did you mean `h`?"),
    Fault("P212", session(head="session s : »p with p"), "`p` is a policy, and no host", "declare", "a policy"),
    Fault("P204", session(head="session s : h with »q"), "no policy is called `q`", "declare the policy"),
    Fault("P204", session(head="session s : h with »h"), "`h` is a host, and no policy", "declare", "this is a host"),
    Fault("P204", of_session("then accepted") + "scenario v for »h { then lax }", "`h` is a host, and no policy or"),
    Fault("P204", of_session("then accepted") + "scenario v for »S { then lax }", "is called `S`", "did you mean `s`?"),
    Fault("P425", interface().replace(" I ", " J ") + session(before=host(), head="session t : h with p") + alone(
        "host g for J", *ASKS, "otherwise => give up") + session(before=" ", head="session s : g with »p"),
        "`g` speaks `J`, and `p` answers `I`", "same interface", "the host"),
    Fault("P205", session("assume a: »accepted"), "`accepted` cannot be read here", "`property`"),
    Fault("P205", session("assume a: »req == 1.0"), "`req` cannot be read here", "the configuration and `known`"),
    Fault("P205", session("assume »a: w(1.0)", before=host().replace("define same", "define w(a) = a == req\ndefine same")),
          "`a` comes to read `req`", "the configuration and `known`"),
    Fault("P205", session("invariant a: »rounds == 1"), "`rounds` cannot be read here", "between two rounds"),
    Fault("P205", session("invariant a: lax and »agreed == low"), "`agreed` cannot be read here", "last request and reply"),
    Fault("P205", session(head="session s : h with »p", before=SAME_READS_CONFIG + alone(
        "host h for I", *ASKS, "on same(low, req) => accept low")),
        "`h` comes to read `set_` through `same` of `p`", "a host sees", "defined here"),
    Fault("P205", session(head="session s : h with »p", before=SAME_READS_OUTPUT + alone(
        "host h for I", "knows 1.0", "start request if same(1.0, 1.1) then 1.0 else 1.1", "otherwise => give up")),
        "`h` comes to read `low` through `same` of `p`", "a host sees", "defined here"),
    Fault("P418", session(head="session s : h with »p", before=SAME_IS_LARGE + alone(
        "host h for I", *ASKS, f"on {' and '.join(['same(low, req)'] * 40)} => accept low")),
        "a formula of `h` is too large with the `define`s of `p` put in", "less often"),
    Fault("P418", session(head="session s : h with »p", before=policy(*(
        f"case c{n} when req == {r} {{ st = OK low = req }}" for n, r in enumerate(MANY))) + host().removeprefix(policy())),
        "`p` has 101 cases, and a session takes 100 at most", "join"),
    Fault("P418", three(session(f"property »a: {TRIPLED}")), "`a` is too large with its `define`s put in", "less"),
    Fault("P424", session(head="session »s : h with p").replace("lax", "accepted"), "`accepted` has a meaning of its own",
          "rename", "declared here"),
    Fault("P424", session(head="session »s : h with p").replace("OK", "rounds"), "`rounds` has a meaning of its own"),
    Fault("P424", session(head="session »s : h with p").replace("low", "agreed"), "`agreed` has a meaning of its own"),
    Fault("P424", "define gave_up = true\n" + session(head="session »s : h with p"), "`gave_up` has a meaning of its own"),
    Fault("P424", session(head="session »s : h with p", before=policy("define known = 1.0") + host().removeprefix(policy())),
          "`known` has a meaning of its own in `s`", "rename", "declared here"),
    Fault("P201", session("property a: »zzz"), "nothing is called `zzz` here", "declare it"),
    Fault("P201", session("property a: »agree == low"), "nothing is called `agree` here", "did you mean `agreed`?"),
    Fault("P210", session("property a: some »rounds in known: rounds == low"), "`rounds` has a meaning here already"),
    Fault("P301", session("property a: »agreed"), "a revision, and true or false is wanted", "compare it"),
    Fault("P301", session("property a: »rounds == 1.0"), "a number is compared with a revision"),
    Fault("P301", session("property a: »agreed == 1"), "a revision is compared with a number", "such as 1.0"),
    Fault("P302", session("property a: »accepted < gave_up"), "true or false has no order"),
    Fault("P426", session("property a: agreed == first k in »set_ where k in known"), "`first` chooses from `known`"),
    Fault("P209", session('expect refuted »zzz ""'), "`s` has no claim `zzz`", "its claims are `satisfiable`, `defined`"),
    Fault("P209", session('expect refuted »terminate ""'), "no claim `terminate`", "did you mean `terminates`?"),
    Fault("P209", session('expect refuted »total ""'), "`s` has no claim `total`"),
    Fault("P419", of_session("given »req = 1.0 then accepted"), "`req` is no config of `s`", "`h` makes the requests"),
    Fault("P419", of_session("given »low = 1.0 then accepted"), "`low` is no config of `s`", "can give `set_`, `least`"),
    Fault("P419", of_session("given »rounds = 1 then accepted"), "`rounds` is no config of `s`"),
    Fault("P419", of_session("given »sat_ = {} then accepted"), "`sat_` is no config", "did you mean `set_`?"),
    Fault("P419", of_session("given »known = {1.0} then accepted"), "`known` is no config of `s`", "`h` says itself"),
    Fault("P419", of_session("given known = {1.0} given »known = {} then lax", before=any_host()), "`known` is given twice",
          "delete", "first given here"),
    Fault("P301", of_session("given known = »1.0 then accepted", before=any_host()), "a set of revisions is wanted", "{1.0}"),
    Fault("P303", of_session("given known = {1.1, »0x80000000} then lax", before=any_host()), "`reserved` is not zero here"),
    Fault("P205", of_session("given set_ = »known then accepted", before=any_host()), "`known` cannot be read", "constants"),
    Fault("P205", of_session("given lax = »accepted then accepted"), "`accepted` cannot be read", "constants"),
    Fault("P205", of_session("given lax = »prefers(1.0, 1.1) then accepted", before=any_host()),
          "this comes to read `known` through a `define`", "constants"),
    Fault("P420", of_session("given lax = true").replace("scenario w", "scenario »w"), "the scenario `w` says nothing"),
    Fault("P418", three(of_session(f"then »{TRIPLED}")), "this formula is too large with its `define`s put in", "less"),
]  # fmt: skip

OPTIONAL = interface("assumption opted: 1.0 in set_", "assumption asked: req == least", "assume always: lax")
ASKS_LEAST = alone("host h for I", "knows 1.0", "start request 1.0", "otherwise => give up")
LAZY = "case c otherwise { st = OK low = req }"
Q = alone("policy q for I", "config strict : bool", LAZY)
UNDER = [
    Fault("P213", OPTIONAL + alone("policy p for I under »optet", LAZY), "no optional assumption `optet`", "mean `opted`?"),
    Fault("P213", OPTIONAL + alone("policy p for I under »zzz", LAZY), "no optional assumption `zzz`", "`asked` and `opted`"),
    Fault("P213", policy(head="policy p for I under »zzz"), "no optional assumption `zzz`", "`assumption zzz: …`"),
    Fault("P213", OPTIONAL + alone("policy p for I under »always", LAZY), "`always` is assumed always", "leave it out",
          "assumed here"),
    Fault("P213", OPTIONAL + alone("policy p for I under opted, »opted", LAZY), "`opted` stands here twice", "delete"),
    Fault("P213", OPTIONAL + alone("policy p for I", "invariant i under »zzz: lax", LAZY), "no optional assumption `zzz`"),
    Fault("P213", interface("invariant i under »zzz: lax"), "`I` has no optional assumption `zzz`"),
    Fault("P213", session(head="session s : h with p under »zzz"), "`I` has no optional assumption `zzz`"),
    Fault("P213", session("property a under »zzz: accepted"), "`I` has no optional assumption `zzz`"),
    Fault("P202", interface("assumption a: lax", "invariant »a: lax"), "`a` is declared twice"),
    Fault("P202", OPTIONAL + alone("policy p for I", "assume »opted: lax", LAZY), "`opted` is declared twice"),
    Fault("P205", interface("assumption a: lax and »low == req"), "an assumption cannot speak of the output `low`"),
    Fault("P301", interface("assumption a: »req"), "a revision, and true or false is wanted"),
    Fault("P205", OPTIONAL + alone("policy p for I", LAZY) + ASKS_LEAST
          + alone("session s : h with p", "property »a under opted, asked: accepted"),
          "the assumption `asked` speaks of the input `req`", "`session … under asked`"),
    Fault("P205", OPTIONAL + alone("policy p for I", LAZY) + ASKS_LEAST
          + alone("session s : h with p", "invariant »a under asked: lax"), "speaks of the input `req`"),
    Fault("P205", interface("assumption a: near(req, least)") + alone(
        "policy »p for I under a", "define near(a, b) = a == low", LAZY), "comes to speak of the output `low`"),
    Fault("P205", interface("assumption a: near(req, least)") + alone(
        "policy p for I", "define near(a, b) = a == low", LAZY) + ASKS_LEAST + alone(
        "session »s : h with p under a", "property b: lax"), "the assumption `a` comes to speak of the output `low`"),
]  # fmt: skip
OWN = [
    Fault("P202", policy("config »lax : bool"), "`lax` is declared twice", "rename", "first declared here"),
    Fault("P202", policy("config »OK : bool"), "`OK` is declared twice"),
    Fault("P202", policy("config »near : bool"), "`near` is declared twice"),
    Fault("P202", policy("config mine : bool", "config »mine : revision"), "`mine` is declared twice"),
    Fault("P202", policy("config mine : bool", "define »mine = lax"), "`mine` is declared twice"),
    Fault("P202", "define mine = true\n" + policy("config »mine : bool"), "`mine` is declared twice"),
    Fault("P202", interface() + Q + alone("policy p for I refines q", "config »strict : bool", LAZY), "declared twice",
          "a policy has the configs of the one that it refines", "first declared here"),
    Fault("P202", interface() + Q + alone("policy p for I refines q", "define »strict = lax", LAZY), "declared twice"),
    Fault("P202", interface() + alone("policy q for I", "define near2(a)", LAZY)
          + alone("policy p for I refines q", "config »near2 : bool", LAZY), "a `define` of `q`", "rename"),
    Fault("P414", policy("config »mine : { A = 1 }"), "a config cannot be an enumeration"),
    Fault("P211", policy("config mine : bool", "»mine = true"), "`mine` is a config; only outputs are assigned"),
    Fault("P205", session(head="session s : h with »p", before=policy(
        "config mine : bool", "define same(a, b) = mine") + alone(
        "host h for I", *ASKS, "on same(low, req) => accept low")), "`h` comes to read `mine` through `same`"),
    Fault("P201", policy("config mine : bool") + alone("host h for I", *ASKS, "on »mine => accept low"), "`mine`"),
    Fault("P201", interface() + Q + alone("policy p for I", "invariant i: »strict", LAZY), "nothing is called `strict`"),
    Fault("P424", session(head="session »s : h with p", before=policy("config rounds : bool") + host().removeprefix(policy())),
          "`rounds` has a meaning of its own", "rename", "declared here"),
    Fault("P419", policy("config mine : bool") + "scenario s for p { given »mina = true then lax }", "`mina` is no config"),
]  # fmt: skip

FAULTS = [*SYNTAX, *NAMES, *TYPES, *INTERFACES, *POLICIES, *HOSTS, *SESSIONS, *UNDER, *OWN]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.code} {fault.message[:40]}")
def test_one_fault_is_reported_once_and_where_it_is(fault: Fault) -> None:
    assert fault.text.count("»") == 1
    text = fault.text.replace("»", "")
    problems = problems_of(text)
    assert [problem.code for problem in problems] == [fault.code]
    (problem,) = problems
    at = fault.text.index("»")
    place = problem.place
    assert place is not None
    assert place.file == "test.parley"
    line_start = text.rfind("\n", 0, at) + 1
    assert (place.line, place.column) == (text.count("\n", 0, at) + 1, at - line_start + 1)
    assert problem.span.start <= problem.span.end <= len(text)
    assert fault.message in problem.message
    assert fault.help in problem.help
    assert problem.help, "no help"
    assert any(fault.related in related.label for related in problem.related) or not fault.related
    assert not problem.message.endswith(".")
    assert "\n" not in problem.message + problem.help


def test_the_texts_around_the_faults_are_clean() -> None:
    assert problems_of(interface() + policy().removeprefix(interface()) + "scenario s for p { then lax }") == []
    assert problems_of(formula("near(low, req) and same(low, req)")) == []
    assert problems_of(of_session("then accepted")) == problems_of(of_session("then lax", before=any_host())) == []


def test_every_code_of_a_text_has_a_fault_above() -> None:
    # What files do to each other is in test_load.py.
    elsewhere = {"P105", "P106", "P111", "P112"} | {"P306", "P411"}
    assert {fault.code for fault in FAULTS} == {code for code in all_codes() if code < "P500"} - elsewhere


def test_all_faults_of_a_file_are_reported_in_the_order_of_the_text() -> None:
    text = "\n".join((
        "use nothing_like_it",
        "interface I {",
        "    revision { a[63:32] zero b[31:16] c[15:0] }",
        "    config s : set of revision",
        "    input q : revision in w1",
        "    output o : revision in x0",
        "    assume one: o == q",
        "    invariant two: q == 1",
        "    invariant three: q == 1.0.0 or s < s",
        "}",
        "policy p for I {",
        "    case a when o == q { o = q }",
        "    case a otherwise { }",
        '    expect refuted four "?"',
        "}",
        "policy q for I {",
        "    case a when q = q { o = q }",
        "}",
        "policy r for I { case a otherwise { o = q o = q } }",
        "scenario s for p { given x = 1 }",
        "define f(a) = f(a)",
        "",
    ))  # fmt: skip
    found = [(problem.code, problem.place.line) for problem in problems_of(text) if problem.place]
    assert found == [
        ("P110", 1), ("P413", 5), ("P205", 7), ("P301", 8), ("P303", 9), ("P302", 9), ("P205", 12),
        ("P202", 13), ("P406", 13), ("P209", 14), ("P101", 17), ("P407", 19), ("P420", 20), ("P419", 20), ("P207", 21),
    ]  # fmt: skip


@pytest.mark.parametrize("entry", WRONG_NAMES, ids=lambda entry: entry.example)
def test_a_name_from_elsewhere_is_told_what_it_is_here(entry: WrongName) -> None:
    found = [(problem.message, problem.help) for problem in problems_of(formula(entry.example))]
    assert found == [(entry.message, entry.help)]


def test_a_name_from_elsewhere_that_is_declared_is_no_fault() -> None:
    defined = "define count(a) = a\ndefine null = 1.0\ndefine has(a, b) = a in b\ndefine v1 = 1.0\n"
    assert problems_of(defined + formula("has(count(low), set_) and low == null and low != v1")) == []


@pytest.mark.parametrize(
    ("text", "message", "help_"),
    [
        ("req == OK", "a revision is compared with a value of `st`", "write `st == OK`"),
        ("OK != low", "is compared with", "write `st == OK`"),
        ("st == 1", "is compared with a number", "write `BAD` for 1"),
        ("st == 0x1", "is compared with", "write `BAD` for 1"),
        ("st == 7", "is compared with a number", "`OK` and `BAD`"),
        ("NOT (req == low)", "nothing is called `NOT`", "write `not`"),
        ("st.OK == 1", "has no parts", "by their names alone"),
        ("set_[0] == req", "a set has no parts", "`max` or `min`"),
    ],
)
def test_a_fault_of_types_names_the_fix(text: str, message: str, help_: str) -> None:
    (problem,) = problems_of(formula(text))
    assert message in problem.message
    assert help_ in problem.help


@pytest.mark.parametrize("guard", ["req == OK", "OK == req", "req != BAD", "req in {OK}", "req in OK", "set_ == OK"])
def test_a_value_of_an_output_in_a_guard_is_not_answered_by_another_fault(guard: str) -> None:
    """Where the output cannot be read, the help does not say to read it."""
    for text in (policy(f"case a when {guard} {{ st = OK low = req }}"), interface(f"assume a: {guard}")):
        (problem,) = problems_of(text)
        assert problem.code == "P301"
        assert "`st` cannot be read here, so compare with a revision" in problem.help
        assert "st ==" not in problem.help


@pytest.mark.parametrize("name", ["signed", "w1", "x1"])
def test_words_told_by_their_place_are_still_names(name: str) -> None:
    assert problems_of(f"define {name}({name}_) = {name}_.minor == 1\n" + interface()) == []
    assert problems_of(f"interface I {{ revision {{ a[63:0] }} output {name} : revision in x0 signed }}") == []


@pytest.mark.parametrize(
    ("register", "message"),
    [
        ("x1", "x1 has 64 bits, a revision 31 bits: requests that set more are left out"),
        ("w1", "w1 has 32 bits, a revision 31 bits"),
        ("w1 signed", ""),
    ],
)
def test_bits_of_a_request_that_no_word_has_are_a_warning(register: str, message: str) -> None:
    text = f"interface I {{ revision {{ a[30:16] b[15:0] }} input r : revision in {register} output o : bool in x0 }}"
    loader = Loader()
    assert loader.load_source(Source("test.parley", text), NOWHERE) is not None
    assert [warning.code for warning in loader.warnings] == (["P411"] if message else [])
    assert all(message in warning.message and warning.severity == "warning" for warning in loader.warnings)


# ---- warnings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("major = »req.minor", "this may have 16 bits, and `major` 15 bits"),
        ("[3:0] = »req.minor", "this may have 16 bits, and these 4 bits"),
        ("[31] = »req[17:16]", "this may have 2 bits, and these 1 bit"),
        ("major = »req[15:0]", "this may have 16 bits"),
        ("major = »if lax then req.major else low.minor", "this may have 16 bits"),
        ("major = »if lax then 40000 else 1", "this may have 16 bits"),
        ("major = »low_of(req)", "this may have 16 bits"),
        ("major = »same_as(req.minor)", "this may have 16 bits"),
        ("minor = »req.reserved", "this may have 33 bits"),
        ("minor = 1, major = »same_as(low_of(low))", "this may have 16 bits"),
    ],
)
def test_a_part_that_is_given_more_bits_than_it_has_is_a_warning(value: str, message: str) -> None:
    head = "define low_of(r) = r.minor\ndefine same_as(n) = if n == n then n else n\n"
    marked = head + formula(f"low == req with {{ {value} }}")
    loader = Loader()
    assert loader.load_source(Source("test.parley", marked.replace("»", "")), NOWHERE) is not None
    assert loader.problems == []
    (warning,) = loader.warnings
    assert (warning.code, warning.severity, warning.span.start) == ("P306", "warning", marked.index("»"))
    assert message in warning.message
    assert "C would cut it off" in warning.help


@pytest.mark.parametrize(
    "value",
    ["major = req.major", "minor = req.major", "major = req[14:0]", "major = req[31:17]", "[31] = req[0]",
     "[31:0] = req.minor", "major = if lax then 1 else 32767", "major = same_as(req.major)", "major = same_as(5)",
     "[63:0] = req[63:0]", "major = 0"],
)  # fmt: skip
def test_a_part_that_is_wide_enough_is_none(value: str) -> None:
    head = "define low_of(r) = r.minor\ndefine same_as(n) = if n == n then n else n\n"
    loader = Loader()
    text = head + formula(f"low == req with {{ {value} }}")
    assert loader.load_source(Source("test.parley", text), NOWHERE) is not None
    assert loader.warnings == []


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("[3:0] = req.major", "`req[19:16]`"),
        ("[3:0] = req.minor", "`req[3:0]`"),
        ("[2:2] = low.minor", "`low[0:0]`"),
        ("[3:0] = low[40:33]", "`low[36:33]`"),
        ("[3:0] = (max set_).major", "`(max set_)[19:16]`"),
        ("major = req.reserved", "`req[45:31]`"),
        ("[3:0] = low_of(req)", ""),
        ("[3:0] = if lax then req.major else req.minor", ""),
    ],
)
def test_the_low_bits_are_those_of_the_number_itself(value: str, written: str) -> None:
    loader = Loader()
    text = "define low_of(r) = r.minor\n" + formula(f"low == req with {{ {value} }}")
    assert loader.load_source(Source("test.parley", text), NOWHERE) is not None
    (warning,) = loader.warnings
    assert re.findall(r"`[^`]*`", warning.help) == ([written] if written else [])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("narrow(»req.major, req) == low", "this may have 15 bits, and `narrow` puts it where there are 4 bits"),
        ("through(req, »req.minor) == low", "this may have 16 bits, and `through` puts it where there are 4 bits"),
        ("either(»req.minor, req) == low", "this may have 16 bits, and `either` puts it where there are 15 bits"),
        ("narrow(»low_of(req), req) == low", "this may have 16 bits"),
        ("narrow(req[3:0], req) == low", ""),
        ("either(req.major, req) == low", ""),
        ("low_of(req) == req.minor", ""),
    ],
)
def test_a_part_that_a_define_gives_too_many_bits_is_a_warning_at_its_use(call: str, message: str) -> None:
    head = (
        "define low_of(r) = r.minor\ndefine narrow(n, r) = r with { [3:0] = n }\n"
        "define through(r, n) = narrow(n, r)\ndefine either(n, r) = r with { major = if n == n then n else 1 }\n"
    )
    marked = head + formula(call)
    loader = Loader()
    assert loader.load_source(Source("test.parley", marked.replace("»", "")), NOWHERE) is not None
    assert [(warning.code, warning.span.start) for warning in loader.warnings] == (
        [("P306", marked.index("»"))] if message else []
    )
    assert all(message in warning.message for warning in loader.warnings)


def test_the_library_has_no_warnings() -> None:
    loader = Loader()
    for name in library_names():
        assert loader.load(name) is not None
    assert loader.warnings == []


# ---- names of any length --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        formula("«» == low"),
        formula("«»(low) == low"),
        formula("low.«» == 1"),
        formula("some «» in set_: «» == lo"),
        "policy p for «» { }",
        "policy «» for I { } policy «» for I { }",
        "use «»",
        'use "«»"',
        "«» p for I { }",
        "define f(a) = a «» a",
        formula("low == req with { «» = 1 }"),
        policy(case="case «» otherwise { st = OK «» = req }"),
        policy("«» = 1"),
        interface("config «» : bool", "config «» : bool"),
        interface("invariant «» : lo", "define «»(a) = a == «»"),
        host(knows="knows 1.0, «»"),
        session("property a: «»", 'expect refuted «» ""'),
        scenario("given «» = 1.0 then «»"),
        interface("output more : { «» = 0, OTHER = 0 }", "invariant i: «» == «»l"),
    ],
)
def test_a_name_of_a_megabyte_is_told_in_a_line_and_at_once(text: str) -> None:
    started = time.process_time()
    problems = problems_of(text.replace("«»", "name" * 250_000))
    assert problems
    for problem in problems:
        assert max(map(len, [problem.message, problem.help])) < 700
        assert all(len(related.label) < 700 for related in problem.related)
    assert time.process_time() - started < 5


# ---- one fault says nothing of another ------------------------------------------------------------------

FOLLOW_UPS = {
    "a policy of an unknown interface": policy(head="policy p for J") + "scenario s for p { then lax }",
    "a policy that refines one of an unknown interface": policy(head="policy p for J")
    + "policy q for I refines p { case c otherwise { st = OK low = req } }",
    "a misspelt output": policy(case="case c otherwise { st = OK lo = req ensure lax }"),
    "what a broken define means": "define f(a) = a ==\n" + formula("f(low) and low == f(low) and f"),
    "what a broken interface declares": policy().replace("lax : bool", "lax : int") + "scenario s for p { then zz }",
    "a broken policy that others refine": policy(case="case c otherwise { st == OK }")
    + "policy q for I refines p { case c otherwise { st = OK low = req } }\nscenario s for p { then lax }",
    "an interface without a name": policy().replace("interface I", "interface"),
    "an interface in capitals": policy().replace("interface I", "Interface I"),
    "a host in capitals": of_session("then accepted").replace("host h for", "Host h for"),
    "a misspelt policy": scenario("then lax").replace("policy p for", "polciy p for"),
    "a misspelt define": "Define f(a) = a == a\n" + formula("f(low)"),
    "a name that is too long": policy().replace("interface I ", f"interface {'I' * 200} ").replace(
        "for I", f"for {'I' * 200}"),
    "a policy without a name": scenario("then lax").replace("policy p", "policy"),
    "a type error of a define": "define f(a) = a.major == 1.0\n" + formula("f(low)"),
    "an unknown name in a define": "define f(a) = b\n" + formula("f(low) == low"),
    "a define used in two interfaces": "define f(a) = zz\n"
    + formula("f(low)") + formula("f(low)").replace(" I ", " J "),
    "a loop of defines": "define f(a) = g(a)\ndefine g(a) = f(a)\n" + formula("f(low) and g(low) == low"),
    "a config of no type": interface("config more : { A = 1 }", "invariant i: more == A"),
    "a name declared twice": policy("define d(a) = a", "define d(b) = zz", "invariant i: d(low) == low"),
    "an interface declared twice": policy() + interface("config more : bool") + "scenario s for p { then lax }",
    "an enumeration declared twice": interface("output st : { NEW = 2, OLD = 3 }", "invariant i: st == NEW"),
    "an assumption about outputs": interface("assume a: low == req") + policy().removeprefix(interface()),
    "bits that are none": interface("invariant i: low == 1.0", layout="a[63:32] zero b[31:16] c[0:15]"),
    "a file named without quotes": "use policies.parley\n" + policy(head="policy p for J"),
    "a missing file": 'use "no.parley"\npolicy p for X { case c when f(y) { o = z } }\nscenario s for q { then g }',
    "a comment of another language": "# the policy of the interface\n" + policy(),
    "a comment in C": "/* the policy\npolicy p for J is the interface\n*/\n" + policy(),
    "a string that does not end": 'interface I from "the policy p for {\n}\n' + policy().removeprefix(interface()),
    "a block closed too early": policy(case="case c otherwise { st = OK } low = req } case d otherwise { } }"),
    "a set that does not end": policy(case="case c when req in { { st = OK low = req }"),
    "a host of an unknown interface": of_session("then zzz").replace("host h for I", "host h for J"),
    "a host of an interface with two inputs": session("property a: zzz", "assume b: accepted").replace(
        "input  req", "input two : revision input  req"),
    "a host of an interface with `known`": session().replace("lax", "known").replace("on st == OK", "on known == 1.0"),
    "a session whose names are taken": of_session("then zzz").replace("lax", "accepted").replace("accepted implies", ""),
    "a host declared twice": of_session("then accepted", before=host() + "host h for I { otherwise => accept zz }"),
    "a session declared twice": of_session("then accepted") + "session s : g with q { property a: zzz }",
    "a session with the name of its policy": session(head="session p : h with p") + "scenario w for p { then accepted }",
    "a host without what it knows": of_session(
        "then agreed in known", before=host("on prefers(low, req) and low in known => accept first k in known where k != low",
        knows="")),
    "a host that knows nothing that is a revision": session(before=host(knows="knows 1.0.0", start="start request max known")),
    "a host that is broken": of_session("then accepted", before=host("on low = req => give up")),
    "a host whose knows is broken": of_session("then accepted", before=host(knows="knows 1.0 1.1")),
    "a session that is broken": of_session("then zzz", before=host()).replace("accepted implies", "accepted ="),
    "a session of an unknown host": of_session("then zzz").replace("s : h", "s : g"),
    "a session of an unknown policy": of_session("then zzz").replace("with p", "with q"),
    "a session of a broken policy": of_session("then zzz").replace("low = req }", "low == req }"),
    "a broken interface of hosts": of_session("then zzz").replace("lax : bool", "lax : int"),
    "a define that a host and a session use": "define f(a) = a == zzz\n" + session(
        "property a: f(agreed)", before=host("on f(low) => accept low")),
    "a word in the wrong place": policy("define near(a, b) = policy", "case d when lax { st = OK low = req }"),
}  # fmt: skip


@pytest.mark.parametrize("text", FOLLOW_UPS.values(), ids=FOLLOW_UPS.keys())
def test_a_fault_is_not_reported_again_where_it_shows(text: str) -> None:
    assert len(problems_of(text)) == 1


def test_a_use_before_a_fault_is_not_lost() -> None:
    problems = problems_of("use rmi\n$\npolicy p for RMI_VERSIO { case c otherwise { } }\n")
    assert [problem.code for problem in problems] == ["P100", "P203"]


def test_a_fault_behind_another_one_in_the_same_block_is_found() -> None:
    text = policy(
        "define near(a, b) = a = b",
        "case a when { st = OK low = req }",
        "case b when lax { st = OK; low = req }",
        case="case d otherwise { st == OK low = req }",
    )
    places = [(problem.code, problem.place.line) for problem in problems_of(text) if problem.place]
    assert places == [("P101", 13), ("P101", 14), ("P101", 15), ("P101", 16)]


# ---- what is no fault -----------------------------------------------------------------------------------

CLEAN = {
    "a define of a file at several types": "define equal(a, b) = a == b\n"
    + formula("equal(low, req) and equal(low.major, 1) and equal(st, OK) and equal(lax, true)"),
    "register words and numbers in hexadecimal": formula(
        "0x10000 == req and req == (if lax then 0x1 else low) and (if lax then 0x1 else low) == req "
        "and 0x10 in set_ and req.major == 0x1 and req in {0x1, 1.0}"
    ),
    "a define of a file used by one interface only": "define old(r) = r < 1.0.0\n" + interface() + formula("old(low)")
    .replace("interface I", "interface J").replace("minor[15:0]", "minor[15:8] patch[7:0]"),
    "a bound name in a define like an output": "define has(s, r) = some low in s: low == r\n"
    + interface("assume a: has(set_, req)"),
    "an ensure through an assignment": policy(
        case="case c otherwise { st = any low = if st == OK then req else least ensure low in set_ }"),
    "a policy that refines a later one": policy(head="policy p for I refines q")
    + "policy q for I { case c otherwise { st = OK low = req } }",
    "a bodiless define in a policy": policy("define near(a, b)"),
    "an input and an output in one register": interface("input more : revision in x0"),
    "an expected scenario": policy('expect refuted s "?"') + "scenario s for p { then lax }",
    "constants by a define": "define oldest = 1.0\n" + scenario("given req = oldest given set_ = {oldest} then lax"),
    "a host with one revision": session(before=host(knows="knows 1.0", start="start request 1.0")),
    "a host that knows register words": host(knows="knows 0x10001, 1.0"),
    "a host that knows as many as it may": host("on prefers(low, req) => give up", knows=f"knows {', '.join(MANY[:64])}")
    + alone("host g for I", "knows any up to 64", "start request min known", "otherwise => give up"),
    "a request that has reserved bits": host("on low == 1.0 => accept req", start="start request 0x80000000"),
    "a host with as many rules as it may": host(*(f"on low == {r} => request {r}" for r in MANY)),
    "what a host may see": host("on prefers(low, req) and near(low, req) and same(low, req) and low in known =>"
        " request first k in known where prefers(low, k)", "on st == BAD => accept max known", "otherwise => give up"),
    "what a host that knows any may see": session(before=any_host("on prefers(low, req) and same(low, max known) =>"
        " request first k in known where prefers(low, k)", "on st == BAD => accept max known", "otherwise => give up")),
    "a define that the interface leaves open, and the policy reads an output in": session(
        before=SAME_READS_OUTPUT + alone("host h for I", *ASKS, "on same(low, req) => accept low")),
    "a define that reads configurations, for a session": session(
        "property a: w(low)", before=host().replace("define same", "define w(a) = a in set_\n    define same")),
    "what a session may say": session(
        "assume few: (some k in known: k in set_) and prefers(1.0, least) and least == first k in known where k != 1.1",
        "invariant kept: low in known and req in known and st == OK and near(low, req) and prefers(low, req)",
        "property ends: accepted or gave_up or rounds >= 2 and agreed == low or agreed == first k in known where k == req",
        "property total: lax".replace("total", "sure"), 'expect refuted terminates ""', 'expect vacuous w ""',
        'expect refuted defined ""', "assume terminates: lax") + "scenario w for s { then accepted }",
    "names of hosts and sessions where there is none": "define known = 1.0\ndefine prefers(a, b) = a > b\n"
    + policy("define accepted = true", "define gave_up(rounds) = rounds == known").replace("lax", "agreed"),
    "names of sessions where there is a host": "define rounds = 3\n" + host("on some accepted in known: accepted == low"
        " => give up", "on low.minor == rounds => accept req", "otherwise => give up"),
    "names of hosts bound in a define of a file": "define has(known, prefers) = some accepted in known: accepted == prefers\n"
    + session("property a: has({1.0}, low)", before=host("on has({1.0}, low) => accept low", "otherwise => give up")),
    "names of hosts bound in a define of the interface": session("property a: has({1.0}, low)", before=any_host(
        "on has({1.0}, low) => accept low", "otherwise => give up")).replace("define same",
        "define has(known, rounds) = some accepted in known: accepted == rounds\n    define same"),
    "names of a policy bound in a define of a file": "define f(own, d) = own == d\n"
    + policy("define own(a) = f(a, a)", "define d = true"),
    "a session of a policy that refines another": session(before=host() + policy(head="policy q for I refines p").removeprefix(
        interface()), head="session s : h with q"),
    "what a scenario of a session may give": of_session(
        "given known = {1.0, 0x10001} given set_ = {1.0} given lax = true given least = 1.0 then accepted and rounds == 1",
        "then agreed == low and prefers(low, req) and agreed == first k in known where k == req", before=any_host()),
    "a scenario of a session that gives what the host knows": of_session("given set_ = known then accepted"),
    "a define between hosts and sessions": host() + "define g(a) = a == 1.0\n" + session("property a: g(agreed)", before=" "),
    "a host that sees a define of its file": "define g(a) = a == 1.0\n" + host("on g(low) => accept low"),
    "a format of three fields": host(knows="knows 1.0.0, 1.0.1", start="start request 1.0.1").replace(
        "minor[15:0]", "minor[15:8] patch[7:0]"),
    "an empty file": "",
    "comments only": "// nothing\n/// not even this\n//// or this\n".replace("/// not", "// not"),
    "names that other languages reserve": "define f(up, give, known) = up == give and known == up\n",
}  # fmt: skip


@pytest.mark.parametrize("text", CLEAN.values(), ids=CLEAN.keys())
def test_what_is_no_fault_is_not_reported(text: str) -> None:
    assert problems_of(text) == []


def test_after_many_faults_the_search_for_suggestions_ends() -> None:
    text = "".join(f"define f{n}(value) = valu\n" for n in range(300))
    helps = [problem.help for problem in problems_of(text)]
    assert len(helps) == 300
    assert helps[0] == "did you mean `value`?"
    assert "mean" not in helps[-1]


# ---- whatever the text ----------------------------------------------------------------------------------

WORD = re.compile(r'"[^"\n]*"|//[^\n]*|\w+(?:\.\d+)*|=>|==|!=|<=|>=|\.\.|\s+|.')


def damaged(text: str, chance: random.Random) -> str:
    """A text with words left out, doubled, swapped, and taken from elsewhere in it."""
    words = WORD.findall(text)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at, other = chance.randrange(len(words)), chance.randrange(len(words))
        to = at + chance.choice((1, 2, 8))
        match chance.randrange(4):
            case 0:
                del words[at : min(to, at + len(words) - 1)]
            case 1:
                words[other:other] = words[at:to]
            case 2:
                words[at], words[other] = words[other], words[at]
            case _:
                names = [n for n, word in enumerate(words) if word.isidentifier()] or [at]
                words[chance.choice(names)] = words[chance.choice(names)]
    return "".join(words)


@pytest.mark.parametrize("seed", range(8))
def test_no_text_about_callers_upsets_the_checker(seed: int) -> None:
    chance = random.Random(seed)
    texts = [
        *(text for text in CLEAN.values() if "host h" in text),
        *(f.text.replace("»", "") for f in HOSTS + SESSIONS),
    ]
    for _ in range(40):
        text = damaged(chance.choice([text for text in texts if len(text) < 3000]), chance)
        for problem in problems_of(text):
            assert problem.help
            assert 0 <= problem.span.start <= problem.span.end <= len(text)
            assert all(related.span.start < related.span.end for related in problem.related)
