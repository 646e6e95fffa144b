"""From states to source: readable programs in the language, one statement per step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.expressions import Kind, fill
from inference.proposers.search.language import attempted, compile_program
from inference.proposers.search.states import State, Step, checked_grid, steps_of

_NAMES = {Kind.GRID: "grid", Kind.GRIDS: "parts", Kind.OBJECTS: "things"}
_OTHERS = {Kind.GRID: "other", Kind.GRIDS: "pieces", Kind.OBJECTS: "shapes"}


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


def prefix_lines(state: State) -> list[str]:
    """The statements after which the variable `grid` holds this state."""
    return _named(steps_of(state), _NAMES)[0]


def both_lines(one: State, other: State) -> tuple[list[str], str, str]:
    """The statements after which two variables hold these states, and their names."""
    path, branch = steps_of(one), steps_of(other)
    shared = len(list(takewhile(lambda pair: pair[0] is pair[1], zip(path, branch, strict=False))))
    lines, base = _named(path[:shared], _NAMES)
    rest, more = path[shared:], branch[shared:]
    first, last = (more, rest) if more else (rest, more)
    (before, name), (after, grid) = _named(first, _OTHERS, base), _named(last, _NAMES, base)
    return [*lines, *before, *after], *((grid, name) if more else (name, grid))


def _named(steps: Iterable[Step], names: Mapping[Kind, str], name: str = "grid") -> tuple[list[str], str]:
    lines = []
    for step in steps:
        text = fill(step.text, _a=name)
        name = names[step.gives]
        lines += [*step.definition, *([f"{name} = {text}"] if text != name else [])]
    return lines, name


def as_function(name: str, lines: Iterable[str]) -> tuple[str, ...]:
    """The definition of the function of `grid` whose body these statements are."""
    return (f"def {name}(grid):", *("    " + line for line in lines), "")


def run_program(lines: Iterable[str], grids: Sequence[Grid]) -> list[Grid | None]:
    """What the program makes of each grid: a valid grid, or None where it raised or gave none."""
    charge(prices.PROGRAM)
    function = attempted(compile_program, tuple(lines))
    return [checked_grid(attempted(function, grid)) if function else None for grid in grids]
