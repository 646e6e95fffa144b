"""Moves: each colour in its own way; the ways are found colour by colour.

For every colour whose cells lie elsewhere in the outputs, those moves are kept that bring the colour where
the outputs have it; then one move for each colour is put together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from arc import Grid
from inference.proposers.search.cell_features import Scene
from inference.proposers.search.expressions import Choices, Expression, filled, free
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from omniarc.masks import some

_MOST_MOVING = 3
_MOST_WAYS = 3  # kept for each colour


@rule(same_size, enough=2)
def moves(problem: Problem) -> Iterator[Draft]:
    """One move for each colour that moves, one line each."""
    colours = problem.shades
    moving = [c for c in colours if any(some((g == c) != (o == c)) for g, o in problem.pairs)]
    if not 1 <= len(moving) <= _MOST_MOVING:
        return
    scenes = [Scene(grid, problem.lets) for grid in problem.grids]
    options = []
    for colour in moving:
        others = free(other for other in colours if other != colour)
        choices = {**problem.ground, "_other": others, "_c": free([colour])}
        options.append(list(islice(_ways(scenes, problem.outputs, colour, choices), _MOST_WAYS)))
        if not options[-1]:
            return
    for *first, last in product(*options):
        lines = [f"grid = {one.text}" for one in first]
        yield Draft((*lines, f"return {last.text}"), 1.0 + last.bits + sum(one.bits for one in first))


def _ways(
    scenes: list[Scene], outputs: Sequence[Grid], colour: int, choices: Choices
) -> Iterator[Expression]:
    """The moves that bring a colour where all outputs have it."""
    for one in filled("move of a colour", choices):
        made = (scene.value(one.text) for scene in scenes)
        pairs = zip(outputs, made, strict=False)
        if not any(some((grid == colour) != (out == colour)) for out, grid in pairs):
            yield one
