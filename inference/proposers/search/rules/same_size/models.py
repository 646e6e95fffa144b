"""A model in the grid itself is drawn once more at every mark: cells of a colour, or objects of one cell.

things = find_objects(grid, multicolour=True)
model = max(things, key=lambda one: one.size)
out = grid
for row, col in [cell for cell in cells_of(grid == 1) if cell not in model.positions]:
    out = draw(out, move_to(model, row - model.height // 2, col - model.width // 2))
return out
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from inference.proposers.search.cell_table import background_of
from inference.proposers.search.expressions import fill, section
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.pieces import Source, pieces_of, selections

_MOVED = "move_to(_model, *_place)"
_MOST_PICKS = 12
_MOST_MARKS = 40


def _no_new_colours(problem: Problem) -> bool:
    return not any(set(np.unique(out)) - set(np.unique(grid)) for grid, out in problem.pairs)


@rule(same_size, _no_new_colours)
def models(problem: Problem) -> Iterator[Draft]:
    """Draw a picked object at every mark, its own place kept or cleared."""
    background = background_of(problem)
    ground = f", background={background}" if background else ""
    for text, cost in (
        (f"find_objects(grid, multicolour=True{ground})", 1.0),
        (f"find_objects(grid{ground})", 1.2),
    ):
        yield from _drafts(problem, text, cost, background)


def _drafts(problem: Problem, things: str, price: float, background: int) -> Iterator[Draft]:
    source = Source(things, price, (), True)
    pieces = pieces_of(source, problem.grids)
    if pieces is None or all(len(found) == 1 for found in pieces):
        return
    marks = list(_marks(problem, background))
    seen: set[tuple[int, ...]] = set()
    for pick, places in sorted(selections(source, pieces, problem.grids), key=lambda found: found[0].bits):
        if places in seen or any(found[place].size < 2 for found, place in zip(pieces, places, strict=True)):
            continue
        seen.add(places)
        head = (f"things = {things}", f"model = {fill(pick.text, _of='things')}")
        for (where, colour, more), place, picture in product(
            marks, section("place of a model"), section("picture of a model")
        ):
            if "_c" in place.text and colour < 0:
                continue
            moved = fill(_MOVED, _model=picture.text, _place=fill(place.text, _c=colour))
            drawn = f"    out = draw(out, {moved})"
            for start, own in (("out = grid", 0.0), (f"out = paint(grid, model, {background})", 1.0)):
                lines = (*head, start, f"for row, col in {where}:", drawn, "return out")
                yield Draft(lines, 2.0 + price + pick.bits + more + place.bits + picture.bits + own)
        if len(seen) >= _MOST_PICKS:
            return


def _marks(problem: Problem, background: int) -> Iterator[tuple[str, int, float]]:
    """Expressions of the marks' places, their colour (-1 if they have several), the cost."""
    shared: Sequence[int] = sorted(
        set.intersection(*(set(np.unique(grid).tolist()) for grid in problem.grids)) - {background}
    )
    for colour in shared:
        if all(np.count_nonzero(grid == colour) <= _MOST_MARKS for grid in problem.grids):
            yield f"[cell for cell in cells_of(grid == {colour}) if cell not in model.positions]", colour, 1.5
    yield "[one.positions[0] for one in things if one.size == 1]", -1, 1.0
