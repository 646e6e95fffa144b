"""Goals worked out backwards from the training outputs: grids that, once reached, end the program.

Each inverse takes all training outputs to the grids that one word of the language would have made them
from. A state equal to these grids on the training pairs is then a program: its steps, and the word.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from arc import COLOURS, Grid
from inference.proposers.effort import uncounted
from inference.proposers.search.emission import Program, statements
from inference.proposers.search.expressions import Kind, fill
from inference.proposers.search.language import values_of
from inference.proposers.search.rules.relations import turns
from inference.proposers.search.states import State, Step, cells_of, shapes_of
from omniarc import LanguageError, colour_parts, map_colours, part_colours, swap_colours

Grids = tuple[Grid, ...]
GoalKey = tuple[tuple[tuple[int, ...], ...], bytes]

_DEAREST = 4.0


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
        ending = f"return {fill(self.wrap, _a=name)}"
        return Program((*lines, ending), state.cost + self.cost, self.rule)

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


Inverse = Callable[[Grids], Iterator[tuple[Grids, str, float]]]


@uncounted
def outright_goals(outputs: Grids) -> list[Goal]:
    """The outputs and what words' inverses make of them, to a depth of two words, cheapest first."""
    goals = [Goal(outputs, "_a", 0.0, "states")]
    seen = {goal_key(outputs)}
    place = 0
    while place < len(goals):
        goal = goals[place]
        place += 1
        for inverse in _INVERSES:
            for grids, wrap, cost in inverse(goal.outputs):
                key = goal_key(grids)
                if key in seen or goal.cost + cost > _DEAREST:
                    continue
                seen.add(key)
                whole, cost = fill(goal.wrap, _a=wrap), goal.cost + cost
                if goal is goals[0]:
                    rule = f"goal {inverse.__name__[1:]}"
                    goals.append(Goal(grids, whole, cost, rule, mirrored=inverse is _turned))
                else:
                    goals.append(Goal(grids, whole, cost, goal.rule, goal.mirrored))
    return sorted(goals, key=lambda goal: goal.cost)


def _turned(grids: Grids) -> Iterator[tuple[Grids, str, float]]:
    """Outputs that were turned or mirrored at the end."""
    for turn, back in turns():
        yield tuple(map(back.run("_a"), grids)), turn.text, 2.0


def views(inputs: Grids, outputs: Grids) -> Iterator[tuple[Step, Goal]]:
    """Other ways to see the task: a step from the input, and the goal that it has then.

    Mirrored, transposed, with the commonest colour of each input as background, with one cell for each part
    between lines, with colours by their ranks. `inputs` are those of the tests too.
    """
    for text in ("flip_left_right(_a)", "flip_up_down(_a)", "transpose(_a)"):
        step = Step(text, text, Kind.GRID, Kind.GRID, 2.0, 0)
        yield step, Goal(tuple(map(step.apply, outputs)), text, 1.0, "view", mirrored=True)
    yield from _own_grounds(inputs, outputs)
    yield from _lattices(inputs, outputs)
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
    if all(row == ranks[0] for row in ranks):
        return
    step = Step("by_rank", f"map_colours(_a, dict(zip({ranked}, {names})))", Kind.GRID, Kind.GRID, 2.0, 0)
    named = [
        map_colours(out, dict(zip(row, names, strict=True))) for out, row in zip(outputs, ranks, strict=False)
    ]
    yield step, Goal(tuple(named), f"map_colours(_a, dict(zip({names}, {of_input})))", 1.0, "by rank")


def _own_grounds(inputs: Grids, outputs: Grids) -> Iterator[tuple[Step, Goal]]:
    """The commonest colour of each input swapped with 0, if rules may take another for the background.

    That is if it is not always the same or 0 is there too, or if outputs of another size show it.
    """
    counts = [np.bincount(grid.ravel(), minlength=1) for grid in inputs]
    grounds = [int(count.argmax()) for count in counts]
    if not any(grounds) or any(2 * count.max() < count.sum() for count in counts):
        return
    drawn = (
        all((out == grounds[0]).any() for out in outputs)
        and shapes_of(outputs) != shapes_of(inputs)[: len(outputs)]
    )
    if len(set(grounds)) == 1 and not all(count[0] for count in counts) and not drawn:
        return
    step = Step("swap_colours", "swap_colours(_a, most_common_colour(_a), 0)", Kind.GRID, Kind.GRID, 2.0, 0)
    swapped = tuple([swap_colours(out, ground, 0) for out, ground in zip(outputs, grounds, strict=False)])
    yield step, Goal(swapped, "swap_colours(_a, most_common_colour(grid), 0)", 0.5, "own ground")


def _lattices(inputs: Grids, outputs: Grids) -> Iterator[tuple[Step, Goal]]:
    """One cell for each part between lines, where all parts have one colour before and after."""
    try:
        if any(not np.array_equal(colour_parts(grid, part_colours(grid)), grid) for grid in inputs):
            return
        small = tuple([part_colours(out) for out in outputs])
        same = [
            np.array_equal(colour_parts(grid, cells), out)
            for grid, cells, out in zip(inputs, small, outputs, strict=False)
        ]
    except LanguageError:
        return
    if all(same) and all(cells.size > 1 for cells in small):
        step = Step("part_colours", "part_colours(_a)", Kind.GRID, Kind.GRID, 2.0, 0)
        yield step, Goal(small, "colour_parts(grid, _a)", 0.5, "lattice")


def _scaled(grids: Grids) -> Iterator[tuple[Grids, str, float]]:
    """Outputs made of square blocks of one colour each, all of one size."""
    for factor in range(2, 11):
        if any(side % factor for grid in grids for side in grid.shape):
            continue
        small = tuple([np.ascontiguousarray(grid[::factor, ::factor]) for grid in grids])
        if all(
            np.array_equal(one.repeat(factor, 0).repeat(factor, 1), grid)
            for one, grid in zip(small, grids, strict=True)
        ):
            yield small, f"scale_up(_a, {factor})", 1.5


_MIRRORS = ((1, "beside", "flip_left_right", "[:, 1:]"), (0, "stack", "flip_up_down", "[1:]"))


def _mirrored(grids: Grids) -> Iterator[tuple[Grids, str, float]]:
    """Outputs whose halves mirror each other; they may share a line between them."""
    for axis, word, flip, rest in _MIRRORS:
        odd = {grid.shape[axis] % 2 for grid in grids}
        if len(odd) == 1 and all(np.array_equal(grid, np.flip(grid, axis)) for grid in grids):
            half = tuple([np.ascontiguousarray(np.array_split(grid, 2, axis)[0]) for grid in grids])
            shared = rest * odd.pop()
            yield half, f"{word}(_a, {flip}(_a){shared})", 2.0
            other = tuple([np.ascontiguousarray(np.flip(grid, axis)) for grid in half])
            yield other, f"{word}({flip}(_a), _a{shared})", 2.0


def _framed(grids: Grids) -> Iterator[tuple[Grids, str, float]]:
    """Outputs with a ring of one colour around them."""
    colour = int(grids[0][0, 0])
    for grid in grids:
        if min(grid.shape) < 3:
            return
        ring = np.concatenate((grid[0], grid[-1], grid[:, 0], grid[:, -1]))
        if (ring != colour).any():
            return
    yield tuple([np.ascontiguousarray(grid[1:-1, 1:-1]) for grid in grids]), f"pad(_a, 1, {colour})", 2.0


def _self_similar(grids: Grids) -> Iterator[tuple[Grids, str, float]]:
    """Outputs that show one picture wherever the picture itself has a cell."""
    small = []
    for grid in grids:
        high, wide = (int(np.sqrt(side)) for side in grid.shape)
        if (high * high, wide * wide) != grid.shape or min(high, wide) < 2:
            return
        blocks = grid.reshape(high, high, wide, wide).swapaxes(1, 2)
        shown = np.argwhere(blocks.any((2, 3)))
        one = blocks[tuple(shown[0])] if shown.size else grid
        if not np.array_equal(np.kron(one != 0, one), grid):
            return
        small.append(np.ascontiguousarray(one))
    yield tuple(small), "tile_where(_a != 0, _a)", 2.0


_INVERSES: tuple[Inverse, ...] = (_scaled, _mirrored, _framed, _self_similar, _turned)
