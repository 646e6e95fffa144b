"""How far a program that fits all training pairs can be trusted beyond them.

It may fit by luck. The test: what a rule finds for all pairs but one should give that one too. Of 326 calls
of rules that found something on development tasks, the first answer was right in 97% where no pair
contradicted the rule (240 of 248), in 82% where some did (54 of 66), and in 33% where all did (4 of 12).
`python -m benchmarks.drawn --left-out` measures the whole search on tasks with one training pair held back.

The test grids are evidence too, where outputs have the size of their grids (see `strange` and `unlike`).

Answers that are less likely than `BELIEVED` are offered as grids, not as programs (see `confidence`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp

import numpy as np
import numpy.typing as npt

from arc import Grid

DEAREST = 22.0  # bits above which a learned program is wrong more often than right
SURPRISED = 4.0  # bits for a program that some left-out pair contradicts; twice, if all do
STRANGE = 4.0  # bits for a program that changes a test grid as no training grid is changed
_MOST = (1, 1, 4, 3)  # times the figures of `changes` in training that tests may show
FAR = 10.0  # bits from one answer to another that tell as much as more
BELIEVED = 3 / 4  # the least confidence in answers that are given as programs

# of a logistic regression by `python -m benchmarks.trust`
FIGURES = ("bits", "on the way", "bits to the third", "log2 of different outputs", "log2 of the tests")
_WEIGHTS = (-0.186, -1.05, 0.144, 1.247, -0.41)
_BASE = 1.031


def confidence(figures: Sequence[float]) -> float:
    """The probability that one of the two likeliest answers is right, by the FIGURES of the likeliest.

    These are its cost, whether it ends a state on the way, by how much the third answer costs more (at most
    `FAR`), and the numbers of different training outputs and of test inputs.
    """
    odds = _BASE + sum(weight * value for weight, value in zip(_WEIGHTS, figures, strict=True))
    return 1.0 / (1.0 + exp(-odds))


def believable(cost: float, doubt: float) -> bool:
    """True if a program is worth emitting: the more doubt, the simpler it must be."""
    return cost + doubt <= DEAREST


def strange(pairs: Sequence[tuple[Grid, Grid]], tests: Sequence[tuple[Grid, Grid]]) -> bool:
    """True if a test grid changes in a colour that training grids hold and never change in.

    Both are (grid, output) of each; False if not all outputs have the size of their grids.
    """
    if any(grid.shape != output.shape for grid, output in (*pairs, *tests)):
        return False
    held = {colour for grid, _ in pairs for colour in np.unique(grid).tolist()}
    changed = {colour for grid, output in pairs for colour in grid[grid != output].tolist()}
    return any(not (held - changed).isdisjoint(grid[grid != output].tolist()) for grid, output in tests)


def changes(pairs: Iterable[tuple[Grid, Grid]]) -> npt.NDArray[np.float64]:
    """How the grid of each (grid, output) changes: a row for each, none if some output has another size.

    If the ground changes, if more or fewer cells lie on it, how many cells change, and which share of all.
    """
    rows = []
    for grid, output in pairs:
        if grid.shape != output.shape:
            return np.empty((0, 4))
        ground = np.bincount(grid.ravel()).argmax()
        before, after = grid == ground, output == ground
        cells = np.count_nonzero(grid != output)
        rows.append(((before & ~after).any(), before.sum() != after.sum(), cells, cells / grid.size))
    return np.array(rows, float).reshape(-1, 4)


def unlike(pairs: npt.NDArray[np.float64], tests: npt.NDArray[np.float64]) -> bool:
    """True if a test grid changes far more than any training grid, or not in the way that all of them do.

    Of 579 first answers for tasks of `benchmarks.concepts` 91 were wrong; of these 23 that it is true of, 18.
    Of 231 right ones for development tasks it is true of 2.
    """
    return bool(pairs.any() and (tests > pairs.max(0) * _MOST).any())
