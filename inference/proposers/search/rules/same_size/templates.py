"""One-line programs for same-size tasks: words that do a whole task, with their arguments tried in turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from inference.proposers.search.cell_features import let_lines, lets_for
from inference.proposers.search.cell_table import background_of, telling_colours
from inference.proposers.search.expressions import filled
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size

_DIRECTIONS = ("UP", "DOWN", "LEFT", "RIGHT", "UP_LEFT", "UP_RIGHT", "DOWN_LEFT", "DOWN_RIGHT")
_MASKS = (
    "occupied",
    "is_largest(blobs)",
    "is_largest(parts)",
    "region_mirrors(pieces, 'left_right')",
    "grid == rarest",
)


@rule(same_size)
def one_liners(problem: Problem) -> Iterator[Draft]:
    """Words that do the whole task."""
    background = background_of(problem)
    lets = lets_for(background)
    colours = telling_colours(problem)
    masks = [*_MASKS, *(f"grid == {colour}" for colour in colours if colour != background)]
    slots: dict[str, Iterable[object]] = {
        "_b": [background], "_c": colours, "_other": colours, "_d": _DIRECTIONS, "_m": masks,
    }  # fmt: skip
    choices = {slot: [(filling, 0.0) for filling in fillings] for slot, fillings in slots.items()}
    for one in filled("whole change", choices):
        yield Draft((*let_lines([one.text], lets), f"return {one.text}"), one.bits)
