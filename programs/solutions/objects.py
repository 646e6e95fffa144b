"""Objects: chosen, moved, recoloured, compared."""
# ruff: noqa: B023, F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.catalogue import solves


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
    return slide(grid, grid == 2, direction_to(red, blue))


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
    for row, col in cells_of(grid == 2):
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
        shape = only(shapes, lambda one: one.shape_key == hole.shape_key)
        grid = paint(paint(grid, shape, 0), hole, shape.colour)
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
    return draw(paint(grid, frame, 0), move(frame, *step))


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
    return draw(paint(grid, shape, 0), [move(shape, down * steps, across * steps), recolour(behind, 8)])


@solves("662c240a")
def the_asymmetric_third(grid: Grid) -> Grid:
    """The part that is not symmetric in its diagonal."""
    parts = (part for (part,) in split_equal(grid, 3, 1))
    return only(parts, lambda part: not is_symmetric(part, "diagonal"))


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


@solves("72ca375d")
def the_symmetric_shape(grid: Grid) -> Grid:
    """The shape that is its own mirror image."""
    return only(find_objects(grid), lambda one: is_symmetric(one.cells, "left_right")).cells


@solves("7e0986d6")
def clean_rectangles(grid: Grid) -> Grid:
    """Noise goes, inside the rectangles as well as outside."""
    colour = most_common_colour(grid, background=0)
    return mask_to_grid(in_block(grid != 0, 2, 2), colour)


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
    pulled = paint(grid, target, 0)
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
    for row, col in cells_of(grid == 5):
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
        (row, col), *_ = cells_of(grid == centre)
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
    colours = colours_of(grid, background=0)
    rings = [(count_near(grid == colour, "all") == 8) & (grid != colour) for colour in colours]
    return crop_to_mask(grid, only(rings, np.any))


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


@solves("fcb5c309")
def frame_with_most_dots(grid: Grid) -> Grid:
    """The frame that holds most dots, in their colour."""
    frames = find_frames(grid)
    dots = only(colours_of(grid, background=0), lambda colour: colour != frames[0].colour)
    best = max(frames, key=lambda one: count_colour(crop(grid, one), dots))
    return replace_colour(crop(grid, best), best.colour, dots)
