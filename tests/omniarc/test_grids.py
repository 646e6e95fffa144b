"""Whole grids: geometry, composition, colour, drawing, logic, counting, symmetry, patterns, cleaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from omniarc import (
    DOWN,
    DOWN_RIGHT,
    LEFT,
    RIGHT,
    STRAIGHT,
    UP,
    LanguageError,
    anti_transpose,
    bar_chart,
    beside,
    blank,
    blank_like,
    both,
    build_lattice,
    cells_of,
    change_part,
    change_parts,
    col_period,
    colour_column,
    colour_counts,
    colour_parts,
    colour_row,
    colours_of,
    complete_cols,
    complete_pattern,
    complete_rows,
    complete_symmetry,
    connect,
    count_cells,
    count_colour,
    crop,
    crop_to_content,
    crop_to_mask,
    denoise,
    diagonal_grid,
    draw_border,
    draw_cells,
    draw_cols,
    draw_line,
    draw_rectangle,
    draw_rows,
    either,
    exactly_one,
    fill_enclosed,
    fill_reading,
    fill_snake,
    find_objects,
    find_tile,
    first_only,
    fit_into,
    flip_left_right,
    flip_up_down,
    gravity,
    gravity_objects,
    grow,
    halves,
    invert,
    is_symmetric,
    join,
    keep_colour,
    least_common_colour,
    majority_filter,
    make_symmetric,
    map_colours,
    map_parts,
    mask_to_grid,
    mirror_tile,
    most_common_colour,
    neither,
    outline,
    overlay,
    pad,
    paint,
    paint_cells,
    part_colours,
    parts_by_lines,
    picture,
    place,
    ray_cells,
    remove_border,
    remove_lines,
    remove_repeats,
    remove_small,
    repeat_to,
    replace_colour,
    rotate,
    row_period,
    scale_down,
    scale_up,
    separator_colour,
    shift,
    shoot,
    split_by_lines,
    split_equal,
    spread,
    stack,
    stamp,
    swap_colours,
    symmetries_of,
    tile,
    tile_where,
    transpose,
)

GRIDS = hnp.arrays(np.int8, st.tuples(st.integers(1, 8), st.integers(1, 8)), elements=st.integers(0, 4))


def grid(text: str) -> np.ndarray:
    return np.array([[int(cell) for cell in row] for row in text.split("/")], np.int8)


def shown(array: np.ndarray) -> str:
    return "/".join("".join(str(int(cell)) for cell in row) for row in array)


@given(GRIDS)
def test_inverses(image: np.ndarray) -> None:
    turned = image
    for _ in range(4):
        turned = rotate(turned)
    assert np.array_equal(turned, image)
    for twice in (flip_left_right, flip_up_down, transpose, anti_transpose):
        assert np.array_equal(twice(twice(image)), image)
    assert np.array_equal(scale_down(scale_up(image, 3, 2), 3, 2), image)
    assert np.array_equal(remove_border(pad(image, 2, 7), 2), image)
    assert np.array_equal(swap_colours(swap_colours(image, 1, 3), 1, 3), image)
    assert np.array_equal(shift(shift(image, 2, 3, wrap=True), -2, -3, wrap=True), image)


@given(GRIDS, st.integers(1, 3), st.integers(1, 3))
def test_split_and_join(image: np.ndarray, rows: int, cols: int) -> None:
    tiled = tile(image, rows, cols)
    assert np.array_equal(join(split_equal(tiled, rows, cols)), tiled)
    separated = join([[image + 1] * cols] * rows, gap=1, colour=9)
    assume(rows * cols > 1)
    parts = split_by_lines(separated, 9)
    assert np.array_equal(join(parts, gap=1, colour=9), separated)
    assert len(parts) == rows and len(parts[0]) == cols


@given(GRIDS)
def test_falling_keeps_every_cell(image: np.ndarray) -> None:
    for direction in STRAIGHT:
        fallen = gravity(image, direction)
        assert colour_counts(fallen) == colour_counts(image)
        assert np.array_equal(gravity(fallen, direction), fallen)
        assert colour_counts(gravity_objects(image, direction)) == colour_counts(image)


@given(GRIDS)
def test_symmetric_results_are_symmetric(image: np.ndarray) -> None:
    made = mirror_tile(image)
    assert set(symmetries_of(made)) >= {"left_right", "up_down", "rotate_180"}
    assert is_symmetric(made) and is_symmetric(made, "up_down")


@given(GRIDS, st.integers(2, 4), st.integers(2, 4))
def test_tile_is_found_again(image: np.ndarray, rows: int, cols: int) -> None:
    tiled = tile(image, rows, cols)
    found = find_tile(tiled)
    assert found.size <= image.size
    assert np.array_equal(repeat_to(found, *tiled.shape), tiled)


def test_rotation_is_clockwise() -> None:
    assert shown(rotate(grid("12/34"))) == "31/42"
    assert shown(rotate(grid("123"), 3)) == "3/2/1"
    assert shown(anti_transpose(grid("12/34"))) == "42/31"


def test_crops() -> None:
    image = grid("0000/0120/0030")
    assert shown(crop(image, (1, 1, 2, 2))) == "12/03"
    assert shown(crop(image, find_objects(image)[0])) == "1"
    assert shown(crop_to_content(image)) == "12/03"
    assert shown(crop_to_mask(image, image > 1)) == "2/3"
    calls: tuple[Callable[[], object], ...] = (
        lambda: crop(image, (9, 9, 1, 1)),
        lambda: crop_to_content(grid("00"), background=0),
    )
    for bad in calls:
        with pytest.raises(LanguageError):
            bad()


def test_sizes() -> None:
    assert shown(pad(grid("1"), 1, 5)) == "555/515/555"
    with pytest.raises(LanguageError, match="remove_border"):
        pad(grid("1"), -1)
    assert shown(shift(grid("12/34"), 1, 0)) == "00/12"
    assert shown(shift(grid("123"), 0, 1, wrap=True)) == "312"
    assert shown(remove_repeats(grid("1122/1122/3322"))) == "12/32"
    assert shown(remove_lines(grid("151/555/252"), 5)) == "11/22"
    assert shown(fit_into(grid("12/34"), 3, 3, row=1, col=-1, fill=9)) == "999/299/499"
    assert shown(blank(1, 2, 6)) == "66"
    with pytest.raises(LanguageError):
        blank(0, 1)


def test_gravity() -> None:
    assert shown(gravity(grid("10/02/00"))) == "00/00/12"
    assert shown(gravity(grid("102"), RIGHT)) == "012"
    assert shown(gravity(grid("10/20/12/00"), moving=1)) == "10/20/02/10"
    image = grid("110/010/000/003")
    assert shown(gravity_objects(image)) == "000/000/110/013"
    assert shown(gravity_objects(image, LEFT)) == "110/010/000/300"
    assert shown(gravity_objects(grid("12/00"), RIGHT, multicolour=True)) == "12/00"
    with pytest.raises(LanguageError, match="direction"):
        gravity_objects(image, (0, 0))


def test_composition() -> None:
    one, two = grid("1/1"), grid("2/2")
    assert shown(beside(one, two, gap=1, colour=5)) == "152/152"
    assert shown(stack(grid("11"), grid("22"))) == "11/22"
    with pytest.raises(LanguageError, match="fit"):
        beside(one, grid("1"))
    assert shown(mirror_tile(grid("12"), 1, 3)) == "122112"
    assert shown(tile_where(grid("10"), grid("12"))) == "1200"
    assert shown(overlay(grid("120"), grid("003"), grid("040"))) == "143"
    assert shown(place(grid("000/000"), grid("12"), 1, 2, transparent=1)) == "000/000"
    assert shown(place(grid("000/000"), grid("12"), 1, 1)) == "000/012"


def test_splitting() -> None:
    assert [shown(part) for part in halves(grid("125/346"))] == ["1/3", "5/6"]
    assert [shown(part) for part in halves(grid("1/2"))] == ["1", "2"]
    image = grid("1050/5555/0051")
    image[:, 2] = 5
    assert separator_colour(image) == 5
    assert [shown(part) for part in parts_by_lines(image)] == ["10", "0", "00", "1"]
    assert shown(map_parts(split_by_lines(image), lambda part: part.max())) == "10/01"
    with pytest.raises(LanguageError):
        split_equal(image, 2, 2)
    with pytest.raises(LanguageError, match="separator"):
        separator_colour(grid("12/21"))


def test_colours() -> None:
    image = grid("0112/0133")
    assert colour_counts(image, background=0) == {1: 3, 3: 2, 2: 1}
    assert colours_of(image) == (0, 1, 2, 3) and count_colour(image, 3) == 2
    assert most_common_colour(image) == 1 and least_common_colour(image) == 2
    assert most_common_colour(image, background=1) == 0 and least_common_colour(image, background=2) == 0
    assert most_common_colour(image[image > 1]) == 3 and least_common_colour(image[image > 1]) == 2
    assert most_common_colour(grid("4"), background=4) == least_common_colour(grid("4"), background=4) == 4
    assert shown(replace_colour(image, 1, 9)) == "0992/0933"
    assert shown(map_colours(image, {1: 2, 2: 1})) == "0221/0233"
    assert shown(keep_colour(image, 1)) == "0110/0100"
    assert shown(keep_colour(image, (2, 3))) == "0002/0033"
    assert shown(invert(grid("110"))) == "001"
    with pytest.raises(LanguageError, match="two colours"):
        invert(image)
    with pytest.raises(LanguageError, match="no cells"):
        most_common_colour(image[image > 5])


def test_painting() -> None:
    image = grid("1022/1002")
    objects = find_objects(image)
    assert shown(paint(image, image == 0, 5)) == "1522/1552"
    assert shown(paint(image, objects, lambda one: one.size)) == "2033/2003"
    assert shown(paint(image, objects, lambda one: None)) == shown(image)
    assert shown(paint(image, objects[0], 0)) == "0022/0002"
    assert shown(paint(image, image > 0, image + 1)) == "2033/2003"
    everywhere: Any = True  # no array, as comparing a number gives
    nowhere: Any = False
    assert shown(paint(image, everywhere, 4)) == "4444/4444"
    assert shown(paint(image, nowhere, 4)) == shown(image)
    with pytest.raises(LanguageError, match="give objects"):
        paint(image, image == 0, lambda one: one.size)
    ring = grid("111/101/111")
    assert shown(fill_enclosed(ring, 4)) == "111/141/111"
    assert shown(spread(grid("3001/0011"), 3)) == "3331/3311"


def test_lines() -> None:
    empty = blank(3, 3)
    assert shown(draw_line(empty, (0, 0), (2, 2), 4)) == "400/040/004"
    assert shown(draw_line(empty, (1, -5), (1, 1), 4)) == "000/440/000"
    with pytest.raises(LanguageError, match="diagonal"):
        draw_line(empty, (0, 0), (1, 2), 1)
    assert ray_cells(grid("0002"), (0, 0), RIGHT) == [(0, 1), (0, 2)]
    assert shown(shoot(grid("3002"), [(0, 0)], RIGHT)) == "3332"
    assert shown(shoot(grid("300/000/020"), [(0, 0)], (DOWN, DOWN_RIGHT), 8)) == "300/880/828"
    assert shown(shoot(grid("300/010/000"), [(0, 0)], DOWN_RIGHT, 8, through=None)) == "300/080/008"
    assert shown(draw_rows(empty, [1], 2)) == "000/222/000"
    assert shown(draw_cols(empty, [0, 2], 2)) == "202/202/202"
    assert cells_of(grid("01/10")) == [(0, 1), (1, 0)]


def test_areas_and_stamps() -> None:
    empty = blank(3, 3)
    assert shown(draw_rectangle(empty, (1, 1, 5, 1), 4)) == "000/040/040"
    assert shown(draw_border(empty, 2)) == "222/202/222"
    assert shown(draw_border(blank(4, 4), 2, where=(0, 0, 2, 3))) == "2220/2220/0000/0000"
    dot = find_objects(grid("000/050/000"))[0]
    assert shown(outline(grid("000/050/000"), dot, 1)) == "111/151/111"
    assert shown(outline(grid("030/050/000"), dot, 1, diagonal=False, onto=0)) == "030/151/010"
    assert grow(grid("000/010/000") > 0, diagonal=False).sum() == 5
    assert shown(stamp(empty, grid("101/020/101"), [(0, 0)])) == "200/010/000"
    scene = grid("300/040/000")
    own: Any = [[5, -1], [10, 6]]  # programs give nested lists too
    assert shown(stamp(scene, own, [(1, 1)], hook=(0, 0), transparent=-1)) == "300/050/046"
    assert shown(stamp(scene, own, [(1, 1)], hook=(1, 0), transparent=-1, onto=0)) == "350/046/000"
    assert shown(paint_cells(empty, lambda row, col: row if row == col else None)) == "000/010/002"


def test_connect() -> None:
    assert shown(connect(grid("2002/0000/2000"), line=1)) == "2112/1000/2000"
    assert shown(connect(grid("20302"), 2)) == "20302"
    assert shown(connect(grid("20302"), 2, over=None)) == "22222"
    assert shown(connect(grid("202/000/202"), 2, cols=False)) == "222/000/222"


def test_logic() -> None:
    one, other = grid("1100"), grid("0202")
    assert both(one, other).tolist() == [[False, True, False, False]]
    assert shown(mask_to_grid(either(one, other), 3)) == "3303"
    assert shown(mask_to_grid(exactly_one(one, other), 3)) == "3003"
    assert shown(mask_to_grid(neither(one, other), 3)) == "0030"
    assert shown(mask_to_grid(first_only(one, other), 3)) == "3000"
    with pytest.raises(LanguageError, match="combine"):
        both(one, grid("1"))


def test_counting() -> None:
    assert shown(colour_row([1, 2])) == "12" and shown(colour_column([1, 2])) == "1/2"
    assert shown(diagonal_grid(2, 3)) == "30/03"
    assert shown(bar_chart([1, 3], [4, 5])) == "05/05/45"
    assert shown(bar_chart([1, 0], [4, 5], height=2)) == "00/40"
    assert shown(fill_snake(2, 3, [1, 2, 3, 4])) == "123/004"
    assert shown(fill_reading(2, 2, [1, 2, 3, 4, 5])) == "12/34"


def test_symmetry_completion() -> None:
    assert shown(make_symmetric(grid("12/00"), "up_down")) == "12/12"
    assert shown(make_symmetric(grid("100/000/000"), ("left_right", "up_down"))) == "101/000/101"
    whole = mirror_tile(grid("123/231/312"))
    holed = whole.copy()
    holed[0:2, 1:3] = 0
    assert np.array_equal(complete_symmetry(holed), whole)
    assert shown(crop_to_mask(whole, holed == 0)) == "23/31"
    with pytest.raises(LanguageError, match="choose from"):
        make_symmetric(whole, "sideways")


def test_patterns() -> None:
    assert row_period(grid("12/31/12")) == 2 and col_period(grid("1211")) == 3
    assert col_period(grid("1201"), hidden=0) == 3
    assert shown(complete_pattern(grid("1212/2121/1200/2121"))) == "1212/2121/1212/2121"
    assert shown(complete_rows(grid("12100/33000"))) == "12121/33333"
    assert shown(complete_cols(grid("1/2/1/0"))) == "1/2/1/2"
    with pytest.raises(LanguageError, match="repeat"):
        find_tile(grid("12/34"))


def test_cleaning() -> None:
    assert shown(remove_small(grid("101/001/000"))) == "001/001/000"
    assert shown(majority_filter(grid("111/121/111"))) == "111/111/111"
    assert shown(denoise(grid("111/151/111"), 5)) == "111/111/111"
    assert shown(denoise(grid("1133/1833/1133"))) == "1133/1133/1133"
    specks = grid("000009/091190/011110/011119/009000")
    assert shown(denoise(specks, 9)) == "000000/011110/011110/011110/000000"


def test_lattices_and_parts() -> None:
    lattice = build_lattice(grid("12/30"), (1, 2), 5)
    assert shown(lattice) == "11522/55555/33500"
    assert shown(map_parts(split_by_lines(lattice), lambda part: part[0, 0])) == "12/30"
    assert shown(change_part(grid("123/456"), (0, 1, 2, 2), flip_left_right)) == "132/465"
    assert shown(change_parts(grid("123/456"), [(0, 0, 1, 2), (1, 1, 1, 2)], flip_left_right)) == "213/465"
    with pytest.raises(LanguageError, match="lie in"):
        change_part(grid("1"), (0, 0, 2, 2), rotate)
    assert shown(picture("1.2 34.")) == shown(picture("102/340")) == "102/340"
    with pytest.raises(LanguageError, match="digits"):
        picture("12 3")
    assert shown(blank_like(grid("12"), 3)) == "33"


def test_the_parts_of_a_lattice_have_colours_of_their_own() -> None:
    lattice = grid("1152/1152/5555/3350")
    assert np.array_equal(part_colours(lattice), grid("12/30"))
    assert np.array_equal(colour_parts(lattice, grid("44/30")), grid("4454/4454/5555/3350"))
    with pytest.raises(LanguageError):
        colour_parts(lattice, grid("443/300"))


def test_cells() -> None:
    assert shown(draw_cells(blank(2, 2), [(0, 1), (5, 5)], 4)) == "04/00"
    assert count_cells(grid("0120")) == 2 and count_cells(grid("11"), background=1) == 0


def test_opposite_directions() -> None:
    assert tuple(-step for step in UP) == DOWN
