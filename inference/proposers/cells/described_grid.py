"""An input grid, and the layers that describe it cell by cell, computed once for all users."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from arc import Grid
from inference.proposers.cells.layers import Layers
from inference.proposers.cells.local import (
    add_lines,
    add_mirrors,
    add_neighbours,
    add_palette,
    add_position,
    add_sight,
)
from inference.proposers.cells.object_layers import add_objects
from inference.proposers.cells.regularity import add_panels, add_regularities
from inference.proposers.effort import charge

_GRID, _CELL = 3000.0, 5.0  # units of effort to describe a grid, and each of its cells


@dataclass(frozen=True, eq=False)
class DescribedGrid:
    """A grid as it is seen, with its background colour."""

    grid: Grid
    background: int
    named: Layers | None = None  # what the search's catalogue says of the cells, too

    @cached_property
    def layers(self) -> Layers:
        """Everything known about each of the grid's own cells; not to be changed."""
        grid, background = self.grid, self.background
        charge(_GRID + _CELL * grid.size)
        layers = Layers(grid.shape)
        add_neighbours(layers, grid, background)
        add_position(layers)
        add_sight(layers, grid, background)
        add_lines(layers, grid, background)
        add_mirrors(layers, grid)
        add_palette(layers, grid, background)
        add_objects(layers, grid, background)
        add_regularities(layers, grid, background)
        add_panels(layers, grid, background)
        if self.named is not None:
            layers.colours |= self.named.colours
            layers.numbers |= self.named.numbers
        return layers
