"""What counts as a grid when a program returns it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from arc import GridError, as_grid, same_grid
from tests.sandbox.plain import output_grid

sides = st.integers(1, 30)


@given(
    npst.arrays(np.int8, st.tuples(sides, sides), elements=st.integers(0, 9)),
    st.sampled_from(
        ["int8", "uint8", "int64", "uint64", "float32", "float64", "object", "list", "tuple", "rows"]
    ),
)
@settings(max_examples=150, deadline=None)
def test_every_form_of_a_grid_is_read_the_same(cells: Any, form: str) -> None:
    if form == "list":
        value: Any = cells.tolist()
    elif form == "tuple":
        value = tuple(map(tuple, cells.tolist()))
    elif form == "rows":
        value = list(cells)
    else:
        value = cells.astype(form)
    assert same_grid(output_grid(value), as_grid(cells))


@given(npst.arrays(bool, st.tuples(sides, sides)))
@settings(max_examples=20, deadline=None)
def test_booleans_are_zero_and_one(cells: Any) -> None:
    assert output_grid(cells).tolist() == cells.astype(int).tolist()
    assert output_grid(cells.tolist()).tolist() == cells.astype(int).tolist()


junk = st.recursive(
    st.one_of(
        st.none(), st.integers(), st.floats(), st.text(max_size=3), st.binary(max_size=3), st.booleans()
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.tuples(inner, inner), st.dictionaries(st.text(), inner)
    ),
    max_leaves=12,
)


@given(junk)
@settings(max_examples=300, deadline=None)
def test_junk_is_a_grid_or_a_clear_refusal(value: Any) -> None:
    try:
        grid = output_grid(value)
    except GridError as error:
        assert str(error)
        return
    assert same_grid(grid, as_grid(grid)) and grid.dtype == np.int8


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        "12",
        [],
        [[]],
        [[1], [1, 2]],
        [[10]],
        [[-1]],
        [[0.5]],
        [[float("nan")]],
        [["1"]],
        [[None]],
        {(0, 0): 1},
        np.zeros((0, 3), int),
        np.zeros((256, 1), int),
        np.zeros((2, 2, 2), int),
        np.array([["a"]]),
        np.array([[1 + 0j]]),
        np.array([[10**30]], dtype=object),
        [[10**30]],
        [[2**40]],
    ],
)
def test_what_is_no_grid(value: Any) -> None:
    with pytest.raises(GridError):
        output_grid(value)
