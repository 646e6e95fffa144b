"""What the search does on tasks with known answers: the evidence that the order of rules is fitted on.

A recorded search makes its calls in the hand-set order, but skips slow rules on most later states, so that
more states are seen; a call that was made in spite of that counts for the skipped ones (`weight`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from random import Random
from typing import Any

from arc import Grid, Task, grid_key
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import METER, SECOND, OutOfEffort, effort_limit
from inference.proposers.search.answers import Answers
from inference.proposers.search.cell_features import Album, kept_in
from inference.proposers.search.emission import Program
from inference.proposers.search.features import features
from inference.proposers.search.goals import Goal
from inference.proposers.search.grammar import Grammar
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Rule
from inference.proposers.search.search import Search
from inference.proposers.search.states import State

WRONG, AGAIN, RIGHT = "wrong", "again", "right"  # a call's outcome: its answer, and whether it was known

_FAST = 0.004  # seconds of effort; a rule that takes this long on average is called on every state


def record(tasks: Iterable[Task], effort: float) -> Iterator[dict[str, Any]]:
    """Search each task for at most `effort` units and tell, as plain JSON values, what was tried."""
    mean = _Means()
    for task in tasks:
        search = _RecordedSearch(task, TaskBudget(effort), mean)
        search.run()
        yield {"task": task.id, "calls": search.calls}


def record_first_calls(
    tasks: Iterable[Task], rules: Sequence[Rule], effort: float
) -> Iterator[dict[str, Any]]:
    """Call each of these rules once on each task's inputs, for at most `effort` units, and tell the same.

    A right answer counts as if it was known before: nobody else was asked, and the rule may have been made
    for the task.
    """
    for task in tasks:
        grids = task.train_inputs + task.test_inputs
        features = _rounded(task.train_inputs, task.train_outputs)
        calls = []
        for rule in rules:
            answers = _KnowingAnswers(task)
            start = METER.units
            with suppress(OutOfEffort), kept_in(Album()), effort_limit(effort):
                for program in rule(Problem(grids, task.train_outputs, TaskBudget(effort))):
                    answers.offer(program)
            seconds = (METER.units - start) / SECOND
            outcome = AGAIN if answers.right else WRONG if answers.wrong else ""
            calls.append((rule.name, features, 0, round(seconds, 5), 1.0, outcome))
        yield {"task": task.id, "calls": calls}


class _Means:
    """The mean seconds of effort of each rule on later states."""

    def __init__(self) -> None:
        self._sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])

    def add(self, rule: Rule, seconds: float) -> None:
        self._sums[rule.name][0] += 1
        self._sums[rule.name][1] += seconds

    def share(self, rule: Rule) -> float:
        """The share of the calls to make."""
        number, seconds = self._sums[rule.name]
        return 1.0 if number < 10 else min(1.0, _FAST * number / max(seconds, 1e-9))


class _KnowingAnswers(Answers):
    """A pool that tells right programs, for the record only."""

    def __init__(self, task: Task) -> None:
        super().__init__(task.hidden())
        self._right = tuple([grid_key(grid) for grid in task.solved_outputs or ()])
        self.right = self.wrong = 0

    def _take(self, program: Program, tests: Any) -> None:
        super()._take(program, tests)
        if tuple([grid_key(grid) for grid in tests]) == self._right:
            self.right += 1
        else:
            self.wrong += 1


class _RecordedSearch(Search):
    """A search whose calls of rules are written down."""

    def __init__(self, task: Task, budget: TaskBudget, means: _Means) -> None:
        super().__init__(task.hidden(), budget)
        self.grammar = Grammar(self.task, {})
        self.answers: _KnowingAnswers = _KnowingAnswers(task)
        self.calls: list[tuple[str, list[float], int, float, float, str]] = []
        self._means = means
        self._random = Random(task.id)

    def _call(self, rule: Rule, state: State, goal: Goal) -> bool:
        later = state.depth > 0
        share = self._means.share(rule) if later else 1.0
        if self._random.random() >= share:
            return False
        right, wrong = self.answers.right, self.answers.wrong
        start = METER.units
        cut_off = super()._call(rule, state, goal)
        seconds = (METER.units - start) / SECOND
        if later:
            self._means.add(rule, seconds)
        outcome = ""
        if self.answers.right > right:
            outcome = AGAIN if right else RIGHT
        elif self.answers.wrong > wrong:
            outcome = WRONG
        features = _rounded(state.values[: len(goal.outputs)], goal.outputs)
        self.calls.append((rule.name, features, state.depth, round(seconds, 5), round(1 / share, 2), outcome))
        return cut_off


def _rounded(grids: tuple[Grid, ...], outputs: tuple[Grid, ...]) -> list[float]:
    return [round(value, 2) for value in features(grids, outputs).tolist()]
