"""Things put in order: rows or columns sorted, objects put in line from an edge.

    things = sorted(find_objects(grid), key=lambda one: one.size)
    return draw(paint(grid, things, 0), line_up(things, RIGHT, 1))

The gap between objects is read off the outputs; an order is tried if it is that of the outputs' objects.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from inference.proposers.search.expressions import filled, free
from inference.proposers.search.object_table import objects_of, sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from omniarc import Object

_SIDES = {"DOWN": 1, "UP": -1, "RIGHT": 1, "LEFT": -1}


def _same_cells(problem: Problem) -> bool:
    """True if every output has as many cells of each colour as its grid."""
    return all(
        np.array_equal(np.bincount(grid.ravel(), minlength=10), np.bincount(out.ravel(), minlength=10))
        for grid, out in problem.pairs
    )


@rule(same_size, _same_cells)
def sorted_lines(problem: Problem) -> Iterator[Draft]:
    """Rows or columns sorted by count, colour or place, before or after everything falls to one side."""
    for one in filled("sorted lines", problem.ground):
        yield Draft((f"return {one.text}",), one.bits)


@rule(same_size, _same_cells)
def lined_up(problem: Problem) -> Iterator[Draft]:
    """Objects in line from one edge on, with equal gaps, in an order that holds for all grids."""
    for text, cost in sources(problem.background)[:2]:
        before, after = objects_of(text, problem.grids), objects_of(text, problem.outputs)
        if before is None or after is None or any(len(one) < 2 for one in before[: len(after)]):
            continue
        for direction, sign in _SIDES.items():
            across = direction in ("RIGHT", "LEFT")
            rows = [sorted(found, key=lambda one: sign * _begin(one, across)) for found in after]
            gap = _gap(rows, across)
            if gap is None:
                continue
            keys = [[one.key for one in row] for row in rows]
            for order in filled("order of objects", {"_of": free(["things"])}):
                run = order.run("things")
                pairs = zip(before, keys, strict=False)
                if all([one.key for one in run(found)] == key for found, key in pairs):
                    lined = f"line_up(ordered, {direction}, {gap})"
                    end = f"return draw(paint(grid, things, {problem.background}), {lined})"
                    lines = (f"things = {text}", f"ordered = {order.text}", end)
                    yield Draft(lines, 2.5 + cost + order.bits + 0.5 * gap)


def _begin(one: Object, across: bool) -> int:
    return one.col if across else one.row


def _gap(rows: Sequence[Sequence[Object]], across: bool) -> int | None:
    """The one gap between neighbours in all rows; None if there are several, or if they overlap."""
    gaps: set[int] = set()
    for one, other in (two for row in rows for two in pairwise(row)):
        first, second = sorted((one, other), key=lambda thing: _begin(thing, across))
        gaps.add(_begin(second, across) - _begin(first, across) - first.mask.shape[int(across)])
    return gaps.pop() if len(gaps) == 1 and min(gaps) >= 0 else None
