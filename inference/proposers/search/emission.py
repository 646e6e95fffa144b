"""From states to source: readable programs in the language, one statement per step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.expressions import Kind, fill
from inference.proposers.search.language import attempted, compile_program
from inference.proposers.search.states import State, checked_grid

_NAMES = {
    Kind.GRID: ("grid", "other", "third", "fourth", "fifth"),
    Kind.GRIDS: ("parts", "pieces", "tiles"),
    Kind.OBJECTS: ("things", "shapes", "marks"),
}


@dataclass(frozen=True)
class Program:
    """A program that reproduces the training pairs, its description length, and the rule that found it.

    `lines` are the statements of the function's body; `doubt` is the part of the cost that leaving pairs out
    added (None where it was not tried). `share` is that of the wrong cells that it puts right: less than 1
    for a step (see `rules/driver.py`). `on_the_way` tells that it ends a state on the way to the outputs.
    """

    lines: tuple[str, ...]
    cost: float
    rule: str
    doubt: float | None = None
    share: float = 1.0
    on_the_way: bool = False

    @property
    def source(self) -> str:
        """The whole source: an import of the language and `transform`."""
        body = "\n".join("    " + line if line else "" for line in self.lines)
        return f"from omniarc import *\n\n\ndef transform(grid):\n{body}\n"


def statements(targets: Sequence[State]) -> tuple[list[str], list[str]]:
    """The statements that make `targets` from `grid`, and the names that then hold them."""
    order = _in_order(targets)
    last_use: dict[int, int] = {}
    for place, state in enumerate(order):
        for parent in state.parents:
            last_use[id(parent)] = place
    for state in targets:
        last_use[id(state)] = len(order)
    held: dict[str, int] = {}  # name -> last place where its value is needed
    names: dict[int, str] = {}
    lines: list[str] = []
    for place, state in enumerate(order):
        name = next(name for name in _names(state.kind) if held.get(name, -1) <= place)
        if state.step is None:
            name = "grid"
        else:
            parents = [names[id(parent)] for parent in state.parents]
            text = fill(state.step.text, **dict(zip(("_a", "_b"), parents, strict=False)))
            lines.extend(state.step.definition)
            if text != name:
                lines.append(f"{name} = {text}")
        names[id(state)] = name
        held[name] = last_use.get(id(state), place)
    return lines, [names[id(state)] for state in targets]


def _names(kind: Kind) -> Iterable[str]:
    yield from _NAMES[kind]
    yield from (f"{_NAMES[kind][0]}_{number}" for number in count(1 + len(_NAMES[kind])))


def _in_order(targets: Sequence[State]) -> list[State]:
    """All ancestors of the targets and themselves, parents first."""
    order: dict[int, State] = {}

    def visit(states: Sequence[State]) -> None:
        for state in states:
            if id(state) not in order:
                visit(state.parents)
                order[id(state)] = state

    visit(targets)
    return list(order.values())


def prefix_lines(state: State) -> list[str]:
    """The statements after which the variable `grid` holds this state."""
    lines, (name,) = statements([state])
    return lines if name == "grid" else [*lines, f"grid = {name}"]


def run_program(lines: Iterable[str], grids: Sequence[Grid]) -> list[Grid | None]:
    """What the program makes of each grid: a valid grid, or None where it raised or gave none."""
    charge(prices.PROGRAM)
    function = attempted(compile_program, tuple(lines))
    return [checked_grid(attempted(function, grid)) if function else None for grid in grids]
