"""Tasks that change every part by itself: objects, rooms, panels. The parts make a task of their own.

Where all changes lie inside the boxes of some kind of parts, each part's box before and after is a pair of a
smaller task with more pairs. A program for that task, applied to every part, is one for the whole.

Likewise a task without black, with a ground of its own in every input, is one on black.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from arc import Pair, Task, as_grid, grid_key
from inference.proposers.search.emission import Program
from inference.proposers.search.expressions import fill, section
from inference.proposers.search.language import function
from omniarc import count_colour, crop, most_common_colour, swap_colours

_MOST_PAIRS = 16
_MOST_TESTS = 24
_COST = 3.0
_GROUND = 1.0  # bits of a ground that is not black


@dataclass(frozen=True)
class Parting:
    """The task of the parts, and the expression that gives their boxes."""

    task: Task
    boxes: str

    def whole(self, part: Program) -> Program:
        """The program that changes every part by the program `part`."""
        lines = (
            *_as_function(part),
            "out = grid",
            f"for box in {self.boxes}:",
            "    out = place(out, change(crop(grid, box)), *box[:2])",
            "return out",
        )
        return Program(lines, part.cost + _COST, f"parts: {part.rule}", part.doubt)


@dataclass(frozen=True)
class OnBlack:
    """The task with the commonest colour of each input exchanged for black."""

    task: Task

    def whole(self, program: Program) -> Program:
        """The program that does on each input's own ground what `program` does on black."""
        lines = (
            *_as_function(program),
            "ground = most_common_colour(grid)",
            "return swap_colours(change(swap_colours(grid, ground, 0)), ground, 0)",
        )
        return replace(program, lines=lines, cost=program.cost + _GROUND)


def _as_function(program: Program) -> tuple[str, ...]:
    return ("def change(grid):", *("    " + line for line in program.lines), "")


def on_black(task: Task) -> OnBlack | None:
    """The task on black, if no grid has any and one colour fills half of every input."""
    inputs = task.train_inputs + task.test_inputs
    if any((grid == 0).any() for grid in inputs + task.train_outputs):
        return None
    grounds = [most_common_colour(grid) for grid in inputs]
    if any(2 * count_colour(*one) < one[0].size for one in zip(inputs, grounds, strict=True)):
        return None
    train = [
        Pair(*(as_grid(swap_colours(grid, ground, 0)) for grid in (pair.input, pair.answer)))
        for pair, ground in zip(task.train, grounds, strict=False)
    ]
    tests = zip(task.test_inputs, grounds[len(train) :], strict=True)
    test = [Pair(as_grid(swap_colours(grid, ground, 0)), None) for grid, ground in tests]
    return OnBlack(replace(task, train=tuple(train), test=tuple(test)))


def partings(task: Task) -> Iterator[Parting]:
    """Ways to see the task as one of its parts: only where parts hold all changes and never disagree."""
    if any(pair.input.shape != pair.answer.shape for pair in task.train):
        return
    seen: set[tuple[bytes, ...]] = set()
    for one in section("parts of a grid"):
        boxes = f"[one.box for one in {fill(one.text, _a='grid')}]"
        found = _task_of_parts(task, boxes)
        if found is not None:
            key = tuple(sorted(grid_key(pair.input) for pair in found.train))
            if key not in seen:
                seen.add(key)
                yield Parting(found, boxes)


def _task_of_parts(task: Task, kind: str) -> Task | None:
    boxes_of = function(f"lambda grid: {kind}")
    pairs: dict[bytes, Pair] = {}
    tests: dict[bytes, Pair] = {}
    try:
        for pair in task.train:
            boxes = boxes_of(pair.input)
            outside = pair.input != pair.answer
            for row, col, height, width in boxes:
                outside[row : row + height, col : col + width] = False
            if outside.any() or (len(boxes) == 1 and boxes[0][2:] == pair.input.shape):
                return None
            for box in boxes:
                before, after = as_grid(crop(pair.input, box)), as_grid(crop(pair.answer, box))
                known = pairs.setdefault(grid_key(before), Pair(before, after))
                if grid_key(known.answer) != grid_key(after):
                    return None
        for pair in task.test:
            for box in boxes_of(pair.input):
                part = as_grid(crop(pair.input, box))
                tests.setdefault(grid_key(part), Pair(part, None))
    except Exception:  # a kind of parts that this task does not have
        return None
    if len(pairs) < 2 or not tests or len(tests) > _MOST_TESTS:
        return None
    changed = [pair for pair in pairs.values() if grid_key(pair.input) != grid_key(pair.answer)]
    same = [pair for pair in pairs.values() if grid_key(pair.input) == grid_key(pair.answer)]
    train = [*changed[: _MOST_PAIRS - 4], *same[:4]]
    return Task(task.id, tuple(train), tuple(tests.values())) if len(changed) > 1 else None
