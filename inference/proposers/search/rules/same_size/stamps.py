"""Stamps: every cell of a colour, or every part of a kind, gets the same small picture drawn around it.

The picture is read off the outputs: for each offset from an anchor, the colour that all outputs have there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_features import Scene, let_lines, lets_for
from inference.proposers.search.cell_table import background_of, telling_colours
from inference.proposers.search.expressions import section
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from omniarc import stamp

_OWN, _SKIP = 10, -1
_MAX_PLACES = 60  # in one grid
_REACH = 6

Picture = dict[tuple[int, int], int]


@dataclass(frozen=True, eq=False)
class Anchor:
    """Where pictures are hooked: the expression, and its places on each grid."""

    text: str
    cost: float
    places: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, eq=False)
class Stamp:
    """A picture read off the outputs for one anchor, drawn onto one colour or all, and its cost."""

    anchor: Anchor
    picture: Picture
    onto: int | None
    cost: float

    def drawn(self, number: int, grid: Grid) -> Grid:
        """The training grid of this number with the picture at every place."""
        bitmap, hook = _bitmap(self.picture)
        places = self.anchor.places[number]
        return stamp(grid, np.array(bitmap), places, hook=hook, transparent=_SKIP, onto=self.onto)


@rule(same_size, enough=2)
def stamps(problem: Problem) -> Iterator[Draft]:
    """One stamp, or two or three for as many kinds of anchors."""
    background = background_of(problem)
    lets = lets_for(background)
    scenes = [Scene(grid, lets) for grid in problem.grids]
    found = []
    for anchor in _anchors(problem, scenes, background):
        for onto in (background, None):
            picture = _read_picture(problem, anchor, background, onto)
            if picture:
                cost = 3.0 + anchor.cost + 0.25 * len(picture) + (0.0 if onto is not None else 0.3)
                found.append(Stamp(anchor, picture, onto, cost))
    found.sort(key=lambda one: one.cost)
    drawn = {id(one): [one.drawn(*numbered) for numbered in enumerate(problem.train)] for one in found[:14]}
    steps = []
    for count in (1, 2, 3):
        tried = [(chosen, _left(problem, chosen, drawn)) for chosen in combinations(found[:14], count)]
        right = [chosen for chosen, left in tried if left == 0]
        steps += [chosen for chosen, left in tried if left and count == 1]
        yield from (Draft(_lines(chosen, lets), sum(one.cost for one in chosen)) for chosen in right)
        if right:
            return
    yield from (Draft(_lines(chosen, lets), chosen[0].cost) for chosen in steps)


def _anchors(problem: Problem, scenes: list[Scene], background: int) -> Iterator[Anchor]:
    texts = [(f"cells_of(grid == {c})", 1.5) for c in telling_colours(problem) if c != background]
    texts += [(one.text, one.bits) for one in section("anchors")]
    seen = set()
    for text, cost in texts:
        places = tuple(tuple(scene.value(text)) for scene in scenes)
        if places in seen or not any(places[: len(problem.outputs)]):
            continue
        seen.add(places)
        if max(map(len, places)) <= _MAX_PLACES:
            yield Anchor(text, cost, places)


def _read_picture(problem: Problem, anchor: Anchor, background: int, onto: int | None) -> Picture:
    """For each offset the colour that the outputs have there, where they agree and something changes."""
    charge(prices.STAMPED * sum(map(len, anchor.places)))
    side = 2 * _REACH + 1
    seen = np.zeros((_OWN + 1, side, side), np.int64)  # how often each colour stands at each offset
    changes, grids = np.zeros((2, side, side), np.int64)
    for (grid, output), places in zip(problem.pairs, anchor.places, strict=False):
        if not places:
            continue
        before, after = (_windows(cells)[tuple(np.transpose(places))] for cells in (grid, output))
        own = before[:, _REACH, _REACH, None, None]
        known = before >= 0 if onto is None else before == onto
        shown = np.where((after == own) & (own != background), _OWN, after)
        seen += [((shown == colour) & known).sum(0) for colour in range(_OWN + 1)]
        changes += ((after != before) & known).sum(0)
        grids += known.any(0)
    most, colours = seen.max(0), seen.argmax(0)
    useful = (changes > 0) & (most >= 2) & (4 * most >= 3 * seen.sum(0)) & (grids > 1)
    if onto == background:
        useful &= colours != background
    agreed = {(int(y), int(x)): int(colours[y, x]) for y, x in np.argwhere(useful)}
    return _needed(problem, anchor, {(y - _REACH, x - _REACH): colour for (y, x), colour in agreed.items()})


def _windows(grid: Grid) -> npt.NDArray[np.int8]:
    """What surrounds each cell, as far as a stamp may reach; -1 outside of the grid."""
    padded = np.pad(grid, _REACH, constant_values=-1)
    return np.lib.stride_tricks.sliding_window_view(padded, (2 * _REACH + 1, 2 * _REACH + 1))


def _needed(problem: Problem, anchor: Anchor, agreed: Picture) -> Picture:
    """Of the agreed cells those that, nearest first, explain a change that no nearer one does."""
    unexplained = [set(map(tuple, np.argwhere(grid != output).tolist())) for grid, output in problem.pairs]
    picture = {}
    for offset in sorted(agreed, key=lambda offset: (max(map(abs, offset)), sum(map(abs, offset)), offset)):
        useful = False
        for cells, places in zip(unexplained, anchor.places, strict=False):
            covered = {(row + offset[0], column + offset[1]) for row, column in places}
            useful |= bool(cells & covered)
            cells -= covered
        if useful:
            picture[offset] = agreed[offset]
    return picture


def _bitmap(picture: Picture) -> tuple[list[list[int]], tuple[int, int]]:
    """The picture as rows, and which of its cells lies on the place."""
    rows, columns = [r for r, _ in picture], [c for _, c in picture]
    top, left = min(*rows, 0), min(*columns, 0)
    height, width = max(*rows, 0) - top + 1, max(*columns, 0) - left + 1
    bitmap = [[_SKIP] * width for _ in range(height)]
    for (row, column), colour in picture.items():
        bitmap[row - top][column - left] = colour
    return bitmap, (-top, -left)


def _left(problem: Problem, chosen: tuple[Stamp, ...], drawn: dict[int, list[Grid]]) -> int | None:
    """How many cells the stamps, of different anchors, leave wrong; None if they spoil any."""
    charge(prices.STAMP * len(chosen))
    if len({one.anchor.text for one in chosen}) < len(chosen):
        return None
    left = 0
    for number, (grid, output) in enumerate(problem.pairs):
        made = np.array(grid)
        for one in chosen:
            np.copyto(made, drawn[id(one)][number], where=drawn[id(one)][number] != grid)
        wrong = made != output
        if (wrong & (made != grid)).any():
            return None
        left += int(np.count_nonzero(wrong))
    return left


def _lines(chosen: tuple[Stamp, ...], lets: dict[str, str]) -> tuple[str, ...]:
    lines: list[str] = []
    for number, one in enumerate(chosen):
        bitmap, hook = _bitmap(one.picture)
        onto = "" if one.onto is None else f", onto={one.onto}"
        name = "picture" if number == 0 else f"picture_{number + 1}"
        indent = ",\n" + " " * (len(name) + 4)
        lines.extend(f"{name} = [{indent.join(map(str, bitmap))}]".splitlines())
        drawn = f"stamp(grid, {name}, {one.anchor.text}, hook={hook}, transparent={_SKIP}{onto})"
        if number == 0:
            lines.append(f"out = {drawn}")
        else:
            lines += [f"drawn = {drawn}", "out = paint(out, drawn != grid, drawn)"]
    return (*let_lines([one.anchor.text for one in chosen], lets), *lines, "return out")
