"""Short programs for same-size tasks: words that do the whole task, alone or two after each other.

    about = best_middle(grid, "left_right")
    return make_symmetric(grid, "left_right", about=about)

Their arguments are tried in turn, or found one by one: a move for each colour, a number for a line's length.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

import numpy as np

from inference.proposers.search.cell_features import Scene, let_lines
from inference.proposers.search.expressions import Choices, Expression, fill, filled, free, section
from inference.proposers.search.language import values_of
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.colours import inks_for
from inference.proposers.search.rules.driver import Draft, fits_first, only_adds, rule, same_size
from inference.proposers.search.rules.numbers import expressions_for
from inference.proposers.search.rules.relations import colour_table
from inference.proposers.search.trust import STRANGE
from omniarc.masks import some

_MOST_MOVING = 3
_MOST_WAYS = 3  # kept for each colour


@rule(same_size)
def one_liners(problem: Problem) -> Iterator[Draft]:
    """Words that do the whole task."""
    left = {colour for out in problem.outputs for colour in out.ravel().tolist()}
    cells = [f"cells_of(grid == {colour})" for colour in problem.shades]
    few = [one for one in cells if {*map(len, values_of(one, problem.grids) or [()])} <= {1, 2}]
    choices: Choices = {
        **problem.ground,
        "_gone": free(colour for colour in problem.telling_colours if colour not in left),
        "_ink": free(problem.shades),
        "_start": free(f"{one}[0]" for one in few),
        "_goal": free(f"{one}[-1]" for one in few),
        "_new": free(problem.new_colours) if len(problem.new_colours) == 1 else [],
    }
    for one in filled("whole change", choices):
        yield Draft((*let_lines([one.text], problem.lets), f"return {one.text}"), one.bits)


def _same_cells(problem: Problem) -> bool:
    """True if every output has as many cells of each colour as its grid."""
    return all(np.array_equal(np.sort(grid, None), np.sort(out, None)) for grid, out in problem.pairs)


@rule(same_size, _same_cells)
def sorted_lines(problem: Problem) -> Iterator[Draft]:
    """Rows or columns sorted by count, colour or place, before or after everything falls to one side."""
    for one in filled("sorted lines", problem.ground):
        yield Draft((f"return {one.text}",), one.bits)


def _restores(problem: Problem) -> bool:
    """True if cells change to colours that are there, no more than those there."""
    for grid, out in problem.pairs:
        added, shown = grid != out, grid != problem.background
        if added.sum() > shown.sum() or not {*out[added]} <= {*grid[shown]}:
            return False
    return True


@rule(same_size, only_adds, _restores, enough=4)
def figures(problem: Problem) -> Iterator[Draft]:
    """A figure completed about its own middle: what is missing is the mirror image of what is visible."""
    ground = f", background={problem.background}" if problem.background else ""
    for axes in section("_axes"):
        about = f"about = best_middle(grid, {axes.text.strip('()').split(',')[0]}{ground})"
        end = f"return make_symmetric(grid, {axes.text}, about=about{ground})"
        yield Draft((about, end), 3.0 + axes.bits)


def _recolours(problem: Problem) -> bool:
    """True if every grid's colours become others each in one way, not in the same way in all grids."""
    each = all(colour_table([grid], [out]) is not None for grid, out in problem.pairs)
    return each and colour_table(problem.train, problem.outputs) is None


@rule(same_size, _recolours)
def colour_orders(problem: Problem) -> Iterator[Draft]:
    """Colours are ordered and exchanged by their places in that order, which the grid shows."""
    many = [len(np.unique(grid)) for grid in problem.grids]
    unseen = STRANGE if max(many) > max(many[: len(problem.outputs)]) else 0.0  # no pair tells their order
    for one in (*section("colours in order"), *section("colours as they appear")):
        for change in section("change of order"):
            lines = (f"order = {one.text}", f"return map_colours(grid, dict(zip(order, {change.text})))")
            yield Draft(lines, 2.0 + one.bits + change.bits + unseen)


@rule(same_size, enough=2)
def moves(problem: Problem) -> Iterator[Draft]:
    """One move for each colour that moves, of those that bring it where the outputs have it."""
    colours = problem.shades
    moving = [c for c in colours if any(some((g == c) != (o == c)) for g, o in problem.pairs)]
    if not 1 <= len(moving) <= _MOST_MOVING:
        return
    scenes = [Scene(grid, problem.lets) for grid in problem.grids]

    def moved(one: Expression, colour: int) -> bool:
        made = zip(problem.outputs, (scene.value(one.text) for scene in scenes), strict=False)
        return not any(some((grid == colour) != (out == colour)) for out, grid in made)

    options = []
    for colour in moving:
        others = free(other for other in colours if other != colour)
        ways = filled("move of a colour", {**problem.ground, "_other": others, "_c": free([colour])})
        options.append(list(islice((one for one in ways if moved(one, colour)), _MOST_WAYS)))
        if not options[-1]:
            return
    for *first, last in product(*options):
        lines = [f"grid = {one.text}" for one in first]
        yield Draft((*lines, f"return {last.text}"), 1.0 + last.bits + sum(one.bits for one in first))


@rule(same_size)
def tally(problem: Problem) -> Iterator[Draft]:
    """What changes, or all that is left, is one line from a corner, as long as a number of the grid says."""
    for canvas, bits in (("grid", 2.0), ("blank_like(grid)", 2.5)):
        grids = values_of(canvas, problem.train) or ()
        changed = [out[grid != out].tolist() for grid, out in zip(grids, problem.outputs, strict=True)]
        inks = [cells[0] for cells in changed if len(set(cells)) == 1]

        def drawn(line: Expression, count: int | str, ink: int | str, canvas: str = canvas) -> tuple[str]:
            return (f"return draw_rectangle({canvas}, {fill(line.text, _n=count)}, {ink})",)

        lines = section("line from a corner") if len(inks) == len(changed) else ()
        lines = tuple(one for one in lines if fits_first(problem, drawn(one, len(changed[0]), inks[0])))
        if not lines:
            continue
        counts = expressions_for(problem, list(map(len, changed)), counted=True)
        for line, (count, cost), (ink, more) in product(lines, counts, inks_for(problem, inks)):
            yield Draft(drawn(line, count, ink), bits + line.bits + cost + more)
