"""Symmetry and repetition completed or continued."""
# ruff: noqa: F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


@solves("017c7c7b")
def continue_down_to_nine_rows(grid: Grid) -> Grid:
    """Continue the vertical pattern to nine rows, in red."""
    longer = repeat_to(grid[: row_period(grid)], 9, grid.shape[1])
    return replace_colour(longer, 1, 2)


@solves("05269061")
def fill_all_diagonals(grid: Grid) -> Grid:
    """Three colours repeat from diagonal to diagonal."""
    colours = {(row + col) % 3: grid[row, col] for row, col in foreground(grid).positions}
    return paint_cells(grid, lambda row, col: colours[(row + col) % 3])


@solves("0dfd9992")
def restore_tiling(grid: Grid) -> Grid:
    """Fill the holes of a tiling."""
    return complete_pattern(grid)


@solves("0a938d79")
def two_lines_repeated(grid: Grid) -> Grid:
    """Two cells become lines across the short side, repeated along the long one."""
    wide = grid.shape[1] > grid.shape[0]
    lines = grid if wide else transpose(grid)
    first, second = sorted(find_objects(lines), key=lambda cell: cell.col)
    for cell in (first, second):
        lines = draw_cols(lines, range(cell.col, lines.shape[1], 2 * (second.col - first.col)), cell.colour)
    return lines if wide else transpose(lines)


@solves("10fcaaa3")
def tile_and_mark_corners(grid: Grid) -> Grid:
    """Two by two copies, then light blue on the free corners of every coloured cell."""
    tiled = tile(grid, 2, 2)
    return paint(tiled, touching(tiled != 0, "corners"), 8)


@solves("11852cab")
def complete_the_star(grid: Grid) -> Grid:
    """Make the one pattern symmetric in all four axes."""
    axes = ("left_right", "up_down", "diagonal")
    return change_part(grid, foreground(grid), lambda part: make_symmetric(part, axes))


@solves("1b60fb0c")
def add_the_missing_arm(grid: Grid) -> Grid:
    """Complete the half turn symmetry of a shape that lacks its left arm, in red."""
    shape = foreground(grid)
    box = (shape.row, shape.right - shape.height + 1, shape.height, shape.height)
    return change_part(grid, box, lambda part: overlay(replace_colour(rotate(part, 2), 1, 2), part))
