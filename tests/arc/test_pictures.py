"""Drawings: well-formed SVG in which every cell of a grid can be found again."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from arc import Grid, Pair, Task, as_grid
from arc.pictures import PALETTE, draw_grid, labelled

_SVG = "{http://www.w3.org/2000/svg}"
_GRIDS = hnp.arrays(np.int8, st.tuples(st.integers(1, 30), st.integers(1, 30)), elements=st.integers(0, 9))


def _cells(svg: str, cell: int, shape: tuple[int, int]) -> Grid:
    """The grid that the rectangles of a drawing show."""
    grid = np.full(shape, -1, np.int8)
    for rect in ET.fromstring(svg).iter(f"{_SVG}rect"):
        if rect.get("fill") not in PALETTE:
            continue
        x, y, width = (int(rect.get(name, "")) // cell for name in ("x", "y", "width"))
        grid[y, x : x + width] = PALETTE.index(str(rect.get("fill")))
    return grid


@given(_GRIDS)
def test_a_drawing_shows_every_cell(values: Grid) -> None:
    grid = as_grid(values)
    picture = draw_grid(grid)
    height, width = grid.shape
    cell = (picture.width - 1) // width
    assert (picture.height - 1) // height == cell
    assert np.array_equal(_cells(picture.svg(), cell, grid.shape), grid)


def test_a_task_is_drawn_with_all_pairs_and_unknown_outputs_marked() -> None:
    grid = as_grid([[1, 2], [3, 4]])
    task = Task("a<b", (Pair(grid, grid),), (Pair(grid, None),))
    root = ET.fromstring(task._repr_svg_())
    texts = [element.text for element in root.iter(f"{_SVG}text")]
    assert texts == ["train 0", "test 0", "?"]


def test_labels_are_escaped() -> None:
    root = ET.fromstring(labelled(draw_grid(None), "<script>&").svg())
    assert "<script>&" in [element.text for element in root.iter(f"{_SVG}text")]
