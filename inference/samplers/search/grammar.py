"""The probabilistic grammar: which words can follow a state in this task, with which arguments, at what cost.

A cost is a description length in bits: minus log2 of the word's probability after the last word, plus the
bits of its arguments. With `learned` the hand-set costs of `words.py` are corrected by statistics of written
programs (`grammar.json`, made by `python -m inference.samplers.search.fit`). That is off by default: at 2 CPU
seconds a task it solved 47 of the 80 validation tasks, the hand-set costs 48, and it made a third fewer
values in that time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from arc import Task
from inference.samplers.search.heads import head_of_text
from inference.samplers.search.states import Kind, State, Step
from inference.samplers.search.words import steps_for

DEEPEST = 4
_ANY = "any"  # stands for last words that the statistics say nothing of
_NOTHING: dict[str, Any] = {"first": {}, "after": {}}


@cache
def _statistics() -> dict[str, Any]:
    source = files("inference.samplers.search").joinpath("grammar.json")
    if not source.is_file():
        return _NOTHING
    found: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return found


class Grammar:
    """The steps for one task, cheapest first, for each kind of value and last word.

    Without `learned` the hand-set costs stand as they are.
    """

    def __init__(self, task: Task, learned: bool = False) -> None:
        self._steps: dict[Kind, list[Step]] = {kind: [] for kind in Kind}
        for step in steps_for(task):
            self._steps[step.takes].append(step)
        self._sorted: dict[tuple[Kind, str, int], list[tuple[float, Step]]] = {}
        self._statistics = _statistics() if learned else _NOTHING

    def following(self, state: State) -> Sequence[tuple[float, Step]]:
        """(cost, step) for each step that may follow `state`, cheapest first; none at the greatest depth."""
        if state.depth >= DEEPEST:
            return ()
        last = head_of_text(state.word) if state.word else ""
        if last not in self._statistics["after"]:
            last = _ANY
        key = (state.kind, last, state.depth)
        if key not in self._sorted:
            self._sorted[key] = sorted(
                [
                    (self._cost(step, last), step)
                    for step in self._steps[state.kind]
                    if state.depth <= step.deepest
                ],
                key=lambda found: found[0],
            )
        return self._sorted[key]

    def _cost(self, step: Step, last: str) -> float:
        head = head_of_text(step.word)
        bits: dict[str, float] = self._statistics["after"].get(last, self._statistics["first"])
        return max(0.3, step.cost + float(bits.get(head, 0.0)))
