"""How far objects move: expressions of `one`, `things`, `grid` and an object `other` for rows and columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.expressions import Expression, Kind, filled, free, section
from inference.proposers.search.language import attempted, function
from inference.proposers.search.learning import Bools
from inference.proposers.search.object_table import ObjectTable
from inference.proposers.search.problem import Problem, shared_colours
from omniarc import Object

_MOST_WAYS = 6

Place = tuple[int, int]
Anchors = Sequence[Object | None]  # the `other` of each object of a table
Mover = tuple[int, set[int], Object | None]  # its number, the steps that it may go, its `other`


@dataclass(frozen=True)
class Way:
    """An expression of the steps along one axis, its cost, and the expression of the `other` object in it."""

    text: str
    other: str
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
    numbers = [number for number in np.flatnonzero(movers).tolist() if number < len(places)]
    others = [("", 0.0, [None] * len(every)), *_others(problem, table, movers)]
    found: list[list[Way]] = []
    for axis, name in enumerate(("rows", "columns")):
        steps = [{place[axis] - every[n].box[axis] for place in places[n]} for n in numbers]
        fitting = []
        for other, price, anchors in others:
            moved = list(zip(numbers, steps, [anchors[n] for n in numbers], strict=True))
            tried = section(f"{name} to another") if other else _alone(name, steps, problem)
            fits = [one for one in tried if _fits(problem, table, one.text, moved)]
            fitting += [Way(one.text, other, one.bits + price) for one in fits]
        found.append(sorted(fitting, key=lambda way: way.cost)[:_MOST_WAYS])
    return found[0], found[1]


def _fits(problem: Problem, table: ObjectTable, text: str, moved: Sequence[Mover]) -> bool:
    """True if the expression gives each mover steps that it may go."""
    run, every, pair = function(f"lambda grid, things, one, other: {text}"), table.all_objects, table.pair
    return all(
        attempted(run, problem.grids[pair[n]], table.objects[pair[n]], every[n], other) in allowed
        for n, allowed, other in moved
    )


def _others(problem: Problem, table: ObjectTable, movers: Bools) -> Iterator[tuple[str, float, Anchors]]:
    """An expression of `other`, its cost, and what it is for each object that moves; no two the same."""
    moving = [movers[table.pair == number] for number in range(len(problem.grids))]
    rests = [
        tuple([one for one, moves in zip(things, some, strict=True) if not moves])
        for things, some in zip(table.objects, moving, strict=True)
    ]
    seen = set()
    for other in filled("another object", {"_c": free(filter(None, shared_colours(problem.grids)))}):
        run = other.run("grid", "things", "rest", "one")
        charge(prices.PROPERTY[0] + prices.PROPERTY[1] * table.pair.size)
        anchors: list[Object | None] = []
        for grid, things, rest in zip(problem.grids, table.objects, rests, strict=True):
            anchors += [None if one in rest else attempted(run, grid, things, rest, one) for one in things]
        if tuple(anchors) not in seen:
            seen.add(tuple(anchors))
            yield other.text, other.bits, anchors


def _alone(axis: str, steps: Sequence[set[int]], problem: Problem) -> Iterator[Expression]:
    """Expressions that need no other object."""
    common = set.intersection(*steps) if steps else set()
    for step in sorted(common, key=abs)[:2]:
        yield Expression(str(step), 0.0 if step == 0 else 1.0 + 0.4 * abs(step), Kind.NUMBER)
    yield from section(f"{axis} to move")
    yield from filled("either to move", {"_c": free(filter(None, shared_colours(problem.grids)))})
