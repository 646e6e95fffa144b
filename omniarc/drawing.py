"""Words that draw: lines, rays, rectangles, borders, connections, stamps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from omniarc.cellmaps import grow
from omniarc.masks import plain
from omniarc.objects import overlap
from omniarc.values import (
    Box,
    Direction,
    Grid,
    LanguageError,
    Mask,
    Object,
    to_box,
    to_grid,
    to_mask,
)

__all__ = [
    "cells_of",
    "connect",
    "draw",
    "draw_border",
    "draw_cells",
    "draw_cols",
    "draw_line",
    "draw_rectangle",
    "draw_rows",
    "outline",
    "paint_cells",
    "ray_cells",
    "shoot",
    "stamp",
]


def draw(grid: Grid, objects: Object | Iterable[Object]) -> Grid:
    """The grid with the objects drawn in their colours at their places; clipped at the edges."""
    grid = to_grid(grid).copy()
    for one in (objects,) if isinstance(objects, Object) else objects:
        target, source = overlap(one.box, grid.shape)
        np.copyto(grid[target], one.cells[source], where=one.mask[source])
    return grid


def draw_line(grid: Grid, start: tuple[int, int], end: tuple[int, int], colour: int) -> Grid:
    """A straight or diagonal line of cells from one cell to another, both included; clipped at the edges."""
    (row, col), (last_row, last_col) = start, end
    down, across = last_row - row, last_col - col
    if down and across and abs(down) != abs(across):
        raise LanguageError(f"no straight or diagonal line from {start} to {end}")
    length = max(abs(down), abs(across))
    steps = np.arange(length + 1)
    rows = row + steps * ((down > 0) - (down < 0))
    cols = col + steps * ((across > 0) - (across < 0))
    grid = to_grid(grid).copy()
    inside = (rows >= 0) & (rows < grid.shape[0]) & (cols >= 0) & (cols < grid.shape[1])
    grid[rows[inside], cols[inside]] = colour
    return grid


def ray_cells(
    grid: Grid, start: tuple[int, int], direction: Direction, *, through: int | Iterable[int] | None = 0
) -> list[tuple[int, int]]:
    """The cells from the one after `start` on in a direction, until the edge or a cell that stops the ray.

    The ray goes through cells of the colour (or colours) `through` only; None lets it go through all.
    """
    return _walk(to_grid(grid).tolist(), start, direction, _colours(through))


def _colours(through: int | Iterable[int] | None) -> set[int] | None:
    return None if through is None else {through} if isinstance(through, (int, np.integer)) else set(through)


def _walk(
    rows: list[list[int]], start: tuple[int, int], direction: Direction, colours: set[int] | None
) -> list[tuple[int, int]]:
    height, width = len(rows), len(rows[0])
    down, across = direction
    if not down and not across:
        raise LanguageError("a direction is not (0, 0)")
    row, col = start[0] + down, start[1] + across
    cells = []
    while 0 <= row < height and 0 <= col < width and (colours is None or rows[row][col] in colours):
        cells.append((row, col))
        row, col = row + down, col + across
    return cells


def shoot(
    grid: Grid,
    starts: Object | Iterable[tuple[int, int]],
    directions: Direction | Iterable[Direction],
    colour: int | None = None,
    *,
    through: int | Iterable[int] | None = 0,
) -> Grid:
    """Rays from each cell (or each cell of an object) in each direction until something stops them.

    They take the colour of the cell that they start from if `colour` is None. All rays see the grid as it
    was.
    """
    source = to_grid(grid)
    cells = starts.positions if isinstance(starts, Object) else starts
    ways = _ways(directions)
    # rays run over the bytes of a grid with an edge around it that stops them wherever they start
    reach = max((abs(step) for way in ways for step in way), default=0)
    edge = 2 * reach
    colours = _colours(through)
    free = plain(source.shape, colours is None, np.bool_)
    for one in colours or ():
        free |= source == one
    open_cells, made = _edged(free, edge).tobytes(), _edged(source, edge)
    (height, width), out = made.shape, bytearray(made)
    steps = [down * width + across for down, across in ways]
    if 0 in steps:
        raise LanguageError("a direction is not (0, 0)")
    for start in cells:
        row, col = start[0] + edge, start[1] + edge
        shade = int(source[start] if colour is None else np.int8(colour)) & 255
        if not (reach <= row < height - reach and reach <= col < width - reach):
            continue
        for step in steps:
            place = row * width + col + step
            while open_cells[place]:
                out[place] = shade
                place += step
    rays = np.frombuffer(out, np.int8).reshape(height, width)
    return rays[edge : height - edge, edge : width - edge].copy()


def _edged(cells: npt.NDArray[Any], edge: int) -> npt.NDArray[Any]:
    """The cells with a border of zeros of the given width."""
    height, width = cells.shape
    out = np.zeros((height + 2 * edge, width + 2 * edge), cells.dtype)
    out[edge : edge + height, edge : edge + width] = cells
    return out


def _ways(directions: Direction | Iterable[Direction]) -> list[Direction]:
    """One direction or several, as a list."""
    found = tuple(directions)
    one = isinstance(directions, tuple) and all(isinstance(step, int) for step in found)
    return [cast(Direction, found)] if one and len(found) == 2 else cast(list[Direction], list(found))


def draw_rectangle(grid: Grid, where: Object | Box, colour: int) -> Grid:
    """A filled rectangle; clipped at the edges."""
    grid = to_grid(grid).copy()
    target, _ = overlap(to_box(where), grid.shape)
    grid[target] = colour
    return grid


def draw_border(grid: Grid, colour: int, *, where: Object | Box | None = None, width: int = 1) -> Grid:
    """The outermost ring of cells of the grid, or of a box in it, in a colour."""
    grid = to_grid(grid)
    row, col, high, wide = (0, 0, *grid.shape) if where is None else to_box(where)
    ring = draw_rectangle(grid, (row, col, high, wide), colour)
    if high <= 2 * width or wide <= 2 * width:
        return ring
    inside, _ = overlap((row + width, col + width, high - 2 * width, wide - 2 * width), grid.shape)
    ring[inside] = grid[inside]
    return ring


def outline(
    grid: Grid, where: Object | Mask, colour: int, *, diagonal: bool = True, onto: int | None = None
) -> Grid:
    """Colour the cells that touch an object or mask from outside (only those of colour `onto`, if given)."""
    grid = to_grid(grid)
    if isinstance(where, Object):
        mask = np.zeros(grid.shape, np.bool_)
        target, source = overlap(where.box, grid.shape)
        mask[target] = where.mask[source]
    else:
        mask = to_mask(where)
    around = grow(mask, diagonal=diagonal) & ~mask
    if onto is not None:
        around &= grid == onto
    return np.where(around, np.int8(colour), grid)


def connect(
    grid: Grid,
    colour: int | None = None,
    *,
    line: int | None = None,
    over: int | Iterable[int] | None = 0,
    rows: bool = True,
    cols: bool = True,
) -> Grid:
    """Straight lines between neighbouring equal cells of a row or column.

    Cells of `colour` are joined, or of each colour if None. The line takes the colour `line`, or theirs if
    None, and is drawn only where all cells between are of the colour (or colours) `over`; None: always.
    """
    source = to_grid(grid)
    result = source.copy()
    through = None if over is None else {over} if isinstance(over, (int, np.integer)) else set(over)
    for lines, out, wanted in ((source, result, rows), (source.T, result.T, cols)):
        if not wanted:
            continue
        for number, values in enumerate(lines.tolist()):
            last: dict[int, int] = {}
            for place, value in enumerate(values):
                if (
                    colour is None and value and (through is None or value not in through)
                ) or value == colour:
                    if value in last and place - last[value] > 1:
                        between = values[last[value] + 1 : place]
                        if through is None or through.issuperset(between):
                            out[number, last[value] + 1 : place] = value if line is None else line
                    last[value] = place
    return result


def stamp(
    grid: Grid,
    picture: Grid | Object,
    places: Iterable[tuple[int, int]],
    *,
    hook: tuple[int, int] | None = None,
    transparent: int | None = 0,
    onto: int | None = None,
) -> Grid:
    """The picture drawn at each (row, col) so that its cell `hook`, or its middle, comes to lie there.

    Its `transparent` cells are not drawn; its cells of colour 10 take the colour that the grid has at the
    place. With `onto`, only cells of that colour are painted over. What leaves the grid is cut off.
    """
    source, picture = to_grid(grid), to_grid(picture)
    grid = source.copy()
    height, width = picture.shape
    hook_row, hook_col = (height // 2, width // 2) if hook is None else hook
    own_colour = picture == 10
    for row, col in places:
        target, seen = overlap((row - hook_row, col - hook_col, height, width), grid.shape)
        shown = picture[seen]
        drawn = np.ones(shown.shape, np.bool_) if transparent is None else shown != transparent
        if onto is not None:
            drawn &= source[target] == onto
        if own_colour.any():
            shown = np.where(own_colour[seen], source[row, col], shown)
        np.copyto(grid[target], shown, where=drawn)
    return grid


def cells_of(mask: Mask) -> list[tuple[int, int]]:
    """(row, col) of every cell of a mask, in reading order: `cells_of(grid == 3)`."""
    rows, cols = to_mask(mask).nonzero()
    return list(zip(rows.tolist(), cols.tolist(), strict=True))


def draw_rows(grid: Grid, rows: Iterable[int], colour: int) -> Grid:
    """Whole rows in a colour."""
    grid = to_grid(grid).copy()
    grid[list(rows)] = colour
    return grid


def draw_cols(grid: Grid, cols: Iterable[int], colour: int) -> Grid:
    """Whole columns in a colour."""
    grid = to_grid(grid).copy()
    grid[:, list(cols)] = colour
    return grid


def paint_cells(grid: Grid, colour_at: Callable[[int, int], int | None]) -> Grid:
    """Colour each cell (row, col) by a function of its place; None leaves it."""
    grid = to_grid(grid).copy()
    for row in range(grid.shape[0]):
        for col in range(grid.shape[1]):
            colour = colour_at(row, col)
            if colour is not None:
                grid[row, col] = colour
    return grid


def draw_cells(grid: Grid, cells: Iterable[tuple[int, int]], colour: int) -> Grid:
    """The given cells (row, col) in a colour; those off the grid are ignored."""
    grid = to_grid(grid).copy()
    for row, col in cells:
        if 0 <= row < grid.shape[0] and 0 <= col < grid.shape[1]:
            grid[row, col] = colour
    return grid
