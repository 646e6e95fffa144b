"""What each turn of the search brings: solved tasks against effort, on tasks searched turn by turn.

    python -m benchmarks.turns --write turns.jsonl             the 320 development tasks, the default turns
    python -m benchmarks.turns --turns 0.5,2,4 --every 4       other turns (millions of units), fewer tasks

Turns after the first are scaled by the promise of the task, as in a run. A file that is there is where a
second call goes on from. A task counts as solved if the first two distinct answers hold the right one.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from arc import Task, grid_key, load_dataset
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import METER, SECOND
from inference.proposers.registry import EMBEDDED
from inference.proposers.search.emission import run_program
from inference.proposers.search.search import Search
from inference.proposers.worker_pool import turn_length

OPEN_SET = "arc-agi-1/development"

Record = dict[str, Any]


def answers(search: Search, task: Task) -> list[Record]:
    """The distinct answers so far, likeliest first: if `right`, its cheapest program, its `programs`."""
    wanted = tuple([grid_key(grid) for grid in task.solved_outputs or ()])
    found: dict[tuple[bytes, ...], Record] = {}
    for program in search.answers.ranked():
        made = run_program(program.lines, task.test_inputs)
        key = tuple([b"" if grid is None else grid_key(grid) for grid in made])
        if key in found:
            found[key]["programs"] += 1
            continue
        found[key] = {
            "right": key == wanted, "cost": round(program.cost, 2), "rule": program.rule,
            "lines": list(program.lines), "programs": 1,
        }  # fmt: skip
    return list(found.values())


def searched(task: Task, turns: Sequence[float]) -> Record:
    """One task's turns: for each its `units`, `seconds`, `promise`, and the `answers` after it.

    `believed` tells whether they are given as programs, `figures` what that is decided by.
    """
    search = Search(task.hidden(), TaskBudget(turns[0] * SECOND))
    rows: list[Record] = []
    for number, turn in enumerate(turns):
        units, seconds = METER.units, time.process_time()
        if number:
            search.go_on(turn_length(turn, search.promise) * SECOND)
        search.run()
        units, seconds = METER.units - units, time.process_time() - seconds
        search.pause()
        rows.append({
            "units": round(units / SECOND, 3), "seconds": round(seconds, 2),
            "promise": round(search.promise, 3), "believed": search.answers.believed,
            "figures": search.answers.figures, "answers": answers(search, task),
        })  # fmt: skip
        if not search.unfinished:
            break
    return {"task": task.id, "turns": rows}


def report(records: Sequence[Record], turns: int) -> None:
    """Print, for each turn, what was found by its end and what it had cost by then."""
    units = seconds = 0.0
    for number in range(turns):
        reached = [record["turns"][: number + 1] for record in records]
        taken = [record["turns"][number] for record in records if len(record["turns"]) > number]
        units += sum(turn["units"] for turn in taken)
        seconds += sum(turn["seconds"] for turn in taken)
        last = [task[-1] for task in reached]
        solved = [any(one["right"] for one in turn["answers"][:2]) for turn in last]
        verified = sum(turn["believed"] for turn in last)
        right = sum(turn["believed"] and found for turn, found in zip(last, solved, strict=True))
        print(
            f"turn {number + 1}: {len(taken)} tasks, {units:.1f} M units and {seconds:.0f} CPU s so far, "
            f"solved {sum(solved)}, verified {verified} ({right / max(1, verified):.1%} right)"
        )
    last = [record["turns"][-1]["answers"] for record in records]
    wrong = Counter(
        found[0]["rule"] for found in last if found and not any(one["right"] for one in found[:2])
    )
    right = Counter(found[0]["rule"] for found in last if found and any(one["right"] for one in found[:2]))
    print("right by the first answer's rule:", dict(right.most_common()))
    print("wrong by the first answer's rule:", dict(wrong.most_common()))


def records(tasks: Sequence[Task], turns: Sequence[float], file: Path | None) -> Iterator[Record]:
    """What the turns brought for each task, from the file as far as it goes."""
    lines = file.read_text(encoding="utf-8").splitlines() if file and file.is_file() else []
    known = {record["task"]: record for record in map(json.loads, lines)}
    for task in tasks:
        record = known.get(task.id)
        if record is None:
            record = searched(task, turns)
            if file:
                with file.open("a", encoding="utf-8") as opened:
                    opened.write(json.dumps(record) + "\n")
        yield record


def main() -> None:
    usual = [turn / SECOND for turn in EMBEDDED["search"].turns]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default=OPEN_SET)
    parser.add_argument("--turns", help="comma-separated millions of units; the default turns without")
    parser.add_argument("--every", type=int, default=1, help="only every so many tasks")
    parser.add_argument("--write", type=Path, help="keep what was found here (development set only)")
    given = parser.parse_args()
    if given.write and given.dataset != OPEN_SET:
        parser.error(f"results of single tasks are for {OPEN_SET} only")
    turns = [float(turn) for turn in given.turns.split(",")] if given.turns else usual
    tasks = list(load_dataset(given.dataset))[:: given.every]
    report(list(records(tasks, turns, given.write)), len(turns))


if __name__ == "__main__":
    main()
