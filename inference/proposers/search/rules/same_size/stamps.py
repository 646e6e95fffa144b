"""Stamps and sweeps: pictures and cells that follow from what stands near, read off the outputs.

Every cell of a colour, or every part of a kind, gets the same small picture: for each offset from an anchor,
the colour that all outputs have there.

Sequences go on and figures grow cell by cell, swept in reading order after one of the eight symmetries. What
stands near a cell by then, seen in the expected outputs, must tell the cell: the smallest sets of places that
do are found by counting, and the table that `sweep` wants is read off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_features import Scene, let_lines
from inference.proposers.search.expressions import Expression, Kind, fill, section
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, only_adds, rule, same_size, tried
from inference.proposers.search.rules.relations import turns

# of stamps
_OWN, _SKIP = 10, -1
_MOST_ANCHORS = 60  # in one grid
_REACH = 6
_MOST = 14  # stamps tried

# of sweeps
_OFFSETS = (
    (0, -1), (-1, 0), (-1, -1), (-1, 1), (0, -2), (-2, 0), (-2, -2), (-2, 2), (-1, -2), (-1, 2),
    (0, 1), (1, 0), (1, -1), (1, 1),  # not yet drawn
)  # fmt: skip
_DRAWN = 10  # of them
_OUTSIDE = 10
_MOST_PLACES = 3
_MOST_TABLES = 6  # of one symmetry
_MOST_ENTRIES = 12
_ROWS = 300.0  # units of effort to lay the cells of a pair out

_PLAIN = Expression("_a", 0.0, Kind.GRID)
_TURNED = 0.5  # bits of a sweep in another order than that of reading

Picture = dict[tuple[int, int], int]
Places = tuple[tuple[tuple[int, int], ...], ...]  # on each grid
Rows = npt.NDArray[np.int64]
_Colours = tuple[int, ...]


@rule(same_size, enough=2)
def stamps(problem: Problem) -> Iterator[Draft]:
    """One stamp; where there are several kinds of anchors, each is a step."""
    scenes = [Scene(grid, problem.lets) for grid in problem.grids]
    texts = [(f"cells_of(grid == {c})", 1.5) for c in problem.shades]
    texts += [(one.text, one.bits) for one in section("anchors")]
    seen: set[Places] = set()
    found = []
    for text, cost in texts:
        places = tuple(tuple(scene.value(text)) for scene in scenes)
        if places in seen or not any(places[: len(problem.outputs)]) or max(map(len, places)) > _MOST_ANCHORS:
            continue
        seen.add(places)
        picture = _read_picture(problem, places)
        if picture:
            found.append(Draft(_lines(picture, text, problem), 3.0 + cost + 0.25 * len(picture)))
    yield from sorted(found, key=lambda draft: draft.cost)[:_MOST]


def _read_picture(problem: Problem, anchors: Places) -> Picture:
    """For each offset the colour that the outputs have there, where they agree and something changes."""
    charge(prices.STAMPED * sum(map(len, anchors)))
    side = 2 * _REACH + 1
    seen = np.zeros((_OWN + 1, side, side), np.int64)  # how often each colour stands at each offset
    changes, grids = np.zeros((2, side, side), np.int64)
    for (grid, output), places in zip(problem.pairs, anchors, strict=False):
        if not places:
            continue
        padded = (np.pad(cells, _REACH, constant_values=-1) for cells in (grid, output))
        windows = (sliding_window_view(cells, (side, side)) for cells in padded)
        before, after = (cells[tuple(np.transpose(places))] for cells in windows)
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


@dataclass(frozen=True)
class _Table:
    """Places, and what is drawn for what stands there; `seen` has the keys of cells left as they are too."""

    places: tuple[int, ...]  # numbers of offsets
    entries: tuple[tuple[str, str], ...]
    seen: frozenset[str]
    named: _Colours
    cost: float


@rule(same_size, only_adds)
def sweeps(problem: Problem) -> Iterator[Draft]:
    """Only background cells change, and each follows from cells near it that come before it in a sweep."""
    background, named = problem.background, _named(problem)
    ground = "" if background == 0 else f", {background}"
    for there, back in ((_PLAIN, _PLAIN), *turns()):
        found = _tables(_rows(problem.pairs, there, background), background, named)
        for table in islice(found, _MOST_TABLES):
            entries = ", ".join(f'"{key}": "{value}"' for key, value in table.entries)
            offsets = [_OFFSETS[place] for place in table.places]
            swept = f"sweep({fill(there.text, _a='grid')}, {offsets}, {{{entries}}}{ground})"
            lines = (f"return {fill(back.text, _a=swept)}",)
            share, made = tried(problem, lines)
            if share < 1.0:
                continue
            # the test grids must lead to nothing that the training grids did not show
            near = _rows(zip(problem.test, made, strict=True), there, background)[:, table.places].tolist()
            if all(_roles(row, background, background, table.named)[0] in table.seen for row in near):
                yield Draft(lines, table.cost + (_TURNED if there is not _PLAIN else 0.0))


def _named(problem: Problem) -> tuple[_Colours, ...]:
    """Sets of colours that a table may name: none, those added to every grid, those of all outputs."""
    shared = tuple(colour for colour in shared_colours(problem.outputs) if colour != problem.background)
    added = [set(output[grid != output].tolist()) for grid, output in problem.pairs]
    always = tuple(colour for colour in shared if all(colour in colours for colours in added))
    return tuple(dict.fromkeys(((), always, shared)))


def _rows(pairs: Iterable[tuple[Grid, Grid]], turn: Expression, background: int) -> Rows:
    """What stands at each offset of a background cell of the turned grids when it is drawn, then its colour.

    Without repeats.
    """
    run = turn.run("_a")
    found = []
    for grid, output in ((run(grid), run(output)) for grid, output in pairs):
        charge(_ROWS)
        height, width = grid.shape
        drawn, ahead = (np.pad(cells, 2, constant_values=_OUTSIDE) for cells in (output, grid))
        layers = [
            (drawn if number < _DRAWN else ahead)[2 + offset[0] :, 2 + offset[1] :][:height, :width]
            for number, offset in enumerate(_OFFSETS)
        ]
        free = grid == background
        found.append(np.stack([*(layer[free] for layer in layers), output[free]], axis=1))
    return np.unique(np.concatenate(found).astype(np.int64), axis=0)


def _tables(rows: Rows, background: int, named: Sequence[_Colours]) -> Iterator[_Table]:
    """The tables that tell every cell, of the fewest places first, none with all places of another."""
    given: list[tuple[int, ...]] = []
    if len(np.unique(rows[:, :-1], axis=0)) < len(rows):  # not even all places together tell it
        return
    for count in range(1, _MOST_PLACES + 1):
        for places in combinations(range(len(_OFFSETS)), count):
            if any(set(known) <= set(places) for known in given) or not _tell(rows, places):
                continue
            found = [table for apart in named if (table := _read(rows, places, background, apart))]
            if found:
                given.append(places)
                yield min(found, key=lambda table: table.cost)


def _tell(rows: Rows, places: Sequence[int]) -> bool:
    """True if all cells with the same colours at these places have one colour."""
    charge(prices.LITERAL[0] + 4 * prices.LITERAL[1] * len(rows))
    key = rows[:, places] @ 11 ** np.arange(len(places))
    last = np.zeros(11 ** len(places), np.int64)
    last[key] = rows[:, -1]
    return bool((last[key] == rows[:, -1]).all())


def _read(rows: Rows, places: tuple[int, ...], background: int, named: _Colours) -> _Table | None:
    """What to draw by the colours' roles, `named` colours apart; None if roles do not tell it."""
    told: dict[str, str] = {}
    for row in np.unique(rows[:, [*places, -1]], axis=0).tolist():
        key, value = _roles(row[:-1], row[-1], background, named)
        if not value or told.setdefault(key, value) != value:
            return None
    entries = tuple([(key, value) for key, value in told.items() if value != "."])
    if not 0 < len(entries) <= _MOST_ENTRIES:
        return None
    cost = 2.0 + 0.7 * len(places) + 0.5 * len(entries)
    return _Table(places, entries, frozenset(told), named, cost)


def _roles(near: Sequence[int], colour: int, background: int, named: Sequence[int]) -> tuple[str, str]:
    """The key of `sweep` for the colours near a cell, and the value for its own, empty if there is none."""
    letters = {background: ".", _OUTSIDE: "#", **{c: str(c) for c in named}}
    for other in near:
        if other not in letters:
            letters[other] = "abcdefghij"[sum(letter.isalpha() for letter in letters.values())]
    return "".join(letters[other] for other in near), letters.get(colour, "")
