"""Best-first enumeration of states: from the input outwards, cheapest description first.

Each state holds a place in the list of steps that can follow it (sorted by cost, which depends on the last
word); the heap holds, for each state, the cost of its next child. So children are made one by one in the
order of their total cost, and nothing costly is computed before something cheaper.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

from inference.proposers.contract import TaskBudget
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.expressions import Kind
from inference.proposers.search.goals import Grids
from inference.proposers.search.language import attempted
from inference.proposers.search.states import State, Step, ancestors, cells_of, checked_grid, shapes_of

Following = Callable[[State, int], tuple[int, Step] | None]
Bonus = Callable[[State], float]

_LONGEST_LIST = 60
_CELLS_A_STATE = 60_000
IDLE = 4.0  # bits of a step after which only test grids are not as some steps before: nothing speaks for it


class Frontier:
    """The states reached so far, and those to reach next.

    `following` gives the cheapest step from a place on that may follow a state, and its place; `bonus` the
    bits by which a state's successors come earlier.
    """

    def __init__(
        self, inputs: Grids, train_count: int, following: Following, bonus: Bonus = lambda state: 0.0
    ) -> None:
        self.bonus = bonus
        self.train_count = train_count
        self.following = following
        self.states: list[State] = []
        self.made = 0
        self.bytes_held = 0
        self._seen: set[Any] = set()
        self._heap: list[tuple[float, int, float, State, int, Step]] = []
        self._ties = 0
        self.root = State(Kind.GRID, inputs)
        self.add(self.root)

    def add(self, state: State) -> bool:
        """Add a state, with its train bytes and shapes, unless an equal one is there; True if new."""
        key = self._key(state)
        charge(prices.STATE)
        if key is None or key in self._seen:
            return False
        self._seen.add(key)
        before = [(one.shapes, one.train_bytes) for one in ancestors(state) if one.kind is Kind.GRID]
        if state.kind is Kind.GRID and (state.shapes, state.train_bytes) in before:
            state.cost += IDLE
        self.states.append(state)
        plain = state.kind is Kind.GRID and state.depth > 0 and len(set(state.train_bytes)) == 1
        if not plain and self.following(state, 0):
            self._push(state, self.bonus(state), 0)
        return True

    def _push(self, state: State, bonus: float, place: int) -> None:
        found = self.following(state, place)
        if found:
            self._ties += 1
            priority = state.cost + found[1].cost - bonus
            heapq.heappush(self._heap, (priority, self._ties, bonus, state, *found))

    def _key(self, state: State) -> Any:
        if state.kind is Kind.GRID:
            train, rest = state.values[: self.train_count], state.values[self.train_count :]
            state.shapes, state.train_bytes, test_bytes = shapes_of(train), cells_of(train), cells_of(rest)
            self.bytes_held += 2 * len(state.train_bytes) + len(test_bytes)
            return hash((state.shapes, shapes_of(rest), state.train_bytes, test_bytes))
        if state.kind is Kind.GRIDS:
            shapes = tuple([shapes_of(grids) for grids in state.values])
            cells = b"".join([cells_of(grids) for grids in state.values])
            self.bytes_held += len(cells)
            return hash((shapes, cells, 1)) if len(cells) <= _CELLS_A_STATE else None
        return hash((tuple([tuple(found) for found in state.values]), 2))

    def grow(self, budget: TaskBudget, until: float, memory: int) -> Iterator[State]:
        """New states in the order of their cost, until `until` units of the budget are used.

        Also ends when nothing is left to grow or the states hold more than `memory` bytes.
        """
        while self._heap and self.bytes_held < memory and budget.used() <= until:
            _, _, bonus, state, place, step = heapq.heappop(self._heap)
            self._push(state, bonus, place + 1)
            self.made += 1
            charge(prices.STEP)
            found = (valid_value(step.gives, step.apply(value)) for value in state.values)
            made = attempted(tuple, takewhile(lambda one: one is not None, found)) or ()
            child = State(step.gives, made, state, step, state.cost + step.cost)
            if len(made) == len(state.values) and self.add(child):
                yield child

    @property
    def next_cost(self) -> float:
        """The priority of the next child, infinite if there is none."""
        return self._heap[0][0] if self._heap else float("inf")


def valid_value(kind: Kind, value: Any) -> Any:
    """`value` as a value of this kind (a grid, or a non-empty tuple of grids or objects), or None."""
    if kind is Kind.GRID:
        return checked_grid(value)
    found = tuple(value) if kind is Kind.OBJECTS else tuple([checked_grid(grid) for grid in value])
    return found if 0 < len(found) <= _LONGEST_LIST and all(one is not None for one in found) else None
