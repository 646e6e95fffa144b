"""Words that speak of every cell at once: masks, maps, regions, panels, stamps and copies."""

from __future__ import annotations

import numpy as np
import pytest

from omniarc import (
    DOWN,
    LEFT,
    RIGHT,
    UP_LEFT,
    LanguageError,
    attract,
    best_middle,
    between,
    border_colour,
    box_depth,
    box_edges_of,
    boxes_of,
    colour_ahead,
    colour_around,
    colour_of_column,
    colour_of_row,
    colour_regions,
    column_numbers,
    columns_full_of,
    columns_like,
    columns_off,
    columns_with,
    complete_copies,
    complete_lattice,
    complete_recoloured,
    copied_from,
    corners_of,
    count_ahead,
    count_in_column,
    count_in_row,
    count_near,
    depth,
    distance_to,
    enclosed,
    in_block,
    in_box_of,
    in_largest_box,
    in_line_with,
    in_middle_of,
    is_largest,
    is_smallest,
    looks_at,
    make_symmetric,
    mirrored_about,
    nearest_colour,
    off_corners,
    panels_of,
    part_masks,
    reachable,
    region_at_border,
    region_beside,
    region_centres,
    region_colour,
    region_colours,
    region_column,
    region_copies,
    region_count_of,
    region_depth,
    region_height,
    region_holes,
    region_is_box,
    region_mirrors,
    region_order,
    region_rank,
    region_rarest_colour,
    region_row,
    region_size,
    region_width,
    regions,
    repeat_content,
    row_numbers,
    rows_full_of,
    rows_like,
    rows_off,
    rows_with,
    same_near,
    steps_to,
    touching,
)


def grid(text: str) -> np.ndarray:
    return np.array([[int(cell) for cell in row] for row in text.split("/")], np.int8)


def shown(array: np.ndarray) -> str:
    return "/".join("".join(str(int(cell)) for cell in row) for row in array)


SCENE = grid("11000/11020/00020/30020")
PARTS = regions(SCENE != 0)


def test_neighbourhoods() -> None:
    dot = grid("000/010/000") > 0
    assert shown(touching(dot)) == "010/101/010"
    assert shown(touching(dot, "corners")) == "101/000/101"
    assert shown(count_near(dot, "all")) == "111/101/111"
    assert shown(same_near(grid("11/12"))) == "21/10"
    assert shown(distance_to(dot)) == "111/101/111"
    assert shown(distance_to(dot, "taxi")) == "212/101/212"


def test_lines_of_sight() -> None:
    ends = grid("10010") > 0
    assert shown(between(ends)) == "01100"
    assert shown(looks_at(ends, RIGHT)) == "11100"
    assert shown(in_line_with(grid("010/000") > 0, "column")) == "000/010"
    assert shown(colour_ahead(grid("0203"), RIGHT)) == "2330"
    assert shown(nearest_colour(grid("1002"), grid("1001") > 0)) == "1122"


def test_rows_and_columns() -> None:
    image = grid("100/111/000")
    mask = image > 0
    assert shown(rows_with(mask)) == "111/111/000" and shown(columns_with(mask)) == "111/111/111"
    assert shown(rows_full_of(mask)) == "000/111/000" and shown(columns_full_of(mask)) == "000/000/000"
    assert shown(count_ahead(mask, LEFT)) == "011/012/000" and shown(count_ahead(mask, DOWN)) == "111/000/000"
    lines = grid("120/000/120")
    assert shown(rows_like(lines, 0)) == "111/000/111" and shown(columns_like(lines, 2)) == "001/001/001"
    with pytest.raises(LanguageError, match="straight"):
        count_ahead(mask, UP_LEFT)
    assert shown(count_in_row(mask)) == "111/333/000" and shown(count_in_column(mask)) == "211/211/211"
    assert shown(row_numbers(image)) == "000/111/222" and shown(column_numbers(image)) == "012/012/012"
    assert shown(depth(image)) == "000/010/000"
    assert (
        shown(colour_of_row(grid("201/000"))) == "111/000" and shown(colour_of_column(grid("2/0"))) == "2/2"
    )
    assert shown(border_colour(grid("120/304"), "right")) == "000/444"


def test_areas() -> None:
    ring = grid("1110/1010/1110") > 0
    assert shown(enclosed(~ring)) == "0000/0100/0000"
    assert shown(in_box_of(grid("100/001") > 0)) == "111/111"
    assert shown(boxes_of(grid("1000/0100/0001") > 0)) == "1100/1100/0001"
    assert shown(box_edges_of(grid("11010/00001/01000/11000") > 0)) == "11011/00011/11000/11000"
    assert shown(box_edges_of(grid("0010/0000/1000/0110/0001") > 0)) == "0010/0000/1111/1001/1111"
    assert shown(in_block(grid("110/111/001") > 0, 2, 2)) == "110/110/000"
    assert shown(in_largest_box(grid("110/111/001") > 0)) == "110/110/000"
    free = grid("1101") > 0
    assert shown(reachable(free, grid("1000") > 0)) == "1100"
    assert (steps_to(grid("1000") > 0, free).ravel()[:2] == [0, 1]).all()


def test_places_in_the_view_of_a_box() -> None:
    mask = grid("00000/01100/01100/00000/00000") > 0
    assert rows_off(mask)[:, 0].tolist() == [-1, 0, 0, 1, 2]
    assert columns_off(mask)[0].tolist() == [-1, 0, 0, 1, 2]
    assert shown(off_corners(mask)) == "10010/00000/00000/10010/00001"
    ring = grid("00000/01110/01010/01110/00000") > 0
    assert box_depth(ring).tolist()[2] == [-1, 0, 1, 0, -1] and box_depth(ring)[0, 0] == -1
    assert shown(in_middle_of(ring)) == "00000/00000/11111/00000/00000"
    assert shown(in_middle_of(mask, "column")) == "01100/01100/01100/01100/01100"
    assert not in_middle_of(mask & False).any() and not box_depth(mask & False).any()


def test_regions() -> None:
    assert shown(PARTS) == "11000/11020/00020/30020"
    assert colour_regions(grid("12")).tolist() == [[1, 2]]
    assert [int(part.sum()) for part in part_masks(PARTS)] == [4, 3, 1]
    assert shown(region_size(PARTS)) == "44000/44030/00030/10030"
    assert shown(region_height(PARTS)) == "22000/22030/00030/10030"
    assert shown(region_width(PARTS)) == "22000/22010/00010/10010"
    assert region_is_box(PARTS).sum() == 8 and region_mirrors(PARTS, "left_right").sum() == 8
    assert region_at_border(PARTS).sum() == 8 and region_copies(PARTS).max() == 1
    assert shown(region_rank(PARTS, region_size(PARTS))) == "11000/11020/00020/30020"
    assert is_largest(PARTS).sum() == 4 and is_smallest(PARTS).sum() == 1
    assert region_count_of(PARTS, SCENE == 2).max() == 3
    assert region_beside(PARTS, grid("00000/00000/10000/00000") > 0).sum() == 5
    assert region_order(PARTS, "right").max() == 3 and region_order(PARTS, "right")[3, 4 - 1] == 1
    assert region_row(PARTS)[3, 3] == 2 and region_column(PARTS)[1, 1] == 1 and region_row(PARTS)[0, 4] == -1
    assert region_depth(regions(grid("111/111/111") > 0))[1, 1] == 2
    assert region_holes(regions(grid("111/101/111") > 0)).max() == 1
    assert region_colours(regions(grid("12") > 0), grid("12")).max() == 2
    assert shown(region_centres(regions(grid("111") > 0))) == "010"
    two = regions(grid("112") > 0)
    assert region_colour(two, grid("112")).max() == 1 and region_rarest_colour(two, grid("112")).max() == 2
    assert colour_around(regions(grid("030/010") == 1), grid("030/010"), 0).max() == 3


def test_panels_and_symmetry() -> None:
    image = grid("1352/0453")
    parts = panels_of(image)
    assert shown(parts) == "1102/1102"
    assert shown(copied_from(image, parts, region_count_of(parts, image == 1))) == "1351/0450"
    box = grid("1100/0000") > 0
    assert shown(mirrored_about(grid("1200/0000"), box, "left_right"))[:2] == "21"
    assert shown(mirrored_about(grid("1200/3000"), grid("1100/1100") > 0, "rotate_90")) == "3100/0200"
    assert shown(mirrored_about(grid("1200/0000"), box, "diagonal")) == "1200/0000"
    assert shown(make_symmetric(grid("1000/0000"), "left_right", about=box)) == "1100/0000"
    assert shown(make_symmetric(grid("1000/0000"), "left_right", about=box & False)) == "1000/0000"


def test_the_best_middle_is_where_most_cells_meet_their_own_colour() -> None:
    lopsided = grid("010300/012210")
    middle = best_middle(lopsided, "left_right")
    assert shown(middle) == "001100/001100"
    assert shown(mirrored_about(lopsided, middle, "left_right")) == "003010/012210"
    assert not best_middle(grid("000/000"), "up_down").any()
    bent = grid("010/110/000")
    assert shown(mirrored_about(bent, best_middle(bent, "rotate_180"), "rotate_180")) == "110/100/000"
    wheel = grid("0000/0110/0113/0000")
    assert shown(best_middle(wheel, "rotate_90")) == "0000/0110/0110/0000"


def test_copies_and_stamps() -> None:
    assert corners_of(PARTS) == [(0, 0), (1, 3), (3, 0)]
    assert shown(complete_lattice(grid("1212/2100"))) == "1212/2121"
    assert shown(repeat_content(grid("12000"), RIGHT, 0)) == "12121"
    assert shown(attract(grid("10003"), 1, 3)) == "00013"
    assert shown(complete_copies(grid("12000/00000/00110/00110"), scales=2)) == "12000/00000/00112/00112"
    assert shown(complete_copies(grid("1200/0000/0010"))) == "1200/0000/0012"
    assert shown(complete_recoloured(grid("1211/0000/3400"))) == "1211/0000/3433"
    upright = grid("1222/0000/0100/0200/0000/0000")
    assert shown(complete_recoloured(upright)) == shown(upright)
    assert shown(complete_recoloured(upright, turned=True)) == "1222/0000/0100/0200/0200/0200"
    at_scale = grid("120000/100000/000000/003344/003344/000000/000000")
    assert (
        shown(complete_recoloured(at_scale, scales=2)) == "120000/100000/000000/003344/003344/003300/003300"
    )


def test_unknown_direction() -> None:
    with pytest.raises(ValueError, match="no direction"):
        colour_ahead(SCENE, (0, 2))
