"""Drawing: lines, rays, stamps, borders."""
# ruff: noqa: F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


@solves("0962bcdd")
def grow_the_stars(grid: Grid) -> Grid:
    """Each plus grows by a ring: its arms in their colour, diagonals in the middle's."""
    for plus in find_objects(grid, multicolour=True):
        star = map_colours(picture("1.2.1 .121. 22122 .121. 1.2.1"), {1: plus.cells[1, 1], 2: plus.colour})
        grid = stamp(grid, star, [(plus.row + 1, plus.col + 1)])
    return grid


@solves("0ca9ddb6")
def petals_around_flowers(grid: Grid) -> Grid:
    """Yellow corners around red cells, orange sides around blue ones."""
    grid = stamp(grid, picture("4.4 .2. 4.4"), cells_of(grid, 2))
    return stamp(grid, picture(".7. 717 .7."), cells_of(grid, 1))


@solves("178fcbfb")
def lines_through_cells(grid: Grid) -> Grid:
    """Red cells draw columns, then blue and green ones draw rows over them."""
    result = draw_cols(grid, [col for row, col in cells_of(grid, 2)], 2)
    for colour in (1, 3):
        result = draw_rows(result, [row for row, col in cells_of(grid, colour)], colour)
    return result


@solves("1bfc4729")
def two_ladders(grid: Grid) -> Grid:
    """Each of the two cells becomes the frame of its half with a rung."""
    upper, lower = (one.colour for one in find_objects(grid))
    half = draw_rows(draw_cols(blank(5, 10), [0, 9], 1), [0, 2], 1)
    return stack(half * upper, flip_up_down(half) * lower)


@solves("1f876c06")
def connect_diagonally(grid: Grid) -> Grid:
    """Two cells of a colour are joined by a diagonal."""
    for pair in colour_objects(grid):
        grid = draw_line(grid, *pair.positions, pair.colour)
    return grid


@solves("22168020", "22eb0ac0")
def connect_rows(grid: Grid) -> Grid:
    """Equal cells of a row are joined."""
    return connect(grid, cols=False)


@solves("22233c11")
def squares_at_free_corners(grid: Grid) -> Grid:
    """Two squares on a diagonal get two light blue ones off the ends of the other diagonal."""
    for pair in find_objects(grid):
        side = pair.width // 2
        falling = pair.mask[0, 0]
        for down, across in ((-side, 2 * side), (2 * side, -side)) if falling else ((-side, -side), (2 * side,) * 2):
            grid = draw_rectangle(grid, (pair.row + down, pair.col + across, side, side), 8)
    return grid


@solves("2281f1f4")
def mark_crossings(grid: Grid) -> Grid:
    """Red where a row marked at the right meets a column marked at the top."""
    return paint(grid, (grid[:, -1:] == 5) & (grid[:1] == 5), 2)


@solves("23581191")
def crosses_with_red_meetings(grid: Grid) -> Grid:
    """Row and column through both cells, red where two colours meet."""
    one, other = find_objects(grid)
    for cell in (one, other):
        grid = draw_cross(grid, cell.row, cell.col, cell.colour)
    return draw_cells(grid, [(one.row, other.col), (other.row, one.col)], 2)


@solves("253bf280")
def connect_with_green(grid: Grid) -> Grid:
    """Green between light blue cells of a row or column."""
    return connect(grid, 8, line=3)


@solves("25d487eb")
def shoot_through_the_tip(grid: Grid) -> Grid:
    """A ray of the odd cell's colour leaves the triangle at its tip."""
    triangle = foreground(grid)
    (cell,) = cells_of(grid, least_common_colour(grid))
    direction = (int(np.sign(triangle.centre[0] - cell[0])), int(np.sign(triangle.centre[1] - cell[1])))
    return draw(shoot(grid, [cell], direction, through=None), triangle)


@solves("28e73c20")
def draw_a_spiral(grid: Grid) -> Grid:
    """A green spiral from the top left inwards."""
    side, start = grid.shape[0] - 1, (0, 0)
    lengths = [side, *(length for length in range(side, 0, -2) for _ in range(2))]
    for turn, length in enumerate(lengths):
        down, across = (RIGHT, DOWN, LEFT, UP)[turn % 4]
        end = (start[0] + down * length, start[1] + across * length)
        grid, start = draw_line(grid, start, end, 3), end
    return grid


@solves("29c11459")
def meet_in_the_middle(grid: Grid) -> Grid:
    """The cells at both ends of a row grow to its middle, which is grey."""
    middle = grid.shape[1] // 2
    for cell in find_objects(grid):
        grid = draw_line(grid, (cell.row, cell.col), (cell.row, middle), cell.colour)
        grid = draw_cells(grid, [(cell.row, middle)], 5)
    return grid


@solves("2c608aff")
def shoot_at_the_rectangle(grid: Grid) -> Grid:
    """Cells level with the rectangle are joined to it."""
    background = most_common_colour(grid)
    objects = find_objects(grid, background=background)
    for cell in objects:
        direction = direction_to(cell, largest(objects))
        if direction in STRAIGHT:
            grid = shoot(grid, cell, direction, through=background)
    return grid
