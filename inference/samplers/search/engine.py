"""The search for one task: grow states, meet the goals, let finishers and rules end the programs.

Time is shared in turns: a slice for growing states, then finishers on all states that fit, then the rules on
the cheapest states they have not seen. A turn that finds a cheap program shortens what is left.
"""

from __future__ import annotations

import heapq
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from arc import Task
from inference.contracts import TaskBudget
from inference.samplers.search.emission import Program, prefix_lines, run_program
from inference.samplers.search.finishers import Joiner
from inference.samplers.search.frontier import Frontier
from inference.samplers.search.goals import Goal, colour_goals, goals_for, mirror_views, outright_goals
from inference.samplers.search.grammar import Grammar
from inference.samplers.search.limits import OutOfTime, cpu_limit
from inference.samplers.search.parts import partings
from inference.samplers.search.pool import Pool
from inference.samplers.search.problem import Fragment, Problem, Rule
from inference.samplers.search.registry import all_rules
from inference.samplers.search.states import Kind, State, Step, shapes_of

_FIRST_CALL = 0.25  # of the task's budget that one call of a rule may use on the input
_CALL_SHARE = 0.12  # and on other states
_GRACE = 0.1  # CPU seconds after which a call that goes on is cut off
_SLOW_CALL = 0.05  # a rule that was slower than this share on the input is not called on later states
_ENDS = 4  # goals that the rules are asked for on the input, the outputs being the first
_COLOUR_PRIORITY = 1.0  # of goals of one colour only
_VIEW_PRIORITY = 2.0  # of the mirrored and transposed task, where states have their promise
_PARTINGS = 2  # kinds of parts whose tasks are searched
_PART_SHARE = 0.12  # of the budget, for each
_RULE_PROGRAMS = 4  # taken from one call


@dataclass
class Profile:
    """Where the CPU seconds of one task went, and how much was tried."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    failed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    states: int = 0
    made: int = 0


class Search:
    """One task's search; `run` does all of it, `pool` then holds what was found.

    Without `learned` the grammar's statistics of written programs are left out. A `nested` search is one of
    the parts of another task.
    """

    def __init__(self, task: Task, budget: TaskBudget, learned: bool = False, nested: bool = False) -> None:
        self.task = task
        self.budget = budget
        self.nested = nested
        self.pool = Pool(task)
        self.profile = Profile()
        self.grammar = Grammar(task, learned)
        self.outputs = task.train_outputs
        self.goals = goals_for(task.train_inputs, self.outputs)
        self._joiner = Joiner(self.outputs, task.train_inputs)
        self._joined = 0
        self._shapes = shapes_of(self.outputs)
        self._wanted = np.concatenate([grid.ravel() for grid in self.outputs])
        self._fits = shapes_of(task.train_inputs) == self._shapes  # the outputs have the inputs' shapes
        self._wrong_before = self._wanted.size
        if self._fits:
            cells = np.concatenate([grid.ravel() for grid in task.train_inputs])
            self._wrong_before = max(1, int(np.count_nonzero(cells != self._wanted)))
        self.frontier = Frontier(
            task.train_inputs + task.test_inputs, len(task.train), self.grammar.following, self._bonus
        )
        self._ends = [goal for goal in outright_goals(self.outputs) if goal.rule != "goal turned"][:_ENDS]
        self._slow: set[Rule] = set()
        self._way_goals: set[Goal] = set()
        # calls of rules that wait: priority, tie, state, goal, number of the next rule
        self._calls: list[tuple[float, int, State, Goal, int]] = []
        self._ties = 0
        self._memory = budget.memory_mb * 2**20 // 4

    def run(self) -> None:
        """Search until the budget is spent, nothing is left to do, or what was found is good enough."""
        total = self.budget.cpu_seconds
        self._reached(self.frontier.root)
        self._await_views()
        self._await_colours()
        self._grow(0.1 * total)
        self._finish()
        self._rules(0.6 * total)
        if not self.nested and not self._enough():
            self._search_parts()
        while not self._enough():
            before = self.budget.used()
            self._grow(min(total, before + 0.1 * total))
            self._finish()
            self._rules(min(total, self.budget.used() + 0.12 * total))
            if self.frontier.next_cost == float("inf") and self.budget.used() - before < 0.01:
                break
        self.profile.states = len(self.frontier.states)
        self.profile.made = self.frontier.made

    def _enough(self) -> bool:
        used = self.budget.used()
        if used >= self.budget.cpu_seconds:
            return True
        best = self.pool.best_cost
        if best == float("inf"):
            return False
        share = used / self.budget.cpu_seconds
        return share > 0.05 + 0.05 * max(0.0, best)

    def _grow(self, until: float) -> None:
        start = time.process_time()
        for state in self.frontier.grow(self.budget, until, self._memory):
            self._reached(state)
        self.profile.seconds["grow"] += time.process_time() - start

    def _reached(self, state: State) -> None:
        if state.kind is not Kind.GRID:
            return
        self._await_rules(state)
        for goal in self.goals.get((state.shapes[: len(self.outputs)], state.train_bytes), ()):
            found = goal.met(state)
            if found is not None:
                self.pool.offer(found)

    def _search_parts(self) -> None:
        """Search the tasks of the parts, and offer their programs applied to every part."""
        start = time.process_time()
        for parting in islice(partings(self.task), _PARTINGS):
            share = min(_PART_SHARE * self.budget.cpu_seconds, self.budget.left())
            inner = Search(
                parting.task, TaskBudget(share, self.budget.memory_mb, self.budget.seed), nested=True
            )
            inner.run()
            for program in islice(inner.pool.ranked(), _RULE_PROGRAMS):
                self.pool.offer(parting.whole(program))
        self.profile.seconds["parts"] += time.process_time() - start

    def _finish(self) -> None:
        """Join the states that came since the last time with all others."""
        start = time.process_time()
        new = self.frontier.states[self._joined :]
        self._joined = len(self.frontier.states)
        for program in self._joiner.join(new, self.budget):
            self.pool.offer(program)
        for state in self._joiner.covers(self.frontier.root):
            if self.frontier.add(state):
                self._reached(state)
        self.profile.seconds["join"] += time.process_time() - start
        start = time.process_time()
        for program in self._joiner.paint():
            self.pool.offer(program)
        self.profile.seconds["paint"] += time.process_time() - start

    def _await_rules(self, state: State) -> None:
        """Line a state up for the rules: for the outputs, and the input also for other outright goals."""
        for number, goal in enumerate(self._ends if state.depth == 0 else self._ends[:1]):
            self._ties += 1
            first = state.depth == 0 and number == 0
            priority = goal.cost + (-100.0 if first else self._promise(state))
            heapq.heappush(self._calls, (priority, self._ties, state, goal, 0))

    def _await_views(self) -> None:
        """Line the mirrored and the transposed task up for the rules that are quick."""
        for step, outputs in mirror_views(self.outputs):
            state = self.frontier.apply(self.frontier.root, step, step.cost)
            if state is not None and self.frontier.add(state):
                self._ties += 1
                goal = Goal(outputs, step.text, 1.0, "view")
                heapq.heappush(self._calls, (_VIEW_PRIORITY, self._ties, state, goal, 0))

    def _await_colours(self) -> None:
        """Line the input up for the rules with the changes to one colour only as goals."""
        for goal in colour_goals(self.task.train_inputs, self.outputs):
            self._ties += 1
            heapq.heappush(self._calls, (_COLOUR_PRIORITY, self._ties, self.frontier.root, goal, 0))
            self._way_goals.add(goal)

    def _on_the_way(self, goal: Goal, fragment: Fragment) -> None:
        """Take the state in that a rule's program for a goal on the way makes of the input."""
        root = self.frontier.root
        values = run_program(fragment.lines, root.values)
        if any(value is None for value in values):
            return
        name = goal.wrap.partition("(")[0]
        definition = (f"def {name}(grid):", *("    " + line for line in fragment.lines), "")
        step = Step(name, goal.wrap, Kind.GRID, Kind.GRID, goal.cost, 0, definition)
        state = State(Kind.GRID, tuple(values), (root,), step, goal.cost + fragment.cost)
        if self.frontier.add(state):
            self._reached(state)

    def _promise(self, state: State) -> float:
        """The state's cost, less for what it has right of the outputs, more for another shape."""
        other_shape = self._fits and state.shapes[: len(self.outputs)] != self._shapes
        return state.cost + (4.0 if other_shape else -1.5 * self._bonus(state))

    def _bonus(self, state: State) -> float:
        """Up to 2 bits for a state of the outputs' shapes with more of their cells than the input has."""
        if (
            state.kind is not Kind.GRID
            or state.shapes[: len(self.outputs)] != self._shapes
            or not state.depth
        ):
            return 0.0
        wrong = int(np.count_nonzero(np.frombuffer(state.train_bytes, np.int8) != self._wanted))
        share = min(1.0, wrong / self._wrong_before)
        return 2.0 * (1.0 - share) if self._fits else 1.0 + 1.0 * (1.0 - share)

    def _rules(self, until: float) -> None:
        """Call rules in the order of promise until `until` CPU seconds of the budget are used."""
        rules = all_rules()
        while self._calls and self.budget.used() < until and not self._enough():
            priority, tie, state, goal, number = heapq.heappop(self._calls)
            if number >= len(rules):
                continue
            heapq.heappush(self._calls, (priority, tie, state, goal, number + 1))
            if state.depth == 0 or rules[number] not in self._slow:
                self._call(rules[number], state, goal)

    def _call(self, rule: Rule, state: State, goal: Goal) -> None:
        start = time.process_time()
        share = _FIRST_CALL if state.depth == 0 else _CALL_SHARE
        allowed = min(self.budget.left(), share * self.budget.cpu_seconds)
        slice_ = TaskBudget(allowed, self.budget.memory_mb, self.budget.seed)
        fragments = rule(Problem(state.values, goal.outputs, slice_))
        try:
            for _ in range(_RULE_PROGRAMS):
                with cpu_limit(slice_.left() + _GRACE):
                    fragment = next(fragments, None)
                if fragment is None:
                    break
                if goal in self._way_goals:
                    self._on_the_way(goal, fragment)
                    break
                lines = goal.wrapped((*prefix_lines(state), *fragment.lines))
                self.pool.offer(Program(lines, state.cost + fragment.cost + goal.cost, fragment.rule))
                if slice_.spent():
                    break
        except OutOfTime:
            self._slow.add(rule)
        except Exception as error:  # a rule's own fault is no reason to lose the task
            self.profile.failed[f"{rule.__name__}: {type(error).__name__}"] += 1
        seconds = time.process_time() - start
        self.profile.seconds[f"rule {rule.__name__}"] += seconds
        if seconds > _SLOW_CALL * self.budget.cpu_seconds:
            self._slow.add(rule)
