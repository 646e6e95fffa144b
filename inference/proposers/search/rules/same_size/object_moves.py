"""How far objects move: expressions of `one`, `things`, `grid` and an object `other` for rows and columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from arc import Grid
from inference.proposers.search.cell_learner import Bools
from inference.proposers.search.language import function
from inference.proposers.search.object_table import ObjectTable
from inference.proposers.search.problem import Problem
from omniarc import Object

_MOST_WAYS = 6

Place = tuple[int, int]

# by axis: (name of the first cell, of the last, number of the axis, words of the directions back and on)
_AXES = (("row", "bottom", 0, ("UP", "DOWN")), ("col", "right", 1, ("LEFT", "RIGHT")))


@dataclass(frozen=True)
class Way:
    """An expression of the steps along one axis, the statements that define what it uses, its cost."""

    text: str
    needs: tuple[str, ...]
    cost: float


def targets(grid: Grid, out: Grid, one: Object) -> list[Place]:
    """Where the output shows the object and the input does not, as the places of its top left cell."""
    if one.height > out.shape[0] or one.width > out.shape[1]:
        return []
    shape = (one.height, one.width)
    windows = np.lib.stride_tricks.sliding_window_view(out, shape)
    before = np.lib.stride_tricks.sliding_window_view(grid, shape)
    own = one.cells[one.mask]
    shown = (windows[:, :, one.mask] == own).all(axis=2)
    new = (before[:, :, one.mask] != own).any(axis=2)
    return [(int(row), int(col)) for row, col in np.argwhere(shown & new)]


def ways(
    problem: Problem, table: ObjectTable, movers: Bools, places: Sequence[Sequence[Place]]
) -> tuple[list[Way], list[Way]]:
    """The cheapest expressions for the rows and for the columns that all movers of the pairs may go.

    `places` has for each training object, in order, where it may have gone.
    """
    every = table.all_objects
    numbers = [int(n) for n in np.flatnonzero(movers) if n < len(places)]
    steps: tuple[list[set[int]], list[set[int]]] = ([], [])
    for number in numbers:
        one = every[number]
        steps[0].append({row - one.row for row, _ in places[number]})
        steps[1].append({col - one.col for _, col in places[number]})
    others = list(_others(problem, table, movers))
    found: list[list[Way]] = []
    for axis in (0, 1):
        fitting = []
        for text, cost in _alone(axis, steps[axis], problem):
            if _fits(problem, table, text, numbers, steps[axis], None):
                fitting.append(Way(text, (), cost))
        for line, price, anchors in others:
            for text, cost in _to_other(axis):
                if _fits(problem, table, text, numbers, steps[axis], anchors):
                    fitting.append(Way(text, (line,), cost + price))
        found.append(sorted(fitting, key=lambda way: way.cost)[:_MOST_WAYS])
    return found[0], found[1]


def _fits(
    problem: Problem,
    table: ObjectTable,
    text: str,
    numbers: Sequence[int],
    steps: Sequence[set[int]],
    anchors: Sequence[Object] | None,
) -> bool:
    run = function(f"lambda grid, things, one, other: {text}")
    every = table.all_objects
    try:
        for number, allowed in zip(numbers, steps, strict=True):
            pair = int(table.pair[number])
            other = None if anchors is None else anchors[pair]
            if run(problem.grids[pair], table.objects[pair], every[number], other) not in allowed:
                return False
    except Exception:  # an expression that has no value here
        return False
    return True


def _others(
    problem: Problem, table: ObjectTable, movers: Bools
) -> Iterator[tuple[str, float, tuple[Object, ...]]]:
    """Statements that define `other`, and what it is in each grid."""
    texts = [
        ("max(things, key=lambda one: one.size)", 1.5),
        ("min(things, key=lambda one: one.size)", 1.8),
    ]
    shared = set.intersection(*(set(np.unique(grid).tolist()) for grid in problem.grids)) - {0}
    texts += [(f"object_at(grid, grid == {colour})", 1.5) for colour in sorted(shared)]
    if all((table.pair[~movers] == number).sum() == 1 for number in range(len(problem.grids))):
        texts.insert(0, ("next(one for one in things if one not in movers)", 1.0))
    every = table.all_objects
    for text, cost in texts:
        run = function(f"lambda grid, things, movers: {text}")
        anchors: list[Any] = []
        for number, (grid, things) in enumerate(zip(problem.grids, table.objects, strict=True)):
            moving = [every[place] for place in np.flatnonzero(movers & (table.pair == number))]
            anchors.append(run(grid, things, moving))
        yield f"other = {text}", cost, tuple(anchors)


def _alone(axis: int, steps: Sequence[set[int]], problem: Problem) -> Iterator[tuple[str, float]]:
    """Expressions that need no other object."""
    first, last, number, (back, on) = _AXES[axis]
    length = ("one.height", "one.width")[axis]
    common = set.intersection(*steps) if steps else set()
    for step in sorted(common, key=abs)[:2]:
        yield str(step), 0.0 if step == 0 else 1.0 + 0.4 * abs(step)
    yield f"-one.{first}", 1.5
    yield f"grid.shape[{number}] - 1 - one.{last}", 1.7
    yield f"grid.shape[{number}] - 1 - one.{last} - one.{first}", 2.2
    yield f"-free_distance(grid, one, {back})", 1.5
    yield f"free_distance(grid, one, {on})", 1.5
    for measure, cost in ((length, 1.2), ("one.size", 1.8), ("len(things)", 2.2), ("len(one.colours)", 2.2)):
        yield measure, cost
        yield f"-{measure}", cost
    shared = set.intersection(*(set(np.unique(grid).tolist()) for grid in problem.grids))
    for colour in sorted(shared - {0}):
        yield f"count_colour(grid, {colour})", 2.2
        yield f"-count_colour(grid, {colour})", 2.2


def _to_other(axis: int) -> Iterator[tuple[str, float]]:
    """Expressions of the steps to the place that `other` tells."""
    first, last, number, _ = _AXES[axis]
    yield f"other.{first} - one.{first}", 0.8
    yield f"other.{last} - one.{last}", 1.0
    yield f"(other.{first} + other.{last} - one.{first} - one.{last}) // 2", 1.2
    yield f"direction_to(one, other)[{number}] * gap(one, other)", 1.0
    yield f"other.{last} + 1 - one.{first}", 1.2
    yield f"other.{first} - 1 - one.{last}", 1.2
