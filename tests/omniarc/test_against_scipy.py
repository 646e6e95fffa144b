"""The language does without scipy; where scipy.ndimage has the same operation, both agree."""

from __future__ import annotations

import subprocess
import sys

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from scipy import ndimage

from omniarc import (
    colour_regions,
    corners_of,
    distance_to,
    enclosed,
    in_block,
    nearest_colour,
    reachable,
    region_depth,
    region_height,
    region_holes,
    regions,
    touching,
)

MASKS = hnp.arrays(np.bool_, st.tuples(st.integers(1, 14), st.integers(1, 14)))
SHAPES = {
    "sides": np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool),
    "corners": np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]], bool),
    "all": np.ones((3, 3), bool),
}


def test_the_language_loads_no_scipy() -> None:
    code = "import sys, omniarc; sys.exit(any(name.startswith('scipy') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(MASKS, st.sampled_from(["sides", "all"]))
def test_regions_are_numbered_alike(mask: np.ndarray, neighbours: str) -> None:
    parts = regions(mask, neighbours)
    labels, count = ndimage.label(mask, SHAPES[neighbours])
    assert np.array_equal(parts, labels)
    boxes = ndimage.find_objects(labels)
    assert corners_of(parts) == [(rows.start, cols.start) for rows, cols in boxes]
    heights = [0, *(rows.stop - rows.start for rows, _ in boxes)]
    assert np.array_equal(region_height(parts), np.array(heights)[labels])
    assert colour_regions(mask.astype(np.int8), neighbours).max() == count
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    assert np.array_equal(enclosed(mask, neighbours), mask & ~np.isin(labels, edge))


@given(MASKS, st.sampled_from(["sides", "corners", "all"]))
def test_touching_is_a_dilation(mask: np.ndarray, neighbours: str) -> None:
    wanted = ndimage.binary_dilation(mask, SHAPES[neighbours]) & ~mask
    assert np.array_equal(touching(mask, neighbours), wanted)


@given(MASKS, st.integers(1, 4), st.integers(1, 4))
def test_in_block_is_an_opening(mask: np.ndarray, height: int, width: int) -> None:
    assert np.array_equal(
        in_block(mask, height, width), ndimage.binary_opening(mask, np.ones((height, width)))
    )


@given(MASKS, st.integers(0, 99))
def test_reachable_is_a_propagation(mask: np.ndarray, seed: int) -> None:
    start = np.random.default_rng(seed).random(mask.shape) < 0.1
    seeds = ndimage.binary_dilation(start) & mask
    assert np.array_equal(reachable(mask, start), ndimage.binary_propagation(seeds, mask=mask))


@pytest.mark.parametrize(("metric", "name"), [("king", "chessboard"), ("taxi", "taxicab")])
@given(mask=MASKS)
def test_distances(metric: str, name: str, mask: np.ndarray) -> None:
    if not mask.any():
        assert (distance_to(mask, metric) == 99).all()
        return
    wanted = ndimage.distance_transform_cdt(~mask, metric=name)
    assert np.array_equal(distance_to(mask, metric), wanted)
    # the cell that a colour comes from is as near as any
    numbers = np.arange(mask.size).reshape(mask.shape)
    rows, cols = np.divmod(nearest_colour(numbers, mask, metric), mask.shape[1])
    steps = np.abs(np.array([rows, cols]) - np.indices(mask.shape))
    assert mask[rows, cols].all()
    assert np.array_equal(steps.max(0) if metric == "king" else steps.sum(0), wanted)


@given(MASKS)
def test_depths_and_holes(mask: np.ndarray) -> None:
    parts = regions(mask)
    for number in range(1, int(parts.max()) + 1):
        own = np.pad(parts == number, 1)
        depth = ndimage.distance_transform_cdt(own, metric="chessboard")[1:-1, 1:-1]
        assert np.array_equal(region_depth(parts)[parts == number], depth[parts == number])
        assert (region_holes(parts)[parts == number] == ndimage.label(~own)[1] - 1).all()
