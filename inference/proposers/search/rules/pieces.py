"""Pieces of a grid, objects or parts, and the properties that pick one of them in every grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from arc import Grid
from inference.proposers.search.language import function, values_of
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.colours import shared_colours

_MOST_PIECES = 80


@dataclass(frozen=True)
class Source:
    """An expression that gives the pieces of `grid`, and how a piece is drawn (expressions of `one`)."""

    text: str
    cost: float
    pictures: tuple[tuple[str, float], ...]
    is_objects: bool


_CUT = (
    ("one.cells", 0.0),
    ("crop(grid, one)", 0.5),
    ("crop(grid, inner_box(one))", 1.5),
    ("mask_to_grid(crop(grid, inner_box(one)), one.colour)", 2.5),
    ("crop(grid, (one.row - 1, one.col - 1, one.height + 2, one.width + 2))", 2.0),
)
_CROP = (("crop(grid, one)", 0.0), ("crop(grid, inner_box(one))", 1.5))
_PART = (("one", 0.0),)

OBJECTS = (
    Source("find_objects(grid)", 1.0, _CUT, True),
    Source("find_objects(grid, diagonal=False)", 1.3, _CUT, True),
    Source("find_objects(grid, multicolour=True)", 1.3, _CUT, True),
    Source("find_objects(grid, diagonal=False, multicolour=True)", 1.7, _CUT, True),
    Source("find_objects(grid, diagonal=False, background=-1)", 2.0, _CUT, True),
    Source("find_objects(grid, background=most_common_colour(grid))", 2.0, _CUT, True),
    Source("find_objects(grid, multicolour=True, background=most_common_colour(grid))", 2.3, _CUT, True),
    Source("colour_objects(grid)", 1.5, _CUT, True),
    Source("colour_objects(grid, background=-1)", 2.0, _CUT, True),
    Source("enclosed_regions(grid)", 2.0, _CROP, True),
    Source("find_frames(grid)", 1.7, _CROP, True),
)

# (expression of `one`, cost, kind): "n" a number, to be ranked; "k" a key, to be counted; "b" a truth
_OF_OBJECTS: tuple[tuple[str, float, str], ...] = (
    ("one.size", 0.5, "n"),
    ("one.area", 0.8, "n"),
    ("one.height", 1.2, "n"),
    ("one.width", 1.2, "n"),
    ("one.row", 1.0, "n"),
    ("one.col", 1.0, "n"),
    ("one.bottom", 1.2, "n"),
    ("one.right", 1.2, "n"),
    ("len(one.colours)", 0.8, "n"),
    ("one.holes", 1.0, "n"),
    ("one.size / one.area", 1.2, "n"),
    ("len(parts_of(one))", 1.2, "n"),
    ("one.size - one.colour_counts[one.colour]", 1.3, "n"),
    ("len(symmetries_of(one.cells))", 1.3, "n"),
    ("len(colours_of(crop(grid, one)))", 1.5, "n"),
    ("len(find_objects(crop(grid, one)))", 1.7, "n"),
    ("one.colour", 1.0, "k"),
    ("one.colours", 1.5, "k"),
    ("one.shape_key", 0.8, "k"),
    ("one.key", 1.0, "k"),
    ("one.mask.shape", 1.5, "k"),
    ("one.is_square", 1.3, "b"),
    ("one.is_rectangle", 1.0, "b"),
    ("one.is_frame", 1.3, "b"),
    ("one.touches_border", 1.0, "b"),
    ("one.holes > 0", 1.3, "b"),
    ("is_symmetric(one.cells)", 1.2, "b"),
    ("is_symmetric(one.cells, 'left_right')", 1.0, "b"),
    ("is_symmetric(one.cells, 'up_down')", 1.2, "b"),
    ("is_symmetric(one.cells, 'diagonal')", 1.5, "b"),
    ("is_symmetric(crop(grid, one), 'left_right')", 1.7, "b"),
)
_OF_PARTS: tuple[tuple[str, float, str], ...] = (
    ("int((one != 0).sum())", 0.5, "n"),
    ("len(colours_of(one))", 0.8, "n"),
    ("one.size", 1.0, "n"),
    ("len(find_objects(one))", 1.2, "n"),
    ("len(find_objects(one, diagonal=False))", 1.5, "n"),
    ("len(symmetries_of(one))", 1.3, "n"),
    ("max(colour_counts(one).values())", 1.5, "n"),
    ("one", 0.5, "k"),
    ("(one != 0)", 1.0, "k"),
    ("one.shape", 1.5, "k"),
    ("colours_of(one)", 1.3, "k"),
    ("most_common_colour(one, background=0)", 1.3, "k"),
    ("is_symmetric(one)", 1.0, "b"),
    ("is_symmetric(one, 'left_right')", 1.0, "b"),
    ("is_symmetric(one, 'up_down')", 1.0, "b"),
    ("is_symmetric(one, 'diagonal')", 1.2, "b"),
    ("is_symmetric(one, 'anti_diagonal')", 1.2, "b"),
    ("is_symmetric(one, 'rotate_180')", 1.5, "b"),
)


def splits(problem: Problem) -> Iterator[Source]:
    """The ways to cut every grid into parts."""
    yield Source("parts_by_lines(grid)", 1.2, _PART, False)
    for colour in shared_colours(problem.grids):
        yield Source(f"parts_by_lines(grid, {colour})", 1.7, _PART, False)
    ratios = {
        (grid.shape[0] // out.shape[0], grid.shape[1] // out.shape[1])
        for grid, out in problem.pairs
        if grid.shape[0] % out.shape[0] == 0 and grid.shape[1] % out.shape[1] == 0
    }
    cuts = {(1, 2), (2, 1), (2, 2), (1, 3), (3, 1), *(ratios if len(ratios) == 1 else ())}
    for rows, cols in sorted(cuts - {(1, 1)}):
        yield Source(f"sum(split_equal(grid, {rows}, {cols}), [])", 1.5, _PART, False)
    if any(1 in out.shape or out.shape[0] != out.shape[1] for out in problem.outputs) or not ratios:
        yield Source("list(halves(grid))", 1.5, _PART, False)


def pieces_of(source: Source, grids: Sequence[Grid]) -> list[tuple[Any, ...]] | None:
    """The pieces of each grid, or None if a grid has none or too many."""
    values = values_of(source.text, grids)
    if values is None or not all(0 < len(found) <= _MOST_PIECES for found in values):
        return None
    return [tuple(found) for found in values]


def selections(
    source: Source, pieces: Sequence[Sequence[Any]], grids: Sequence[Grid]
) -> Iterator[tuple[str, float, tuple[int, ...]]]:
    """(expression of `<of>`, cost, place picked in each grid) for every property that picks one piece."""
    if all(len(found) == 1 for found in pieces):
        yield "only(<of>)", 0.3, (0,) * len(pieces)
        return
    for text, cost in (("<of>[0]", 1.0), ("<of>[-1]", 1.2), ("<of>[1]", 1.8), ("<of>[2]", 2.2)):
        number = int(text[5:-1])
        if all(-len(found) <= number < len(found) for found in pieces):
            yield text, cost, tuple([number % len(found) for found in pieces])
    properties = _OF_OBJECTS if source.is_objects else _OF_PARTS
    for text, cost, kind in (*properties, *_by_colour(source, grids)):
        measure = function(f"lambda grid, one: {text}")
        try:
            values = [
                [measure(grid, one) for one in found] for grid, found in zip(grids, pieces, strict=True)
            ]
        except Exception:  # not all pieces have this property
            continue
        for form, more, places in _ranked_picks(values, kind, cost):
            yield form.replace("<p>", text), more, places


def _by_colour(source: Source, grids: Sequence[Grid]) -> Iterator[tuple[str, float, str]]:
    for colour in shared_colours(grids):
        if source.is_objects:
            yield f"one.colour_counts.get({colour}, 0)", 1.7, "n"
            yield f"{colour} in one.colours", 1.5, "b"
            yield f"count_colour(crop(grid, one), {colour})", 2.2, "n"
            yield f"touches(one, object_at(grid, grid == {colour}))", 2.2, "b"
        else:
            yield f"count_colour(one, {colour})", 1.5, "n"
            yield f"{colour} in one", 1.5, "b"


def _ranked_picks(
    values: list[list[Any]], kind: str, cost: float
) -> Iterator[tuple[str, float, tuple[int, ...]]]:
    if kind == "b":
        for form, wanted in (
            ("only(<of>, lambda one: <p>)", True),
            ("only(<of>, lambda one: not <p>)", False),
        ):
            if all(sum(bool(value) is wanted for value in row) == 1 for row in values):
                places = tuple([[bool(value) for value in row].index(wanted) for row in values])
                yield form, cost + (0.0 if wanted else 0.4), places
        return
    if kind == "n":
        for word, choose in (("max", max), ("min", min)):
            tops = [choose(row) for row in values]
            unique = all(row.count(top) == 1 for row, top in zip(values, tops, strict=True))
            places = tuple([row.index(top) for row, top in zip(values, tops, strict=True)])
            if any(row.count(top) < len(row) for row, top in zip(values, tops, strict=True)):
                form = f"{word}(<of>, key=lambda one: <p>)"
                yield form, cost + (0.0 if unique else 1.5) + (0.2 if word == "min" else 0.0), places
        if all(len(set(row)) >= 3 for row in values):
            for form, rank in (
                ("sorted(<of>, key=lambda one: <p>)[1]", 1),
                ("sorted(<of>, key=lambda one: -<p>)[1]", -2),
            ):
                spots = [sorted(row)[rank] for row in values]
                if all(row.count(spot) == 1 for row, spot in zip(values, spots, strict=True)):
                    yield (
                        form,
                        cost + 2.0,
                        tuple([row.index(spot) for row, spot in zip(values, spots, strict=True)]),
                    )
    keys = [[_hashable(value) for value in row] for row in values]
    counts = [Counter(row) for row in keys]
    alone = [[key for key, number in count.items() if number == 1] for count in counts]
    if all(len(found) == 1 and len(count) > 1 for found, count in zip(alone, counts, strict=True)):
        places = tuple([row.index(found[0]) for row, found in zip(keys, alone, strict=True)])
        yield "odd_one_out(<of>, lambda one: <p>)", cost + 0.3, places
    if all(max(count.values()) > 1 for count in counts):
        tops = [count.most_common(1)[0] for count in counts]
        clear = all(list(count.values()).count(top[1]) == 1 for count, top in zip(counts, tops, strict=True))
        places = tuple([row.index(top[0]) for row, top in zip(keys, tops, strict=True)])
        yield "most_common(<of>, lambda one: <p>)", cost + (0.5 if clear else 2.0), places


def _hashable(value: Any) -> Hashable:
    return (value.shape, value.tobytes()) if isinstance(value, np.ndarray) else value
