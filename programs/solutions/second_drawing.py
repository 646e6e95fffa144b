"""Drawing: lines, rays, stamps, borders."""
# ruff: noqa: B023, F403, F405

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


@solves("a65b410d")
def stairs_above_and_below(grid: Grid) -> Grid:
    """Green stairs above the red row, blue ones below it."""
    bar = foreground(grid)

    def colour_at(row: int, col: int) -> int | None:
        if row == bar.row or col >= bar.width + bar.row - row:
            return None
        return 3 if row < bar.row else 1

    return paint_cells(grid, colour_at)


@solves("a699fb00")
def red_between_blue(grid: Grid) -> Grid:
    """Red between blue cells of a row."""
    return connect(grid, 1, line=2, cols=False)


@solves("a78176bb")
def diagonals_past_the_triangles(grid: Grid) -> Grid:
    """Each grey triangle at the diagonal becomes a parallel line past its tip."""
    colour = only(colours_of(grid, background=0), lambda colour: colour != 5)
    (row, col), *_ = cells_of(grid, colour)
    result = replace_colour(grid, 5, 0)
    for triangle in find_objects(keep_colour(grid, 5), diagonal=False):
        offsets = [place - line for line, place in triangle.positions]
        offset = max(offsets) + 2 if max(offsets) > col - row else min(offsets) - 2
        result = paint(result, column_numbers(grid) - row_numbers(grid) == offset, colour)
    return result


@solves("aba27056")
def light_leaves_the_box(grid: Grid) -> Grid:
    """The box is filled with yellow, which leaves it through the gap, straight and spreading."""
    box = foreground(grid)
    edge = cells_of(draw_border(blank_like(grid), 1, where=box), 1)
    gaps = [cell for cell in edge if grid[cell] == 0]
    if len({row for row, _ in gaps}) == 1 and box.row < box.bottom:
        down, across = -1 if gaps[0][0] == box.row else 1, 0
    else:
        down, across = 0, -1 if gaps[0][1] == box.col else 1
    grid = draw(draw_rectangle(grid, box, 4), box)
    grid = shoot(grid, gaps, (down, across), 4)
    for gap_end, side in ((gaps[0], -1), (gaps[-1], 1)):
        grid = shoot(grid, [gap_end], (down or side, across or side), 4)
    return grid


@solves("b27ca6d3")
def green_around_pairs(grid: Grid) -> Grid:
    """Pairs of red cells get a green outline."""
    for pair in find_objects(grid, diagonal=False):
        if pair.size == 2:
            grid = outline(grid, pair, 3)
    return grid


@solves("b527c5c6")
def beams(grid: Grid) -> Grid:
    """The red cell at a rectangle's side sends out a beam, on each hand as broad as the rectangle is thick."""
    for one in find_objects(grid, multicolour=True):
        row, col = only(one.positions, lambda cell: grid[cell] == 2)
        if one.height > one.width:
            way = LEFT if col == one.col else RIGHT
        else:
            way = UP if row == one.row else DOWN
        reach = min(one.height, one.width) - 1
        for side in range(-reach, reach + 1):
            start = (row + side * abs(way[1]), col + side * abs(way[0]))
            grid = draw_cells(grid, ray_cells(grid, start, way), 3 if side else 2)
    return grid


@solves("b548a754")
def stretch_to_the_cell(grid: Grid) -> Grid:
    """The framed rectangle grows to the light blue cell."""
    framed = foreground(replace_colour(grid, 8, 0))
    whole = foreground(grid)
    inner, edge = framed.cells[1, 1], framed.cells[0, 0]
    return draw_border(draw_rectangle(grid, whole, inner), edge, where=whole)


@solves("b60334d2")
def open_squares(grid: Grid) -> Grid:
    """Each grey cell becomes a ring of grey corners and blue sides."""
    return stamp(grid, picture("515 1.1 515"), cells_of(grid, 5), transparent=None)


@solves("b6afb2da")
def corners_sides_inside(grid: Grid) -> Grid:
    """Grey rectangles get blue corners, yellow sides and a red inside."""
    for one in find_objects(grid, diagonal=False):
        grid = draw_border(draw_rectangle(grid, one, 2), 4, where=one)
        grid = draw_cells(
            grid, [(row, col) for row in (one.row, one.bottom) for col in (one.col, one.right)], 1
        )
    return grid


@solves("b7249182")
def brackets_meet(grid: Grid) -> Grid:
    """From both cells a line to a bracket; the brackets meet in the middle."""
    one, other = find_objects(grid)
    across = one.row == other.row
    lines = transpose(grid) if across else grid
    first, last = find_objects(lines)
    half = (last.row - first.row + 1) // 2
    for cell, way in ((first, 1), (last, -1)):
        turn, col = cell.row + way * (half - 2), cell.col
        lines = draw_line(lines, (cell.row, col), (turn, col), cell.colour)
        lines = draw_line(lines, (turn, col - 2), (turn, col + 2), cell.colour)
        lines = draw_cells(lines, [(turn + way, col - 2), (turn + way, col + 2)], cell.colour)
    return transpose(lines) if across else lines


@solves("b8cdaf2b")
def rays_from_the_shoulders(grid: Grid) -> Grid:
    """From both ends of the upper row rays go up and out, in the colour of the middle."""
    shape = foreground(grid)
    colour = grid[-1, grid.shape[1] // 2]
    shoulders = [cell for cell in shape.positions if cell[0] == shape.row]
    grid = shoot(grid, shoulders[:1], UP_LEFT, colour)
    return shoot(grid, shoulders[-1:], UP_RIGHT, colour)


@solves("bdad9b1f")
def lines_that_cross(grid: Grid) -> Grid:
    """The red pair becomes a row, the light blue one a column, their crossing yellow."""
    (row, _), (_, col) = cells_of(grid, 2)[0], cells_of(grid, 8)[0]
    return draw_cells(draw_rows(draw_cols(grid, [col], 8), [row], 2), [(row, col)], 4)


@solves("c1d99e64")
def gaps_to_red_lines(grid: Grid) -> Grid:
    """Black rows and columns become red."""
    return paint(grid, rows_full_of(grid == 0) | columns_full_of(grid == 0), 2)


@solves("d037b0a7")
def cells_fall_to_lines(grid: Grid) -> Grid:
    """Every cell draws a line down."""
    return shoot(grid, foreground(grid), DOWN)


@solves("d06dbe63")
def stairs_through_the_cell(grid: Grid) -> Grid:
    """Grey stairs up to the right and down to the left."""
    ((row, col),) = cells_of(grid, 8)
    for step in range(1, 13):
        for way in (1, -1):
            right = [col + way * (2 * step - place) for place in (0, 1, 2)]
            grid = draw_cells(grid, [(row - way * (2 * step - 1), right[2])], 5)
            grid = draw_cells(grid, [(row - way * 2 * step, place) for place in right], 5)
    return grid


@solves("d07ae81c")
def diagonals_change_colour(grid: Grid) -> Grid:
    """Diagonals through the odd cells, in the colour that goes with what lies below."""
    table, cells = {}, []
    for colour in list(colour_counts(grid))[2:]:
        for row, col in cells_of(grid, colour):
            table[most_common_colour(crop(grid, (row - 1, col - 1, 3, 3)))] = colour
            for way in DIAGONAL:
                cells += ray_cells(grid, (row, col), way, through=None)
    lines = draw_cells(blank_like(grid), cells, 1)
    return np.where(lines == 1, map_colours(grid, table), grid)


@solves("d13f3404")
def lines_down_right(grid: Grid) -> Grid:
    """In a grid of twice the size, every cell draws a diagonal down."""
    large = fit_into(grid, 6, 6)
    return shoot(large, foreground(large), DOWN_RIGHT, through=None)


@solves("d43fd935")
def reach_for_the_square(grid: Grid) -> Grid:
    """Cells level with the green square are joined to it."""
    square = object_at(grid, grid == 3)
    for cell in find_objects(grid, diagonal=False):
        direction = direction_to(cell, square)
        if direction in STRAIGHT:
            grid = shoot(grid, cell, direction)
    return grid


@solves("d4f3cd78")
def water_leaves_the_box(grid: Grid) -> Grid:
    """The box is filled with light blue, which leaves it straight through the gap."""
    box = foreground(grid)
    edge = cells_of(draw_border(blank_like(grid), 1, where=box), 1)
    gaps = [cell for cell in edge if grid[cell] == 0]
    return shoot(draw(draw_rectangle(grid, box, 8), box), gaps, STRAIGHT, 8)


@solves("d6ad076f")
def bridge(grid: Grid) -> Grid:
    """A light blue bridge where the rectangles face each other, a cell narrower on each side."""
    one, other = find_objects(grid)
    rows = [max(one.row, other.row) + 1, min(one.bottom, other.bottom) - 1]
    cols = [max(one.col, other.col) + 1, min(one.right, other.right) - 1]
    if same_rows(one, other):
        cols = [cols[1] + 2, cols[0] - 2]
    else:
        rows = [rows[1] + 2, rows[0] - 2]
    return draw_rectangle(grid, (rows[0], cols[0], rows[1] - rows[0] + 1, cols[1] - cols[0] + 1), 8)


@solves("db3e9e38")
def tent(grid: Grid) -> Grid:
    """On both sides of the line ever shorter lines, in two colours in turn."""
    line = foreground(grid)

    def colour_at(row: int, col: int) -> int | None:
        away = abs(col - line.col)
        return None if row >= line.height - away else 8 if away % 2 else 7

    return paint_cells(grid, colour_at)


@solves("dc1df850")
def blue_around_red(grid: Grid) -> Grid:
    """A blue ring around each red cell."""
    return paint(grid, touching(grid == 2, "all"), 1)
