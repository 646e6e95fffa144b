"""The rule of panels finds the part that all parts are redrawn after."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from arc import as_grid
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search.emission import run_program
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.same_size.models import panel_models
from omniarc import join, mask_to_grid, overlay, split_by_lines

Array = npt.NDArray[np.int8]


def _lattice(seed: int) -> Array:
    """Nine parts between lines of colour 5: one of them full of cells, three with a single cell."""
    random = np.random.default_rng(seed)
    parts = [np.zeros((3, 3), np.int8) for _ in range(9)]
    places = random.permutation(9)
    parts[places[0]][random.random((3, 3)) < 0.6] = 1
    parts[places[0]][1] = 1
    for number, place in enumerate(places[1:4]):
        parts[place][random.integers(0, 3), random.integers(0, 3)] = 2 + number
    return join([parts[:3], parts[3:6], parts[6:]], gap=1, colour=5)


def _redrawn(change: Callable[[Array, Array], Array]) -> Callable[[Array], Array]:
    def make(grid: Array) -> Array:
        rows = split_by_lines(grid)
        model = max((part for row in rows for part in row), key=np.count_nonzero)
        return join([[change(part, model) for part in row] for row in rows], gap=1, colour=5)

    return make


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda part, model: model, "[model for part in row]"),
        (lambda part, model: overlay(model, part), "overlay(model, part)"),
        (lambda part, model: mask_to_grid(model, int(part.max())), "mask_to_grid(model"),
    ],
)
def test_parts_are_redrawn_after_the_fullest(change: Callable[[Array, Array], Array], word: str) -> None:
    inputs = [as_grid(_lattice(seed)) for seed in range(4)]
    outputs = [as_grid(_redrawn(change)(grid)) for grid in inputs]
    found = list(panel_models(Problem(tuple(inputs), tuple(outputs[:3]), TaskBudget(30 * SECOND))))
    best = min(found, key=lambda program: program.cost)
    assert word in "\n".join(best.lines)
    for made, out in zip(run_program(best.lines, inputs), outputs, strict=True):
        assert made is not None and np.array_equal(made, out)


def test_grids_without_lines_are_refused() -> None:
    random = np.random.default_rng(0)
    grids = [as_grid(random.integers(0, 3, (7, 7))) for _ in range(5)]
    assert not list(panel_models(Problem(tuple(grids[:3]), tuple(grids[3:]), TaskBudget(5 * SECOND))))
