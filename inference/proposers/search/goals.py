"""Goals worked out backwards from the training outputs: grids that, once reached, end the program.

A word of the language and what undoes it take all training outputs to the grids that the word would have
made them from. A state equal to these grids on the training pairs is then a program: its steps, and the word.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

import numpy as np

from arc import Grid, same_grid
from inference.proposers.effort import uncounted
from inference.proposers.search.emission import Program, as_function
from inference.proposers.search.expressions import Choices, fill, filled, free, items
from inference.proposers.search.language import attempted, function
from inference.proposers.search.problem import shared_colours
from inference.proposers.search.rules.relations import turns
from inference.proposers.search.states import cells_of, checked_grid, shapes_of

Grids = tuple[Grid, ...]

_DEAREST = 4.0
_TURNED = 2.0  # bits of a turn or a mirror
_LATER = {"grid", "part"}  # what the statements that reach a goal must leave as it was, if it is used then


def goal_key(grids: Grids) -> tuple[object, bytes]:
    """What a state's training grids are looked up by."""
    return shapes_of(grids), cells_of(grids)


@dataclass(frozen=True, eq=False)
class Goal:
    """Grids to reach; `wrap` is the expression that makes the outputs from them, placed at `_a`.

    It may use the input as `grid`, and instead of `_a` the function `part` that reaches the goal from there.
    """

    outputs: Grids
    wrap: str
    cost: float
    rule: str
    mirrored: bool = False  # or rotated: a mirrored output is seen as the goal first

    def whole(self, program: Program) -> Program:
        """A program that reaches this goal and returns it, made to return the outputs."""
        lines = program.lines
        if self.wrap != "_a":
            returns = sum(line.lstrip().startswith("return ") for line in lines)
            nodes = ast.walk(ast.parse(self.wrap, mode="eval"))
            names = {node.id for node in nodes if isinstance(node, ast.Name)}
            if returns == 1 and lines[-1].startswith("return ") and names.isdisjoint(_LATER):
                part, before = "part", (*lines[:-1], "part = " + lines[-1].removeprefix("return "))
            else:
                part, before = "part(grid)", as_function("part", lines)
            lines = (*before, f"return {fill(self.wrap, _a=part)}")
        return replace(program, lines=lines, cost=program.cost + self.cost)


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
        if grid is None or not same_grid(attempted(there, grid), output):
            return ()
        before.append(np.ascontiguousarray(grid))
    return tuple(before)
