"""Objects that correspond: each is drawn like the model of its shape, in the model's place or with it gone.

things = find_objects(grid, multicolour=True)
models = [one for one in things if len(one.colours) > 1]
out = grid
for one in things:
    for model in models:
        if one.shape_key == model.shape_key:
            out = draw(out, move_to(model, one.row, one.col))
return out
"""

from __future__ import annotations

from collections.abc import Iterator

from inference.proposers.search.cell_table import background_of, telling_colours
from inference.proposers.search.expressions import section
from inference.proposers.search.object_table import objects_of, sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size


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
    for text, cost in sources(background):
        objects = objects_of(text, problem.grids)
        if objects is None or problem.budget.spent() or any(len(found) < 2 for found in objects):
            continue
        for pick, more in picks:
            for match in section("match of two objects"):
                for picture in section("picture of a match"):
                    lines = (
                        f"things = {text}",
                        f"models = [one for one in things if {pick}]",
                        "out = _start",
                        "for one in things:",
                        "    for model in models:",
                        f"        if {match.text}:",
                        f"            out = {picture.text}",
                        "return out",
                    )
                    for start, own in (("grid", 0.0), (f"paint(grid, models, {background})", 1.0)):
                        drawn = tuple(line.replace("_start", start) for line in lines)
                        yield Draft(drawn, 3.0 + cost + more + match.bits + picture.bits + own)
