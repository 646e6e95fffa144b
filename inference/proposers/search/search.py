"""The search for one task: grow states, meet the goals, let finishers and rules end the programs.

Effort is shared in turns: a slice for growing states, then finishers on all states that fit, then the rules
on the cheapest states they have not seen. A turn that finds a cheap program shortens what is left.
"""

from __future__ import annotations

import heapq
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from arc import Task
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import METER, SECOND, OutOfEffort, charge, effort_limit
from inference.proposers.search import prices
from inference.proposers.search.answers import Answers
from inference.proposers.search.cell_features import Album, kept_in
from inference.proposers.search.emission import Program, prefix_lines, run_program
from inference.proposers.search.expressions import Kind, fill
from inference.proposers.search.finishers import Joiner, left_open
from inference.proposers.search.frontier import Frontier
from inference.proposers.search.goals import Goal, goal_key, outright_goals, views
from inference.proposers.search.grammar import Grammar
from inference.proposers.search.limits import OutOfTime, cpu_limit
from inference.proposers.search.lying import turned_alike
from inference.proposers.search.parts import on_black, partings
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Rule
from inference.proposers.search.states import State, Step, cells_of, shapes_of

_FIRST_CALL = 0.25  # of the task's budget that one call of a rule may use on the input
_CALL_SHARE = 0.12  # and on other states
_GRACE = 0.1 * SECOND  # units by which a call may overrun before it is cut off
_BACKSTOP = 20.0  # CPU seconds after which a call is cut off, whatever effort it has left
_SLOW_CALL = 0.05  # a rule that was slower than this share on the input is not called on later states
_IDLE = 0.01 * SECOND  # a turn that spends less has nothing left to do
_ENDS = 4  # goals that the rules are asked for on the input, the outputs being the first
_DEAR = 10.0  # bits of an answer that one turn does not settle
_GROWN = 0.03  # of the budget, for more states before more calls of rules
_STEP_BITS = 1.0  # bits of a rule's step beside its statements
_ON_THE_WAY = (-1.0, 5.0)  # the priority of a state on the way beside its cost, less so many times its bonus
_PLAINER = 1.0  # bits by which canvases come after the input
_SEEN_LATER = 2.0  # the same for views, for each bit of their goals
_MOST_CANVASES = 2  # states of the outputs' shapes, of those found at one time, asked like the input
_VIEW_PRIORITY = 6.0  # of the mirrored and transposed task, where states have their promise
_TURNED = 3.0  # bits by which the steps that follow the input turned alike come earlier: it may be plain then
_PARTINGS = 2  # kinds of parts whose tasks are searched
_PART_SHARE = 0.12  # of the budget, for each
_RULE_PROGRAMS = 4  # taken from one call
_FIRST = -100.0  # the priority of the rules on the input, for the outputs, in the order set by hand
_LEARNED_FIRST = -3.0  # the same where what was learned tells how long a call should wait
_DEEPER = 6.0  # bits that choosing a step takes on top of its cost, the steps being many


@dataclass(order=True)
class _Calls:
    """The rules to call on a state for a goal, one after another, each with the bits that delay it."""

    priority: float  # of the next call
    tie: int
    base: float = field(compare=False)
    state: State = field(compare=False)
    goal: Goal = field(compare=False)
    rules: Sequence[tuple[float, Rule]] | None = field(default=None, compare=False)  # None until its turn
    next: int = field(default=0, compare=False)


@dataclass
class EffortProfile:
    """Where the effort of one task went, in CPU seconds too, and how much was tried."""

    effort: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    failed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    states: int = 0
    made: int = 0

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Book what is spent inside the block on this part of the search."""
        units, seconds = METER.units, time.process_time()
        try:
            yield
        finally:
            self.effort[name] += METER.units - units
            self.seconds[name] += time.process_time() - seconds


class Search:
    """One task's search; `run` does all of it, `answers` then holds what was found.

    With `hand_set` the grammar ignores what was learned. A `nested` search is one of the parts of
    another task.
    """

    def __init__(self, task: Task, budget: TaskBudget, hand_set: bool = False, nested: bool = False) -> None:
        self._on_black = on_black(task)
        self.answers = Answers(task)
        self.task = task = self._on_black.task if self._on_black else task
        self.budget = budget
        self.hand_set = hand_set
        self._first = _FIRST if hand_set else _LEARNED_FIRST
        self._deeper = 0.0 if hand_set else _DEEPER
        self.nested = nested
        self.profile = EffortProfile()
        self.grammar = Grammar(task, hand_set)
        self.outputs = task.train_outputs
        goals = outright_goals(self.outputs)
        self._goals = {goal_key(goal.outputs): goal for goal in goals}
        self._joiner = Joiner(self.outputs, task.train_inputs)
        self._joined = 0
        self._shapes = shapes_of(self.outputs)
        self._wanted = np.concatenate([grid.ravel() for grid in self.outputs])
        self._fits = shapes_of(task.train_inputs) == self._shapes  # the outputs have the inputs' shapes
        self._wrong_before = self._wanted.size
        if self._fits:
            cells = np.concatenate([grid.ravel() for grid in task.train_inputs])
            self._wrong_before = max(1, int(np.count_nonzero(cells != self._wanted)))
        self._turned: set[State] = set()  # the input with all grids lying alike
        self.frontier = Frontier(
            task.train_inputs + task.test_inputs, len(task.train), self.grammar.following, self._bonus
        )
        self._ends = [goal for goal in goals if not goal.mirrored][:_ENDS]
        # rules that ran into the backstop: what is found may depend on the machine
        self.stopped: list[str] = []
        self._album = Album()
        self._slow: set[Rule] = set()
        self._cut_off: list[tuple[Rule, State, Goal]] = []  # calls on the input that ran out of effort
        self._on_the_way: set[bytes] = set()  # the training cells of such states
        self._whole = {self.frontier.root}  # what rules may spend as much on as on the input
        self._calls: list[_Calls] = []  # a heap
        self._canvases: list[_Calls] = []  # on states of the outputs' shapes, if that is another
        self._least_left = float("inf")
        self._ties = 0
        self._memory = budget.memory_mb * 2**20 // 4
        self._begun = self._exhausted = self._gone_on = False
        self._spent = 0.0
        self._best_share = 0.0

    def run(self) -> None:
        """Search until the budget is spent, nothing is left to do, or what was found is good enough."""
        if not self._begun:
            self._begun = True
            self._begin()
        while not self._enough():
            total, before = self.budget.effort, self.budget.used()
            self._grow(min(total, before + _GROWN * total))
            self._promote_canvases()
            self._finish()
            self._rules(min(total, self.budget.used() + 0.12 * total))
            if self.frontier.next_cost == float("inf") and self.budget.used() - before < _IDLE:
                self._exhausted = True
                break
        self.profile.states = len(self.frontier.states)
        self.profile.made = self.frontier.made

    def _begin(self) -> None:
        total = self.budget.effort
        self._reached(self.frontier.root)
        self._await_views()
        self._grow(0.1 * total)
        self._promote_canvases()
        self._finish()
        self._rules(0.6 * total)
        if not self.nested and not self._enough():
            self._search_parts()

    @property
    def unfinished(self) -> bool:
        """True if only its effort ended the search, or if what its first turn found is dear.

        Such an answer is wrong too often, and the rules have seen too little by then, to leave it at that.
        """
        dear = not self._gone_on and self.answers.best_cost > _DEAR
        return not self._exhausted and (dear or not self._good_enough())

    def pause(self) -> None:
        """Note the effort spent; nothing counts until `go_on`. Frees what it can."""
        self._album = Album()
        self._spent = self.budget.used()

    def go_on(self, effort: float) -> None:
        """Grant more effort after a pause; the next `run` uses it. Calls that were cut off are made again."""
        self._gone_on = True
        self.budget.go_on(self._spent, effort)
        self._slow.clear()
        cut_off, self._cut_off = self._cut_off, []
        for rule, state, goal in cut_off:
            self._ties += 1
            self._line_up(_Calls(0.0, self._ties, -100.0, state, goal, ((0.0, rule),)))

    @property
    def promise(self) -> float:
        """From 0 to 1: the largest share of pairs that a program got right, or of wrong cells put right.

        0 where there is an answer: it can wait for a better one.
        """
        return 0.0 if len(self.answers) else max(self.answers.best_share, self._best_share)

    def _enough(self) -> bool:
        return self.budget.spent() or self._good_enough()

    def _good_enough(self) -> bool:
        """True if the best program is so cheap that more effort is hardly worth it."""
        share, bits = self.budget.used() / self.budget.effort, max(0.0, self.answers.best_cost)
        return share > 0.03 + bits * min(0.05, 0.01 * bits)

    def _grow(self, until: float) -> None:
        with self.profile.part("grow"):
            for state in self.frontier.grow(self.budget, until, self._memory):
                self._reached(state)

    def _reached(self, state: State) -> None:
        if state.kind is not Kind.GRID:
            return
        if self._is_on_the_way(state):
            self._on_the_way.add(state.train_bytes)
            self._whole.add(state)
        self._await_rules(state)
        goal = self._goals.get((state.shapes[: len(self.outputs)], state.train_bytes))
        if goal is not None:
            self._offer(goal.met(state))

    def _offer(self, program: Program) -> None:
        self.answers.offer(self._on_black.whole(program) if self._on_black else program)

    def _search_parts(self) -> None:
        """Search the tasks of the parts, and offer their programs applied to every part."""
        with self.profile.part("parts"):
            for parting in islice(partings(self.task), _PARTINGS):
                share = min(_PART_SHARE * self.budget.effort, self.budget.left())
                budget = TaskBudget(share, self.budget.memory_mb, self.budget.seed)
                inner = Search(parting.task, budget, self.hand_set, nested=True)
                inner.run()
                for program in islice(inner.answers.ranked(), _RULE_PROGRAMS):
                    self._offer(parting.whole(program))

    def _finish(self) -> None:
        """Join the states that are new since the last time with all others."""
        with self.profile.part("join"):
            new = self.frontier.states[self._joined :]
            self._joined = len(self.frontier.states)
            for program in self._joiner.join(new, self.budget):
                self._offer(program)

    def _await(self, state: State, goal: Goal, priority: float) -> _Calls:
        """Queue the calls of all rules on this state for this goal."""
        self._ties += 1
        calls = _Calls(priority, self._ties, priority, state, goal)
        heapq.heappush(self._calls, calls)
        return calls

    def _line_up(self, calls: _Calls) -> None:
        assert calls.rules is not None
        if calls.next < len(calls.rules):
            calls.priority = calls.base + calls.rules[calls.next][0]
            heapq.heappush(self._calls, calls)

    def _await_rules(self, state: State) -> None:
        """Queue a state for the rules: for the outputs, and the input also for other outright goals."""
        for number, goal in enumerate(self._ends if state.depth == 0 else self._ends[:1]):
            first = state.depth == 0 and number == 0
            priority = goal.cost + (self._first if first else self._promise(state))
            calls = self._await(state, goal, priority)
        if not self._fits and self._has_shapes(state):
            self._canvases.append(calls)

    def _await_views(self) -> None:
        """Queue the task's other views for the rules."""
        root = self.frontier.root
        turned = tuple(turned_alike(root.values, self.outputs))
        for step, goal in (*views(root.values, self.outputs), *turned):
            state = self.frontier.apply(root, step, step.cost)
            if state is not None and (step, goal) in turned:
                self._turned.add(state)
                self._goals.setdefault(goal_key(goal.outputs), goal)
            if state is not None and self.frontier.add(state):
                if not goal.mirrored:
                    self._whole.add(state)
                later = _VIEW_PRIORITY if goal.mirrored else self._first + _SEEN_LATER * goal.cost
                self._await(state, goal, later)

    def _promote_canvases(self) -> None:
        """For outputs of another size, ask the states of theirs that say most about them like the input."""
        canvases, self._canvases = self._canvases, []
        ranked = sorted((left_open(calls.state, self._wanted), calls) for calls in canvases)
        for left, calls in ranked[:_MOST_CANVASES]:
            if left < self._least_left:
                calls.base = calls.priority = self._first + _PLAINER
                self._whole.add(calls.state)
        heapq.heapify(self._calls)
        self._least_left = min(self._least_left, *(left for left, _ in ranked), float("inf"))

    def _has_shapes(self, state: State) -> bool:
        """True if its training grids have the outputs' shapes."""
        return state.shapes[: len(self.outputs)] == self._shapes

    def _step(self, before: State, ending: Program) -> None:
        """Add the state that a rule's program for some of the changes makes, and what repeating it makes."""
        name = f"step_{ending.rule}"
        definition = (f"def {name}(grid):", *("    " + line for line in ending.lines), "")
        for text, more in ((f"{name}(_a)", 0.0), (f"until_stable(_a, {name})", 1.0)):
            made = run_program((*definition, f"return {fill(text, _a='grid')}"), before.values)
            values = tuple([grid for grid in made if grid is not None])
            if len(values) < len(made):
                return
            cost = _STEP_BITS + ending.cost + more
            step = Step(text, Kind.GRID, cost, definition=definition)
            state = State(Kind.GRID, values, (before,), step, before.cost + cost)
            if self.frontier.add(state):
                self._reached(state)
            again = run_program(ending.lines, values[: len(self.outputs)])
            if not self._spoils_nothing(cells_of([grid for grid in again if grid is not None])):
                return

    def _spoils_nothing(self, cells: bytes) -> bool:
        """True if such training grids differ from the input only where it is wrong.

        All that differs must be right, or at least half of what is wrong must be put right.
        """
        made = np.frombuffer(cells, np.int8)
        if not self._fits or made.size != self._wanted.size:
            return False
        before = np.frombuffer(self.frontier.root.train_bytes, np.int8)
        changed, right = made != before, made == self._wanted
        spoilt = changed & (before == self._wanted)
        if spoilt.any() or not changed.any():
            return False
        return bool(right[changed].all() or 2 * np.count_nonzero(~right) <= self._wrong_before)

    def _is_on_the_way(self, state: State) -> bool:
        """True for the first state that changes only what should change (see `_spoils_nothing`)."""
        known = not state.depth or state.train_bytes in self._on_the_way
        return not known and self._has_shapes(state) and self._spoils_nothing(state.train_bytes)

    def _promise(self, state: State) -> float:
        """The state's cost, less for what it has right of the outputs, more for another shape."""
        other_shape = self._fits and not self._has_shapes(state)
        if state in self._whole and state.depth:
            return _ON_THE_WAY[0] + state.cost - _ON_THE_WAY[1] * self._bonus(state)
        return state.cost + self._deeper * state.depth + (4.0 if other_shape else -1.5 * self._bonus(state))

    def _bonus(self, state: State) -> float:
        """Up to 2 bits for a state of the outputs' shapes with more of their cells than the input has."""
        if state in self._turned:
            return _TURNED
        if not state.depth or not self._has_shapes(state):
            return 0.0
        wrong = np.count_nonzero(np.frombuffer(state.train_bytes, np.int8) != self._wanted)
        share = min(1.0, wrong / self._wrong_before)
        self._best_share = max(self._best_share, 1.0 - share)
        return 2.0 * (1.0 - share) if self._fits else 1.0 + 1.0 * (1.0 - share)

    def _rules(self, until: float) -> None:
        """Call rules in the order of promise until `until` units of the budget are used."""
        while self._calls and self.budget.used() < until and not self._enough():
            calls = heapq.heappop(self._calls)
            if calls.rules is None:
                calls.rules = self.grammar.rules(calls.state.values[: len(self.outputs)], calls.goal.outputs)
                self._line_up(calls)
                continue
            rule = calls.rules[calls.next][1]
            calls.next += 1
            self._line_up(calls)
            if calls.state in self._whole or rule not in self._slow:
                self._call(rule, calls.state, calls.goal)

    def _call(self, rule: Rule, state: State, goal: Goal) -> None:
        share = _FIRST_CALL if state in self._whole else _CALL_SHARE
        allowed = min(self.budget.left(), share * self.budget.effort)
        slice_ = TaskBudget(allowed, self.budget.memory_mb, self.budget.seed)
        cut_off = False
        with self.profile.part(f"rule {rule.name}"):
            try:
                with kept_in(self._album):
                    self._take(rule(Problem(state.values, goal.outputs, slice_)), slice_, state, goal)
            except OutOfEffort:
                cut_off = True
            except OutOfTime:
                self.stopped.append(rule.name)
            except Exception as error:  # a bug in a rule must not lose the task
                self.profile.failed[f"{rule.name}: {type(error).__name__}"] += 1
        if slice_.used() > _SLOW_CALL * self.budget.effort:
            self._slow.add(rule)
        if state in self._whole and (cut_off or slice_.short or slice_.spent()):
            self._cut_off.append((rule, state, goal))

    def _take(self, endings: Iterator[Program], slice_: TaskBudget, state: State, goal: Goal) -> None:
        """Offer the programs that a call of a rule gives, as long as it has effort left."""
        charge(prices.CALL)
        for _ in range(_RULE_PROGRAMS):
            with effort_limit(slice_.left() + _GRACE), cpu_limit(_BACKSTOP):
                ending = next(endings, None)
            if ending is None:
                return
            if ending.share < 1.0:
                if goal is self._ends[0]:
                    with effort_limit(slice_.left() + _GRACE):
                        self._step(state, ending)
                continue
            cost = state.cost + ending.cost + goal.cost
            lines = goal.wrapped((*prefix_lines(state), *ending.lines))
            on_the_way = state.train_bytes in self._on_the_way
            self._offer(Program(lines, cost, ending.rule, ending.doubt, on_the_way=on_the_way))
