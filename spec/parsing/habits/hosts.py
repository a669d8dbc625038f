"""What people write out of habit in hosts and sessions, and what it is called here."""

from __future__ import annotations

from . import phrases
from .fragment import WrongFragment, host

_JOINED = "write `session name : host with policy`"

WRONG_HOST_FRAGMENTS: tuple[WrongFragment, ...] = (
    WrongFragment(r"-->|->|==>|⇒|→", phrases.ACTION, "replace the arrow by `=>`; an implication is written `implies`",
                  host("on lower == higher -> accept lower"), wants="ARROW"),
    WrongFragment(r":|(then|do)\b", phrases.ACTION, "replace it by `=>`", host("on lower == higher: accept lower"),
                  wants="ARROW"),
    WrongFragment(r"{", "a rule has no block: its action stands behind `=>`", "write `on … => …` without braces",
                  host("on lower == higher { accept lower }"), wants="ARROW"),
    WrongFragment(r"{", "a rule has one action and no block", "write it without braces",
                  host("on lower == higher => { accept lower }"), wants="GIVE_UP"),
    WrongFragment(r"(?i:give_?up|give|stop|fail|reject|refuse|abort)\b", phrases.ACTIONS,
                  "write `give up` where the host ends without a revision", host("otherwise => reject"),
                  wants="GIVE_UP"),
    WrongFragment(r"(?i:ask|retry|use|take|agree)\b", phrases.ACTIONS,
                  "write `request …` to ask once more, `accept …` to settle on a revision",
                  host("otherwise => use lower"), wants="GIVE_UP"),
    WrongFragment(r"(when|if|case)\b", "a rule starts with `on`", "write `on … => …`",
                  host("when lower == higher => accept lower"), wants="ON"),
    WrongFragment(r"(else|default|_)\b", "what is left is marked `otherwise`", "replace it by `otherwise`",
                  host("else => give up"), wants="OTHERWISE"),
    WrongFragment(r"(known|know|speaks|supports|supported|offers)\b", "the revisions of a host stand behind `knows`",
                  "write `knows 1.1, 2.0`, most preferred first", host("known 1.0, 1.1"), wants="KNOWS"),
    WrongFragment(r"[:=[]", "the revisions of a host stand right behind `knows`, with commas between them",
                  "write `knows 1.1, 2.0`, most preferred first", host("knows = 1.0, 1.1"), before=r"\bknows\s*$"),
    WrongFragment(r"up\b|upto\b|(at\s+)?most\b|max\b|<=?|≤|[0-9]",
                  "how many revisions a host knows at most is written `up to`", "write `knows any up to 4`",
                  host("knows any upto 4"), wants="UP_TO"),
    WrongFragment(r"request\b", "the first request is written `start request …`", "put `start` before it",
                  host("request 1.1"), before=r"(^|{)\s*$", wants="START"),
    WrongFragment(r"=|(for|of|is)\b", "a session names its host behind a `:`", _JOINED, "session s = h with p",
                  before=r"\bsession\s+\w+\s*$"),
    WrongFragment(r"[,+&|]|(and|for|vs)\b", "a session's host and its policy are joined by `with`", _JOINED,
                  "session s : h and p", before=r"\bsession\s+\w+\s*:\s*\w+\s*$"),
    WrongFragment(r"[:(]|(not|some|every|no|if)\b(?!\s*(:|from\b))", phrases.NAMED,
                  "write a name before the `:`, as in `property safe: …`",
                  "session s : h with p { property: accepted }", before=r"\b(property|invariant|assume)\s*$"),
    WrongFragment(r"[=!<>.(]|(implies|iff|and|or|in|is|not)\b", phrases.NAMED,
                  "write a name and `:` before its formula, as in `property safe: …`",
                  "session s : h with p { property accepted implies agreed in supported }",
                  before=r"\b(property|invariant|assume)\s+\w+\s*$"),
    WrongFragment(r":", phrases.CONDITION, "replace the `:` by `where`",
                  host("start request first k in known: k < 2.0"), wants="WHERE"),
)  # fmt: skip
