"""Objects: chosen, moved, recoloured, compared."""
# ruff: noqa: F403, F405

from __future__ import annotations

from omniarc import *
from programs.registry import solves


@solves("fcb5c309")
def frame_with_most_dots(grid: Grid) -> Grid:
    """The frame that holds most dots, in their colour."""
    frames = find_frames(grid)
    dots = only(colours_of(grid, background=0), lambda colour: colour != frames[0].colour)
    best = max(frames, key=lambda one: count_colour(crop(grid, one), dots))
    return replace_colour(crop(grid, best), best.colour, dots)


@solves("de1cd16c")
def noisiest_area(grid: Grid) -> Grid:
    """The colour of the area with most cells of noise."""
    noise = least_common_colour(grid)
    areas = find_objects(grid, background=noise)
    return blank(1, 1, max(areas, key=lambda one: one.area - one.size).colour)


@solves("e50d258f")
def reddest_rectangle(grid: Grid) -> Grid:
    """The rectangle with most red cells."""
    return max(find_objects(grid, multicolour=True), key=lambda one: one.colour_counts.get(2, 0)).cells


@solves("e76a88a6")
def copy_the_pattern_onto_grey(grid: Grid) -> Grid:
    """The coloured block replaces each grey one."""
    blocks = find_objects(grid, multicolour=True)
    model = only(blocks, lambda one: 5 not in one.colours)
    return draw(grid, [move_to(model, one.row, one.col) for one in with_colour(blocks, 5)])


@solves("e8dc4411")
def repeat_towards_the_mark(grid: Grid) -> Grid:
    """The black shape is repeated in the mark's colour and direction, as close as it can be."""
    ground = most_common_colour(grid)
    shape = object_at(grid, grid == 0)
    mark = foreground(replace_colour(grid, 0, ground), background=ground)
    down, across = (1 if there > here else -1 for here, there in zip(shape.centre, mark.centre, strict=True))
    step = 1
    while set(shape.positions) & set(move(shape, step * down, step * across).positions):
        step += 1
    return draw(grid, copies_along(recolour(shape, mark.colour), step * down, step * across))
