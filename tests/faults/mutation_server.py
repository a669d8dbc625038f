"""A plugin of pytest that tries mutants: collects tests once, and then runs those that reach a mutant in a fork each.

In the fork the functions of the mutated module get the code that they have in the mutant, and constants their value. That
stands for the mutant where the change is in a function's body or a constant; others have a pytest of their own. What is there before the fork has run no
test, so nothing is remembered of the unbroken module but what is computed as modules are imported.
"""

from __future__ import annotations

import gc
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import CodeType, FunctionType

import coverage
import pytest
from msgspec import Struct
from msgspec.json import decode, encode

from .mutation_sites import Mutant

SECONDS = 8.0
"""How much of a processor the tests of a mutant may take together, as measured without it."""

MOST_MEMORY = 6 << 30
NOT_PUT = b"not put"
PATIENCE = 8
"""How much more than five times its own time a test has before the mutant is said to go round for ever."""


class Job(Struct, frozen=True):
    """What is asked: mutants, where the reach of tests is kept, and where outcomes are added, a line of JSON each."""

    mutants: list[Mutant]
    reach: str
    outcomes: str


class Outcome(Struct, frozen=True):
    """`by` is the test that failed, or `time`; None where the mutant survived."""

    key: str
    by: str | None


class Reach(Struct, frozen=True):
    """What each test takes of a processor, and which tests come to which lines of which module."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, list[str]]]

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests for a mutant, the quickest first: who comes to its lines, then the rest of the files of these."""
        lines = self.lines.get(mutant.module, {})
        first, last = mutant.lines
        reached = {test for line in range(first, last + 1) for test in lines.get(line, ())}
        if not reached or mutant.function is None:
            first, last = mutant.function or (0, 1_000_000)
            reached = {test for line, tests in lines.items() if first <= line <= last for test in tests}
        files = {test.partition("::")[0] for test in reached}
        others = [test for test in self.seconds if test not in reached and test.partition("::")[0] in files]
        return [test for some in (reached, others) for test in sorted(some, key=lambda one: (self.seconds[one], one))]


def _forked(run: Callable[[int], None], seconds: float | None) -> bytes | None:
    """What a fork wrote before it ended; None where it took longer than its seconds, or than it allowed itself."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        try:
            run(writing)
        except BaseException as error:
            os.write(writing, f"{type(error).__name__}: {error}".encode())
        os._exit(0)
    os.close(writing)
    written, until = b"", None if seconds is None else time.monotonic() + seconds
    late = False
    while True:
        ready, _, _ = select.select([reading], [], [], None if until is None else max(until - time.monotonic(), 0))
        if not ready:
            late = True
            break
        if not (some := os.read(reading, 65536)):
            break
        written += some
    os.close(reading)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    # The soft limit of a processor's time, which a test has set.
    if late or (not written and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
        return None
    # Whoever ends otherwise without a word has crashed.
    return written or (b"" if os.WIFEXITED(status) else b"crash")


class Server:
    """The plugin; a class since pytest asks for one that knows which test has failed."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        reach = self._measured(items)
        killers: list[str] = []
        with Path(self.job.outcomes).open("ab", buffering=0) as outcomes:
            for mutant in self.job.mutants:
                tests = _affordable(
                    reach, [test for test in _killers_first(reach.tests(mutant), killers) if test in items]
                )
                by = self._tried(mutant, {test: items[test] for test in tests}, reach.seconds)
                if by in items:
                    killers = [by, *(test for test in killers if test != by)]
                outcomes.write(encode(Outcome(mutant.key, by)) + b"\n")
        return True

    def _measured(self, items: dict[str, pytest.Item]) -> Reach:
        """What is kept, and what tests reach that are new."""
        path = Path(self.job.reach)
        reach = decode(path.read_bytes(), type=Reach) if path.exists() else Reach({}, {})
        if new := [item for name, item in items.items() if name not in reach.seconds]:
            made = _forked(lambda _: self._measure(reach, new, path), None)
            if made or not path.exists():
                raise RuntimeError(f"the tests cannot be measured: {made}")
            reach = decode(path.read_bytes(), type=Reach)
        return reach

    def _measure(self, before: Reach, items: list[pytest.Item], path: Path) -> None:
        measured = coverage.Coverage(
            data_file=None, config_file=False, include=["*/model/**/*.py", "*/proofs/**/*.py"], omit=["*/tests/**/*.py"]
        )
        seconds, lines = dict(before.seconds), dict(before.lines)
        measured.start()
        for item, after in zip(items, [*items[1:], None], strict=True):
            began = time.process_time()
            measured.switch_context(item.nodeid)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if not self.failed:
                seconds[item.nodeid] = time.process_time() - began
            self.failed.clear()
        measured.stop()
        data = measured.get_data()
        for file in data.measured_files():
            module = file.removeprefix(f"{Path.cwd()}/")
            reached = dict(lines.get(module, {}))
            for line, tests in data.contexts_by_lineno(file).items():
                # A test that does not pass stands for nothing.
                reached[line] = [*reached.get(line, []), *(test for test in tests if test in seconds)]
            lines[module] = reached
        path.write_bytes(encode(Reach(seconds, lines)))

    def _tried(self, mutant: Mutant, items: dict[str, pytest.Item], seconds: dict[str, float]) -> str | None:
        if not items:
            return None
        until = 10 * (PATIENCE + sum(seconds[name] for name in items))

        def run(writing: int) -> None:
            try:
                _put(mutant)
            except Exception:
                # It is made of other functions, they need other variables from around them, or it cannot be imported.
                os.write(writing, NOT_PUT)
                return
            began = time.process_time()
            for (name, item), after in zip(items.items(), [*[*items.values()][1:], None], strict=True):
                if time.process_time() - began > SECONDS:
                    # With what tests share, which is counted for the first of them alone.
                    return
                soft = time.process_time() + 5 * seconds[name] + PATIENCE
                resource.setrlimit(resource.RLIMIT_CPU, (int(soft), resource.RLIM_INFINITY))
                try:
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                except BaseException:  # What a test runs into may be anything.
                    self.failed.append(name)
                if self.failed:
                    os.write(writing, self.failed[0].encode())
                    return

        said = _forked(run, until)
        if said == NOT_PUT:
            return _by_itself(mutant, list(items), until)
        return "time" if said is None else said.decode() or None


def _killers_first(tests: list[str], killers: list[str]) -> list[str]:
    """Who noticed the last mutants is likely to notice the next."""
    there = set(tests)
    first = [test for test in killers[:5] if test in there]
    return [*first, *(test for test in tests if test not in first)]


def _affordable(reach: Reach, tests: list[str]) -> list[str]:
    kept: list[str] = []
    left = SECONDS
    for test in tests:
        left -= reach.seconds[test]
        if left < 0 and kept:
            break
        kept.append(test)
    return kept


def _put(mutant: Mutant) -> None:
    """Give the functions of the module, all there are, the code of the mutant; and what has a constant of it by its name.

    Raises KeyError or ValueError where the mutant differs in something else.
    """
    path = str(Path(mutant.module).resolve())
    code = compile(mutant.text, path, "exec")
    codes = {(one.co_qualname, one.co_firstlineno): one for one in _codes(code)}
    functions = [
        one
        for one in gc.get_objects()
        if isinstance(one, FunctionType) and one.__code__.co_filename.endswith(mutant.module)
    ]
    if mutant.function is None:
        _put_constants(mutant, code)
    for one in functions:
        if str(Path(one.__code__.co_filename).resolve()) == path:
            one.__code__ = codes[one.__code__.co_qualname, one.__code__.co_firstlineno]


def _put_constants(mutant: Mutant, code: CodeType) -> None:
    name = "parley." + mutant.module.removesuffix(".py").replace("/", ".")
    right = vars(sys.modules[name])
    broken: dict[str, object] = {"__name__": name, "__package__": right["__package__"]}
    exec(code, broken)
    simple = (int, str, float, tuple, frozenset)
    changed = {one: value for one, value in broken.items() if type(value) in simple and right.get(one) != value}
    if not changed:
        raise ValueError("it changes no constant")
    modules = [vars(module) for called, module in sys.modules.items() if called.startswith("parley")]
    for one, value in changed.items():
        before = right[one]
        for variables in modules:
            if one in variables and variables[one] is before:
                variables[one] = value


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _codes(const)


def _by_itself(mutant: Mutant, tests: list[str], seconds: float) -> str | None:
    path = Path(mutant.module)
    right = path.read_text(encoding="utf-8")
    path.write_text(mutant.text, encoding="utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "--tb=no", "-p", "no:cacheprovider", "-m", ""]
        done = subprocess.run([*command, *tests], capture_output=True, text=True, check=False, timeout=seconds)
        return None if done.returncode == 0 else "import"
    except subprocess.TimeoutExpired:
        return "time"
    finally:
        path.write_text(right, encoding="utf-8")


def main(job: str, *tests: str) -> int:
    # A mutant may want more and more; what it starts has the same limit.
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    options = ["-q", "-s", "-n", "0", "-p", "no:cacheprovider", "-m", "not long and not measured"]
    return int(pytest.main([*options, *tests], plugins=[Server(decode(Path(job).read_bytes(), type=Job))]))
