"""The predictor `cells`: output grids learned cell by cell from a task's own training pairs.

predict(task, budget) learns how large outputs are or what part of the input they picture (frames), trains
small tree ensembles on features of each cell's neighbourhood, row, column, object and the grid's
regularities, judges each model variant on training pairs left out, and yields two different grids for each
test input with a probability of being right.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from arc import Grid, Task, as_grid, grid_key
from inference.proposers.cells.forest import Variant, Votes
from inference.proposers.cells.frames import Frame, frames_of
from inference.proposers.cells.trials import Trial, Workshop
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from scoring.contract import GridPrediction

NAME = "cells"

_ALL = tuple(range(8))
_VARIANTS = (Variant((0,), False), Variant(_ALL, False), Variant((0,), True))
_MOST_FRAMES = 3
_UNLIKELY = -5.0  # the score of a grid that only fills the second attempt


def predict(task: Task, budget: TaskBudget) -> Iterator[GridPrediction]:
    """Yield two different grids for each test input, the likelier first.

    Deterministic for `budget.seed`: the work is the same on every machine, unless the budget ends it.
    `confidence` is a probability calibrated on training tasks.
    """
    workshop = Workshop(task, budget.seed)
    answers: list[dict[bytes, tuple[float, Grid]]] = [{} for _ in task.test]
    trials = run_trials(workshop, budget)
    second = [workshop.untried(trials[0], _VARIANTS[-1])] if len(trials) == 1 else []
    for trial in [*trials, *second]:
        if all(len(found) >= 2 for found in answers) or (all(answers) and budget.spent()):
            break
        for found, drawn in zip(answers, workshop.votes(trial), strict=True):
            for votes, share in drawn:
                grid = as_grid(votes.argmax(2))
                found.setdefault(grid_key(grid), (score(trial, votes, share), grid))
    for found, drawn in zip(answers, workshop.votes(trials[0]), strict=True):
        if len(found) < 2:
            other = as_grid(runner_up(drawn[0][0]))
            found[grid_key(other)] = _UNLIKELY, other
    for index, found in enumerate(answers):
        ranked = sorted(found.values(), key=lambda answer: -answer[0])[:2]
        for sample, (points, grid) in enumerate(ranked):
            seconds = budget.used() / SECOND
            sure = float(1 / (1 + np.exp(0.78 * sample - points)))
            yield GridPrediction(task.id, NAME, sample, index, grid, confidence=sure, seconds=seconds)


def run_trials(workshop: Workshop, budget: TaskBudget) -> list[Trial]:
    """Judge all variants of the first frames, the best first; one without a fault ends it.

    The first trial is made whatever the budget.
    """
    trials: list[Trial] = []
    for frame, variant in _plan(workshop):
        if trials and (budget.spent() or len({trial.frame for trial in trials} | {frame}) > _MOST_FRAMES):
            break
        trial = workshop.try_out(frame, variant)
        if trial is not None:
            trials.append(trial)
            if trial.exact == 1:
                break
    trials.sort(key=lambda trial: trial.rank)
    if trials[0].exact < 1 and len(workshop.task.train) > 1 and not budget.spent():
        trials.append(workshop.refine(trials[0], trials))
    return sorted(trials, key=lambda trial: trial.rank)


def _plan(workshop: Workshop) -> Iterator[tuple[Frame, Variant]]:
    for frame in frames_of(workshop.task, workshop.backgrounds):
        for variant in _VARIANTS:
            yield frame, variant


def score(trial: Trial, votes: Votes, share: float) -> float:
    """The log odds that the votes' grid is right; `share` is the likelihood of its place or size.

    A logistic regression fitted on 81 development tasks (benchmarks/cells.py shows how it holds), on the
    share of pairs left out that came out right, the log of their share of wrong cells, and the log
    probability of the grid's cells.
    """
    sure = float(np.log(np.maximum(votes.max(2), 0.05)).sum())
    placed = float(np.log(max(share, 1e-6)))
    return (
        placed - 2.3 + 1.4 * trial.exact - 0.66 * float(np.log(trial.wrong + 0.003)) + 0.23 * max(sure, -15.0)
    )


def runner_up(votes: Votes) -> Grid:
    """The likeliest other grid: the least sure of the cells that share two best colours take the second."""
    order = np.argsort(-votes, axis=2, kind="stable")
    first, second = order[..., 0], order[..., 1]
    chance = np.take_along_axis(votes, order[..., 1:2], 2)[..., 0]
    least_sure = np.unravel_index(int(chance.argmax()), chance.shape)
    group = (first == first[least_sure]) & (second == second[least_sure])
    group &= chance >= chance[least_sure] / 2
    return np.where(group, second, first).astype(np.int8)
