"""Lines, rays, borders and connections."""
# ruff: noqa: B023, F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.catalogue import solves


@solves("178fcbfb")
def lines_through_cells(grid: Grid) -> Grid:
    """Red cells draw columns, then blue and green ones draw rows over them."""
    result = draw_cols(grid, [col for row, col in cells_of(grid == 2)], 2)
    for colour in (1, 3):
        result = draw_rows(result, [row for row, col in cells_of(grid == colour)], colour)
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


@solves("23581191")
def crosses_with_red_meetings(grid: Grid) -> Grid:
    """Row and column through both cells, red where two colours meet."""
    one, other = find_objects(grid)
    for cell in (one, other):
        grid = shoot(grid, cell, STRAIGHT, through=None)
    return draw_cells(grid, [(one.row, other.col), (other.row, one.col)], 2)


@solves("253bf280")
def connect_with_green(grid: Grid) -> Grid:
    """Green between light blue cells of a row or column."""
    return connect(grid, 8, line=3)


@solves("25d487eb")
def shoot_through_the_tip(grid: Grid) -> Grid:
    """A ray of the odd cell's colour leaves the triangle at its tip."""
    triangle = foreground(grid)
    (cell,) = cells_of(grid == least_common_colour(grid))
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


@solves("3bd67248")
def diagonal_and_floor(grid: Grid) -> Grid:
    """A red diagonal and a yellow floor from the foot of the left column."""
    last_row, last_col = grid.shape[0] - 1, grid.shape[1] - 1
    grid = draw_line(grid, (last_row - 1, 1), (0, last_col), 2)
    return draw_line(grid, (last_row, 1), (last_row, last_col), 4)


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
    """The light blue line continues in green and bounces off the red wall."""
    line, wall = object_at(grid, grid == 8), object_at(grid, grid == 2)
    ends = line.positions[0], line.positions[-1]
    for tail, tip in (ends, ends[::-1]):
        down, across = np.sign(np.subtract(tip, tail)).tolist()
        path = ray_cells(grid, tip, (down, across))
        if path:
            back = (down, -across) if wall.height > wall.width else (-down, across)
            grid = draw_cells(grid, path + ray_cells(grid, path[-1], back), 3)
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
    for row, col in cells_of(grid == 8):
        mine, other = sorted(bars, key=lambda bar: not bar.row <= row <= bar.bottom)
        grid = draw_line(grid, (row, col), (row, mine.col), 8)
        grid = draw_rows(draw_cells(grid, [(row, col)], 4), [other.row + row - mine.row], 8)
    return draw(grid, bars)


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
    for row, col in foreground(paint(grid, roof, 0)).positions:
        if row > roof.row and roof.col <= col <= roof.right:
            grid = shoot(grid, [(row, col)], (UP, DOWN), through=(0, grid[row, col]))
    return grid


@solves("7ddcd7ec")
def extend_the_tails(grid: Grid) -> Grid:
    """The tails of the square continue to the edge."""
    square = in_block(grid != 0, 2, 2)
    row, col = object_at(grid, square).centre
    for tail in foreground(paint(grid, square, 0)).positions:
        direction = (1 if tail[0] > row else -1, 1 if tail[1] > col else -1)
        grid = shoot(grid, [tail], direction)
    return grid


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
    for row, col in cells_of(grid == 0):
        band = most_common_colour(grid[row : row + 1] if horizontal else grid[:, col : col + 1])
        ways = (UP, DOWN) if horizontal else (LEFT, RIGHT)
        grid = shoot(grid, [(row, col)], ways, through=(0, band))
    return grid


@solves("8d510a79")
def towards_and_away_from_the_wall(grid: Grid) -> Grid:
    """Red cells grow to the grey wall, blue ones away from it."""
    wall = object_at(grid, grid == 5)
    for row, col in [*cells_of(grid == 1), *cells_of(grid == 2)]:
        towards = (row < wall.row) == (grid[row, col] == 2)
        grid = shoot(grid, [(row, col)], DOWN if towards else UP)
    return grid


@solves("a2fd1cf0")
def path_with_one_turn(grid: Grid) -> Grid:
    """From red across, then up or down to green."""
    (red,), (green,) = cells_of(grid == 2), cells_of(grid == 3)
    corner = (red[0], green[1])
    return overlay(draw_line(draw_line(grid, red, corner, 8), corner, green, 8), grid)


@solves("a699fb00")
def red_between_blue(grid: Grid) -> Grid:
    """Red between blue cells of a row."""
    return connect(grid, 1, line=2, cols=False)


@solves("aba27056")
def light_leaves_the_box(grid: Grid) -> Grid:
    """The box is filled with yellow, which leaves it through the gap, straight and spreading."""
    box = foreground(grid)
    edge = cells_of(draw_border(blank_like(grid), 1, where=box))
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


@solves("b527c5c6")
def beams(grid: Grid) -> Grid:
    """The red cell at a rectangle's side sends a beam out, on each hand as broad as the rectangle."""
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
    (row, _), (_, col) = cells_of(grid == 2)[0], cells_of(grid == 8)[0]
    return draw_cells(draw_rows(draw_cols(grid, [col], 8), [row], 2), [(row, col)], 4)


@solves("d037b0a7")
def cells_fall_to_lines(grid: Grid) -> Grid:
    """Every cell draws a line down."""
    return shoot(grid, foreground(grid), DOWN)


@solves("d07ae81c")
def diagonals_change_colour(grid: Grid) -> Grid:
    """Diagonals through the odd cells, in the colour that goes with what lies below."""
    table, cells = {}, []
    for colour in list(colour_counts(grid))[2:]:
        for row, col in cells_of(grid == colour):
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
    edge = cells_of(draw_border(blank_like(grid), 1, where=box))
    gaps = [cell for cell in edge if grid[cell] == 0]
    return shoot(draw(draw_rectangle(grid, box, 8), box), gaps, STRAIGHT, 8)


@solves("ec883f72")
def rays_from_the_corners(grid: Grid) -> Grid:
    """From the corners of the container, rays in the colour of what it holds."""
    container, content = sorted(find_objects(grid), key=lambda one: -one.area)
    for row, down in ((container.row, -1), (container.bottom, 1)):
        for col, across in ((container.col, -1), (container.right, 1)):
            grid = shoot(grid, [(row, col)], (down, across), content.colour)
    return grid


@solves("ecdecbb3")
def red_rays_break_through_lines(grid: Grid) -> Grid:
    """Red rays run to the nearest lines; a light blue ring surrounds each crossing."""
    rays, crossings = [], []
    for start in cells_of(grid == 2):
        for down, across in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            path = ray_cells(grid, start, (down, across))
            row, col = (path or [start])[-1]
            if 0 <= row + down < grid.shape[0] and 0 <= col + across < grid.shape[1]:
                rays += path
                crossings.append((row + down, col + across))
    return stamp(draw_cells(grid, rays, 2), picture("888 828 888"), crossings)
