"""Reading a run: everything that a run directory holds, even while it is being written.

    with Run.open("runs/first") as run:
        for task_id in run.task_ids:
            programs = run.programs(task_id)        # JudgedProgram: source, verdict, proposals
            grids = run.predictions(task_id)        # GridPrediction

Rows are read when asked for; a run of 200,000 candidates opens at once.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from arc import Grid, GridType, Task, did_you_mean, task_from_json
from scoring.contract import Candidate, GridPrediction, GridScore, JudgedProgram, Verdict, VerdictKind
from scoring.evidence import ProgramEvidence
from scoring.record.damage import FAILURES, find_damage
from scoring.record.errors import StoreError
from scoring.record.schema import (
    DATABASE,
    SCHEMA_VERSION,
    augmentation_from_text,
    pack_grids,
    unpack_grids,
    unpack_text,
)

_BUSY_MS = 10_000
_PREDICTION_NUMBERS = ("confidence", "log_probability", "tokens", "prompt_tokens", "seconds", "prompt")


@dataclass(frozen=True)
class Event:
    """A recorded event: `at` in seconds of running, `clock` the wall time (ISO 8601, UTC)."""

    kind: str
    task_id: str | None
    data: Mapping[str, Any]
    at: float
    clock: str


@dataclass(frozen=True)
class StoredVotes:
    """The votes a task's attempts rest on, in their JSON form (grids as lists of rows)."""

    ballots: Any
    attempts: Any


@dataclass(frozen=True)
class TaskCounts:
    """A task's counts for the table, without reading its programs and grids."""

    task_id: str
    candidates: int = 0
    programs: int = 0
    verdicts: Mapping[str, int] | None = None
    predictions: int = 0
    seconds: float = 0.0
    errors: int = 0

    def of(self, kind: VerdictKind) -> int:
        """Number of distinct programs with this verdict."""
        return (self.verdicts or {}).get(kind.value, 0)


class Run:
    """A run directory, opened to read."""

    def __init__(self, directory: Path, connection: sqlite3.Connection) -> None:
        self.directory = directory
        self._connection = connection

    @classmethod
    def open(cls, directory: str | Path) -> Run:
        """Open the run in `directory` (or the directory that holds the given run.sqlite)."""
        path = Path(directory)
        if path.name == DATABASE:
            path = path.parent
        file = path / DATABASE
        if not file.is_file():
            raise StoreError(f"{path}: no run here (there is no {DATABASE}){_runs_near(path)}")
        run = cls(path, _connect(file))
        try:
            version = run._meta("version")
        except sqlite3.DatabaseError as error:
            run.close()
            if "no such table" in str(error):
                raise StoreError(f"{path}: this run was stopped before it began; start it again") from None
            raise _unreadable(file, error) from None
        if version != str(SCHEMA_VERSION):
            run.close()
            raise StoreError(
                f"{file}: a run of version {version}, and this omni-arc reads version {SCHEMA_VERSION}; "
                "read it with the release that wrote it, or run it again"
            )
        return run

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: object, error: BaseException | None, *_: object) -> None:
        """Close; a failure that comes from a damaged database becomes a StoreError that says so."""
        damage = find_damage(self, self._connection) if isinstance(error, FAILURES) else ""
        self.close()
        if damage:
            raise StoreError(
                f"{self.directory / DATABASE}: damaged ({damage}); start a new run, "
                "or save what is left with sqlite3's .recover"
            ) from error

    def _rows(self, query: str, *values: Any, **named: Any) -> Iterator[Any]:
        return iter(self._connection.execute(query, named or values).fetchall())

    def _meta(self, name: str) -> str | None:
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    @cached_property
    def config(self) -> dict[str, Any]:
        """The resolved configuration the run was started with."""
        value: dict[str, Any] = json.loads(self._meta("config") or "{}")
        return value

    @property
    def questions(self) -> str:
        """Which variant of its data set the run used: the start of the digest of all its questions, and the
        known sets that ask the same; "" where the run did not note it.
        """
        noted = self.events("data set")
        if not noted:
            return ""
        data = noted[-1].data
        return str(data["digest"])[:16] + "".join(f" = {name}" for name in data["equals"])

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return dict(self._rows("SELECT task_id, task FROM tasks ORDER BY task"))

    def _number(self, task_id: str) -> int:
        if task_id not in self._numbers:
            near = did_you_mean(task_id, self._numbers)
            raise StoreError(f"{self.directory}: no task {task_id!r} in this run{near}")
        return self._numbers[task_id]

    @property
    def task_ids(self) -> tuple[str, ...]:
        """The tasks' ids, in the run's order."""
        return tuple(self._numbers)

    def task(self, task_id: str) -> Task:
        """The task, with its test outputs where the run knew them."""
        rows = self._rows("SELECT record FROM tasks WHERE task = ?", self._number(task_id))
        return task_from_json(task_id, json.loads(next(rows)[0]))

    def tasks(self) -> tuple[Task, ...]:
        """All tasks, in the run's order."""
        rows = self._rows("SELECT task_id, record FROM tasks ORDER BY task")
        return tuple(task_from_json(task_id, json.loads(record)) for task_id, record in rows)

    def test_outputs(self) -> dict[str, list[Any]]:
        """The test outputs of every task as stored (rows, None where unknown), without building tasks."""
        rows = self._rows("SELECT task_id, record FROM tasks ORDER BY task")
        return {
            task_id: [pair.get("output") for pair in json.loads(record)["test"]] for task_id, record in rows
        }

    def programs(self, task_id: str, kind: VerdictKind | None = None) -> list[JudgedProgram]:
        """The judged programs of a task (of one kind of verdict if given), in the order they came."""
        number = self._number(task_id)
        proposals = defaultdict(list)
        for candidate, key in self._candidates(task_id, kind):
            proposals[key].append(candidate)
        judged = [
            JudgedProgram(row[0], row[1], _verdict(row[2:9]), tuple(proposals[row[0]]), _evidence(row[9:]))
            for row in self._rows(
                "SELECT p.key, p.source, v.kind, v.train_correct, v.train_outputs, v.test_outputs, v.error,"
                " v.cpu_seconds, v.grid_type,"
                " e.key, e.turned, e.turned_tests, e.recoloured, e.recoloured_tests, e.nodes"
                " FROM programs p JOIN verdicts v ON v.task = p.task AND v.key = p.key"
                " LEFT JOIN evidence e ON e.task = p.task AND e.key = p.key"
                " WHERE p.task = :task AND (:kind IS NULL OR v.kind = :kind)",
                task=number,
                kind=kind.value if kind else None,
            )
        ]
        birth = {key: place for place, key in enumerate(proposals)}
        return sorted(judged, key=lambda program: birth.get(program.key, len(birth)))

    def candidates(self, task_id: str) -> list[tuple[Candidate, str]]:
        """The proposals of a task with the keys of their programs, in the order they came."""
        return list(self._candidates(task_id))

    def pending(self, task_id: str) -> list[tuple[Candidate, str]]:
        """One proposal of each program that has no verdict yet, with the program's key.

        A program whose verdict is `infrastructure` counts as one of these.
        """
        judged = {
            key
            for (key,) in self._rows(
                "SELECT key FROM verdicts WHERE task = ? AND kind != ?",
                self._number(task_id),
                VerdictKind.INFRASTRUCTURE.value,
            )
        }
        first: dict[str, Candidate] = {}
        for candidate, key in self._candidates(task_id):
            if key not in judged:
                first.setdefault(key, candidate)
        return [(candidate, key) for key, candidate in first.items()]

    def _candidates(self, task_id: str, kind: VerdictKind | None = None) -> Iterator[tuple[Candidate, str]]:
        for row in self._rows(
            "SELECT c.key, c.sampler, c.sample, coalesce(c.source, p.source), c.augmentation,"
            " c.log_probability, c.tokens, c.prompt_tokens, c.description_length, c.seconds, c.prompt,"
            " c.entry_point, c.grid_type, c.answer, c.reading, c.rule, c.doubt"
            " FROM candidates c JOIN programs p ON p.task = c.task AND p.key = c.key"
            " WHERE c.task = :task AND (:kind IS NULL OR c.key IN"
            " (SELECT key FROM verdicts WHERE task = :task AND kind = :kind)) ORDER BY c.candidate",
            task=self._number(task_id),
            kind=kind.value if kind else None,
        ):
            key, sampler, sample, source, augmentation = row[:5]
            log_probability, tokens, prompt_tokens, bits, seconds = row[5:10]
            prompt, entry_point, grid_type, answer, reading, rule, doubt = row[10:]
            yield (
                Candidate(
                    task_id,
                    sampler,
                    sample,
                    source,
                    augmentation_from_text(augmentation),
                    log_probability,
                    tokens,
                    prompt_tokens,
                    bits,
                    seconds,
                    prompt,
                    entry_point,
                    _grid_type(grid_type),
                    unpack_text(answer),
                    reading,
                    rule,
                    doubt,
                ),
                key,
            )

    def predictions(self, task_id: str) -> list[GridPrediction]:
        """The direct grids of a task, in the order they came."""
        return [
            GridPrediction(
                task_id,
                row[0],
                row[1],
                row[2],
                unpack_grids(row[3])[0],
                augmentation_from_text(row[4]),
                **dict(zip(_PREDICTION_NUMBERS, row[5:11], strict=True)),
                answer=unpack_text(row[11]),
            )
            for row in self._rows(
                "SELECT predictor, sample, test_index, grid, augmentation, confidence, log_probability,"
                " tokens, prompt_tokens, seconds, prompt, answer FROM predictions WHERE task = ?"
                " ORDER BY prediction",
                self._number(task_id),
            )
        ]

    def scores(self, task_id: str) -> list[GridScore]:
        """Scores that models gave to grids, in the order they came."""
        found = []
        for model, index, blob, view, log_probability, tokens in self._rows(
            "SELECT model, test_index, grid, augmentation, log_probability, tokens FROM scores"
            " WHERE task = ? ORDER BY rowid",
            self._number(task_id),
        ):
            (grid,) = unpack_grids(blob)
            assert grid is not None
            seen = augmentation_from_text(view or None)
            found.append(GridScore(task_id, model, index, grid, seen, log_probability, tokens))
        return found

    def done(self, proposer: str) -> dict[str, frozenset[int]]:
        """The sample numbers each task already has from this sampler or predictor."""
        numbers = defaultdict(set)
        for task_id, sample in self._rows(
            "SELECT t.task_id, c.sample FROM candidates c JOIN tasks t USING (task) WHERE c.sampler = :name"
            " UNION SELECT t.task_id, p.sample FROM predictions p JOIN tasks t USING (task)"
            " WHERE p.predictor = :name",
            name=proposer,
        ):
            numbers[task_id].add(sample)
        return {task_id: frozenset(samples) for task_id, samples in numbers.items()}

    def tokens(self, proposer: str) -> dict[str, int]:
        """How many tokens this sampler or predictor has written for each task."""
        rows = self._rows(
            "SELECT t.task_id, sum(a.tokens) FROM tasks t JOIN"
            " (SELECT task, tokens FROM candidates WHERE sampler = :name"
            " UNION ALL SELECT task, tokens FROM predictions WHERE predictor = :name) a USING (task)"
            " GROUP BY task HAVING sum(a.tokens) > 0",
            name=proposer,
        )
        return dict(rows)

    def finished(self, proposer: str) -> frozenset[str]:
        """The tasks this proposer has ended."""
        rows = self._rows("SELECT task_id FROM finished JOIN tasks USING (task) WHERE proposer = ?", proposer)
        return frozenset(task_id for (task_id,) in rows)

    def finish_errors(self, task_id: str) -> dict[str, str]:
        """Why proposers gave up on a task: one line by proposer."""
        return dict(
            self._rows(
                "SELECT proposer, error FROM finished WHERE task = ? AND error != ''", self._number(task_id)
            )
        )

    def productive(self) -> frozenset[str]:
        """The samplers and predictors that gave a program (not only texts that are none), or a grid."""
        return frozenset(
            name
            for (name,) in self._rows(
                "SELECT c.sampler FROM candidates c JOIN programs p USING (task, key)"
                " LEFT JOIN verdicts v USING (task, key) WHERE p.source != '' AND v.kind IS NOT ?"
                " UNION SELECT predictor FROM predictions WHERE grid != ?",
                VerdictKind.UNPARSABLE.value,
                pack_grids([None]),
            )
        )

    def proposers(self) -> tuple[str, ...]:
        """The names of all samplers and predictors with anything in the record."""
        return tuple(
            name
            for (name,) in self._rows(
                "SELECT DISTINCT sampler FROM candidates UNION SELECT DISTINCT predictor FROM predictions"
                " UNION SELECT DISTINCT proposer FROM finished ORDER BY 1"
            )
        )

    def judged_at(self, task_id: str) -> dict[str, float]:
        """The second of running at which each program of a task got its verdict, by key."""
        return dict(self._rows("SELECT key, at FROM verdicts WHERE task = ?", self._number(task_id)))

    def predicted_at(self, task_id: str) -> list[float]:
        """The seconds of running at which the direct grids came, parallel to `predictions`."""
        rows = self._rows(
            "SELECT at FROM predictions WHERE task = ? ORDER BY prediction", self._number(task_id)
        )
        return [at for (at,) in rows]

    def most_samples(self) -> int:
        """One more than the highest sample number of any proposer."""
        rows = self._rows(
            "SELECT max(m) FROM (SELECT max(sample) m FROM candidates UNION ALL"
            " SELECT max(sample) FROM predictions)"
        )
        highest = next(rows)[0]
        return 0 if highest is None else highest + 1

    def votes(self, task_id: str) -> StoredVotes | None:
        """The latest votes on a task, or None."""
        row = next(
            self._rows("SELECT ballots, attempts FROM votes WHERE task = ?", self._number(task_id)), None
        )
        return StoredVotes(json.loads(row[0]), json.loads(row[1])) if row else None

    def attempts(self) -> dict[str, Any]:
        """The stored attempts of every task that has votes: by test input, a list of grids as rows."""
        rows = self._rows("SELECT task_id, attempts FROM votes JOIN tasks USING (task)")
        return {task_id: json.loads(attempts) for task_id, attempts in rows}

    def events(self, kind: str | None = None) -> list[Event]:
        """The recorded events (of one kind if given), in order."""
        return [
            Event(row[0], row[1], json.loads(row[2]), row[3], row[4])
            for row in self._rows(
                "SELECT kind, task_id, data, at, clock FROM events WHERE :kind IS NULL OR kind = :kind"
                " ORDER BY event",
                kind=kind,
            )
        ]

    def running_seconds(self) -> float:
        """Running time in seconds over all sessions, as last recorded."""
        row = next(
            self._rows(
                "SELECT max(m) FROM (SELECT max(at) m FROM events"
                " UNION ALL SELECT at FROM candidates"
                " WHERE candidate = (SELECT max(candidate) FROM candidates)"
                " UNION ALL SELECT at FROM verdicts WHERE rowid = (SELECT max(rowid) FROM verdicts)"
                " UNION ALL SELECT at FROM predictions"
                " WHERE prediction = (SELECT max(prediction) FROM predictions)"
                " UNION ALL SELECT max(at) FROM finished)"
            )
        )
        return float(row[0] or 0.0)

    def counts(self) -> dict[str, TaskCounts]:
        """The counts of every task, in the run's order."""
        candidates = dict(self._rows("SELECT task, count(*) FROM candidates GROUP BY task"))
        predictions = dict(self._rows("SELECT task, count(*) FROM predictions GROUP BY task"))
        programs = dict(self._rows("SELECT task, count(*) FROM programs GROUP BY task"))
        ends = {
            task: (seconds, errors)
            for task, seconds, errors in self._rows(
                "SELECT task, sum(seconds), sum(error != '') FROM finished GROUP BY task"
            )
        }
        kinds: dict[int, dict[str, int]] = defaultdict(dict)
        for task, kind, count in self._rows("SELECT task, kind, count(*) FROM verdicts GROUP BY task, kind"):
            kinds[task][kind] = count
        return {
            task_id: TaskCounts(
                task_id,
                candidates.get(task, 0),
                programs.get(task, 0),
                kinds.get(task, {}),
                predictions.get(task, 0),
                *ends.get(task, (0.0, 0)),
            )
            for task_id, task in self._numbers.items()
        }


def _connect(file: Path) -> sqlite3.Connection:
    address = file.resolve().as_uri() + "?mode=ro"
    try:
        return _opened(address)
    except sqlite3.OperationalError as error:
        # a read-only folder (a mounted data set) has no writer either
        log = file.with_name(file.name + "-wal")
        if log.exists() and log.stat().st_size > 0:
            raise StoreError(f"{file}: {error}") from None
        return sqlite3.connect(address + "&immutable=1", uri=True)
    except sqlite3.DatabaseError as error:
        raise _unreadable(file, error) from None


def _opened(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, timeout=_BUSY_MS / 1000)
    try:
        connection.execute("SELECT 1 FROM sqlite_master")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _runs_near(path: Path) -> str:
    """What to do about a folder that holds runs but is none, or about a mistyped name of one."""
    inside = sorted(path.glob(f"*/{DATABASE}"))
    if inside:
        return f"; it holds runs, such as {inside[-1].parent}"
    return did_you_mean(str(path), [str(file.parent) for file in path.parent.glob(f"*/{DATABASE}")])


def _unreadable(file: Path, error: sqlite3.Error) -> StoreError:
    if "not a database" in str(error):
        return StoreError(f"{file}: not a run's database ({error})")
    return StoreError(f"{file}: damaged ({error}); start a new run")


def _verdict(row: tuple[Any, ...]) -> Verdict:
    kind, train_correct, train_outputs, test_outputs, error, cpu_seconds, grid_type = row
    return Verdict(
        VerdictKind(kind),
        tuple(mark == "1" for mark in train_correct),
        _grids(train_outputs),
        _grids(test_outputs),
        error,
        cpu_seconds,
        _grid_type(grid_type),
    )


def _evidence(row: tuple[Any, ...]) -> ProgramEvidence | None:
    return None if row[0] is None else ProgramEvidence(*row[1:])


def _grid_type(text: str | None) -> GridType | None:
    return None if text is None else GridType(text)


def _grids(blob: bytes) -> tuple[Grid | None, ...]:
    return unpack_grids(blob)
