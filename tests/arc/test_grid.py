"""Grids are checked where they enter."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from arc import Grid, GridError, as_grid, grid_key, same_grid, to_rows

grids = arrays.arrays(
    np.int8, st.tuples(st.integers(1, 30), st.integers(1, 30)), elements=st.integers(0, 9), fill=st.just(0)
)


@given(grids)
def test_rows_and_back(array: Grid) -> None:
    grid = as_grid(array)
    assert same_grid(as_grid(to_rows(grid)), grid)
    assert to_rows(grid) == array.tolist()


@given(grids, grids)
def test_keys_are_equal_exactly_for_equal_grids(left: Grid, right: Grid) -> None:
    assert (grid_key(as_grid(left)) == grid_key(as_grid(right))) == np.array_equal(left, right)


def test_key_tells_shapes_of_the_same_cells_apart() -> None:
    cells = np.zeros(6, dtype=np.int8)
    assert grid_key(as_grid(cells.reshape(2, 3))) != grid_key(as_grid(cells.reshape(3, 2)))


def test_a_grid_is_a_read_only_copy() -> None:
    array = np.zeros((2, 2), dtype=np.int64)
    grid = as_grid(array)
    array[0, 0] = 5
    assert grid[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        grid[0, 0] = 1


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "non-empty"),
        ([[]], "row 0"),
        ([[1, 2], [3]], "row 1 has 1 cells"),
        ([[0] * 256], "1x256"),
        ([[0]] * 256, "256x1"),
        ([[10]], "colours are 0 to 9"),
        ([[-1]], "colours are 0 to 9"),
        ([[1.0]], "no integer"),
        ([["1"]], "no integer"),
        ([[True]], "no integer"),
        ([[None]], "no integer"),
        ("12", "list of rows"),
        (None, "list of rows"),
        (np.zeros((2, 2, 2), dtype=int), "3"),
        (np.zeros((0, 2), dtype=int), "0x2"),
        (np.zeros((2, 2)), "float64"),
        (np.full((2, 2), 300), "300"),
        ([[10**30]], "colours"),
    ],
)
def test_what_is_no_grid(value: Any, words: str) -> None:
    with pytest.raises(GridError, match=words):
        as_grid(value)


def test_boolean_arrays_are_zeros_and_ones() -> None:
    assert to_rows(as_grid(np.array([[True, False]]))) == [[1, 0]]
