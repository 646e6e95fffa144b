"""The predictor `cells`: output grids learned cell by cell from a task's own training pairs.

predict(task, budget) learns how large outputs are or what part of the input they picture (frames), trains
small tree ensembles on features of each cell's neighbourhood, row, column, object, the grid's regularities
and what the search's catalogue says of the cell, judges each model variant on held-out training pairs, lets
the best of them vote, and yields two different grids for each test input with a probability of being right.
A first turn may end after one variant, with provisional grids.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace

import numpy as np

from arc import Grid, Task, as_grid
from inference.proposers.cells.agreement import Agreement
from inference.proposers.cells.forest import Variant, Votes
from inference.proposers.cells.frames import Frame, frames_of
from inference.proposers.cells.trials import Trial, Workshop
from inference.proposers.contract import Resumable, TaskBudget
from inference.proposers.effort import SECOND
from scoring.contract import GridPrediction

NAME = "cells"

_VARIANTS = (
    Variant((0,), False, False),
    Variant((0,), False, True, max_features=1.0),
    Variant((0,), False, True, named=True),
    Variant((0, 1, 2, 3), False, True),
    Variant((0,), False, True, max_features=1.0, named=True),
)
_OTHER = Variant((0,), True, False)  # for the second grid where one trial was enough
_MOST_FRAMES = 3
_MOST_DRAWN = 5  # trials that draw final grids
_ATTEMPTS = 2
_UNLIKELY = 1e-4  # the confidence of a grid that only fills the second attempt


def predict(task: Task, budget: TaskBudget) -> Generator[GridPrediction, None, Resumable | None]:
    """Yield two different grids for each test input, the likelier first.

    Where the budget ends before the last variant is judged, these are provisional, and what is left to do is
    returned; `resume` then yields the final ones. Deterministic for `budget.seed`: the work is the same on
    every machine. `confidence` is the probability that the grid is right, calibrated on development tasks.
    """
    return (yield from _Learner(task, budget).turn(last=False))


class _Learner:
    """The learning of one task, between its turns."""

    def __init__(self, task: Task, budget: TaskBudget) -> None:
        self._budget = budget
        self._spent = 0.0
        self._workshop = Workshop(task, budget.seed)
        self._plan = _plan(self._workshop)
        self._trials: list[Trial] = []

    @property
    def promise(self) -> float:
        """From 0.5 to 1, by the share of held-out training pairs that the best variant drew right."""
        return 0.5 + 0.5 * max(trial.exact for trial in self._trials)

    def resume(self, effort: float) -> Generator[GridPrediction, None, Resumable | None]:
        self._budget.go_on(self._spent, effort)
        return (yield from self.turn(last=True))

    def turn(self, last: bool) -> Generator[GridPrediction, None, Resumable | None]:
        """Judge variants until the budget is spent or all are judged, and draw the likeliest grids."""
        judged = self._judge()
        done = judged or last
        for prediction in self._drawn(thrifty=not judged):
            yield prediction if done else replace(prediction, sample=prediction.sample - _ATTEMPTS)
        self._workshop.let_go()
        self._spent = self._budget.used()
        return None if done else self

    def _judge(self) -> bool:
        """Judge the variants of the first frames, the best first; one without a fault ends it.

        The first is judged whatever the budget. False if the budget ended it.
        """
        trials = self._trials
        for frame, variant in self._plan:
            if len({trial.frame for trial in trials} | {frame}) > _MOST_FRAMES:
                break
            trial = self._workshop.try_out(frame, variant)
            if trial is not None:
                trials.append(trial)
                if trial.exact == 1:
                    return True
                if self._budget.spent():
                    return False
        return True

    def _drawn(self, thrifty: bool) -> Iterator[GridPrediction]:
        """The two likeliest grids for each test input, by what the best trials made so far draw.

        If `thrifty`, no second model is trained when the first gives a grid for every input.
        """
        task, workshop = self._workshop.task, self._workshop
        trials = sorted(self._trials, key=lambda trial: trial.rank)[:_MOST_DRAWN]
        if trials[0].exact == 1:
            trials = trials[:_ATTEMPTS]
        if len(trials) == 1:
            trials.append(workshop.untried(trials[0], _OTHER))
        answers = [Agreement() for _ in task.test]
        for trial in trials:
            if thrifty and all(answers):
                break
            for answer, drawn in zip(answers, workshop.votes(trial), strict=True):
                answer.add(trial, drawn)
        for index, answer in enumerate(answers):
            ranked = answer.likeliest(_ATTEMPTS)
            if len(ranked) < _ATTEMPTS:
                ranked.append((_UNLIKELY, as_grid(runner_up(workshop.votes(trials[0])[index][0][0]))))
            for sample, (sure, grid) in enumerate(ranked):
                seconds = self._budget.used() / SECOND
                yield GridPrediction(task.id, NAME, sample, index, grid, confidence=sure, seconds=seconds)


def _plan(workshop: Workshop) -> Iterator[tuple[Frame, Variant]]:
    for frame in frames_of(workshop.task, workshop.backgrounds):
        for variant in _VARIANTS:
            yield frame, variant


def runner_up(votes: Votes) -> Grid:
    """The likeliest other grid: the least sure of the cells with the same best two take the second."""
    order = np.argsort(-votes, axis=2, kind="stable")
    first, second = order[..., 0], order[..., 1]
    chance = np.take_along_axis(votes, order[..., 1:2], 2)[..., 0]
    least_sure = np.unravel_index(int(chance.argmax()), chance.shape)
    group = (first == first[least_sure]) & (second == second[least_sure])
    group &= chance >= chance[least_sure] / 2
    return np.where(group, second, first).astype(np.int8)
