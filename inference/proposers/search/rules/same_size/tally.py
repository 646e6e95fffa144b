"""A number shown on the grid itself: a line of so many cells from one of its corners."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from inference.proposers.search.expressions import Expression, fill, section
from inference.proposers.search.language import values_of
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.colours import inks_for
from inference.proposers.search.rules.driver import Draft, fits_first, rule, same_size
from inference.proposers.search.rules.numbers import expressions_for


@rule(same_size)
def tally(problem: Problem) -> Iterator[Draft]:
    """What changes, or all that is left, is one line from a corner, as long as a number of the grid says."""
    for canvas, bits in (("grid", 2.0), ("blank_like(grid)", 2.5)):
        grids = values_of(canvas, problem.train) or ()
        changed = [out[grid != out].tolist() for grid, out in zip(grids, problem.outputs, strict=True)]
        inks = [cells[0] for cells in changed if len(set(cells)) == 1]
        if len(inks) < len(changed):
            continue

        def drawn(line: Expression, count: int | str, ink: int | str, canvas: str = canvas) -> tuple[str]:
            return (f"return draw_rectangle({canvas}, {fill(line.text, _n=count)}, {ink})",)

        lines = section("line from a corner")
        lines = tuple(one for one in lines if fits_first(problem, drawn(one, len(changed[0]), inks[0])))
        if not lines:
            continue
        counts = expressions_for(problem, list(map(len, changed)), counted=True)
        for line, (count, cost), (ink, more) in product(lines, counts, inks_for(problem, inks)):
            yield Draft(drawn(line, count, ink), bits + line.bits + cost + more)
