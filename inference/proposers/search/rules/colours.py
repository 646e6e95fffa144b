"""Colours of a grid, as expressions of `grid`: the commonest, that of the largest object, ..."""

from __future__ import annotations

from collections.abc import Sequence

from arc import grid_key
from inference.proposers.effort import charge, priced, remembered
from inference.proposers.search.expressions import fill, section
from inference.proposers.search.language import values_of
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.pieces import object_sources, pieces_of, selections

_OF_AN_OBJECT = 0.5  # bits of an object's colour, beside those of the object


def colours_for(problem: Problem, wanted: Sequence[int]) -> list[tuple[str, float]]:
    """(expression of a colour, cost) for the ways to choose each training output's colour, cheapest first.

    What is known already is charged what it took to find.
    """
    units, found = _cheapest_first(problem, wanted)
    charge(units)
    return found


def inks_for(problem: Problem, wanted: Sequence[int]) -> list[tuple[str, float]]:
    """The same for colours to draw in: the one that is always wanted, or the three cheapest ways."""
    return [(str(wanted[0]), 0.5)] if len(set(wanted)) == 1 else colours_for(problem, wanted)[:3]


@remembered(200, lambda problem, wanted: (*map(grid_key, problem.grids), *wanted))
@priced
def _cheapest_first(problem: Problem, wanted: Sequence[int]) -> list[tuple[str, float]]:
    told = [one for one in section("colour of a grid") if values_of(one.text, problem.train) == list(wanted)]
    found = [(one.text, one.bits) for one in told]
    for source in object_sources():
        pieces = pieces_of(source, problem.grids) or []
        for pick, places in selections(source, pieces, problem.grids) if pieces else ():
            picked = [found[place] for found, place in zip(pieces, places, strict=True)]
            if all(one.colour == colour for one, colour in zip(picked, wanted, strict=False)):
                text = fill(f"{pick.text}.colour", _of=source.text)
                found.append((text, _OF_AN_OBJECT + source.cost + pick.bits))
    return sorted(found, key=lambda one: one[1])
