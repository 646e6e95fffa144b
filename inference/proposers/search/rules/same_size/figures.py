"""Figures restored: a part that is missing or covered is the mirror image of the visible part.

bare = paint(grid, grid == 8, 0)
about = best_middle(bare, "left_right")
return make_symmetric(bare, "left_right", about=about)
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from inference.proposers.search.expressions import section
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.colours import inks_for
from inference.proposers.search.rules.driver import Draft, rule, same_size

_COVER_BITS = 1.0


def _restores(problem: Problem) -> bool:
    """True if what is added repeats colours that are there, and at most one colour is lost, wholly."""
    for grid, out in problem.pairs:
        changed = grid != out
        lost = set(grid[changed].tolist()) - {problem.background}
        if len(lost) > 1 or any((out == colour).any() for colour in lost):
            return False
        added = out[changed & (out != problem.background)]
        kept = grid[~changed & (grid != problem.background)]
        if added.size > kept.size or not set(added.tolist()) <= set(kept.tolist()):
            return False
    return True


@rule(same_size, _restores, enough=4)
def figures(problem: Problem) -> Iterator[Draft]:
    """A figure completed about its own middle, its cover removed."""
    background = problem.background
    ground = f", {background}" if background else ""
    after = f", background={background}" if background else ""
    for (cover, bits), axes in product(_covers(problem), section("_axes")):
        first = axes.text.strip("()").split(",")[0]
        canvas = "bare" if cover else "grid"
        yield Draft(
            (
                *([f"bare = paint(grid, grid == {cover}, {background})"] if cover else ()),
                f"about = best_middle({canvas}, {first}{ground})",
                f"return make_symmetric({canvas}, {axes.text}, about=about{after})",
            ),
            3.0 + bits + axes.bits,
        )


def _covers(problem: Problem) -> Iterator[tuple[str, float]]:
    """What gives the colour that is lost in each pair; nothing if none is."""
    lost = [set(grid[grid != out].tolist()) - {problem.background} for grid, out in problem.pairs]
    if not any(lost):
        yield "", 0.0
    if not all(lost):
        return
    yield from ((text, bits + _COVER_BITS) for text, bits in inks_for(problem, [one.pop() for one in lost]))
