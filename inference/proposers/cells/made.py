"""What short pipelines of the search's words make of the inputs: more to learn from, cell by cell.

A pipeline that gives grids of the outputs' shapes need not be right to be of use: what it shows at a cell is
one more layer, which the forests may follow or ask (stacking, Wolpert 1992).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from arc import Task
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search.frontier import Frontier
from inference.proposers.search.goals import Grids
from inference.proposers.search.grammar import Grammar
from inference.proposers.search.states import State, shapes_of

_EFFORT = 0.15 * SECOND
_MEMORY = 2**27  # bytes
_MOST = 16
_UNCHANGED = 0.02  # the weight of a cell that the input has right already
_USUAL_COST = 4.0  # bits


def made_of(task: Task) -> list[Grids]:
    """Grids whose training cells together say most about the training outputs, the most telling first.

    Each is one grid for each input, those of the tests last. All have the training outputs' shapes; there
    are none where no pipeline gives such grids.
    """
    shapes = shapes_of(task.train_outputs)
    frontier = Frontier(task.inputs, len(task.train), Grammar(task).following)
    grown = frontier.grow(TaskBudget(_EFFORT), _EFFORT, _MEMORY)
    fitting = [state for state in grown if state.shapes == shapes]
    if not fitting:
        return []
    wanted = np.concatenate([grid.ravel() for grid in task.train_outputs])
    weights = np.ones(wanted.size)
    if shapes_of(task.train_inputs) == shapes:
        weights[np.concatenate([grid.ravel() for grid in task.train_inputs]) == wanted] = _UNCHANGED
    right = np.array([np.frombuffer(state.train_bytes, np.int8) for state in fitting]) == wanted
    return [state.values for state in _telling(fitting, right, weights)]


def _telling(
    states: Sequence[State], right: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64]
) -> list[State]:
    """A greedy choice: cells weigh half as much each time they are explained again."""
    costs = np.array([_USUAL_COST + state.cost for state in states])
    left = list(range(len(states)))
    chosen: list[State] = []
    while left and len(chosen) < _MOST:
        gains = (right[left] @ weights) / costs[left]
        best = left.pop(int(gains.argmax()))
        chosen.append(states[best])
        weights = np.where(right[best], weights / 2, weights)
    return chosen
