"""One-line programs for same-size tasks: words that do a whole task, with their arguments tried in turn.

Every line is first run on the smallest training pair, and on the others only if that is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.search.cell_features import Scene, let_lines, lets_for
from inference.proposers.search.cell_table import background_of, same_size, telling_colours
from inference.proposers.search.problem import Fragment, Problem, Rule

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


def one_liners(problem: Problem) -> Iterator[Fragment]:
    """Words that do the whole task."""
    if not same_size(problem):
        return
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
    order = sorted(range(len(problem.outputs)), key=lambda n: problem.grids[n].size)
    scenes = [Scene(grid, lets) for grid in problem.grids]
    yielded: set[bytes] = set()
    for template, cost in TEMPLATES:
        for text in _filled(template, slots):
            if not all(_equal(scenes[n], text, problem.outputs[n]) for n in order):
                continue
            tests = [_result(scene, text) for scene in scenes[len(order) :]]
            key = b"".join(b"" if test is None else test.tobytes() for test in tests)
            if key in yielded or any(test is None for test in tests):
                continue
            if not _sensible(problem, tests):
                continue
            yielded.add(key)
            yield Fragment((*let_lines([text], lets), f"return {text}"), cost, "one-liner")
        if problem.budget.spent():
            return


def _sensible(problem: Problem, tests: list[npt.NDArray[np.int8] | None]) -> bool:
    changes = all((grid != output).any() for grid, output in problem.pairs)
    return not changes or all(
        test is not None and (test != grid).any() for test, grid in zip(tests, problem.test, strict=True)
    )


def _result(scene: Scene, text: str) -> npt.NDArray[np.int8] | None:
    try:
        value: npt.NDArray[np.int8] = scene.value(text)
    except (ValueError, IndexError):
        return None
    return value


def _equal(scene: Scene, text: str, output: Grid) -> bool:
    value = _result(scene, text)
    return value is not None and value.shape == output.shape and bool((value == output).all())


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


RULES: tuple[Rule, ...] = (one_liners,)
