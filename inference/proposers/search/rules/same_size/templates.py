"""One-line programs for same-size tasks: words that do a whole task, with their arguments tried in turn."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from inference.proposers.search.cell_features import let_lines, lets_for
from inference.proposers.search.cell_table import background_of, telling_colours
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size

# (expression, cost); <c> a colour of the inputs, <b> the background, <d> a direction, <m> a mask, <a> axes
TEMPLATES: tuple[tuple[str, float], ...] = (
    ("complete_copies(grid, <b>)", 2.0),
    ("complete_copies(grid, <b>, turned=True)", 2.5),
    ("complete_lattice(grid, <c>)", 2.0),
    ("repeat_content(grid, <d>, background=<b>)", 2.5),
    ("repeat_content(grid, <d>, 0, background=<b>)", 2.8),
    ("repeat_content(grid, <d>, 1, background=<b>)", 3.0),
    ("repeat_content(repeat_content(grid, UP, background=<b>), DOWN, background=<b>)", 4.0),
    ("repeat_content(repeat_content(grid, LEFT, background=<b>), RIGHT, background=<b>)", 4.0),
    ("repeat_content(repeat_content(grid, UP, 0, background=<b>), DOWN, 0, background=<b>)", 4.3),
    ("repeat_content(repeat_content(grid, LEFT, 0, background=<b>), RIGHT, 0, background=<b>)", 4.3),
    ("attract(grid, <c>, <c>, background=<b>)", 2.5),
    ("attract(grid, <c>, <c>, diagonal=True, background=<b>)", 3.0),
    ("make_symmetric(grid, <a>, about=<m>, background=<b>)", 3.0),
    ("paint(make_symmetric(grid, <a>, about=<m>, background=<b>), grid == <c>, <b>)", 4.5),
)
_DIRECTIONS = ("UP", "DOWN", "LEFT", "RIGHT", "UP_LEFT", "UP_RIGHT", "DOWN_LEFT", "DOWN_RIGHT")
_AXES = (
    '"left_right"',
    '"up_down"',
    '("left_right", "up_down")',
    '"rotate_180"',
    '"diagonal"',
    '"anti_diagonal"',
    '("rotate_90", "rotate_180")',
    '("left_right", "up_down", "diagonal")',
)


@rule(same_size)
def one_liners(problem: Problem) -> Iterator[Draft]:
    """Words that do the whole task."""
    background = background_of(problem)
    lets = lets_for(background)
    colours = [str(c) for c in telling_colours(problem)]
    slots = {
        "<c>": colours,
        "<b>": [str(background)],
        "<d>": list(_DIRECTIONS),
        "<m>": [
            "occupied",
            "is_largest(blobs)",
            "is_largest(parts)",
            'region_mirrors(pieces, "left_right")',
            "(grid == rarest)",
            *(f"grid == {c}" for c in colours if c != str(background)),
        ],
        "<a>": list(_AXES),
    }
    for template, cost in TEMPLATES:
        for text in _filled(template, slots):
            yield Draft((*let_lines([text], lets), f"return {text}"), cost)


def _filled(template: str, slots: dict[str, list[str]]) -> Iterator[str]:
    """The template with each slot filled in every way; two slots of one kind get different fillings."""
    pieces: list[str] = []
    kinds: list[str] = []
    rest = template
    while "<" in rest and ">" in rest:
        start = rest.index("<")
        pieces.append(rest[:start])
        kinds.append(rest[start : start + 3])
        rest = rest[start + 3 :]
    for fillings in product(*(slots[kind] for kind in kinds)):
        free = [(kind, filling) for kind, filling in zip(kinds, fillings, strict=True) if kind == "<c>"]
        if len(set(free)) < len(free):
            continue
        yield "".join(p + f for p, f in zip(pieces, fillings, strict=True)) + rest
