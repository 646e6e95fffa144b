"""The grammar: which words can follow a state at what cost, and which rules are worth calling on it.

The cost of a word is its description length in bits, set by hand in `words.py`. The order in which rules are
called was learned (`rules.json`, made by `python -m benchmarks.order`): a call waits until the chance that it
brings the answer, estimated from the features of the remaining problem, is worth its time. Rules that came
after the last full fit are fitted by their first calls (`--rules`); until then they wait as long as the known
ones that promise little (see `_UNSEEN`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice

import numpy as np

from arc import Grid, Task
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.expressions import Kind
from inference.proposers.search.features import NAMES, features
from inference.proposers.search.rules.driver import Rule
from inference.proposers.search.rules.registry import all_rules
from inference.proposers.search.states import State, Step
from inference.proposers.search.words import steps_for

DEEPEST = 4
_LEAST_CALL = -10.0  # log2 of the seconds that a call costs at least
_UNSEEN = 0.8  # the share of known rules that are called before one that the fit has not seen
_USUAL_CALL = -4.0  # bits of a quick and likely call

Weights = Mapping[str, Mapping[str, Mapping[str, float]]]


@cache
def learned() -> Weights:
    """rule -> `chance` and `time` -> the weights of the features and the `bias`; empty before a fit."""
    source = files("inference.proposers.search").joinpath("rules.json")
    found: Weights = json.loads(source.read_text(encoding="utf-8")) if source.is_file() else {}
    return found


class Grammar:
    """The steps for one task, cheapest first, and the order of rules."""

    def __init__(self, task: Task, weights: Weights | None = None) -> None:
        self._steps: dict[Kind, list[Step]] = {kind: [] for kind in Kind}
        self._more = steps_for(task)
        self.rules = Rules(all_rules(), learned() if weights is None else weights).order

    def following(self, state: State, place: int) -> tuple[int, Step] | None:
        """The cheapest step from this place on that may follow `state`, and its place; None after all."""
        steps, more = self._steps[state.kind], self._more[state.kind]
        while state.depth < DEEPEST:
            if place == len(steps):
                steps.extend(islice(more, 1))
            if place == len(steps) or state.depth <= steps[place].deepest:
                return (place, steps[place]) if place < len(steps) else None
            place += 1
        return None


class Rules:
    """The order of rules by their chance of an answer for their time."""

    def __init__(self, rules: Sequence[Rule], weights: Weights) -> None:
        self._rules = tuple(rules)
        self._known = np.array([rule.name in weights for rule in rules])
        found = [weights.get(rule.name, {"chance": {}, "time": {}}) for rule in rules]
        names = ("bias", *NAMES)  # weights of features that are gone are left out
        self._chance, self._time = (
            np.array([[one[part].get(name, 0.0) for name in names] for one in found])
            for part in ("chance", "time")
        )

    def order(self, grids: Sequence[Grid], outputs: Sequence[Grid]) -> list[tuple[float, Rule]]:
        """The rules as they are to be called on this problem, with the bits by which each waits."""
        charge(prices.RULES_ORDER)
        if not self._known.any():
            return [(0.0, rule) for rule in self._rules]
        vector = features(grids, outputs)
        odds = self._chance[:, 0] + self._chance[:, 1:] @ vector
        seconds = self._time[:, 0] + self._time[:, 1:] @ vector
        # log2 of the seconds that each rule's calls take for one right answer
        bits = np.log2(1 + np.exp2(-odds)) + np.maximum(seconds, _LEAST_CALL) - _USUAL_CALL
        bits[~self._known] = np.quantile(bits[self._known], _UNSEEN)
        return sorted(zip(bits.tolist(), self._rules, strict=True), key=lambda call: call[0])
