"""Whole-grid geometry: flips, rotations, scaling, tilings, crops."""
# ruff: noqa: F403, F405

from __future__ import annotations

from omniarc import *
from programs.catalogue import solves


@solves("007bbfb7")
def own_shape_of_copies(grid: Grid) -> Grid:
    """A copy of the grid for each of its coloured cells."""
    return tile_where(grid, grid)


@solves("0b148d64")
def crop_to_rare_colour(grid: Grid) -> Grid:
    """The part of the colour that is rarest."""
    return crop_to_mask(grid, grid == least_common_colour(grid))


@solves("1c786137")
def inside_of_the_frame(grid: Grid) -> Grid:
    """What the big frame encloses."""
    return crop(grid, inner_box(largest(find_objects(grid, diagonal=False))))


@solves("1cf80156")
def crop_the_shape(grid: Grid) -> Grid:
    """The one shape alone."""
    return crop_to_content(grid)


@solves("2013d3e2")
def top_left_quarter(grid: Grid) -> Grid:
    """A quarter of the symmetric shape."""
    return split_equal(crop_to_content(grid), 2, 2)[0][0]


@solves("25ff71a9")
def down_by_one(grid: Grid) -> Grid:
    """Everything moves down by a row."""
    return shift(grid, 1, 0)


@solves("28bf18c6")
def shape_twice(grid: Grid) -> Grid:
    """The shape alone, twice side by side."""
    shape = crop_to_content(grid)
    return beside(shape, shape)


@solves("2dee498d")
def first_third(grid: Grid) -> Grid:
    """One of the three equal parts."""
    return split_equal(grid, 1, 3)[0][0]


@solves("3906de3d")
def rise_to_the_ceiling(grid: Grid) -> Grid:
    """Cells rise until something stops them."""
    return gravity(grid, UP)


@solves("3af2c5a8")
def mirror_four_times(grid: Grid) -> Grid:
    """The grid and its mirror images, two by two."""
    return mirror_tile(grid)


@solves("3c9b0459")
def half_turn(grid: Grid) -> Grid:
    """Rotate by 180 degrees."""
    return rotate(grid, 2)


@solves("3de23699")
def inside_of_the_corners(grid: Grid) -> Grid:
    """What lies between the four corner cells, in their colour."""
    corners = max(colour_objects(grid), key=lambda one: one.area)
    return mask_to_grid(crop(grid, inner_box(corners)), corners.colour)


@solves("3f7978a0")
def crop_between_the_posts(grid: Grid) -> Grid:
    """The part framed by two grey posts and their light blue ends."""
    posts = object_at(grid, grid == 5)
    return crop(grid, (posts.row - 1, posts.col, posts.height + 2, posts.width))


@solves("46f33fce")
def scale_what_is_left(grid: Grid) -> Grid:
    """Every second cell as a block of four by four."""
    return scale_up(grid[1::2, 1::2], 4)


@solves("4c4377d9")
def mirror_above(grid: Grid) -> Grid:
    """The grid below its mirror image."""
    return stack(flip_up_down(grid), grid)


@solves("5614dbcf")
def shrink_without_noise(grid: Grid) -> Grid:
    """Each block of nine becomes a cell of its most common colour."""
    return map_parts(split_equal(grid, 3, 3), most_common_colour)


@solves("5bd6f4ac")
def top_right_corner(grid: Grid) -> Grid:
    """The three by three cells at the top right."""
    return crop(grid, (0, grid.shape[1] - 3, 3, 3))


@solves("67a3c6ac")
def mirror_left_right(grid: Grid) -> Grid:
    """The mirror image."""
    return flip_left_right(grid)


@solves("67e8384a")
def mirror_to_four(grid: Grid) -> Grid:
    """The grid and its mirror images, two by two."""
    return mirror_tile(grid)


@solves("68b16354")
def mirror_up_down(grid: Grid) -> Grid:
    """Upside down."""
    return flip_up_down(grid)


@solves("6b9890af")
def shape_fills_the_frame(grid: Grid) -> Grid:
    """The shape, scaled to the inside of the red frame, in it."""
    frame = object_at(grid, grid == 2)
    shape = foreground(replace_colour(grid, 2, 0)).cells
    return place(frame.cells, scale_up(shape, (frame.width - 2) // shape.shape[1]), 1, 1)


@solves("6fa7a44f")
def with_reflection_below(grid: Grid) -> Grid:
    """The grid over its mirror image."""
    return stack(grid, flip_up_down(grid))


@solves("7468f01a")
def crop_and_mirror(grid: Grid) -> Grid:
    """The rectangle alone, mirrored."""
    return flip_left_right(crop_to_content(grid))


@solves("746b3537")
def one_of_each_stripe(grid: Grid) -> Grid:
    """Stripes reduced to one cell each."""
    return remove_repeats(grid)


@solves("74dd1130")
def swap_rows_and_columns(grid: Grid) -> Grid:
    """Mirror in the diagonal."""
    return transpose(grid)


@solves("780d0b14")
def one_cell_for_each_area(grid: Grid) -> Grid:
    """The colour of each of the noisy areas."""
    return map_parts(split_by_lines(grid, 0), lambda part: most_common_colour(part, background=0))


@solves("80af3007")
def shape_of_its_own_shape(grid: Grid) -> Grid:
    """The shape of blocks, a copy of it in each of its cells."""
    shape = scale_down(crop_to_content(grid), 3)
    return tile_where(shape, shape)


@solves("8be77c9e")
def reflection_below(grid: Grid) -> Grid:
    """The grid over its mirror image."""
    return stack(grid, flip_up_down(grid))


@solves("8f2ea7aa")
def shape_in_its_own_cells(grid: Grid) -> Grid:
    """A copy of the shape for each of its cells."""
    shape = crop_to_content(grid)
    return tile_where(shape, shape)


@solves("90c28cc7")
def a_cell_for_a_rectangle(grid: Grid) -> Grid:
    """Each rectangle shrunk to a cell."""
    return remove_repeats(crop_to_content(grid))


@solves("9172f3a0")
def three_times_as_large(grid: Grid) -> Grid:
    """Every cell as three by three."""
    return scale_up(grid, 3)


@solves("a416b8f3")
def side_by_side(grid: Grid) -> Grid:
    """The grid twice."""
    return beside(grid, grid)


@solves("a740d043")
def crop_and_clear(grid: Grid) -> Grid:
    """What lies on blue, with black for blue."""
    return replace_colour(crop_to_content(grid, background=1), 1, 0)


@solves("a79310a0")
def red_and_down(grid: Grid) -> Grid:
    """The shape in red, a row lower."""
    return shift(replace_colour(grid, 8, 2), 1, 0)


@solves("ac0a08a4")
def as_large_as_it_has_cells(grid: Grid) -> Grid:
    """Scaled by the number of coloured cells."""
    return scale_up(grid, count_cells(grid))


@solves("b91ae062")
def as_large_as_it_has_colours(grid: Grid) -> Grid:
    """Scaled by the number of colours."""
    return scale_up(grid, len(colours_of(grid, background=0)))


@solves("b94a9452")
def crop_and_invert(grid: Grid) -> Grid:
    """The square with its two colours swapped."""
    return invert(crop_to_content(grid))


@solves("c59eb873")
def twice_as_large(grid: Grid) -> Grid:
    """Every cell as two by two."""
    return scale_up(grid, 2)


@solves("c909285e")
def crop_to_the_rare_frame(grid: Grid) -> Grid:
    """What the frame of the rarest colour encloses, with it."""
    return crop_to_mask(grid, grid == least_common_colour(grid))


@solves("c9e6f938")
def mirror_to_the_right(grid: Grid) -> Grid:
    """The grid and its mirror image."""
    return mirror_tile(grid, 1, 2)


@solves("d10ecb37")
def top_left_four(grid: Grid) -> Grid:
    """The two by two cells at the top left."""
    return crop(grid, (0, 0, 2, 2))


@solves("e3497940")
def fold_at_the_grey_line(grid: Grid) -> Grid:
    """The right half is folded onto the left."""
    left, right = parts_by_lines(grid, 5)
    return overlay(left, flip_left_right(right))


@solves("e98196ab")
def lay_halves_on_each_other(grid: Grid) -> Grid:
    """What both halves hold, in one."""
    return overlay(*parts_by_lines(grid, 5))


@solves("eb281b96")
def mirror_down_three_times(grid: Grid) -> Grid:
    """The grid is mirrored downwards three times, sharing its edge rows."""
    mirrored = flip_up_down(grid)
    return stack(grid, mirrored[1:], grid[1:], mirrored[1:])


@solves("eb5a1d5d")
def shrink_to_structure(grid: Grid) -> Grid:
    """Repeated rows and columns are left out."""
    return remove_repeats(grid)


@solves("f25fbde4")
def content_twice_as_large(grid: Grid) -> Grid:
    """The content, scaled by two."""
    return scale_up(crop_to_content(grid), 2)


@solves("f25ffba3")
def mirror_upwards(grid: Grid) -> Grid:
    """The lower half is mirrored upwards."""
    return overlay(grid, flip_up_down(grid))
