"""The same seed and effort give the same submission, whatever else the machine does."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scoring.record.reader import Run
from tests.end_to_end.conftest import CommandLine

# tasks of all kinds: solved at once, after a while, not at all
_TASKS = "00d62c1b,a85d4709,95990924,7c008303,a8d7556c,e73095fd"
_BUSY = "import numpy\nwhile True: numpy.random.default_rng(0).random(200_000).sort()"


@contextlib.contextmanager
def busy_neighbours() -> Iterator[None]:
    """Processes that keep every core busy."""
    processes = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _solve(omni_arc: CommandLine, name: str, *more: object) -> subprocess.CompletedProcess[str]:
    arguments = ("arc-agi-1/development", "--tasks", _TASKS, "--effort", "0.15", "--run", name)
    return omni_arc("solve", *arguments, *more, timeout=600)


def _proposals(directory: Path) -> dict[str, tuple[list[Any], list[Any]]]:
    with Run.open(directory) as run:
        return {
            task_id: (
                [(c.sample, c.source, c.description_length) for c, _ in run.candidates(task_id)],
                [
                    (p.sample, p.test_index, None if p.grid is None else p.grid.tolist())
                    for p in run.predictions(task_id)
                ],
            )
            for task_id in _TASKS.split(",")
        }


def test_a_busy_neighbour_and_other_workers_change_nothing(omni_arc: CommandLine, tmp_path: Path) -> None:
    quiet = _solve(omni_arc, "quiet", "--workers", "2")
    assert quiet.returncode == 0, quiet.stderr
    with busy_neighbours():
        busy = _solve(omni_arc, "busy", "--workers", "3")
    assert busy.returncode == 0, busy.stderr
    first, second = _proposals(tmp_path / "quiet"), _proposals(tmp_path / "busy")
    assert first == second
    assert sum(bool(programs) for programs, _ in first.values()) >= 3
    submissions = [(tmp_path / name / "submission.json").read_bytes() for name in ("quiet", "busy")]
    assert submissions[0] == submissions[1]
    assert "cut off" not in quiet.stderr + busy.stderr


def test_a_run_says_what_the_time_limit_cut_off(omni_arc: CommandLine, tmp_path: Path) -> None:
    done = _solve(omni_arc, "short", "--time-limit", "8s", "--effort", "50")
    assert done.returncode in (0, 1), done.stderr  # a busy machine may find nothing by then
    summary = json.loads((tmp_path / "short" / "summary.json").read_text())
    assert summary["cut_off"] > 0
    assert f"the time limit cut off {summary['cut_off']} of 6 tasks" in done.stderr
