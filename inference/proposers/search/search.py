"""The search for one task: grow states, meet the goals, let finishers and rules end the programs.

Effort is shared in turns: a slice for growing states, then finishers on all states that fit, then the rules
on the cheapest states they have not seen. A turn that finds a cheap program shortens what is left.
"""

from __future__ import annotations

import heapq
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

import numpy as np

from arc import Task
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import METER, SECOND, OutOfEffort, charge, effort_limit
from inference.proposers.search import prices
from inference.proposers.search.answers import Answers
from inference.proposers.search.cell_features import Album, kept_in
from inference.proposers.search.emission import Program, as_function, prefix_lines, run_program
from inference.proposers.search.expressions import Kind, fill
from inference.proposers.search.finishers import Joiner, left_open
from inference.proposers.search.frontier import Frontier
from inference.proposers.search.goals import Goal, goal_key, outright_goals
from inference.proposers.search.grammar import Grammar
from inference.proposers.search.lying import turned_alike
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Rule
from inference.proposers.search.states import State, Step, cells_of, shapes_of
from inference.proposers.search.views import on_black, partings, views

_CALL_SHARE = 0.25  # of the task's budget that one call of a rule may use
_GRACE = 0.1 * SECOND  # units by which a call may overrun before it is cut off
_IDLE = 0.01 * SECOND  # a turn that spends less has nothing left to do
_ENDS = 4  # goals that the rules are asked for on the input, the outputs being the first
_DEAR = 10.0  # bits of an answer that one turn does not settle
_GROWN = 0.03  # of the budget, for more states before more calls of rules
_GROWN_LATER = 0.015  # the same in later turns
_STEP_BITS = 1.0  # bits of a rule's step beside its statements
_ON_THE_WAY, _SOONER = -1.0, 5.0  # a state on the way waits so much and its cost, less for each bit of bonus
_PLAINER = 1.0  # bits by which canvases come after the input
_SEEN_LATER = 2.0  # the same for views, for each bit of their goals
_MOST_CANVASES = 2  # states of the outputs' shapes, of those found at one time, asked like the input
_TURNED = 3.0  # bits by which the steps that follow the input turned alike come earlier: it may be plain then
_PARTINGS = 2  # kinds of parts whose tasks are searched
_PART_SHARE = 0.12  # of the budget, for each
_RULE_PROGRAMS = 4  # taken from one call
_FIRST = -3.0  # the priority of the rules on the input, for the outputs, beside the bits that each waits


class EffortProfile:
    """Where the effort of one task went, in CPU seconds too, and which rules failed."""

    def __init__(self) -> None:
        self.effort: dict[str, float] = defaultdict(float)
        self.seconds: dict[str, float] = defaultdict(float)
        self.failed: dict[str, int] = defaultdict(int)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Book what is spent inside the block on this part of the search."""
        units, seconds = METER.units, time.process_time()
        try:
            yield
        finally:
            self.effort[name] += METER.units - units
            self.seconds[name] += time.process_time() - seconds


# priority, age, the rule (None for all rules), the state and the goal that it is asked for
_Call = tuple[float, int, Rule | None, State, Goal]


class Search:
    """One task's search, and of its `parts`; `run` does all of it, `answers` then holds what was found."""

    def __init__(self, task: Task, budget: TaskBudget, parts: bool = True) -> None:
        self.answers = Answers(task)
        task, self._seen = on_black(task) or (task, Goal(task.train_outputs, "_a", 0.0, "states"))
        self.task, self.outputs = task, task.train_outputs
        self._parts = parts
        self.budget = budget
        self.profile = EffortProfile()
        self.grammar = Grammar(task)
        goals = outright_goals(self.outputs)
        self._met = {goal_key(goal.outputs): goal for goal in goals}
        self._joiner = Joiner(self.outputs, task.train_inputs)
        self._shapes = shapes_of(self.outputs)
        self._wanted = np.concatenate([grid.ravel() for grid in self.outputs])
        self._fits = shapes_of(task.train_inputs) == self._shapes  # the outputs have the inputs' shapes
        self._wrong_before = self._wanted.size
        if self._fits:
            cells = np.concatenate([grid.ravel() for grid in task.train_inputs])
            self._wrong_before = max(1, int(np.count_nonzero(cells != self._wanted)))
        self._turned: set[State] = set()  # the input with all grids lying alike
        self.frontier = Frontier(task.inputs, len(task.train), self.grammar.following, self._bonus)
        self._goals = [goal for goal in goals if not goal.mirrored][:_ENDS]
        self._album = Album()
        self._on_the_way: set[bytes] = set()  # the training cells of such states
        self._calls: list[_Call] = []  # a heap
        self._cut_off: list[_Call] = []  # calls that ran out of effort
        # states of the outputs' shapes, if these are not the inputs', by what they leave open
        self._canvases: list[tuple[float, int, State]] = []
        self._least_left = float("inf")
        self._ties = 0
        self._exhausted = self._gone_on = False
        self._spent = self._best_share = 0.0

    def run(self) -> None:
        """Search until the budget is spent, nothing is left to do, or what was found is good enough."""
        total = self.budget.effort
        if not self._gone_on:
            self._reached(self.frontier.root)
            self._ask_input()
            self._grow(0.1 * total)
            self._rules(0.6 * total)
            if self._parts and not self._enough():
                self._search_parts()
        while not self._enough():
            before = self.budget.used()
            self._grow(min(total, before + (_GROWN_LATER if self._gone_on else _GROWN) * total))
            self._rules(self.budget.used() + 0.12 * total)
            grown = self.frontier.next_cost == float("inf") and self.budget.used() - before < _IDLE
            if grown or (self._gone_on and not self._calls):
                self._exhausted = True
                break

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
        self._calls, self._cut_off = sorted(self._calls + self._cut_off), []

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
        """Grow states, ask rules for the outputs on the most telling canvases, join what is new."""
        with self.profile.part("grow"):
            for state in self.frontier.grow(self.budget, until, self.budget.memory_mb * 2**18):
                self._reached(state)
        for left, _, state in sorted(self._canvases)[:_MOST_CANVASES]:
            if left < self._least_left:
                self._ask(state, self._goals[0], _FIRST + _PLAINER)
        self._least_left = min([self._least_left, *(left for left, *_ in self._canvases)])
        self._canvases = []
        with self.profile.part("join"):
            for program in self._joiner.join(self.frontier.states, self.budget):
                self._offer(program)

    def _reached(self, state: State) -> None:
        new = state.train_bytes not in self._on_the_way and state.shapes == self._shapes
        if new and self._spoils_nothing(state.train_bytes):  # the first such state is on the way
            self._on_the_way.add(state.train_bytes)
            wait = _ON_THE_WAY + state.cost - _SOONER * self._bonus(state)
            self._ask(state, self._goals[0], wait)
        elif not self._fits and state.shapes == self._shapes:
            self._canvases.append((left_open(state, self._wanted), len(self._canvases), state))
        goal = self._met.get((state.shapes, state.train_bytes))
        if goal is not None:
            program = Program((*prefix_lines(state), "return grid"), state.cost, goal.rule)
            self._offer(goal.whole(program))

    def _offer(self, program: Program) -> None:
        self.answers.offer(self._seen.whole(program))

    def _search_parts(self) -> None:
        """Search the tasks of the parts, and offer their programs applied to every part."""
        with self.profile.part("parts"):
            for task, goal in islice(partings(self.task), _PARTINGS):
                share = min(_PART_SHARE * self.budget.effort, self.budget.left())
                inner = Search(task, TaskBudget(share, self.budget.memory_mb, self.budget.seed), parts=False)
                inner.run()
                for program in islice(inner.answers.ranked(), _RULE_PROGRAMS):
                    self._offer(goal.whole(program))

    def _ask(self, state: State, goal: Goal, priority: float, rule: Rule | None = None) -> None:
        """Queue the call of a rule (or of all, each with what it waits) on this state for this goal."""
        self._ties += 1
        heapq.heappush(self._calls, (priority, self._ties, rule, state, goal))

    def _ask_input(self) -> None:
        """Queue the input for the outputs and other outright goals, and the task's other views."""
        root = self.frontier.root
        turned = tuple(turned_alike(root, self.outputs))
        self._turned = {state for state, _ in turned}
        self._met = {goal_key(goal.outputs): goal for _, goal in turned} | self._met
        for goal in self._goals:
            self._ask(root, goal, goal.cost + (0.0 if goal.cost else _FIRST))
        for state, goal in (*views(root, self.outputs), *turned):
            if self.frontier.add(state):
                self._ask(state, goal, _FIRST + _SEEN_LATER * goal.cost)

    def _step(self, before: State, ending: Program) -> None:
        """Add the state that a rule's program for some of the changes makes, and what repeating it makes."""
        name = f"step_{ending.rule}"
        definition = as_function(name, ending.lines)
        for text, more in ((f"{name}(_a)", 0.0), (f"until_stable(_a, {name})", 1.0)):
            made = run_program((*definition, f"return {fill(text, _a='grid')}"), before.values)
            values = tuple([grid for grid in made if grid is not None])
            if len(values) < len(made):
                return
            cost = _STEP_BITS + ending.cost + more
            step = Step(text, Kind.GRID, cost, definition=definition)
            state = State(Kind.GRID, values, before, step, before.cost + cost)
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

    def _bonus(self, state: State) -> float:
        """Up to 2 bits for a state of the outputs' shapes with more of their cells than the input has."""
        if state in self._turned:
            return _TURNED
        if not state.depth or state.shapes != self._shapes:
            return 0.0
        wrong = np.count_nonzero(np.frombuffer(state.train_bytes, np.int8) != self._wanted)
        share = min(1.0, wrong / self._wrong_before)
        self._best_share = max(self._best_share, 1.0 - share)
        return 2.0 * (1.0 - share) if self._fits else 1.0 + 1.0 * (1.0 - share)

    def _rules(self, until: float) -> None:
        """Call rules in the order of promise until `until` units of the budget are used."""
        while self._calls and self.budget.used() < until and not self._enough():
            call = heapq.heappop(self._calls)
            priority, _, rule, state, goal = call
            if rule is None:
                for bits, one in self.grammar.rules(state.values[: len(goal.outputs)], goal.outputs):
                    self._ask(state, goal, priority + bits, one)
            elif self._call(rule, state, goal):
                self._cut_off.append(call)

    def _call(self, rule: Rule, state: State, goal: Goal) -> bool:
        """Call a rule and offer its programs; True if it had too little effort for all that it has."""
        allowed = min(self.budget.left(), _CALL_SHARE * self.budget.effort)
        slice_ = TaskBudget(allowed, self.budget.memory_mb, self.budget.seed)
        with self.profile.part(f"rule {rule.name}"), kept_in(self._album):
            try:
                self._take(rule(Problem(state.values, goal.outputs, slice_)), slice_, state, goal)
            except OutOfEffort:
                slice_.short = True
            except Exception as error:  # a bug in a rule must not lose the task
                self.profile.failed[f"{rule.name}: {type(error).__name__}"] += 1
        return slice_.short or slice_.spent()

    def _take(self, endings: Iterator[Program], slice_: TaskBudget, state: State, goal: Goal) -> None:
        """Offer the programs that a call of a rule gives, as long as it has effort left."""
        charge(prices.CALL)
        for _ in range(_RULE_PROGRAMS):
            with effort_limit(slice_.left() + _GRACE):
                ending = next(endings, None)
            if ending is None:
                return
            if ending.share == 1.0:
                lines, way = (*prefix_lines(state), *ending.lines), state.train_bytes in self._on_the_way
                whole = replace(ending, lines=lines, cost=state.cost + ending.cost, on_the_way=way)
                self._offer(goal.whole(whole))
            elif goal is self._goals[0]:
                with effort_limit(slice_.left() + _GRACE):
                    self._step(state, ending)
