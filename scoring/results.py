"""Results in the ARC Prize's form: a folder with a JSON file for each task, named by its id.

    00d62c1b.json: [{"attempt_1": {"answer": [[0, 1], ...], "metadata": {...}}, "attempt_2": {...}}, ...]

One object for each test input, in their order. An attempt that is null or has no grid is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from arc import ATTEMPTS, DatasetError, Form, Grid, GridError, Task, as_grid, form_of, read_json, to_rows
from scoring.contract import Candidate, GridPrediction
from scoring.files import write_whole
from scoring.record.merge import TaskRecord
from scoring.submission import SubmissionError

# What the official tools leave in the folder besides the tasks.
_OTHER_FILES = ("results.json",)

Attempts = tuple[tuple[Grid | None, Grid | None], ...]


@dataclass(frozen=True, eq=False)
class Results:
    """Attempts by task id, as read from a folder or one file; `unreadable` counts attempts without a grid."""

    answers: Mapping[str, Any]
    unreadable: int = 0

    def attempts(self, task: Task) -> Attempts | None:
        """Two attempts for each test input (None for one that is missing), or None without an answer.

        Raises SubmissionError where there are more answers than test inputs.
        """
        given = self.answers.get(task.id)
        if given is None:
            return None
        if len(given) > len(task.test):
            raise SubmissionError(f"task {task.id}: {len(given)} answers for {len(task.test)} test inputs")
        return (*given, *[(None, None)] * (len(task.test) - len(given)))


def is_results(path: Path) -> bool:
    """True for a folder with results, or one file of a task's results."""
    files = _files(path)
    try:
        return any(_task_results(read_json(file)) for file in files[:3])
    except DatasetError:
        return False


def read_results(path: str | Path) -> Results:
    """Read a folder of results or one task's file; raises SubmissionError for a file that is not a result."""
    answers: dict[str, Attempts] = {}
    unreadable = 0
    for file in _files(Path(path)):
        record = read_json(file)
        if not _task_results(record):
            raise SubmissionError(f"{file}: holds {form_of(record)}, no attempts at one task")
        pairs = tuple((_grid(answer, ATTEMPTS[0]), _grid(answer, ATTEMPTS[1])) for answer in record)
        unreadable += sum(grid is None for pair in pairs for grid in pair)
        answers[file.stem] = pairs
    return Results(answers, unreadable)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path] if path.suffix == ".json" else []
    return sorted(file for file in path.glob("[!.]*.json") if file.name not in _OTHER_FILES)


def _task_results(record: Any) -> bool:
    return form_of(record) is Form.RESULTS and all(
        isinstance(answer, Mapping) and any(name in answer for name in ATTEMPTS) for answer in record
    )


def _grid(answer: Mapping[str, Any], name: str) -> Grid | None:
    attempt = answer.get(name)
    try:
        return as_grid(attempt.get("answer")) if isinstance(attempt, Mapping) else None
    except GridError:
        return None


def write_results(
    directory: str | Path, found: Iterable[tuple[TaskRecord, Sequence[Sequence[Grid]]]]
) -> None:
    """Write a file for each task's record and attempts into `directory` (missing or empty)."""
    directory = Path(directory)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise SubmissionError(f"{directory}: not an empty folder; choose another with -o")
    directory.mkdir(parents=True, exist_ok=True)
    for record, attempts in found:
        name = f"{record.task.id}.json"
        if Path(name).name != name:
            raise SubmissionError(f"task {record.task.id}: its id can't name a file")
        write_whole(directory / name, json.dumps(list(_answers(record, attempts)), indent=1))


def _answers(record: TaskRecord, attempts: Sequence[Sequence[Grid]]) -> Iterator[dict[str, Any]]:
    for index, pair in enumerate(attempts):
        metadata = _metadata(record, index)
        yield {
            name: {"answer": to_rows(grid), "metadata": metadata}
            for name, grid in zip(ATTEMPTS, pair, strict=True)
        }


def _metadata(record: TaskRecord, index: int) -> dict[str, Any]:
    """The fields that the official tools ask for; tokens are those of all proposals for the task."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    made: list[Candidate | GridPrediction] = list(record.predictions)
    made += [proposal for program in record.programs for proposal in program.proposals]
    asked = sum(one.prompt_tokens or 0 for one in made)
    answered = sum(one.tokens or 0 for one in made)
    return {
        "model": "omni-arc",
        "provider": "omni-arc",
        "start_timestamp": now,
        "end_timestamp": now,
        "choices": [],
        "reasoning_summary": None,
        "kwargs": {},
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": answered,
            "total_tokens": asked + answered,
            "completion_tokens_details": {
                "reasoning_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        },
        "cost": {"prompt_cost": 0.0, "completion_cost": 0.0, "total_cost": 0.0},
        "task_id": record.task.id,
        "pair_index": index,
        "test_id": record.task.id,
    }
