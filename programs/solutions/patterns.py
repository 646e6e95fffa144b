"""Symmetry and repetition completed or continued."""
# ruff: noqa: B905, F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.catalogue import solves


@solves("017c7c7b")
def continue_down_to_nine_rows(grid: Grid) -> Grid:
    """Continue the vertical pattern to nine rows, in red."""
    return replace_colour(continue_shift(grid, 9, grid.shape[1]), 1, 2)


@solves("05269061")
def fill_all_diagonals(grid: Grid) -> Grid:
    """Three colours repeat from diagonal to diagonal."""
    colours = {(row + col) % 3: grid[row, col] for row, col in foreground(grid).positions}
    return paint_cells(grid, lambda row, col: colours[(row + col) % 3])


@solves("0a938d79")
def two_lines_repeated(grid: Grid) -> Grid:
    """Two cells become lines across the short side, repeated along the long one."""
    wide = grid.shape[1] > grid.shape[0]
    lines = grid if wide else transpose(grid)
    first, second = sorted(find_objects(lines), key=lambda cell: cell.col)
    for cell in (first, second):
        lines = draw_cols(lines, range(cell.col, lines.shape[1], 2 * (second.col - first.col)), cell.colour)
    return lines if wide else transpose(lines)


@solves("0dfd9992")
def restore_tiling(grid: Grid) -> Grid:
    """Fill the holes of a tiling."""
    return complete_pattern(grid)


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


@solves("47c1f68c")
def mirror_into_all_quarters(grid: Grid) -> Grid:
    """The shape of one quarter in the lines' colour, mirrored into all four, without the lines."""
    line = separator_colour(grid)
    quarters = split_by_lines(grid)
    shape = largest(find_objects(remove_lines(grid, line)))
    joined = overlay(join(quarters))
    whole = make_symmetric(joined, ("left_right", "up_down"))
    return replace_colour(whole, shape.colour, line)


@solves("484b58aa")
def restore_large_tiling(grid: Grid) -> Grid:
    """Fill the holes of a tiling."""
    return complete_pattern(grid)


@solves("4938f0c2")
def mirror_around_green(grid: Grid) -> Grid:
    """The red shape is mirrored around the green square in both axes."""
    green = object_at(grid, grid == 3)
    reach = 10
    box = (green.row - reach, green.col - reach, 2 * reach + 2, 2 * reach + 2)
    around = fit_into(grid, box[2], box[3], row=-box[0], col=-box[1])
    return place(grid, make_symmetric(around, ("left_right", "up_down")), box[0], box[1])


@solves("539a4f51")
def nest_the_corners(grid: Grid) -> Grid:
    """The corners of the diagonal repeat outwards to ten by ten."""
    colours = [colour for colour in np.diagonal(grid).tolist() if colour]
    return paint_cells(blank(10, 10), lambda row, col: colours[max(row, col) % len(colours)])


@solves("53b68214")
def continue_to_a_square(grid: Grid) -> Grid:
    """The pattern is continued down to a square."""
    return continue_shift(grid, grid.shape[1], grid.shape[1])


@solves("73251a56")
def restore_by_symmetry(grid: Grid) -> Grid:
    """Fill the holes from the mirror image in the diagonal, what is left along the diagonals."""
    grid = complete_symmetry(grid)
    for _ in range(5):
        grid = overlay(shift(grid, 1, 1), grid)
    return grid


@solves("82819916")
def rows_like_the_full_one(grid: Grid) -> Grid:
    """Unfinished rows continue like the full one, in their own two colours."""
    full = only(grid, lambda row: row.all())
    for number in np.flatnonzero(grid.any(1)).tolist():
        seen = grid[number] != 0
        table = dict(zip(full[seen], grid[number][seen]))
        grid = place(grid, map_colours(full[None], table), number, 0)
    return grid


@solves("8731374e")
def clean_lines_in_the_noise(grid: Grid) -> Grid:
    """The large rectangle of two colours, with the rarer one drawn through its rows and columns."""
    pairs = [(one, other) for one in range(10) for other in range(one)]
    masks = [np.isin(grid, pair) for pair in pairs]
    found = largest(largest_rectangle(mask, 1, min_side=4) for mask in masks if in_block(mask, 4, 4).any())
    part = crop(grid, found)
    rare = least_common_colour(part)
    lines = (part == rare).any(1)[:, None] | (part == rare).any(0)
    return np.where(lines, rare, most_common_colour(part))


@solves("8e5a5113")
def panels_turn_on(grid: Grid) -> Grid:
    """The first panel, and turned by a quarter and a half."""
    first = grid[:, :3]
    return beside(first, rotate(first), rotate(first, 2), gap=1, colour=5)


@solves("8eb1be9a")
def repeat_the_band(grid: Grid) -> Grid:
    """The band is repeated up and down."""
    band = foreground(grid)
    return repeat_to(grid[band.row : band.bottom + 1], *grid.shape, row=band.row)


@solves("963e52fc")
def twice_as_long(grid: Grid) -> Grid:
    """The pattern continues to twice its width."""
    return continue_shift(grid, grid.shape[0], 2 * grid.shape[1])


@solves("9d9215db")
def dotted_frames(grid: Grid) -> Grid:
    """Four-fold symmetry, and dots between the cells that are off the diagonals."""
    grid = make_symmetric(grid, ("left_right", "up_down"))
    side = grid.shape[0]
    for row, col in foreground(grid).positions:
        down, across = min(row, side - 1 - row), min(col, side - 1 - col)
        if down < across:
            grid = draw_cells(
                grid, [(row, place) for place in range(across, side - across, 2)], grid[row, col]
            )
        if across < down:
            grid = draw_cells(grid, [(place, col) for place in range(down, side - down, 2)], grid[row, col])
    return grid


@solves("9ecd008a")
def what_is_hidden(grid: Grid) -> Grid:
    """The part of the symmetric picture that the black square hides."""
    return crop_to_mask(complete_symmetry(grid), grid == 0)


@solves("b8825c91")
def restore_what_yellow_hides(grid: Grid) -> Grid:
    """Fill the yellow patches by symmetry."""
    return complete_symmetry(grid, 4)


@solves("bd4472b8")
def rows_in_the_order_of_the_first(grid: Grid) -> Grid:
    """Below the grey row, whole rows in the colours of the first, again and again."""
    for row in range(2, grid.shape[0]):
        grid = draw_rows(grid, [row], grid[0, (row - 2) % grid.shape[1]])
    return grid


@solves("c3f564a4")
def restore_diagonal_tiling(grid: Grid) -> Grid:
    """Fill the holes of a tiling."""
    return complete_pattern(grid)


@solves("c444b776")
def the_same_in_every_part(grid: Grid) -> Grid:
    """The one part that holds something is copied to all."""
    parts = split_by_lines(grid)
    model = only([part for row in parts for part in row], lambda part: part.any())
    return join([[model for _ in row] for row in parts], gap=1, colour=separator_colour(grid))


@solves("caa06a1f")
def tiling_moved_by_one(grid: Grid) -> Grid:
    """The tiling covers everything, moved to the left by one."""
    whole = complete_pattern(grid, grid[-1, -1])
    return repeat_to(find_tile(whole), *grid.shape, col=-1)


@solves("d8c310e9")
def band_to_the_right(grid: Grid) -> Grid:
    """The pattern at the bottom continues to the right edge."""
    band = foreground(grid)
    pattern = repeat_to(band.cells[:, : col_period(band.cells)], band.height, grid.shape[1])
    return place(grid, pattern, band.row, 0)


@solves("dc0a314f")
def what_green_hides(grid: Grid) -> Grid:
    """The part of the symmetric picture that the green square hides."""
    return crop_to_mask(complete_symmetry(grid, 3), grid == 3)


@solves("e21d9049")
def continue_the_cross(grid: Grid) -> Grid:
    """The row and the column of the cross are continued to the edges in their periods."""
    row = int((grid > 0).sum(axis=1).argmax())
    col = int((grid > 0).sum(axis=0).argmax())
    grid = paint(grid, row_numbers(grid) == row, complete_rows(grid))
    return paint(grid, column_numbers(grid) == col, complete_cols(grid))


@solves("f5b8619d")
def light_blue_columns_tiled(grid: Grid) -> Grid:
    """Columns with a cell become light blue where empty; the result is repeated twice each way."""
    return tile(paint(grid, columns_with(grid > 0) & (grid == 0), 8), 2, 2)


@solves("f9012d9b")
def the_missing_part(grid: Grid) -> Grid:
    """The part of the pattern that black hides."""
    return crop_to_mask(complete_pattern(grid), grid == 0)


@solves("ff805c23")
def what_blue_hides(grid: Grid) -> Grid:
    """The part of the symmetric pattern that blue hides."""
    return crop_to_mask(complete_symmetry(grid, 1), grid == 1)
