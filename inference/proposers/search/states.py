"""States of the search: what a partial program makes of every input, and the steps that led there.

A state's values are one for each training input, then one for each test input. Two states with equal values
are the same state (observational equivalence), whatever programs lead to them; the cheapest is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from arc import ARC_SIDE, Grid
from inference.proposers.search.expressions import Kind
from inference.proposers.search.language import function


@dataclass(frozen=True, eq=False)
class Step:
    """One word of the language with its arguments filled in, ready to apply.

    `text` is Python with the slot `_a` for the value it takes. It may follow states of depth `deepest` at
    most.
    """

    text: str
    gives: Kind
    cost: float
    deepest: int = 0
    definition: tuple[str, ...] = ()  # statements that define a function that `text` calls

    @cached_property
    def apply(self) -> Callable[[Any], Any]:
        """The expression as a function of the value."""
        return function(f"lambda _a: {self.text}")


@dataclass(eq=False, slots=True)
class State:
    """A node of the search: values of one kind, the cheapest step that made them, and its cost.

    `train_bytes` (cells of the training values end to end) and their `shapes` are kept for grid states only.
    """

    kind: Kind
    values: tuple[Any, ...]
    parent: State | None = None
    step: Step | None = None
    cost: float = 0.0
    depth: int = field(init=False)
    train_bytes: bytes = field(init=False, default=b"")
    shapes: tuple[tuple[int, ...], ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        self.depth = 1 + self.parent.depth if self.parent else 0


def ancestors(state: State) -> Iterator[State]:
    """The states that a state was made from, the last first."""
    while state.parent:
        state = state.parent
        yield state


def steps_of(state: State) -> list[Step]:
    """The steps that lead to a state, in order."""
    return [one.step for one in (state, *ancestors(state)) if one.step][::-1]


def checked_grid(value: Any) -> Grid | None:
    """`value` as an int8 grid if it is a valid one, else None."""
    if type(value) is not np.ndarray or value.ndim != 2 or value.dtype.kind not in "iub":
        return None
    grid: Grid = value.astype(np.int8, copy=False)
    return grid if 0 < min(grid.shape) <= max(grid.shape) <= ARC_SIDE else None


def shapes_of(grids: Sequence[Grid]) -> tuple[tuple[int, ...], ...]:
    """The shapes of grids, in order."""
    return tuple([grid.shape for grid in grids])


def cells_of(grids: Sequence[Grid]) -> bytes:
    """The cells of grids end to end; with `shapes_of`, equal exactly for equal sequences of grids."""
    return b"".join([grid.tobytes() for grid in grids])
