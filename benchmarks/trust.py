"""Fit the confidence in the search's answers, and say how well it tells right ones from wrong.

    python -m benchmarks.trust [--write records.jsonl]       all tasks below; goes on from the file

The tasks: development tasks cut to two pairs, development tasks with a pair left out, and one of each
concept. The weights printed belong into inference/proposers/search/trust.py. The figures are for tasks left
out of the fit (ten parts): how many answers would be given as programs at a least confidence, and how many of
them are right.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from arc import Task
from benchmarks.concepts.__main__ import make_task
from benchmarks.concepts.drawing import CONCEPTS
from benchmarks.drawn import left_out
from benchmarks.selection.pools import OPEN_SET, smaller_tasks
from benchmarks.turns import records
from inference.proposers.search.trust import FIGURES

_PARTS = 10
_STRENGTH = 0.3  # inverse of the regularisation
_TURNS = (0.5, 2.0)
_LEAST = (0.0, 0.5, 0.6, 2 / 3, 0.7, 0.75, 0.8, 0.85)


def tasks() -> Iterator[Task]:
    """The tasks to fit on, their names apart."""
    for kind, drawn in (("two", smaller_tasks(OPEN_SET, 2)), ("left out", left_out())):
        for task in drawn:
            yield replace(task, id=f"{task.id} {kind}")
    for name in sorted(CONCEPTS):
        yield make_task(name, 0, 3)


def main() -> None:
    """Search the tasks, print what is fitted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, help="keep what was found here")
    given = parser.parse_args()
    found = list(records(list(tasks()), _TURNS, given.write))
    last = [(record["task"], record["turns"][-1]) for record in found if record["turns"][-1]["answers"]]
    rows = np.array([turn["figures"] for _, turn in last])
    right = np.array([any(one["right"] for one in turn["answers"][:2]) for _, turn in last])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=_STRENGTH))
    sure = np.zeros(len(right))
    for known, rest in GroupKFold(_PARTS).split(rows, right, [name.split()[0] for name, _ in last]):
        sure[rest] = model.fit(rows[known], right[known]).predict_proba(rows[rest])[:, 1]
    for least in _LEAST:
        held = right[sure >= least]
        print(f"from {least:.0%}: {held.size} given, {held.sum()} right ({held.mean():.1%})")
    scaler, fitted = model.fit(rows, right).steps[0][1], model.steps[1][1]
    weights = fitted.coef_[0] / scaler.scale_
    print(dict(zip(FIGURES, weights.round(3).tolist(), strict=True)))
    print(f"base {fitted.intercept_[0] - weights @ scaler.mean_:.3f}")


if __name__ == "__main__":
    main()
