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
from inference.proposers.search.cell_table import background_of
from inference.proposers.search.expressions import Expression, Kind, fill
from inference.proposers.search.language import function, values_of
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, rule, same_size, test_grids
from inference.proposers.search.rules.relations import turns

Offset = tuple[int, int]
Rows = npt.NDArray[np.int64]
_Colours = tuple[int, ...]
_Pairs = Sequence[tuple[Grid, Grid]]

_DRAWN: tuple[Offset, ...] = (
    (0, -1), (-1, 0), (-1, -1), (-1, 1), (0, -2), (-2, 0), (-2, -2), (-2, 2), (-1, -2), (-1, 2),
)  # fmt: skip
_AHEAD: tuple[Offset, ...] = ((0, 1), (1, 0), (1, -1), (1, 1))
_OFFSETS = _DRAWN + _AHEAD
_OUTSIDE = 10
_MOST_PLACES = 3
_MOST_TABLES = 6  # of one symmetry
_MOST_ENTRIES = 12
_TWICE = 2.0  # bits for a second sweep, beside its own
_MOST_PARTIAL = 3  # tables of one symmetry for a first sweep
_MOST_FIRST = 4  # first sweeps
_ROWS = 300.0  # units of effort to lay the cells of a pair out

_PLAIN = Expression("_a", 0.0, Kind.GRID)
_TURNED = 0.5  # bits of a sweep in another order than that of reading
_Turn = tuple[Expression, Expression]  # what turns the grid, and what turns it back


@dataclass(frozen=True)
class _Table:
    """Places, and what is drawn for what stands there; `silent` are the keys of cells left as they are."""

    offsets: tuple[Offset, ...]
    entries: tuple[tuple[str, str], ...]
    silent: frozenset[str]
    named: _Colours

    @property
    def cost(self) -> float:
        return 2.0 + 0.7 * len(self.offsets) + 0.5 * len(self.entries)

    @property
    def goes_on(self) -> bool:
        """True if what it draws leads to more, and nothing not yet drawn counts."""
        leads = any(value in key for key, value in self.entries)
        return leads and all(offset in _DRAWN for offset in self.offsets)


def _only_adds(problem: Problem) -> bool:
    """True if nothing but background cells changes."""
    background = background_of(problem)
    return not any(((grid != output) & (grid != background)).any() for grid, output in problem.pairs)


@rule(same_size, _only_adds)
def sweeps(problem: Problem) -> Iterator[Draft]:
    """Only background cells change, and each follows from cells near it that come before it in a sweep."""
    background = background_of(problem)
    for turn, table in _whole(problem.pairs, background, _named(problem, background)):
        text, cost = _written(turn, table, background)
        if _all_seen(problem, (f"return {text}",), turn, table, background):
            yield Draft((f"return {text}",), cost)


@rule(same_size, _only_adds)
def two_sweeps(problem: Problem) -> Iterator[Draft]:
    """A first sweep draws what is certain, a second, in another order, all the rest."""
    background = background_of(problem)
    named = _named(problem, background)
    if next(_whole(problem.pairs, background, named), None) is not None:
        return
    for first, cost in _first_sweeps(problem.pairs, background, named):
        swept = values_of(first, problem.grids)
        if swept is None:
            continue
        rest = Problem(tuple(swept), problem.outputs, problem.budget)
        for turn, table in _whole(rest.pairs, background, named):
            second, more = _written(turn, table, background)
            if table.goes_on and _all_seen(rest, (f"return {second}",), turn, table, background):
                yield Draft((f"grid = {first}", f"return {second}"), _TWICE + cost + more)


def _all_seen(problem: Problem, lines: tuple[str, ...], turn: _Turn, table: _Table, background: int) -> bool:
    """True if the test grids lead to nothing that the training grids did not show."""
    made = test_grids(problem, lines)
    if made is None:
        return False
    rows = _rows(zip(problem.test, made, strict=True), turn, background)
    known = table.silent | {key for key, _ in table.entries}
    places = [_OFFSETS.index(offset) for offset in table.offsets]
    return all(
        _roles(row, background, background, table.named)[0] in known for row in rows[:, places].tolist()
    )


def _named(problem: Problem, background: int) -> tuple[_Colours, ...]:
    """Sets of colours that a table may name: none, those added to every grid, those of all outputs."""
    shared = tuple(colour for colour in shared_colours(problem.outputs) if colour != background)
    added = [set(output[grid != output].tolist()) for grid, output in problem.pairs]
    always = tuple(colour for colour in shared if all(colour in colours for colours in added))
    return tuple(dict.fromkeys(((), always, shared)))


def _whole(pairs: _Pairs, background: int, named: Sequence[_Colours]) -> Iterator[tuple[_Turn, _Table]]:
    """The turns and tables of sweeps that turn every grid into its output."""
    for turn in ((_PLAIN, _PLAIN), *turns()):
        for table in _tables(_rows(pairs, turn, background), background, named):
            yield turn, table


def _written(turn: _Turn, table: _Table, background: int) -> tuple[str, float]:
    """The sweep by this table after a turn, as text, with its cost."""
    there, back = turn
    text = ", ".join(f'"{key}": "{value}"' for key, value in table.entries)
    offsets = "[" + ", ".join(f"({row}, {col})" for row, col in table.offsets) + "]"
    ground = "" if background == 0 else f", {background}"
    swept = f"sweep({fill(there.text, _a='grid')}, {offsets}, {{{text}}}{ground})"
    return fill(back.text, _a=swept), table.cost + (_TURNED if there is not _PLAIN else 0.0)


def _first_sweeps(pairs: _Pairs, background: int, named: Sequence[_Colours]) -> list[tuple[str, float]]:
    """Sweeps that draw a part of what the outputs add and nothing else, those that draw most first."""
    found = []
    for turn in ((_PLAIN, _PLAIN), *turns()):
        for table in _partial(_rows(pairs, turn, background), background, named):
            text, cost = _written(turn, table, background)
            run = function(f"lambda grid: {text}")
            made, before, after = (
                np.concatenate([cells.ravel() for cells in grids])
                for grids in zip(*((run(grid), grid, output) for grid, output in pairs), strict=True)
            )
            drawn = made != before
            if drawn.any() and not (drawn & (made != after)).any():
                found.append((int(drawn.sum()), -cost, text))
    return [(text, -less) for _, less, text in sorted(found, reverse=True)[:_MOST_FIRST]]


def _partial(rows: Rows, background: int, named: Sequence[_Colours]) -> list[_Table]:
    """For the places that tell most cells for certain, what they tell."""
    target = rows[:, -1]
    ranked = []
    for count in (1, 2):
        for places in combinations(range(len(_DRAWN)), count):
            certain = _told(rows, places, target) & (target != background)
            ranked.append((int(certain.sum()), -count, places))
    ranked.sort(reverse=True)
    best = [places for told, _, places in ranked[:_MOST_PARTIAL] if told]
    found = [_read(rows, places, background, named, whole=False) for places in best]
    return [table for table in found if table is not None]


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
            (drawn if offset in _DRAWN else ahead)[2 + offset[0] :, 2 + offset[1] :][:height, :width]
            for offset in _OFFSETS
        ]
        free = grid == background
        found.append(np.stack([*(layer[free] for layer in layers), output[free]], axis=1))
    return np.unique(np.concatenate(found).astype(np.int64), axis=0)


def _tables(rows: Rows, background: int, named: Sequence[_Colours]) -> Iterator[_Table]:
    """The tables that tell every cell, of the fewest places first, none with all places of another."""
    given: list[tuple[int, ...]] = []
    target = rows[:, -1]
    if len(np.unique(rows[:, :-1], axis=0)) < len(rows):  # not even all places together tell it
        return
    for count in range(1, _MOST_PLACES + 1):
        for places in combinations(range(len(_OFFSETS)), count):
            if len(given) == _MOST_TABLES:
                return
            if any(set(known) <= set(places) for known in given) or not _told(rows, places, target).all():
                continue
            if table := _read(rows, places, background, named, whole=True):
                given.append(places)
                yield table


def _told(rows: Rows, places: Sequence[int], target: Rows) -> npt.NDArray[np.bool_]:
    """For each row, whether all cells with its colours at these places have one colour."""
    charge(prices.LITERAL[0] + 4 * prices.LITERAL[1] * len(rows))
    key = rows[:, places[0]]
    for place in places[1:]:
        key = key * 11 + rows[:, place]
    last = np.zeros(11 ** len(places), np.int64)
    last[key] = target
    differs = last[key] != target
    if differs.any():
        last[key[differs]] = -1
    told: npt.NDArray[np.bool_] = last[key] >= 0
    return told


def _read(
    rows: Rows, places: Sequence[int], background: int, named: Sequence[_Colours], whole: bool
) -> _Table | None:
    """The cheapest table by the roles of colours, some `named` apart; None if there is none of few entries.

    It tells all cells if it is to be `whole`, else what no cell contradicts, and goes on.
    """
    found = []
    for apart in named:
        values: dict[str, set[str]] = {}
        for row in np.unique(rows[:, [*places, -1]], axis=0).tolist():
            key, value = _roles(row[:-1], row[-1], background, apart)
            values.setdefault(key, set()).add(value)
        told = {key: min(some) for key, some in values.items() if len(some) == 1 and "" not in some}
        entries = tuple([(key, value) for key, value in told.items() if value != "."])
        if 0 < len(entries) <= _MOST_ENTRIES and (not whole or len(told) == len(values)):
            silent = frozenset(key for key, value in told.items() if value == ".")
            table = _Table(tuple([_OFFSETS[place] for place in places]), entries, silent, apart)
            if whole or table.goes_on:
                found.append(table)
    return min(found, key=lambda table: table.cost, default=None)


def _roles(near: Sequence[int], colour: int, background: int, named: Sequence[int]) -> tuple[str, str]:
    """The key of `sweep` for the colours near a cell, and the value for its own, empty if there is none."""
    letters = {background: ".", _OUTSIDE: "#", **{c: str(c) for c in named}}
    for other in near:
        if other not in letters:
            letters[other] = "abcdefghij"[sum(letter.isalpha() for letter in letters.values())]
    return "".join(letters[other] for other in near), letters.get(colour, "")
