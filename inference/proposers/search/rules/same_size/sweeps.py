"""Sequences continued and growth, cell by cell: each cell follows from those drawn before it, in one sweep.

The grid is swept in reading order after one of the eight symmetries. What stands near a cell by then, seen in
the expected outputs, must tell the cell: the smallest sets of places that do are found by counting, and the
table that `sweep` wants is read off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_table import background_of
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, rule, same_size, test_grids

Offset = tuple[int, int]
Rows = npt.NDArray[np.int64]

_DRAWN: tuple[Offset, ...] = (
    (0, -1), (-1, 0), (-1, -1), (-1, 1), (0, -2), (-2, 0), (-2, -2), (-2, 2), (-1, -2), (-1, 2),
)  # fmt: skip
_AHEAD: tuple[Offset, ...] = ((0, 1), (1, 0), (1, -1), (1, 1))
_OFFSETS = _DRAWN + _AHEAD
_OUTSIDE = 10
_MOST_PLACES = 3
_MOST_TABLES = 6  # of one symmetry
_MOST_ENTRIES = 12

# what turns the grid, and what turns it back; `{}` is the grid
_TURNS: tuple[tuple[str, str, float], ...] = (
    ("{}", "{}", 0.0),
    ("flip_left_right({})", "flip_left_right({})", 0.5),
    ("flip_up_down({})", "flip_up_down({})", 0.5),
    ("rotate({}, 2)", "rotate({}, 2)", 0.5),
    ("transpose({})", "transpose({})", 0.5),
    ("rotate({}, 1)", "rotate({}, 3)", 0.7),
    ("rotate({}, 3)", "rotate({}, 1)", 0.7),
    ("anti_transpose({})", "anti_transpose({})", 0.7),
)
_ARRAYS = (
    lambda grid: grid,
    lambda grid: grid[:, ::-1],
    lambda grid: grid[::-1],
    lambda grid: grid[::-1, ::-1],
    lambda grid: grid.T,
    lambda grid: np.rot90(grid, -1),
    lambda grid: np.rot90(grid),
    lambda grid: grid[::-1, ::-1].T,
)


@dataclass(frozen=True)
class _Table:
    """Places, and what is drawn for what stands there."""

    offsets: tuple[Offset, ...]
    entries: tuple[tuple[str, str], ...]

    @property
    def cost(self) -> float:
        return 2.0 + 0.7 * len(self.offsets) + 0.5 * len(self.entries)


@rule(same_size)
def sweeps(problem: Problem) -> Iterator[Draft]:
    """Only background cells change, and each is told by cells near it that come before it in a sweep."""
    background = background_of(problem)
    if any(((grid != output) & (grid != background)).any() for grid, output in problem.pairs):
        return
    filled = not any((output == background).any() for output in problem.outputs)
    shared = [colour for colour in shared_colours(problem.outputs) if colour != background]
    for (turn, back, cost), turned in zip(_TURNS, _ARRAYS, strict=True):
        rows = _rows([(turned(grid), turned(output)) for grid, output in problem.pairs], background)
        for table in _tables(rows, background, shared):
            text = ", ".join(f'"{key}": "{value}"' for key, value in table.entries)
            offsets = "[" + ", ".join(f"({row}, {col})" for row, col in table.offsets) + "]"
            ground = "" if background == 0 else f", {background}"
            swept = f"sweep({turn.format('grid')}, {offsets}, {{{text}}}{ground})"
            lines = (f"return {back.format(swept)}",)
            if filled and any((grid == background).any() for grid in test_grids(problem, lines) or ()):
                continue  # what left no cell empty will not begin to in the test
            yield Draft(lines, cost + table.cost)


def _rows(pairs: Sequence[tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]], background: int) -> Rows:
    """What stands at each offset of a background cell when it is drawn, then its colour, without repeats."""
    found = []
    for grid, output in pairs:
        height, width = grid.shape
        drawn, ahead = (np.pad(cells, 2, constant_values=_OUTSIDE) for cells in (output, grid))
        layers = [
            (drawn if offset in _DRAWN else ahead)[2 + offset[0] :, 2 + offset[1] :][:height, :width]
            for offset in _OFFSETS
        ]
        free = grid == background
        found.append(np.stack([*(layer[free] for layer in layers), output[free]], axis=1))
    return np.unique(np.concatenate(found).astype(np.int64), axis=0)


def _tables(rows: Rows, background: int, shared: Sequence[int]) -> Iterator[_Table]:
    """The tables that tell every cell, of the fewest places first, none with all places of another."""
    given: list[tuple[int, ...]] = []
    target = rows[:, -1]
    if len(np.unique(rows[:, :-1], axis=0)) < len(rows):  # not even all places together tell it
        return
    for count in range(1, _MOST_PLACES + 1):
        for places in combinations(range(len(_OFFSETS)), count):
            if len(given) == _MOST_TABLES:
                return
            if any(set(known) <= set(places) for known in given) or not _tells(rows, places, target):
                continue
            tables = [_table(rows, places, background, named) for named in ((), tuple(shared))]
            found = [table for table in tables if table is not None]
            if found:
                given.append(places)
                yield min(found, key=lambda table: table.cost)


def _tells(rows: Rows, places: Sequence[int], target: Rows) -> bool:
    """True if cells with equal colours at these places have one colour."""
    charge(prices.LITERAL[0] + 4 * prices.LITERAL[1] * len(rows))
    key = rows[:, places[0]]
    for place in places[1:]:
        key = key * 11 + rows[:, place]
    last = np.zeros(11 ** len(places), np.int64)
    last[key] = target
    return bool((last[key] == target).all())


def _table(rows: Rows, places: Sequence[int], background: int, named: Sequence[int]) -> _Table | None:
    """What to draw by the colours' roles, `named` colours apart; None if roles do not tell it."""
    table: dict[str, str] = {}
    for row in np.unique(rows[:, [*places, -1]], axis=0).tolist():
        *near, colour = row
        key, value = _roles(near, colour, background, named)
        if value is None or table.setdefault(key, value) != value:
            return None
    entries = tuple((key, value) for key, value in table.items() if value != ".")
    if not 0 < len(entries) <= _MOST_ENTRIES:
        return None
    return _Table(tuple(_OFFSETS[place] for place in places), entries)


def _roles(near: Sequence[int], colour: int, background: int, named: Sequence[int]) -> tuple[str, str | None]:
    """The key of `sweep` for the colours near a cell, and the value for its own, None if there is none."""
    letters = {background: ".", _OUTSIDE: "#", **{c: str(c) for c in named}}
    for other in near:
        if other not in letters:
            letters[other] = "abcdefghij"[sum(letter.isalpha() for letter in letters.values())]
    return "".join(letters[other] for other in near), letters.get(colour)
