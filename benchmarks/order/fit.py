"""Fit what calls of rules promise: the chance that a call gives the right answer, and the time it takes.

For each rule a logistic regression on the features of the problem gives the chance, and a linear one the
logarithm of the seconds. Both are drawn to the rule's own mean, and that to the mean of all rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from inference.proposers.search.features import NAMES

Floats = npt.NDArray[np.float64]

RIDGE = 1.0  # the pull of the chance's weights to zero
_TIME_RIDGE = 5.0
_LEAST_SECONDS = 5e-5
_AGAIN = 0.3  # what a right answer counts if it was known before
_LATER = 0.15  # what a failure on a later state counts: mostly the state is not on the way at all
_LEAST_WEIGHT = 0.05
_LN2 = float(np.log(2.0))


@dataclass(frozen=True)
class Calls:
    """The calls of one rule: features with a leading 1, right or not, weights, seconds."""

    features: Floats
    right: Floats
    weight: Floats
    seconds: Floats


def calls_of(records: Iterable[Mapping[str, Any]]) -> dict[str, Calls]:
    """The recorded calls by rule."""
    rows: dict[str, list[tuple[list[float], float, float, float]]] = defaultdict(list)
    for record in records:
        for rule, features, depth, seconds, weight, outcome in record["calls"]:
            right = float(outcome in ("right", "again"))
            counts = (_AGAIN if outcome == "again" else 1.0) if right else weight * (_LATER if depth else 1.0)
            rows[rule].append(([1.0, *features], right, counts, seconds))
    return {
        rule: Calls(*(np.array(column) for column in zip(*found, strict=True)))
        for rule, found in rows.items()
    }


def mean_share(calls: Mapping[str, Calls]) -> float:
    """The mean of the shares of right calls, never 0: a rule that was never right has a chance."""
    return float(np.mean([(one.weight @ one.right + 0.01) / one.weight.sum() for one in calls.values()]))


def chance(calls: Calls, mean: float, ridge: float = RIDGE) -> Floats:
    """Weights, in bits, of a call's log odds of being right; `mean` is the share of all rules."""
    rate = min(0.9, float(calls.weight @ calls.right + 3 * mean) / float(calls.weight.sum() + 3))
    base = float(np.log(rate / (1 - rate)))
    pull = np.array([0.3, *[ridge] * len(NAMES)])

    def loss(vector: Floats) -> tuple[float, Floats]:
        logits = base + calls.features @ vector
        nats = np.logaddexp(0.0, logits) - calls.right * logits
        excess = calls.weight * (1 / (1 + np.exp(-logits)) - calls.right)
        return (
            float(calls.weight @ nats + pull @ vector**2),
            calls.features.T @ excess + 2 * pull * vector,
        )

    found: Floats = minimize(loss, np.zeros(pull.size), jac=True, method="L-BFGS-B").x
    found[0] += base
    return found / _LN2


def time_of(calls: Calls) -> Floats:
    """Weights of the log2 of a call's seconds."""
    bits = np.log2(np.maximum(calls.seconds, _LEAST_SECONDS))
    mean = float(bits.mean())
    pull = np.diag([0.3, *[_TIME_RIDGE] * len(NAMES)])
    squares, products = calls.features.T @ calls.features, calls.features.T @ (bits - mean)
    found: Floats = np.linalg.solve(squares + pull, products).astype(np.float64)
    found[0] += mean
    return found


def fit_rules(records: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, dict[str, float]]]:
    """rule -> `chance` and `time`, each the weights by name."""
    calls = calls_of(records)
    mean = mean_share(calls)
    return {
        rule: {"chance": _named(chance(found, mean)), "time": _named(time_of(found))}
        for rule, found in sorted(calls.items())
    }


def held_out(records: Sequence[Mapping[str, Any]], folds: int = 5) -> tuple[float, float]:
    """Bits of a call's outcome, of tasks left out: by the features, and by the rules' rates alone."""
    fitted = plain = total = 0.0
    for fold in range(folds):
        learn = calls_of([record for place, record in enumerate(records) if place % folds != fold])
        judge = calls_of([record for place, record in enumerate(records) if place % folds == fold])
        mean = mean_share(learn)
        for rule, calls in judge.items():
            for ridge in (RIDGE, 1e6):
                logits = _LN2 * (calls.features @ chance(learn[rule], mean, ridge))
                nats = float(calls.weight @ (np.logaddexp(0.0, logits) - calls.right * logits))
                fitted, plain = (fitted + nats, plain) if ridge == RIDGE else (fitted, plain + nats)
            total += float(calls.weight @ calls.right)
    return fitted / max(total, 1.0) / _LN2, plain / max(total, 1.0) / _LN2


def _named(weights: Floats) -> dict[str, float]:
    names = ("bias", *NAMES)
    return {
        name: round(float(weight), 2)
        for name, weight in zip(names, weights, strict=True)
        if abs(weight) >= _LEAST_WEIGHT
    }
