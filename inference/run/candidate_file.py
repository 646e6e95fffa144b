"""Verification as a stream: candidates from a JSONL file in, verdicts out in the same order.

    for record, verdict in verify_candidates(read_candidates(path), dataset, sandbox): ...

A line of the file is `{"task_id": ..., "source": ..., "id": ...}` (the id is optional). Each distinct program
of a task is run once while it is remembered.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arc import ArcError, Dataset, GridType, Task, to_rows
from inference.run.judge import Judge
from sandbox import Sandbox
from scoring.contract import Candidate, Verdict

_AHEAD = 2048  # candidates read beyond the first whose verdict is awaited
_RUNNING = 256  # programs in the sandbox at a time
_REMEMBERED = 4096  # distinct programs whose verdicts are kept for duplicates


class CandidateFileError(ArcError):
    """A candidates file that can't be read; the message names the file and the line."""


@dataclass(frozen=True)
class CandidateRecord:
    """One line of a candidates file; `id` is the line's number where the line gives none."""

    id: str | int
    task_id: str
    source: str


def read_candidates(path: str | Path, lines: Iterable[str] | None = None) -> Iterator[CandidateRecord]:
    """The candidates of a JSONL file (or of `lines`, then `path` only names them), one at a time.

    Raises CandidateFileError at the first line that is no candidate.
    """
    if lines is not None:
        yield from _records(str(path), lines)
        return
    try:
        with open(path, encoding="utf-8") as file:
            yield from _records(str(path), file)
    except UnicodeDecodeError:
        raise CandidateFileError(f"{path}: not a UTF-8 text file") from None
    except OSError as error:
        raise CandidateFileError(f"{path}: {error.strerror or error}") from None


def _records(path: str, lines: Iterable[str]) -> Iterator[CandidateRecord]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise CandidateFileError(f"{path}: line {number}: broken JSON: {error}") from None
        if not isinstance(record, dict):
            raise CandidateFileError(f"{path}: line {number}: a candidate is an object")
        for name in ("task_id", "source"):
            if not isinstance(record.get(name), str):
                raise CandidateFileError(f"{path}: line {number}: {name!r} is missing or is no text")
        label = record.get("id", number)
        if isinstance(label, bool) or not isinstance(label, (str, int)):
            raise CandidateFileError(f"{path}: line {number}: 'id' is neither text nor a whole number")
        yield CandidateRecord(label, record["task_id"], record["source"])


def verify_candidates(
    records: Iterable[CandidateRecord],
    dataset: Dataset,
    sandbox: Sandbox,
    *,
    entry_point: str | None = None,
    grid_type: GridType | None = None,
) -> Iterator[tuple[CandidateRecord, Verdict]]:
    """Judge `records` on the tasks of `dataset`, yielding (record, verdict) in their order as soon as known.

    Raises CandidateFileError for a task that the data set lacks, once the records before are yielded.
    """
    tasks = {task.id: task for task in dataset}
    stream = _Stream(Judge(sandbox))
    number = -1
    for number, record in enumerate(records):
        task = tasks.get(record.task_id)
        if task is None:
            yield from stream.rest()
            raise CandidateFileError(
                f"candidate {record.id!r}: {dataset.name} has no task {record.task_id!r}; check --dataset"
            )
        candidate = Candidate(
            record.task_id, "file", number, record.source, entry_point=entry_point, grid_type=grid_type
        )
        stream.add(number, record, candidate, task)
        yield from stream.ready()
    yield from stream.rest()


@dataclass
class _Stream:
    """Puts verdicts back into the order of their records, and shares those of equal programs."""

    judge: Judge
    waiting: dict[str, list[int]] = field(default_factory=dict)
    known: OrderedDict[str, Verdict] = field(default_factory=OrderedDict)
    records: dict[int, CandidateRecord] = field(default_factory=dict)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    first: int = 0

    def add(self, number: int, record: CandidateRecord, candidate: Candidate, task: Task) -> None:
        self.records[number] = record
        key = f"{task.id} {self.judge.key_of(candidate)}"
        if key in self.known:
            self.known.move_to_end(key)
            self.verdicts[number] = self.known[key]
        elif key in self.waiting:
            self.waiting[key].append(number)
        else:
            self.waiting[key] = [number]
            self.judge.submit(candidate, task, key)

    def ready(self) -> Iterator[tuple[CandidateRecord, Verdict]]:
        """What is known in order; waits while too much is under way."""
        self._collect(0.0)
        yield from self._flush()
        while self.judge.pending >= _RUNNING or len(self.records) >= _AHEAD:
            self._collect(1.0)
            yield from self._flush()

    def rest(self) -> Iterator[tuple[CandidateRecord, Verdict]]:
        """Everything that is still under way."""
        yield from self._flush()
        while self.records:
            self._collect(1.0)
            yield from self._flush()

    def _collect(self, timeout: float) -> None:
        for judgement in self.judge.collect(timeout):
            for number in self.waiting.pop(judgement.key):
                self.verdicts[number] = judgement.verdict
            self.known[judgement.key] = judgement.verdict
            if len(self.known) > _REMEMBERED:
                self.known.popitem(last=False)

    def _flush(self) -> Iterator[tuple[CandidateRecord, Verdict]]:
        while self.first in self.verdicts:
            yield self.records.pop(self.first), self.verdicts.pop(self.first)
            self.first += 1


def verdict_line(record: CandidateRecord, verdict: Verdict) -> str:
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
