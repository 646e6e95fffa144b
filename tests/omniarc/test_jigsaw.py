"""Objects put into one grid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omniarc import (
    DOWN,
    DOWN_RIGHT,
    UP,
    LanguageError,
    colour_line,
    colour_objects,
    concentric,
    find_objects,
    fit_together,
    lay_out,
    object_at,
)


def test_concentric_lays_smaller_objects_on_larger_ones() -> None:
    grid = np.zeros((9, 9), np.int8)
    grid[0:5, 0:5] = 1
    grid[1:4, 1:4] = 0
    grid[6:9, 6:9] = 2
    grid[7, 2] = 3
    wanted = [[1, 1, 1, 1, 1], [1, 2, 2, 2, 1], [1, 2, 3, 2, 1], [1, 2, 2, 2, 1], [1, 1, 1, 1, 1]]
    assert concentric(find_objects(grid)).tolist() == wanted
    with pytest.raises(LanguageError, match="no objects"):
        concentric([])


@given(st.integers(2, 5), st.integers(2, 5), st.integers(0, 999))
def test_pieces_of_a_cut_grid_fit_together_again(height: int, width: int, seed: int) -> None:
    """A grid cut in two along a random staircase, the pieces far apart, is put together again."""
    steps = np.sort(np.random.default_rng(seed).integers(1, width, height))
    low = np.arange(width) < steps[:, None]
    board = np.zeros((2 * height + 2, 2 * width + 2), np.int8)
    board[:height, :width][low] = 3
    board[height + 2 :, width + 2 :][~low] = 4
    made = fit_together(find_objects(board), height, width)
    assert sorted(np.bincount(made.ravel(), minlength=5)[[3, 4]]) == sorted([low.sum(), (~low).sum()])
    assert set(np.unique(made)) == {3, 4}


def test_pieces_that_leave_a_gap_are_refused() -> None:
    grid = np.zeros((6, 8), np.int8)
    grid[0, 0:3] = grid[1, 0] = 1
    grid[3:5, 4:6] = 2
    with pytest.raises(LanguageError, match="do not fit together"):
        fit_together(find_objects(grid), 2, 4)
    with pytest.raises(LanguageError, match="do not fill"):
        fit_together([object_at(grid, grid == 1)], 2, 4)


def test_colour_line_follows_the_stripes() -> None:
    stripes = np.repeat(np.array([[4, 2, 9]], np.int8), 2, 1).repeat(5, 0)
    assert colour_line(colour_objects(stripes, background=-1)).tolist() == [[4, 2, 9]]
    assert colour_line(colour_objects(stripes.T, background=-1)).tolist() == [[4], [2], [9]]
    with pytest.raises(LanguageError, match="at least one"):
        colour_line([])


def test_grids_are_laid_out_in_a_direction() -> None:
    one, other = np.full((1, 2), 3, np.int8), np.full((2, 1), 4, np.int8)
    assert lay_out([one, other]).tolist() == [[3, 3, 4], [0, 0, 4]]
    assert lay_out([one, other], DOWN, gap=1, background=5).tolist() == [[3, 3], [5, 5], [4, 5], [4, 5]]
    assert lay_out([one, other], DOWN_RIGHT).tolist() == [[3, 3, 0], [0, 0, 4], [0, 0, 4]]
    with pytest.raises(LanguageError, match="right, down or both"):
        lay_out([one], UP)
