"""Stamps: every cell of a colour, or every part of a kind, gets the same small picture drawn around it.

The picture is read off the outputs: for each offset from an anchor, the colour that all outputs have there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from arc import Grid, same_grid
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
    """A picture read off the outputs for one anchor, and the grids it gives, with `onto` or without."""

    anchor: Anchor
    picture: Picture
    onto: int | None
    cost: float


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
    for count in (1, 2, 3):
        right = [chosen for chosen in combinations(found[:14], count) if _right(problem, chosen)]
        yield from (Draft(_lines(chosen, lets), sum(one.cost for one in chosen)) for chosen in right)
        if right:
            return


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
    seen: dict[tuple[int, int], Counter[int]] = {}
    changes: Counter[tuple[int, int]] = Counter()
    grids: dict[tuple[int, int], set[int]] = {}
    for number, ((grid, output), places) in enumerate(zip(problem.pairs, anchor.places, strict=False)):
        before, after = grid.tolist(), output.tolist()
        height, width = grid.shape
        for row, column in places:
            own = before[row][column]
            for y in range(max(0, row - _REACH), min(height, row + _REACH + 1)):
                for x in range(max(0, column - _REACH), min(width, column + _REACH + 1)):
                    if onto is not None and before[y][x] != onto:
                        continue
                    offset = (y - row, x - column)
                    colour = after[y][x]
                    seen.setdefault(offset, Counter())[_OWN if colour == own != background else colour] += 1
                    changes[offset] += colour != before[y][x]
                    grids.setdefault(offset, set()).add(number)
    agreed = {}
    for offset, colours in seen.items():
        (colour, most), *others = colours.most_common()
        rarely = sum(count for _, count in others)
        unchanged = changes[offset] == 0 or (colour == background and onto == background)
        if not unchanged and most >= 2 and most >= 3 * rarely and len(grids[offset]) >= 2:
            agreed[offset] = colour
    return _needed(problem, anchor, agreed)


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


def _right(problem: Problem, chosen: tuple[Stamp, ...]) -> bool:
    """True if the stamps, of different anchors, make every output."""
    charge(prices.STAMP * len(chosen))
    return len({one.anchor.text for one in chosen}) == len(chosen) and all(
        same_grid(_stamped(grid, number, chosen), output)
        for number, (grid, output) in enumerate(problem.pairs)
    )


def _stamped(grid: Grid, number: int, chosen: tuple[Stamp, ...]) -> npt.NDArray[np.int8]:
    out = np.array(grid)
    for one in chosen:
        bitmap, hook = _bitmap(one.picture)
        drawn = stamp(
            grid, np.array(bitmap), one.anchor.places[number], hook=hook, transparent=_SKIP, onto=one.onto
        )
        np.copyto(out, drawn, where=drawn != grid)
    return out


def _lines(chosen: tuple[Stamp, ...], lets: dict[str, str]) -> tuple[str, ...]:
    lines: list[str] = []
    for number, one in enumerate(chosen):
        bitmap, hook = _bitmap(one.picture)
        onto = "" if one.onto is None else f", onto={one.onto}"
        name = "picture" if number == 0 else f"picture_{number + 1}"
        rows = [str(line) for line in bitmap]
        lines.append(f"{name} = [{rows[0]}," if len(rows) > 1 else f"{name} = [{rows[0]}]")
        lines.extend(f"{' ' * (len(name) + 4)}{row}," for row in rows[1:-1])
        if len(rows) > 1:
            lines.append(f"{' ' * (len(name) + 4)}{rows[-1]}]")
        drawn = f"stamp(grid, {name}, {one.anchor.text}, hook={hook}, transparent={_SKIP}{onto})"
        if number == 0:
            lines.append(f"out = {drawn}")
        else:
            lines += [f"drawn = {drawn}", "out = paint(out, drawn != grid, drawn)"]
    return (*let_lines([one.anchor.text for one in chosen], lets), *lines, "return out")
