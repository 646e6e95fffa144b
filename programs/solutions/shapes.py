"""Stamps, frames, fillings and other drawn shapes."""
# ruff: noqa: F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.catalogue import solves


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
    grid = stamp(grid, picture("4.4 .2. 4.4"), cells_of(grid == 2))
    return stamp(grid, picture(".7. 717 .7."), cells_of(grid == 1))


@solves("22233c11")
def squares_at_free_corners(grid: Grid) -> Grid:
    """Two squares on a diagonal get two light blue ones off the ends of the other diagonal."""
    for pair in find_objects(grid):
        side = pair.width // 2
        falling = pair.mask[0, 0]
        for down, across in (
            ((-side, 2 * side), (2 * side, -side)) if falling else ((-side, -side), (2 * side,) * 2)
        ):
            grid = draw_rectangle(grid, (pair.row + down, pair.col + across, side, side), 8)
    return grid


@solves("2281f1f4")
def mark_crossings(grid: Grid) -> Grid:
    """Red where a row marked at the right meets a column marked at the top."""
    return paint(grid, (grid[:, -1:] == 5) & (grid[:1] == 5), 2)


@solves("363442ee")
def stamp_on_blue_cells(grid: Grid) -> Grid:
    """The picture at the top left is stamped on every blue cell."""
    return stamp(grid, crop(grid, (0, 0, 3, 3)), cells_of(grid == 1))


@solves("3aa6fb7a")
def corner_to_square(grid: Grid) -> Grid:
    """The cell that a corner lacks to a square becomes blue."""
    for corner in find_objects(grid):
        grid = draw(draw_rectangle(grid, corner, 1), corner)
    return grid


@solves("3ac3eb23")
def zigzag_down(grid: Grid) -> Grid:
    """Each cell of the first row starts a chain of diamonds down."""
    for cell in find_objects(grid):
        grid = place(grid, tile(picture(".1. 1.1"), 3, 1) * cell.colour, 0, cell.col - 1, transparent=0)
    return grid


@solves("3bdb4ada")
def perforate_bars(grid: Grid) -> Grid:
    """Every second cell of the middle row of a bar is cut out."""
    for bar in find_objects(grid):
        grid = draw_cells(grid, [(bar.row + 1, col) for col in range(bar.col + 1, bar.right, 2)], 0)
    return grid


@solves("3befdf3e")
def turn_inside_out(grid: Grid) -> Grid:
    """Swap each square's colours and let the outer one grow out of its four sides."""
    for one in find_objects(grid, multicolour=True):
        row, col, side, _ = one.box
        edge, middle, thick = one.cells[0, 0], one.cells[1, 1], side - 2
        grid = draw_rectangle(grid, (row - thick, col, side + 2 * thick, side), edge)
        grid = draw_rectangle(grid, (row, col - thick, side, side + 2 * thick), edge)
        grid = place(grid, swap_colours(one.cells, edge, middle), row, col)
    return grid


@solves("4258a5f9")
def blue_around_grey(grid: Grid) -> Grid:
    """A blue ring around each grey cell."""
    return stamp(grid, picture("111 151 111"), cells_of(grid == 5))


@solves("444801d8")
def fill_cups_and_cover(grid: Grid) -> Grid:
    """The colour in each cup fills it up to and onto its opening."""
    for cup in find_objects(keep_colour(grid, 1)):
        inner = crop(grid, cup)
        colour = most_common_colour(replace_colour(inner, 1, 0), background=0)
        grid = place(grid, replace_colour(inner, 0, colour), cup.row, cup.col)
        grid = draw_rectangle(grid, (cup.row - 1, cup.col, 1, cup.width), colour)
    return grid


@solves("4522001f")
def enlarge_the_block(grid: Grid) -> Grid:
    """Two green squares of four on the diagonal that the red cell of the block marks."""
    block = foreground(grid)
    falling = 2 in np.diagonal(block.cells)
    large = blank(9, 9)
    for row, col in ((0, 0), (4, 4)) if falling else ((0, 4), (4, 0)):
        large = draw_rectangle(large, (block.row + row, block.col + col, 4, 4), 3)
    return large


@solves("49d1d64f")
def repeat_the_edges(grid: Grid) -> Grid:
    """The outermost rows and columns once more outside, the corners black."""
    padded = np.pad(grid, 1, mode="edge")
    height, width = padded.shape
    corners = [(row, col) for row in (0, height - 1) for col in (0, width - 1)]
    return draw_cells(padded, corners, 0)


@solves("543a7ed5")
def frame_and_fill(grid: Grid) -> Grid:
    """Each shape gets a green frame, its inside becomes yellow."""
    filled = fill_enclosed(grid, 4, background=8)
    for one in find_objects(grid, background=8):
        filled = outline(filled, one, 3, onto=8)
    return filled


@solves("54d82841")
def drop_below_arches(grid: Grid) -> Grid:
    """Yellow on the floor below the middle of each arch."""
    return draw_cells(grid, [(grid.shape[0] - 1, arch.col + 1) for arch in find_objects(grid)], 4)


@solves("56ff96f3")
def rectangles_between_corners(grid: Grid) -> Grid:
    """Two cells of a colour are the corners of a rectangle."""
    for corners in colour_objects(grid):
        grid = draw_rectangle(grid, corners, corners.colour)
    return grid


@solves("67a423a3")
def yellow_around_the_crossing(grid: Grid) -> Grid:
    """A yellow ring around the crossing of the two lines."""
    filled = grid != 0
    crossing = (int(filled.sum(1).argmax()), int(filled.sum(0).argmax()))
    return stamp(grid, picture("444 4.4 444"), [crossing])


@solves("6d75e8bb")
def fill_up_the_box(grid: Grid) -> Grid:
    """The box of the shape is filled with red."""
    shape = foreground(grid)
    return draw(draw_rectangle(grid, shape, 2), shape)


@solves("6f8cd79b")
def light_blue_border(grid: Grid) -> Grid:
    """A border around the grid."""
    return draw_border(grid, 8)


@solves("72322fa7")
def complete_the_motifs(grid: Grid) -> Grid:
    """Where one colour of a motif is seen alone, the rest of it is added."""
    for motif in find_objects(grid, multicolour=True):
        for colour in motif.colours if len(motif.colours) > 1 else ():
            for row, col in find_pattern(grid, np.where(motif.cells == colour, colour, -1)):
                grid = place(grid, motif.cells, row, col, transparent=0)
    return grid


@solves("834ec97d")
def stripes_above_the_cell(grid: Grid) -> Grid:
    """The cell falls by one; yellow stripes in every second column fill the rows above it."""
    ((row, col),) = foreground(grid).positions
    fallen = shift(grid, 1, 0)
    return paint_cells(fallen, lambda r, c: 4 if r <= row and (c - col) % 2 == 0 else None)


@solves("88a10436")
def copy_the_shape_to_grey(grid: Grid) -> Grid:
    """The shape once more, its middle where the grey cell is."""
    free = replace_colour(grid, 5, 0)
    return stamp(free, foreground(free), cells_of(grid == 5))


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


@solves("a78176bb")
def diagonals_past_the_triangles(grid: Grid) -> Grid:
    """Each grey triangle at the diagonal becomes a parallel line past its tip."""
    colour = only(colours_of(grid, background=0), lambda colour: colour != 5)
    (row, col), *_ = cells_of(grid == colour)
    result = replace_colour(grid, 5, 0)
    for triangle in find_objects(keep_colour(grid, 5), diagonal=False):
        offsets = [place - line for line, place in triangle.positions]
        offset = max(offsets) + 2 if max(offsets) > col - row else min(offsets) - 2
        result = paint(result, column_numbers(grid) - row_numbers(grid) == offset, colour)
    return result


@solves("b27ca6d3")
def green_around_pairs(grid: Grid) -> Grid:
    """Pairs of red cells get a green outline."""
    for pair in find_objects(grid, diagonal=False):
        if pair.size == 2:
            grid = outline(grid, pair, 3)
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
    return stamp(grid, picture("515 1.1 515"), cells_of(grid == 5), transparent=None)


@solves("b6afb2da")
def corners_sides_inside(grid: Grid) -> Grid:
    """Grey rectangles get blue corners, yellow sides and a red inside."""
    for one in find_objects(grid, diagonal=False):
        grid = draw_border(draw_rectangle(grid, one, 2), 4, where=one)
        grid = draw_cells(
            grid, [(row, col) for row in (one.row, one.bottom) for col in (one.col, one.right)], 1
        )
    return grid


@solves("c1d99e64")
def gaps_to_red_lines(grid: Grid) -> Grid:
    """Black rows and columns become red."""
    return paint(grid, rows_full_of(grid == 0) | columns_full_of(grid == 0), 2)


@solves("d06dbe63")
def stairs_through_the_cell(grid: Grid) -> Grid:
    """Grey stairs up to the right and down to the left."""
    ((row, col),) = cells_of(grid == 8)
    for step in range(1, 13):
        for way in (1, -1):
            right = [col + way * (2 * step - place) for place in (0, 1, 2)]
            grid = draw_cells(grid, [(row - way * (2 * step - 1), right[2])], 5)
            grid = draw_cells(grid, [(row - way * 2 * step, place) for place in right], 5)
    return grid


@solves("d6ad076f")
def bridge(grid: Grid) -> Grid:
    """A light blue bridge where the rectangles face each other, a cell narrower on each side."""
    one, other = find_objects(grid)
    rows = [max(one.row, other.row) + 1, min(one.bottom, other.bottom) - 1]
    cols = [max(one.col, other.col) + 1, min(one.right, other.right) - 1]
    if not direction_to(one, other)[0]:
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


@solves("e179c5f4")
def bouncing_ball(grid: Grid) -> Grid:
    """The ball of the bottom left corner bounces upwards between the sides, on light blue."""
    height, width = grid.shape
    period = 2 * width - 2
    path = [(height - 1 - step, min(step % period, -step % period)) for step in range(height)]
    return draw_cells(blank_like(grid, 8), path, 1)


@solves("e48d4e1a")
def move_the_cross_by_grey(grid: Grid) -> Grid:
    """The cross moves left and down by as many cells as are grey."""
    steps = count_colour(grid, 5)
    return shift(replace_colour(grid, 5, 0), steps, -steps, wrap=True)


@solves("e9614598")
def plus_in_the_middle(grid: Grid) -> Grid:
    """A green plus midway between the two blue cells."""
    row, col = foreground(grid).centre
    return stamp(grid, picture(".3. 333 .3."), [(int(row), int(col))])


@solves("ea786f4a")
def black_diagonals(grid: Grid) -> Grid:
    """Both diagonals become black."""
    last = len(grid) - 1
    return paint_cells(grid, lambda row, col: 0 if col in (row, last - row) else None)


@solves("f15e1fac")
def lines_pushed_aside(grid: Grid) -> Grid:
    """Lines grow from the light blue edge; each red cell pushes them one step away from its side."""
    turns = next(turn for turn in range(4) if 8 in rotate(grid, turn)[0])
    grid = rotate(grid, turns)
    lines, away = keep_colour(grid[:1], 8), 1 if 2 in grid[:, 0] else -1
    for row in range(1, len(grid)):
        lines = shift(lines, 0, away * count_colour(grid[row : row + 1], 2))
        grid = place(grid, lines, row, 0, transparent=0)
    return rotate(grid, -turns)


@solves("f1cefba8")
def bumps_become_lines(grid: Grid) -> Grid:
    """The bumps of the inner rectangle become rows and columns, in swapped colours inside and outside."""
    outer = foreground(grid)
    edge = int(grid[outer.row, outer.col])
    inner = only(outer.colours, lambda colour: colour != edge)
    core = in_block(grid == inner, 2, 2)
    bumps = (grid == inner) & ~core
    box = in_box_of(core)
    crossing = (rows_with(bumps & ~columns_with(core)) & rows_with(core)) | (
        columns_with(bumps & ~rows_with(core)) & columns_with(core)
    )
    plain = paint(draw_rectangle(grid, outer, edge), box, inner)
    return paint(paint(plain, crossing & (grid == 0), inner), crossing & box, edge)


@solves("f35d900a")
def dotted_frame_between_corners(grid: Grid) -> Grid:
    """Each corner gets a ring of the other colour, and dots run along the frame between them."""
    corners = foreground(grid)
    one, other = corners.colours
    dots = draw_border(blank_like(grid), 5, where=corners)
    dots = paint(dots, distance_to(grid > 0, "taxi") % 2 == 1, 0)
    for row, col in corners.positions:
        ring = other if grid[row, col] == one else one
        dots = draw_border(dots, ring, where=(row - 1, col - 1, 3, 3))
    return overlay(dots, grid)


@solves("fcc82909")
def shadow_as_long_as_colours(grid: Grid) -> Grid:
    """Below each block a green shadow, as many rows long as the block has colours."""
    for block in find_objects(grid, multicolour=True):
        shadow = (block.bottom + 1, block.col, len(block.colours), block.width)
        grid = draw_rectangle(grid, shadow, 3)
    return grid


@solves("feca6190")
def climbing_row(grid: Grid) -> Grid:
    """The row climbs to the right on a square five times as wide as it has colours."""
    size = 5 * len(colours_of(grid, background=0))
    return stack(*[fit_into(grid, 1, size, col=size - 1 - row) for row in range(size)])
