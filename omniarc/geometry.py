"""Words about place and size: crop, pad, shift, flip, rotate, scale, gravity."""

from __future__ import annotations

import numpy as np

from omniarc.colour import background_colour
from omniarc.masks import box_of, every, plain
from omniarc.objects import find_objects, overlap
from omniarc.values import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Box,
    Direction,
    Grid,
    LanguageError,
    Mask,
    Object,
    blank,
    to_box,
    to_grid,
)

__all__ = [
    "anti_transpose",
    "crop",
    "crop_to_content",
    "crop_to_mask",
    "fit_into",
    "flip_left_right",
    "flip_up_down",
    "gravity",
    "gravity_objects",
    "pad",
    "remove_border",
    "remove_lines",
    "remove_repeats",
    "rotate",
    "scale_down",
    "scale_up",
    "shift",
    "transpose",
]


def crop(grid: Grid, where: Object | Box) -> Grid:
    """The part of the grid in a box (or an object's box), with everything in it; clipped to the grid."""
    grid = to_grid(grid)
    inside, _ = overlap(to_box(where), grid.shape)
    part = grid[inside].copy()
    if not part.size:
        raise LanguageError(f"the box {to_box(where)} does not meet a grid of {grid.shape}")
    return part


def crop_to_content(grid: Grid, *, background: int | None = None) -> Grid:
    """The smallest part of the grid that holds all cells other than the background."""
    grid = to_grid(grid)
    return crop_to_mask(grid, grid != (background_colour(grid) if background is None else background))


def crop_to_mask(grid: Grid, mask: Mask) -> Grid:
    """The smallest part of the grid that holds all cells of a mask of its shape."""
    box = box_of(mask)
    if box is None:
        raise LanguageError("nothing to crop to: no such cell")
    return to_grid(grid)[box].copy()


def pad(grid: Grid, width: int = 1, colour: int = 0) -> Grid:
    """The grid with a margin of the given width on every side."""
    grid = to_grid(grid)
    if width < 0:
        raise LanguageError("a margin cannot be negative: use remove_border")
    return np.pad(grid, width, constant_values=np.int8(colour))


def remove_border(grid: Grid, width: int = 1) -> Grid:
    """The grid without its outermost rings of cells."""
    height, across = to_grid(grid).shape
    if min(height, across) <= 2 * width:
        raise LanguageError(f"nothing is left of a {height}x{across} grid without {width} cells on each side")
    return to_grid(grid)[width : height - width, width : across - width].copy()


def shift(grid: Grid, rows: int, cols: int, *, fill: int = 0, wrap: bool = False) -> Grid:
    """The whole content moved down and right; what leaves the grid is lost, or comes back with `wrap`."""
    grid = to_grid(grid)
    if wrap:
        return np.roll(grid, (rows, cols), (0, 1))
    moved = plain(grid.shape, fill)
    target, source = overlap((rows, cols, *grid.shape), grid.shape)
    moved[target] = grid[source]
    return moved


def flip_left_right(grid: Grid) -> Grid:
    """The mirror image in a vertical axis."""
    return to_grid(grid)[:, ::-1].copy()


def flip_up_down(grid: Grid) -> Grid:
    """The mirror image in a horizontal axis."""
    return to_grid(grid)[::-1].copy()


def rotate(grid: Grid, turns: int = 1) -> Grid:
    """The grid turned clockwise by quarter turns."""
    grid = to_grid(grid)
    turns %= 4
    if turns == 1:
        return grid[::-1].T.copy()
    if turns == 2:
        return grid[::-1, ::-1].copy()
    return grid.T[::-1].copy() if turns else grid.copy()


def transpose(grid: Grid) -> Grid:
    """Rows become columns: the mirror image in the diagonal from the top left."""
    return to_grid(grid).T.copy()


def anti_transpose(grid: Grid) -> Grid:
    """The mirror image in the diagonal from the top right."""
    return to_grid(grid)[::-1, ::-1].T.copy()


def scale_up(grid: Grid, factor: int, across: int | None = None) -> Grid:
    """Every cell becomes a block of factor x factor cells (or factor rows x `across` columns)."""
    across = factor if across is None else across
    if factor < 1 or across < 1:
        raise LanguageError(f"a scale factor is at least 1, not {min(factor, across)}")
    return to_grid(grid).repeat(factor, 0).repeat(across, 1)


def scale_down(grid: Grid, factor: int, across: int | None = None) -> Grid:
    """The top left cell of every block of factor x factor cells (or factor x `across`)."""
    across = factor if across is None else across
    if factor < 1 or across < 1:
        raise LanguageError(f"a scale factor is at least 1, not {min(factor, across)}")
    return to_grid(grid)[::factor, ::across].copy()


def remove_repeats(grid: Grid) -> Grid:
    """The grid with runs of equal neighbouring rows, then columns, reduced to one each."""
    grid = to_grid(grid)
    rows = np.ones(grid.shape[0], np.bool_)
    rows[1:] = (grid[1:] != grid[:-1]).any(1)
    cols = np.ones(grid.shape[1], np.bool_)
    cols[1:] = (grid[:, 1:] != grid[:, :-1]).any(0)
    return grid[rows][:, cols]


def remove_lines(grid: Grid, colour: int) -> Grid:
    """The grid without the rows and columns that hold one colour only, that one."""
    grid = to_grid(grid)
    own = grid == colour
    rows, cols = ~own.all(1), ~own.all(0)
    if not rows.any() or not cols.any():
        raise LanguageError("nothing is left: every row or column is of that colour")
    result: Grid = grid[rows][:, cols]
    return result


def _orient(grid: Grid, direction: Direction) -> Grid:
    """The grid turned so that `direction` becomes down; `_unorient` turns it back."""
    grid = to_grid(grid)
    if direction == DOWN:
        return grid.copy()
    if direction == UP:
        return grid[::-1].copy()
    if direction == RIGHT:
        return grid.T.copy()
    if direction == LEFT:
        return grid[:, ::-1].T.copy()
    raise LanguageError(f"{direction} is none of UP, DOWN, LEFT, RIGHT")


def _unorient(grid: Grid, direction: Direction) -> Grid:
    """Undoes `_orient` with the same direction."""
    return to_grid(grid).T[:, ::-1].copy() if direction == LEFT else _orient(grid, direction)


def gravity(
    grid: Grid, direction: Direction = DOWN, *, background: int = 0, moving: int | None = None
) -> Grid:
    """Every cell that is not background falls by itself until the edge or another cell stops it.

    If a colour is `moving`, cells of other colours stay where they are.
    """
    falling = _orient(grid, direction)
    solid = falling != background
    order = np.argsort(solid, axis=0, kind="stable")
    if moving is not None:
        still = solid & (falling != moving)
        order = np.argsort(
            3 * np.cumsum(still, axis=0) + np.where(still, 0, 1 + solid), axis=0, kind="stable"
        )
    return _unorient(np.take_along_axis(falling, order, 0), direction)


def gravity_objects(
    grid: Grid, direction: Direction = DOWN, *, multicolour: bool = False, background: int = 0
) -> Grid:
    """Every object, joined over sides, falls as a whole until the edge or another object stops it.

    Those nearest to the edge they fall to go first.
    """
    grid = to_grid(grid).copy()
    down, across = direction
    if not down and not across:
        raise LanguageError("a direction is not (0, 0)")

    def ahead(one: Object) -> int:
        return max(row * down + col * across for row, col in one.positions)

    objects = find_objects(grid, diagonal=False, multicolour=multicolour, background=background)
    for one in sorted(objects, key=ahead, reverse=True):
        _box_of(grid, one.row, one.col, one)[one.mask] = background
        steps = _free_steps(grid == background, one, down, across)
        np.copyto(
            _box_of(grid, one.row + down * steps, one.col + across * steps, one), one.cells, where=one.mask
        )
    return grid


def _box_of(array: Grid, row: int, col: int, one: Object) -> Grid:
    return array[row : row + one.height, col : col + one.width]


def _free_steps(free: Mask, one: Object, down: int, across: int) -> int:
    """How many steps the object can go over free cells."""
    row, col, steps = one.row + down, one.col + across, 0
    height, width = free.shape
    while 0 <= row <= height - one.height and 0 <= col <= width - one.width:
        if not every(_box_of(free, row, col, one)[one.mask]):
            break
        row, col, steps = row + down, col + across, steps + 1
    return steps


def fit_into(grid: Grid, height: int, width: int, *, row: int = 0, col: int = 0, fill: int = 0) -> Grid:
    """A grid of the given shape that shows this one from its top left, or with that at (row, col)."""
    target = blank(height, width, fill)
    here, there = overlap((row, col, *to_grid(grid).shape), (height, width))
    target[here] = to_grid(grid)[there]
    return target
