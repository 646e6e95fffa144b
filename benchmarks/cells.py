"""How good the predictor `cells` is: tasks solved, calibration of its confidence, CPU time.

python benchmarks/cells.py                          the 320 development tasks
python benchmarks/cells.py arc-agi-1/validation     in aggregate only, as always
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from arc import Task, load_dataset, same_grid
from inference.proposers.cells import predict
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from scoring.contract import GridPrediction

_BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1.01)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dataset", nargs="?", default="arc-agi-1/development")
    parser.add_argument("--effort", type=float, default=3.0, help="millions of units for a task")
    parser.add_argument("--every", type=int, default=1, help="take every n-th task only")
    parser.add_argument("--detail", type=Path, help="write a JSON line for each task (development only)")
    parser.add_argument("--compare", type=Path, help="the detail of another run: show tasks won and lost")
    options = parser.parse_args()
    tasks = list(load_dataset(options.dataset))[:: options.every]
    rows = []
    for task in tasks:
        before = time.process_time()
        predictions = list(predict(task.hidden(), TaskBudget(options.effort * SECOND)))
        rows.append(_row(task, predictions, time.process_time() - before))
    if options.detail:
        options.detail.write_text("".join(json.dumps(row) + "\n" for row in rows))
    _report(rows)
    if options.compare:
        _compare([json.loads(line) for line in options.compare.read_text().splitlines()], rows)


def _compare(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    known = {row["id"]: row for row in before}
    for key in ("first", "either"):
        both = [(known[row["id"]][key], row[key], row["id"]) for row in after if row["id"] in known]
        won, lost = ([i for one, other, i in both if (one, other) == way] for way in ((0, 1), (1, 0)))
        print(f"{key} right before {sum(b[0] for b in both)}, won {' '.join(won)}, lost {' '.join(lost)}")


def _row(task: Task, predictions: list[GridPrediction], seconds: float) -> dict[str, Any]:
    """What became of one task: per test input, whether each attempt is right and with what confidence."""
    expected = [pair.answer for pair in task.test]
    right = [[False, False] for _ in expected]
    made = []
    for p in predictions:
        hit = same_grid(p.grid, expected[p.test_index])
        right[p.test_index][p.sample] = hit
        made.append((p.confidence, hit, p.sample))
    return {
        "id": task.id,
        "first": all(one for one, _ in right),
        "either": all(any(both) for both in right),
        "made": made,
        "seconds": seconds,
    }


def _report(rows: list[dict[str, Any]]) -> None:
    answered = [row for row in rows if row["made"]]
    print(f"tasks {len(rows)}, answered {len(answered)}")
    print(f"first attempt right {sum(r['first'] for r in rows)}, either {sum(r['either'] for r in rows)}")
    spent = np.array([row["seconds"] for row in rows])
    print(f"CPU s a task: mean {spent.mean():.2f}, median {np.median(spent):.2f}, max {spent.max():.2f}")
    made = [m for row in rows for m in row["made"]]
    print("confidence     grids  right  mean confidence")
    for low, high in pairwise(_BINS):
        inside = [m for m in made if low <= m[0] < high]
        if inside:
            share, mean = np.mean([m[1] for m in inside]), np.mean([m[0] for m in inside])
            print(f"{low:.2f} - {min(high, 1):.2f}   {len(inside):5d}  {share:5.2f}  {mean:.2f}")


if __name__ == "__main__":
    main()
