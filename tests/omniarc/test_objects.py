"""Finding objects, their properties, changing and relating them, choosing among them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from omniarc import (
    DOWN_RIGHT,
    LEFT,
    RIGHT,
    UP_RIGHT,
    LanguageError,
    blank,
    bottommost,
    bouncing_ray,
    by_size,
    clusters,
    colour_objects,
    copies_along,
    corner_path,
    corner_rays,
    counterpart,
    direction_to,
    draw,
    enclosed_regions,
    find_frames,
    find_objects,
    find_pattern,
    flip_left_right,
    foreground,
    free_distance,
    gap,
    group_by,
    inner_box,
    inside,
    largest,
    largest_rectangle,
    layers,
    least_common,
    leftmost,
    line_ends,
    merge,
    most_common,
    move,
    move_to,
    nearest,
    nested_objects,
    next_in_order,
    object_at,
    odd_one_out,
    only,
    parts_of,
    ray_to_another,
    recolour,
    rightmost,
    shut_in,
    size_rank,
    smallest,
    spikes,
    steps_to_border,
    tips,
    topmost,
    touches,
    transform_object,
    with_colour,
)


def grid(text: str) -> np.ndarray:
    return np.array([[int(cell) for cell in row] for row in text.split("/")], np.int8)


SCENE = grid("01100000/01000200/00002220/30000200/33000000")


@given(
    hnp.arrays(np.int8, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(0, 3)),
    st.booleans(),
)
def test_components_agree_with_scipy(picture: np.ndarray, diagonal: bool) -> None:
    structure = np.ones((3, 3)) if diagonal else None
    expected = []
    for colour in range(1, 4):
        labels, count = ndimage.label(picture == colour, structure)
        expected += [(labels == number).tobytes() for number in range(1, count + 1)]
    found = find_objects(picture, diagonal=diagonal, background=0)
    assert sorted((draw(blank(*picture.shape), recolour(one, 1)) > 0).tobytes() for one in found) == sorted(
        expected
    )
    firsts = [one.positions[0] for one in found]
    assert firsts == sorted(firsts)
    assert np.array_equal(draw(blank(*picture.shape), found), picture)


def test_object_properties() -> None:
    angle, plus, corner = find_objects(SCENE)
    assert (angle.row, angle.col, angle.height, angle.width) == (0, 1, 2, 2)
    assert (angle.bottom, angle.right, angle.area, angle.size) == (1, 2, 4, 3)
    assert angle.touches_border and not plus.touches_border
    assert plus.centre == (2.0, 5.0) and plus.box == (1, 4, 3, 3)
    assert corner.colours == (3,) and corner.colour == 3
    assert np.array_equal(plus.cells, grid("020/222/020"))
    assert plus.is_square and not plus.is_rectangle and not plus.is_line
    assert angle.positions == ((0, 1), (0, 2), (1, 1))
    with pytest.raises(ValueError, match="read-only"):
        plus.cells[0, 0] = 1


def test_holes_and_frames() -> None:
    picture = grid("11111/10101/11111/00000")
    ring = only(find_objects(picture))
    assert ring.holes == 2 and not ring.is_frame
    assert [one.box for one in find_frames(grid("5550/5050/5550"))] == [(0, 0, 3, 3)]
    assert [one.positions for one in enclosed_regions(picture)] == [((1, 1),), ((1, 3),)]
    leaky = grid("0100/1010/0100")
    assert len(enclosed_regions(leaky)) == 1


def test_multicolour_and_backgrounds() -> None:
    picture = grid("120/000/003")
    assert len(find_objects(picture, multicolour=True)) == 2
    assert len(find_objects(picture, background=-1)) == 4
    assert [one.colour for one in colour_objects(picture)] == [1, 2, 3]
    assert foreground(picture).size == 3
    assert foreground(grid("77/71")).size == 1


def test_objects_from_masks_and_boxes() -> None:
    part = object_at(SCENE, SCENE == 2)
    assert part.box == (1, 4, 3, 3)
    assert object_at(SCENE, (0, 0, 2, 3)).size == 6
    with pytest.raises(LanguageError, match="empty"):
        object_at(SCENE, SCENE == 9)
    with pytest.raises(LanguageError, match="does not lie"):
        object_at(SCENE, (4, 0, 2, 3))


def test_changing_objects() -> None:
    angle = find_objects(SCENE)[0]
    assert move(angle, 1, -1).box == (1, 0, 2, 2)
    assert move_to(angle, 3, 4).box == (3, 4, 2, 2)
    assert recolour(angle, 7).colours == (7,) and angle.colours == (1,)
    assert np.array_equal(transform_object(angle, flip_left_right).cells, grid("11/01"))
    joined = merge([angle, move(angle, 0, 2)])
    assert joined.size == 6 and joined.width == 4
    two = find_objects(grid("1120/0002"), multicolour=True)[0]
    assert [(part.colour, part.box) for part in parts_of(two)] == [(1, (0, 0, 1, 2)), (2, (0, 2, 2, 2))]
    assert draw(blank(2, 2), move(angle, 0, -2)).tolist() == [[1, 0], [0, 0]]


def test_equality_is_by_cells_and_place() -> None:
    first, second = find_objects(grid("101"))
    assert first != second and first.key == second.key
    assert move(first, 0, 2) == second and len({move(first, 0, 2), second}) == 1
    assert first != "something else" and "1x1 at (0, 0)" in repr(first)


def test_finding_patterns_and_rectangles() -> None:
    assert find_pattern(SCENE, grid("22")) == ((2, 4), (2, 5))
    assert find_pattern(SCENE, np.array([[3, -1], [3, 3]])) == ((3, 0),)
    assert find_pattern(grid("1"), grid("11")) == ()
    assert largest_rectangle(grid("1001/1000/0000"), 0).box == (0, 1, 3, 2)
    with pytest.raises(LanguageError, match="no cell"):
        largest_rectangle(SCENE, 9)
    assert inner_box((1, 1, 4, 5)) == (2, 2, 2, 3)


def test_selection() -> None:
    objects = find_objects(SCENE)
    angle, plus, corner = objects
    assert largest(objects) is plus and smallest(objects) is angle
    assert topmost(objects) is angle and bottommost(objects) is corner
    assert leftmost(objects) is corner and rightmost(objects) is plus
    assert by_size(objects) == [plus, angle, corner]
    assert [size_rank(objects, one) for one in objects] == [1, 0, 1]
    assert with_colour(objects, 3) == (corner,)
    assert odd_one_out(objects, lambda one: one.size) is plus
    assert odd_one_out([1, 1, 2]) == 2
    assert most_common(objects, lambda one: one.size) is angle
    assert least_common([4, 4, 5]) == 5
    assert group_by([1, 2, 3], lambda item: item % 2) == {1: [1, 3], 0: [2]}
    assert odd_one_out([grid("1"), grid("2"), grid("1")]).item() == 2
    for choose in (largest, most_common, least_common, odd_one_out, only):
        with pytest.raises(LanguageError):
            choose([])


def test_relations() -> None:
    angle, plus, corner = find_objects(SCENE)
    assert not touches(angle, plus)
    one, other = find_objects(grid("10/02"))
    assert touches(one, other) and not touches(one, other, diagonal=False)
    assert inside(object_at(SCENE, (1, 1, 1, 1)), (0, 0, 3, 3)) and not inside(plus, plus)
    assert direction_to(corner, plus) == (0, 1) and direction_to(plus, corner) == LEFT
    assert direction_to(one, other) == DOWN_RIGHT
    assert gap(angle, plus) == 1 and gap(one, other) == 0
    assert nearest(plus, (angle, plus, corner)) is angle


def test_copies_and_clusters() -> None:
    angle = find_objects(SCENE)[0]
    copies = copies_along(angle, 0, 3)
    assert [one.col for one in copies] == [4, 7] and all(one.row == 0 for one in copies)
    with pytest.raises(LanguageError, match="never end"):
        copies_along(angle, 0, 0)
    (bar,) = find_objects(grid("1100000"))
    assert [one.col for one in copies_along(bar, 0, 3)] == [3, 6]
    assert [one.col for one in copies_along(bar, 0, 3, whole=True)] == [3]
    mask = grid("1010001") > 0
    assert [int(part.sum()) for part in clusters(mask, 2)] == [2, 1]
    assert [int(part.sum()) for part in clusters(mask, 4)] == [3]


def test_rectangles_have_a_least_side() -> None:
    assert largest_rectangle(grid("0000/1001/1001"), 0, min_side=2).box == (0, 1, 3, 2)
    assert largest_rectangle(grid("00000/11111"), 0).box == (0, 0, 1, 5)


def test_an_object_is_shut_in_if_no_free_path_leads_out() -> None:
    board = grid("11110/10210/11110/00003")
    inner, outer, alone = (with_colour(find_objects(board), colour)[0] for colour in (2, 1, 3))
    assert shut_in(board, inner)
    assert not shut_in(board, outer) and not shut_in(board, alone)


def test_spikes_are_the_cells_that_one_other_touches() -> None:
    (shape,) = find_objects(grid("11000/11000/00100"))
    assert spikes(shape) == (((2, 2), (1, 1)),)
    (block,) = find_objects(grid("110/110"))
    assert spikes(block) == ()


def test_a_ray_to_another_needs_something_to_stop_it() -> None:
    board = grid("10020/00000/10001")
    assert ray_to_another(board, (0, 0), (0, 1)) == [(0, 1), (0, 2)]
    assert ray_to_another(board, (0, 0), (1, 1)) == []  # the edge stops it
    assert ray_to_another(board, (2, 0), (0, 1)) == []  # its own colour does


def test_objects_with_what_lies_inside_their_boxes() -> None:
    image = grid("555550000/500050010/502050000/500050030/555550000")
    assert [one.box for one in nested_objects(image)] == [(0, 0, 5, 5), (1, 7, 1, 1), (3, 7, 1, 1)]
    assert nested_objects(image)[0].colour_counts == {5: 16, 2: 1}


def test_layers_are_whole_and_in_the_order_in_which_they_lie() -> None:
    low, *upper = layers(grid("3330000/3332200/3332200/0022440/0022440/0000000"))
    assert (low.colour, low.box, low.size) == (2, (1, 2, 4, 3), 12)
    assert [(one.colour, one.size) for one in upper] == [(3, 9), (4, 4)]
    with pytest.raises(LanguageError, match="no thing hides"):
        layers(grid("110/000/022"))
    with pytest.raises(LanguageError, match="circle"):
        layers(grid("12/21"))


def test_an_object_and_its_order() -> None:
    first, middle, last = find_objects(grid("10203"))
    shuffled = (middle, last, first)
    assert counterpart(first, shuffled, lambda one: one.col) is last
    assert counterpart(middle, shuffled, lambda one: one.col) is middle
    assert next_in_order(first, shuffled, lambda one: one.col) is middle
    assert next_in_order(last, shuffled, lambda one: one.col) is first


def test_steps_to_the_border() -> None:
    things = find_objects(grid("01100/00000/00002/00000"))
    assert [steps_to_border(one) for one in things] == [(0, 0), (0, 0)]
    (inner,) = find_objects(grid("00000/00000/00020/00000"))
    assert steps_to_border(inner) == (1, 0)


def test_rays_from_corners() -> None:
    (block,) = find_objects(grid("0000/0220/0020"))
    assert corner_rays(block) == (((1, 1), (-1, -1)), ((1, 2), (-1, 1)), ((2, 2), (1, 1)))


def test_ends_of_lines_and_tips() -> None:
    (line,) = find_objects(grid("000/010/001"))
    assert line_ends(line) == (((1, 1), (-1, -1)), ((2, 2), (1, 1)))
    (corner,) = find_objects(grid("110/010"))
    assert line_ends(corner) == ()
    (arrow,) = find_objects(grid("0000/0330/0332"), multicolour=True)
    assert tips(arrow) == (((2, 3), (0, 1)),)
    assert tips(line) == ()


def test_rays_bounce() -> None:
    empty = grid("000/000/000/000")
    assert bouncing_ray(empty, (3, 0), UP_RIGHT) == [(2, 1), (1, 2), (0, 1)]
    assert bouncing_ray(grid("000000/000000"), (0, 0), DOWN_RIGHT, "ends") == [
        (1, 1),
        (0, 2),
        (1, 3),
        (0, 4),
        (1, 5),
    ]
    assert bouncing_ray(grid("555/000/000"), (2, 0), UP_RIGHT, "cells") == [(1, 1), (2, 2)]
    assert bouncing_ray(grid("050"), (0, 0), RIGHT) == []
    with pytest.raises(LanguageError, match="sides"):
        bouncing_ray(empty, (0, 0), RIGHT, "corners")


def test_free_distance_stops_at_the_edge_and_at_cells() -> None:
    picture = grid("00000/01100/01000/00000/00300")
    one = find_objects(picture)[0]
    assert [free_distance(picture, one, way) for way in (LEFT, RIGHT, UP_RIGHT)] == [1, 2, 1]
    assert free_distance(picture, one, DOWN_RIGHT) == 2 and free_distance(picture, one, (1, 0)) == 2
    with pytest.raises(LanguageError):
        free_distance(picture, one, (0, 0))


def test_a_path_with_one_corner() -> None:
    assert corner_path((0, 0), (2, 2)) == [(0, 1), (0, 2), (1, 2)]
    assert corner_path((2, 2), (0, 1), "column") == [(1, 2), (0, 2)]
    assert corner_path((1, 1), (1, 3)) == [(1, 2)] and corner_path((1, 1), (1, 1)) == []
    with pytest.raises(LanguageError, match="corner_path goes along"):
        corner_path((0, 0), (1, 1), "diagonal")


def test_a_turned_key_is_that_of_the_shape_turned_and_mirrored_in_any_way() -> None:
    shape = np.array([[5, 0], [5, 0], [5, 5]], np.int8)
    keys = {
        find_objects(np.pad(np.rot90(grid, turns), 1))[0].turned_key
        for grid in (shape, 7 * (shape[:, ::-1] > 0))
        for turns in range(4)
    }
    assert len(keys) == 1
    assert find_objects(np.eye(4, dtype=np.int8))[0].turned_key not in keys
