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
        start, end = pair.positions
        grid = draw_line(grid, start, end, pair.colour)
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
        for down, across in (
            ((-side, 2 * side), (2 * side, -side)) if falling else ((-side, -side), (2 * side,) * 2)
        ):
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


@solves("363442ee")
def stamp_on_blue_cells(grid: Grid) -> Grid:
    """The picture at the top left is stamped on every blue cell."""
    return stamp(grid, crop(grid, (0, 0, 3, 3)), cells_of(grid, 1))


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


@solves("3bd67248")
def diagonal_and_floor(grid: Grid) -> Grid:
    """A red diagonal and a yellow floor from the foot of the left column."""
    last_row, last_col = grid.shape[0] - 1, grid.shape[1] - 1
    grid = draw_line(grid, (last_row - 1, 1), (0, last_col), 2)
    return draw_line(grid, (last_row, 1), (last_row, last_col), 4)


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


@solves("40853293")
def connect_all_pairs(grid: Grid) -> Grid:
    """Pairs are joined, vertical lines over horizontal ones."""
    return connect(grid)


@solves("41e4d17e")
def lines_through_frames(grid: Grid) -> Grid:
    """Magenta lines through the middle of each blue frame, under the frames."""
    lines = grid
    for frame in find_objects(grid, background=8):
        lines = draw_cols(draw_rows(lines, [frame.row + 2], 6), [frame.col + 2], 6)
    return overlay(lines, keep_colour(grid, 1))


@solves("4258a5f9")
def blue_around_grey(grid: Grid) -> Grid:
    """A blue ring around each grey cell."""
    return stamp(grid, picture("111 151 111"), cells_of(grid, 5))


@solves("444801d8")
def fill_cups_and_cover(grid: Grid) -> Grid:
    """The colour in each cup fills it up to and onto its opening."""
    for cup in find_objects(keep_colour(grid, 1)):
        inner = crop(grid, cup)
        colour = most_common_colour(replace_colour(inner, 1, 0), background=0)
        grid = place(grid, replace_colour(inner, 0, colour), cup.row, cup.col)
        grid = draw_rectangle(grid, (cup.row - 1, cup.col, 1, cup.width), colour)
    return grid


@solves("4612dd53")
def complete_the_frame(grid: Grid) -> Grid:
    """The gaps of the blue frame and of its middle line become red."""
    shape = foreground(grid)
    inner = remove_border(shape.cells)
    frame = draw_border(blank(shape.height, shape.width), 2)
    frame = draw_rows(frame, np.flatnonzero(inner.sum(1) > 1) + 1, 2)
    frame = draw_cols(frame, np.flatnonzero(inner.sum(0) > 1) + 1, 2)
    return overlay(place(grid, frame, shape.row, shape.col), grid)


@solves("508bd3b6")
def bounce_off_the_wall(grid: Grid) -> Grid:
    """The light blue line goes on in green and bounces off the red wall."""
    line, wall = object_at(grid, grid == 8), object_at(grid, grid == 2)
    ends = line.positions[0], line.positions[-1]
    for tail, tip in (ends, ends[::-1]):
        down, across = np.sign(np.subtract(tip, tail)).tolist()
        path = ray_cells(grid, tip, (down, across))
        if path:
            back = (down, -across) if wall.height > wall.width else (-down, across)
            grid = draw_cells(grid, path + ray_cells(grid, path[-1], back), 3)
    return grid


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


@solves("49d1d64f")
def repeat_the_edges(grid: Grid) -> Grid:
    """The outermost rows and columns once more outside, the corners black."""
    padded = np.pad(grid, 1, mode="edge")
    height, width = padded.shape
    corners = [(row, col) for row in (0, height - 1) for col in (0, width - 1)]
    return draw_cells(padded, corners, 0)


@solves("4522001f")
def enlarge_the_block(grid: Grid) -> Grid:
    """Two green squares of four on the diagonal that the red cell of the block marks."""
    block = foreground(grid)
    falling = 2 in np.diagonal(block.cells)
    large = blank(9, 9)
    for row, col in ((0, 0), (4, 4)) if falling else ((0, 4), (4, 0)):
        large = draw_rectangle(large, (block.row + row, block.col + col, 4, 4), 3)
    return large


@solves("56ff96f3")
def rectangles_between_corners(grid: Grid) -> Grid:
    """Two cells of a colour are the corners of a rectangle."""
    for corners in colour_objects(grid):
        grid = draw_rectangle(grid, corners, corners.colour)
    return grid


@solves("5c0a986e")
def rays_from_the_squares(grid: Grid) -> Grid:
    """A ray up left from the blue square, one down right from the red."""
    blue, red = object_at(grid, grid == 1), object_at(grid, grid == 2)
    grid = shoot(grid, [(blue.row, blue.col)], UP_LEFT)
    return shoot(grid, [(red.bottom, red.right)], DOWN_RIGHT)


@solves("623ea044")
def diagonals_through_the_cell(grid: Grid) -> Grid:
    """Both diagonals through the one cell."""
    return shoot(grid, foreground(grid), DIAGONAL)


@solves("673ef223")
def signal_to_the_other_bar(grid: Grid) -> Grid:
    """A light blue cell is joined to its red bar and sends a line from the same place of the other bar."""
    bars = with_colour(find_objects(grid), 2)
    for row, col in cells_of(grid, 8):
        mine, other = sorted(bars, key=lambda bar: not bar.row <= row <= bar.bottom)
        grid = draw_line(grid, (row, col), (row, mine.col), 8)
        grid = draw_rows(draw_cells(grid, [(row, col)], 4), [other.row + row - mine.row], 8)
    return draw(grid, bars)


@solves("67a423a3")
def yellow_around_the_crossing(grid: Grid) -> Grid:
    """A yellow ring around the crossing of the two lines."""
    filled = grid != 0
    crossing = (int(filled.sum(1).argmax()), int(filled.sum(0).argmax()))
    return stamp(grid, picture("444 4.4 444"), [crossing])


@solves("6cdd2623")
def lines_between_the_rare_cells(grid: Grid) -> Grid:
    """Cells of the rarest colour at both ends of a row or column become a line; all else goes."""
    colour = least_common_colour(grid)
    ends = grid == colour
    lines = draw_rows(blank_like(grid), np.flatnonzero(ends[:, 0] & ends[:, -1]), colour)
    return draw_cols(lines, np.flatnonzero(ends[0] & ends[-1]), colour)


@solves("6d58a25d")
def rain_below_the_roof(grid: Grid) -> Grid:
    """Cells below the roof become columns from it to the floor."""
    roof = largest(find_objects(grid))
    for row, col in foreground(erase(grid, roof)).positions:
        if row > roof.row and roof.col <= col <= roof.right:
            grid = shoot(grid, [(row, col)], (UP, DOWN), through=(0, grid[row, col]))
    return grid


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


@solves("7ddcd7ec")
def extend_the_tails(grid: Grid) -> Grid:
    """The tails of the square go on to the edge."""
    square = in_block(grid != 0, 2, 2)
    row, col = object_at(grid, square).centre
    for tail in foreground(paint(grid, square, 0)).positions:
        direction = (1 if tail[0] > row else -1, 1 if tail[1] > col else -1)
        grid = shoot(grid, [tail], direction)
    return grid


@solves("834ec97d")
def stripes_above_the_cell(grid: Grid) -> Grid:
    """The cell falls by one; yellow stripes in every second column fill the rows above it."""
    ((row, col),) = foreground(grid).positions
    fallen = shift(grid, 1, 0)
    return paint_cells(fallen, lambda r, c: 4 if r <= row and (c - col) % 2 == 0 else None)
