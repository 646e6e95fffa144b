"""A number shown on the grid itself: a line of so many cells from one of its corners."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from inference.proposers.search.expressions import Expression, fill, section
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.colours import inks_for
from inference.proposers.search.rules.driver import Draft, fits_first, rule, same_size
from inference.proposers.search.rules.numbers import expressions_for


@rule(same_size)
def tally(problem: Problem) -> Iterator[Draft]:
    """What changes is one line from a corner, as long as a number of the grid says."""
    changed = [output[grid != output].tolist() for grid, output in problem.pairs]
    inks = [cells[0] for cells in changed if len(set(cells)) == 1]
    if len(inks) < len(changed):
        return

    def drawn(line: Expression, count: int | str, ink: int | str) -> tuple[str]:
        return (f"return draw_rectangle(grid, {fill(line.text, _n=count)}, {ink})",)

    lines = section("line from a corner")
    lines = tuple(one for one in lines if fits_first(problem, drawn(one, len(changed[0]), inks[0])))
    if not lines:
        return
    counts = expressions_for(problem, list(map(len, changed)), counted=True)
    for line, (count, cost), (ink, more) in product(lines, counts, inks_for(problem, inks)):
        yield Draft(drawn(line, count, ink), 2.0 + line.bits + cost + more)
