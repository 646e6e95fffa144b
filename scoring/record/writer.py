"""The writing side of a run: a directory with an append-only SQLite database, written in batches.

What it promises:
- Rows wait at most 0.6 seconds for their transaction, so a `kill -9` loses less than the last second and
  never half a batch. (A power cut may lose a few seconds more: the log is not synced at every commit.)
- One writer: a lock on run.lock, freed by the kernel when the process dies, refuses a second one. The lock is
  a POSIX record lock because worker processes forked from the writer do not inherit it: workers that outlive
  a killed writer must not keep the run locked.
- A full disk raises RunError at the next call, with every earlier batch safe on disk.

What is added is encoded and written by a separate thread; the caller only appends to a list.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from arc import Grid, Task, encodable
from scoring.contract import Candidate, GridPrediction, GridScore, TaskFinished, Verdict, VerdictKind
from scoring.evidence import ProgramEvidence
from scoring.record.damage import structural_damage
from scoring.record.errors import RunError
from scoring.record.provenance import provenance
from scoring.record.reader import Run
from scoring.record.schema import (
    DATABASE,
    SCHEMA,
    SCHEMA_VERSION,
    augmentation_text,
    pack_grids,
    pack_text,
    to_json,
)

LOCK = "run.lock"
CONFIG = "config.json"

_BATCH_SECONDS = 0.6
_BATCH_ROWS = 5_000

# What a run that was killed before its first commit leaves; such a directory counts as empty.
_UNBEGUN = frozenset({LOCK, DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"})

_INSERT = {
    "program": "INSERT OR IGNORE INTO programs VALUES (?, ?, ?)",
    "candidate": "INSERT OR IGNORE INTO candidates (task, sampler, sample, key, source, augmentation,"
    " log_probability, tokens, prompt_tokens, description_length, seconds, prompt, entry_point, grid_type,"
    " answer, reading, rule, doubt, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "verdict": "INSERT INTO verdicts (task, key, kind, train_correct, train_outputs, test_outputs, error,"
    " cpu_seconds, grid_type, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (task, key) DO UPDATE SET"
    " kind = excluded.kind, train_correct = excluded.train_correct, train_outputs = excluded.train_outputs,"
    " test_outputs = excluded.test_outputs, error = excluded.error, cpu_seconds = excluded.cpu_seconds,"
    f" grid_type = excluded.grid_type, at = excluded.at WHERE kind = '{VerdictKind.INFRASTRUCTURE.value}'",
    "evidence": "INSERT OR IGNORE INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "score": "INSERT OR IGNORE INTO scores VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "prediction": "INSERT OR IGNORE INTO predictions (task, predictor, sample, test_index, grid,"
    " augmentation, confidence, log_probability, tokens, prompt_tokens, seconds, prompt, answer, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "finished": "INSERT OR IGNORE INTO finished VALUES (?, ?, ?, ?, ?)",
    "votes": "INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?)",
    "event": "INSERT INTO events (kind, task_id, data, at, clock) VALUES (?, ?, ?, ?, ?)",
    "task": "INSERT OR IGNORE INTO tasks (task_id, record) VALUES (?, ?)",
}

_Row = tuple[str, tuple[Any, ...]]


class RunStore:
    """A run directory, opened to write. Its `add_…` methods may be called from any thread of one process.

    All of them are idempotent: what the store already has (a sample number of a sampler and task, a program's
    verdict, a proposer's end on a task) is left as it is. They raise RunError once the disk is full.
    """

    def __init__(self, directory: Path, lock: int) -> None:
        """Not for callers: use `create` or `resume`."""
        self.directory = directory
        self._lock = lock
        try:
            self._connection = _connect(directory / DATABASE)
        except BaseException:
            _free_lock(directory, lock)
            raise
        self._pending: list[Callable[[], list[_Row]]] = []
        self._writing = False
        self._hurry = False
        self._closing = False
        self._closed = False
        self._failure: RunError | None = None
        self._changed = threading.Condition()
        self._numbers: dict[str, int] = {}
        self._sources: set[tuple[int, str]] = set()
        self._clock_start = time.monotonic()
        self._writer = threading.Thread(target=self._write_batches, name="run store", daemon=True)

    @classmethod
    def create(cls, directory: Path, config: Mapping[str, Any]) -> Self:
        """Start a run in `directory`, which must be missing or empty.

        Raises RunError where it is not empty, or is in use.
        """
        directory = Path(directory)
        if directory.exists() and not directory.is_dir():
            raise RunError(f"{directory}: a file; a run needs its own directory")
        if directory.exists() and not _UNBEGUN.issuperset(os.listdir(directory)):
            raise _not_empty(directory)
        directory.mkdir(parents=True, exist_ok=True)
        store = cls(directory, _take_lock(directory))
        try:
            if store._stored_config() is not None:
                raise _not_empty(directory)
        except RunError:
            store._release()
            raise
        store._begin(config)
        return store

    @classmethod
    def resume(cls, directory: Path, config: Mapping[str, Any], *, may_differ: Collection[str] = ()) -> Self:
        """Continue the run in `directory`.

        Raises RunError where there is none, another process holds it, or its configuration differs in a key
        that is not in `may_differ` (dotted names, such as "time_limit" or "model.name").
        """
        directory = Path(directory)
        if not (directory / DATABASE).is_file():
            raise RunError(f"{directory}: no run to resume here; start one with --run {directory}")
        store = cls(directory, _take_lock(directory))
        try:
            stored = store._stored_config()
            if stored is None:  # killed before its first commit: nothing is lost by starting over
                store._begin(config)
                return store
            _refuse_another(directory, stored, config, may_differ)
            damage = structural_damage(store._connection)
            if damage:
                raise RunError(f"{directory / DATABASE}: damaged ({damage}); start a new run")
            store._go_on(config)
        except BaseException:
            store._release()
            raise
        return store

    def _begin(self, config: Mapping[str, Any]) -> None:
        try:
            self._connection.executescript(f"BEGIN; {SCHEMA}")
            self._connection.executemany(
                "INSERT INTO meta VALUES (?, ?)",
                [("version", str(SCHEMA_VERSION)), ("config", to_json(dict(config)))],
            )
            self._connection.execute("COMMIT")
            self._write_config(config)
        except (sqlite3.Error, OSError) as error:
            self._release()
            raise _disk_error(self.directory, error) from None
        self._start(0.0)

    def _go_on(self, config: Mapping[str, Any]) -> None:
        self._numbers = dict(self._connection.execute("SELECT task_id, task FROM tasks"))
        self._sources = set(self._connection.execute("SELECT task, key FROM programs"))
        if not (self.directory / CONFIG).exists():
            self._write_config(config)
        with Run.open(self.directory) as run:
            already = run.running_seconds()
        self._start(already)

    def _write_config(self, config: Mapping[str, Any]) -> None:
        record = {"config": dict(config), "provenance": provenance(), "started": _now()}
        text = to_json(record, indent=2) + "\n"
        (self.directory / CONFIG).write_text(text, encoding="utf-8")

    def _start(self, already: float) -> None:
        self._clock_start = time.monotonic() - already
        self._writer.start()
        self.add_event("resumed" if already else "started", None, provenance())

    def _stored_config(self) -> dict[str, Any] | None:
        try:
            row = self._connection.execute("SELECT value FROM meta WHERE name = 'config'").fetchone()
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError as error:
            raise RunError(f"{self.directory / DATABASE}: not a run's database ({error})") from None
        try:
            return dict(json.loads(row[0])) if row else None
        except (TypeError, ValueError) as error:
            raise RunError(f"{self.directory / DATABASE}: damaged (its configuration: {error})") from None

    def seconds(self) -> float:
        """Seconds of running, over all sessions of this run."""
        return time.monotonic() - self._clock_start

    def add_tasks(self, tasks: Sequence[Task]) -> None:
        """Add the run's tasks, in its order; needed before anything about them."""
        rows = [("task", (task.id, to_json(task.to_json()))) for task in tasks]
        self._add(lambda: rows)
        self.flush()
        self._numbers = dict(self._connection.execute("SELECT task_id, task FROM tasks"))

    def add_candidate(self, candidate: Candidate, key: str) -> None:
        """Add a proposal; `key` names its program (normalised source and augmentation) within the task."""
        number, at = self._number(candidate.task_id), self.seconds()
        self._add(lambda: self._candidate_rows(candidate, key, number, at))

    def _candidate_rows(self, candidate: Candidate, key: str, number: int, at: float) -> list[_Row]:
        rows: list[_Row] = []
        source: str | None = candidate.source
        if (number, key) not in self._sources:
            self._sources.add((number, key))
            rows.append(("program", (number, key, _clean(candidate.source))))
            source = None
        values = (
            number,
            candidate.sampler,
            candidate.sample,
            key,
            _clean(source),
            augmentation_text(candidate.augmentation),
            candidate.log_probability,
            candidate.tokens,
            candidate.prompt_tokens,
            candidate.description_length,
            candidate.seconds,
            candidate.prompt,
            candidate.entry_point,
            None if candidate.grid_type is None else candidate.grid_type.value,
            pack_text(candidate.answer),
            candidate.reading,
            candidate.rule,
            candidate.doubt,
            at,
        )
        return [*rows, ("candidate", values)]

    def add_verdict(self, task_id: str, key: str, verdict: Verdict) -> None:
        """Add the judgement of a program; a later one replaces it only if it was `infrastructure`."""
        number, at = self._number(task_id), self.seconds()
        self._add(lambda: [("verdict", _verdict_values(number, key, verdict, at))])

    def add_evidence(self, task_id: str, key: str, evidence: ProgramEvidence) -> None:
        """Add evidence on a program beyond its verdict."""
        values = (self._number(task_id), key, *astuple(evidence), self.seconds())
        self._add(lambda: [("evidence", values)])

    def add_score(self, score: GridScore) -> None:
        """Add a model's score of a grid."""
        number, at = self._number(score.task_id), self.seconds()
        self._add(lambda: [("score", _score_values(number, score, at))])

    def add_prediction(self, prediction: GridPrediction) -> None:
        """Add a direct grid."""
        number, at = self._number(prediction.task_id), self.seconds()
        self._add(lambda: [("prediction", _prediction_values(number, prediction, at))])

    def add_finished(self, finished: TaskFinished) -> None:
        """Note that a proposer has ended a task."""
        values = (
            self._number(finished.task_id),
            finished.proposer,
            _clean(finished.error),
            finished.seconds,
            self.seconds(),
        )
        self._add(lambda: [("finished", values)])

    def add_votes(
        self, task_id: str, ballots: Sequence[Any], attempts: Sequence[Sequence[Grid] | None]
    ) -> None:
        """Set a task's ballots (dataclasses or plain values, one sequence a test input) and attempts."""
        number, at = self._number(task_id), self.seconds()
        self._add(lambda: [("votes", (number, to_json(ballots), to_json(attempts), at))])

    def add_event(self, kind: str, task_id: str | None, data: Mapping[str, Any]) -> None:
        """Record any other event; `data` is stored as JSON."""
        values = (kind, task_id, to_json(data), self.seconds(), _now())
        self._add(lambda: [("event", values)])

    def _number(self, task_id: str) -> int:
        number = self._numbers.get(task_id)
        if number is None:
            raise RunError(f"{self.directory}: task {task_id!r} is not in this run (add_tasks comes first)")
        return number

    def _add(self, rows: Callable[[], list[_Row]]) -> None:
        with self._changed:
            self._check()
            self._pending.append(rows)
            if len(self._pending) == 1 or len(self._pending) >= _BATCH_ROWS:
                self._changed.notify_all()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure
        if self._closing:
            raise RunError(f"{self.directory}: this run is closed")

    def flush(self) -> None:
        """Wait until everything added so far is committed."""
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._failure or not (self._pending or self._writing))
            self._hurry = False
            if self._failure is not None:
                raise self._failure

    def close(self) -> None:
        """Commit everything, note the end, free the directory. Raises RunError if the disk is full."""
        if self._closed:
            return
        try:
            if self._failure is None:
                self.add_event("ended", None, {})
            with self._changed:
                self._closing = True
                self._changed.notify_all()
            self._writer.join()
        finally:
            self._release()
        if self._failure is not None:
            raise self._failure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()
            return
        try:
            self.close()
        except RunError:
            return  # the error on its way out says more

    def _release(self) -> None:
        self._closed = self._closing = True
        self._connection.close()
        _free_lock(self.directory, self._lock)

    def _write_batches(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._closing)
                self._changed.wait_for(
                    lambda: self._hurry or self._closing or len(self._pending) >= _BATCH_ROWS, _BATCH_SECONDS
                )
                batch, self._pending = self._pending, []
                self._writing = True
            failure = self._write(batch)
            with self._changed:
                self._writing = False
                self._failure = failure
                self._changed.notify_all()
                if failure is not None or (self._closing and not self._pending):
                    return

    def _write(self, batch: list[Callable[[], list[_Row]]]) -> RunError | None:
        tables: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _INSERT}
        try:
            for rows in batch:
                for table, values in rows():
                    tables[table].append(values)
            self._connection.execute("BEGIN IMMEDIATE")
            for table, values_list in tables.items():
                if values_list:
                    self._connection.executemany(_INSERT[table], values_list)
            self._connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            return _disk_error(self.directory, error)
        except Exception as error:
            return RunError(f"{self.directory}: what the run found can't be stored: {error!r}")
        return None


def _verdict_values(number: int, key: str, verdict: Verdict, at: float) -> tuple[Any, ...]:
    return (
        number,
        key,
        verdict.kind.value,
        "".join("01"[right] for right in verdict.train_correct),
        pack_grids(verdict.train_outputs),
        pack_grids(verdict.test_outputs),
        _clean(verdict.error),
        verdict.cpu_seconds,
        None if verdict.grid_type is None else verdict.grid_type.value,
        at,
    )


def _score_values(number: int, score: GridScore, at: float) -> tuple[Any, ...]:
    return (
        number,
        score.model,
        score.test_index,
        pack_grids([score.grid]),
        augmentation_text(score.augmentation) or "",
        score.log_probability,
        score.tokens,
        at,
    )


def _prediction_values(number: int, prediction: GridPrediction, at: float) -> tuple[Any, ...]:
    return (
        number,
        prediction.predictor,
        prediction.sample,
        prediction.test_index,
        pack_grids([prediction.grid]),
        augmentation_text(prediction.augmentation),
        prediction.confidence,
        prediction.log_probability,
        prediction.tokens,
        prediction.prompt_tokens,
        prediction.seconds,
        prediction.prompt,
        pack_text(prediction.answer),
        at,
    )


def _clean(text: str | None) -> str | None:
    return None if text is None else encodable(text)


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 8000")  # pages: a checkpoint costs a sync
    except sqlite3.DatabaseError as error:
        connection.close()
        if "not a database" in str(error):
            raise RunError(f"{file}: not a run's database ({error})") from None
        raise _disk_error(file.parent, error) from None
    return connection


# Record locks never conflict inside one process, so this process keeps its own list.
_held: set[Path] = set()
_held_guard = threading.Lock()


def _take_lock(directory: Path) -> int:
    place = directory.resolve()
    with _held_guard:
        if place in _held:
            raise RunError(f"{directory}: this run is already open in this process")
        lock = os.open(place / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(lock, 20).decode(errors="replace").strip()
            os.close(lock)
            by = f" (process {holder})" if holder else ""
            raise RunError(f"{directory}: another process{by} is writing this run; wait or stop it") from None
        try:
            os.ftruncate(lock, 0)
            os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:
            os.close(lock)
            raise RunError(f"{directory}: can't write the run: {error.strerror}") from None
        _held.add(place)
        return lock


def _free_lock(directory: Path, lock: int) -> None:
    with _held_guard:
        _held.discard(directory.resolve())
        os.close(lock)


def _refuse_another(
    directory: Path, stored: Mapping[str, Any], config: Mapping[str, Any], may_differ: Collection[str]
) -> None:
    before, now = _flat(stored), _flat(json.loads(to_json(dict(config))))
    differing = [
        f"{key} was {json.dumps(before.get(key))}, is {json.dumps(now.get(key))}"
        for key in sorted(before.keys() | now.keys())
        if before.get(key) != now.get(key) and key not in may_differ
    ]
    if differing:
        raise RunError(
            f"{directory}: the run has another configuration ({'; '.join(differing)}); "
            "give the same settings, or start a new run"
        )


def _flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _not_empty(directory: Path) -> RunError:
    return RunError(
        f"{directory}: not an empty directory; choose another, or continue with --resume {directory}"
    )


def _disk_error(directory: Path, error: Exception) -> RunError:
    text = str(error)
    if "full" in text or "No space" in text:
        return RunError(f"{directory}: the disk is full; make room, then continue with --resume {directory}")
    return RunError(
        f"{directory}: can't write the run: {text}; fix that, then continue with --resume {directory}"
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
