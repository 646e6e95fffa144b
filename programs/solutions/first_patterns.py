"""Symmetry and repetition completed or continued."""
# ruff: noqa: B905, F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


@solves("017c7c7b")
def continue_down_to_nine_rows(grid: Grid) -> Grid:
    """Continue the vertical pattern to nine rows, in red."""
    return replace_colour(continue_rows(grid, 9), 1, 2)


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


@solves("3345333e")
def remove_the_cover(grid: Grid) -> Grid:
    """The rectangle goes, and what it covered of the symmetric shape comes back."""
    cover = only(colour_objects(grid), lambda one: one.is_rectangle)
    return replace_colour(complete_symmetry(grid, cover.colour, offsets=8), cover.colour, 0)


@solves("3eda0437")
def largest_black_rectangle(grid: Grid) -> Grid:
    """The largest rectangle of black cells becomes magenta."""
    return paint(grid, largest_rectangle(grid, 0, min_side=2), 6)


@solves("46442a0e")
def four_rotations(grid: Grid) -> Grid:
    """The grid and its three rotations, clockwise."""
    return join([[grid, rotate(grid)], [rotate(grid, 3), rotate(grid, 2)]])


@solves("484b58aa")
def restore_large_tiling(grid: Grid) -> Grid:
    """Fill the holes of a tiling."""
    return complete_pattern(grid)


@solves("47c1f68c")
def mirror_into_all_quarters(grid: Grid) -> Grid:
    """The shape of one quarter in the lines' colour, mirrored into all four, without the lines."""
    line = separator_colour(grid)
    quarters = split_by_lines(grid)
    shape = largest(find_objects(remove_lines(grid, line)))
    joined = overlay(join(quarters))
    whole = make_symmetric(joined, ("left_right", "up_down"))
    return replace_colour(whole, shape.colour, line)


@solves("4938f0c2")
def mirror_around_green(grid: Grid) -> Grid:
    """The red shape is mirrored around the green square in both axes."""
    green = object_at(grid, grid == 3)
    reach = 10
    box = (green.row - reach, green.col - reach, 2 * reach + 2, 2 * reach + 2)
    around = fit_into(grid, box[2], box[3], row=-box[0], col=-box[1])
    return place(grid, make_symmetric(around, ("left_right", "up_down")), box[0], box[1])


@solves("53b68214")
def continue_to_a_square(grid: Grid) -> Grid:
    """The pattern is continued down to a square."""
    return continue_rows(grid, grid.shape[1])


@solves("539a4f51")
def nest_the_corners(grid: Grid) -> Grid:
    """The corners of the diagonal repeat outwards to ten by ten."""
    colours = [colour for colour in np.diagonal(grid).tolist() if colour]
    return paint_cells(blank(10, 10), lambda row, col: colours[max(row, col) % len(colours)])


@solves("73251a56")
def restore_by_symmetry(grid: Grid) -> Grid:
    """Fill the holes from the mirror image in the diagonal, what is left along the diagonals."""
    grid = complete_symmetry(grid)
    for _ in range(5):
        grid = overlay(shift(grid, 1, 1), grid)
    return grid


@solves("82819916")
def rows_like_the_full_one(grid: Grid) -> Grid:
    """Unfinished rows go on as the full one does, in their own two colours."""
    full = only(grid, lambda row: row.all())
    for number in np.flatnonzero(grid.any(1)).tolist():
        seen = grid[number] != 0
        table = dict(zip(full[seen], grid[number][seen]))
        grid = place(grid, map_colours(full[None], table), number, 0)
    return grid
