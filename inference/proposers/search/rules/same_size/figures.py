"""Figures restored: a part that is missing is the mirror image of the visible part.

about = best_middle(grid, "left_right")
return make_symmetric(grid, "left_right", about=about)
"""

from __future__ import annotations

from collections.abc import Iterator

from inference.proposers.search.expressions import section
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from omniarc.masks import some


def _restores(problem: Problem) -> bool:
    """True if only background cells change, to colours that are there, and no more than those there."""
    for grid, out in problem.pairs:
        added, shown = grid != out, grid != problem.background
        if some(added & shown) or added.sum() > shown.sum() or not {*out[added]} <= {*grid[shown]}:
            return False
    return True


@rule(same_size, _restores, enough=4)
def figures(problem: Problem) -> Iterator[Draft]:
    """A figure completed about its own middle."""
    ground = f", background={problem.background}" if problem.background else ""
    for axes in section("_axes"):
        first = axes.text.strip("()").split(",")[0]
        about = f"about = best_middle(grid, {first}{ground})"
        yield Draft(
            (about, f"return make_symmetric(grid, {axes.text}, about=about{ground})"), 3.0 + axes.bits
        )
