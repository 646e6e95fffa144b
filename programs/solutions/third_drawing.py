"""Drawing: rays, lines, rings, stamps."""
# ruff: noqa: F403, F405

from __future__ import annotations

from omniarc import *
from programs.registry import solves


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
    plain = colour_where(draw_rectangle(grid, outer, edge), box, inner)
    return colour_where(colour_where(plain, crossing & (grid == 0), inner), crossing & box, edge)


@solves("f35d900a")
def dotted_frame_between_corners(grid: Grid) -> Grid:
    """Each corner gets a ring of the other colour, and dots run along the frame between them."""
    corners = foreground(grid)
    one, other = corners.colours
    dots = draw_border(blank_like(grid), 5, where=corners)
    dots = colour_where(dots, distance_to(grid > 0, "taxi") % 2 == 1, 0)
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
    for start in cells_of(grid, 2):
        for down, across in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            path = ray_cells(grid, start, (down, across))
            row, col = (path or [start])[-1]
            if 0 <= row + down < grid.shape[0] and 0 <= col + across < grid.shape[1]:
                rays += path
                crossings.append((row + down, col + across))
    return stamp(draw_cells(grid, rays, 2), picture("888 828 888"), crossings)


@solves("feca6190")
def climbing_row(grid: Grid) -> Grid:
    """The row climbs to the right on a square five times as wide as it has colours."""
    size = 5 * len(colours_of(grid, background=0))
    return stack(*[fit_into(grid, 1, size, col=size - 1 - row) for row in range(size)])
