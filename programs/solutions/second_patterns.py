"""Symmetry and repetition completed or continued."""
# ruff: noqa: F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


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
    """The pattern goes on to twice its width."""
    return continue_cols(grid, 2 * grid.shape[1])


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
    return hidden_part(grid, complete_symmetry(grid), grid == 0)


@solves("b8825c91")
def restore_what_yellow_hides(grid: Grid) -> Grid:
    """Fill the yellow patches by symmetry."""
    return complete_symmetry(grid, 4)


@solves("c3f564a4")
def restore_diagonal_tiling(grid: Grid) -> Grid:
    """Fill the holes of a tiling."""
    return complete_pattern(grid)


@solves("caa06a1f")
def tiling_moved_by_one(grid: Grid) -> Grid:
    """The tiling covers everything, moved to the left by one."""
    whole = complete_pattern(grid, grid[-1, -1])
    return repeat_to(find_tile(whole), *grid.shape, col=-1)


@solves("bd4472b8")
def rows_in_the_order_of_the_first(grid: Grid) -> Grid:
    """Below the grey row, whole rows in the colours of the first, again and again."""
    for row in range(2, grid.shape[0]):
        grid = draw_rows(grid, [row], grid[0, (row - 2) % grid.shape[1]])
    return grid


@solves("c444b776")
def the_same_in_every_part(grid: Grid) -> Grid:
    """The one part that holds something is copied to all."""
    parts = split_by_lines(grid)
    model = only([part for row in parts for part in row], lambda part: part.any())
    return join([[model for _ in row] for row in parts], gap=1, colour=separator_colour(grid))


@solves("d8c310e9")
def band_to_the_right(grid: Grid) -> Grid:
    """The pattern at the bottom goes on to the right edge."""
    band = foreground(grid)
    pattern = repeat_to(band.cells[:, : col_period(band.cells)], band.height, grid.shape[1])
    return place(grid, pattern, band.row, 0)


@solves("dc0a314f")
def what_green_hides(grid: Grid) -> Grid:
    """The part of the symmetric picture that the green square hides."""
    return hidden_part(grid, complete_symmetry(grid, 3), grid == 3)
