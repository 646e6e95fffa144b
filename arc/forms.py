"""What a JSON value is, recognised by its shape: a task, tasks by id, solutions, a submission, results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

ATTEMPTS = ("attempt_1", "attempt_2")


class Form(StrEnum):
    """The form of a file's content; its value completes the phrase "holds ..."."""

    TASK = "one task"
    TASKS = "tasks by id"
    TASK_LIST = "a list of tasks"
    PAIRS = "a list of pairs"
    SOLUTIONS = "solutions (test outputs by task id)"
    SUBMISSION = "a submission (two attempts by task id)"
    SAMPLE_SUBMISSION = "a sample submission"
    RESULTS = "evaluation results"
    OTHER = "something else"


# What to do with a file that holds no tasks.
HINTS = {
    Form.PAIRS: 'a task is an object: {"train": [the pairs that show it], "test": [the pairs to solve]}',
    Form.SOLUTIONS: "the tasks are in the *_challenges.json beside it",
    Form.SUBMISSION: "score it with: omni-arc evaluate FILE --dataset DATASET",
    Form.SAMPLE_SUBMISSION: "the tasks are in the *_challenges.json beside it",
    Form.RESULTS: "score attempts with: omni-arc evaluate FILE --dataset DATASET",
    Form.OTHER: (
        "a data set is a task, an object of tasks by id (as Kaggle's *_challenges.json), "
        "a list of tasks, JSON lines, or a folder of these"
    ),
}


def form_of(record: Any) -> Form:
    """The form of a JSON value. One sound member is enough to tell a collection's form."""
    if isinstance(record, Mapping):
        if _is_task(record):
            return Form.TASK
        return _collection(record)
    if isinstance(record, list):
        return _list(record)
    return Form.OTHER


def _is_task(record: Any) -> bool:
    return isinstance(record, Mapping) and ("train" in record or "test" in record)


def _collection(record: Mapping[str, Any]) -> Form:
    values = list(record.values())
    if any(_is_task(value) for value in values):
        return Form.TASKS
    if "task_results" in record or {"score", "total_tasks"} <= record.keys():
        return Form.RESULTS
    if any(_is_attempts(value) for value in values):
        return Form.SAMPLE_SUBMISSION if _is_sample(values) else Form.SUBMISSION
    if any(_is_grids(value) for value in values):
        return Form.SOLUTIONS
    return Form.OTHER


def _list(record: list[Any]) -> Form:
    members = [member for member in record if isinstance(member, Mapping)]
    if any(_is_task(member) for member in members):
        return Form.TASK_LIST
    if any("input" in member for member in members):
        return Form.PAIRS
    if any({"dataset", "scores"} <= member.keys() or _is_answer(member) for member in members):
        return Form.RESULTS
    return Form.OTHER


def _is_answer(record: Any) -> bool:
    return isinstance(record, Mapping) and any(name in record for name in ATTEMPTS)


def _is_attempts(value: Any) -> bool:
    return isinstance(value, list) and any(_is_answer(answer) for answer in value)


def _is_grids(value: Any) -> bool:
    """True for a list of grids, judging by its first cell."""
    for _ in range(3):
        if not isinstance(value, list) or not value:
            return False
        value = value[0]
    return isinstance(value, int)


def _is_sample(values: Iterable[Any]) -> bool:
    """True if every attempt is the same small filler, as in Kaggle's sample_submission.json."""
    answers = [
        answer.get(name)
        for value in values
        if isinstance(value, list)
        for answer in value
        if isinstance(answer, Mapping)
        for name in ATTEMPTS
    ]
    return all(answer == [[0, 0], [0, 0]] for answer in answers)
