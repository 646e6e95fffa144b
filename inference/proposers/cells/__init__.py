"""The predictor `cells`: output grids learned cell by cell from a task's own training pairs.

predict(task, budget) trains small tree ensembles on features of each cell's neighbourhood, row, column,
object and the grid's regularities, judges each model variant on training pairs left out, and yields up to
two grids for each test input with a probability of being right. Tasks whose output size follows no simple
rule of the input's get nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from arc import Grid, Task, as_grid, grid_key
from inference.proposers.cells.forest import Variant, Votes
from inference.proposers.cells.frames import frames_of
from inference.proposers.cells.trials import Trial, Workshop
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from scoring.contract import GridPrediction

NAME = "cells"

_ALL = tuple(range(8))
_LEAST_CONFIDENCE = 0.015  # of the grids below it, none was right
_VARIANTS = (Variant((0,), False), Variant(_ALL, False), Variant((0,), True))


def predict(task: Task, budget: TaskBudget) -> Iterator[GridPrediction]:
    """Yield up to two different grids for each test input, the likelier first.

    Deterministic for `budget.seed` and its effort. `confidence` is a probability
    calibrated on training tasks. Yields nothing for tasks out of scope.
    """
    workshop = Workshop(task, budget.seed)
    trials = run_trials(workshop, budget)
    answers: list[list[tuple[Grid, float]]] = [[] for _ in task.test]
    for trial in trials:
        if all(len(found) == 2 for found in answers) or (all(answers) and budget.left() < 0):
            break
        for found, votes in zip(answers, workshop.votes(trial), strict=True):
            grid = as_grid(votes.argmax(2))
            if len(found) < 2 and all(grid_key(grid) != grid_key(other) for other, _ in found):
                found.append((grid, confidence(trial, votes, len(found))))
    for number, found in enumerate(answers):
        told = [(grid, sure) for grid, sure in found if sure >= _LEAST_CONFIDENCE]
        for sample, (grid, sure) in enumerate(sorted(told, key=lambda answer: -answer[1])):
            yield GridPrediction(
                task.id, NAME, sample, number, grid, confidence=sure, seconds=budget.used() / SECOND
            )


def run_trials(workshop: Workshop, budget: TaskBudget) -> list[Trial]:
    """Judge all variants that the budget allows, the best first; empty for tasks out of scope."""
    trials: list[Trial] = []
    for frame in list(frames_of(workshop.task))[:2]:
        for variant in _VARIANTS:
            if trials and budget.left() < 2 * _expected_effort(variant, trials[0]):
                continue
            trial = workshop.try_out(frame, variant)
            if trial is not None:
                trials.append(trial)
    trials.sort(key=lambda trial: trial.rank)
    if trials and trials[0].exact < 1 and budget.left() > 3 * trials[0].effort:
        refined = workshop.refine(trials[0], trials)
        if refined is not None:
            trials.append(refined)
    return sorted(trials, key=lambda trial: trial.rank)


def _expected_effort(variant: Variant, measured: Trial) -> float:
    """What a variant will cost, from what another took; the first view of a grid costs most."""
    views = len(variant.symmetries) / len(measured.variant.symmetries)
    return measured.effort * max(1.0, views / 2)


def confidence(trial: Trial, votes: Votes, earlier: int) -> float:
    """The probability that the votes' grid is right, `earlier` being how many likelier grids there are.

    A logistic regression fitted on 81 development tasks (benchmarks/cells.py shows how it holds), on the
    share of pairs left out that came out right, the log of their share of wrong cells, and the log
    probability of the grid's cells.
    """
    sure = float(np.log(np.maximum(votes.max(2), 0.05)).sum())
    score = -2.3 + 1.4 * trial.exact - 0.66 * np.log(trial.wrong + 0.003) + 0.23 * max(sure, -15.0)
    return float(1 / (1 + np.exp(0.78 * earlier - score)))
