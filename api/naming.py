"""POLICY arguments: `NAME`, `FILE`, or either with `:policy` where a file has several; sessions and hosts likewise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TypeAlias, TypeVar

from parley.spec.checked import CheckedHost, CheckedPolicy, CheckedSession
from parley.spec.diagnostics import Diagnostic, Rejected, meant, printable
from parley.spec.files import exists, is_plain
from parley.spec.load import Loader, library_names
from parley.spec.program import Program

Subject: TypeAlias = CheckedPolicy | CheckedHost | CheckedSession
Found = TypeVar("Found", bound=Subject)


def arguments_of(program: Program) -> dict[int, str]:
    """The arguments that name the policies, hosts and sessions of a program to `eval`, by their identity."""
    answering = (*program.policies.values(), *program.sessions.values())
    in_file = Counter(id(subject.source) for subject in answering)
    return {id(subject): _argument(subject, in_file) for subject in (*answering, *program.hosts.values())}


def argument_of(program: Program, subject: Subject) -> str:
    """The argument that names one of them."""
    return arguments_of(program)[id(subject)]


def _argument(subject: Subject, in_file: Counter[int]) -> str:
    target = subject.source.argument or subject.source.name
    alone = in_file[id(subject.source)] == 1
    return target if alone or subject.name == Path(target).stem else f"{target}:{subject.name}"


def find(argument: str) -> CheckedPolicy | CheckedSession:
    """The policy or session that an argument of the command names, such as `rmm_1_0`, `rmi:rmm_1_0` or `gate.parley`.

    Raises Rejected where there is none, or several, or the file is faulty.
    """
    return find_subject(argument)[1]


def find_subject(argument: str) -> tuple[Program, CheckedPolicy | CheckedSession]:
    """The policy or session that an argument names. Raises Rejected where there is none, or several, or a fault."""
    program, target, name = _program(_in_full(argument))
    _need_no_host(program, target, name)
    return program, _named(_answering(program), "policy or session", target, name)


def _need_no_host(program: Program, target: str, name: str) -> None:
    """Raises Rejected where a name is a host's, and no policy's or session's."""
    known = _answering(program)
    host = next((host for host in program.own_hosts if host.name == name), None)
    if host is not None and all(name != one.name for one in known):
        played = [f"{target}:{session.name}" for session in program.own_sessions if session.host is host]
        help_ = f"play a session of it: {', '.join(played)}" if played else "declare a `session` of it with a policy"
        raise Rejected(Diagnostic("P502", f"`{host.name}` is a host, and answers nothing by itself", help_))


def policy_of(asked: CheckedPolicy | Program) -> CheckedPolicy:
    """A policy, or the one of a program: its only one, or that which is called like its file. Raises Rejected."""
    return asked if isinstance(asked, CheckedPolicy) else _named(asked.own_policies, "policy", _target(asked), "")


def subject_of(asked: CheckedPolicy | CheckedSession | Program) -> CheckedPolicy | CheckedSession:
    """The same of what can be asked for an answer: where a program has one policy or session, that."""
    if not isinstance(asked, Program):
        return asked
    return _named(_answering(asked), "policy or session", _target(asked), "")


def _target(program: Program) -> str:
    return program.source.argument or program.source.name


def need_known(option: str, host: CheckedHost, known: tuple[int, ...]) -> None:
    """Raises Rejected where a host that knows any revisions cannot know just these."""
    most = host.knows.most
    if known and (most is None or len(known) <= most):
        return
    bound = "at least one revision" if most is None else "one revision" if most == 1 else f"1 to {most} revisions"
    given = "none is given" if not known else f"{len(known)} are given"
    several = "write the first and the last: 1.0..1.1" if host.knows.ranged else "separate them by commas: 1.0,1.1"
    help_ = "give fewer" if known else several
    raise Rejected(Diagnostic("P504", f"{option}: `{host.name}` knows {bound}, and {given}", help_))


def find_policy(argument: str) -> tuple[Program, CheckedPolicy]:
    """The policy that an argument names. Raises Rejected where there is none, or several, or the file is faulty."""
    program, target, name = _program(_in_full(argument))
    return program, _named(program.own_policies, "policy", target, name)


def find_tested(argument: str) -> tuple[Program, CheckedPolicy | CheckedSession]:
    """What an argument names that a program can be run against: a policy, or a session.

    Of a file that has both, it is a policy where no name is given. Raises Rejected where there is none, or several, or
    the file is faulty.
    """
    program, target, name = _program(_in_full(argument))
    known = _answering(program)
    if name:
        _need_no_host(program, target, name)
        return program, _named(known, "policy or session", target, name)
    if program.own_policies or not known:
        return program, _named(program.own_policies, "policy", target, name)
    return program, _named(program.own_sessions, "session", target, name)


def tested_of(asked: CheckedPolicy | CheckedSession | Program) -> CheckedPolicy | CheckedSession:
    """The same of a program: its policy, or where it has none its session."""
    if not isinstance(asked, Program):
        return asked
    if asked.own_sessions and not asked.own_policies:
        return _named(asked.own_sessions, "session", _target(asked), "")
    return policy_of(asked)


def find_host(argument: str) -> CheckedHost:
    """The host that an argument names: `NAME:host`, `FILE:host`, or a host of the library by its name alone."""
    found = _of_library(argument, "host", lambda program: program.own_hosts)
    if found is not None:
        return found
    program, target, name = _program(argument)
    return _named(program.own_hosts, "host", target, name)


def _in_full(argument: str) -> str:
    """A policy or session of the library by its name alone, as NAME:policy; anything else as it is."""
    if not is_bare(argument) or argument in library_names():
        return argument
    for program in library():
        if any(argument == subject.name for subject in _answering(program)):
            return f"{Path(program.source.name).stem}:{argument}"
    for program in library():
        _need_no_host(program, Path(program.source.name).stem, argument)
    known = [*library_names(), *(one.name for program in library() for one in _answering(program))]
    message = f"there is no file, and in the library no policy or session, that is called `{argument}`"
    help_ = meant(argument, known, "`parley list` has all; one of yours is FILE or FILE:NAME")
    raise Rejected(Diagnostic("P502", message, help_))


def _answering(program: Program) -> tuple[CheckedPolicy | CheckedSession, ...]:
    return (*program.own_policies, *program.own_sessions)


def find_named_policy(argument: str) -> CheckedPolicy:
    """The policy that an argument names, as for `find_policy`, or one of the library by its name alone."""
    found = _of_library(argument, "policy", lambda program: program.own_policies)
    return find_policy(argument)[1] if found is None else found


def _of_library(argument: str, kind: str, own: Callable[[Program], Iterable[Found]]) -> Found | None:
    """What the library has of a bare name; None where that is a file's. Raises Rejected where it is nothing."""
    if not is_bare(argument):
        return None
    known = {one.name: one for program in library() for one in own(program)}
    if argument not in known and argument not in library_names():
        help_ = meant(argument, known, f"the library has {', '.join(known)}; one of yours is FILE:NAME")
        raise Rejected(Diagnostic("P502", f"there is no {kind} `{printable(argument)}`", help_))
    return known.get(argument)


def is_bare(argument: str) -> bool:
    """Whether an argument is a name and no file, so that the library is meant."""
    return argument.isidentifier() and not exists(Path(argument))


@cache
def library() -> list[Program]:
    """The programs of the library."""
    loader = Loader()
    return [program for name in library_names() if (program := loader.load(name)) is not None]


def _program(argument: str) -> tuple[Program, str, str]:
    """The program of an argument, the FILE or NAME in it, and the name behind the colon, if any."""
    target, colon, name = argument.rpartition(":")
    if not colon or not name.isidentifier():
        target, name = argument, ""
    return program_at(target), target, name


def program_at(target: str) -> Program:
    """The program of a FILE or NAME. Raises Rejected where there is none, or it is faulty."""
    if not target:
        raise Rejected(Diagnostic("P502", "no file is named", "write FILE or NAME, or FILE:NAME"))
    file, _, name = target.rpartition(":")
    if name and (file in library_names() or is_plain(Path(file))) and not exists(Path(target)):
        shown, code = printable(target), "P502" if file in library_names() else "P106"
        help_ = f"`parley list {printable(file)}` has the names"
        if name.isidentifier():
            help_ = f"behind a file stands one name: write `{shown}` alone"
        raise Rejected(Diagnostic(code, f"there is no file `{shown}`", help_))
    loader = Loader()
    program = loader.load(target)
    if program is None:
        raise Rejected(*loader.problems)
    return program


def _named(own: Iterable[Found], kind: str, target: str, name: str) -> Found:
    known = {one.name: one for one in own}
    if not known:
        raise Rejected(Diagnostic("P501", f"`{target}` declares no {kind}", "name a file that does"))
    if not name and len(known) > 1:
        name = Path(target).stem
        if name not in known:
            choices = ", ".join(f"{target}:{other}" for other in known)
            raise Rejected(Diagnostic("P507", f"`{target}` has several to choose from", f"choose one: {choices}"))
    if name and name not in known:
        help_ = meant(name, known, f"it has {', '.join(known)}")
        raise Rejected(Diagnostic("P502", f"`{target}` has no {kind} `{name}`", help_))
    return known[name] if name else next(iter(known.values()))
