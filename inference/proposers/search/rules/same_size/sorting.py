"""Things put in order: rows or columns sorted, objects put in line from an edge.

    things = sorted(find_objects(grid), key=lambda one: one.size)
    return draw(paint(grid, things, 0), line_up(things, RIGHT, 1))

The gap between objects is read off the outputs; an order is tried if it is that of the outputs' objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from inference.proposers.search.expressions import filled, free
from inference.proposers.search.object_table import objects_of, sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size

_SIDES = (("DOWN", 0, 1), ("UP", 0, -1), ("RIGHT", 1, 1), ("LEFT", 1, -1))  # and the axis, forwards or back


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
        for direction, axis, step in _SIDES:
            boxes = [sorted([one.box for one in found], key=lambda box: box[axis]) for found in after]
            gaps = {b[axis] - a[axis] - a[2 + axis] for row in boxes for a, b in pairwise(row)}
            if len(gaps) != 1 or min(gaps) < 0:  # several, or they overlap
                continue
            gap = min(gaps)
            rows = [sorted(found, key=lambda one: step * one.box[axis]) for found in after]
            keys = [[one.key for one in row] for row in rows]
            for order in filled("order of objects", {"_of": free(["things"])}):
                run = order.run("things")
                pairs = zip(before, keys, strict=False)
                if all([one.key for one in run(found)] == key for found, key in pairs):
                    lined = f"line_up(ordered, {direction}, {gap})"
                    end = f"return draw(paint(grid, things, {problem.background}), {lined})"
                    lines = (f"things = {text}", f"ordered = {order.text}", end)
                    yield Draft(lines, 2.5 + cost + order.bits + 0.5 * gap)
