"""What can be said about a cell: the masks and maps from which the same-size rules choose conditions.

A feature is an expression of the language over `grid` and the names of LETS. Its value is computed by running
that text, so a rule reasons with exactly what the emitted program does.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from types import CodeType
from typing import Any, cast

from arc import Grid, grid_key
from inference.proposers.search.expressions import Expression, Kind, filled, free, section
from inference.proposers.search.language import language

_WORDS = language()
# what names stand for regions, with the bits that they take
_REGIONS = {"parts": 1.2, "pieces": 1.2, "blobs": 1.0, "clumps": 1.8, "rooms": 2.0, "holes": 2.0}


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
    """A cache of what scenes computed, shared by scenes of the same grid; it keeps the last few grids.

    An album belongs to one search, so that its costs do not depend on other searches.
    """

    def __init__(self, most: int = 24) -> None:
        self._most = most
        self._kept: dict[Any, dict[str, Any]] = {}

    def of(self, grid: Grid, lets: Mapping[str, str]) -> dict[str, Any]:
        """The values of expressions in this grid's scene, to read and to add to."""
        key = (grid_key(grid), *lets.items())
        kept = self._kept[key] = self._kept.pop(key, {})
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return kept


_album = Album(0)


@contextmanager
def kept_in(album: Album) -> Iterator[None]:
    """Inside the block, scenes keep what they compute in this album."""
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
    _values: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.plain is None and not self.bound:
            self._values = _album.of(self.grid, self.lets)

    def __getitem__(self, name: str) -> Any:
        if name == "grid":
            return self.grid
        if name in self.bound:
            return self.bound[name]
        return (self.plain or self).value(self.lets[name]) if name in self.lets else _WORDS[name]

    def value(self, text: str) -> Any:
        """The value of an expression on this grid; it is run as Python, so only our own catalogue's."""
        if self.plain and not any(name in text for name in self.bound):
            return self.plain.value(text)
        if text in self._values:
            return self._values[text]
        value = eval(_compiled(text), {"__builtins__": builtins}, cast(dict[str, Any], self))
        if self.plain is None:
            self._values[text] = value
        return value


Views = list[tuple[int, Scene]]  # each with the number of its grid
_MOST_BOUND = 60  # in one grid


def views_of(grids: Sequence[Grid], lets: Mapping[str, str], name: str = "", over: str = "") -> Views:
    """Each grid as a scene, or once for each value that a loop over an expression binds; none if too many."""
    plain = [Scene(grid, lets) for grid in grids]
    bound = [scene.value(over) for scene in plain] if over else [[]]
    if not over or max(map(len, bound)) > _MOST_BOUND:
        return [] if over else list(enumerate(plain))
    values = ((number, one) for number, some in enumerate(bound) for one in some)
    return [(number, Scene(grids[number], lets, {name: one}, plain[number])) for number, one in values]


def let_lines(texts: Sequence[str], lets: Mapping[str, str]) -> list[str]:
    """The assignments that `texts` need, in an order in which each is defined before its use."""
    needed: list[str] = []

    def visit(text: str) -> None:
        for name in re.findall(r"[a-z_]+", re.sub(r"'[^']*'", "", text)):
            if name in lets and name not in needed:
                visit(lets[name])
                needed.append(name)

    visit(" ".join(texts))
    return [f"{name} = {lets[name]}" for name in needed]


@lru_cache(maxsize=64)
def cell_features(colours: tuple[int, ...], background: int, square: bool) -> tuple[Expression, ...]:
    """What can be said about cells in tasks whose training inputs all hold `colours`, the shortest first."""
    bases = [(f"grid == {colour}", 1.0) for colour in colours]
    masks = [("occupied", 0.8), *bases]
    likely = [("occupied", 0.8), ("grid == rarest", 1.2), ("is_largest(blobs)", 1.8)]
    likely += [(text, bits) for text, bits in bases if text != f"grid == {background}"]
    return _shortest_first(
        [Expression(text, bits - 0.5, Kind.MASK) for text, bits in bases],
        filled("cell", {"_b": free([background])}),
        section("cell of a square grid") if square else (),
        mask_features([*masks, ("grid == rarest", 1.3)], background),
        _region_features(bases),
        filled("regions of a mask", {"_m": bases}),
        brief_mask_features((one.text, one.bits) for one in section("mask of cells")),
        filled("panels and a mask", {"_m": masks}),
        filled("mirrored at a mask", {"_m": likely, "_b": free([background])}),
        filled("beyond a mask", {"_m": likely}),
    )


def mask_features(masks: Iterable[tuple[str, float]], background: int) -> Iterator[Expression]:
    """How cells relate to each of the masks, also if only through empty cells."""
    for mask in masks:
        # between what is occupied and the next of it there are empty cells only
        between = [] if mask[0] in ("occupied", f"grid == {background}") else ["empty"]
        yield from filled("cell and a mask", {"_m": [mask], "_through": free(between)})


def brief_mask_features(masks: Iterable[tuple[str, float]]) -> Iterator[Expression]:
    """The commonest relations of cells to masks, for views in which all of them would cost too much."""
    return (one for mask in masks for one in filled("cell and a mask, in short", {"_m": [mask]}))


def _region_features(masks: Sequence[tuple[str, float]]) -> Iterator[Expression]:
    for name, bits in _REGIONS.items():
        region = [(name, bits)]
        coloured = region if name in ("blobs", "clumps") else []
        beside = region if name in ("pieces", "rooms", "holes") else []
        choices = {"_r": region, "_coloured": coloured, "_beside": beside, "_m": masks}
        yield from filled("cell and regions", choices)


@lru_cache(maxsize=64)
def part_features(colours: tuple[int, ...], background: int) -> tuple[Expression, ...]:
    """What can be said about a cell in the view of one connected `part`."""
    shades = [colour for colour in colours if colour != background]
    forms = (("grid == {}", 1.2), ("part & (grid == {})", 1.4))
    return _shortest_first(
        filled("cell of a part", {"_b": free([background]), "_c": free(colours)}),
        mask_features([("part", 0.6)], background),
        filled("box of a mask", {"_m": [("part", 0.0)]}),
        brief_mask_features((form.format(one), bits) for one in shades for form, bits in forms),
    )


def _shortest_first(*features: Iterable[Expression]) -> tuple[Expression, ...]:
    return tuple(sorted(chain(*features), key=lambda one: one.bits))
