"""Outputs that are a piece of the input, changed: a piece picked by a property, then a rule of the same size.

things = find_objects(grid)
one = max(things, key=lambda one: one.size)
grid = crop(grid, one)
return paint(grid, enclosed(grid == 0), 4)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from arc import Grid, as_grid, grid_key, same_grid
from inference.proposers.search.expressions import Expression, fill
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, fits_inside, new_size, rule
from inference.proposers.search.rules.pieces import Source, object_sources, pieces_of, selections, splits
from inference.proposers.search.rules.same_size.cells import repaint
from inference.proposers.search.rules.same_size.lookups import lookups
from inference.proposers.search.rules.same_size.objects import object_fates
from inference.proposers.search.rules.same_size.templates import one_liners

_CHANGES = (repaint, object_fates, lookups, one_liners)
_MOST_PICKED = 5  # different pieces, whose changes are looked for
_MOST_CHANGES = 4  # of one rule for one piece
_MOST_WRONG = 0.7  # of the cells


@rule(new_size, fits_inside, enough=4)
def change_piece(problem: Problem) -> Iterator[Draft]:
    """One piece that has the output's size, changed by a rule of the same size."""
    found: dict[tuple[bytes, ...], tuple[float, tuple[str, ...], tuple[Grid, ...]]] = {}
    for source in (*object_sources(), *splits(problem)):
        pieces = pieces_of(source, problem.grids)
        for picture in source.pictures if pieces is not None else ():
            for bits, lines, made in _picked(problem, source, pieces or [], picture):
                key = tuple(map(grid_key, made))
                if key not in found or bits < found[key][0]:
                    found[key] = bits, lines, made
        if problem.budget.spent():
            return
    for bits, lines, made in sorted(found.values(), key=lambda one: one[0])[:_MOST_PICKED]:
        inner = Problem(made, problem.outputs, problem.budget)
        for change in _CHANGES:
            if all(guard(inner) for guard in change.guards):
                for draft in islice(change.drafts(inner), _MOST_CHANGES):
                    yield Draft((*lines, *draft.lines), bits + draft.cost)
            if problem.budget.spent():
                return


def _picked(
    problem: Problem, source: Source, pieces: Sequence[Sequence[Any]], picture: Expression
) -> Iterator[tuple[float, tuple[str, ...], tuple[Grid, ...]]]:
    """Bits, statements and grids of the picks whose pictures have the outputs' sizes, but are not them."""
    draw = picture.run("grid", "one")
    try:
        drawn = [
            [as_grid(draw(grid, one)) for one in found]
            for grid, found in zip(problem.grids, pieces, strict=True)
        ]
    except Exception:  # a piece has no such picture
        return
    shapes = [{one.shape for one in row} for row in drawn]
    if any(out.shape not in found for out, found in zip(problem.outputs, shapes, strict=False)):
        return
    name = "things" if source.is_objects else "parts"
    for pick, places in selections(source, pieces, problem.grids):
        made = tuple(row[place] for row, place in zip(drawn, places, strict=True))
        if _near(made, problem.outputs):
            lines = (
                f"{name} = {source.text}",
                f"one = {fill(pick.text, _of=name)}",
                f"grid = {picture.text}",
            )
            yield 2.0 + source.cost + pick.bits + picture.bits, lines, made


def _near(made: Sequence[Grid], outputs: Sequence[Grid]) -> bool:
    """True if the grids have the outputs' sizes and many of their cells, but not all."""
    pairs = list(zip(made, outputs, strict=False))
    if any(one.shape != out.shape for one, out in pairs) or all(same_grid(one, out) for one, out in pairs):
        return False
    wrong = sum(int((one != out).sum()) for one, out in pairs)
    return wrong <= _MOST_WRONG * sum(out.size for out in outputs)
