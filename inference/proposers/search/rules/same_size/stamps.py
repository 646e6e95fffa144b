"""Stamps: every cell of a colour, or every part of a kind, gets the same small picture drawn around it.

The picture is read off the outputs: for each offset from an anchor, the colour that all outputs have there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_features import Scene, let_lines
from inference.proposers.search.expressions import section
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size

_OWN, _SKIP = 10, -1
_MAX_PLACES = 60  # in one grid
_REACH = 6
_MOST = 14  # stamps tried

Picture = dict[tuple[int, int], int]
Places = tuple[tuple[tuple[int, int], ...], ...]  # on each grid


@rule(same_size, enough=2)
def stamps(problem: Problem) -> Iterator[Draft]:
    """One stamp; where there are several kinds of anchors, each is a step."""
    found = [
        Draft(_lines(picture, text, problem), 3.0 + cost + 0.25 * len(picture))
        for text, cost, places in _anchors(problem)
        if (picture := _read_picture(problem, places))
    ]
    yield from sorted(found, key=lambda draft: draft.cost)[:_MOST]


def _anchors(problem: Problem) -> Iterator[tuple[str, float, Places]]:
    """Where pictures may be hooked: the expression, the cost, and its places on each grid."""
    scenes = [Scene(grid, problem.lets) for grid in problem.grids]
    texts = [(f"cells_of(grid == {c})", 1.5) for c in problem.shades]
    texts += [(one.text, one.bits) for one in section("anchors")]
    seen = set()
    for text, cost in texts:
        places = tuple(tuple(scene.value(text)) for scene in scenes)
        if places in seen or not any(places[: len(problem.outputs)]):
            continue
        seen.add(places)
        if max(map(len, places)) <= _MAX_PLACES:
            yield text, cost, places


def _read_picture(problem: Problem, anchors: Places) -> Picture:
    """For each offset the colour that the outputs have there, where they agree and something changes."""
    charge(prices.STAMPED * sum(map(len, anchors)))
    side = 2 * _REACH + 1
    seen = np.zeros((_OWN + 1, side, side), np.int64)  # how often each colour stands at each offset
    changes, grids = np.zeros((2, side, side), np.int64)
    for (grid, output), places in zip(problem.pairs, anchors, strict=False):
        if not places:
            continue
        before, after = (_windows(cells)[tuple(np.transpose(places))] for cells in (grid, output))
        own = before[:, _REACH, _REACH, None, None]
        known = before == problem.background
        shown = np.where((after == own) & (own != problem.background), _OWN, after)
        seen += [((shown == colour) & known).sum(0) for colour in range(_OWN + 1)]
        changes += ((after != before) & known).sum(0)
        grids += known.any(0)
    most, colours = seen.max(0), seen.argmax(0)
    useful = (changes > 0) & (most >= 2) & (4 * most >= 3 * seen.sum(0)) & (grids > 1)
    useful &= colours != problem.background
    agreed = {(y - _REACH, x - _REACH): int(colours[y, x]) for y, x in np.argwhere(useful).tolist()}
    return _needed(problem, anchors, agreed)


def _windows(grid: Grid) -> npt.NDArray[np.int8]:
    """What surrounds each cell, as far as a stamp may reach; -1 outside of the grid."""
    padded = np.pad(grid, _REACH, constant_values=-1)
    return np.lib.stride_tricks.sliding_window_view(padded, (2 * _REACH + 1, 2 * _REACH + 1))


def _needed(problem: Problem, anchors: Places, agreed: Picture) -> Picture:
    """Of the agreed cells those that, nearest first, explain a change that no nearer one does."""
    changes = [np.argwhere(grid != output).tolist() for grid, output in problem.pairs]
    unexplained = {(number, *cell) for number, cells in enumerate(changes) for cell in cells}
    marks = [(number, *place) for number, places in enumerate(anchors) for place in places]
    picture = {}
    for offset in sorted(agreed, key=lambda offset: (max(map(abs, offset)), sum(map(abs, offset)), offset)):
        covered = {(number, row + offset[0], column + offset[1]) for number, row, column in marks}
        if unexplained & covered:
            picture[offset] = agreed[offset]
        unexplained -= covered
    return picture


def _lines(picture: Picture, places: str, problem: Problem) -> tuple[str, ...]:
    """The program: the picture as rows, and which of its cells lies on the place."""
    downs, rights = zip(*picture, (0, 0), strict=True)
    across = range(min(rights), max(rights) + 1)
    bitmap = [[picture.get((row, col), _SKIP) for col in across] for row in range(min(downs), max(downs) + 1)]
    rows = (",\n" + " " * 11).join(map(str, bitmap))
    ends = f"hook={(-min(downs), -min(rights))}, transparent={_SKIP}, onto={problem.background}"
    end = f"return stamp(grid, picture, {places}, {ends})"
    return (*let_lines([places], problem.lets), *f"picture = [{rows}]".splitlines(), end)
