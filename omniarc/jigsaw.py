"""Words that put objects into one grid, wherever they lay: nested, in line, or fitted together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from omniarc.values import RIGHT, Direction, Grid, LanguageError, Object, blank, to_grid

__all__ = [
    "concentric",
    "fit_together",
    "lay_out",
]


def concentric(objects: Iterable[Object], *, background: int = 0) -> Grid:
    """The objects on a common centre, the one with the largest box first, smaller ones on top."""
    things = sorted(objects, key=lambda one: -one.area)
    if not things:
        raise LanguageError("no objects to nest")
    height, width = max(one.height for one in things), max(one.width for one in things)
    grid = blank(height, width, background)
    for one in things:
        top, left = (height - one.height) // 2, (width - one.width) // 2
        np.copyto(grid[top : top + one.height, left : left + one.width], one.cells, where=one.mask)
    return grid


def fit_together(objects: Iterable[Object], height: int, width: int) -> Grid:
    """The objects, moved but not turned, so that they fill a grid of the given shape with no gap or overlap.

    LanguageError if they can't. If there are several ways, the first one found, trying the objects in order.
    """
    things = list(objects)
    if sum(one.size for one in things) != height * width or len(things) > 12:
        raise LanguageError(f"{len(things)} objects do not fill {height}x{width} cells")
    fits = all(one.height <= height and one.width <= width for one in things)
    places = _fitted([_Piece.of(one, width) for one in things], height, width) if fits else None
    if places is None:
        raise LanguageError(f"the objects do not fit together in {height}x{width} cells")
    grid = blank(height, width)
    for one, (row, col) in zip(things, places, strict=True):
        spot = grid[row : row + one.height, col : col + one.width]
        np.copyto(spot, one.cells, where=one.mask)
    return grid


class _Piece(NamedTuple):
    """An object's cells as bits, from its first one on, in a grid of some width; the first one's column."""

    bits: int
    first: int
    height: int
    width: int

    @classmethod
    def of(cls, one: Object, width: int) -> _Piece:
        first = int(one.mask[0].argmax())
        cells = np.argwhere(one.mask)
        bits = sum(1 << int(place) for place in cells[:, 0] * width + cells[:, 1] - first)
        return cls(bits, first, one.height, one.width)


def _fitted(pieces: list[_Piece], height: int, width: int) -> list[tuple[int, int]] | None:
    """The first row and column of each piece in a grid that they fill, None if they cannot fill it."""
    full = (1 << height * width) - 1
    places: dict[int, tuple[int, int]] = {}
    failed: set[tuple[int, frozenset[int]]] = set()

    def fill(taken: int) -> bool:
        if taken == full:
            return True
        state = taken, frozenset(places)
        if state in failed:
            return False
        free = ~taken & full
        place = (free & -free).bit_length() - 1
        row, col = divmod(place, width)
        for number, one in enumerate(pieces):
            left = col - one.first
            if number in places or left < 0 or row + one.height > height or left + one.width > width:
                continue
            if one.bits << place & taken:
                continue
            places[number] = row, left
            if fill(taken | one.bits << place):
                return True
            del places[number]
        failed.add(state)
        return False

    return [places[number] for number in range(len(pieces))] if fill(0) else None


def lay_out(
    grids: Sequence[Grid], direction: Direction = RIGHT, *, gap: int = 0, background: int = 0
) -> Grid:
    """Grids one after the other to the right, down, or both (DOWN_RIGHT), `gap` cells between them.

    They are aligned at the top or the left; the rest is background.
    """
    made = [to_grid(grid) for grid in grids]
    if not made or min(direction) < 0 or not any(direction):
        raise LanguageError("lay_out takes one grid or more, and goes right, down or both")
    spots = [(0, 0)]
    for grid in made:
        (row, col), (high, wide) = spots[-1], grid.shape
        spots.append((row + direction[0] * (high + gap), col + direction[1] * (wide + gap)))
    places = list(zip(spots, made, strict=False))
    height = max(row + grid.shape[0] for (row, _), grid in places)
    out = blank(height, max(col + grid.shape[1] for (_, col), grid in places), background)
    for (row, col), grid in places:
        out[row : row + grid.shape[0], col : col + grid.shape[1]] = grid
    return out
