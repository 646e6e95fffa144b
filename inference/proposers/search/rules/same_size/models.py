"""Drawn after a model in the grid itself: at marks, over objects that match it, in every part between lines.

things = find_objects(grid, multicolour=True)
model = max(things, key=lambda one: one.size)
out = grid
for row, col in [cell for cell in cells_of(grid == 1) if cell not in model.positions]:
    out = draw(out, move_to(model, row - model.height // 2, col - model.width // 2))
return out
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.expressions import Expression, fill, filled, free, section
from inference.proposers.search.language import function, values_of
from inference.proposers.search.object_table import Objects, found_by, sources
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, keeps_colours, rule, same_size
from inference.proposers.search.rules.pieces import Pieces, Source, pieces_of, selections

_MOST_MODELS = 12
_MOST_PANELS = 40
_MOST_MARKS = 40
_MOST_PAIRS = 400  # of an object and a model, in one grid


@rule(same_size, keeps_colours)
def models(problem: Problem) -> Iterator[Draft]:
    """Draw a picked object at every mark, its own place kept or cleared."""
    marks = [
        (f"[cell for cell in cells_of(grid == {c}) if cell not in model.positions]", 1.5, [c])
        for c in shared_colours(problem.grids)
        if c != problem.background and all((grid == c).sum() <= _MOST_MARKS for grid in problem.grids)
    ]
    marks.append(("[one.positions[0] for one in things if one.size == 1]", 1.0, []))
    plain, _, many, *_ = sources(problem.background)
    for text, price in (many, plain):
        source = Source(text, price, (), True)
        pieces = pieces_of(source, problem.grids)
        if pieces is None or all(len(found) == 1 for found in pieces):
            continue
        for pick in islice(_picks(problem, source, pieces, 2), _MOST_MODELS):
            head = (f"things = {text}", f"model = {fill(pick.text, _of='things')}")
            for where, more, colours in marks:
                for drawn in filled("model at a mark", {"_c": free(colours)}):
                    loop = (f"for row, col in {where}:", f"    out = {drawn.text}")
                    cost = 2.0 + price + pick.bits + more + drawn.bits
                    yield from _kept_or_cleared(head, f"paint(grid, model, {problem.background})", loop, cost)
            shown = [("model", 0.0), ("recolour(model, other.colour)", 0.5)]
            for drawn in filled("model and another", {"_model": shown}):
                loop = ("for other in [one for one in things if one != model]:", f"    out = {drawn.text}")
                cost = 2.0 + price + pick.bits + drawn.bits
                yield Draft((*head, "out = grid", *loop, "return out"), cost)


def _picks(problem: Problem, source: Source, pieces: Pieces, least: int) -> Iterator[Expression]:
    """The shortest way to pick each one piece of every grid that has so many cells."""
    seen = set()
    for pick, places in sorted(selections(source, pieces, problem.grids), key=lambda found: found[0].bits):
        picked = [found[place] for found, place in zip(pieces, places, strict=True)]
        if places not in seen and all(one.size >= least for one in picked):
            seen.add(places)
            yield pick


def _kept_or_cleared(head: Sequence[str], cleared: str, loop: Sequence[str], cost: float) -> Iterator[Draft]:
    """Programs that draw in a loop, what they draw after left where it is or taken away."""
    for start, own in (("grid", 0.0), (cleared, 1.0)):
        yield Draft((*head, f"out = {start}", *loop, "return out"), cost + own)


def _repeats(problem: Problem) -> bool:
    """True if cells that are not background change, to colours that the grid holds."""
    background = problem.background
    return all(
        set(out[grid != out].tolist()) <= {*grid.ravel().tolist(), background}
        and ((grid != out) & (grid != background) & (out != background)).any()
        for grid, out in problem.pairs
    )


@rule(same_size, _repeats, enough=4)
def matches(problem: Problem) -> Iterator[Draft]:
    """Objects drawn like those that they match."""
    picks = [("len(one.colours) > 1", 0.5), *((f"one.colour != {one}", 0.8) for one in problem.shades)]
    for found, (pick, more) in product(found_by(sources(problem.background), problem), picks):
        for match, picture in product(section("match of two objects"), section("picture of a match")):
            if not _matching(found.objects, pick, match.text):
                continue
            others = f"others = [one for one in things if not {pick}]"
            head = (f"things = {found.source}", f"models = [one for one in things if {pick}]", others)
            loop = ["for one in others:", "    for model in models:", f"        if {match.text}:"]
            loop.append(f"            out = {picture.text}")
            bits = 3.0 + found.cost + more + match.bits + picture.bits
            yield from _kept_or_cleared(head, f"paint(grid, models, {problem.background})", loop, bits)


def _matching(objects: Objects, pick: str, match: str) -> bool:
    """True if in every grid some object matches a model."""
    is_model, matched = function(f"lambda one: {pick}"), function(f"lambda one, model: {match}")
    for things in objects:
        charge(prices.PROPERTY[0] + prices.PROPERTY[1] * len(things))
        models = [one for one in things if is_model(one)]
        others = [one for one in things if not is_model(one)]
        charge(prices.PROPERTY[1] * len(models) * len(others))
        pairs = product(others, models)
        if len(models) * len(others) > _MOST_PAIRS or not any(matched(*pair) for pair in pairs):
            return False
    return True


def _has_panels(problem: Problem) -> bool:
    """True if lines cut every grid into parts, of one shape within a grid."""
    rows = values_of("split_by_lines(grid)", problem.grids)
    if rows is None or values_of("separator_colour(grid)", problem.grids) is None:
        return False
    panels = [[part.shape for row in found for part in row] for found in rows]
    return all(len(shapes) > 1 and len(set(shapes)) == 1 for shapes in panels)


@rule(same_size, _has_panels)
def panel_models(problem: Problem) -> Iterator[Draft]:
    """Every part between the lines redrawn after one of them."""
    source = Source("sum(split_by_lines(grid), [])", 1.0, (), False)
    pieces = pieces_of(source, problem.grids)
    colours = free(problem.new_colours[:3])
    for pick in islice(_picks(problem, source, pieces, 1), _MOST_PANELS) if pieces else ():
        for drawn in filled("part after a model", {"_c": colours}):
            rows = f"[[{drawn.text} for part in row] for row in rows]"
            lines = ("rows = split_by_lines(grid)", "parts = sum(rows, [])")
            model = f"model = {fill(pick.text, _of='parts')}"
            end = f"return join({rows}, gap=1, colour=separator_colour(grid))"
            yield Draft((*lines, model, end), 3.0 + pick.bits + drawn.bits)
