"""Cell tables: is every output cell a function of the same cell in one state, or in two?

States that have the output's shape on every training pair are laid out as vectors over all training cells,
so that a state costs one pass. A table is believed only if the test inputs' cells are all in it and it is
much smaller than what it explains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.samplers.search.states import State

Cells = npt.NDArray[np.int8]
Codes = npt.NDArray[np.int16]


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


def table_of(codes: Codes, wanted: Cells, size: int) -> dict[int, int] | None:
    """code -> wanted colour if each code has one colour only, else None; codes lie in 0..size-1."""
    low = np.full(size, 99, np.int8)
    low[codes] = wanted
    if not np.array_equal(low[codes], wanted):
        return None
    return {int(code): int(low[code]) for code in np.flatnonzero(low < 99)}


def single_table(layer: Layer, wanted: Cells) -> dict[int, int] | None:
    """colour -> output colour if the layer's colours determine the output's and the tests use no others."""
    table = np.full(10, 99, np.int8)
    table[layer.train] = wanted
    if not np.array_equal(table[layer.train], wanted) or (table[layer.test] == 99).any():
        return None
    return {int(colour): int(table[colour]) for colour in np.flatnonzero(table < 99)}


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


def unexplained(layer: Layer, wanted: Cells) -> int:
    """How many training cells the best table of the layer's colours alone gets wrong."""
    counts = np.bincount(layer.train * np.int16(10) + wanted, minlength=100).reshape(10, 10)
    return int(wanted.size - counts.max(axis=1).sum())


def agreeing(
    layers: Sequence[Layer], wanted: Cells, clear: int = 0
) -> list[tuple[Layer, npt.NDArray[np.bool_]]]:
    """Layers whose cells, where they are not `clear`, all agree with the output; and where those are."""
    found = []
    for layer in layers:
        shown = layer.train != clear
        if shown.any() and np.array_equal(layer.train[shown], wanted[shown]):
            found.append((layer, shown))
    return found
