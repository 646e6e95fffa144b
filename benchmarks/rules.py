"""What every rule of the search gives on the development tasks, to be sure that a change of one is wanted.

    python -m benchmarks.rules --write before.jsonl                    every rule on every development task
    python -m benchmarks.rules --compare before.jsonl --rules rays     again, and what is different

A rule is called on the inputs as they are, with effort for all it has, up to a limit that cuts it off: a call
that was cut off is not compared. Two programs are the same if their statements and their costs are.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from arc import Task, load_dataset
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND, OutOfEffort, effort_limit
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Rule
from inference.proposers.search.rules.registry import all_rules

_EFFORT = 40.0 * SECOND
_MOST = 8  # programs of one call

Given = dict[str, Any]


def given(rule: Rule, task: Task) -> Given:
    """The programs of one call, as JSON values: `programs` (cost, statements), `seconds`, `cut off`."""
    start = time.process_time()
    problem = Problem(task.train_inputs + task.test_inputs, task.train_outputs, TaskBudget(1e6 * SECOND))
    found, cut_off = [], False
    try:
        with effort_limit(_EFFORT):
            found = [[round(one.cost, 4), list(one.lines)] for one in islice(rule(problem), _MOST)]
    except OutOfEffort:
        cut_off = True
    return {"programs": found, "seconds": round(time.process_time() - start, 3), "cut off": cut_off}


def record(rules: Iterable[Rule], tasks: Iterable[Task]) -> Iterator[Given]:
    """For each task what each rule gives, by the rule's name."""
    rules = list(rules)
    for task in tasks:
        yield {"task": task.id, "rules": {rule.name: given(rule, task) for rule in rules}}


def compare(before: Given, after: Given) -> Iterator[str]:
    """A line for each call that gives something else."""
    for rule, new in after["rules"].items():
        old = before["rules"].get(rule)
        if old is None or old["cut off"] or new["cut off"] or old["programs"] == new["programs"]:
            continue
        yield f"{before['task']} {rule}: {len(old['programs'])} programs before, {len(new['programs'])} now"
        for one, other in zip([*old["programs"], None], [*new["programs"], None], strict=False):
            if one != other:
                yield f"    before {one}\n    now    {other}"
                break


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, help="keep what the rules give in this file")
    parser.add_argument("--compare", type=Path, help="a file written before")
    parser.add_argument("--rules", help="comma-separated names; all without")
    parser.add_argument("--every", type=int, default=1, help="only every so many tasks")
    arguments = parser.parse_args()
    names = arguments.rules.split(",") if arguments.rules else None
    rules = [rule for rule in all_rules() if names is None or rule.name in names]
    tasks = list(load_dataset("arc-agi-1/development"))[:: arguments.every]
    before = {}
    if arguments.compare:
        lines = arguments.compare.read_text(encoding="utf-8").splitlines()
        before = {entry["task"]: entry for entry in map(json.loads, lines)}
    seconds = calls = programs = different = 0.0
    for entry in record(rules, tasks):
        if arguments.write:
            with arguments.write.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")
        for call in entry["rules"].values():
            seconds, calls, programs = seconds + call["seconds"], calls + 1, programs + len(call["programs"])
        if entry["task"] in before:
            for line in compare(before[entry["task"]], entry):
                different += not line.startswith(" ")
                print(line, flush=True)
    print(f"{calls:.0f} calls, {programs:.0f} programs, {seconds:.0f} CPU s, {different:.0f} calls differ")


if __name__ == "__main__":
    main()
