"""Pieces of a grid, objects or parts, and the properties that pick one of them in every grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from arc import Grid, grid_key
from inference.proposers.search.expressions import Choices, Expression, Kind, fill, filled, free, section
from inference.proposers.search.language import values_of, values_on
from inference.proposers.search.problem import Problem, shared_colours

Pieces = Sequence[Sequence[Any]]  # of each grid
Places = tuple[int, ...]  # of the piece that is picked in each grid
_MOST_PIECES = 80
MOST_PARTS = 144
_LISTED = 0.2  # bits of rows of parts as one list
_PART = (Expression("one", 0.0, Kind.GRID),)


@dataclass(frozen=True)
class Source:
    """An expression that gives the pieces of `grid`, and how a piece is drawn (expressions of `one`)."""

    text: str
    cost: float
    pictures: tuple[Expression, ...]
    is_objects: bool


def object_sources() -> list[Source]:
    """The ways to find objects on every grid."""
    found = []
    for one in (*section("objects"), *section("objects, seldom")):
        boxes = one.text.startswith(("enclosed_regions", "find_frames"))
        pictures = section("picture of a box" if boxes else "picture of an object")
        found.append(Source(fill(one.text, _a="grid"), one.bits, pictures, True))
    return found


def cuts(problem: Problem) -> Iterator[tuple[str, float]]:
    """(expression of rows of parts, bits) for the ways to cut grids: at lines, in halves, into equal parts.

    Equal parts are usual ones, of the output's shape, one for each output cell, or of one size for each.
    """
    yield "split_by_lines(grid)", 1.0
    for colour in shared_colours(problem.grids):
        yield f"split_by_lines(grid, {colour})", 1.5
    yield "[halves(grid)]", 1.3
    equal = {(1, 2), (2, 1), (2, 2), (1, 3), (3, 1)}
    sizes = {(grid.shape[0] // out.shape[0], grid.shape[1] // out.shape[1]) for grid, out in problem.pairs}
    for grid, out in problem.pairs:
        (height, width), (high, wide) = grid.shape, out.shape
        if height % high == 0 and width % wide == 0:
            equal |= {(height // high, width // wide), (high, wide)}
    for rows, cols in sorted(cut for cut in equal if 1 < cut[0] * cut[1] <= MOST_PARTS):
        yield f"split_equal(grid, {rows}, {cols})", 1.5
    if len(sizes) == 1 and len({out.shape for out in problem.outputs}) > 1:
        ((high, wide),) = sizes
        yield f"split_equal(grid, grid.shape[0] // {high}, grid.shape[1] // {wide})", 2.0


def listed(cut: str) -> str:
    """The expression that gives the parts of a cut in one list."""
    if cut.startswith("split_by_lines"):
        return "parts_by_lines" + cut.removeprefix("split_by_lines")
    return f"list({cut[1:-1]})" if cut.startswith("[") else f"sum({cut}, [])"


def splits(problem: Problem) -> Iterator[Source]:
    """The ways to cut every grid into parts."""
    return (Source(listed(text), cost + _LISTED, _PART, False) for text, cost in cuts(problem))


def pieces_of(source: Source, grids: Sequence[Grid]) -> Pieces | None:
    """The pieces of each grid, or None if a grid has none or too many."""
    values = values_of(source.text, grids)
    return list(map(tuple, values)) if values and all(0 < len(v) <= _MOST_PIECES for v in values) else None


def distinct(sources: Iterable[Source], grids: Sequence[Grid]) -> Iterator[tuple[Source, Pieces]]:
    """The sources that give pieces of every grid, with these; only the first that gives the same objects."""
    seen: set[Hashable] = set()
    for source in sources:
        pieces = pieces_of(source, grids)
        key = (tuple(pieces), source.pictures) if pieces and source.is_objects else source.text
        if pieces is not None and key not in seen:
            seen.add(key)
            yield source, pieces


def selections(source: Source, pieces: Pieces, grids: Sequence[Grid]) -> Iterator[tuple[Expression, Places]]:
    """(expression of `_of`, places) for every property that picks one piece."""
    if all(len(found) == 1 for found in pieces):
        yield Expression("only(_of)", 0.3, Kind.KEY), (0,) * len(pieces)
        return
    for number, bits in ((0, 1.0), (-1, 1.2), (1, 1.8), (2, 2.2)):
        if all(-len(found) <= number < len(found) for found in pieces):
            yield Expression(f"_of[{number}]", bits, Kind.KEY), tuple([number % len(one) for one in pieces])
    what = "of an object" if source.is_objects else "of a part"
    colours: Choices = {"_c": free(shared_colours(grids))}
    names = [f"{what} and a colour", *([f"{what} to pick"] if source.is_objects else ())]
    for one in chain(section(what), *(filled(name, colours) for name in names)):
        values = values_on(one.text, grids, pieces)
        for form, bits, places in _picks(values, one.kind) if values else ():
            yield Expression(fill(form, _p=one.text), one.bits + bits, Kind.KEY), places


def _picks(values: list[list[Any]], kind: Kind) -> Iterator[tuple[str, float, Places]]:
    """(expression of `_of` and the property `_p`, bits, places) for the ways to pick one value a grid."""
    if kind is Kind.TRUTH:
        for form, wanted in (("only(_of, lambda one: _p)", True), ("only(_of, lambda one: not _p)", False)):
            marks = [[bool(value) is wanted for value in row] for row in values]
            if all(sum(row) == 1 for row in marks):
                yield form, 0.0 if wanted else 0.4, tuple([row.index(True) for row in marks])
        return
    ranks = _RANKS[: 4 if all(len(set(row)) >= 3 for row in values) else 2] if kind is Kind.NUMBER else ()
    for form, rank, bits in ranks:
        tops = [sorted(row)[rank] for row in values]
        shown = [row.count(top) for row, top in zip(values, tops, strict=True)]
        if max(shown) == 1 or (bits < 1.0 and shown != list(map(len, values))):
            yield form, bits + (0.0 if max(shown) == 1 else 1.5), tuple(map(list.index, values, tops))
    keys = [[grid_key(value) if isinstance(value, np.ndarray) else value for value in row] for row in values]
    counts = [Counter(row) for row in keys]
    alone = [[key for key, number in count.items() if number == 1] for count in counts]
    if all(len(found) == 1 and len(count) > 1 for found, count in zip(alone, counts, strict=True)):
        yield "odd_one_out(_of, lambda one: _p)", 0.3, tuple(map(list.index, keys, chain(*alone)))
    if all(max(count.values()) > 1 for count in counts):
        modes = [max(count, key=count.__getitem__) for count in counts]
        clear = all(list(c.values()).count(c[mode]) == 1 for c, mode in zip(counts, modes, strict=True))
        yield "most_common(_of, lambda one: _p)", 0.5 if clear else 2.0, tuple(map(list.index, keys, modes))


_RANKS = (  # form, place among the sorted values, bits
    ("max(_of, key=lambda one: _p)", -1, 0.0),
    ("min(_of, key=lambda one: _p)", 0, 0.2),
    ("sorted(_of, key=lambda one: _p)[1]", 1, 2.0),
    ("sorted(_of, key=lambda one: -_p)[1]", -2, 2.0),
)
