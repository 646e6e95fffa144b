"""How far the search's programs can be trusted: tasks of freshly drawn pairs, by rule and by cost.

    python -m benchmarks.drawn                        three training pairs each, one seed
    python -m benchmarks.drawn --pairs 2 --seed 7     fewer pairs, other draws
    python -m benchmarks.drawn --left-out             development tasks, a training pair made the test

A drawn task has its training pairs and its test from the generator of a written program (programs/), so that
what is measured are pairs that no rule was tried on.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import multiprocess

from arc import ArcError, Task, load_dataset
from benchmarks.search import OPEN_SET, Result, measure
from programs.catalogue import programs
from programs.generators import PairGenerator


def drawn_tasks(pairs: int, seed: int, sample: int | None = None) -> Iterator[Task]:
    """A task of `pairs` training pairs and one test for each program whose generator can draw them."""
    known = load_dataset(OPEN_SET)
    found = programs()
    ids = sorted(set(found) & set(known.ids))
    if sample:
        ids = sorted(random.Random(seed).sample(ids, min(sample, len(ids))))
    for task_id in ids:
        generator = PairGenerator(known[task_id], found[task_id])
        try:
            drawn = tuple(islice(generator.pairs(seed), pairs + 1))
        except ArcError:
            continue
        yield Task(task_id, drawn[:-1], drawn[-1:])


def left_out(sample: int | None = None) -> Iterator[Task]:
    """The development tasks of three pairs or more, one of their training pairs made the test."""
    tasks = [task for task in load_dataset(OPEN_SET) if len(task.train) >= 3]
    for task in random.Random(0).sample(tasks, min(sample or len(tasks), len(tasks))):
        number = random.Random(task.id).randrange(len(task.train))
        rest = task.train[:number] + task.train[number + 1 :]
        yield Task(task.id, rest, (task.train[number],))


def _right(result: Result) -> bool:
    return 0 <= result.place < 2


def table(results: Sequence[Result], title: str, key: Callable[[Result], str]) -> None:
    """Print how many verified tasks are right with two answers, grouped by `key`."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        if result.verified:
            groups[key(result)].append(result)
    print(f"  by {title}:")
    for name, group in sorted(groups.items(), key=lambda item: -len(item[1])):
        right = sum(map(_right, group))
        print(f"    {right:4d} right {len(group) - right:3d} wrong  {right / len(group):4.0%}  {name}")


def report(results: Sequence[Result]) -> None:
    verified = [result for result in results if result.verified]
    right = sum(map(_right, verified))
    share = right / max(1, len(verified))
    print(f"{len(results)} tasks, verified {len(verified)}, right {right}, precision {share:.1%}")
    table(results, "rule", lambda result: result.first_rule)
    table(results, "cost", lambda result: f"{int(result.first_cost // 2) * 2:2d} bits or more")


def _work(job: tuple[Task, float]) -> Result:
    return measure(*job)


def _searched(tasks: Iterable[Task], effort: float, workers: int) -> list[Result]:
    jobs = [(task, effort) for task in tasks]
    if workers == 1:
        return [_work(job) for job in jobs]
    with multiprocess.Pool(workers) as pool:
        return list(pool.imap(_work, jobs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=3, help="training pairs of each task")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--left-out", action="store_true", help="development tasks with a pair less instead")
    parser.add_argument("--sample", type=int, help="so many tasks only")
    parser.add_argument("--effort", type=float, default=1.0, help="millions of units a task")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write each task's result here")
    given = parser.parse_args()
    start = time.monotonic()
    tasks = left_out(given.sample) if given.left_out else drawn_tasks(given.pairs, given.seed, given.sample)
    results = _searched(tasks, given.effort, given.workers)
    report(results)
    print(f"  wall {time.monotonic() - start:.0f} s")
    if given.json:
        given.json.write_text(json.dumps([vars(result) for result in results], indent=1))


if __name__ == "__main__":
    main()
