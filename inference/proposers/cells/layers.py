"""What is known about each cell: named layers, one value per cell.

A *colour layer* holds colours (0..9, or OUTSIDE where there is none): what a cell or something it relates to
looks like. An output cell can be learned as "what that layer says here". A *number layer* holds measurements
that do not change when colours are exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Colours = npt.NDArray[np.int8]
Numbers = npt.NDArray[np.float32]

OUTSIDE = 10  # the colour of what lies beyond the grid, or is missing


@dataclass
class Layers:
    """Layers of one grid, all of the same (height, width), by name in the order they were added."""

    shape: tuple[int, int]
    colours: dict[str, Colours] = field(default_factory=dict)
    numbers: dict[str, Numbers] = field(default_factory=dict)

    def colour(self, name: str, values: npt.ArrayLike) -> None:
        """Add a colour layer; a single colour counts for every cell."""
        self.colours[name] = _spread(np.asarray(values, dtype=np.int8), self.shape)

    def number(self, name: str, values: npt.ArrayLike) -> None:
        """Add a number layer; a single number counts for every cell."""
        self.numbers[name] = _spread(np.asarray(values, dtype=np.float32), self.shape)

    def colour_matrix(self) -> Colours:
        """Shape (cells, colour layers), int8, cells in reading order."""
        return np.stack([layer.ravel() for layer in self.colours.values()], axis=1)

    def number_matrix(self) -> Numbers:
        """Shape (cells, number layers), float32, cells in reading order."""
        return np.stack([layer.ravel() for layer in self.numbers.values()], axis=1)


def _spread(values: npt.NDArray[Any], shape: tuple[int, int]) -> npt.NDArray[Any]:
    return values if values.shape == shape else np.broadcast_to(values, shape)


def shifted(grid: npt.NDArray[np.generic], down: int, right: int, fill: int = OUTSIDE) -> npt.NDArray[Any]:
    """The grid's value at (row + down, column + right), `fill` beyond the border; same shape and dtype."""
    height, width = grid.shape
    result = np.full_like(grid, fill)
    top, bottom = max(0, -down), min(height, height - down)
    left, end = max(0, -right), min(width, width - right)
    if top < bottom and left < end:
        result[top:bottom, left:end] = grid[top + down : bottom + down, left + right : end + right]
    return result


def most_common(colours: Colours, fallback: int) -> int:
    """The most frequent colour of an array (the lowest of equals), `fallback` if it is empty."""
    if colours.size == 0:
        return fallback
    return int(np.bincount(colours.ravel(), minlength=10).argmax())


def places(shape: tuple[int, int]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The row and the column of each cell, both of the grid's shape."""
    row, column = np.indices(shape)
    return row, column
