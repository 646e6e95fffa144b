"""Outputs that are one piece of the input: which pieces there are, and a learned property that picks one.

Pieces are objects or parts; for every property and rank that gives one piece in each grid, what was picked
is related to the outputs (equal, turned, recoloured, scaled, ...). All ways that agree on the test
inputs add up their weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from arc import ARC_SIDE, Grid, grid_key
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.expressions import Expression, Kind, fill
from inference.proposers.search.language import attempted, values_on
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.colours import inks_for
from inference.proposers.search.rules.driver import Draft, new_size, rule
from inference.proposers.search.rules.numbers import expressions_for
from inference.proposers.search.rules.pieces import Source, distinct, object_sources, selections, splits
from inference.proposers.search.rules.relations import kinds, relate


@rule(new_size, lambda problem: any(out.size < grid.size for grid, out in problem.pairs))
def select_piece(problem: Problem) -> Iterator[Draft]:
    """The output is one object or part, chosen by a property, possibly turned, recoloured or scaled."""
    sources = sorted((*object_sources(), *splits(problem)), key=lambda source: source.cost)
    for source, pieces in distinct(sources, problem.grids):
        if not _may_match(source, pieces, problem):
            continue
        yield from _picks(problem, source, pieces)
        if problem.budget.spent():
            return


def _may_match(source: Source, pieces: Sequence[Sequence[Any]], problem: Problem) -> bool:
    """Some picture has, in every pair, a piece that relates to the output, in one way common to all pairs."""
    for picture in source.pictures:
        common: set[str] | None = None
        for (grid, out), found in zip(problem.pairs, pieces, strict=False):
            ways: set[str] = set()
            for one in found:
                if (made := _drawn(picture, grid, one)) is not None:
                    charge(prices.RELATION)
                    ways |= kinds(grid_key(made), grid_key(out)) | _inks(made, out).keys()
                    ways |= {"tile"} if _times(made, out) else set()
            common = ways if common is None else common & ways
            if not common:
                break
        if common:
            return True
    return False


def _drawn(picture: Expression, grid: Grid, one: Any) -> Grid | None:
    """The picture; None if the piece has none (no inside), or if it is larger than a grid may be."""
    made: Grid | None = attempted(picture.run("grid", "one"), grid, one)
    return None if made is None or max(made.shape) > ARC_SIDE else made


def _inks(made: Grid, out: Grid) -> dict[str, int]:
    """The colour with which a form makes the output: the piece's shape in it, on it, or with a ring of it."""
    form, cells = "", out[:0]
    if made.shape != out.shape and np.array_equal(made, out[1:-1, 1:-1]):
        form, cells = "pad(_a, 1, _ink)", np.concatenate((out[0], out[-1], out[:, 0], out[:, -1]))
    elif made.shape == out.shape and np.array_equal(made != 0, out != 0):
        form, cells = "mask_to_grid(_a, _ink)", out[out != 0]
    elif made.shape == out.shape and np.array_equal(made[made != 0], out[made != 0]):
        form, cells = "replace_colour(_a, 0, _ink)", out[made == 0]
    return {form: int(cells.max())} if cells.size and cells.min() == cells.max() else {}


def _times(made: Grid, out: Grid) -> tuple[int, int] | None:
    """How often the picture stands in the output, down and across; None if that is not a tiling with it."""
    times = out.shape[0] // made.shape[0], out.shape[1] // made.shape[1]
    return times if 0 not in times and np.array_equal(np.tile(made, times), out) else None


def _tiled(problem: Problem, made: Sequence[Grid]) -> Iterator[tuple[str, float]]:
    """The picture as often as a number of the whole grid says."""
    times = [_times(grid, out) for grid, out in zip(made, problem.outputs, strict=True)]
    known = [one for one in times if one is not None]
    if len(known) == len(times) and len(set(known)) > 1:
        downs, acrosses = zip(*known, strict=True)
        for down, across in product(
            expressions_for(problem, downs)[:3], expressions_for(problem, acrosses)[:3]
        ):
            yield f"tile(_a, {down[0]}, {across[0]})", 1.5 + down[1] + across[1]


def _picks(problem: Problem, source: Source, pieces: list[tuple[Any, ...]]) -> Iterator[Draft]:
    seen: dict[tuple[int, ...], list[Expression]] = {}
    name = "things" if source.is_objects else "parts"
    for pick, places in selections(source, pieces, problem.grids):
        shown = places[: len(problem.outputs)]
        if shown not in seen:
            seen[shown] = list(_ends(problem, source, pieces, places))
        for end in seen[shown]:
            lines = (f"{name} = {source.text}", f"one = {fill(pick.text, _of=name)}", f"return {end.text}")
            yield Draft(lines, 2.5 + source.cost + pick.bits + end.bits)


def _ends(
    problem: Problem, source: Source, pieces: list[tuple[Any, ...]], places: tuple[int, ...]
) -> Iterator[Expression]:
    """Expressions that make the outputs of the picked pieces."""
    for picture in source.pictures:
        picked = [[found[place]] for found, place in zip(pieces, places, strict=True)]
        made = [grid for (grid,) in values_on(picture.text, problem.train, picked) or ()]
        if not made or max(max(grid.shape) for grid in made) > ARC_SIDE:
            continue
        ways = [*relate(made, problem.outputs), *_tiled(problem, made)]
        if picture.text in ("one.cells", "crop(grid, one)") and ("_a", 0.0) not in ways:
            ways += _in_one_colour(problem, made)
        for wrap, bits in ways:
            yield Expression(fill(wrap, _a=picture.text), picture.bits + bits, Kind.GRID)


def _in_one_colour(problem: Problem, made: Sequence[Grid]) -> Iterator[tuple[str, float]]:
    """The piece with one colour that the whole grid tells."""
    found = [_inks(*pair) for pair in zip(made, problem.outputs, strict=True)]
    for form in found[0] if all(one.keys() == found[0].keys() for one in found) else ():
        for text, cost in inks_for(problem, [one[form] for one in found]):
            yield fill(form, _ink=text), 1.5 + cost
