"""One solver with one policy in it. Only `ask.py` puts questions to it, and what looks at its examples."""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Literal, TypeAlias

import z3  # pyright: ignore[reportMissingTypeStubs]

from ..model.instance import Example
from ..model.parts import Parts, parts_of_goals
from ..model.queries import Answers, Fact, Goal, Query
from ..model.smt import decode
from ..model.smt.examples import is_answer, is_instance, is_relations
from ..model.smt.policies import Encoding, Part
from ..model.smt.terms import Terms, name_of
from ..spec.checked import CheckedPolicy
from .budget import Budget
from .reply import No, Reply, Unknown, Yes

SEED = 0

SPENT = "the solver gave no answer within its budget"
NO_SIZE = "the solver has an example, and leaves open how large its sets are"

Sat: TypeAlias = Literal["sat", "unsat", "unknown"]


class Search:
    """One solver with one policy in it, for sets of at most so many revisions (None: of any number).

    `parts` are the bits that the policy and the questions look at, as far as they are known: a question
    that looks at others makes the solver start anew. Its context is its own, but for searches of one subject that are
    given the same `terms`. What is asked raises TooLarge where it cannot be written down.
    """

    def __init__(
        self, policy: CheckedPolicy, sizes: dict[str, int] | None, parts: Parts, terms: Terms | None = None
    ) -> None:
        self.policy = policy
        self.sizes = sizes
        self.parts = parts
        self._start(terms or Terms())

    def _start(self, terms: Terms) -> None:
        self.encoding = Encoding(terms, self.policy, self.sizes, self.parts)
        # The plain SMT core keeps what it learnt from claim to claim, and counts its own resources.
        self.solver: Any = z3.SimpleSolver(ctx=terms.context)
        self.solver.set("random_seed", SEED)
        # The command ends by itself when it is interrupted; to the solver an interrupt would be one more `unknown`.
        self.solver.set("ctrl_c", False)
        self._why = ""
        # Goals whose parts are known to be cut out; they are kept, as an id is only good as long as what has it lives.
        self._looked_at: dict[int, Goal] = {}
        self.require(self.encoding.drain())
        self._named: dict[str, Any] = {}
        self._assumed = [self._track(part) for part in self.encoding.assumed]
        self._answered: list[Any] | None = None
        self._facts: dict[str, Any] = {}

    # ---- asking -----------------------------------------------------------------------------------------

    def find(self, goals: Query, budget: Budget, *, smallest: bool = False, explain: bool = False) -> Reply:
        """Whether the goals can be met. Where `smallest`, the example found has as few revisions as any.

        Where they cannot, `explain` asks for what that follows from.
        """
        literals = self.literals(goals)
        with self.assuming(self._encoded(goals)):
            reply = self._reply(literals, budget)
            if isinstance(reply, Yes) and smallest:
                return self._smallest(literals, reply, budget)
            if isinstance(reply, No) and explain:
                return No(self._because(literals, budget.aside()))
            return reply

    def confirms(self, goals: Query, example: Example, budget: Budget, *, for_good: bool = False) -> bool | None:
        """Whether the goals are met in an example, with all its values put in; None where that is not decided.

        What is asked `for_good` is the last that this search is asked. The values then stand beside all else before
        anything is looked for, and the solver simplifies by them, quantifiers too.
        """
        literals = self.literals(goals)
        wanted = self._encoded(goals)
        encoding = self.encoding
        values = [is_instance(encoding, example.instance), is_answer(encoding, example.answer)]
        values.append(is_relations(encoding, example.instance.relations))
        if for_good:
            self.require([*self.encoding.drain(), *values, *literals, *wanted])
            answer = self.check([], budget)
        else:
            with self.assuming([*wanted, *values]):
                answer = self.check(literals, budget)
        return None if answer == "unknown" else answer == "sat"

    def needed(self, goals: Query, facts: tuple[Fact, ...], budget: Budget) -> tuple[str, ...]:
        """Of facts that cannot be met beside the goals, a minimal unsatisfiable subset, by name.

        Empty where the goals alone cannot be met, and where it is not known within the budget that the facts cannot.
        """
        self.literals((*goals, *facts))
        always = self.literals(goals)
        own = {fact.name: self._facts[fact.name] for fact in facts}
        with self.assuming(self._encoded(goals)):
            if self.check([*always, *own.values()], budget) != "unsat":
                return ()
            kept = self._needed(always, list(own.values()), budget)
        return tuple(name for name, literal in own.items() if any(literal is one for one in kept))

    # ---- parts of the work, for those who look at examples ------------------------------------------------

    def literals(self, goals: Query) -> list[Any]:
        """The literals under which assumptions, answers and facts hold, as far as the goals ask for them."""
        new = [goal for goal in goals if id(goal) not in self._looked_at]
        missing = parts_of_goals(new) - self.parts
        if missing:
            self.parts |= missing
            self._start(Terms())
        self._looked_at.update((id(goal), goal) for goal in new)
        literals = list(self._assumed)
        if any(isinstance(goal, Answers) for goal in goals):
            if self._answered is None:
                self._begin()
                self._answered = [self._track(part) for part in self.encoding.answered]
            literals += self._answered
        for goal in goals:
            if isinstance(goal, Fact):
                if goal.name not in self._facts:
                    self._begin()
                    self._facts[goal.name] = self._track(Part("", self.encoding.core(goal.formula, True)))
                literals.append(self._facts[goal.name])
        return literals

    def _begin(self) -> None:
        """What is encoded from here on counts by itself: what came before takes nothing from it."""
        self.encoding.encoder.memory.begin()

    def _encoded(self, goals: Query) -> list[Any]:
        self._begin()
        return [self.encoding.goal(goal) for goal in goals]

    def like(self, goals: Query, sizes: dict[str, int]) -> list[Any]:
        """The goals, with sets of exactly these sizes."""
        made = self._encoded(goals)
        return made + [literal for name, size in sizes.items() for literal in self.encoding.size_is(name, size)]

    @contextmanager
    def assuming(self, wanted: list[Any]) -> Generator[None]:
        """Constraints that hold for a while. They are encoded by now; the rules for what they look at hold for good."""
        self.require(self.encoding.drain())
        self.solver.push()
        try:
            self.require(wanted)
            yield
        finally:
            self.solver.pop()

    def require(self, formulas: list[Any]) -> None:
        """Assert formulas, as long as the present frame lasts. z3's own `add` looks at the sort of each."""
        context = self.encoding.terms.context.ref()
        for formula in formulas:
            z3.Z3_solver_assert(context, self.solver.solver, formula.as_ast())

    def check(self, literals: list[Any], budget: Budget) -> Sat:
        """Ask the solver once, and take what it used off the budget."""
        if budget.spent:
            self._why = SPENT
            return "unknown"
        self.solver.set("rlimit", budget.left)
        # What is asserted and what is read of a model uses units too: that is not this question's, nor the first one's.
        before = self._used()
        # z3's own `check` looks at the sort of each literal, which takes longer than many an answer.
        array = (z3.Ast * len(literals))(*(literal.as_ast() for literal in literals))
        context = self.encoding.terms.context.ref()
        answer = z3.Z3_solver_check_assumptions(context, self.solver.solver, len(literals), array)
        budget.spend(self._used() - before)
        if answer == z3.Z3_L_TRUE:
            return "sat"
        if answer == z3.Z3_L_FALSE:
            return "unsat"
        reason = self.solver.reason_unknown()
        stopped = budget.spent or reason in ("canceled", "max. resource limit exceeded")
        self._why = SPENT if stopped else f"the solver gave up: {reason}"
        return "unknown"

    def _used(self) -> int:
        """What the context has used so far, in the solver's units."""
        # Twice for each answer: z3's own `statistics` takes as long again.
        context = self.encoding.terms.context.ref()
        made = z3.Z3_solver_get_statistics(context, self.solver.solver)
        z3.Z3_stats_inc_ref(context, made)
        try:
            for at in reversed(range(z3.Z3_stats_size(context, made))):
                if z3.Z3_stats_get_key(context, made, at) == "rlimit count":
                    return z3.Z3_stats_get_uint_value(context, made, at)
            return 0
        finally:
            z3.Z3_stats_dec_ref(context, made)

    def example(self) -> Example:
        """The example that the last answer, `sat`, stands for."""
        return Example(*decode.example(self.encoding, self.solver.model()))

    # ---- inside -----------------------------------------------------------------------------------------

    def _track(self, part: Part) -> Any:
        name = f"#{len(self._named)}"
        literal = self.encoding.terms.boolean(name)
        self._named[name] = part.name
        self.require([self.encoding.terms.implies(literal, part.holds)])
        return literal

    def _reply(self, literals: list[Any], budget: Budget) -> Reply:
        match self.check(literals, budget):
            case "sat" if self.sizes is None:
                return Unknown(NO_SIZE)
            case "sat":
                return Yes(self.example(), self)
            case "unsat":
                return No()
            case "unknown":
                return Unknown(self._why)

    def _because(self, literals: list[Any], budget: Budget) -> tuple[str, ...]:
        """The names of parts that suffice, none of which can be left out (as far as the budget goes).

        Assumptions come first, and are the last to be left out: they are the reason that is easiest to follow.
        """
        if self.check(literals, budget) != "unsat":
            return ()
        kept = self._needed([], literals, budget)
        names = (self._named.get(name_of(literal), "") for literal in kept)
        return tuple(dict.fromkeys(name for name in names if name))

    def _needed(self, always: list[Any], literals: list[Any], budget: Budget) -> list[Any]:
        """Of literals that contradict each other, a minimal unsatisfiable subset, by deletion (Bakker et al. 1993).

        The last answer was `unsat`. What is not in the solver's own core is left out without asking: so the result is
        that of leaving out in this order, whatever core the solver comes up with.
        """
        kept = list(literals)
        core = self._core()
        for literal in reversed(literals):
            rest = [other for other in kept if other is not literal]
            if name_of(literal) in core:
                if self.check([*always, *rest], budget) != "unsat":
                    continue
                core = self._core()
            kept = rest
        return kept

    def _core(self) -> set[str]:
        return {name_of(literal) for literal in self.solver.unsat_core()}

    def _smallest(self, literals: list[Any], known: Yes, budget: Budget) -> Reply:
        """The example with the fewest revisions in all, looked for from none upward."""
        assert self.sizes is not None
        # What is answered is no part of an instance.
        names = [name for name in self.sizes if name not in self.policy.answered_sets]
        there = [flag for name in names for flag in self.encoding.present[name]]
        for total in range(known.example.instance.size):
            with self.assuming([self.encoding.terms.at_most_true(there, total)]):
                reply = self._reply(literals, budget)
            match reply:
                case Yes():
                    return Yes(reply.example, self, smallest=True)
                case Unknown():
                    return known
                case No():
                    pass
        return Yes(known.example, self, smallest=True)
