"""What can be said of a cell: the masks and maps that the same-size rules choose conditions from.

A feature is an expression of the language over `grid` and the names of LETS. Its value is computed by running
that very text, so what a rule reasons with is what the emitted program does.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType
from typing import Any, cast

from arc import Grid, grid_key
from inference.proposers.search.language import language

_WORDS = language()


@dataclass(frozen=True)
class Feature:
    """An expression and its description length; `kind` is "mask", "map" (numbers) or "colour"."""

    text: str
    cost: float
    kind: str


def lets_for(background: int) -> dict[str, str]:
    """The local names that features use, each with the expression that defines it."""
    return {
        "occupied": f"grid != {background}",
        "empty": f"grid == {background}",
        "parts": f'colour_regions(grid, "sides", {background})',
        "pieces": f'colour_regions(grid, "all", {background})',
        "blobs": 'regions(occupied, "all")',
        "clumps": 'regions(occupied, "sides")',
        "rooms": 'regions(empty, "sides")',
        "holes": 'regions(enclosed(empty), "sides")',
        "panels": "panels_of(grid)",
        "rarest": f"least_common_colour(grid, background={background})",
        "commonest": f"most_common_colour(grid, background={background})",
    }


@lru_cache(maxsize=20000)
def _compiled(text: str) -> CodeType:
    return compile(text, "<feature>", "eval")


class Album:
    """What scenes of the same grid have been asked for, kept for the next one: the last few grids' answers.

    An album belongs to one search, so that what it costs does not depend on other searches.
    """

    def __init__(self, most: int = 24) -> None:
        self._most = most
        self._kept: dict[Any, tuple[dict[str, Any], dict[str, Any]]] = {}

    def of(self, grid: Grid, lets: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The names and the values of this grid's scene, to read and to add to."""
        key = (grid_key(grid), *lets.items())
        kept = self._kept.pop(key, None) or ({}, {})
        if self._most:
            self._kept[key] = kept
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return kept


_album = Album(0)


@contextmanager
def kept_in(album: Album) -> Iterator[None]:
    """Inside the block scenes keep what they are asked for in this album."""
    global _album
    before, _album = _album, album
    try:
        yield
    finally:
        _album = before


@dataclass
class Scene:
    """One grid with the names that features may use, each computed when it is first asked for.

    `bound` holds what a loop binds (`colour` or `part`); `plain` is the same grid's scene outside of the
    loop, which keeps what does not depend on it.
    """

    grid: Grid
    lets: Mapping[str, str]
    bound: Mapping[str, Any] = field(default_factory=dict)
    plain: Scene | None = None
    _names: dict[str, Any] = field(default_factory=dict)
    _values: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.plain is None and not self.bound:
            self._names, self._values = _album.of(self.grid, self.lets)

    def __getitem__(self, name: str) -> Any:
        if name == "grid":
            return self.grid
        if name in self.bound:
            return self.bound[name]
        if name in self.lets:
            if self.plain is not None:
                return self.plain[name]
            if name not in self._names:
                self._names[name] = self.value(self.lets[name])
            return self._names[name]
        return _WORDS[name]

    def value(self, text: str) -> Any:
        """The value of an expression on this grid; it is run as Python, so only our own catalogue's."""
        if self.plain is not None:
            if not any(name in text for name in self.bound):
                return self.plain.value(text)
        elif text in self._values:
            return self._values[text]
        value = eval(_compiled(text), {"__builtins__": builtins}, cast(dict[str, Any], self))
        if self.plain is None:
            self._values[text] = value
        return value


_NAME = re.compile(r"[a-z_]+")


def let_lines(texts: Sequence[str], lets: Mapping[str, str]) -> list[str]:
    """The assignments that `texts` need, in an order in which each is defined before its use."""
    needed: list[str] = []

    def visit(text: str) -> None:
        for name in _NAME.findall(re.sub(r'"[^"]*"', "", text)):
            if name in lets and name not in needed:
                visit(lets[name])
                needed.append(name)

    for text in texts:
        visit(text)
    return [f"{name} = {lets[name]}" for name in needed]


def catalogue(colours: Sequence[int], background: int, square: bool) -> Iterator[Feature]:
    """The features for tasks whose training inputs all hold `colours`; cheap and telling ones first."""
    bases = [(f"grid == {colour}", 1.0) for colour in colours]
    yield Feature("occupied", 0.8, "mask")
    for text, cost in bases:
        yield Feature(f"({text})", cost - 0.5, "mask")
    yield from _scalars()
    yield from _places()
    yield from _enclosure(background)
    for text, cost in [("occupied", 0.8), *bases, ("(grid == rarest)", 1.3)]:
        yield from relation_features(text, cost, "empty" if text != f"grid == {background}" else None)
    for name, cost in (
        ("parts", 1.5),
        ("pieces", 1.6),
        ("blobs", 1.6),
        ("clumps", 1.8),
        ("rooms", 2.0),
        ("holes", 2.0),
    ):
        yield from _measures(name, cost)
        if name in ("blobs", "clumps", "pieces", "rooms", "holes"):
            for text, extra in bases:
                if name in ("blobs", "clumps"):
                    yield Feature(f"region_count_of({name}, {text})", cost + extra + 0.3, "map")
                if name in ("pieces", "rooms", "holes"):
                    yield Feature(f"region_beside({name}, {text})", cost + extra + 0.5, "mask")
    for text, cost in bases:
        yield Feature(f'region_size(regions({text}, "sides"))', cost + 1.5, "map")
    for text, cost in _DERIVED:
        yield from line_features(text, cost)
    yield from _panels(bases)
    yield from _colours(background, square)
    for text, cost in [("occupied", 0.8), ("(grid == rarest)", 1.2), ("is_largest(blobs)", 1.8), *bases]:
        if text != f"grid == {background}":
            yield from _mirrors(text, cost, background)


def _scalars() -> Iterator[Feature]:
    yield Feature("(grid == rarest)", 1.6, "mask")
    yield Feature("(grid == commonest)", 1.6, "mask")
    for name, cost in _COLOUR_NAMES[2:]:
        yield Feature(f"(grid == {name})", cost + 0.4, "mask")


def _places() -> Iterator[Feature]:
    yield Feature("row_numbers(grid)", 1.5, "map")
    yield Feature("column_numbers(grid)", 1.5, "map")
    yield Feature("(row_numbers(grid) + column_numbers(grid))", 3.0, "map")
    yield Feature("(row_numbers(grid) - column_numbers(grid))", 3.0, "map")
    yield Feature("row_numbers(grid)[::-1]", 2.0, "map")
    yield Feature("column_numbers(grid)[:, ::-1]", 2.0, "map")
    yield Feature("(row_numbers(grid)[::-1] + column_numbers(grid))", 3.2, "map")
    yield Feature("(row_numbers(grid)[::-1] - column_numbers(grid))", 3.2, "map")
    yield Feature("depth(grid)", 1.2, "map")


def _enclosure(background: int) -> Iterator[Feature]:
    yield Feature("enclosed(empty)", 1.2, "mask")
    yield Feature('enclosed(empty, "all")', 1.5, "mask")
    yield Feature('boxes_of(occupied, "all")', 1.6, "mask")
    yield Feature('boxes_of(occupied, "sides")', 1.8, "mask")
    yield Feature("in_box_of(occupied)", 1.5, "mask")
    yield Feature("same_near(grid)", 1.5, "map")
    yield Feature('same_near(grid, "corners")', 1.9, "map")
    yield Feature('same_near(grid, "all")', 1.7, "map")
    yield Feature("in_block(occupied, 2, 2)", 2.0, "mask")
    yield Feature("in_block(empty, 2, 2)", 2.0, "mask")
    yield Feature("in_largest_box(empty)", 1.5, "mask")
    yield Feature("in_largest_box(empty, 2)", 1.9, "mask")
    yield Feature("in_largest_box(occupied)", 1.7, "mask")
    yield Feature("in_block(empty, 3, 3)", 2.2, "mask")
    yield Feature("in_block(empty, 2, 1)", 2.5, "mask")
    yield Feature("in_block(empty, 1, 2)", 2.5, "mask")


_AHEAD = ("UP", "DOWN", "LEFT", "RIGHT", "UP_LEFT", "UP_RIGHT", "DOWN_LEFT", "DOWN_RIGHT")


def _back(way: str) -> str:
    """The shift that brings to each cell its neighbour in a direction."""
    rows, cols = _WORDS[way]
    return f"{-rows}, {-cols}"


def relation_features(text: str, cost: float, through: str | None) -> Iterator[Feature]:
    for around, extra in (("sides", 0.6), ("all", 0.8), ("corners", 1.0)):
        yield Feature(f'touching({text}, "{around}")', cost + extra, "mask")
        yield Feature(f'count_near({text}, "{around}")', cost + extra + 0.5, "map")
    for axis, extra in (
        ("row", 0.8),
        ("column", 0.8),
        ("row or column", 0.8),
        ("diagonal", 1.2),
        ("anti_diagonal", 1.2),
    ):
        yield Feature(f'between({text}, "{axis}")', cost + extra, "mask")
        if through:
            yield Feature(f'between({text}, "{axis}", {through})', cost + extra + 0.4, "mask")
    for axis, extra in (
        ("row", 0.8),
        ("column", 0.8),
        ("row or column", 0.8),
        ("diagonals", 1.0),
        ("any", 1.2),
    ):
        yield Feature(f'in_line_with({text}, "{axis}")', cost + extra, "mask")
        if through and axis not in ("row", "column"):
            yield Feature(f'in_line_with({text}, "{axis}", {through})', cost + extra + 0.4, "mask")
    for way in _AHEAD:
        yield Feature(f"looks_at({text}, {way})", cost + (1.0 if "_" not in way else 1.3), "mask")
        if through:
            yield Feature(
                f"looks_at({text}, {way}, {through})", cost + (1.3 if "_" not in way else 1.6), "mask"
            )
        yield Feature(f"(shift({text}, {_back(way)}) == 1)", cost + 1.2, "mask")
    yield Feature(f"rows_with({text})", cost + 0.6, "mask")
    yield Feature(f"columns_with({text})", cost + 0.6, "mask")
    yield Feature(f"rows_full_of({text})", cost + 0.9, "mask")
    yield Feature(f"columns_full_of({text})", cost + 0.9, "mask")
    yield Feature(f"count_in_row({text})", cost + 1.2, "map")
    yield Feature(f"count_in_column({text})", cost + 1.2, "map")
    yield Feature(f"distance_to({text})", cost + 0.9, "map")
    yield Feature(f'distance_to({text}, "taxi")', cost + 1.1, "map")
    yield Feature(f"enclosed(~({text}))", cost + 0.9, "mask")
    yield Feature(f'enclosed(~({text}), "all")', cost + 1.2, "mask")
    yield Feature(f"in_box_of({text})", cost + 0.9, "mask")
    yield Feature(f"boxes_of({text})", cost + 0.9, "mask")
    if through:
        yield Feature(f"reachable({through}, {text})", cost + 1.2, "mask")
        yield Feature(f"steps_to({text}, {through})", cost + 1.5, "map")


def _measures(name: str, cost: float) -> Iterator[Feature]:
    for word, extra in (
        ("region_size", 0.3),
        ("region_height", 0.7),
        ("region_width", 0.7),
        ("region_holes", 0.7),
        ("region_copies", 0.9),
        ("region_row", 0.9),
        ("region_column", 0.9),
        ("region_depth", 0.6),
    ):
        yield Feature(f"{word}({name})", cost + extra, "map")
    yield Feature(f"region_row({name})[::-1]", cost + 3, "map")
    yield Feature(f"region_is_box({name})", cost + 0.6, "mask")
    high, wide = f"region_height({name})", f"region_width({name})"
    yield Feature(f"(region_is_box({name}) & ({high} == {wide}))", cost + 0.6, "mask")
    yield Feature(f"(({high} == 1) | ({wide} == 1))", cost + 0.8, "mask")
    yield Feature(f"({wide} > {high})", cost + 0.8, "mask")
    yield Feature(f"({high} > {wide})", cost + 0.8, "mask")
    for word, extra in (("region_at_border", 0.5), ("is_largest", 0.3), ("is_smallest", 0.3)):
        yield Feature(f"{word}({name})", cost + extra, "mask")
    for kind in ("left_right", "up_down"):
        yield Feature(f'region_mirrors({name}, "{kind}")', cost + 1.0, "mask")
    yield Feature(f"region_rank({name}, region_size({name}))", cost + 1.2, "map")
    if name in ("blobs", "clumps"):
        yield Feature(f"region_colours({name}, grid)", cost + 0.7, "map")
    yield Feature(f"region_rank({name}, region_height({name}))", cost + 1.6, "map")
    for side in ("left", "right", "top", "bottom"):
        yield Feature(f'region_order({name}, "{side}")', cost + 1.2, "map")


def _panels(bases: Sequence[tuple[str, float]]) -> Iterator[Feature]:
    yield Feature("(panels > 0)", 1.2, "mask")
    for side in ("left", "right", "top", "bottom"):
        yield Feature(f'region_order(panels, "{side}")', 2.2, "map")
    yield Feature("region_row(panels)", 2.2, "map")
    yield Feature("region_column(panels)", 2.2, "map")
    yield Feature("copied_from(grid, panels, region_count_of(panels, occupied))", 2.5, "colour")
    for text, cost in [("occupied", 0.8), *bases]:
        count = f"region_count_of(panels, {text})"
        yield Feature(count, cost + 1.5, "map")
        yield Feature(f"region_rank(panels, {count})", cost + 1.8, "map")
        yield Feature(f"region_rank(panels, -{count})", cost + 2.0, "map")


def _mirrors(text: str, cost: float, background: int) -> Iterator[Feature]:
    for kind in ("left_right", "up_down", "rotate_180", "diagonal", "anti_diagonal", "rotate_90"):
        yield Feature(f'mirrored_about(grid, {text}, "{kind}", {background})', cost + 1.2, "colour")


def _colours(background: int, square: bool) -> Iterator[Feature]:
    for way in _AHEAD:
        yield Feature(
            f"shift(grid, {_back(way)}, fill={background})", 2.2 if "_" not in way else 2.6, "colour"
        )
        yield Feature(f"colour_ahead(grid, {way}, {background})", 2.0 if "_" not in way else 2.5, "colour")
    yield Feature("flip_left_right(grid)", 1.5, "colour")
    yield Feature("flip_up_down(grid)", 1.5, "colour")
    yield Feature("rotate(grid, 2)", 1.6, "colour")
    if square:
        yield Feature("transpose(grid)", 1.8, "colour")
        yield Feature("anti_transpose(grid)", 1.8, "colour")
    yield Feature("nearest_colour(grid, occupied)", 1.8, "colour")
    yield Feature('nearest_colour(grid, occupied, "taxi")', 2.0, "colour")
    for side in ("left", "right", "top", "bottom"):
        yield Feature(f'border_colour(grid, "{side}")', 1.8, "colour")
        for name in ("parts", "blobs"):
            border = f'border_colour(grid, "{side}")'
            yield Feature(f"region_colour({name}, {border}, {background})", 3.2, "colour")
    yield Feature(f"colour_of_row(grid, {background})", 1.8, "colour")
    yield Feature(f"colour_of_column(grid, {background})", 1.8, "colour")
    for name, cost in (("blobs", 1.6), ("clumps", 1.9)):
        yield Feature(f"region_colour({name}, grid)", cost + 0.8, "colour")
        yield Feature(f"region_rarest_colour({name}, grid)", cost + 0.8, "colour")
        yield Feature(f"copied_from(grid, {name}, region_colours({name}, grid))", cost + 1.3, "colour")
        yield Feature(f"copied_from(grid, {name}, region_size({name}))", cost + 1.3, "colour")
    for name, cost in (("rooms", 1.8), ("holes", 1.8), ("parts", 1.5), ("pieces", 1.6)):
        yield Feature(f"colour_around({name}, grid, {background})", cost + 0.8, "colour")
    yield Feature(f"region_colour(panels, grid, {background})", 2.4, "colour")
    for name, cost in _COLOUR_NAMES:
        yield Feature(name, cost, "colour")


def part_features(colours: Sequence[int], background: int) -> Iterator[Feature]:
    """What can be said of a cell in the view of one connected `part`."""
    yield Feature("part", 0.5, "mask")
    yield Feature("occupied", 0.8, "mask")
    for colour in colours:
        yield Feature(f"(grid == {colour})", 0.6, "mask")
    yield Feature("enclosed(empty)", 1.2, "mask")
    yield Feature("part.sum()", 1.2, "map")
    yield Feature("object_at(grid, part).height", 1.5, "map")
    yield Feature("object_at(grid, part).width", 1.5, "map")
    yield Feature("most_common_colour(grid[part])", 1.3, "map")
    yield Feature("region_holes(regions(part)).max()", 2.2, "map")
    for name in ("parts", "blobs"):
        for word in ("is_largest", "is_smallest", "region_at_border", "region_is_box"):
            yield Feature(f"{word}({name})[part].any()", 2.0, "mask")
        yield Feature(f"region_copies({name})[part].max()", 2.5, "map")
    for colour in colours:
        yield Feature(f"((grid == {colour}) & part).any()", 2.0, "mask")
        yield Feature(f'(touching(part, "all") & (grid == {colour})).any()', 2.5, "mask")
    yield from relation_features("part", 0.6, "empty")
    yield from _box_places("part")
    yield Feature(f"least_common_colour(grid[part], background={background})", 2.0, "colour")
    around = 'grid[touching(part, "all")]'
    yield Feature(f"most_common_colour({around}, background={background})", 2.2, "colour")
    yield Feature("nearest_colour(grid, occupied & ~part)", 2.5, "colour")
    for kind in ("left_right", "up_down", "rotate_180", "diagonal", "rotate_90"):
        yield Feature(f'mirrored_about(grid, part, "{kind}", {background})', 2.0, "colour")
    yield Feature("rarest", 1.5, "colour")
    yield Feature("commonest", 1.5, "colour")
    for colour in colours:
        if colour != background:
            yield from line_features(f"grid == {colour}", 1.2)
            yield from line_features(f"part & (grid == {colour})", 1.4)


def _box_places(text: str) -> Iterator[Feature]:
    """Where a cell lies in the view of a mask's box."""
    yield Feature(f"rows_off({text})", 1.2, "map")
    yield Feature(f"columns_off({text})", 1.2, "map")
    yield Feature(f"box_depth({text})", 1.2, "map")
    yield Feature(f"off_corners({text})", 1.4, "mask")
    yield Feature(f'in_middle_of({text}, "row")', 1.4, "mask")
    yield Feature(f'in_middle_of({text}, "column")', 1.4, "mask")


# colours that a grid names itself
_COLOUR_NAMES = (
    ("rarest", 1.2),
    ("commonest", 1.2),
    ("grid[0, 0]", 1.5),
    ("grid[0, -1]", 1.7),
    ("grid[-1, 0]", 1.7),
    ("grid[-1, -1]", 1.7),
    ("most_common_colour(grid[is_largest(pieces)])", 2.2),
    ("most_common_colour(grid[is_smallest(pieces)])", 2.2),
    ("most_common_colour(grid[region_size(pieces) == 1])", 2.2),
)

# masks of a second order, worth relating cells to
_DERIVED = (
    ("(grid == commonest)", 1.3),
    ("region_centres(blobs)", 1.8),
    ("(region_size(pieces) == 1)", 1.8),
    ("(region_size(pieces) == 2)", 2.0),
    ("(region_size(pieces) > 1)", 1.8),
    ("is_largest(blobs)", 1.6),
    ("is_smallest(blobs)", 1.8),
    ("enclosed(empty)", 1.4),
    ("region_at_border(blobs)", 2.2),
)


def line_features(text: str, cost: float) -> Iterator[Feature]:
    """The commonest relations of a cell to a mask, for views in which all of them would cost too much."""
    for around in ("sides", "all"):
        yield Feature(f'touching({text}, "{around}")', cost + 0.7, "mask")
    for axis in ("row", "column", "row or column"):
        yield Feature(f'in_line_with({text}, "{axis}")', cost + 0.8, "mask")
        yield Feature(f'between({text}, "{axis}")', cost + 0.8, "mask")
    for way in _AHEAD:
        yield Feature(f"looks_at({text}, {way})", cost + 1.2, "mask")
    yield Feature(f"reachable(empty, {text})", cost + 1.2, "mask")
