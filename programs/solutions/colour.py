"""Recolouring by a rule."""
# ruff: noqa: B905, F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.catalogue import solves


@solves("00d62c1b")
def fill_closed_areas(grid: Grid) -> Grid:
    """Fill what is closed in with yellow."""
    return fill_enclosed(grid, 4)


@solves("08ed6ac7")
def colour_bars_by_rank(grid: Grid) -> Grid:
    """Colour the bars 1, 2, 3… from the longest to the shortest."""
    bars = find_objects(grid)
    return paint(grid, bars, lambda bar: size_rank(bars, bar) + 1)


@solves("32597951")
def blue_in_the_box(grid: Grid) -> Grid:
    """Blue cells within the box of the light blue ones become green."""
    return paint(grid, in_box_of(grid == 8) & (grid == 1), 3)


@solves("36fdfd69")
def fill_boxes_of_red(grid: Grid) -> Grid:
    """The boxes of groups of red cells, gaps of one allowed, are filled with yellow."""
    red = grid == 2
    for group in clusters(red, 2):
        grid = paint(grid, in_box_of(group) & ~red, 4)
    return grid


@solves("44d8ac46")
def fill_square_holes(grid: Grid) -> Grid:
    """Square holes become red."""
    holes = [hole for hole in enclosed_regions(grid) if hole.is_square and hole.is_rectangle]
    return paint(grid, holes, 2)


@solves("50cb2852")
def fill_the_inside(grid: Grid) -> Grid:
    """The inside of each rectangle becomes light blue."""
    for one in find_objects(grid):
        grid = draw_rectangle(grid, inner_box(one), 8)
    return grid


@solves("54d9e175")
def recolour_parts(grid: Grid) -> Grid:
    """Each part is filled with the colour that its cell stands for."""
    colours = map_colours(map_parts(split_by_lines(grid), np.max), {1: 6, 2: 7, 3: 8, 4: 9})
    return build_lattice(colours, (3, 3), 5)


@solves("5582e5ca")
def most_common_everywhere(grid: Grid) -> Grid:
    """Everything takes the most common colour."""
    return blank_like(grid, most_common_colour(grid))


@solves("67385a82")
def larger_objects_light_blue(grid: Grid) -> Grid:
    """Green objects of three cells and more become light blue."""
    large = [one for one in find_objects(grid, diagonal=False) if one.size >= 3]
    return paint(grid, large, 8)


@solves("694f12f3")
def insides_by_size(grid: Grid) -> Grid:
    """The inside of the larger rectangle becomes red, of the smaller blue."""
    larger, smaller = by_size(find_objects(grid))
    return draw_rectangle(draw_rectangle(grid, inner_box(larger), 2), inner_box(smaller), 1)


@solves("6cf79266")
def blue_squares_in_gaps(grid: Grid) -> Grid:
    """Black squares of nine cells become blue, each cell at most once."""
    for row, col in find_pattern(grid, blank(3, 3)):
        if not crop(grid, (row, col, 3, 3)).any():
            grid = draw_rectangle(grid, (row, col, 3, 3), 1)
    return grid


@solves("6e82a1ae")
def colour_by_size(grid: Grid) -> Grid:
    """Objects of four cells become blue, of three red, of two green."""
    return paint(grid, find_objects(grid), lambda one: 5 - one.size)


@solves("7447852a")
def every_third_triangle(grid: Grid) -> Grid:
    """Of the areas between the zigzag, every third becomes yellow."""
    areas = find_objects(grid, background=2, diagonal=False)
    return paint(grid, sorted(areas, key=lambda area: area.col)[::3], 4)


@solves("776ffc46")
def like_the_framed_shape(grid: Grid) -> Grid:
    """Blue shapes like the one in the grey frame take its colour."""
    objects = find_objects(grid)
    for frame in find_frames(grid):
        for model in objects:
            if frame.colour == 5 and inside(model, frame):
                grid = paint(grid, [one for one in objects if one.shape_key == model.shape_key], model.colour)
    return grid


@solves("7b6016b9")
def closed_red_open_green(grid: Grid) -> Grid:
    """Areas closed in by the lines become red, the rest green."""
    return replace_colour(fill_enclosed(grid, 2), 0, 3)


@solves("83302e8f")
def whole_squares_green(grid: Grid) -> Grid:
    """Areas of the lattice that are whole squares become green, others yellow."""
    areas = [one for one in find_objects(grid, diagonal=False, background=-1) if one.colour == 0]
    return paint(grid, areas, lambda area: 3 if area.is_square and area.is_rectangle else 4)


@solves("85c4e7cd")
def reverse_the_rings(grid: Grid) -> Grid:
    """Nested squares with their colours in reverse order."""
    rings = np.diagonal(grid)[: grid.shape[0] // 2].tolist()
    return map_colours(grid, dict(zip(rings, reversed(rings))))


@solves("868de0fa")
def fill_by_odd_and_even(grid: Grid) -> Grid:
    """Frames with an even inside are filled with red, with an odd one orange."""
    return paint(grid, enclosed_regions(grid), lambda hole: 2 if hole.height % 2 == 0 else 7)


@solves("9565186b")
def others_to_grey(grid: Grid) -> Grid:
    """All but the most common colour become grey."""
    return np.where(grid == most_common_colour(grid), grid, 5)


@solves("9aec4887")
def coloured_by_the_nearest_side(grid: Grid) -> Grid:
    """The light blue shape in the frame, each cell in the colour of the side that is nearest, if one is."""
    frame = crop_to_content(replace_colour(grid, 8, 0))
    height, width = frame.shape
    sides = (frame[0, 1], frame[1, 0], frame[-1, 1], frame[1, -1])
    for row, col in object_at(keep_colour(grid, 8), grid == 8).positions:
        shape = object_at(grid, grid == 8)
        row, col = row - shape.row + 1, col - shape.col + 1
        away = (row, col, height - 1 - row, width - 1 - col)
        colour = sides[away.index(min(away))] if away.count(min(away)) == 1 else 8
        frame = draw_cells(frame, [(row, col)], colour)
    return frame


@solves("9edfc990")
def blue_spreads(grid: Grid) -> Grid:
    """Blue spreads into all black cells that it reaches."""
    return spread(grid, 1)


@solves("a5313dff")
def fill_enclosed_blue(grid: Grid) -> Grid:
    """Enclosed areas become blue."""
    return fill_enclosed(grid, 1)


@solves("a5f85a15")
def every_second_column_yellow(grid: Grid) -> Grid:
    """The cells in every second column become yellow."""
    return paint(grid, (grid != 0) & (column_numbers(grid) % 2 == 1), 4)


@solves("aabf363d")
def in_the_corner_colour(grid: Grid) -> Grid:
    """The shape takes the colour of the corner cell, which goes."""
    colour = grid[-1, 0]
    shape = largest(find_objects(grid))
    return paint(blank_like(grid), shape, colour)


@solves("aedd82e4")
def single_cells_blue(grid: Grid) -> Grid:
    """Single red cells become blue."""
    return paint(grid, [one for one in find_objects(grid, diagonal=False) if one.size == 1], 1)


@solves("b1948b0a")
def magenta_to_red(grid: Grid) -> Grid:
    """Magenta becomes red."""
    return replace_colour(grid, 6, 2)


@solves("b782dc8a")
def alternate_through_the_maze(grid: Grid) -> Grid:
    """The two colours of the seed fill the corridors in turn."""
    middle = least_common_colour(grid)
    other = only(colours_of(grid), lambda colour: colour not in (0, 8, middle))
    ((row, col),) = cells_of(grid == middle)
    filled = spread(replace_colour(grid, middle, other), other)
    same = (row_numbers(grid) + column_numbers(grid) - row - col) % 2 == 0
    return paint(filled, (filled == other) & same, middle)


@solves("ba26e723")
def every_third_column_magenta(grid: Grid) -> Grid:
    """The yellow cells of every third column become magenta."""
    return paint(grid, (grid == 4) & (column_numbers(grid) % 3 == 0), 6)


@solves("ba97ae07")
def under_becomes_over(grid: Grid) -> Grid:
    """The line that lies below at the crossing comes to lie above."""
    crossing = (grid != 0).all(1)[:, None] & (grid != 0).all(0)
    above = grid[crossing][0]
    return paint(grid, crossing, only(colours_of(grid, background=0), lambda colour: colour != above))


@solves("bda2d7a6")
def colours_move_inwards(grid: Grid) -> Grid:
    """Each ring takes the colour of the ring outside it, the outermost the last colour."""
    rings = list(dict.fromkeys(np.diagonal(grid).tolist()))
    return map_colours(grid, dict(zip(rings, rings[-1:] + rings[:-1])))


@solves("c9f8e694")
def grey_by_row(grid: Grid) -> Grid:
    """Grey cells take the colour that their row starts with."""
    return np.where(grid == 5, grid[:, :1], grid)


@solves("d23f8c26")
def only_the_middle_column(grid: Grid) -> Grid:
    """All but the middle column becomes black."""
    return paint(grid, column_numbers(grid) != grid.shape[1] // 2, 0)


@solves("d511f180")
def grey_and_light_blue_swapped(grid: Grid) -> Grid:
    """Grey becomes light blue and light blue grey."""
    return swap_colours(grid, 5, 8)


@solves("d5d6de2d")
def only_the_insides(grid: Grid) -> Grid:
    """The insides of the red frames in green, nothing else."""
    return replace_colour(fill_enclosed(grid, 3), 2, 0)


@solves("ddf7fa4f")
def grey_takes_the_colour_above(grid: Grid) -> Grid:
    """Each grey rectangle takes the colour that stands over it in the top row."""
    grey = with_colour(find_objects(grid, diagonal=False), 5)
    return paint(grid, grey, lambda one: grid[0, one.col : one.right + 1].max())


@solves("e8593010")
def black_by_size(grid: Grid) -> Grid:
    """Black areas of one, two, three cells become green, red, blue."""
    areas = find_objects(grid, diagonal=False, background=5)
    return paint(grid, areas, lambda one: 4 - one.size)


@solves("e9afcf9a")
def alternate_two_rows(grid: Grid) -> Grid:
    """The two rows change places in every second column."""
    return paint(grid, column_numbers(grid) % 2 == 1, flip_up_down(grid))


@solves("ea32f347")
def grey_lines_by_length(grid: Grid) -> Grid:
    """The lines become blue, yellow, red from the longest to the shortest."""
    lines = find_objects(grid)
    return paint(grid, lines, lambda one: (1, 4, 2)[size_rank(lines, one)])


@solves("f76d97a5")
def grey_takes_the_colour(grid: Grid) -> Grid:
    """Grey takes the other colour, which becomes black."""
    colour = only(colours_of(grid), lambda colour: colour != 5)
    return map_colours(grid, {5: colour, colour: 0})
