"""Sequences continued and growth, cell by cell: each cell follows from those drawn before it, in one sweep.

The grid is swept in reading order after one of the eight symmetries. What stands near a cell by then, seen in
the expected outputs, must tell the cell: the smallest sets of places that do are found by counting, and the
table that `sweep` wants is read off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.expressions import Expression, Kind, fill
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, only_adds, rule, same_size, tried
from inference.proposers.search.rules.relations import turns

Rows = npt.NDArray[np.int64]
_Colours = tuple[int, ...]

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
_Turn = tuple[Expression, Expression]  # what turns the grid, and what turns it back


@dataclass(frozen=True)
class _Table:
    """Places, and what is drawn for what stands there; `seen` has the keys of cells left as they are too."""

    places: tuple[int, ...]  # numbers of offsets
    entries: tuple[tuple[str, str], ...]
    seen: frozenset[str]
    named: _Colours

    @property
    def cost(self) -> float:
        return 2.0 + 0.7 * len(self.places) + 0.5 * len(self.entries)


@rule(same_size, only_adds)
def sweeps(problem: Problem) -> Iterator[Draft]:
    """Only background cells change, and each follows from cells near it that come before it in a sweep."""
    background = problem.background
    named = _named(problem)
    for turn in ((_PLAIN, _PLAIN), *turns()):
        for table in _tables(_rows(problem.pairs, turn, background), background, named):
            text, cost = _written(turn, table, background)
            if _all_seen(problem, (f"return {text}",), turn, table):
                yield Draft((f"return {text}",), cost)


def _all_seen(problem: Problem, lines: tuple[str, ...], turn: _Turn, table: _Table) -> bool:
    """True if the test grids lead to nothing that the training grids did not show."""
    share, made = tried(problem, lines)
    if share < 1.0:
        return False
    background = problem.background
    near = _rows(zip(problem.test, made, strict=True), turn, background)[:, table.places].tolist()
    return all(_roles(row, background, background, table.named)[0] in table.seen for row in near)


def _named(problem: Problem) -> tuple[_Colours, ...]:
    """Sets of colours that a table may name: none, those added to every grid, those of all outputs."""
    shared = tuple(colour for colour in shared_colours(problem.outputs) if colour != problem.background)
    added = [set(output[grid != output].tolist()) for grid, output in problem.pairs]
    always = tuple(colour for colour in shared if all(colour in colours for colours in added))
    return tuple(dict.fromkeys(((), always, shared)))


def _written(turn: _Turn, table: _Table, background: int) -> tuple[str, float]:
    """The sweep by this table after a turn, as text, with its cost."""
    there, back = turn
    text = ", ".join(f'"{key}": "{value}"' for key, value in table.entries)
    ground = "" if background == 0 else f", {background}"
    offsets = [_OFFSETS[place] for place in table.places]
    swept = f"sweep({fill(there.text, _a='grid')}, {offsets}, {{{text}}}{ground})"
    return fill(back.text, _a=swept), table.cost + (_TURNED if there is not _PLAIN else 0.0)


def _rows(pairs: Iterable[tuple[Grid, Grid]], turn: _Turn, background: int) -> Rows:
    """What stands at each offset of a background cell of the turned grids when it is drawn, then its colour.

    Without repeats.
    """
    run = turn[0].run("_a")
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
            if len(given) == _MOST_TABLES:
                return
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
    return _Table(places, entries, frozenset(told), named)


def _roles(near: Sequence[int], colour: int, background: int, named: Sequence[int]) -> tuple[str, str]:
    """The key of `sweep` for the colours near a cell, and the value for its own, empty if there is none."""
    letters = {background: ".", _OUTSIDE: "#", **{c: str(c) for c in named}}
    for other in near:
        if other not in letters:
            letters[other] = "abcdefghij"[sum(letter.isalpha() for letter in letters.values())]
    return "".join(letters[other] for other in near), letters.get(colour, "")
