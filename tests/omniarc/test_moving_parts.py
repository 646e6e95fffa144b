"""Parts that slide: until something stops them, or so many steps; content that is repeated."""

from __future__ import annotations

import numpy as np
import pytest

from omniarc import DOWN, RIGHT, UP, LanguageError, picture, repeat_content, slide


def test_parts_slide_until_the_border_or_another_cell() -> None:
    grid = np.array([[0, 2, 0, 2], [0, 0, 0, 0], [0, 5, 0, 0], [0, 0, 0, 0]], dtype=np.int8)
    before = grid.copy()
    out = slide(grid, grid == 2, DOWN)
    assert out.tolist() == [[0, 0, 0, 0], [0, 2, 0, 0], [0, 5, 0, 0], [0, 0, 0, 2]]
    assert (grid == before).all()


def test_parts_ahead_make_room_first() -> None:
    grid = np.array([[2, 0, 2, 0, 0]], dtype=np.int8)
    assert slide(grid, grid == 2, RIGHT).tolist() == [[0, 0, 0, 2, 2]]


@pytest.mark.parametrize(("steps", "column"), [(1, 1), ("width", 2), ("height", 3), (9, 4)])
def test_steps_limit_the_way(steps: int | str, column: int) -> None:
    grid = np.zeros((3, 6), dtype=np.int8)
    grid[:, :2] = 7
    out = slide(grid, grid == 7, RIGHT, steps)
    assert (out == 7).any(axis=0).tolist() == [column <= c < column + 2 for c in range(6)]


def test_colours_travel_and_the_background_is_left_behind() -> None:
    grid = np.array([[1, 2, 8, 8]], dtype=np.int8)
    assert slide(grid, grid != 8, RIGHT, background=8).tolist() == [[8, 8, 1, 2]]


def test_content_is_repeated_with_the_gap_inside_it() -> None:
    grid = picture("0100200000000/0100200000000")
    assert np.array_equal(repeat_content(grid, RIGHT, "inside"), picture("0100200100200/0100200100200"))
    upwards = repeat_content(np.rot90(grid), UP, "inside")
    assert np.array_equal(upwards, np.rot90(picture("0100200100200/0100200100200")))
    with pytest.raises(LanguageError):
        repeat_content(picture("0120000"), RIGHT, "inside")
