"""Goals worked out backwards from the training outputs: grids that, once reached, end the program.

A word of the language and what undoes it take all training outputs to the grids that the word would have
made them from. A state equal to these grids on the training pairs is then a program: its steps, and the word.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from arc import COLOURS, Grid, same_grid
from inference.proposers.effort import uncounted
from inference.proposers.search.emission import Program, statements
from inference.proposers.search.expressions import Choices, Kind, fill, filled, free, items
from inference.proposers.search.language import attempted, function, values_of
from inference.proposers.search.problem import shared_colours
from inference.proposers.search.rules.relations import turns
from inference.proposers.search.states import State, Step, cells_of, checked_grid, shapes_of
from omniarc import LanguageError, colour_parts, part_colours

Grids = tuple[Grid, ...]
GoalKey = tuple[tuple[tuple[int, ...], ...], bytes]

_DEAREST = 4.0
_TURNED = 2.0  # bits of a turn or a mirror


def goal_key(grids: Grids) -> GoalKey:
    """What a state's training grids are looked up by."""
    return shapes_of(grids), cells_of(grids)


@dataclass(frozen=True, eq=False)
class Goal:
    """Grids to reach; `wrap` is the expression that makes the outputs from them, placed at `_a`."""

    outputs: Grids
    wrap: str
    cost: float
    rule: str
    mirrored: bool = False  # or rotated: a mirrored output is seen as the goal first

    def met(self, state: State) -> Program:
        """The program that reaches this goal through `state`."""
        lines, (name,) = statements([state])
        return Program(self.wrapped((*lines, f"return {name}")), state.cost + self.cost, self.rule)

    def wrapped(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        """Statements that reach this goal and return it, made to return the outputs."""
        if self.wrap == "_a":
            return lines
        inner = ["def part(grid):", *("    " + line for line in lines), "", "part = part(grid)"]
        returns = sum(line.lstrip().startswith("return ") for line in lines)
        if returns == 1 and lines[-1].startswith("return ") and "grid" not in _names_in(self.wrap):
            inner = [*lines[:-1], "part = " + lines[-1].removeprefix("return ")]
        return (*inner, f"return {fill(self.wrap, _a='part')}")


def _names_in(text: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name)}


@uncounted
def outright_goals(outputs: Grids) -> list[Goal]:
    """The outputs and what they were before words that can be undone, to a depth of two, cheapest first."""
    choices: Choices = {"_factor": free(range(2, 11)), "_ring": free(shared_colours(outputs))}
    ends = [(items(one.text), one.bits, False) for one in filled("undone and word", choices)]
    ends += [((back.text, turn.text), _TURNED, True) for turn, back in turns()]
    goals = [Goal(outputs, "_a", 0.0, "states")]
    seen = {goal_key(outputs)}
    for goal in goals:
        for (undo, word), bits, turned in ends:
            cost = goal.cost + bits
            before = _undone(goal.outputs, undo, word) if cost <= _DEAREST else ()
            if before and goal_key(before) not in seen:
                seen.add(goal_key(before))
                mirrored = goal.mirrored or (turned and goal is goals[0])
                goals.append(Goal(before, fill(goal.wrap, _a=word), cost, "goal", mirrored))
    return sorted(goals, key=lambda goal: goal.cost)


def _undone(outputs: Grids, undo: str, word: str) -> Grids:
    """What `undo` makes of the outputs; nothing if `word` does not make them of it again."""
    back, there = function(f"lambda _a: {undo}"), function(f"lambda _a: {word}")
    before = []
    for output in outputs:
        grid = checked_grid(attempted(back, output))
        made = None if grid is None else attempted(there, grid)
        if grid is None or made is None or not same_grid(made, output):
            return ()
        before.append(np.ascontiguousarray(grid))
    return tuple(before)


def view(
    inputs: Grids, outputs: Grids, see: str, there: str, back: str, cost: float, name: str, bits: float = 2.0
) -> tuple[Step, Goal]:
    """A step of so many bits that sees the input as `see`, and the goal that is left then, with its cost.

    `there` makes the goal of an output `_a` and its input `grid`, `back` the output of what is reached.
    """
    run = function(f"lambda grid, _a: {there}")
    seen = [np.ascontiguousarray(run(*pair)) for pair in zip(inputs, outputs, strict=False)]
    return Step(see, Kind.GRID, bits), Goal(tuple(seen), back, cost, name)


def views(inputs: Grids, outputs: Grids) -> Iterator[tuple[Step, Goal]]:
    """Other ways to see the task: a step from the input, and the goal that it has then.

    Mirrored, transposed, with the commonest colour of each input as background, with one cell for each part
    between lines, with colours by their ranks. `inputs` are those of the tests too.
    """
    for turn in ("flip_left_right(_a)", "flip_up_down(_a)", "transpose(_a)"):
        step, goal = view(inputs, outputs, turn, turn, turn, 1.0, "view")
        yield step, replace(goal, mirrored=True)
    if _own_grounds(inputs, outputs):
        see, back = (f"swap_colours(_a, most_common_colour({one}), 0)" for one in ("_a", "grid"))
        yield view(inputs, outputs, see, back, back, 0.5, "own ground")
    if _lattices(inputs, outputs):
        see, back = "part_colours(_a)", "colour_parts(grid, _a)"
        yield view(inputs, outputs, see, see, back, 0.5, "lattice")
    yield from _ranked(inputs, outputs)


def _ranked(inputs: Grids, outputs: Grids) -> Iterator[tuple[Step, Goal]]:
    """Colours that not all inputs hold, named alike: the commonest of each input first, then in order."""
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
        there, back = (
            f"map_colours(_a, dict(zip({pair})))" for pair in (f"{of_input}, {names}", f"{names}, {of_input}")
        )
        see = f"map_colours(_a, dict(zip({ranked}, {names})))"
        yield view(inputs, outputs, see, there, back, 1.0, "by rank")


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
        cells = [part_colours(out) for out in outputs]
        return all(one.size > 1 for one in cells) and all(
            np.array_equal(colour_parts(grid, part_colours(shown)), shown)
            for grid, shown in [*zip(inputs, inputs, strict=True), *zip(inputs, outputs, strict=False)]
        )
    except LanguageError:
        return False
