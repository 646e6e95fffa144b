"""A scripted model of known accuracy, whose grids stand beside those of a run.

It writes some grids for each test input, each right with a chance that is drawn for the input; its wrong
grids are a few near misses, which it repeats. It also scores every grid under eight views, with noise of
twice the difference between right and wrong: what the rule product-of-experts makes of that measures the
assumption.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from arc import Augmentation, Grid, as_grid, same_grid
from scoring.contract import GridPrediction, GridScore
from scoring.record.merge import TaskRecord

_WRONG = 4  # different near misses of one output
_VIEWS = 8
_CELL = 20  # cells of an output for each one that a near miss has wrong


def with_scripted(
    found: TaskRecord, expected: Sequence[Grid], accuracy: float, samples: int, seed: int
) -> TaskRecord:
    """The record with the grids of a model that is right with a mean chance of `accuracy`.

    It writes `samples` for each test input; its log-probabilities say a little about what is right.
    """
    grids: list[GridPrediction] = []
    palette = sorted({colour for pair in found.task.train for colour in np.unique(pair.answer).tolist()})
    for index, output in enumerate(expected):
        generator = random.Random(f"{seed} {found.task.id} {index}")
        chance = generator.betavariate(2 * accuracy, 2 * (1 - accuracy))
        wrong = [_near_miss(output, palette, generator) for _ in range(_WRONG)]
        for sample in range(samples):
            right = generator.random() < chance
            grid = output if right else generator.choice(wrong)
            loss = generator.gauss(2.0 if right else 3.0, 1.0)
            grids.append(
                GridPrediction(
                    found.task.id, "scripted", sample, index, grid, log_probability=-abs(loss), tokens=10
                )
            )
    record = replace(found, predictions=(*found.predictions, *grids))
    return replace(record, scores=tuple(_scores(record, expected, seed)))


def _scores(found: TaskRecord, expected: Sequence[Grid], seed: int) -> Iterator[GridScore]:
    """The scripted scores of every grid in each view; right ones are likelier by half a deviation."""
    for index, vote in enumerate(found.vote()):
        generator = random.Random(f"views {seed} {found.task.id} {index}")
        for ballot in vote.ballots:
            mean = -2.0 if same_grid(ballot.grid, expected[index]) else -2.5
            for symmetry in range(_VIEWS):
                value = generator.gauss(mean, 1.0)
                view = Augmentation(symmetry)
                yield GridScore(found.task.id, "scripted", index, ballot.grid, view, value, 1)


def _near_miss(output: Grid, palette: Sequence[int], generator: random.Random) -> Grid:
    """The output with some cells in other colours of the training outputs."""
    cells = output.copy()
    for _ in range(1 + output.size // _CELL):
        place = generator.randrange(output.size)
        others = [colour for colour in palette if colour != cells.flat[place]]
        cells.flat[place] = generator.choice(others) if others else 9 - cells.flat[place]
    return as_grid(cells)
