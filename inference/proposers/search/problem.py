"""What the search's rules get.

The search walks prefixes (short pipelines that turn every input into an intermediate grid) and, on each
state it reaches, asks goal-directed *rules* to finish the program. A rule sees the current grids and the
expected training outputs, infers its arguments from them, and gives the lines that finish the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from arc import COLOURS, Grid
from inference.proposers.contract import TaskBudget
from inference.proposers.search.cell_features import lets_for
from inference.proposers.search.expressions import Choices, free


@dataclass(frozen=True, eq=False)
class Problem:
    """The state a rule starts from.

    `grids` holds what the program so far has made of every input: the training inputs' grids, then the test
    inputs'. `outputs` holds the expected output of each training pair. Nothing here may be mutated.
    """

    grids: tuple[Grid, ...]
    outputs: tuple[Grid, ...]
    budget: TaskBudget

    @cached_property
    def train(self) -> tuple[Grid, ...]:
        """The training inputs' current grids, one for each output."""
        return self.grids[: len(self.outputs)]

    @property
    def test(self) -> tuple[Grid, ...]:
        return self.grids[len(self.outputs) :]

    @cached_property
    def pairs(self) -> tuple[tuple[Grid, Grid], ...]:
        """(current grid, expected output) of each training pair."""
        return tuple(zip(self.train, self.outputs, strict=True))

    @cached_property
    def background(self) -> int:
        """0 if every grid holds it, else the commonest colour of the training grids."""
        if all((grid == 0).any() for grid in self.grids):
            return 0
        return int(np.bincount(np.concatenate([grid.ravel() for grid in self.train])).argmax())

    @property
    def ground(self) -> Choices:
        """The background as what fills the slot `_b`."""
        return {"_b": free([self.background])}

    @cached_property
    def lets(self) -> dict[str, str]:
        """The local names that features of cells use (see `lets_for`)."""
        return lets_for(self.background)

    @cached_property
    def telling_colours(self) -> tuple[int, ...]:
        """Colours that conditions may name: first those in all training grids, then those in several."""
        common = shared_colours(self.train)
        seen = [sum(bool((grid == colour).any()) for grid in self.train) for colour in range(COLOURS)]
        return (*common, *(colour for colour in range(COLOURS) if 1 < seen[colour] < len(self.train)))

    @property
    def shades(self) -> list[int]:
        """The colours that conditions may name but for the background."""
        return [colour for colour in self.telling_colours if colour != self.background]

    @property
    def new_colours(self) -> list[int]:
        """What changed cells become, where outputs have the size of their grids."""
        return sorted({int(c) for grid, out in self.pairs for c in np.unique(out[grid != out])})

    def without(self, number: int) -> Problem:
        """The problem to find what the other pairs teach: this pair's grid is the only test."""
        grids, outputs = zip(*self.pairs[:number], *self.pairs[number + 1 :], strict=True)
        return Problem((*grids, self.train[number]), outputs, self.budget)


def shared_colours(grids: Iterable[Grid]) -> list[int]:
    """The colours that every grid holds."""
    cells = [grid.tobytes() for grid in grids]
    return [colour for colour in range(COLOURS) if all(colour in held for held in cells)]
