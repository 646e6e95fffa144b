"""Sequences continued and growth, cell by cell: each cell follows from those drawn before it, in one sweep.

The grid is swept in reading order after one of the eight symmetries. What stands near a cell by then, seen in
the expected outputs, must tell the cell: the smallest sets of places that do are found by counting, and the
table that `sweep` wants is read off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_table import background_of
from inference.proposers.search.language import function, values_of
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, rule, same_size, test_grids

Offset = tuple[int, int]
Rows = npt.NDArray[np.int64]
_Colours = tuple[int, ...]
_Pairs = Sequence[tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]]

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
_ARRAYS: tuple[Callable[[Grid], Grid], ...] = (
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


@rule(same_size)
def sweeps(problem: Problem) -> Iterator[Draft]:
    """Only background cells change, and each follows from cells near it that come before it in a sweep."""
    background = background_of(problem)
    if not _only_adds(problem.pairs, background):
        return
    for number, table in _whole(problem.pairs, background, _named(problem, background)):
        text, cost = _written(number, table, background)
        if _all_seen(problem, (f"return {text}",), number, table, background):
            yield Draft((f"return {text}",), cost)


@rule(same_size)
def two_sweeps(problem: Problem) -> Iterator[Draft]:
    """A first sweep draws what is certain, a second, in another order, all the rest."""
    background = background_of(problem)
    if not _only_adds(problem.pairs, background):
        return
    named = _named(problem, background)
    if next(_whole(problem.pairs, background, named), None) is not None:
        return
    for first, cost in _first_sweeps(problem.pairs, background, named):
        swept = values_of(first, problem.grids)
        if swept is None:
            continue
        rest = Problem(tuple(swept), problem.outputs, problem.budget)
        for number, table in _whole(rest.pairs, background, named):
            second, more = _written(number, table, background)
            if table.goes_on and _all_seen(rest, (f"return {second}",), number, table, background):
                yield Draft((f"grid = {first}", f"return {second}"), _TWICE + cost + more)


def _all_seen(problem: Problem, lines: tuple[str, ...], number: int, table: _Table, background: int) -> bool:
    """True if the test grids lead to nothing that the training grids did not show."""
    turned = _ARRAYS[number]
    made = test_grids(problem, lines)
    if made is None:
        return False
    rows = _rows([(turned(g), turned(m)) for g, m in zip(problem.test, made, strict=True)], background)
    known = table.silent | {key for key, _ in table.entries}
    places = [_OFFSETS.index(offset) for offset in table.offsets]
    return all(
        _roles(row, background, background, table.named)[0] in known for row in rows[:, places].tolist()
    )


def _only_adds(pairs: _Pairs, background: int) -> bool:
    """True if nothing but background cells changes."""
    return not any(((grid != output) & (grid != background)).any() for grid, output in pairs)


def _named(problem: Problem, background: int) -> tuple[_Colours, ...]:
    """Sets of colours that a table may name: none, those added to every grid, those of all outputs."""
    shared = tuple(colour for colour in shared_colours(problem.outputs) if colour != background)
    added = [set(output[grid != output].tolist()) for grid, output in problem.pairs]
    always = tuple(colour for colour in shared if all(colour in colours for colours in added))
    return tuple(dict.fromkeys(((), always, shared)))


def _whole(pairs: _Pairs, background: int, named: Sequence[_Colours]) -> Iterator[tuple[int, _Table]]:
    """The turns and tables of sweeps that turn every grid into its output."""
    for number, turned in enumerate(_ARRAYS):
        rows = _rows([(turned(grid), turned(output)) for grid, output in pairs], background)
        for table in _tables(rows, background, named):
            yield number, table


def _written(number: int, table: _Table, background: int) -> tuple[str, float]:
    """The sweep by this table after turn `number`, as text, with its cost."""
    turn, back, cost = _TURNS[number]
    text = ", ".join(f'"{key}": "{value}"' for key, value in table.entries)
    offsets = "[" + ", ".join(f"({row}, {col})" for row, col in table.offsets) + "]"
    ground = "" if background == 0 else f", {background}"
    swept = f"sweep({turn.format('grid')}, {offsets}, {{{text}}}{ground})"
    return back.format(swept), cost + table.cost


def _first_sweeps(pairs: _Pairs, background: int, named: Sequence[_Colours]) -> list[tuple[str, float]]:
    """Sweeps that draw a part of what the outputs add and nothing else, those that draw most first."""
    found = []
    for number, turned in enumerate(_ARRAYS):
        rows = _rows([(turned(grid), turned(output)) for grid, output in pairs], background)
        for table in _partial(rows, background, named):
            text, cost = _written(number, table, background)
            run = function(f"lambda grid: {text}")
            grids = [run(grid) for grid, _ in pairs]
            wrong = any(
                ((made != grid) & (made != output)).any()
                for made, (grid, output) in zip(grids, pairs, strict=True)
            )
            drawn = sum(int((made != grid).sum()) for made, (grid, _) in zip(grids, pairs, strict=True))
            if not wrong and drawn:
                found.append((drawn, -cost, text))
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
    tables = []
    for told, _, places in ranked[:_MOST_PARTIAL]:
        options = [_certain(rows, places, background, colours) for colours in named if told]
        found = [table for table in options if table is not None and table.goes_on]
        if found:
            tables.append(min(found, key=lambda table: table.cost))
    return tables


def _certain(rows: Rows, places: Sequence[int], background: int, named: Sequence[int]) -> _Table | None:
    """The entries, by roles, that no cell contradicts; None if there are none or too many."""
    table: dict[str, set[str | None]] = {}
    for row in rows[:, [*places, -1]].tolist():
        key, value = _roles(row[:-1], row[-1], background, named)
        table.setdefault(key, set()).add(value)
    entries = []
    for key, values in table.items():
        (value, *others) = values
        if not others and value is not None and value != ".":
            entries.append((key, value))
    if not 0 < len(entries) <= _MOST_ENTRIES:
        return None
    return _Table(tuple(_OFFSETS[place] for place in places), tuple(entries), frozenset(), tuple(named))


def _rows(pairs: _Pairs, background: int) -> Rows:
    """What stands at each offset of a background cell when it is drawn, then its colour, without repeats."""
    charge(_ROWS * len(pairs))
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
            tables = [_table(rows, places, background, colours) for colours in named]
            found = [table for table in tables if table is not None]
            if found:
                given.append(places)
                yield min(found, key=lambda table: table.cost)


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
    silent = frozenset(key for key, value in table.items() if value == ".")
    return _Table(tuple(_OFFSETS[place] for place in places), entries, silent, tuple(named))


def _roles(near: Sequence[int], colour: int, background: int, named: Sequence[int]) -> tuple[str, str | None]:
    """The key of `sweep` for the colours near a cell, and the value for its own, None if there is none."""
    letters = {background: ".", _OUTSIDE: "#", **{c: str(c) for c in named}}
    for other in near:
        if other not in letters:
            letters[other] = "abcdefghij"[sum(letter.isalpha() for letter in letters.values())]
    return "".join(letters[other] for other in near), letters.get(colour)
