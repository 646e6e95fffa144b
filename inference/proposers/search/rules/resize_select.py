"""Outputs that are one piece of the input: which pieces there are, and a learned property that picks one.

Pieces are objects or parts; for every property and rank that gives one piece in each grid, what was picked
is related to the outputs (equal, turned, recoloured, scaled, ...). All ways that agree on the test
inputs add up their weight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from arc import Grid, grid_key
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.problem import Fragment, Problem
from inference.proposers.search.rules.resize_base import (
    Hypothesis,
    function,
    kinds,
    ranked,
    relate,
    resizes,
    shared_colours,
    values_of,
)
from inference.proposers.search.rules.resize_colours import colours_for
from omniarc import find_pattern

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


def select_piece(problem: Problem) -> Iterator[Fragment]:
    """The output is one object or part, chosen by a property, possibly turned, recoloured or scaled."""
    if resizes(problem) and _smaller(problem):
        yield from ranked(problem, _hypotheses(problem), "select_piece")


def _smaller(problem: Problem) -> bool:
    return any(out.size < grid.size for grid, out in problem.pairs)


def _hypotheses(problem: Problem) -> Iterator[Hypothesis]:
    for source in (*OBJECTS, *splits(problem)):
        pieces = pieces_of(source, problem.grids)
        if pieces is None or not _may_match(source, pieces, problem):
            continue
        yield from _picks(problem, source, pieces)
        if problem.budget.spent():
            return


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


def _may_match(source: Source, pieces: Sequence[Sequence[Any]], problem: Problem) -> bool:
    """Some picture has, in every pair, a piece that relates to the output, in one way common to all pairs."""
    for picture, _ in source.pictures:
        draw = function(f"lambda grid, one: {picture}")
        common: frozenset[str] | None = None
        for (grid, out), found in zip(problem.pairs, pieces, strict=False):
            ways: frozenset[str] = frozenset()
            for one in found:
                try:
                    made = draw(grid, one)
                except Exception:  # the piece has no such picture (no inside)
                    continue
                charge(prices.RELATION)
                ways |= kinds(grid_key(made), grid_key(out))
                if _same_ink(made, out):
                    ways |= {"ink"}
            common = ways if common is None else common & ways
            if not common:
                break
        if common:
            return True
    return False


def _same_ink(made: Grid, out: Grid) -> bool:
    return made.shape == out.shape and np.array_equal(made != 0, out != 0)


def _picks(problem: Problem, source: Source, pieces: list[tuple[Any, ...]]) -> Iterator[Hypothesis]:
    seen: dict[tuple[int, ...], list[tuple[str, float, str]]] = {}
    for text, cost, places in selections(source, pieces, problem.grids):
        found = seen.get(places[: len(problem.outputs)])
        if found is None:
            found = seen[places[: len(problem.outputs)]] = list(_ends(problem, source, pieces, places))
        for picture, wrap_cost, wrap in found:
            yield Hypothesis(_lines(source, text, picture, wrap), 2.5 + source.cost + cost + wrap_cost)


def _ends(
    problem: Problem, source: Source, pieces: list[tuple[Any, ...]], places: tuple[int, ...]
) -> Iterator[tuple[str, float, str]]:
    """(picture, cost, wrap) for each way to make the outputs from the picked pieces."""
    for picture, cost in source.pictures:
        draw = function(f"lambda grid, one: {picture}")
        try:
            made = [
                draw(grid, found[place])
                for grid, found, place in zip(problem.train, pieces, places, strict=False)
            ]
        except Exception:  # the piece has no such picture (no inside)
            continue
        for wrap, more in relate(made, problem.outputs):
            yield picture, cost + more, wrap
        if picture in ("one.cells", "crop(grid, one)"):
            for wrap, more in _in_one_colour(problem, made):
                yield picture, cost + more, wrap


def _in_one_colour(problem: Problem, made: Sequence[Grid]) -> Iterator[tuple[str, float]]:
    """The piece's shape in a colour that the whole grid tells."""
    pairs = list(zip(made, problem.outputs, strict=True))
    if not all(_same_ink(grid, out) for grid, out in pairs):
        return
    if all(len(np.unique(out[out != 0])) == 1 for out in problem.outputs):
        wanted = [int(out.max()) for out in problem.outputs]
        found = sorted(colours_for(problem, wanted), key=lambda one: one[1])[:3]
        yield from ((f"mask_to_grid({{a}}, {text})", 1.5 + cost) for text, cost in found)


def _lines(source: Source, pick: str, picture: str, wrap: str) -> tuple[str, ...]:
    name = "things" if source.is_objects else "parts"
    lines = [f"{name} = {source.text}", f"one = {pick.replace('<of>', name)}"]
    if wrap == "{a}":
        return (*lines, f"return {picture}")
    if wrap.count("{a}") == 1:
        return (*lines, f"return {wrap.replace('{a}', picture)}")
    return (*lines, f"piece = {picture}", f"return {wrap.replace('{a}', 'piece')}")


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


def crop_at(problem: Problem) -> Iterator[Fragment]:
    """The output is a box of a fixed place and size: from a corner, or from the middle."""
    if resizes(problem) and len({out.shape for out in problem.outputs}) == 1:
        yield from ranked(problem, _boxes(problem), "crop_at")


def _boxes(problem: Problem) -> Iterator[Hypothesis]:
    high, wide = problem.outputs[0].shape
    if high * wide < 2 or any(high > grid.shape[0] or wide > grid.shape[1] for grid in problem.grids):
        return
    spots = [find_pattern(grid, out) for grid, out in problem.pairs]
    if not all(spots):
        return
    rows, cols = _anchors(0, high), _anchors(1, wide)
    for (row, row_of), (col, col_of) in product(rows, cols):
        measured = [
            {(row_of(grid.shape, spot[0]), col_of(grid.shape, spot[1])) for spot in found}
            for grid, found in zip(problem.train, spots, strict=True)
        ]
        for at in sorted(set.intersection(*measured), key=lambda one: abs(one[0]) + abs(one[1]))[:2]:
            place = row.format(at[0]), col.format(at[1])
            cost = 3.0 + 0.5 * sum(number != 0 for number in at)
            yield Hypothesis((f"return crop(grid, ({place[0]}, {place[1]}, {high}, {wide}))",), cost)


def _anchors(axis: int, side: int) -> tuple[tuple[str, Callable[..., int]], ...]:
    """Ways to give a place along one axis: from the start, from the end, from the middle."""
    size = f"grid.shape[{axis}]"
    return (
        ("{0}", lambda shape, spot: spot),
        (f"{size} - {side} + {{0}}", lambda shape, spot: spot - (shape[axis] - side)),
        (f"({size} - {side}) // 2 + {{0}}", lambda shape, spot: spot - (shape[axis] - side) // 2),
    )


RULES = (select_piece, crop_at)
