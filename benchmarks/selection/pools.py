"""Tasks with fewer training pairs: programs that fit less are more often wrong, so votes have more to tell.

    python -m benchmarks.selection.pools --pairs 2 -o two-pairs          development tasks, two pairs each
    omni-arc solve two-pairs --effort 0.2 --run runs/two-pairs

The pairs that a task loses become test inputs, after its own.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

from arc import Task, load_dataset

OPEN_SET = "arc-agi-1/development"


def fewer_pairs(task: Task, pairs: int, seed: int = 0) -> Task | None:
    """The task with `pairs` of its training pairs, the others as further tests; None if it has no more."""
    if len(task.train) <= pairs:
        return None
    drawn = random.Random(f"{seed} {task.id}").sample(range(len(task.train)), pairs)
    kept = tuple(task.train[number] for number in sorted(drawn))
    rest = tuple(pair for number, pair in enumerate(task.train) if number not in drawn)
    return Task(task.id, kept, (*task.test, *rest))


def smaller_tasks(dataset: str, pairs: int, seed: int = 0) -> Iterator[Task]:
    """The tasks of a data set that have more pairs than `pairs`, cut down to so many."""
    for task in load_dataset(dataset):
        smaller = fewer_pairs(task, pairs, seed)
        if smaller is not None:
            yield smaller


def main() -> None:
    """Write a folder of task files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default=OPEN_SET)
    parser.add_argument("--pairs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path, required=True)
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    for task in smaller_tasks(given.dataset, given.pairs, given.seed):
        (given.output / f"{task.id}.json").write_text(json.dumps(task.to_json()), encoding="utf-8")


if __name__ == "__main__":
    main()
