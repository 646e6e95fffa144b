"""Candidates from a JSONL file: to judge samples again without sampling, and to bring other people's.

One object a line; `task_id` and one of `source` and `grid` are needed, the rest may be absent:

    {"task_id": "0d3d703e", "source": "def transform(grid): ...", "id": "mine-7",
     "augmentation": {"symmetry": 3, "colours": [0, 2, 1, 3, 4, 5, 6, 7, 8, 9], "order": [1, 0, 2]},
     "log_probability": -12.5, "tokens": 180, "prompt_tokens": 900, "seconds": 2.1,
     "description_length": 9.5,
     "entry_point": "transform", "grid_type": "array", "prompt": "code-from-examples-v1", "answer": "..."}
    {"task_id": "0d3d703e", "grid": [[0, 1]], "test_index": 0, "confidence": 0.4}

`grid` is in the task's own view (null where the answer held no grid). Lines of one task are numbered from 0
in the file's order; that number is the sample's. `id` and unknown keys are ignored. Lines of tasks that are
not asked for are skipped.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from arc import IDENTITY, ArcError, Augmentation, GridType, Task, as_grid
from inference.errors import InferenceError
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.models.settings import ModelSettings
from scoring.contract import Candidate, GridPrediction, TaskFinished

_MAX_LINE_BYTES = 8 << 20
_TOO_LARGE = 1e15  # also false for NaN and infinity


class ReplayError(InferenceError):
    """A candidates file that is missing or malformed; names the file, the line and the fault."""


class ReplaySampler:
    """Streams the candidates of a file, breadth-first over tasks, first lines first.

    Only the places of the lines are kept in memory. The whole file is checked before anything is proposed:
    a broken line is a ReplayError, not a run that ends half-way.
    """

    def __init__(self, path: str | Path, name: str = "replay") -> None:
        self.name = name
        self.path = Path(path)
        self._stopped: set[str] = set()
        self._lock = threading.Lock()

    def check(self, tasks: Sequence[Task]) -> None:
        """ReplayError for a file that is missing or malformed."""
        with self._open() as file:
            self._index(file, {task.id: task for task in tasks})

    def stream(self, tasks: Sequence[Task], budget: RunBudget) -> Iterator[Proposal]:
        """Every line of every task, in rounds; lines already `done` or of stopped tasks are left out."""
        known = {task.id: task for task in tasks}
        with self._open() as file:
            places = self._index(file, known)
            waiting = {task.id: list(enumerate(places[task.id])) for task in tasks}
            for rounds in waiting.values():
                rounds.reverse()
            while waiting and budget.seconds_left() > 0:
                for task_id in list(waiting):
                    record = self._next(file, task_id, waiting[task_id], budget)
                    if record is None:
                        del waiting[task_id]
                        yield TaskFinished(task_id, self.name)
                    else:
                        yield self._proposal(record[1], record[0], known[task_id])

    def stop(self, task_id: str) -> None:
        """Propose nothing more for this task."""
        with self._lock:
            self._stopped.add(task_id)

    def close(self) -> None:
        """Nothing to free."""

    def _next(
        self, file: IO[bytes], task_id: str, waiting: list[tuple[int, int]], budget: RunBudget
    ) -> tuple[int, dict[str, Any]] | None:
        """The next sample number and record of a task, or None if it needs no more."""
        done = budget.done.get(task_id, frozenset())
        while waiting and task_id not in budget.finished:
            with self._lock:
                if task_id in self._stopped:
                    return None
            sample, place = waiting.pop()
            if sample not in done:
                file.seek(place)
                return sample, json.loads(file.readline())
        return None

    def _open(self) -> IO[bytes]:
        try:
            return self.path.open("rb")
        except OSError as error:
            raise ReplayError(f"{self.path}: {error.strerror}: name a JSONL file of candidates") from None

    def _index(self, file: IO[bytes], known: dict[str, Task]) -> dict[str, list[int]]:
        """Where the lines of each known task start, after checking every line."""
        places: dict[str, list[int]] = {task_id: [] for task_id in known}
        place = 0
        for number, line in enumerate(iter(lambda: file.readline(_MAX_LINE_BYTES), b""), start=1):
            if line.strip():
                try:
                    record = _parse(line)
                    task = known.get(record["task_id"])
                    if task is not None:
                        self._proposal(record, 0, task)
                        places[task.id].append(place)
                except ArcError as error:
                    raise ReplayError(f"{self.path}: line {number}: {error}") from None
            place += len(line)
        return places

    def _proposal(self, record: dict[str, Any], sample: int, task: Task) -> Proposal:
        common: dict[str, Any] = {
            "augmentation": _augmentation(record.get("augmentation"), task),
            "log_probability": _number(record, "log_probability", float),
            "tokens": _number(record, "tokens", int),
            "prompt_tokens": _number(record, "prompt_tokens", int),
            "seconds": _number(record, "seconds", float),
            "prompt": _text(record, "prompt"),
            "answer": _text(record, "answer"),
        }
        if "grid" in record:
            grid = None if record["grid"] is None else as_grid(record["grid"])
            index = _number(record, "test_index", int) or 0
            if not 0 <= index < len(task.test):
                raise ReplayError(f"task {task.id} has {len(task.test)} test inputs, not number {index}")
            confidence = _number(record, "confidence", float)
            return GridPrediction(task.id, self.name, sample, index, grid, confidence=confidence, **common)
        return Candidate(
            task_id=task.id,
            sampler=self.name,
            sample=sample,
            source=record["source"],
            description_length=_number(record, "description_length", float),
            entry_point=_text(record, "entry_point"),
            grid_type=_grid_type(record.get("grid_type")),
            **common,
        )


def make(name: str, settings: ModelSettings) -> ReplaySampler:
    """For the registry: `settings.model` is the file's path."""
    if not settings.model:
        raise ReplayError("name a JSONL file of candidates as the model")
    return ReplaySampler(settings.model, name)


def _parse(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise ReplayError("not a JSON object") from None
    if not isinstance(record, dict) or not isinstance(record.get("task_id"), str):
        raise ReplayError('needs "task_id", a text')
    if "grid" not in record and not isinstance(record.get("source"), str):
        raise ReplayError('needs "source", a program\'s text, or "grid"')
    return record


def _augmentation(value: Any, task: Task) -> Augmentation:
    if value is None:
        return IDENTITY
    if not isinstance(value, dict) or set(value) - {"symmetry", "colours", "order"}:
        raise ReplayError('"augmentation" holds "symmetry", "colours" and "order"')
    symmetry, parts = value.get("symmetry", 0), []
    for name, default in (("colours", IDENTITY.colours), ("order", ())):
        part = value.get(name, default)
        if not isinstance(part, (list, tuple)) or any(type(entry) is not int for entry in part):
            raise ReplayError(f'"{name}" is a list of integers')
        parts.append(tuple(part))
    if type(symmetry) is not int:
        raise ReplayError('"symmetry" is an integer, 0 to 7')
    view = Augmentation(symmetry, *parts)
    if view.order and len(view.order) != len(task.train):
        raise ReplayError(f"task {task.id} has {len(task.train)} training pairs, order has {len(view.order)}")
    return view


def _number(record: dict[str, Any], name: str, kind: type[int] | type[float]) -> Any:
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, kind)) or not abs(value) < _TOO_LARGE:
        raise ReplayError(f'"{name}" is not {"an integer" if kind is int else "a number"}')
    return kind(value)


def _text(record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise ReplayError(f'"{name}" is not a text')
    return value


def _grid_type(value: Any) -> GridType | None:
    if value is None:
        return None
    if value not in set(GridType):
        raise ReplayError(f'"grid_type" is one of {", ".join(GridType)}')
    return GridType(value)
