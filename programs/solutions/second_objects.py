"""Objects: chosen, moved, recoloured, compared."""
# ruff: noqa: F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


@solves("846bdb03")
def fit_the_piece_into_the_frame(grid: Grid) -> Grid:
    """The piece goes into the frame, mirrored if that brings equal colours together."""
    corners = object_at(grid, grid == 4)
    frame = crop(grid, corners)
    piece = crop_to_content(draw_rectangle(grid, corners, 0))
    if most_common_colour(piece[:, :1], background=0) != frame[1, 0]:
        piece = flip_left_right(piece)
    return place(frame, piece, 1, 1)


@solves("88a62173")
def the_different_part(grid: Grid) -> Grid:
    """Of four parts, the one unlike the others."""
    return odd_one_out(parts_by_lines(grid, 0))


@solves("8efcae92")
def most_red_cells(grid: Grid) -> Grid:
    """The rectangle with most red cells."""
    return max(find_objects(grid, multicolour=True), key=lambda one: one.colour_counts.get(2, 0)).cells


@solves("91714a58")
def only_the_large_rectangle(grid: Grid) -> Grid:
    """The largest one-coloured rectangle stays, the noise goes."""
    found = [largest_rectangle(grid, colour) for colour in colours_of(grid, background=0)]
    return draw(blank_like(grid), largest(found))


@solves("98cf29f8")
def pulled_by_its_stick(grid: Grid) -> Grid:
    """The rectangle with a stick loses it and moves to the other one."""
    target = only(find_objects(grid, diagonal=False), lambda one: one.is_rectangle)
    pulled = erase(grid, target)
    body = object_at(grid, in_block(pulled != 0, 2, 2))
    down, across = direction_to(body, target)
    steps = gap(body, target)
    return draw(draw(blank_like(grid), target), move(body, down * steps, across * steps))


@solves("a1570a43")
def between_the_corners(grid: Grid) -> Grid:
    """The red shape moves between the four green corners."""
    red, corners = object_at(grid, grid == 2), object_at(grid, grid == 3)
    return draw(keep_colour(grid, 3), move_to(red, corners.row + 1, corners.col + 1))


@solves("a48eeaf7")
def drawn_to_the_square(grid: Grid) -> Grid:
    """Grey cells move to the red square."""
    square = object_at(grid, grid == 2)
    result = keep_colour(grid, 2)
    for row, col in cells_of(grid, 5):
        near = np.clip(row, square.row - 1, square.bottom + 1), np.clip(col, square.col - 1, square.right + 1)
        result = draw_cells(result, [near], 5)
    return result


@solves("a61f2674")
def tallest_and_shortest(grid: Grid) -> Grid:
    """Only the tallest bar, blue, and the shortest, red, stay."""
    bars = find_objects(grid)
    return draw(blank_like(grid), [recolour(largest(bars), 1), recolour(smallest(bars), 2)])


@solves("ae3edfdc")
def gather_around_the_centres(grid: Grid) -> Grid:
    """Green cells come to the red one, orange ones to the blue one."""
    result = blank_like(grid)
    for centre, colour in ((2, 3), (1, 7)):
        (row, col), *_ = cells_of(grid, centre)
        result = draw_cells(result, [(row, col)], centre)
        for one in with_colour(find_objects(grid), colour):
            down, across = direction_to(object_at(grid, grid == centre), one)
            result = draw_cells(result, [(row + down, col + across)], colour)
    return result


@solves("be94b721")
def the_largest_shape(grid: Grid) -> Grid:
    """The largest shape alone."""
    return largest(find_objects(grid)).cells


@solves("beb8660c")
def sort_the_bars(grid: Grid) -> Grid:
    """The bars stacked by length, the longest at the bottom, all at the right."""
    height, width = grid.shape
    bars = by_size(find_objects(grid))
    placed = [move_to(bar, height - 1 - rank, width - bar.width) for rank, bar in enumerate(bars)]
    return draw(blank_like(grid), placed)


@solves("c8cbb738")
def shapes_on_one_centre(grid: Grid) -> Grid:
    """All shapes laid on each other with a common centre."""
    background = most_common_colour(grid)
    shapes = colour_objects(grid, background=background)
    height, width = max(one.height for one in shapes), max(one.width for one in shapes)
    placed = [move_to(one, (height - one.height) // 2, (width - one.width) // 2) for one in shapes]
    return draw(blank(height, width, background), placed)


@solves("ce602527")
def the_shape_seen_twice_as_large(grid: Grid) -> Grid:
    """The shape that also appears enlarged and cut off at the edge."""
    shapes = colour_objects(grid, background=most_common_colour(grid))
    cut = only(shapes, lambda one: one.touches_border)
    others = [one for one in shapes if one != cut]
    return only(others, lambda one: find_pattern(scale_up(one.mask, 2), cut.mask)).cells


@solves("d687bc17")
def cells_go_to_their_side(grid: Grid) -> Grid:
    """Each cell moves to the side of its colour, those without a side go."""
    height, width = grid.shape
    result = draw_rectangle(grid, inner_box((0, 0, height, width)), 0)
    for row, col in foreground(remove_border(grid)).positions:
        row, col = row + 1, col + 1
        colour = grid[row, col]
        sides = {grid[0, 1]: (1, col), grid[-1, 1]: (height - 2, col)}
        sides |= {grid[1, 0]: (row, 1), grid[1, -1]: (row, width - 2)}
        if colour in sides:
            result = draw_cells(result, [sides[colour]], colour)
    return result


@solves("d90796e8")
def green_takes_red(grid: Grid) -> Grid:
    """Green cells beside a red one become light blue, and the red one goes."""
    green, red = grid == 3, grid == 2
    return paint(paint(grid, green & touching(red), 8), red & touching(green), 0)


@solves("d9fac9be")
def the_cell_in_the_ring(grid: Grid) -> Grid:
    """The colour of the cell with eight equal neighbours of another colour."""
    rings = [
        (count_neighbours(grid, colour) == 8) & (grid != colour) for colour in colours_of(grid, background=0)
    ]
    return crop_to_mask(grid, only(rings, np.any))
