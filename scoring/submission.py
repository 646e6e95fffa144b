"""Submission files in Kaggle's form, and their validator.

{"<task id>": [{"attempt_1": [[0, 1], ...], "attempt_2": [[...], ...]}, ...one per test input...], ...}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from arc import ATTEMPTS, ArcError, Grid, GridError, Task, as_grid, to_rows
from scoring.files import write_whole


class SubmissionError(ArcError):
    """A submission that Kaggle would refuse; the message names the first fault and counts the rest."""


def build_submission(attempts: Mapping[str, Sequence[Sequence[Grid]]]) -> dict[str, Any]:
    """The JSON form of two attempts for each test input of each task, ids in the mapping's order."""
    return {
        task_id: [
            {name: to_rows(grid) for name, grid in zip(ATTEMPTS, pair, strict=True)} for pair in per_input
        ]
        for task_id, per_input in attempts.items()
    }


def write_submission(path: str | Path, attempts: Mapping[str, Sequence[Sequence[Grid]]]) -> None:
    """Write the file atomically: a reader, or a crash, sees the old file or the whole new one."""
    write_whole(Path(path), json.dumps(build_submission(attempts), separators=(",", ":")))


def read_submission(
    record: Any, tasks: Iterable[Task], name: str = "submission"
) -> dict[str, tuple[tuple[Grid, Grid], ...]]:
    """The attempts at `tasks` in a submission's JSON value, by task id.

    Raises SubmissionError, which begins with `name`, where it has a fault.
    """
    tasks = tuple(tasks)
    faults = list(check_submission(record, tasks))
    if faults:
        more = f" (and {len(faults) - 1} more: omni-arc submit --check lists them)" if len(faults) > 1 else ""
        raise SubmissionError(f"{name}: {faults[0]}{more}")
    return {
        task.id: tuple(
            (as_grid(answer[ATTEMPTS[0]]), as_grid(answer[ATTEMPTS[1]])) for answer in record[task.id]
        )
        for task in tasks
    }


def check_submission(record: Any, tasks: Iterable[Task]) -> Iterator[str]:
    """One line for each fault of a submission's JSON value; nothing if Kaggle accepts it."""
    if not isinstance(record, Mapping):
        yield "a submission is an object of answers by task id"
        return
    known = set()
    for task in tasks:
        known.add(task.id)
        if task.id not in record:
            yield f"task {task.id}: missing"
        else:
            yield from _task_faults(task, record[task.id])
    for task_id in record:
        if task_id not in known:
            yield f"task {task_id}: not in the challenge"


def _task_faults(task: Task, answers: Any) -> Iterator[str]:
    if not isinstance(answers, list):
        yield f"task {task.id}: expected a list of answers, one per test input"
        return
    if len(answers) != len(task.test):
        yield f"task {task.id}: {len(answers)} answers for {len(task.test)} test inputs"
    for number, answer in enumerate(answers):
        place = f"task {task.id}, test input {number}"
        if not isinstance(answer, Mapping):
            yield f"{place}: expected an object with attempt_1 and attempt_2"
            continue
        for name in ATTEMPTS:
            if name not in answer:
                yield f"{place}: {name} is missing"
                continue
            fault = _grid_fault(answer[name], task.side_limit)
            if fault:
                yield f"{place}, {name}: {fault}"
        for name in answer:
            if name not in ATTEMPTS:
                yield f"{place}: {str(name)[:30]!r} is neither attempt_1 nor attempt_2"


def _grid_fault(value: Any, limit: int) -> str:
    try:
        height, width = as_grid(value).shape
    except GridError as error:
        return str(error)
    if max(height, width) > limit:
        return f"an answer has 1 to {limit} rows and columns, this is {height}x{width}"
    return ""
