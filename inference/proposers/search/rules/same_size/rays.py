"""Rays: from cells of a colour, from the ends of lines or the tips of objects, straight on or bouncing.

out = grid
for one in find_objects(grid):
    for cell, way in line_ends(one):
        out = draw_cells(out, bouncing_ray(grid, cell, way, "cells"), 3)
return out
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from arc import Grid
from inference.proposers.search.cell_table import background_of, telling_colours
from inference.proposers.search.language import function
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size

_MOST_STARTS = 40  # in one grid
_DIRECTIONS = (
    *(("UP", 0.5), ("DOWN", 0.5), ("LEFT", 0.5), ("RIGHT", 0.5)),
    *(("UP_LEFT", 0.8), ("UP_RIGHT", 0.8), ("DOWN_LEFT", 0.8), ("DOWN_RIGHT", 0.8)),
)
_SETS = (
    ("STRAIGHT", 0.8),
    ("DIAGONAL", 0.8),
    ("(*STRAIGHT, *DIAGONAL)", 1.0),
    ("(UP, DOWN)", 1.2),
    ("(LEFT, RIGHT)", 1.2),
    ("(UP_LEFT, UP_RIGHT)", 1.5),
    ("(DOWN_LEFT, DOWN_RIGHT)", 1.5),
    ("(UP_LEFT, DOWN_RIGHT)", 1.5),
    ("(UP_RIGHT, DOWN_LEFT)", 1.5),
)

Starts = Sequence[tuple[tuple[int, int], tuple[int, int]]]
Walk = Callable[[Grid, tuple[int, int], tuple[int, int]], list[tuple[int, int]]]


@dataclass(frozen=True, eq=False)
class Source:
    """Where rays begin: the loops that give `cell` and `way`, and the starts in each grid."""

    loops: tuple[str, ...]
    cost: float
    starts: tuple[Starts, ...]


def _few_new_colours(problem: Problem) -> bool:
    return len({int(c) for grid, out in problem.pairs for c in np.unique(out[grid != out])}) <= 4


@rule(same_size, _few_new_colours, enough=4)
def rays(problem: Problem) -> Iterator[Draft]:
    """Rays of one kind, in one colour or in the colour of the cell that each begins at."""
    background = background_of(problem)
    colours = {int(c) for grid, out in problem.pairs for c in np.unique(out[grid != out])}
    covers = any((grid[grid != out] != background).any() for grid, out in problem.pairs)
    paints = [("grid[cell]", 0.5)] + ([(str(next(iter(colours))), 0.8)] if len(colours) == 1 else [])
    for source, (walk, price) in product(_sources(problem, background), _walks(background, covers)):
        step = function(f"lambda grid, cell, way: {walk}")
        for paint, more in paints:
            if _right(problem, source, step, paint):
                yield Draft(_lines(source, walk, paint), 2.0 + source.cost + price + more)
        if problem.budget.spent():
            return


def _walks(background: int, covers: bool) -> list[tuple[str, float]]:
    """Expressions of a ray's cells; one that `covers` colours goes through everything."""
    if covers:
        return [
            ("ray_cells(grid, cell, way, through=None)", 1.0),
            ('bouncing_ray(grid, cell, way, "sides", through=None)', 2.0),
            ('bouncing_ray(grid, cell, way, "ends", through=None)', 2.0),
        ]
    ground = f", through={background}" if background else ""
    return [
        (f"ray_cells(grid, cell, way{ground})", 0.5),
        (f'bouncing_ray(grid, cell, way, "cells"{ground})', 1.5),
        (f'bouncing_ray(grid, cell, way, "sides"{ground})', 1.5),
        (f'bouncing_ray(grid, cell, way, "ends"{ground})', 1.5),
    ]


def _sources(problem: Problem, background: int) -> Iterator[Source]:
    ground = f", background={background}" if background else ""
    for text, cost in (
        (f"line_ends(one)|find_objects(grid{ground})", 1.5),
        (f"line_ends(one)|find_objects(grid, diagonal=False{ground})", 1.8),
        (f"tips(one)|find_objects(grid, multicolour=True{ground})", 1.8),
        (f"tips(one)|find_objects(grid, diagonal=False, multicolour=True{ground})", 2.2),
    ):
        starts, objects = text.split("|")
        loops = (f"for one in {objects}:", f"    for cell, way in {starts}:")
        yield from _made(problem, loops, f"[s for one in {objects} for s in {starts}]", cost)
    objects = f"find_objects(grid{ground})"
    where = [
        (f"cells_of(grid == {colour})", 0.0) for colour in telling_colours(problem) if colour != background
    ]
    where += [
        (f"[one.positions[0] for one in {objects} if one.size == 1]", 0.5),
        (f"[cell for one in {objects} for cell in one.positions]", 0.5),
    ]
    for cells, extra in where:
        for way, cost in (*_DIRECTIONS, *_SETS):
            ways = f"({way},)" if (way, cost) in _DIRECTIONS else way
            loops = (f"for cell in {cells}:", f"    for way in {ways}:")
            starts = f"[(cell, way) for cell in {cells} for way in {ways}]"
            yield from _made(problem, loops, starts, 1.0 + cost + extra)


def _made(problem: Problem, loops: tuple[str, ...], text: str, cost: float) -> Iterator[Source]:
    run = function(f"lambda grid: {text}")
    starts: list[Starts] = []
    for grid in problem.grids:
        found = run(grid)
        if not 0 < len(found) <= _MOST_STARTS * 4:
            return
        starts.append([((int(cell[0]), int(cell[1])), way) for cell, way in found])
    yield Source(loops, cost, tuple(starts))


def _right(problem: Problem, source: Source, walk: Walk, paint: str) -> bool:
    """True if the rays make every output."""
    for (grid, out), starts in zip(problem.pairs, source.starts, strict=False):
        made = np.array(grid)
        for cell, way in starts:
            colour = grid[cell] if paint == "grid[cell]" else int(paint)
            for place in walk(grid, cell, way):
                if out[place] != colour and paint != "grid[cell]":
                    return False
                made[place] = colour
        if (made != out).any():
            return False
    return True


def _lines(source: Source, walk: str, paint: str) -> tuple[str, ...]:
    drawing = f"        out = draw_cells(out, {walk}, {paint})"
    return ("out = grid", *source.loops, drawing, "return out")
