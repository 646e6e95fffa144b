"""Objects: chosen, moved, recoloured, compared."""
# ruff: noqa: B023, F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


@solves("045e512c")
def repeat_shape_towards_parts(grid: Grid) -> Grid:
    """The whole shape is repeated in the direction and colour of each part of it."""
    objects = find_objects(grid)
    shape = largest(objects)
    for part in objects:
        if part is not shape:
            down, across = direction_to(shape, part)
            step = (down * (shape.height + 1), across * (shape.width + 1))
            grid = draw(grid, copies_along(recolour(shape, part.colour), *step))
    return grid


@solves("05f2a901")
def move_red_to_light_blue(grid: Grid) -> Grid:
    """The red shape moves until it touches the light blue square."""
    red, blue = only(with_colour(find_objects(grid), 2)), only(with_colour(find_objects(grid), 8))
    return slide(grid, red, direction_to(red, blue))


@solves("1caeab9d")
def align_with_blue(grid: Grid) -> Grid:
    """All shapes move up or down to the rows of the blue one."""
    objects = find_objects(grid)
    blue = only(with_colour(objects, 1))
    return draw(blank_like(grid), [move_to(one, blue.row, one.col) for one in objects])


@solves("1f0c79e5")
def block_flies_off(grid: Grid) -> Grid:
    """A 2x2 block is dragged towards each of its red corners."""
    block = foreground(grid)
    colour = only(block.colours, lambda colour: colour != 2)
    for row, col in cells_of(grid, 2):
        step = (2 * (row - block.row) - 1, 2 * (col - block.col) - 1)
        grid = draw(draw(grid, recolour(block, colour)), copies_along(recolour(block, colour), *step))
    return grid


@solves("1f642eb9")
def project_onto_block(grid: Grid) -> Grid:
    """Each cell around the light blue block colours the nearest cell of the block."""
    block = only(with_colour(find_objects(grid), 8))
    for row, col in foreground(replace_colour(grid, 8, 0)).positions:
        near = (int(np.clip(row, block.row, block.bottom)), int(np.clip(col, block.col, block.right)))
        grid = draw_cells(grid, [near], grid[row, col])
    return grid


@solves("1f85a75f")
def crop_the_largest(grid: Grid) -> Grid:
    """The largest object alone."""
    return largest(find_objects(grid)).cells


@solves("228f6490")
def shapes_into_holes(grid: Grid) -> Grid:
    """The shape that fits a hole, of a colour of its own, moves there."""
    groups = group_by(find_objects(grid, diagonal=False), lambda one: one.colour)
    shapes = [group[0] for group in groups.values() if len(group) == 1]
    for hole in enclosed_regions(grid):
        shape = only(shapes, lambda one: same_shape(one, hole))
        grid = paint(erase(grid, shape), hole, shape.colour)
    return grid


@solves("239be575")
def are_the_squares_connected(grid: Grid) -> Grid:
    """Light blue if one connected object holds both red squares, else black."""
    objects = find_objects(grid, multicolour=True)
    return blank(1, 1, 8 if any(one.colour_counts.get(2) == 8 for one in objects) else 0)


@solves("23b5c85d")
def crop_the_smallest(grid: Grid) -> Grid:
    """The smallest rectangle alone."""
    return smallest(find_objects(grid)).cells


@solves("2bcee788")
def mirror_at_the_red_side(grid: Grid) -> Grid:
    """The shape and its mirror image on the side that red marks, on green."""
    red, shape = sorted(colour_objects(grid), key=lambda one: one.colour != 2)
    down, across = direction_to(shape, red)
    image = transform_object(shape, flip_up_down if down else flip_left_right)
    return draw(blank_like(grid, 3), [shape, move(image, down * shape.height, across * shape.width)])


@solves("31aa019c")
def surround_the_single_colour(grid: Grid) -> Grid:
    """Only the cell whose colour occurs once stays, with red around it."""
    colour = only(colours_of(grid), lambda colour: count_colour(grid, colour) == 1)
    alone = keep_colour(grid, colour)
    return outline(alone, alone != 0, 2)


@solves("321b1fc6")
def replace_light_blue_by_the_shape(grid: Grid) -> Grid:
    """The coloured shape moves to each light blue one."""
    shape = foreground(replace_colour(grid, 8, 0))
    return draw(
        blank_like(grid), [move_to(shape, one.row, one.col) for one in find_objects(keep_colour(grid, 8))]
    )


@solves("39a8645d")
def most_frequent_shape(grid: Grid) -> Grid:
    """The shape that occurs most often."""
    return most_common(find_objects(grid), lambda one: one.colour).cells


@solves("42a50994")
def remove_single_cells(grid: Grid) -> Grid:
    """Objects of one cell disappear."""
    return remove_small(grid)


@solves("4347f46a")
def hollow_out(grid: Grid) -> Grid:
    """Of each rectangle only its edge stays."""
    for one in find_objects(grid, diagonal=False):
        grid = draw_rectangle(grid, inner_box(one), 0)
    return grid


@solves("447fd412")
def complete_scaled_copies(grid: Grid) -> Grid:
    """The blue and red shape is completed wherever its red part lies, at any scale."""
    shape = largest(one for one in find_objects(grid, multicolour=True) if 1 in one.colours)
    for scale in (3, 2, 1):
        whole = scale_up(shape.cells, scale)
        for row, col in find_pattern(pad(grid, 12), np.where(whole == 2, 2, -1)):
            around = fit_into(pad(grid, 12), *whole.shape, row=-row, col=-col)
            if np.array_equal(around, keep_colour(whole, 2)):
                grid = place(grid, whole, row - 12, col - 12, transparent=0)
    return grid


@solves("48d8fb45")
def shape_below_grey(grid: Grid) -> Grid:
    """The shape that a grey cell stands on top of, alone."""
    objects = find_objects(replace_colour(grid, 5, 0))
    return only(objects, lambda one: touches(one, object_at(grid, grid == 5))).cells


@solves("4c5c2cf0")
def mirror_around_the_cross(grid: Grid) -> Grid:
    """The shape is mirrored around the cross in both axes."""
    cross = only(
        find_objects(grid, diagonal=True), lambda one: one.size == 5 and one.mask[1, 1] and one.mask[0, 0]
    )
    reach = 6
    box = (cross.row + 1 - reach, cross.col + 1 - reach, 2 * reach + 1, 2 * reach + 1)
    around = fit_into(grid, box[2], box[3], row=-box[0], col=-box[1])
    return place(grid, make_symmetric(around, ("left_right", "up_down")), box[0], box[1])


@solves("5117e062")
def shape_with_light_blue(grid: Grid) -> Grid:
    """The shape that has a light blue cell, in its own colour."""
    shape = only(with_colour(find_objects(grid, multicolour=True), 8))
    return recolour(shape, shape.colour).cells


@solves("5168d44c")
def next_green_cell(grid: Grid) -> Grid:
    """The red frame moves on to the next green cell."""
    frame = object_at(grid, grid == 2)
    green = object_at(grid, grid == 3)
    step = (2, 0) if green.height > green.width else (0, 2)
    return draw(erase(grid, frame), move(frame, *step))


@solves("5521c0d9")
def lift_by_own_height(grid: Grid) -> Grid:
    """Each rectangle rises by its height."""
    blocks = find_objects(grid, diagonal=False)
    return draw(blank_like(grid), [move(block, -block.height, 0) for block in blocks])


@solves("56dc2b01")
def push_against_the_wall(grid: Grid) -> Grid:
    """The green shape moves to the red wall; a light blue wall closes in behind it."""
    shape, wall = object_at(grid, grid == 3), object_at(grid, grid == 2)
    down, across = direction_to(shape, wall)
    steps = gap(shape, wall)
    behind = move(wall, -down * (shape.height + 1), -across * (shape.width + 1))
    return draw(erase(grid, shape), [move(shape, down * steps, across * steps), recolour(behind, 8)])


@solves("681b3aeb")
def pieces_make_a_square(grid: Grid) -> Grid:
    """The two pieces fit together to three by three cells."""
    one, other = find_objects(grid)
    spots = [(row, col) for row in range(3) for col in range(3)]
    squares = (
        draw(blank(3, 3), [move_to(one, *first), move_to(other, *second)])
        for first in spots
        for second in spots
    )
    return next(square for square in squares if square.all())


@solves("6855a6e4")
def mirror_into_the_brackets(grid: Grid) -> Grid:
    """Grey shapes outside the red brackets are mirrored into them."""
    result = replace_colour(grid, 5, 0)
    brackets = with_colour(find_objects(grid), 2)
    for shape in with_colour(find_objects(grid), 5):
        bracket = nearest(shape, brackets)
        down, across = direction_to(shape, bracket)
        if down:
            edge = bracket.row if down > 0 else bracket.bottom
            image = move_to(transform_object(shape, flip_up_down), 2 * edge - shape.bottom, shape.col)
        else:
            edge = bracket.col if across > 0 else bracket.right
            image = move_to(transform_object(shape, flip_left_right), shape.row, 2 * edge - shape.right)
        result = draw(result, image)
    return result


@solves("6c434453")
def rings_to_crosses(grid: Grid) -> Grid:
    """Blue rings become red crosses."""
    for ring in find_frames(grid):
        grid = place(grid, picture(".2. 222 .2."), ring.row, ring.col)
    return grid


@solves("662c240a")
def the_asymmetric_third(grid: Grid) -> Grid:
    """The part that is not symmetric in its diagonal."""
    parts = (part for (part,) in split_equal(grid, 3, 1))
    return only(parts, lambda part: not is_symmetric(part, "diagonal"))


@solves("72ca375d")
def the_symmetric_shape(grid: Grid) -> Grid:
    """The shape that is its own mirror image."""
    return only(find_objects(grid), lambda one: is_symmetric(one.cells, "left_right")).cells


@solves("7e0986d6")
def clean_rectangles(grid: Grid) -> Grid:
    """Noise goes, inside the rectangles as well as outside."""
    colour = most_common_colour(grid, background=0)
    return mask_to_grid(in_block(grid != 0, 2, 2), colour)
