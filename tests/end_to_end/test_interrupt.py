"""Ctrl-C, as a terminal sends it to the whole process group, at every stage: one line, 130, nothing left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from arc import load_dataset, read_json
from scoring.record.errors import StoreError
from scoring.record.reader import Run
from scoring.submission import check_submission
from tests.end_to_end.conftest import CommandLine

DEVELOPMENT = "arc-agi-1/development"
Process = subprocess.Popen[str]


def _children(process: Process) -> dict[int, str]:
    """The living descendants of the command, with their command lines."""
    parents, lines = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            lines[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:  # ended meanwhile
            continue
        if fields[0] != "Z":
            parents[int(folder.name)] = int(fields[1])
    family = {process.pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return {child: lines[child] for child in family - {process.pid}}


def _wait_for(process: Process, reached: Callable[[], bool]) -> None:
    while not reached():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def _interrupt(process: Process) -> str:
    """Send Ctrl-C to all; what the command then said on stderr. Its children have ended when this returns."""
    children = _children(process)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130, errors
    assert "Traceback" not in errors and "KeyboardInterrupt" not in errors
    while any(_alive(child, line) for child, line in children.items()):
        time.sleep(0.01)
    return errors


def _alive(number: int, line: str) -> bool:
    try:
        return Path(f"/proc/{number}/cmdline").read_text().replace("\0", " ") == line != ""
    except OSError:
        return False


def _said(errors: str) -> list[str]:
    return [line for line in errors.splitlines() if "interrupted" in line]


def _rows(directory: Path) -> int:
    try:
        with Run.open(directory) as run:
            return sum(count.candidates for count in run.counts().values())
    except StoreError:
        return 0


def test_while_the_command_line_loads(omni_arc: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "early").mkdir()
    (tmp_path / "early" / "click.py").write_text("raise KeyboardInterrupt\n")
    path = os.pathsep.join((str(tmp_path / "early"), str(Path(__file__).parents[2])))
    done = omni_arc("datasets", env={"PYTHONPATH": path})
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "omni-arc: interrupted\n")


@pytest.mark.parametrize("stage", ["store", "workers", "submission", "candidates"])
def test_solve(omni_arc: CommandLine, tmp_path: Path, stage: str) -> None:
    directory = tmp_path / "out"
    flags = (DEVELOPMENT, "--limit", 4, "--effort", 0.05, "--workers", 2)
    process = omni_arc.start("solve", *flags, "--run", "out")
    stages: dict[str, Callable[[], bool]] = {
        "store": lambda: (directory / "run.sqlite").exists(),
        "workers": lambda: any("work_on" in line for line in _children(process).values()),
        "submission": lambda: (directory / "submission.json").exists(),
        "candidates": lambda: _rows(directory) > 0,
    }
    _wait_for(process, stages[stage])
    errors = _interrupt(process)
    assert len(_said(errors)) == 1, errors
    again = omni_arc("solve", *flags, "--run", "out")
    if "continue with --resume out" in again.stderr:  # it was interrupted after it had begun
        again = omni_arc("solve", "--resume", "out")
    assert again.returncode == 0, again.stderr
    tasks = load_dataset(DEVELOPMENT).select(limit=4)
    assert list(check_submission(read_json(directory / "submission.json"), tasks)) == []


def test_verify(omni_arc: CommandLine, tmp_path: Path) -> None:
    first = load_dataset(DEVELOPMENT).ids[0]
    slow = "def transform(grid):\n    while True:\n        pass  # {}\n    return {}\n"
    sources = ["def transform(grid):\n    return grid\n", *(slow.format(n, n) for n in range(50))]
    lines = [json.dumps({"task_id": first, "source": source}) + "\n" for source in sources]
    (tmp_path / "slow.jsonl").write_text("".join(lines))
    process = omni_arc.start("verify", "slow.jsonl", "--dataset", DEVELOPMENT, "-o", "out.jsonl")
    _wait_for(process, lambda: bool(_children(process)))  # its sandbox has started
    assert _said(_interrupt(process)) == ["omni-arc: interrupted"]
