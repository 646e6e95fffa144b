"""The predictor `cells`: output grids learned cell by cell from a task's own training pairs.

predict(task, budget) trains small tree ensembles on features of each cell's neighbourhood, row, column,
object and the grid's regularities, judges each model variant on training pairs left out, and yields up to
two grids for each test input with a probability of being right. Tasks whose output size follows no simple
rule of the input's get nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from arc import Grid, Task, as_grid, grid_key
from inference.contracts import TaskBudget
from inference.predictors.cells.forest import Variant, Votes, train
from inference.predictors.cells.frames import Frame, frames_of
from inference.predictors.cells.views import Cells, View, fixed_colours
from scoring.evidence import GridPrediction

NAME = "cells"

_ALL = tuple(range(8))
_VARIANTS = (Variant((0,), False), Variant(_ALL, False), Variant((0,), True))
_TRIAL_TREES = 12
_FINAL_TREES = 40


@dataclass(frozen=True, eq=False)
class Trial:
    """A variant's record on training pairs left out: share of whole pairs right, share of wrong cells."""

    frame: Frame
    variant: Variant
    exact: float
    wrong: float

    @property
    def rank(self) -> tuple[float, float]:
        return -self.exact, self.wrong


def predict(task: Task, budget: TaskBudget) -> Iterator[GridPrediction]:
    """Yield up to two different grids for each test input, the likelier first.

    Deterministic for `budget.seed` as long as the CPU time suffices. `confidence` is a probability
    calibrated on training tasks. Yields nothing for tasks out of scope.
    """
    started = time.process_time()
    trials, views = _trials(task, budget)
    if not trials:
        return
    trials.sort(key=lambda trial: trial.rank)
    answers: list[list[tuple[Grid, float]]] = [[] for _ in task.test]
    for trial in trials[:2]:
        for number, votes in enumerate(_final(task, trial, views, budget)):
            grid = as_grid(votes.argmax(2))
            if all(grid_key(grid) != grid_key(other) for other, _ in answers[number]):
                answers[number].append((grid, _confidence(task, trial, votes)))
    for number, found in enumerate(answers):
        for sample, (grid, confidence) in enumerate(found):
            yield GridPrediction(
                task.id,
                NAME,
                sample,
                number,
                grid,
                confidence=confidence * (1.0 if sample == 0 else 0.3),
                seconds=time.process_time() - started,
            )


Views = dict[tuple[Frame, int], View]


def _trials(task: Task, budget: TaskBudget) -> tuple[list[Trial], Views]:
    views: Views = {}
    trials: list[Trial] = []
    for frame in list(frames_of(task))[:2]:
        for variant in _VARIANTS:
            if trials and budget.left() < 0.45 * budget.cpu_seconds:
                break
            trial = _leave_one_out(task, frame, variant, views, budget.seed)
            if trial is not None:
                trials.append(trial)
    return trials, views


def _cells(task: Task, frame: Frame, variant: Variant, views: Views) -> list[list[Cells]] | None:
    """Training cells by pair: each a list over the variant's symmetries."""
    by_view = []
    for symmetry in variant.symmetries:
        view = views.setdefault((frame, symmetry), View(task, frame, symmetry))
        if view.train is None:
            return None
        by_view.append(view.train)
    return [list(views_of_pair) for views_of_pair in zip(*by_view, strict=True)]


def _leave_one_out(task: Task, frame: Frame, variant: Variant, views: Views, seed: int) -> Trial | None:
    pairs = _cells(task, frame, variant, views)
    if pairs is None or len(pairs) < 2:
        return None
    fixed = fixed_colours(task)
    exact, wrong = [], []
    for held in range(len(pairs)):
        others = [cells for number, pair in enumerate(pairs) if number != held for cells in pair]
        model = train(variant, others, fixed, _TRIAL_TREES, seed)
        missed = model.votes(pairs[held]).argmax(2) != task.train[held].answer
        exact.append(not missed.any())
        wrong.append(missed.mean())
    return Trial(frame, variant, float(np.mean(exact)), float(np.mean(wrong)))


def _final(task: Task, trial: Trial, views: Views, budget: TaskBudget) -> Iterator[Votes]:
    pairs = _cells(task, trial.frame, trial.variant, views)
    assert pairs is not None
    examples = [cells for pair in pairs for cells in pair]
    model = train(trial.variant, examples, fixed_colours(task), _FINAL_TREES, budget.seed)
    for number in range(len(task.test)):
        tests = [views[trial.frame, s].test for s in trial.variant.symmetries]
        yield model.votes([cells[number] for cells in tests if cells is not None])


def _confidence(task: Task, trial: Trial, votes: Votes) -> float:
    best = votes.max(2)
    sure = float(np.log(np.maximum(best, 0.05)).sum())
    score = -2.0 + 4.0 * trial.exact - 8.0 * trial.wrong + 0.3 * max(sure, -10.0)
    return float(1 / (1 + np.exp(-score)))
