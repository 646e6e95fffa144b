"""Where rays begin, and rays that bounce."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from omniarc.drawing import ray_cells
from omniarc.values import Direction, Grid, LanguageError, Object, to_grid

__all__ = [
    "bouncing_ray",
    "corner_path",
    "line_ends",
    "ray_to_another",
    "spikes",
    "tips",
]

Start = tuple[tuple[int, int], Direction]


def corner_path(start: tuple[int, int], end: tuple[int, int], along: str = "row") -> list[tuple[int, int]]:
    """The cells between two cells on the way along the "row" (or "column") of the first, then to the second.

    Neither end is among them; the corner is.
    """
    (row, col), (last_row, last_col) = start, end
    if along not in ("row", "column"):
        raise LanguageError(f"corner_path goes along the 'row' or the 'column', not {along!r}")
    corner = (row, last_col) if along == "row" else (last_row, col)
    legs = [_straight(one, other) for one, other in ((start, corner), (corner, end))]
    return [cell for cell in dict.fromkeys([*legs[0], *legs[1]]) if cell not in (start, end)]


def _straight(one: tuple[int, int], other: tuple[int, int]) -> list[tuple[int, int]]:
    """The cells of a row or column from one to another, both included."""
    steps = max(abs(other[0] - one[0]), abs(other[1] - one[1]))
    down, across = np.sign(other[0] - one[0]), np.sign(other[1] - one[1])
    return [(int(one[0] + n * down), int(one[1] + n * across)) for n in range(steps + 1)]


def line_ends(one: Object) -> tuple[Start, ...]:
    """Both ends of a straight or diagonal line of two cells or more, each with the direction that goes on.

    Empty for any other object.
    """
    cells = sorted(one.positions)
    if len(cells) < 2:
        return ()
    down, across = cells[1][0] - cells[0][0], cells[1][1] - cells[0][1]
    if max(abs(down), abs(across)) != 1:
        return ()
    row, col = cells[0]
    if any(cell != (row + n * down, col + n * across) for n, cell in enumerate(cells)):
        return ()
    return (cells[0], (-down, -across)), (cells[-1], (down, across))


def spikes(one: Object) -> tuple[Start, ...]:
    """The cells of an object that only one other touches, each with the direction away from that one.

    Cells touch at corners too.
    """
    cells = set(one.positions)
    found = []
    for row, col in one.positions:
        near = [(r, c) for r, c in cells if max(abs(r - row), abs(c - col)) == 1]
        if len(near) == 1:
            found.append(((row, col), (row - near[0][0], col - near[0][1])))
    return tuple(found)


def tips(one: Object) -> tuple[Start, ...]:
    """The cells of an object's rarest colour, each with the direction in which it sticks out of the others.

    Cells between the others are left out, and all are if the object has one colour only.
    """
    if len(one.colours) < 2:
        return ()
    rare = list(one.colour_counts)[-1]
    shown = one.mask & (one.cells == rare)
    rows, cols = np.nonzero(one.mask & ~shown)
    found = []
    for row, col in np.argwhere(shown).tolist():
        way = (_beyond(row, rows.min(), rows.max()), _beyond(col, cols.min(), cols.max()))
        if way != (0, 0):
            found.append(((one.row + row, one.col + col), way))
    return tuple(found)


def _beyond(place: int, first: int, last: int) -> int:
    return -1 if place < first else 1 if place > last else 0


def ray_to_another(
    grid: Grid,
    start: tuple[int, int],
    direction: Direction,
    *,
    through: int | Iterable[int] | None = 0,
) -> list[tuple[int, int]]:
    """The cells of a ray like ray_cells' if a cell of another colour than the first stops it, else none."""
    cells = ray_cells(grid, start, direction, through=through)
    last = cells[-1] if cells else start
    row, col = last[0] + direction[0], last[1] + direction[1]
    inside = 0 <= row < len(grid) and 0 <= col < len(grid[0])
    return cells if inside and grid[row][col] != grid[start[0]][start[1]] else []


def bouncing_ray(
    grid: Grid,
    start: tuple[int, int],
    direction: Direction,
    off: str = "sides",
    *,
    through: int | Iterable[int] | None = 0,
) -> list[tuple[int, int]]:
    """The cells of a ray like ray_cells' that is thrown back and goes on until something else ends it.

    It bounces `off` the left and right edges ("sides"), the top and bottom ("ends"), or the "cells" that do
    not let it through.
    """
    grid = to_grid(grid)
    turns = {"sides": (False, True), "ends": (True, False), "cells": (True, True)}
    if off not in turns:
        raise LanguageError(f"a ray bounces off 'sides', 'ends' or 'cells', not {off!r}")
    cells: list[tuple[int, int]] = []
    seen = set()
    while (start, direction) not in seen:
        seen.add((start, direction))
        cells += ray_cells(grid, start, direction, through=through)
        start = cells[-1] if cells else start
        direction = _thrown_back(grid, start, direction, turns[off], off == "cells")
        if direction == (0, 0):
            break
    return cells


def _thrown_back(
    grid: Grid, at: tuple[int, int], direction: Direction, turns: tuple[bool, bool], by_cells: bool
) -> Direction:
    """The direction after what ended a ray at this cell; (0, 0) if the ray ends there."""
    down, across = direction
    off_rows = not 0 <= at[0] + down < grid.shape[0]
    off_cols = not 0 <= at[1] + across < grid.shape[1]
    if by_cells:
        if off_rows or off_cols:
            return 0, 0
        wall = grid[at[0] + down, at[1] + across]
        blocked = (bool(grid[at[0] + down, at[1]] == wall), bool(grid[at[0], at[1] + across] == wall))
        if blocked == (False, False):
            blocked = (True, True)
        return (-down if blocked[0] else down), (-across if blocked[1] else across)
    if not (off_rows or off_cols) or (off_rows and not turns[0]) or (off_cols and not turns[1]):
        return 0, 0
    return (-down if off_rows else down), (-across if off_cols else across)
