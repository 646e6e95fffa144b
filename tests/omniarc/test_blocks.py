"""Words that make grids of blocks, and words that continue patterns on larger grids."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omniarc import (
    LanguageError,
    arrange,
    blocks_by_colour,
    colour_blocks,
    continue_shift,
    diagonal_copies,
    fill_checkered,
    merge_parts,
    repeat_edges,
    split_equal,
)


def grid(*rows: str) -> np.ndarray:
    return np.array([[int(cell) for cell in row] for row in rows], np.int8)


def test_colour_blocks_draw_the_mask_in_each_cells_colour() -> None:
    made = colour_blocks(grid("12"), grid("10", "11"), background=5)
    assert made.tolist() == [[1, 5, 2, 5], [1, 1, 2, 2]]


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 999))
def test_blocks_by_colour_can_be_read_back(rows: int, cols: int, seed: int) -> None:
    source = np.random.default_rng(seed).integers(0, 3, (rows, cols))
    blocks = {colour: np.full((2, 3), colour) for colour in range(3)}
    parts = split_equal(blocks_by_colour(source, blocks), rows, cols)
    assert [[int(part[0, 0]) for part in row] for row in parts] == source.tolist()


def test_blocks_by_colour_names_the_missing_colour() -> None:
    with pytest.raises(LanguageError, match="colour 4"):
        blocks_by_colour(grid("14"), {1: grid("11")})


def test_merge_parts_looks_cells_up() -> None:
    parts = [grid("01"), grid("00"), grid("01")]
    assert merge_parts(parts, {(0, 0, 0): 7, (1, 0, 1): 2}).tolist() == [[7, 2]]
    assert merge_parts(parts, {(0, 0, 0): 7}).tolist() == [[7, 1]]
    with pytest.raises(LanguageError, match="one shape"):
        merge_parts([grid("01"), grid("0")], {})


def test_arrange_fills_in_reading_order() -> None:
    made = arrange([grid("12")] * 3, 3, 4, background=9)
    assert made.tolist() == [[1, 2, 1, 2], [1, 2, 9, 9], [9, 9, 9, 9]]
    with pytest.raises(LanguageError, match="do not fit"):
        arrange([grid("12")] * 3, 1, 4)


def test_diagonal_copies_go_on_until_the_edge() -> None:
    down = ["1200", "0120", "0012"]
    assert diagonal_copies(grid("12"), 1, 1, 3, 4).tolist() == grid(*down).tolist()
    up = diagonal_copies(grid("12"), -1, 1, 3, 4)
    assert up.tolist() == grid(*down[::-1]).tolist()
    with pytest.raises(LanguageError, match="never ends"):
        diagonal_copies(grid("12"), 0, 0, 3, 4)


def test_repeat_edges_can_colour_the_corners() -> None:
    assert repeat_edges(grid("12")).tolist() == grid("1122", "1122", "1122").tolist()
    assert repeat_edges(grid("12"), corners=0).tolist() == grid("0120", "1122", "0120").tolist()


@given(st.integers(1, 3), st.integers(3, 5))
def test_continue_shift_repeats_a_period(period: int, width: int) -> None:
    tile = np.arange(1, period * width + 1, dtype=np.int8).reshape(period, width)
    source = np.tile(tile, (3, 1))
    wanted = np.tile(tile, (5, 1))
    assert np.array_equal(continue_shift(source, 5 * period, width), wanted)
    assert np.array_equal(continue_shift(source.T, width, 5 * period), wanted.T)


def test_continue_shift_goes_sideways() -> None:
    stairs = grid("110000", "010000", "011000", "001000")
    wanted = grid("110000", "010000", "011000", "001000", "001100", "000100")
    assert continue_shift(stairs, 6, 6).tolist() == wanted.tolist()


def test_fill_checkered_uses_every_second_cell() -> None:
    assert fill_checkered(3, 3, [1] * 4).tolist() == grid("101", "010", "100").tolist()
