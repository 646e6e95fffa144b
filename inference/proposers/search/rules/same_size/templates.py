"""One-line programs for same-size tasks: words that do a whole task, with their arguments tried in turn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from inference.proposers.search.cell_features import let_lines
from inference.proposers.search.expressions import Choices, filled, free
from inference.proposers.search.language import values_of
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size


@rule(same_size)
def one_liners(problem: Problem) -> Iterator[Draft]:
    """Words that do the whole task."""
    left = {colour for out in problem.outputs for colour in out.ravel().tolist()}
    gone = free(colour for colour in problem.telling_colours if colour not in left)
    cells = [f"cells_of(grid == {colour})" for colour in problem.shades]
    few = [one for one in cells if {*map(len, values_of(one, problem.grids) or [()])} <= {1, 2}]
    choices: Choices = {
        **problem.ground,
        "_gone": gone,
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
