"""Colours of a grid, as expressions of `grid`: the commonest, that of the largest object, ..."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from arc import COLOURS, Grid, grid_key
from inference.proposers.search.language import function
from inference.proposers.search.problem import Problem

THINGS = (
    ("find_objects(grid)", 0.5),
    ("find_objects(grid, diagonal=False)", 0.8),
    ("find_objects(grid, multicolour=True)", 1.0),
    ("find_objects(grid, background=most_common_colour(grid))", 1.2),
    ("find_objects(grid, diagonal=False, background=-1)", 1.5),
    ("colour_objects(grid)", 0.5),
    ("colour_objects(grid, background=-1)", 0.8),
    ("colour_objects(grid, background=most_common_colour(grid))", 1.0),
)
_BY: tuple[tuple[str, float], ...] = (
    ("one.size", 0.5),
    ("one.area", 0.7),
    ("one.height", 1.0),
    ("one.width", 1.0),
    ("one.row", 1.0),
    ("one.col", 1.0),
    ("one.bottom", 1.2),
    ("one.right", 1.2),
    ("one.holes", 1.0),
    ("len(parts_of(one))", 1.0),
    ("len(parts_of(one, diagonal=False))", 1.2),
    ("one.size / one.area", 1.3),
    ("len(one.colours)", 1.2),
    ("len(symmetries_of(one.cells))", 1.5),
    ("sum(other.colour == one.colour for other in things)", 1.2),
    ("sum(other.shape_key == one.shape_key for other in things)", 1.2),
)
_ONLY = (
    "one.is_square",
    "one.is_rectangle",
    "one.is_frame",
    "one.touches_border",
    "one.holes",
    "one.is_line",
    "is_symmetric(one.cells, 'left_right')",
    "is_symmetric(one.cells)",
)


_KNOWN: OrderedDict[tuple[bytes, ...], list[tuple[str, float]]] = OrderedDict()


def colours_for(problem: Problem, wanted: Sequence[int]) -> list[tuple[str, float]]:
    """(expression of a colour, cost) for the ways to choose each training output's colour."""
    key = (*[grid_key(grid) for grid in problem.grids], bytes(wanted))
    if key not in _KNOWN:
        _KNOWN[key] = list(_colours_for(problem, wanted))
        if len(_KNOWN) > 200:
            _KNOWN.popitem(last=False)
    return _KNOWN[key]


def _colours_for(problem: Problem, wanted: Sequence[int]) -> Iterator[tuple[str, float]]:
    for text, cost in (
        ("most_common_colour(grid)", 0.5),
        ("least_common_colour(grid)", 0.5),
        ("most_common_colour(grid, background=0)", 0.5),
        ("least_common_colour(grid, background=0)", 0.5),
        ("most_common_colour(grid, background=most_common_colour(grid))", 1.2),
        ("int(grid[0, 0])", 1.5),
        ("int(grid[0, -1])", 1.7),
        ("int(grid[-1, 0])", 1.7),
        ("int(grid[-1, -1])", 1.7),
        ("int(grid[grid.shape[0] // 2, grid.shape[1] // 2])", 1.7),
    ):
        yield from _if_right(problem, text, wanted, cost)
    for things, cost in THINGS:
        for by, more in _by(problem):
            for word in ("max", "min"):
                text = f"{word}({things}, key=lambda one: {by}).colour"
                if "things" in by:
                    text = f"(lambda things: {word}(things, key=lambda one: {by}))({things}).colour"
                yield from _if_right(problem, text, wanted, 1.0 + cost + more)
        for condition in _ONLY:
            for form in (condition, f"not {condition}"):
                yield from _if_right(
                    problem, f"only({things}, lambda one: {form}).colour", wanted, 2.5 + cost
                )
        for key in ("one.shape_key", "one.mask.shape", "one.size", "one.colour"):
            text = f"odd_one_out({things}, lambda one: {key}).colour"
            yield from _if_right(problem, text, wanted, 1.8 + cost)


def _by(problem: Problem) -> Iterator[tuple[str, float]]:
    yield from _BY
    for colour in shared_colours(problem.grids):
        yield f"count_colour(crop(grid, one), {colour})", 2.0


def _if_right(problem: Problem, text: str, wanted: Sequence[int], cost: float) -> Iterator[tuple[str, float]]:
    run = function(f"lambda grid: {text}")
    try:
        if all(int(run(grid)) == colour for grid, colour in zip(problem.train, wanted, strict=True)):
            yield text, cost
    except Exception:
        return


def shared_colours(grids: Iterable[Grid]) -> list[int]:
    """The colours that every grid holds."""
    shared = set(range(COLOURS))
    for grid in grids:
        shared &= set(np.unique(grid).tolist())
    return sorted(shared)
