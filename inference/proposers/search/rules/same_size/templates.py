"""One-line programs for same-size tasks: words that do a whole task, with their arguments tried in turn."""

from __future__ import annotations

from collections.abc import Iterator

from inference.proposers.search.cell_features import let_lines, lets_for
from inference.proposers.search.cell_table import background_of, telling_colours
from inference.proposers.search.expressions import Choices, filled
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size


@rule(same_size)
def one_liners(problem: Problem) -> Iterator[Draft]:
    """Words that do the whole task."""
    background = background_of(problem)
    lets = lets_for(background)
    colours = telling_colours(problem)
    left = {colour for out in problem.outputs for colour in out.ravel().tolist()}
    choices: Choices = {
        "_b": [(background, 0.0)],
        "_gone": [(colour, 0.0) for colour in colours if colour not in left],
        "_ink": [(colour, 0.0) for colour in colours if colour != background],
    }
    for one in filled("whole change", choices):
        yield Draft((*let_lines([one.text], lets), f"return {one.text}"), one.bits)
