"""Rays from cells of a colour, from the ends of lines or the tips of objects, straight or bouncing; paths.

out = grid
for cell, way in [start for one in find_objects(grid) for start in line_ends(one)]:
    out = draw_cells(out, bouncing_ray(grid, cell, way, "cells"), 3)
return out
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import product, takewhile

from inference.proposers.search.expressions import Expression, filled, free
from inference.proposers.search.language import function
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, keeps_colours, only_adds, rule, same_size

_MOST_STARTS = 160  # in one grid

Start = tuple[tuple[int, int], tuple[int, int]]  # the cell and the way
Starts = Sequence[Start]


def _paints(problem: Problem) -> list[tuple[str, float]]:
    """In what rays may be painted: the colour of the cell that each begins at, the one new colour."""
    new = problem.new_colours
    return [("grid[cell]", 0.5)] * keeps_colours(problem) + [(str(new[0]), 0.8)] * (len(new) == 1)


@rule(same_size, lambda problem: bool(_paints(problem)), enough=4)
def rays(problem: Problem) -> Iterator[Draft]:
    """Rays of one kind, in one colour or in the colour of the cell that each begins at."""
    kind = "ray over the background" if only_adds(problem) else "ray over everything"
    walks = filled(kind, {**problem.ground, "_t": free(problem.shades)})
    paints = _paints(problem)
    changes = cache(partial(_changes, problem))
    for (origin, starts), walk in product(_origins(problem), walks):
        for paint, more in paints:
            if _right(starts[: len(problem.outputs)], partial(changes, walk.text, paint)):
                loop = f"for cell, way in {origin.text}:"
                lines = ("out = grid", loop, f"    out = draw_cells(out, {walk.text}, {paint})", "return out")
                yield Draft(lines, 2.0 + origin.bits + walk.bits + more)
        if problem.budget.spent():
            return


def _origins(problem: Problem) -> Iterator[tuple[Expression, list[Starts]]]:
    """The ends of objects with their ways, then cells with every way, where each grid has some."""
    rare = all(20 * (grid == problem.background).sum() <= grid.size for grid in problem.grids)
    marks = problem.telling_colours if rare else problem.shades
    for starts in filled("starts of rays", {**problem.ground, "_c": free(marks), "_t": free(problem.shades)}):
        run = starts.run("grid")
        found = list(takewhile(lambda places: 0 < len(places) <= _MOST_STARTS, map(run, problem.grids)))
        if len(found) == len(problem.grids):
            yield starts, found


def _right(origins: Sequence[Starts], changes: Callable[[int, Start], int]) -> bool:
    """True if the rays change every grid and nothing wrongly."""
    for number, starts in enumerate(origins):
        counts = list(takewhile(lambda count: count >= 0, map(partial(changes, number), starts)))
        if len(counts) < len(starts) or not any(counts):
            return False
    return True


def _changes(problem: Problem, walk: str, paint: str, number: int, start: Start) -> int:
    """How many cells a ray changes, -1 if some wrongly; others may lie on top of one in its own colour."""
    grid, out = problem.pairs[number]
    own = paint == "grid[cell]"
    colour, changes = grid[start[0]] if own else int(paint), 0
    for place in function(f"lambda grid, cell, way: {walk}")(grid, *start):
        if out[place] != colour and (not own or out[place] in (grid[place], problem.background)):
            return -1
        changes += int(grid[place] != colour)
    return changes
