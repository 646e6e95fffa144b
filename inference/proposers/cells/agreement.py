"""The grids drawn for one test input, each with the probability that it is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from arc import Grid, as_grid, grid_key
from inference.proposers.cells.forest import Votes
from inference.proposers.cells.trials import Trial


@dataclass
class _Drawn:
    grid: Grid
    score: float  # by the trial that is the surest of it
    trials: int = 0


@dataclass
class Agreement:
    """What several trials draw for one test input; a grid that more of them draw is likelier right."""

    _found: dict[bytes, _Drawn] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._found)

    def add(self, trial: Trial, drawn: Sequence[tuple[Votes, float]]) -> None:
        """Count the grids of a trial: votes, and the likelihood of their place or size."""
        for key, (points, grid) in _scored(trial, drawn).items():
            known = self._found.setdefault(key, _Drawn(grid, points))
            known.score, known.trials = max(known.score, points), known.trials + 1

    def likeliest(self, most: int) -> list[tuple[float, Grid]]:
        """At most so many grids, the likeliest first, with probabilities that add up to 1 at most."""
        odds = [1.13 * one.score + 0.84 * (one.trials - 1) - 1.33 for one in self._found.values()]
        chances = 1 / (1 + np.exp(-np.array(odds)))
        ranked = sorted(zip(chances.tolist(), self._found.values(), strict=True), key=lambda item: -item[0])
        total = max(1.0, sum(chance for chance, _ in ranked[:most]))
        return [(chance / total, one.grid) for chance, one in ranked[:most]]


def _scored(trial: Trial, drawn: Sequence[tuple[Votes, float]]) -> dict[bytes, tuple[float, Grid]]:
    """What a trial draws, once each: two windows may show the same."""
    found: dict[bytes, tuple[float, Grid]] = {}
    for votes, share in drawn:
        grid, points = as_grid(votes.argmax(2)), score(trial, votes, share)
        key = grid_key(grid)
        found[key] = max(found.get(key, (points, grid)), (points, grid), key=lambda one: one[0])
    return found


def score(trial: Trial, votes: Votes, share: float) -> float:
    """How sure a trial is of its votes' grid; `share` is the likelihood of its place or size.

    A logistic regression fitted on 81 development tasks, on the share of held-out pairs that came out right,
    the log of their share of wrong cells, and the log probability of the grid's cells; `likeliest` adds how
    many trials agree by a second one, fitted on 151 (benchmarks/cells.py shows how it holds).
    """
    sure = float(np.log(np.maximum(votes.max(2), 0.05)).sum())
    placed = float(np.log(max(share, 1e-6)))
    return (
        placed - 2.3 + 1.4 * trial.exact - 0.66 * float(np.log(trial.wrong + 0.003)) + 0.23 * max(sure, -15.0)
    )
