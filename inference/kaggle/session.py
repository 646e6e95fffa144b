"""A session on Kaggle: a submission from the first second, a run, retries of what is open, the pooled answer.

    session = Session(Path("/kaggle/working"), challenges, deadline=time.monotonic() + 3600)
    session.solve(["--sampler", "vllm", "--model", str(model)])
    session.submit()

Each run is a separate process: if a driver or a lack of memory kills it, the notebook keeps its results.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from arc import ArcError, Task, load_dataset
from scoring.record.merge import merged, vote_options
from scoring.record.reader import Run
from scoring.submission import write_submission
from scoring.vote import vote

SUBMISSION = "submission.json"

_COMMAND = (sys.executable, "-c", "from commands import main; main()")
_LEAST_SECONDS = 60.0  # for a retry: less is spent on starting
_GRACE_SECONDS = 120.0  # for a run that does not end at its time limit
_ATTEMPTS = 2


@dataclass
class Session:
    """The runs of one notebook on the tasks of `challenges`.

    `working` is the output folder; `deadline` is on the clock of `time.monotonic`; `rounds` is how often open
    tasks are tried again.
    """

    working: Path
    challenges: Path
    deadline: float
    rounds: int = 3
    environment: Mapping[str, str] = field(default_factory=dict)
    codes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write a submission without any evidence, so that there always is one."""
        if not (self.working / SUBMISSION).exists():
            attempts = {task.id: [one.attempts for one in vote(task, (), ())] for task in self._tasks}
            write_submission(self.working / SUBMISSION, attempts)

    @cached_property
    def _tasks(self) -> tuple[Task, ...]:
        return load_dataset(str(self.challenges)).hidden().tasks

    @property
    def runs(self) -> list[Path]:
        """The directories of its runs that can be read, in their order."""
        found = sorted(self.working.glob("run*"), key=lambda path: (len(path.name), path.name))
        return [directory for directory in found if _readable(directory)]

    def left(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - time.monotonic()

    def solve(self, flags: Sequence[str], retry: Sequence[str] = ()) -> None:
        """Run all tasks, then those with an empty or a single attempt again, while there is time.

        `retry` are extra flags for the later rounds. A first run that already exists is resumed.
        """
        first = self.working / "run"
        if _readable(first):
            self._run(["--resume", str(first)])
        else:
            self._run([str(self.challenges), "--run", str(first), *flags])
        self._collect()
        for number in range(1, self.rounds + 1):
            directory = self.working / f"run-{number}"
            open_tasks = self.open_tasks()
            if not open_tasks or self.left() < _LEAST_SECONDS:
                break
            if directory.exists():  # of an earlier start of this notebook
                continue
            print(f"round {number}: {len(open_tasks)} tasks have less than two answers; they are tried again")
            chosen = ["--tasks", ",".join(open_tasks), "--seed", str(number)]
            self._run([str(self.challenges), "--run", str(directory), *flags, *retry, *chosen])
            self._collect()

    def proposed(self) -> dict[str, int]:
        """How many different answers each task has, by all runs: for its test input with the fewest."""
        counts = dict.fromkeys((task.id for task in self._tasks), 0)
        with ExitStack() as stack:
            runs = [stack.enter_context(Run.open(directory)) for directory in self.runs]
            for record in merged(runs):
                votes = record.vote(vote_options(runs[0].config))
                counts[record.task.id] = min(len(one.ballots) for one in votes)
        return counts

    def open_tasks(self) -> tuple[str, ...]:
        """The tasks with a test input for which fewer than two answers were proposed."""
        return tuple(task_id for task_id, count in self.proposed().items() if count < _ATTEMPTS)

    def _run(self, arguments: Sequence[str]) -> None:
        """One `omni-arc solve` with all the time that is left."""
        seconds = max(1, int(self.left()))
        command = [*_COMMAND, "solve", *arguments, "--time-limit", f"{seconds}s"]
        environment = {**os.environ, **self.environment}
        try:
            code = subprocess.run(command, env=environment, timeout=seconds + _GRACE_SECONDS).returncode
        except subprocess.TimeoutExpired:
            code = 124
        self.codes.append(code)
        print("the run ended with exit code", code)

    def _collect(self) -> None:
        """Bring the submission up to date with all runs; where that fails, keep the last good one."""
        runs = [str(directory) for directory in self.runs]
        if not runs:
            return
        new = self.working / f".{SUBMISSION}.pooled"
        done = subprocess.run([*_COMMAND, "submit", *runs, "-o", str(new)])
        source = new if done.returncode == 0 else self.working / "run" / SUBMISSION
        if source.exists():
            shutil.copyfile(source, self.working / SUBMISSION)
        new.unlink(missing_ok=True)

    def submit(self, *, strict: bool) -> None:
        """Check the submission and print what it is based on.

        If it is based on nothing, or the first run failed, a banner says so; with `strict` (a commit, not the
        competition's re-run, in which a bad submission is better than none) it raises SystemExit.
        """
        path = self.working / SUBMISSION
        command = [*_COMMAND, "submit", "--check", str(path), "--dataset", str(self.challenges)]
        checked = subprocess.run(command).returncode == 0
        proposed = self.proposed()
        total, answered = len(proposed), sum(count > 0 for count in proposed.values())
        single = sum(count == 1 for count in proposed.values())
        print(f"{answered} of {total} tasks have an answer, {single} of them a single one")
        trouble = self._trouble(answered, checked)
        if not trouble:
            return
        lines = [
            trouble,
            f"{answered} of {total} tasks have an answer; exit codes of the runs: {self.codes or 'no run'}",
            f"{max(0.0, self.left()):.0f} seconds were left",
            *(line for directory in self.runs for line in _errors(directory)),
        ]
        bar = "!" * 88
        text = "\n".join(("", bar, *(f"!! {line}" for line in lines), bar, ""))
        print(text, file=sys.stderr)
        if strict:
            raise SystemExit(text)

    def _trouble(self, answered: int, checked: bool) -> str:
        if not answered:
            return "NOTHING WAS FOUND: the submission holds fillers, and will score about 0"
        if not checked:
            return "THE SUBMISSION HAS FAULTS: they are listed above"
        if self.codes and self.codes[0] != 0:
            return "THE FIRST RUN FAILED, or one of its proposers gave nothing"
        return ""


def _readable(directory: Path) -> bool:
    try:
        with Run.open(directory) as run:
            return bool(run.task_ids)
    except ArcError:
        return False


def _errors(directory: Path) -> list[str]:
    try:
        record = json.loads((directory / "summary.json").read_text(encoding="utf-8"))
        return [f"{directory.name}: {line}" for line in record["errors"]]
    except (OSError, ValueError, LookupError):
        return [f"{directory.name}: ended without a summary"]
