"""Cell tables: is every output cell a function of the same cell in one state, or in two?

States that have the output's shape on every training pair are laid out as vectors over all training cells,
so that a state costs one pass. A table is accepted only if it covers the test inputs' cells and is much
smaller than what it explains.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arc import COLOURS
from inference.proposers.search.states import State

Cells = npt.NDArray[np.int8]

_HALVING = 4.0  # bits of a state's cost that are worth half of what it leaves open


@dataclass(frozen=True, eq=False)
class Layer:
    """A state whose grids have the outputs' shapes: its training cells and its test cells end to end."""

    state: State
    train: Cells
    test: Cells


def layer_of(state: State, train_count: int) -> Layer:
    """The cells of a grid state as two vectors."""
    return Layer(
        state,
        np.frombuffer(state.train_bytes, np.int8),
        np.concatenate([grid.ravel() for grid in state.values[train_count:]]),
    )


def pair_table(left: Layer, right: Layer, wanted: Cells) -> dict[tuple[int, int], int] | None:
    """(left colour, right colour) -> output colour if these determine the output; None if they don't.

    None also if a test cell shows a pair of colours that no training cell shows.
    """
    if left.test.size != right.test.size:
        return None
    codes = left.train * np.int16(10) + right.train
    table = np.full(100, 99, np.int8)
    table[codes] = wanted
    if not np.array_equal(table[codes], wanted):
        return None
    test = left.test * np.int16(10) + right.test
    if (table[test] == 99).any():
        return None
    return {(int(code) // 10, int(code) % 10): int(table[code]) for code in np.flatnonzero(table < 99)}


def left_open(state: State, wanted: Cells) -> float:
    """The bits of the wanted cells that the colours of a state leave open, more if it is long."""
    seen = np.frombuffer(state.train_bytes, np.int8).astype(np.int64)
    counts = np.bincount(COLOURS * seen + wanted, minlength=COLOURS**2).reshape(COLOURS, COLOURS)
    shares = counts / np.maximum(1, counts.sum(1, keepdims=True))
    bits = -(counts * np.log2(np.where(counts, shares, 1))).sum()
    return float((1.0 + bits) * 2.0 ** (state.cost / _HALVING))
