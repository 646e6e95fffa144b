"""How many tasks the embedded search solves, how precise it is, and where its time goes.

    python benchmarks/search.py                                  the development set
    python benchmarks/search.py --sample 80 --effort 2           a fixed random sample of 80 tasks
    python benchmarks/search.py --dataset arc-agi-1/validation   aggregate figures only

A task counts as *solved* if the first two distinct answers (tuples of test outputs) hold the right one, as
*verified* if answers are given as programs, being likely enough, not as grids. Task ids are named for the
development set only.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import multiprocess

from arc import Task, grid_key, load_dataset
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search.emission import run_program
from inference.proposers.search.search import Search

OPEN_SET = "arc-agi-1/development"
_SEED = "search sample"


@dataclass
class Result:
    """One task's outcome; `place` is the right answer's place among the distinct answers, from 0, or -1."""

    task_id: str
    seconds: float
    units: float
    verified: bool
    place: int
    rule: str
    first_rule: str
    cost: float
    states: int
    made: int
    profile: dict[str, float] = field(default_factory=dict)
    effort: dict[str, float] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    first_cost: float = 0.0


def measure(task: Task, effort: float) -> Result:
    """Search one task (its test outputs hidden) and judge the answers."""
    started, budget = time.process_time(), TaskBudget(effort * SECOND)
    search = Search(task.hidden(), budget)
    search.run()
    seconds, units = time.process_time() - started, budget.used()
    answers: list[tuple[bytes, ...]] = []
    wanted = tuple(grid_key(grid) for grid in task.solved_outputs or ())
    place, rule, first, cost, lines = -1, "", "", 0.0, []
    first_cost = 0.0
    for program in search.answers.ranked():
        made = run_program(program.lines, task.test_inputs)
        key = tuple(b"" if grid is None else grid_key(grid) for grid in made)
        if not answers:
            first, cost, lines = program.rule, program.cost, list(program.lines)
            first_cost = cost
        if key in answers:
            continue
        if key == wanted:
            place, rule, cost, lines = len(answers), program.rule, program.cost, list(program.lines)
        answers.append(key)
    return Result(
        task.id, seconds, units, search.answers.believed, place, rule, first, cost,
        len(search.frontier.states), search.frontier.made, dict(search.profile.seconds),
        dict(search.profile.effort),
        dict(search.profile.failed), lines, first_cost,
    )  # fmt: skip


def _work(job: tuple[Task, float]) -> Result:
    return measure(*job)


def report(results: list[Result], name: str, named: bool) -> None:
    """Print the figures; with task ids only if `named`."""
    total = len(results)
    verified = [result for result in results if result.verified]
    solved = [result for result in results if 0 <= result.place < 2]
    first = sum(result.place == 0 for result in results)
    seconds = sum(result.seconds for result in results)
    print(f"{name}: {total} tasks")
    print(f"  solved with two answers {len(solved)} ({len(solved) / total:.1%}), with one {first}")
    right = sum(result.verified for result in solved)
    print(f"  verified {len(verified)}, precision {right / max(1, len(verified)):.1%} (two answers)")
    longest = max(result.seconds for result in results)
    units = sum(result.units for result in results)
    print(f"  CPU {seconds:.0f} s, {seconds / total:.2f} s a task, longest {longest:.1f} s")
    print(f"  effort {units / SECOND:.1f} M units, {units / SECOND / seconds:.2f} M a CPU second")
    made, states = sum(r.made for r in results), sum(r.states for r in results)
    print(f"  values made {made / total:.0f} and states kept {states / total:.0f} a task")
    profile: dict[str, float] = defaultdict(float)
    for result in results:
        for part, spent in result.profile.items():
            profile[part] += spent
    charged: dict[str, float] = defaultdict(float)
    for result in results:
        for part, spent in result.effort.items():
            charged[part] += spent / SECOND
    print("  CPU time and effort by part:")
    for part, spent in sorted(profile.items(), key=lambda item: -item[1])[:40]:
        print(f"    {spent:8.2f} s {charged[part]:8.2f} M  {part}")
    failed = sum((Counter(result.failed) for result in results), Counter[str]())
    if failed:
        print("  rules that raised:", dict(failed.most_common()))
    print("  solved by rule:", dict(Counter(r.rule for r in solved).most_common()))
    print(
        "  wrong by rule:",
        dict(Counter(r.first_rule for r in verified if not 0 <= r.place < 2).most_common()),
    )
    if named:
        _name(results)


def _name(results: list[Result]) -> None:
    by_rule: dict[str, list[str]] = defaultdict(list)
    for result in results:
        if 0 <= result.place < 2:
            by_rule[result.rule].append(result.task_id)
    for rule, ids in sorted(by_rule.items()):
        print(f"    {rule}: {' '.join(ids)}")
    wrong = [r for r in results if r.verified and not 0 <= r.place < 2]
    print("  verified but wrong:", " ".join(f"{r.task_id}({r.first_rule},{r.cost:.1f})" for r in wrong))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default=OPEN_SET)
    parser.add_argument("--sample", type=int, help="a fixed random sample of this many tasks")
    parser.add_argument("--tasks", help="comma-separated ids (development set only)")
    parser.add_argument("--effort", type=float, default=5.0, help="millions of units a task")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write each task's result here (development set only)")
    arguments = parser.parse_args()
    named = arguments.dataset == OPEN_SET
    if not named and (arguments.tasks or arguments.json):
        parser.error(f"results of single tasks are for {OPEN_SET} only")
    tasks = list(load_dataset(arguments.dataset))
    if arguments.sample:
        tasks = random.Random(_SEED).sample(tasks, min(arguments.sample, len(tasks)))
    if arguments.tasks:
        tasks = [task for task in tasks if task.id in arguments.tasks.split(",")]
    start = time.monotonic()
    jobs = [(task, arguments.effort) for task in tasks]
    if arguments.workers > 1:
        with multiprocess.Pool(arguments.workers) as pool:
            results = list(pool.imap(_work, jobs))
    else:
        results = [_work(job) for job in jobs]
    report(results, arguments.dataset, named)
    print(f"  wall {time.monotonic() - start:.0f} s with {arguments.workers} workers")
    if arguments.json:
        arguments.json.write_text(json.dumps([vars(result) for result in results], indent=1))


if __name__ == "__main__":
    main()
