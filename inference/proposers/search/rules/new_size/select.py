"""Outputs that are one piece of the input: which pieces there are, and a learned property that picks one.

Pieces are objects or parts; for every property and rank that gives one piece in each grid, what was picked
is related to the outputs (equal, turned, recoloured, scaled, ...). All ways that agree on the test
inputs add up their weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from arc import ARC_SIDE, Grid
from inference.proposers.search.expressions import Expression, Kind, fill
from inference.proposers.search.language import attempted, values_on
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, new_size, rule
from inference.proposers.search.rules.pieces import Source, distinct, object_sources, selections, splits
from inference.proposers.search.rules.relations import common_kinds, relate


@rule(new_size, lambda problem: any(out.size < grid.size for grid, out in problem.pairs))
def select_piece(problem: Problem) -> Iterator[Draft]:
    """The output is one object or part, chosen by a property, possibly turned, recoloured or scaled."""
    sources = sorted((*object_sources(), *splits(problem)), key=lambda source: source.cost)
    for source, pieces in distinct(sources, problem.grids):
        if any(common_kinds(_drawn(one, problem, pieces), problem.outputs) for one in source.pictures):
            yield from _picks(problem, source, pieces)
            if problem.budget.spent():
                return


def _drawn(picture: Expression, problem: Problem, pieces: Sequence[Any]) -> Iterator[Iterator[Grid]]:
    """The pictures of each training grid's pieces; not of those that have no inside, or too large a one."""
    for grid, found in zip(problem.train, pieces, strict=False):
        made = (attempted(picture.run("grid", "one"), grid, one) for one in found)
        yield (one for one in made if one is not None and max(one.shape) <= ARC_SIDE)


def _picks(problem: Problem, source: Source, pieces: Sequence[Sequence[Any]]) -> Iterator[Draft]:
    seen: dict[tuple[int, ...], list[Expression]] = {}
    name = "things" if source.is_objects else "parts"
    for pick, places in selections(source, pieces, problem.grids):
        shown = places[: len(problem.outputs)]
        if shown not in seen:
            picked = [[found[place]] for found, place in zip(pieces, places, strict=True)]
            seen[shown] = list(_ends(problem, source, picked))
        for end in seen[shown]:
            lines = (f"{name} = {source.text}", f"one = {fill(pick.text, _of=name)}", f"return {end.text}")
            yield Draft(lines, 2.5 + source.cost + pick.bits + end.bits)


def _ends(problem: Problem, source: Source, picked: Sequence[Sequence[Any]]) -> Iterator[Expression]:
    """Expressions that make the outputs of the picked pieces."""
    for picture in source.pictures:
        made = [grid for (grid,) in values_on(picture.text, problem.train, picked) or ()]
        if made and max(max(grid.shape) for grid in made) <= ARC_SIDE:
            for wrap, bits in relate(made, problem.outputs):
                yield Expression(fill(wrap, _a=picture.text), picture.bits + bits, Kind.GRID)
