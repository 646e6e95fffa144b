"""kill -9 at random moments, resumed each time: the run ends as one that nobody disturbed."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from arc import load_dataset
from scoring.record.errors import StoreError
from scoring.record.reader import Run
from tests.end_to_end.conftest import CommandLine

_DATASET = "arc-agi-1/development"
_TASKS = 12

# What the two runs must have in common: everything but times and the order in which tasks came.
_SAME = {
    "tasks": "SELECT * FROM tasks ORDER BY task",
    "programs": "SELECT * FROM programs ORDER BY task, key",
    "candidates": "SELECT task, sampler, sample, key, augmentation, log_probability, tokens, source, answer"
    " FROM candidates ORDER BY task, sampler, sample",
    "verdicts": "SELECT task, key, kind, train_correct, error, train_outputs, test_outputs FROM verdicts"
    " ORDER BY task, key",
    "predictions": "SELECT task, predictor, sample, test_index, grid, confidence FROM predictions"
    " ORDER BY task, predictor, sample, test_index",
    "finished": "SELECT task, proposer, error FROM finished ORDER BY task, proposer",
    "votes": "SELECT task, ballots, attempts FROM votes ORDER BY task",
}


def _write_samples(path: Path, each: int) -> None:
    """A candidates file: programs right and wrong, slow and broken, some twice, and direct grids."""
    generator = random.Random(5)
    with path.open("w") as file:
        for task in load_dataset(_DATASET).select(limit=_TASKS):
            known = {str(pair.input.tolist()): pair.answer.tolist() for pair in task.train}
            sources: list[str] = []
            for sample in range(each):
                burn = f"    for _ in range({generator.randrange(20_000, 400_000)}):\n        pass\n"
                kind = generator.randrange(6)
                if kind == 0 and sources:
                    source = generator.choice(sources) + "# said again\n"
                elif kind == 1:
                    table = f"    known = {known!r}\n    return known.get(str(grid.tolist()), [[4]])\n"
                    source = f"def transform(grid):\n{burn}{table}# {sample}\n"
                elif kind == 2:
                    source = f"def transform(grid):\n{burn}    raise ValueError({sample})\n"
                elif kind == 3:
                    source = (
                        f"def transform(grid):\n{burn}    return grid[::-1, ::{-1 if sample % 2 else 1}]\n"
                    )
                elif kind == 4:
                    source = ""
                else:
                    source = f"def transform(grid):\n{burn}    return (grid + {sample}) % 10\n"
                sources.append(source or "def transform(grid): return grid\n")
                record = {
                    "task_id": task.id,
                    "source": source,
                    "log_probability": -float(sample),
                    "tokens": 7,
                }
                file.write(json.dumps(record) + "\n")
            for index in range(len(task.test)):
                record = {"task_id": task.id, "grid": [[index]], "test_index": index, "confidence": 0.5}
                file.write(json.dumps(record) + "\n")


def _contents(directory: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(directory / "run.sqlite")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {name: connection.execute(query).fetchall() for name, query in _SAME.items()}
    finally:
        connection.close()


def _begun(directory: Path) -> bool:
    try:
        Run.open(directory).close()
    except StoreError:
        return False
    return True


def _judged(directory: Path) -> int:
    try:
        connection = sqlite3.connect(f"file:{directory / 'run.sqlite'}?mode=ro", uri=True)
        try:
            return int(connection.execute("SELECT count(*) FROM verdicts").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return 0


def _wait_for_progress(process: subprocess.Popen[str], directory: Path, before: int) -> None:
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until and _judged(directory) <= before:
        time.sleep(0.05)


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(
    ("kills", "each"), [(3, 15), pytest.param(50, 250, marks=pytest.mark.slow)], ids=["few", "fifty"]
)
def test_a_run_killed_again_and_again_ends_as_an_undisturbed_one(
    omni_arc: CommandLine, tmp_path: Path, kills: int, each: int
) -> None:
    samples = tmp_path / "samples.jsonl"
    _write_samples(samples, each)
    common = ["--sampler", "replay", "--no-search", "--no-cells", "--model", samples, "--agree", 0]
    common += ["--limit", _TASKS, "--time-limit", "20m"]
    whole = omni_arc("solve", _DATASET, *common, "--run", "whole", timeout=600)
    assert whole.returncode == 0, whole.stderr
    expected = _contents(tmp_path / "whole")
    assert len(expected["candidates"]) == _TASKS * each
    assert len(expected["verdicts"]) == len(expected["programs"]) > _TASKS * each / 2

    generator = random.Random(1)
    directory, grew, before = tmp_path / "killed", 0, 0
    for _ in range(kills):
        goal = ["--resume", directory] if _begun(directory) else [_DATASET, *common, "--run", directory]
        process = omni_arc.start("solve", *goal)
        if generator.random() < 0.75:
            _wait_for_progress(process, directory, before)
        time.sleep(generator.uniform(0.0, 1.5))
        process.kill()  # nothing happens if it has just ended by itself
        process.communicate()
        judged = _judged(directory)
        assert judged >= before, "a verdict was lost"
        grew += judged > before
        before = judged
    assert grew >= kills / 3, "the kills came too early, or too late, to disturb anything"
    last = omni_arc("solve", "--resume", directory, timeout=600)
    assert last.returncode == 0, last.stderr
    found = _contents(directory)
    for name, rows in expected.items():
        assert found[name] == rows, name
    assert (directory / "submission.json").read_text() == (tmp_path / "whole/submission.json").read_text()

    again = omni_arc("solve", "--resume", directory, timeout=120)
    assert again.returncode == 0, again.stderr
    assert _contents(directory) == expected
