"""The steps that the search grows states with: the catalogue's patterns, their slots filled from the task.

A slot such as `_pick` is filled from the section of its name; `_old` by a colour that every input holds,
`_new` by one that every output holds, `_any` by one of both, `_size` by the outputs' size if they have one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from heapq import heappop, heappush
from typing import Any

import numpy as np

from arc import Task
from inference.proposers.search.expressions import (
    Choices,
    Expression,
    Kind,
    Offered,
    catalogue,
    fillings,
    named,
    section,
    slots_of,
)
from inference.proposers.search.problem import shared_colours
from inference.proposers.search.states import Step

_DEEPEST = {"": 9, ", while short": 1, ", of the input": 0}
_OBJECTS = 1.0  # bits that a step does not take for its objects, as it takes some for itself
_ROUNDING = 1e-6  # bits by which sums in another order may differ


def steps_for(task: Task) -> dict[Kind, Iterator[Step]]:
    """By what they take, cheapest first: all patterns, each filled once its cheapest may be the next."""
    offered = tuple([(slot, tuple(rows)) for slot, rows in _task_choices(task).items()])
    return {takes: _cheapest_first(takes, offered) for takes in Kind}


def _cheapest_first(takes: Kind, offered: Offered) -> Iterator[Step]:
    choices = {**_choices(), **dict(offered)}
    least = {slot: min([bits for _, bits in rows], default=0.0) for slot, rows in choices.items()}
    waiting: list[tuple[float, int, int, Any]] = []
    for when, deepest in _DEEPEST.items():
        for pattern in catalogue().get(f"step from {takes}{when}", ()):
            used = tuple([choice for choice in offered if choice[0] in _reached(pattern.text)])
            bits = pattern.bits + sum([least.get(slot, 0.0) for slot in slots_of(pattern.text)]) - _ROUNDING
            heappush(waiting, (bits, len(waiting), 0, (pattern, deepest, used)))
    while waiting:
        _, number, place, found = heappop(waiting)
        if place:
            yield found
        for later, step in enumerate(() if place else _steps(*found), 1):
            heappush(waiting, (step.cost, number, later, step))


@lru_cache(maxsize=10_000)
def _steps(pattern: Expression, deepest: int, offered: Offered) -> tuple[Step, ...]:
    found = fillings(pattern, {**_choices(), **dict(offered)})
    return tuple([Step(one.text, one.kind, one.bits, deepest) for one in found])


@cache
def _choices() -> Choices:
    """The fillings that every task offers."""
    return {**named(), "_of": [(one.text, one.bits - _OBJECTS) for one in section("objects")]}


@cache
def _reached(text: str) -> frozenset[str]:
    """The slots of a pattern and of what they may be filled with."""
    inside = [_reached(str(filling)) for slot in slots_of(text) for filling, _ in _choices().get(slot, ())]
    return frozenset(slots_of(text)).union(*inside)


def _task_choices(task: Task) -> Choices:
    inputs, outputs = shared_colours(task.inputs), shared_colours(task.train_outputs)
    old, new = (0.3 * float(np.log2(max(1, len(held)))) for held in (inputs, outputs))
    shapes = {grid.shape for grid in task.train_outputs}
    return {
        "_old": [(colour, old) for colour in inputs],
        "_new": [(colour, new + (0.7 if colour in inputs else 0.0)) for colour in outputs if colour],
        "_any": [(colour, old) for colour in sorted({*inputs, *outputs})],
        "_size": [(shape, 1.0) for shape in shapes] if len(shapes) == 1 else [],
        "_grown": _grown(task),
    }


def _grown(task: Task) -> list[tuple[object, float]]:
    """The outputs' size by forms of the inputs' sides, if it is another and there are such."""
    pairs = [(pair.input, pair.answer.shape) for pair in task.train]
    sides: list[Expression] = []
    for axis in (0, 1):
        numbers = [f"_a.shape[{side}]" for side in (axis, 1 - axis)]
        forms = [form.filled(_n=number) for number in numbers for form in section("form of a number")]
        fits = [one for one in forms if all(one.run("_a")(grid) == size[axis] for grid, size in pairs)]
        sides += sorted(fits, key=lambda one: one.bits)[:1]
    if len(sides) < 2 or all(grid.shape == size for grid, size in pairs):
        return []
    return [(f"{sides[0].text}, {sides[1].text}", sides[0].bits + sides[1].bits)]
