"""The rule of rays finds how rays were drawn in made-up pairs."""

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
from inference.proposers.search.rules.same_size.rays import rays
from inference.proposers.search.rules.same_size.templates import one_liners
from omniarc import DIAGONAL, bouncing_ray, corner_path, draw_cells, find_objects, line_ends, ray_cells, tips

Array = npt.NDArray[np.int8]


def _cells(seed: int) -> Array:
    random = np.random.default_rng(seed)
    grid = np.zeros((11, 9 + seed), np.int8)
    for colour in (1, 2, 2):
        grid[random.integers(1, 10), random.integers(1, 8)] = colour
    return grid


def _lines(seed: int) -> Array:
    """A short diagonal line below a wall."""
    grid = np.zeros((12, 12), np.int8)
    grid[0] = 5
    for step in range(2 + seed % 2):
        grid[8 - step, 2 + seed + step] = 7
    return grid


def _arrows(seed: int) -> Array:
    """A block with a cell of another colour on one of its sides."""
    random = np.random.default_rng(seed)
    grid = np.zeros((12, 12), np.int8)
    row, col = random.integers(3, 7, 2)
    grid[row : row + 2, col : col + 2] = 3
    tip = [(row - 1, col), (row + 2, col), (row, col - 1), (row, col + 2)][seed % 4]
    grid[tip] = 4
    return grid


def _diagonals(grid: Array) -> Array:
    out = grid
    for cell in np.argwhere(grid == 1):
        for way in DIAGONAL:
            out = draw_cells(out, ray_cells(grid, tuple(cell), way), 1)
    return out


def _bounced(grid: Array) -> Array:
    out = grid
    for one in find_objects(grid):
        for cell, way in line_ends(one):
            if one.colour == 7:
                out = draw_cells(out, bouncing_ray(grid, cell, way, "cells"), 8)
    return out


def _shot(grid: Array) -> Array:
    out = grid
    for one in find_objects(grid, multicolour=True):
        for cell, way in tips(one):
            out = draw_cells(out, ray_cells(grid, cell, way), 4)
    return out


@pytest.mark.parametrize(
    ("draw", "make", "word"),
    [
        (_cells, _diagonals, "in DIAGONAL"),
        (_lines, _bounced, "bouncing_ray"),
        (_arrows, _shot, "in tips(one)"),
    ],
)
def test_rays_are_found(draw: Callable[[int], Array], make: Callable[[Array], Array], word: str) -> None:
    inputs = [as_grid(draw(seed)) for seed in range(5)]
    outputs = [as_grid(make(grid)) for grid in inputs]
    found = list(rays(Problem(tuple(inputs), tuple(outputs[:4]), TaskBudget(30 * SECOND))))
    best = min(found, key=lambda program: program.cost)
    assert word in "\n".join(best.lines)
    for grid, out in zip(run_program(best.lines, inputs), outputs, strict=True):
        assert grid is not None and np.array_equal(grid, out)


def test_no_rays_in_noise_and_other_sizes() -> None:
    random = np.random.default_rng(0)
    grids = [as_grid(random.integers(0, 3, (7, 7))) for _ in range(5)]
    assert not list(rays(Problem(tuple(grids[:3]), tuple(grids[3:]), TaskBudget(5 * SECOND))))
    smaller = tuple(as_grid(grid[:3]) for grid in grids[:2])
    assert not list(rays(Problem(tuple(grids[:3]), smaller, TaskBudget(5 * SECOND))))


def test_two_cells_are_joined_by_a_path() -> None:
    """With one corner, along the row of the 3 first, in the colour of the 6."""

    def ends(seed: int) -> Array:
        grid = np.zeros((9, 10), np.int8)
        grid[1 + seed % 3, 2 + seed], grid[7 - seed % 2, 8 - seed] = 3, 6
        return grid

    def bent(grid: Array) -> Array:
        (start,), (end,) = (list(map(tuple, np.argwhere(grid == colour))) for colour in (3, 6))
        return draw_cells(draw_cells(grid, corner_path(start, end, "row"), 6), [start], 3)

    grids = [as_grid(ends(seed)) for seed in range(5)]
    outputs = [as_grid(bent(grid)) for grid in grids]
    found = list(one_liners(Problem(tuple(grids), tuple(outputs[:-1]), TaskBudget(100 * SECOND))))
    (made,) = run_program(found[0].lines, grids[-1:])
    assert made is not None and np.array_equal(made, outputs[-1])
