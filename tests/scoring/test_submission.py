"""Submissions: what is written reads back, every fault gets its line, a half-written file is never seen."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest

from arc import Pair, Task, as_grid, same_grid
from scoring.submission import SubmissionError, check_submission, read_submission, write_submission


def task(task_id: str, tests: int) -> Task:
    grid = as_grid([[1, 2]])
    return Task(task_id, (Pair(grid, grid),), (Pair(grid, None),) * tests)


TASKS = (task("b", 2), task("a", 1))
ONE, TWO = as_grid([[1]]), as_grid([[2, 2], [3, 3]])
GOOD: dict[str, Any] = {
    "b": [{"attempt_1": [[1]], "attempt_2": [[2, 2], [3, 3]]}, {"attempt_1": [[1]], "attempt_2": [[0]]}],
    "a": [{"attempt_1": [[9]], "attempt_2": [[8]]}],
}


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "submission.json"
    write_submission(path, {"b": [(ONE, TWO), (TWO, ONE)], "a": [(TWO, ONE)]})
    record = json.loads(path.read_text())
    assert list(record) == ["b", "a"]
    assert record["a"] == [{"attempt_1": [[2, 2], [3, 3]], "attempt_2": [[1]]}]
    attempts = read_submission(record, TASKS)
    assert same_grid(attempts["b"][1][0], TWO) and same_grid(attempts["b"][1][1], ONE)
    assert [file.name for file in tmp_path.iterdir()] == ["submission.json"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "submission.json"
    write_submission(path, {"a": [(ONE, TWO)]})
    before = path.read_text()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_submission(path, {"a": [(TWO, ONE)]})
    assert path.read_text() == before
    assert [file.name for file in tmp_path.iterdir()] == ["submission.json"]


def test_a_good_submission_has_no_fault() -> None:
    assert list(check_submission(GOOD, TASKS)) == []


def change(path: list[Any], value: Any) -> Any:
    record = copy.deepcopy(GOOD)
    place: Any = record
    for step in path[:-1]:
        place = place[step]
    if value is KeyError:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return record


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        ([], "a submission is an object of answers by task id"),
        (change(["b"], KeyError), "task b: missing"),
        (change(["z"], []), "task z: not in the challenge"),
        (change(["a"], {"attempt_1": [[1]]}), "task a: expected a list of answers, one per test input"),
        (change(["a"], []), "task a: 0 answers for 1 test inputs"),
        (change(["b", 1], KeyError), "task b: 1 answers for 2 test inputs"),
        (change(["b", 1], None), "task b, test input 1: expected an object with attempt_1 and attempt_2"),
        (change(["b", 1, "attempt_2"], KeyError), "task b, test input 1: attempt_2 is missing"),
        (
            change(["a", 0, "attempt_3"], [[1]]),
            "task a, test input 0: 'attempt_3' is neither attempt_1 nor attempt_2",
        ),
        (
            change(["a", 0, "attempt_1"], [[1, 2], [3]]),
            "task a, test input 0, attempt_1: row 1 has 1 cells, row 0 has 2",
        ),
        (
            change(["a", 0, "attempt_1"], [[10]]),
            "task a, test input 0, attempt_1: row 0 holds 10; colours are 0 to 9",
        ),
        (
            change(["a", 0, "attempt_1"], [[1.0]]),
            "task a, test input 0, attempt_1: row 0 holds '1.0', which is no integer",
        ),
        (
            change(["a", 0, "attempt_1"], [[0] * 31]),
            "task a, test input 0, attempt_1: an answer has 1 to 30 rows and columns, this is 1x31",
        ),
        (
            change(["a", 0, "attempt_1"], []),
            "task a, test input 0, attempt_1: a grid is a non-empty list of rows",
        ),
    ],
)
def test_each_fault_gets_one_line(record: Any, fault: str) -> None:
    assert list(check_submission(record, TASKS)) == [fault]


def test_all_faults_are_listed_and_reading_names_the_first() -> None:
    record = change(["b", 0, "attempt_1"], [[-1]])
    del record["a"]
    assert list(check_submission(record, TASKS)) == [
        "task b, test input 0, attempt_1: row 0 holds -1; colours are 0 to 9",
        "task a: missing",
    ]
    with pytest.raises(SubmissionError, match=r"x.json: .*row 0 holds -1.*\(and 1 more"):
        read_submission(record, TASKS, "x.json")
