"""Drawing: lines, rays, stamps, borders."""
# ruff: noqa: B023, B905, F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


@solves("8403a5d5")
def garland(grid: Grid) -> Grid:
    """From the cell on, every second column is a line; grey joins them at the top and bottom in turn."""
    height, width = grid.shape
    ((row, col),) = foreground(grid).positions
    grid = draw_cols(grid, range(col, width, 2), grid[row, col])
    grid = draw_cells(grid, [(0, place) for place in range(col + 1, width, 4)], 5)
    return draw_cells(grid, [(height - 1, place) for place in range(col + 3, width, 4)], 5)


@solves("855e0971")
def cut_through_the_bands(grid: Grid) -> Grid:
    """A black cell cuts through its whole band."""
    horizontal = len(colours_of(grid[:, :1], background=0)) > 1
    for row, col in cells_of(grid, 0):
        band = most_common_colour(grid[row : row + 1] if horizontal else grid[:, col : col + 1])
        ways = (UP, DOWN) if horizontal else (LEFT, RIGHT)
        grid = shoot(grid, [(row, col)], ways, through=(0, band))
    return grid


@solves("88a10436")
def copy_the_shape_to_grey(grid: Grid) -> Grid:
    """The shape once more, its middle where the grey cell is."""
    free = replace_colour(grid, 5, 0)
    return stamp(free, foreground(free), cells_of(grid, 5))


@solves("8d510a79")
def towards_and_away_from_the_wall(grid: Grid) -> Grid:
    """Red cells grow to the grey wall, blue ones away from it."""
    wall = object_at(grid, grid == 5)
    for row, col in [*cells_of(grid, 1), *cells_of(grid, 2)]:
        towards = (row < wall.row) == (grid[row, col] == 2)
        grid = shoot(grid, [(row, col)], DOWN if towards else UP)
    return grid


@solves("913fb3ed")
def rings_by_colour(grid: Grid) -> Grid:
    """A ring around each cell, in the colour that goes with its own."""
    for cell in find_objects(grid):
        grid = outline(grid, cell, {3: 6, 8: 4, 2: 1}[cell.colour])
    return grid


@solves("928ad970")
def frame_within_grey_marks(grid: Grid) -> Grid:
    """A frame just inside the four grey cells, in the colour of the shape."""
    colour = only(colours_of(grid, background=0), lambda colour: colour != 5)
    return draw_border(grid, colour, where=inner_box(foreground(grid)))


@solves("93b581b8")
def opposite_corners(grid: Grid) -> Grid:
    """Each cell of the block of four sends a block of its colour past the opposite corner."""
    block = foreground(grid)
    for row in (0, 1):
        for col in (0, 1):
            there = (block.row + 2 - 4 * row, block.col + 2 - 4 * col, 2, 2)
            grid = draw_rectangle(grid, there, block.cells[row, col])
    return grid


@solves("952a094c")
def corners_leave_the_frame(grid: Grid) -> Grid:
    """The four cells in the corners of a frame go outside, each past the opposite corner."""
    frame = largest(find_objects(grid))
    inner = crop(grid, inner_box(frame))
    grid = draw_rectangle(grid, inner_box(frame), 0)
    for row, inner_row in ((frame.row - 1, -1), (frame.bottom + 1, 0)):
        for col, inner_col in ((frame.col - 1, -1), (frame.right + 1, 0)):
            grid = draw_cells(grid, [(row, col)], inner[inner_row, inner_col])
    return grid


@solves("95990924")
def four_colours_around(grid: Grid) -> Grid:
    """Four colours at the corners of each grey square."""
    for square in find_objects(grid, diagonal=False):
        grid = place(grid, picture("1..2 .... .... 3..4"), square.row - 1, square.col - 1, transparent=0)
    return grid


@solves("97999447")
def alternate_to_the_right(grid: Grid) -> Grid:
    """To the right of each cell its colour and grey in turn."""
    width = grid.shape[1]
    for cell in find_objects(grid):
        grid = draw_cells(grid, [(cell.row, col) for col in range(cell.col, width, 2)], cell.colour)
        grid = draw_cells(grid, [(cell.row, col) for col in range(cell.col + 1, width, 2)], 5)
    return grid


@solves("a2fd1cf0")
def path_with_one_turn(grid: Grid) -> Grid:
    """From red across, then up or down to green."""
    (red,), (green,) = cells_of(grid, 2), cells_of(grid, 3)
    corner = (red[0], green[1])
    return overlay(draw_line(draw_line(grid, red, corner, 8), corner, green, 8), grid)


@solves("a3df8b1e")
def bounce_upwards(grid: Grid) -> Grid:
    """The cell climbs from the bottom and bounces off both sides."""
    height, width = grid.shape
    swing = [abs((step + width - 1) % (2 * width - 2) - width + 1) for step in range(height)]
    return draw_cells(grid, [(height - 1 - step, col) for step, col in enumerate(swing)], 1)
