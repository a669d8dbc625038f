"""What a session does, told a third time and as plainly as can be: straight from the text's tree, one step at a time.

It knows nothing of the checker, the evaluator or the prover. `None` stands for what has no value. Everything is
enumerated, so it is for formats and configurations of a few revisions only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeAlias

from parley.spec import syntax
from parley.spec.parsing.parser import parse
from parley.spec.source import Source

Values: TypeAlias = "dict[str, Any]"
Related: TypeAlias = Callable[..., bool]


@dataclass(frozen=True)
class Between:
    """The set of the well-formed revisions from one word to another."""

    low: int
    high: int


@dataclass(frozen=True)
class Setting:
    """A configuration, what the host knows (most preferred first), and what relations without a body hold of."""

    config: Values
    known: tuple[int, ...]
    relations: dict[str, Related] = field(default_factory=dict[str, Related])


@dataclass(frozen=True)
class Step:
    request: int
    case: str | None
    outputs: Values
    rule: int | None

    @property
    def answered(self) -> bool:
        return None not in self.outputs.values()


@dataclass(frozen=True)
class Run:
    """`ending` is accepted, gave_up, loops or stuck."""

    steps: tuple[Step, ...]
    ending: str
    agreed: int | None = None


class Meaning:
    """What expressions of one text mean: `whose` tells the `define`s that a host sees from those of the policy."""

    def __init__(self, text: str) -> None:
        tree, problems = parse(Source("plain", text))
        assert not problems
        (self.interface,) = [d for d in tree.declarations if isinstance(d, syntax.Interface)]
        (self.policy,) = [d for d in tree.declarations if isinstance(d, syntax.Policy)]
        (self.host,) = [d for d in tree.declarations if isinstance(d, syntax.Host)]
        (self.session,) = [d for d in tree.declarations if isinstance(d, syntax.Session)]
        self.scenarios = [d for d in tree.declarations if isinstance(d, syntax.Scenario)]
        (layout,) = [i for i in self.interface.items if isinstance(i, syntax.Layout)]
        self.fields = layout.fields
        self.variables = {i.name.id: i for i in self.interface.items if isinstance(i, syntax.Variable)}
        self.constants = {
            label.id: number
            for v in self.variables.values()
            if isinstance(v.type, syntax.Enumeration)
            for label, number in v.type.values
        }
        filed = {d.name.id: d for d in tree.declarations if isinstance(d, syntax.Define)}
        inner = {i.name.id: i for i in self.interface.items if isinstance(i, syntax.Define)}
        own = {i.name.id: i for i in self.policy.items if isinstance(i, syntax.Define)}
        self.of_interface: dict[str, syntax.Define] = {**filed, **inner}
        self.of_policy: dict[str, syntax.Define] = dict(self.of_interface)
        for name, define in own.items():
            if define.body is not None or name not in self.of_policy:
                self.of_policy[name] = define
        (self.request,) = [v.name.id for v in self.variables.values() if v.role == "input"]
        self.outputs = [v.name.id for v in self.variables.values() if v.role == "output"]
        self.sets = {"known", *(v.name.id for v in self.variables.values() if v.type == "set")}
        self.configs = [v.name.id for v in self.variables.values() if v.role == "config"]
        (knows,) = [i for i in self.host.items if isinstance(i, syntax.Knows)]
        self.most = knows.most
        self.listed = None if knows.revisions is None else tuple(self.word(r) for r in knows.revisions)

    # ---- words ------------------------------------------------------------------------------------------

    def word(self, expr: syntax.Expr) -> int:
        if isinstance(expr, syntax.Number):
            return expr.value
        assert isinstance(expr, syntax.Revision)
        return self.of_numbers(expr.fields)

    def of_numbers(self, numbers: Sequence[int]) -> int:
        shifts = [f.bits.low for f in self.fields if not f.zero]
        return sum(number * 2**shift for number, shift in zip(numbers, shifts, strict=True))

    def well_formed(self, word: int) -> bool:
        return all(self.bits(word, f.bits) == 0 for f in self.fields if f.zero)

    def bits(self, word: int, part: syntax.Slice) -> int:
        return word // 2**part.low % 2 ** (part.high - part.low + 1)

    def part(self, part: str | syntax.Slice) -> syntax.Slice:
        return part if isinstance(part, syntax.Slice) else next(f.bits for f in self.fields if f.name.id == part)

    def every_revision(self) -> list[int]:
        choices = [range(2 ** (f.bits.high - f.bits.low + 1)) for f in self.fields if not f.zero]
        assert all(len(choice) <= 2 for choice in choices), "only small formats can be gone through"
        return sorted(self.of_numbers(point) for point in product(*choices))

    # ---- expressions ------------------------------------------------------------------------------------

    def value(self, expr: syntax.Expr, here: Here) -> Any:
        match expr:
            case syntax.Number(value=value) | syntax.Boolean(value=value):
                return value
            case syntax.Revision():
                return self.word(expr)
            case syntax.Name(id=name):
                if name in here.bound:
                    return here.bound[name]
                if name in here.free:
                    return here.free[name]
                if name in self.constants:
                    return self.constants[name]
                return self.called(name, [], here)
            case syntax.Call(name=name, arguments=arguments):
                return self.called(name, [self.value(argument, here) for argument in arguments], here)
            case syntax.FieldOf(of=of, part=part):
                word = self.value(of, here)
                return None if word is None else self.bits(word, self.part(part))
            case syntax.With(of=of, updates=updates):
                return self.updated(self.value(of, here), [(p, self.value(v, here)) for p, v in updates])
            case syntax.If(condition=condition, then=then, otherwise=otherwise):
                return self.value(then if self.value(condition, here) else otherwise, here)
            case syntax.SetLiteral(items=items):
                values = [self.value(item, here) for item in items]
                return tuple(value for value in values if value is not None)
            case syntax.Range(low=low, high=high):
                ends = self.value(low, here), self.value(high, here)
                return () if None in ends else Between(*ends)
            case syntax.Extremum():
                return self.chosen(expr, here)
            case syntax.Comparison(operator=operator, left=left, right=right):
                return self.compared(operator, self.value(left, here), self.value(right, here))
            case syntax.Member(item=item, domain=domain, negated=negated):
                return self.inside(self.value(item, here), self.value(domain, here)) is not negated
            case syntax.IsEmpty(domain=domain, negated=negated):
                return (len(self.value(domain, here)) == 0) is not negated
            case syntax.IsNamed():
                raise AssertionError("random hosts speak of no names")
            case syntax.Quantified(kind=kind, variable=variable, domain=domain, body=body):
                found = [self.value(body, here.with_(variable, item)) for item in self.items(domain, here)]
                return {"some": any(found), "every": all(found), "no": not any(found)}[kind]
            case syntax.Not(operand=operand):
                return not self.value(operand, here)
            case syntax.And(operands=operands):
                return all(self.value(operand, here) for operand in operands)
            case syntax.Or(operands=operands):
                return any(self.value(operand, here) for operand in operands)
            case syntax.Implies(left=left, right=right):
                return self.value(right, here) if self.value(left, here) else True
            case syntax.Iff(left=left, right=right):
                return self.value(left, here) == self.value(right, here)

    def compared(self, operator: str, left: Any, right: Any) -> bool:
        """Sets by their elements, all else as it is."""
        sides: tuple[Any, Any] = left, right
        if all(isinstance(side, (list, tuple, Between)) for side in sides):
            sides = frozenset(self.elements(left)), frozenset(self.elements(right))
        return compared(operator, *sides)

    def items(self, domain: syntax.Expr, here: Here) -> Sequence[int]:
        return self.elements(self.value(domain, here))

    def elements(self, found: Sequence[int] | Between) -> Sequence[int]:
        if isinstance(found, Between):
            return [word for word in self.every_revision() if found.low <= word <= found.high]
        return found

    def inside(self, item: int | None, domain: Sequence[int] | Between) -> bool:
        if item is None:
            return False
        if isinstance(domain, Between):
            return domain.low <= item <= domain.high and self.well_formed(item)
        return item in domain

    def updated(self, word: int | None, updates: list[tuple[str | syntax.Slice, int | None]]) -> int | None:
        for part, value in updates:
            bits = self.part(part)
            if word is None or value is None or value >= 2 ** (bits.high - bits.low + 1):
                return None
            word = word - self.bits(word, bits) * 2**bits.low + value * 2**bits.low
        return word

    def chosen(self, expr: syntax.Extremum, here: Here) -> int | None:
        found = list(self.items(expr.domain, here))
        if expr.variable is not None and expr.where is not None:
            found = [item for item in found if self.value(expr.where, here.with_(expr.variable, item))]
        if not found:
            return None
        # What is known stands with the most preferred first.
        return found[0] if expr.kind == "first" else max(found) if expr.kind == "max" else min(found)

    def called(self, name: str, arguments: list[Any], here: Here) -> Any:
        if name == "prefers" and here.known is not None:
            ranks = [here.known.index(a) if a in here.known else len(here.known) for a in arguments]
            return None not in arguments and ranks[0] < ranks[1]
        if name == "known" and here.known is not None:
            return here.known
        defines = self.of_policy if here.whose == "policy" else self.of_interface
        define, whose = defines[name], here.whose
        if define.body is None and name in self.of_policy:
            define, whose = self.of_policy[name], "policy"
        if define.body is None:
            return None not in arguments and here.relations[name](*arguments)
        names = [p.id for p in define.parameters]
        return self.value(define.body, here.inside(dict(zip(names, arguments, strict=True)), whose))

    def reads(self, expr: syntax.Expr) -> set[str]:
        """The names of the interface's variables that a formula of the policy comes to, whatever its truth."""
        found: set[str] = set()
        waiting: list[object] = [expr]
        seen: set[str] = set()
        while waiting:
            at = waiting.pop()
            if isinstance(at, tuple):
                waiting += at
            elif hasattr(at, "__struct_fields__"):
                name = at.id if isinstance(at, syntax.Name) else at.name if isinstance(at, syntax.Call) else ""
                if name in self.variables:
                    found.add(name)
                elif name in self.of_policy and name not in seen:
                    seen.add(name)
                    waiting.append(self.of_policy[name].body)
                waiting += [getattr(at, f) for f in at.__struct_fields__ if f != "span"]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType, reportUnknownArgumentType]
        return found

    # ---- what happens -----------------------------------------------------------------------------------

    def assumed(self, setting: Setting, request: int | None) -> bool:
        """Whether the assumptions hold; without a request, those that do not look at it."""
        free = {**setting.config} if request is None else {**setting.config, self.request: request}
        here = Here(free, setting.relations, "policy")
        for item in (*self.interface.items, *self.policy.items):
            if isinstance(item, syntax.Statement) and item.role == "assume":
                looks = self.request in self.reads(item.formula)
                if not (looks and request is None) and not self.value(item.formula, here):
                    return False
        own = Here({**setting.config}, setting.relations, "policy", setting.known)
        return all(
            self.value(i.formula, own)
            for i in self.session.items
            if isinstance(i, syntax.Statement) and i.role == "assume"
        )

    def case(self, setting: Setting, request: int) -> syntax.Case | None:
        here = Here({**setting.config, self.request: request}, setting.relations, "policy")
        cases = [item for item in self.policy.items if isinstance(item, syntax.Case)]
        return next((case for case in cases if case.guard is None or self.value(case.guard, here)), None)

    def assigned(self, case: syntax.Case) -> dict[str, syntax.Expr | None]:
        items = (*self.policy.items, *case.items)
        return {item.output.id: item.value for item in items if isinstance(item, syntax.Assign)}

    def filled(self, setting: Setting, request: int, case: syntax.Case, given: Values) -> Values:
        """The outputs that a case assigns, where those that it leaves open are given."""
        waiting = {name: value for name, value in self.assigned(case).items() if value is not None}
        made = dict(given)
        while waiting:
            name = next(n for n, value in waiting.items() if not self.reads(value) & (waiting.keys() - {n}))
            free = {**setting.config, self.request: request, **made}
            made[name] = self.value(waiting.pop(name), Here(free, setting.relations, "policy"))
        return made

    def ensured(self, setting: Setting, request: int, case: syntax.Case, outputs: Values) -> bool:
        here = Here({**setting.config, self.request: request, **outputs}, setting.relations, "policy")
        return all(self.value(item.formula, here) for item in case.items if isinstance(item, syntax.Ensure))

    def leans(self, case: syntax.Case) -> bool:
        """Whether an output follows from one that is left open: then no answer is known not to be."""
        assigned = self.assigned(case)
        open_ = {name for name, value in assigned.items() if value is None}
        return any(value is not None and self.reads(value) & open_ for value in assigned.values())

    def answers(self, setting: Setting, request: int, case: syntax.Case, pool: Sequence[int]) -> Iterator[Values]:
        """Every answer of a case, with revisions left open taken from a pool; those with None in them too."""
        open_ = [name for name, value in self.assigned(case).items() if value is None]
        choices: list[Sequence[Any]] = []
        for name in open_:
            type_ = self.variables[name].type
            if isinstance(type_, syntax.Enumeration):
                choices.append([number for _, number in type_.values])
            else:
                choices.append([False, True] if type_ == "bool" else pool)
        for row in product(*choices):
            outputs = self.filled(setting, request, case, dict(zip(open_, row, strict=True)))
            if None in outputs.values() or self.ensured(setting, request, case, outputs):
                yield outputs

    def start(self, setting: Setting) -> int | None:
        (opening,) = [item for item in self.host.items if isinstance(item, syntax.Opening)]
        return self.value(opening.request, Here({}, setting.relations, "host", setting.known))

    def acts(self, setting: Setting, request: int, outputs: Values) -> tuple[int, syntax.Rule, int | None] | None:
        """The rule that applies, with the value of what it asks for or accepts."""
        here = Here({self.request: request, **outputs}, setting.relations, "host", setting.known)
        rules = [item for item in self.host.items if isinstance(item, syntax.Rule)]
        for at, rule in enumerate(rules):
            if rule.guard is None or self.value(rule.guard, here):
                action = rule.action
                return at, rule, None if isinstance(action, syntax.GiveUp) else self.value(action.revision, here)
        return None

    def admitted(self, setting: Setting) -> bool:
        """Whether a configuration is one for this session."""
        if not setting.known or (self.most is not None and len(setting.known) > self.most):
            return False
        return self.assumed(setting, None)

    def runs(self, setting: Setting, pool: Sequence[int]) -> Iterator[Run]:
        """Every run on a configuration that is admitted. Those that come to a request ruled out do not come."""
        first = self.start(setting)
        if first is None:
            yield Run((), "stuck")
        else:
            yield from self.after(setting, (), first, pool)

    def after(self, setting: Setting, steps: tuple[Step, ...], request: int, pool: Sequence[int]) -> Iterator[Run]:
        if not self.assumed(setting, request):
            return
        case = self.case(setting, request)
        if case is None:
            yield Run((*steps, Step(request, None, dict.fromkeys(self.outputs), None)), "stuck")
            return
        for outputs in self.answers(setting, request, case, pool):
            if None in outputs.values():
                if not self.leans(case):
                    yield Run((*steps, Step(request, case.name.id, outputs, None)), "stuck")
                    return
                continue
            done = self.reacted(setting, steps, request, case, outputs)
            if isinstance(done, Run):
                yield done
            else:
                yield from self.after(setting, *done, pool)

    def reacted(
        self, setting: Setting, steps: tuple[Step, ...], request: int, case: syntax.Case, outputs: Values
    ) -> Run | tuple[tuple[Step, ...], int]:
        found = self.acts(setting, request, outputs)
        done = (*steps, Step(request, case.name.id, outputs, None if found is None else found[0]))
        if found is None:
            return Run(done, "stuck")
        _, rule, value = found
        if isinstance(rule.action, syntax.GiveUp):
            return Run(done, "gave_up")
        if value is None:
            return Run(done, "stuck")
        if isinstance(rule.action, syntax.Accept):
            return Run(done, "accepted", value)
        if value in [step.request for step in done]:
            return Run(done, "loops")
        return done, value

    def followed(self, setting: Setting, replies: Sequence[Values]) -> Run:
        """The run in which the policy gives these replies; asserts that it can, and that it is a run to its end."""
        assert self.admitted(setting)
        request = self.start(setting)
        if request is None:
            assert not replies
            return Run((), "stuck")
        steps: tuple[Step, ...] = ()
        while True:
            assert self.assumed(setting, request)
            case = self.case(setting, request)
            assert len(replies) > len(steps)
            reply = replies[len(steps)]
            if case is None:
                assert set(reply.values()) == {None}
                return Run((*steps, Step(request, None, reply, None)), "stuck")
            given = {name: reply[name] for name, value in self.assigned(case).items() if value is None}
            outputs = self.filled(setting, request, case, given)
            if None in outputs.values():
                assert not self.leans(case)
                return Run((*steps, Step(request, case.name.id, outputs, None)), "stuck")
            assert outputs == reply
            assert self.ensured(setting, request, case, outputs)
            done = self.reacted(setting, steps, request, case, outputs)
            if isinstance(done, Run):
                assert len(replies) == len(done.steps)
                return done
            steps, request = done

    # ---- what is claimed --------------------------------------------------------------------------------

    def ended(self, setting: Setting, run: Run) -> Here:
        """What properties see of a run that is not stuck."""
        looping = run.ending == "loops"
        free: Values = {**setting.config, "accepted": run.ending == "accepted", "gave_up": run.ending == "gave_up"}
        free["agreed"] = run.agreed
        free["rounds"] = None if looping else len(run.steps)
        last = run.steps[-1]
        for name, value in ((self.request, last.request), *last.outputs.items()):
            nothing = False if self.variables[name].type == "bool" else None
            free[name] = nothing if looping else value
        return Here(free, setting.relations, "policy", setting.known)

    def between(self, setting: Setting, step: Step) -> Here:
        free = {**setting.config, self.request: step.request, **step.outputs}
        return Here(free, setting.relations, "policy", setting.known)

    def fails(self, claim: str, setting: Setting, run: Run) -> bool:
        """Whether a claim, known by its name, fails in a run."""
        match claim:
            case "satisfiable":
                return False
            case "terminates":
                return run.ending == "loops"
            case "requests_known":
                return any(step.request not in setting.known for step in run.steps)
            case "defined":
                return run.ending == "stuck"
            case _:
                pass
        statement = self.statement(claim)
        if isinstance(statement, syntax.Scenario):
            thens = [item.formula for item in statement.items if isinstance(item, syntax.Then)]
            return (
                run.ending != "stuck"
                and self.given(statement, setting)
                and not all(self.value(formula, self.ended(setting, run)) for formula in thens)
            )
        if statement.role == "invariant":
            rounds = [self.between(setting, step) for step in run.steps if step.answered]
            return not all(self.value(statement.formula, here) for here in rounds)
        return run.ending != "stuck" and not self.value(statement.formula, self.ended(setting, run))

    def statement(self, claim: str) -> syntax.Statement | syntax.Scenario:
        named = [i for i in self.session.items if isinstance(i, syntax.Statement)]
        return next(item for item in (*named, *self.scenarios) if item.name.id == claim)

    def given(self, scenario: syntax.Scenario, setting: Setting) -> bool:
        here = Here({}, {}, "policy")
        for item in scenario.items:
            if isinstance(item, syntax.Given):
                value: Any = (setting.config | {"known": setting.known})[item.name.id]
                wanted: Any = self.value(item.value, here)
                same = sorted(value) == sorted(set(wanted)) if item.name.id in self.sets else value == wanted
                if not same:
                    return False
        return True

    def meets(self, claim: str, setting: Setting, run: Run) -> list[bool]:
        """For each premise of a claim, whether a run meets it; that of an invariant, in some round."""
        formula = self.asked(claim)
        if formula is None:
            return [any(step.answered for step in run.steps)]
        statement = self.statement(claim)
        if isinstance(statement, syntax.Statement) and statement.role == "invariant":
            rounds = [self.between(setting, step) for step in run.steps if step.answered]
        elif run.ending == "stuck" or (isinstance(statement, syntax.Scenario) and not self.given(statement, setting)):
            rounds = []
        else:
            rounds = [self.ended(setting, run)]
        met = [self.premises(formula, here) or [True] for here in rounds]
        return [any(column) for column in zip(*met, strict=True)] or [False] * self.needed(claim)

    def needed(self, claim: str) -> int:
        """How many premises a claim has."""
        formula = self.asked(claim)
        return 1 if formula is None else max(self.count(formula), 1)

    def asked(self, claim: str) -> syntax.Expr | None:
        """What a claim asks of each round, or of the end of a run; None where it asks something else."""
        if claim in ("satisfiable", "terminates", "requests_known", "defined"):
            return None
        statement = self.statement(claim)
        if isinstance(statement, syntax.Statement):
            return statement.formula
        thens = tuple(item.formula for item in statement.items if isinstance(item, syntax.Then))
        return thens[0] if len(thens) == 1 else syntax.And(thens)

    def count(self, formula: syntax.Expr) -> int:
        match formula:
            case syntax.Implies(right=right):
                return self.count(right) or 1
            case syntax.And(operands=operands):
                return sum(self.count(operand) for operand in operands)
            case syntax.Quantified(kind="every", body=body):
                return self.count(body) or 1
            case syntax.Call(name=name) | syntax.Name(id=name) if name in self.of_policy and name not in self.variables:
                body = self.of_policy[name].body
                return 0 if body is None else self.count(body)
            case _:
                return 0

    def premises(self, formula: syntax.Expr, here: Here) -> list[bool]:
        match formula:
            case syntax.Implies(left=left, right=right):
                holds = bool(self.value(left, here))
                return [holds and inner for inner in self.premises(right, here)] or [holds]
            case syntax.And(operands=operands):
                return [premise for operand in operands for premise in self.premises(operand, here)]
            case syntax.Quantified(kind="every", variable=variable, domain=domain, body=body):
                rows = [self.premises(body, here.with_(variable, item)) or [True] for item in self.items(domain, here)]
                return [any(column) for column in zip(*rows, strict=True)] or [False] * self.count(formula)
            case syntax.Call(name=name) | syntax.Name(id=name) if (
                name in self.of_policy and name not in self.variables and name not in here.bound
            ):
                define = self.of_policy[name]
                if define.body is None:
                    return []
                arguments: tuple[syntax.Expr, ...] = formula.arguments if isinstance(formula, syntax.Call) else ()
                values = [self.value(argument, here) for argument in arguments]
                names = [p.id for p in define.parameters]
                return self.premises(define.body, here.inside(dict(zip(names, values, strict=True)), here.whose))
            case _:
                return []


@dataclass(frozen=True)
class Here:
    """What names stand for: `free` are the variables that the whole formula sees, `bound` those of quantifiers and
    parameters. `known` is None where there is no caller.
    """

    free: Values
    relations: dict[str, Related]
    whose: str
    known: tuple[int, ...] | None = None
    bound: Values = field(default_factory=dict[str, Any])

    def with_(self, name: str, value: int) -> Here:
        return Here(self.free, self.relations, self.whose, self.known, {**self.bound, name: value})

    def inside(self, parameters: Values, whose: str) -> Here:
        return Here(self.free, self.relations, whose, self.known, parameters)


def compared(operator: str, left: Any, right: Any) -> bool:
    if left is None or right is None:
        return operator == "!="
    match operator:
        case "==":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right
