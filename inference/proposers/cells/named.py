"""What the search's catalogue says of each cell, as more layers: its masks, numbers and colours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from arc import Task
from inference.proposers.cells.layers import OUTSIDE, Layers, Numbers
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_features import Scene, cell_features
from inference.proposers.search.cell_table import evaluated
from inference.proposers.search.expressions import Expression, Kind
from inference.proposers.search.problem import Problem


def named_layers(task: Task) -> list[Layers]:
    """Layers of each input, of the same names for all.

    What says the same of all cells, or no more than what came before, is left out.
    """
    problem = Problem(task.inputs, task.train_outputs, TaskBudget(0.0))
    ends = np.cumsum([grid.size for grid in task.inputs])[:-1]
    found = [Layers(grid.shape) for grid in task.inputs]
    known = set()
    for feature, values in _told(problem):
        colour = feature.kind is Kind.COLOUR
        key = colour, values.tobytes()
        if key in known or (values == values[0]).all():
            continue
        known.add(key)
        for layers, part in zip(found, np.split(values, ends), strict=True):
            add = layers.colour if colour else layers.number
            add(feature.text, part.reshape(layers.shape))
    return found


def _told(problem: Problem) -> Iterator[tuple[Expression, Numbers]]:
    """Each feature with its values for the cells of all grids, end to end."""
    grids = problem.grids
    square = all(grid.shape[0] == grid.shape[1] for grid in grids)
    scenes = [Scene(grid, problem.lets) for grid in grids]
    price = prices.FEATURE[0] * len(grids) + prices.FEATURE[1] * sum(grid.size for grid in grids)
    for feature in cell_features(problem.telling_colours, problem.background, square):
        charge(price)
        values = evaluated(feature, scenes)
        if values is None:
            continue
        if feature.kind is Kind.COLOUR:
            values = np.where((values < 0) | (values >= OUTSIDE), OUTSIDE, values)
        yield feature, values.astype(np.float32)
