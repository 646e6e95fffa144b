"""Other ways to see the task: on a ground of black, by its lattice, by ranks, part by part.

Each has a way back from what is then reached. The rules are asked for the programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from arc import COLOURS, Grid, Pair, Task, as_grid, grid_key, same_grid
from inference.proposers.search.expressions import Kind, fill, section
from inference.proposers.search.goals import Goal, Grids
from inference.proposers.search.language import attempted, function, values_of
from inference.proposers.search.states import State, Step, shapes_of
from omniarc import LanguageError, Object, colour_parts, crop, part_colours

View = tuple[State, Goal]

_MOST_CHANGED, _MOST_KEPT, _MOST_TESTS = 12, 4, 24  # parts of a task
_PARTS = 3.0  # bits of what is done to every part
_GROUND = 1.0  # bits of a ground that is not black


def view(
    root: State, outputs: Grids, see: str, there: str, back: str, cost: float, name: str, bits: float = 2.0
) -> View:
    """The input seen as `see`, a step of so many bits, and the goal that is left then, with its cost.

    `there` makes the goal of an output `_a` and its input `grid`, `back` the output of what is reached.
    """
    seen, run = function(f"lambda _a: {see}"), function(f"lambda grid, _a: {there}")
    values = [np.ascontiguousarray(seen(grid)) for grid in root.values]
    wanted = [np.ascontiguousarray(run(*pair)) for pair in zip(root.values, outputs, strict=False)]
    state = State(Kind.GRID, tuple(values), root, Step(see, Kind.GRID, bits), bits)
    return state, Goal(tuple(wanted), back, cost, name)


def views(root: State, outputs: Grids) -> Iterator[View]:
    """The state of the inputs (with those of the tests) seen in other ways, and the goal that it has then.

    With the commonest colour of each input as background, with one cell for each part between lines, with
    colours by their ranks.
    """
    inputs = root.values
    if _own_grounds(inputs, outputs):
        see, back = (f"swap_colours(_a, most_common_colour({one}), 0)" for one in ("_a", "grid"))
        yield view(root, outputs, see, back, back, 0.5, "own ground")
    if _lattices(inputs, outputs):
        see, back = "part_colours(_a)", "colour_parts(grid, _a)"
        yield view(root, outputs, see, see, back, 0.5, "lattice")
    yield from _ranked(root, outputs)


def _ranked(root: State, outputs: Grids) -> Iterator[View]:
    """Colours that not all inputs hold, named alike: the commonest of each input first, then in order."""
    inputs = root.values
    held = [set(np.unique(grid).tolist()) for grid in inputs]
    kept = set.intersection(*held)
    taken = kept.union(*(set(np.unique(out)) - colours for out, colours in zip(outputs, held, strict=False)))
    count = len(held[0] - kept)
    names = [colour for colour in range(1, COLOURS) if colour not in taken][:count]
    if not names or len(names) < count or any(len(colours - kept) != count for colours in held):
        return
    by_count = "sorted(dict.fromkeys(_a.ravel().tolist()), key=lambda one: -count_colour(_a, one))"
    ranked = f"[one for one in {by_count} if one not in {sorted(kept)}]"
    of_input = fill(ranked, _a="grid")
    ranks = values_of(of_input, inputs) or []
    if any(row != ranks[0] for row in ranks):
        ways = (ranked, names), (of_input, names), (names, of_input)
        see, there, back = (f"map_colours(_a, dict(zip({old}, {new})))" for old, new in ways)
        yield view(root, outputs, see, there, back, 1.0, "by rank")


def _own_grounds(inputs: Grids, outputs: Grids) -> bool:
    """True if the commonest colour of each input may be taken for its background, which 0 is for rules.

    That is if it is not always the same or 0 is there too, or if outputs of another size show it.
    """
    counts = [np.bincount(grid.ravel(), minlength=1) for grid in inputs]
    grounds = [int(count.argmax()) for count in counts]
    if not any(grounds) or any(2 * count.max() < count.sum() for count in counts):
        return False
    resized = shapes_of(outputs) != shapes_of(inputs)[: len(outputs)]
    drawn = resized and all((out == grounds[0]).any() for out in outputs)
    return len(set(grounds)) > 1 or all(count[0] for count in counts) or drawn


def _lattices(inputs: Grids, outputs: Grids) -> bool:
    """True if all parts between lines have one colour each before and after."""
    try:
        return all(part_colours(out).size > 1 for out in outputs) and all(
            np.array_equal(colour_parts(grid, part_colours(shown)), shown)
            for grid, shown in [*zip(inputs, inputs, strict=True), *zip(inputs, outputs, strict=False)]
        )
    except LanguageError:
        return False


def on_black(task: Task) -> tuple[Task, Goal] | None:
    """The task with the commonest colour of each input exchanged for black.

    If no grid has any and one colour fills half of every input.
    """
    counts = [np.bincount(grid.ravel()) for grid in task.inputs]
    black = any((grid == 0).any() for grid in task.inputs + task.train_outputs)
    if black or any(2 * count.max() < count.sum() for count in counts):
        return None
    see = "swap_colours(_a, most_common_colour(grid), 0)"
    run = function(f"lambda grid, _a: {see}")
    train = [Pair(*(as_grid(run(one.input, grid)) for grid in (one.input, one.answer))) for one in task.train]
    test = [Pair(as_grid(run(grid, grid)), None) for grid in task.test_inputs]
    seen = replace(task, train=tuple(train), test=tuple(test))
    return seen, Goal(seen.train_outputs, fill(see, _a=f"part({fill(see, _a='grid')})"), _GROUND, "on black")


def partings(task: Task) -> Iterator[tuple[Task, Goal]]:
    """The task of every part (object, room, panel): only where parts hold all changes and never disagree.

    Each part's box before and after is a pair of a smaller task with more pairs. A program for that task,
    applied to every part, is one for the whole.
    """
    if shapes_of(task.train_inputs) != shapes_of(task.train_outputs):
        return
    seen: set[tuple[bytes, ...]] = set()
    for one in section("parts of a grid"):
        text = fill(one.text, _a="grid")
        found = attempted(_task_of_parts, task, function(f"lambda grid: {text}"))
        key = tuple(sorted(map(grid_key, found.train_inputs))) if found else ()
        if found and key not in seen:
            seen.add(key)
            yield found, Goal(found.train_outputs, f"change_parts(grid, {text}, part)", _PARTS, "parts")


def _task_of_parts(task: Task, find: Callable[[Grid], Iterable[Object]]) -> Task | None:
    pairs: dict[bytes, Pair] = {}
    for pair in task.train:
        boxes = [one.box for one in find(pair.input)]
        outside = pair.input != pair.answer
        for row, col, height, width in boxes:
            outside[row : row + height, col : col + width] = False
        if outside.any() or (len(boxes) == 1 and boxes[0][2:] == pair.input.shape):
            return None
        for box in boxes:
            before, after = as_grid(crop(pair.input, box)), as_grid(crop(pair.answer, box))
            if not same_grid(pairs.setdefault(grid_key(before), Pair(before, after)).answer, after):
                return None
    crops = [as_grid(crop(grid, one)) for grid in task.test_inputs for one in find(grid)]
    tests = {grid_key(part): Pair(part, None) for part in crops}
    kept = [pair for pair in pairs.values() if same_grid(pair.input, pair.answer)]
    changed = [pair for pair in pairs.values() if not same_grid(pair.input, pair.answer)]
    if len(changed) < 2 or not 0 < len(tests) <= _MOST_TESTS:
        return None
    return Task(task.id, (*changed[:_MOST_CHANGED], *kept[:_MOST_KEPT]), tuple(tests.values()))
