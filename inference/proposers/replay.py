"""Candidates from a file: to judge samples again without sampling, or other people's.

The file is described in candidate_file.py. Lines of one task are numbered from 0 in the file's order; that
number is the sample's. Lines of tasks that are not asked for are skipped, counted and reported.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from arc import ArcError, GridType, Task
from inference.proposers.candidate_file import (
    CandidateFileError,
    SkippedLines,
    bounded,
    open_lines,
    parse_record,
    proposals,
)
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.models.engines import EnginesOf
from inference.proposers.models.settings import ModelSettings
from scoring.contract import TaskFinished


class ReplaySampler:
    """Streams the candidates of a file, breadth-first over tasks, first lines first.

    Only the places of the lines are kept in memory. The whole file is checked before anything is proposed:
    a broken line is a CandidateFileError, not a run that ends half-way. It is Checking and Telling.
    """

    def __init__(self, path: str | Path, name: str = "replay", grid_type: GridType | None = None) -> None:
        self.name = name
        self.path = Path(path)
        self._grid_type = grid_type
        self._file: IO[bytes] | None = None
        self._places: dict[str, list[int]] = {}
        self._skipped = SkippedLines()
        self._stopped: set[str] = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._streaming = False

    def check(self, tasks: Sequence[Task]) -> None:
        """CandidateFileError for a file that is missing or malformed, or has no line about these tasks."""
        self._release()
        self._file = open_lines(self.path)
        try:
            self._places = self._index(self._file, {task.id: task for task in tasks})
        except ArcError:
            self._release()
            raise

    def stream(self, tasks: Sequence[Task], budget: RunBudget) -> Iterator[Proposal]:
        """Every line of every task, in rounds; lines already `done` or of stopped tasks are left out."""
        if self._file is None:
            self.check(tasks)
        self._streaming = True
        try:
            yield from self._rounds(tasks, budget)
        finally:
            self._release()

    def _rounds(self, tasks: Sequence[Task], budget: RunBudget) -> Iterator[Proposal]:
        known = {task.id: task for task in tasks}
        waiting = {task.id: list(enumerate(self._places.get(task.id, ()))) for task in tasks}
        for rounds in waiting.values():
            rounds.reverse()
        while waiting and budget.seconds_left() > 0 and not self._closing.is_set():
            for task_id in list(waiting):
                following = self._next(task_id, waiting[task_id], budget)
                if following is None:
                    del waiting[task_id]
                    yield TaskFinished(task_id, self.name)
                else:
                    yield from self._read(*following, known[task_id])

    def stop(self, task_id: str) -> None:
        """Propose nothing more for this task."""
        with self._lock:
            self._stopped.add(task_id)

    def close(self) -> None:
        """End the stream, which closes the file."""
        self._closing.set()
        if not self._streaming:
            self._release()

    def _release(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def status(self) -> str:
        """Empty: the file is read as fast as it is judged."""
        return ""

    def problems(self) -> tuple[str, ...]:
        """The lines that were skipped."""
        return self._skipped.reasons()

    def about(self) -> dict[str, Any]:
        """The file."""
        return {"file": str(self.path)}

    def _next(
        self, task_id: str, waiting: list[tuple[int, int]], budget: RunBudget
    ) -> tuple[int, int] | None:
        """The next sample number and place of a task, or None if it needs no more."""
        done = budget.done.get(task_id, frozenset())
        while waiting and task_id not in budget.finished:
            with self._lock:
                if task_id in self._stopped:
                    return None
            sample, place = waiting.pop()
            if sample not in done:
                return sample, place
        return None

    def _read(self, sample: int, place: int, task: Task) -> Iterator[Proposal]:
        assert self._file is not None
        self._file.seek(place)
        record = parse_record(self._file.readline(), 0)
        yield from proposals(record, task, self.name, sample, grid_type=self._grid_type)

    def _index(self, file: IO[bytes], known: dict[str, Task]) -> dict[str, list[int]]:
        """Where the lines of each known task start, after checking every line."""
        places: dict[str, list[int]] = {task_id: [] for task_id in known}
        self._skipped = SkippedLines()
        place = 0
        for number, line in enumerate(bounded(file), start=1):
            if line.strip():
                try:
                    record = parse_record(line, number)
                    task = known.get(record.task_id)
                    self._skipped.count(record, task is not None)
                    if task is not None:
                        proposals(record, task, self.name, 0)
                        places[task.id].append(place)
                except ArcError as error:
                    raise CandidateFileError(f"{self.path}: line {number}: {error}") from None
            place += len(line)
        if not self._skipped.of:
            raise CandidateFileError(f"{self.path}: empty; there is no candidate to judge")
        self._skipped.refuse_all(str(self.path))
        return places


def make(name: str, settings: ModelSettings, _: EnginesOf) -> ReplaySampler:
    """For the registry: `settings.model` is the file's path."""
    if not settings.model:
        raise CandidateFileError("name a JSONL or Parquet file of candidates with --model")
    grid_type = GridType(settings.grid_type) if settings.grid_type else None
    return ReplaySampler(settings.model, name, grid_type)
