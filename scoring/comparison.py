"""Comparing runs: seeds of one configuration together, configurations with each other task by task.

Chance enters a score twice: by the tasks that happen to be in the data set, and by the seed. The intervals
here resample both: tasks, the same ones for all, and the runs within each configuration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.evaluation import Evaluation
from scoring.metrics import interval_of, resampled_means


@dataclass(frozen=True, eq=False)
class Group:
    """Runs of one configuration that differ only in their seed, on the same tasks; at least one."""

    runs: tuple[Evaluation, ...]

    @property
    def name(self) -> str:
        """The first run's name, and the number of others."""
        return self.runs[0].name + (f" (+{len(self.runs) - 1})" if len(self.runs) > 1 else "")

    @property
    def task_ids(self) -> tuple[str, ...]:
        return tuple(score.task_id for score in self.runs[0].scores["together"])

    @cached_property
    def scores(self) -> npt.NDArray[np.float64]:
        """The task scores, shape (runs, tasks)."""
        return np.array([[score.score for score in run.scores["together"]] for run in self.runs])

    @property
    def mean(self) -> float:
        """The mean score over runs and tasks, 0..1."""
        return float(self.scores.mean())

    @property
    def deviation(self) -> float | None:
        """The standard deviation of the runs' scores (n - 1 in the denominator); None for a single run."""
        return float(self.scores.mean(axis=1).std(ddof=1)) if len(self.runs) > 1 else None

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest score of its runs."""
        means = self.scores.mean(axis=1)
        return float(means.min()), float(means.max())

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the mean, over tasks and seeds."""
        return interval_of(resampled_means([self.scores])[0])

    def to_json(self) -> dict[str, Any]:
        """Plain values for `--json`."""
        return {
            "runs": [run.name for run in self.runs],
            "seeds": [run.seed for run in self.runs],
            "mean": self.mean,
            "standard_deviation": self.deviation,
            "spread": list(self.spread),
            "interval": list(self.interval),
        }


@dataclass(frozen=True)
class Difference:
    """A configuration against another on the same tasks: `mean`, its 95% interval, the tasks that changed.

    With several seeds a task counts as gained or lost by the mean of its scores.
    """

    mean: float
    low: float
    high: float
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def grouped(found: Sequence[Evaluation]) -> tuple[Group, ...]:
    """Evaluations by configuration and tasks, in the order of the first runs; submissions are not grouped."""
    groups: dict[Any, list[Evaluation]] = {}
    for number, one in enumerate(found):
        tasks = tuple(score.task_id for score in one.scores["together"])
        groups.setdefault((one.configuration or number, tasks), []).append(one)
    return tuple(Group(tuple(runs)) for runs in groups.values())


def compare(base: Group, other: Group) -> Difference | None:
    """`other` minus `base`, task by task (paired); None unless they have the same tasks in the same order."""
    if base.task_ids != other.task_ids:
        return None
    changes = other.scores.mean(axis=0) - base.scores.mean(axis=0)
    before, after = resampled_means([base.scores, other.scores])
    named = list(zip(base.task_ids, changes, strict=True))
    return Difference(
        float(changes.mean()),
        *interval_of(after - before),
        tuple(task_id for task_id, change in named if change > 0),
        tuple(task_id for task_id, change in named if change < 0),
    )
