"""What can be said of an object among the objects of its grid: the literals that object rules learn from.

Every literal is an expression of `one`, `things` and `grid`; inside a comprehension `one` stands for each of
the others in turn, so `one.size == max(one.size for one in things)` says that it is the largest.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_learner import Bools
from inference.proposers.search.language import compile_expression, function
from omniarc import Object, most_common

_MOST_OBJECTS = 40  # in one grid
_MOST_NUMBERS = 6  # compared with, of one property
_NAMES_GRIDS = 3.0  # bits more for a literal that only tells whole grids apart

# expressions that give objects, and their costs
_SOURCES: tuple[tuple[str, float], ...] = (
    ("find_objects({a})", 1.0),
    ("find_objects({a}, diagonal=False)", 1.3),
    ("find_objects({a}, multicolour=True)", 1.3),
    ("find_objects({a}, diagonal=False, multicolour=True)", 1.8),
    ("colour_objects({a})", 1.5),
)

# (expression of `one`, cost, kind): "n" a number, "k" a key to be counted, "b" a truth
_PROPERTIES: tuple[tuple[str, float, str], ...] = (
    ("one.size", 0.8, "n"),
    ("one.height", 1.2, "n"),
    ("one.width", 1.2, "n"),
    ("one.row", 1.3, "n"),
    ("one.col", 1.3, "n"),
    ("one.bottom", 1.5, "n"),
    ("one.right", 1.5, "n"),
    ("one.holes", 1.0, "n"),
    ("len(one.colours)", 1.0, "n"),
    ("len(symmetries_of(one.cells))", 1.8, "n"),
    ("one.colour", 0.8, "k"),
    ("one.shape_key", 0.8, "k"),
    ("one.key", 1.2, "k"),
    ("one.mask.shape", 1.7, "k"),
    ("one.is_square", 1.5, "b"),
    ("one.is_rectangle", 1.0, "b"),
    ("one.is_line", 1.3, "b"),
    ("one.is_frame", 1.3, "b"),
    ("one.touches_border", 1.0, "b"),
    ("(one.height > one.width)", 1.5, "b"),
    ("is_symmetric(one.cells)", 1.3, "b"),
    ("is_symmetric(one.cells, 'left_right')", 1.3, "b"),
    ("is_symmetric(one.cells, 'up_down')", 1.5, "b"),
)


@dataclass(frozen=True, eq=False)
class ObjectTable:
    """The objects of all grids of a problem, end to end, and what each literal says of each of them.

    `objects` has for each grid its objects; `pair` the number of each object's grid. `literals` is (literals,
    objects), in order of `costs`; `names` are their texts.
    """

    source: str
    cost: float
    objects: tuple[tuple[Object, ...], ...]
    pair: npt.NDArray[np.int64]
    literals: Bools
    names: tuple[str, ...]
    costs: npt.NDArray[np.float64]

    @property
    def all_objects(self) -> list[Object]:
        return [one for found in self.objects for one in found]


def sources(background: int) -> list[tuple[str, float]]:
    """The expressions of `{a}` that give objects on this background, with their costs."""
    given = "{a}" if background == 0 else f"{{a}}, background={background}"
    return [(text.replace("{a}", given), cost) for text, cost in _SOURCES]


def objects_of(source: str, grids: Sequence[Grid]) -> tuple[tuple[Object, ...], ...] | None:
    """The objects of each grid; None if a grid has none or too many."""
    find = compile_expression(source)
    found = tuple(tuple(find(grid)) for grid in grids)
    return found if all(0 < len(objects) <= _MOST_OBJECTS for objects in found) else None


def object_table(
    source: str, cost: float, objects: tuple[tuple[Object, ...], ...], grids: Sequence[Grid], train: int
) -> ObjectTable:
    """All literals of all objects; those that hold for all or for none of the training objects left out."""
    pair = np.concatenate([np.full(len(found), number) for number, found in enumerate(objects)])
    learn = pair < train
    rows: dict[bytes, tuple[float, str, Bools]] = {}
    for text, price, values in _all_literals(objects, grids, pair, learn):
        if values[learn].all() or not values[learn].any():
            continue
        if all(np.unique(values[pair == number]).size == 1 for number in range(len(grids))):
            price += _NAMES_GRIDS
        key = values.tobytes()
        if key not in rows or price < rows[key][0]:
            rows[key] = (price, text, values)
    ordered = sorted(rows.values(), key=lambda row: row[0])
    return ObjectTable(
        source,
        cost,
        objects,
        pair,
        np.array([row[2] for row in ordered]).reshape(len(ordered), pair.size),
        tuple(row[1] for row in ordered),
        np.array([row[0] for row in ordered]),
    )


Literal = tuple[str, float, Bools]


def _all_literals(
    objects: Sequence[Sequence[Object]], grids: Sequence[Grid], pair: npt.NDArray[np.int64], learn: Bools
) -> Iterator[Literal]:
    for text, cost, kind in (*_PROPERTIES, *_colour_properties(grids)):
        charge(prices.PROPERTY[0] + prices.PROPERTY[1] * pair.size)
        measure = function(f"lambda grid, one: {text}")
        try:
            values = [
                [measure(grid, one) for one in found] for grid, found in zip(grids, objects, strict=True)
            ]
        except Exception:  # not all objects have this property
            continue
        flat: list[Any] = [value for row in values for value in row]
        if kind == "b":
            yield text, cost, np.array(flat, dtype=bool)
            yield f"(not {text})", cost + 0.4, ~np.array(flat, dtype=bool)
        elif kind == "n":
            yield from _of_numbers(text, cost, values, np.array(flat), learn)
        if kind == "k" or text in ("one.size", "one.holes"):
            yield from _of_keys(text, cost, values)
        if text == "one.colour":
            for colour in sorted(set(np.array(flat)[learn].tolist())):
                yield f"(one.colour == {colour})", cost + 0.5, np.array(flat) == colour
                yield f"(one.colour != {colour})", cost + 0.8, np.array(flat) != colour


def _colour_properties(grids: Sequence[Grid]) -> Iterator[tuple[str, float, str]]:
    for colour in sorted(set.intersection(*(set(np.unique(grid).tolist()) for grid in grids))):
        yield f"({colour} in one.colours)", 1.3, "b"
        yield f"touches(one, object_at(grid, grid == {colour}))", 2.0, "b"
        yield f"one.colour_counts.get({colour}, 0)", 1.8, "n"
        yield f"({colour} in crop(grid, one))", 2.0, "b"


def _of_numbers(
    text: str, cost: float, values: list[list[Any]], flat: npt.NDArray[Any], learn: Bools
) -> Iterator[Literal]:
    for word, choose in (("max", max), ("min", min)):
        tops = np.concatenate([np.full(len(row), choose(row)) for row in values])
        every = f"{word}({text} for one in things)"
        yield f"({text} == {every})", cost + 0.7, flat == tops
        yield f"({text} != {every})", cost + 1.0, flat != tops
    seen = np.unique(flat[learn])
    for number in seen[:_MOST_NUMBERS]:
        bits = 0.4 * math.log2(1 + abs(float(number)))
        yield f"({text} == {number})", cost + 0.8 + bits, flat == number
        yield f"({text} > {number})", cost + 1.0 + bits, flat > number
        yield f"({text} <= {number})", cost + 1.0 + bits, flat <= number
    yield f"({text} % 2 == 0)", cost + 1.5, flat % 2 == 0
    yield f"({text} % 2 == 1)", cost + 1.5, flat % 2 == 1


def _of_keys(text: str, cost: float, values: list[list[Any]]) -> Iterator[Literal]:
    counts = [Counter(row) for row in values]
    number = np.array([count[value] for row, count in zip(values, counts, strict=True) for value in row])
    usual = np.array([value == most_common(row) for row in values for value in row])
    every = f"[{text} for one in things]"
    yield f"({every}.count({text}) == 1)", cost + 0.8, number == 1
    yield f"({every}.count({text}) > 1)", cost + 0.9, number > 1
    yield f"({text} == most_common({every}))", cost + 1.0, usual
    yield f"({text} != most_common({every}))", cost + 1.2, ~usual
