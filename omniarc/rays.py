"""Where rays begin, rays that bounce or turn, and paths."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush

import numpy as np

from omniarc.drawing import ray_cells
from omniarc.values import DIAGONAL, STRAIGHT, Direction, Grid, LanguageError, Mask, Object, to_grid, to_mask

__all__ = [
    "bouncing_ray",
    "corner_path",
    "corner_rays",
    "line_ends",
    "ray_hit",
    "ray_to_another",
    "shortest_path",
    "spikes",
    "tips",
    "turning_ray",
    "ways_to",
]

Start = tuple[tuple[int, int], Direction]


def corner_path(start: tuple[int, int], end: tuple[int, int], along: str = "row") -> list[tuple[int, int]]:
    """The cells of a path with one corner: along the "row" (or "column") of the first, then to the second.

    The ends are left out; the corner is included.
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
    """Both ends of a straight or diagonal line of two cells or more, each with the outward direction.

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


def corner_rays(one: Object) -> tuple[Start, ...]:
    """The corners of an object's box that it covers, each with the diagonal direction out of the box."""
    found = []
    for down, row in ((-1, 0), (1, one.height - 1)):
        for across, col in ((-1, 0), (1, one.width - 1)):
            if one.mask[row, col]:
                found.append(((one.row + row, one.col + col), (down, across)))
    return tuple(found)


def spikes(one: Object) -> tuple[Start, ...]:
    """The cells of an object that only one other touches, each with the direction away from that one.

    Cells touch at corners too.
    """
    cells = set(one.positions)
    found = []
    for row, col in one.positions:
        near = [way for way in (*STRAIGHT, *DIAGONAL) if (row + way[0], col + way[1]) in cells]
        if len(near) == 1:
            found.append(((row, col), (-near[0][0], -near[0][1])))
    return tuple(found)


def tips(one: Object) -> tuple[Start, ...]:
    """The cells of an object's rarest colour, each with the direction in which it sticks out of the others.

    Cells between the others are left out, and all are if the object has one colour only.
    """
    if len(one.colours) < 2:
        return ()
    rare = list(one.colour_counts)[-1]
    shown = one.mask & (one.cells == rare)
    ways = _ways_out([(row, col) for row, col in np.argwhere(shown).tolist()], one.mask & ~shown)
    return tuple(((one.row + row, one.col + col), way) for (row, col), way in ways)


def ways_to(
    cells: Iterable[tuple[int, int]], mask: Mask, *, away: bool = False
) -> tuple[tuple[tuple[int, int], Direction], ...]:
    """Each cell with the direction to the box of the mask (or away from it): straight if it is level with it.

    Cells inside the box are left out, all of them if the mask is empty.
    """
    ways = _ways_out(cells, to_mask(mask))
    return tuple((cell, (down, across) if away else (-down, -across)) for cell, (down, across) in ways)


def _ways_out(cells: Iterable[tuple[int, int]], mask: Mask) -> list[Start]:
    """Each cell outside the box of the mask, with the direction away from the box."""
    rows, cols = np.nonzero(mask)
    if not rows.size:
        return []
    top, bottom, left, right = (int(end) for end in (rows.min(), rows.max(), cols.min(), cols.max()))
    found = []
    for row, col in cells:
        way = (row > bottom) - (row < top), (col > right) - (col < left)
        if way != (0, 0):
            found.append(((row, col), way))
    return found


def ray_to_another(
    grid: Grid,
    start: tuple[int, int],
    direction: Direction,
    *,
    through: int | Iterable[int] | None = 0,
    to: int | None = None,
) -> list[tuple[int, int]]:
    """The cells of a ray like ray_cells' if a cell of another colour than the first stops it, else none.

    With `to`, if a cell of that colour does.
    """
    cells, hit = _ray_and_hit(grid, start, direction, through)
    if hit is None:
        return []
    colour = grid[hit[0]][hit[1]]
    stops = colour != grid[start[0]][start[1]] if to is None else colour == to
    return cells if stops else []


def ray_hit(
    grid: Grid,
    start: tuple[int, int],
    direction: Direction,
    *,
    through: int | Iterable[int] | None = 0,
    to: int | None = None,
) -> list[tuple[int, int]]:
    """The one cell that stops a ray like ray_cells', in a list; none if the edge stops it.

    With `to`, none if the cell has another colour.
    """
    _, hit = _ray_and_hit(grid, start, direction, through)
    return [] if hit is None or (to is not None and grid[hit[0]][hit[1]] != to) else [hit]


def _ray_and_hit(
    grid: Grid, start: tuple[int, int], direction: Direction, through: int | Iterable[int] | None
) -> tuple[list[tuple[int, int]], tuple[int, int] | None]:
    """The cells of a ray, and the cell that stops it, None if the edge does."""
    cells = ray_cells(grid, start, direction, through=through)
    return cells, _next(grid, cells[-1] if cells else start, direction)


def _next(grid: Grid, at: tuple[int, int], direction: Direction) -> tuple[int, int] | None:
    """The cell one step further, None beyond the edge."""
    row, col = at[0] + direction[0], at[1] + direction[1]
    return (row, col) if 0 <= row < len(grid) and 0 <= col < len(grid[0]) else None


def turning_ray(
    grid: Grid,
    start: tuple[int, int],
    direction: Direction,
    turn: str = "right",
    *,
    through: int | Iterable[int] | None = 0,
) -> list[tuple[int, int]]:
    """The cells of a ray like ray_cells' that turns to the "right" or "left" before each cell that stops it.

    It ends at the edge, where every direction is blocked, or where it meets its own path.
    """
    if turn not in ("right", "left"):
        raise LanguageError(f"a ray turns to the 'right' or 'left', not {turn!r}")
    cells: list[tuple[int, int]] = []
    at, seen = start, set()
    while (at, direction) not in seen:
        seen.add((at, direction))
        leg = ray_cells(grid, at, direction, through=through)
        cells += leg
        at = leg[-1] if leg else at
        if _next(grid, at, direction) is None:
            break
        down, across = direction
        direction = (across, -down) if turn == "right" else (-across, down)
    return cells


def shortest_path(mask: Mask, start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """The cells between two cells on a shortest path through `mask` (4 neighbours), the straightest of them.

    The ends are left out and need not lie in `mask`; none if there is no path. Method: Dijkstra's.
    """
    mask = to_mask(mask)
    queue: list[tuple[int, int, tuple[int, int], Direction]] = [(0, 0, start, (0, 0))]
    came: dict[tuple[tuple[int, int], Direction], tuple[tuple[int, int], Direction] | None] = {
        (start, (0, 0)): None
    }
    best: dict[tuple[tuple[int, int], Direction], tuple[int, int]] = {}
    done = set()
    while queue:
        steps, turns, at, way = heappop(queue)
        if at == end:
            cells: list[tuple[int, int]] = []
            place = came[at, way]
            while place is not None:
                cells.append(place[0])
                place = came[place]
            return cells[-2::-1]
        if (at, way) in done:
            continue
        done.add((at, way))
        for step in STRAIGHT:
            there = _next(mask, at, step)
            if there is None or not (mask[there] or there == end) or (there, step) in done:
                continue
            more = turns + (way not in ((0, 0), step))
            known = best.get((there, step))
            if known is None or (steps + 1, more) < known:
                best[there, step] = steps + 1, more
                came[there, step] = (at, way)
                heappush(queue, (steps + 1, more, there, step))
    return []


def bouncing_ray(
    grid: Grid,
    start: tuple[int, int],
    direction: Direction,
    off: str = "sides",
    *,
    through: int | Iterable[int] | None = 0,
) -> list[tuple[int, int]]:
    """The cells of a ray as in ray_cells, but reflected, until something else ends it.

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
