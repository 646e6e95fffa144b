"""Verification as a stream: candidates from a file in, verdicts out in the same order.

    for record, verdict in verify_candidates(name, lines, dataset, executor, skipped): ...

Each distinct program of a task is run once while it is remembered. A line that may mean several programs gets
the best of their verdicts.
"""

from __future__ import annotations

import contextlib
import json
import queue
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from arc import ArcError, Dataset, GridType, Task, to_rows
from inference.proposers.candidate_file import (
    CandidateFileError,
    Record,
    SkippedLines,
    proposals,
    read_records,
)
from inference.run.analysis import AnalyseAhead, Analyser, ProgramAnalysis
from inference.run.judge import Judge
from sandbox import Executor
from scoring.contract import Candidate, Verdict, VerdictKind

_RUNNING_A_WORKER = 64  # programs given to the executor at a time
_RUNNING_LEAST = 256
_AHEAD = 8  # times as many candidates are read beyond the first whose verdict is awaited
_REMEMBERED = 4096  # distinct programs whose verdicts are kept for duplicates
_SAMPLER = "file"
_LINES_AHEAD = 4096  # programs that are read before they are judged
_TICK_SECONDS = 0.2


def verify_candidates(
    name: str,
    lines: Iterable[bytes | str],
    dataset: Dataset,
    executor: Executor,
    skipped: SkippedLines,
    *,
    entry_point: str | None = None,
    grid_type: GridType | None = None,
    analyser: Analyser | None = None,
) -> Iterator[tuple[Record, Verdict]]:
    """Judge the records of `lines` on the tasks of `dataset`, in their order: yields (record, verdict).

    An `analyser` analyses the programs elsewhere; it is closed at the end. Lines about other tasks, and lines
    with a grid in place of a program, are counted in `skipped`. Raises CandidateFileError, which begins with
    `name`, for a line that can't be read, after those before it.
    """
    asked = _asked(name, lines, dataset, skipped, entry_point, grid_type)
    stream = _Stream(Judge(executor))
    try:
        for line, analyses in _analysed_elsewhere(asked, analyser) if analyser else _analysed_here(asked):
            stream.add(line, analyses)
            yield from stream.ready()
    except CandidateFileError:
        yield from stream.rest()
        raise
    yield from stream.rest()


@dataclass(frozen=True)
class _Asked:
    """A line about a task of the data set, with its programs."""

    record: Record
    task: Task
    programs: list[Candidate]


_Message = Candidate | _Asked | Exception | None  # None is the end


def _asked(
    name: str,
    lines: Iterable[bytes | str],
    dataset: Dataset,
    skipped: SkippedLines,
    entry_point: str | None,
    grid_type: GridType | None,
) -> Iterator[_Asked]:
    """The lines to judge; the others are counted."""
    tasks = {task.id: task for task in dataset}
    for record in read_records(name, lines):
        task = tasks.get(record.task_id)
        programs = [] if task is None else _programs(name, record, task, entry_point, grid_type)
        skipped.count(record, task is not None)
        skipped.grids += task is not None and not programs
        if task is not None and programs:
            yield _Asked(record, task, programs)


def _analysed_here(asked: Iterator[_Asked]) -> Iterator[tuple[_Asked, list[ProgramAnalysis | None]]]:
    for line in asked:
        yield line, [None] * len(line.programs)


def _analysed_elsewhere(
    asked: Iterator[_Asked], analyser: Analyser
) -> Iterator[tuple[_Asked, list[ProgramAnalysis | None]]]:
    """The lines in their order, with the analyses of their programs, some read ahead.

    Two threads work ahead of the caller: one reads the lines, the other has their programs analysed.
    """
    passed: queue.Queue[tuple[_Message, ProgramAnalysis | None]] = queue.Queue(_LINES_AHEAD)
    ended = threading.Event()

    def forward(message: _Message, analysis: ProgramAnalysis | None) -> bool:
        while not ended.is_set():
            with contextlib.suppress(queue.Full):
                passed.put((message, analysis), timeout=_TICK_SECONDS)
                return True
        return False

    ahead = AnalyseAhead(analyser, forward)

    def take() -> None:
        try:
            for line in asked:
                messages: list[_Message] = [*line.programs, line]
                if not all(map(ahead.put, messages)):
                    return
            ahead.put(None)
        except Exception as error:  # reported at its place
            ahead.put(error)

    threading.Thread(target=take, name="lines", daemon=True).start()
    try:
        analyses: list[ProgramAnalysis | None] = []
        while (one := passed.get())[0] is not None:
            message, analysis = one
            if isinstance(message, _Asked):
                yield message, analyses
                analyses = []
            elif isinstance(message, Exception):
                raise message
            else:
                analyses.append(analysis)
    finally:
        ended.set()
        ahead.close()


def _programs(
    name: str, record: Record, task: Task, entry_point: str | None, grid_type: GridType | None
) -> list[Candidate]:
    """The candidates of a line; none for a direct grid."""
    try:
        found = proposals(record, task, _SAMPLER, record.number, entry_point=entry_point, grid_type=grid_type)
    except ArcError as error:
        raise CandidateFileError(f"{name}: line {record.number}: {error}") from None
    return [candidate for candidate in found if isinstance(candidate, Candidate)]


@dataclass
class _Line:
    """A line whose verdict is awaited: its programs' keys, and the best verdict so far."""

    record: Record
    open: set[str]
    best: Verdict | None = None

    def take(self, key: str, verdict: Verdict) -> None:
        self.open.discard(key)
        if self.best is None or _rank(verdict) > _rank(self.best):
            self.best = verdict


def _rank(verdict: Verdict) -> tuple[bool, float]:
    return verdict.kind is VerdictKind.VERIFIED, verdict.train_accuracy


@dataclass
class _Stream:
    """Puts verdicts back into the order of their records, and shares those of equal programs."""

    judge: Judge
    waiting: dict[str, list[int]] = field(default_factory=dict)
    known: OrderedDict[str, Verdict] = field(default_factory=OrderedDict)
    lines: dict[int, _Line] = field(default_factory=dict)
    first: int = 0
    following: int = 0

    @property
    def _running(self) -> int:
        """The most programs given to the executor at a time."""
        return max(_RUNNING_LEAST, _RUNNING_A_WORKER * self.judge.workers)

    def add(self, asked: _Asked, analyses: list[ProgramAnalysis | None]) -> None:
        """Queue a line's programs, with their analyses."""
        task = asked.task
        keyed = {
            f"{task.id} {self.judge.key_of(candidate, analysis)}": (candidate, analysis)
            for candidate, analysis in zip(asked.programs, analyses, strict=True)
        }
        number, line = self.following, _Line(asked.record, set(keyed))
        self.lines[number] = line
        self.following += 1
        for key, (candidate, analysis) in keyed.items():
            if key in self.known:
                self.known.move_to_end(key)
                line.take(key, self.known[key])
            elif key in self.waiting:
                self.waiting[key].append(number)
            else:
                self.waiting[key] = [number]
                self.judge.submit(candidate, task, key, analysis)

    def ready(self) -> Iterator[tuple[Record, Verdict]]:
        """Finished results, in order; waits while too many are in progress."""
        self._collect(0.0)
        yield from self._flush()
        while self.judge.pending >= self._running or len(self.lines) >= _AHEAD * self._running:
            self._collect(1.0)
            yield from self._flush()

    def rest(self) -> Iterator[tuple[Record, Verdict]]:
        """The results of everything still in progress."""
        yield from self._flush()
        while self.lines:
            self._collect(1.0)
            yield from self._flush()

    def _collect(self, timeout: float) -> None:
        for judgement in self.judge.collect(timeout):
            for number in self.waiting.pop(judgement.key):
                self.lines[number].take(judgement.key, judgement.verdict)
            self.known[judgement.key] = judgement.verdict
            if len(self.known) > _REMEMBERED:
                self.known.popitem(last=False)

    def _flush(self) -> Iterator[tuple[Record, Verdict]]:
        while self.first in self.lines and not self.lines[self.first].open:
            line = self.lines.pop(self.first)
            self.first += 1
            assert line.best is not None
            yield line.record, line.best


def verdict_line(record: Record, verdict: Verdict) -> str:
    """The verdict as one line of JSON, without the line's end."""
    line: dict[str, Any] = {
        "id": record.id,
        "task_id": record.task_id,
        "verdict": verdict.kind.value,
        "train_correct": sum(verdict.train_correct),
        "train_total": len(verdict.train_correct),
        "grid_type": None if verdict.grid_type is None else verdict.grid_type.value,
        "test_outputs": [None if grid is None else to_rows(grid) for grid in verdict.test_outputs],
        "error": verdict.error,
        "seconds": round(verdict.cpu_seconds, 6),
    }
    return json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace").decode()
