"""The steps that the search grows states with: the catalogue's patterns, their slots filled from the task.

A slot such as `_pick` is filled from the section of its name; `_old` by a colour that every input holds,
`_new` by one that every output holds, `_any` by one of both, `_size` by the outputs' size if they have one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from arc import Task
from inference.proposers.search.expressions import Choices, Kind, catalogue, fillings, section
from inference.proposers.search.problem import shared_colours
from inference.proposers.search.states import Step

_DEEPEST = {"": 9, ", while short": 1, ", of the input": 0}
_OBJECTS = 1.0  # bits that a step does not take for its objects, as it takes some for itself


def steps_for(task: Task) -> Iterator[Step]:
    """Every pattern with every filling that the task offers."""
    slots = {name: rows for name, rows in catalogue().items() if name.startswith("_")}
    choices: Choices = {
        **{name: [(one.text, one.bits) for one in rows] for name, rows in slots.items()},
        "_of": [(one.text, one.bits - _OBJECTS) for one in section("objects")],
        **_task_choices(task),
    }
    for takes in (Kind.GRID, Kind.OBJECTS, Kind.GRIDS):
        for when, deepest in _DEEPEST.items():
            for pattern in catalogue().get(f"step from {takes}{when}", ()):
                for one in fillings(pattern, choices):
                    yield Step(pattern.text, one.text, takes, one.kind, one.bits, deepest)


def _task_choices(task: Task) -> Choices:
    inputs = shared_colours([*task.train_inputs, *task.test_inputs])
    outputs = shared_colours(task.train_outputs)
    shapes = {grid.shape for grid in task.train_outputs}
    every, new = sorted({*inputs, *outputs}), [colour for colour in outputs if colour]
    return {
        "_old": [(colour, _bits(len(inputs))) for colour in inputs],
        "_new": [(colour, _bits(len(outputs)) + (0.7 if colour in inputs else 0.0)) for colour in new],
        "_any": [(colour, _bits(len(inputs))) for colour in every],
        "_size": [(shape, 1.0) for shape in shapes] if len(shapes) == 1 else [],
        "_grown": _grown(task),
    }


def _grown(task: Task) -> list[tuple[object, float]]:
    """The output's size where it is a fixed multiple of the input's, not the same."""
    ratios = {
        (pair.answer.shape[0] / pair.input.shape[0], pair.answer.shape[1] / pair.input.shape[1])
        for pair in task.train
    }
    if len(ratios) != 1:
        return []
    rows, cols = ratios.pop()
    if (rows, cols) == (1.0, 1.0) or rows % 1 or cols % 1:
        return []
    texts = [f"_a.shape[{axis}]" + (f" * {int(n)}" if n > 1 else "") for axis, n in enumerate((rows, cols))]
    return [(", ".join(texts), 0.5)]


def _bits(choices: int) -> float:
    return 0.3 * float(np.log2(max(1, choices)))
