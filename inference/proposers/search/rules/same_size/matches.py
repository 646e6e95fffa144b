"""Objects that correspond: each is drawn like the model of its shape, which stays or goes.

things = find_objects(grid, multicolour=True)
models = [one for one in things if len(one.colours) > 1]
others = [one for one in things if not (len(one.colours) > 1)]
out = grid
for one in others:
    for model in models:
        if one.shape_key == model.shape_key:
            out = draw(out, move_to(model, one.row, one.col))
return out
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_table import background_of, telling_colours
from inference.proposers.search.expressions import section
from inference.proposers.search.language import function
from inference.proposers.search.object_table import objects_of, sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from omniarc import Object

_MOST_PAIRS = 400  # of an object and a model, in one grid


def _repeats(problem: Problem) -> bool:
    """True if cells that are not background change, to colours that the grid holds."""
    background = background_of(problem)
    return all(
        set(out[grid != out].tolist()) <= {*grid.ravel().tolist(), background}
        and ((grid != out) & (grid != background) & (out != background)).any()
        for grid, out in problem.pairs
    )


@rule(same_size, _repeats, enough=4)
def matches(problem: Problem) -> Iterator[Draft]:
    """Objects drawn like those that they match."""
    background = background_of(problem)
    bases = [colour for colour in telling_colours(problem) if colour != background]
    picks = [("len(one.colours) > 1", 0.5), *((f"one.colour != {colour}", 0.8) for colour in bases)]
    for (text, cost), (pick, more) in product(sources(background), picks):
        objects = objects_of(text, problem.grids)
        if objects is None or problem.budget.spent():
            continue
        for match in section("match of two objects"):
            if not _matching(objects, pick, match.text):
                continue
            lines = (
                f"things = {text}",
                f"models = [one for one in things if {pick}]",
                f"others = [one for one in things if not {pick}]",
            )
            loop = ("for one in others:", "    for model in models:", f"        if {match.text}:")
            starts = (("out = grid", 0.0), (f"out = paint(grid, models, {background})", 1.0))
            for picture, (start, own) in product(section("picture of a match"), starts):
                drawn = (*lines, start, *loop, f"            out = {picture.text}", "return out")
                yield Draft(drawn, 3.0 + cost + more + match.bits + picture.bits + own)


def _matching(objects: Sequence[Sequence[Object]], pick: str, match: str) -> bool:
    """True if in every grid some object matches a model."""
    is_model, matched = function(f"lambda one: {pick}"), function(f"lambda one, model: {match}")
    for things in objects:
        charge(prices.PROPERTY[0] + prices.PROPERTY[1] * len(things))
        models = [one for one in things if is_model(one)]
        others = [one for one in things if not is_model(one)]
        charge(prices.PROPERTY[1] * len(models) * len(others))
        if len(models) * len(others) > _MOST_PAIRS:
            return False
        if not any(matched(one, model) for one, model in product(others, models)):
            return False
    return True
