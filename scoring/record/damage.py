"""Tells a damaged run from an internal error.

Reading a run checks little, for speed. When something fails while a run is open, `find_damage` checks the
whole database: if it holds what no run writes, the file is to blame, and one line says so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from arc import COLOURS, ArcError, Grid, Task, as_grid
from scoring.record.schema import SCHEMA

if TYPE_CHECKING:
    from scoring.record.reader import Run

# What reading and using damaged rows can raise.
FAILURES = (
    sqlite3.Error,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RecursionError,
)

_TYPES = {"TEXT": "'text'", "INTEGER": "'integer'", "REAL": "'real', 'integer'", "BLOB": "'blob', 'text'"}


def find_damage(run: Run, connection: sqlite3.Connection) -> str:
    """What is wrong with the run's database, in a few words; "" if it is sound."""
    try:
        return next(_faults(run, connection), "")
    except (*FAILURES, ArcError) as error:
        return f"{type(error).__name__}: {error}"


def _faults(run: Run, connection: sqlite3.Connection) -> Iterator[str]:
    found = structural_damage(connection)
    if found:
        yield found
    yield from _wrong_types(connection)
    if not isinstance(run.config, dict):
        yield "its configuration is no object"
    run.events(), run.proposers(), run.counts(), run.running_seconds()
    for task_id in run.task_ids:
        for fault in _task_faults(run, run.task(task_id)):
            yield f"task {task_id}: {fault}"


def structural_damage(connection: sqlite3.Connection) -> str:
    """What SQLite itself finds wrong with a database's pages; "" if nothing."""
    try:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if found == "ok" else str(found)


def _wrong_types(connection: sqlite3.Connection) -> Iterator[str]:
    """Columns that are missing, or hold values of another type than the schema says."""
    with closing(sqlite3.connect(":memory:")) as plan:
        plan.executescript(SCHEMA)
        tables = [name for (name,) in plan.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = [(table, *row) for table in tables for row in plan.execute(f"PRAGMA table_info({table})")]
    for table, _, column, kind, required, _, key in columns:
        allowed = _TYPES[kind] + ("" if required or key else ", 'null'")
        query = f"SELECT count(*) FROM {table} WHERE typeof({column}) NOT IN ({allowed})"
        (count,) = connection.execute(query).fetchone()
        if count:
            yield f"{count} values of {table}.{column} are no {kind}"


def _task_faults(run: Run, task: Task) -> Iterator[str]:
    trains, tests = len(task.train), len(task.test)
    run.candidates(task.id), run.finish_errors(task.id), run.judged_at(task.id)
    for program in run.programs(task.id):
        verdict = program.verdict
        if {len(verdict.train_correct), len(verdict.train_outputs)} != {trains}:
            yield "a verdict on another number of training pairs"
        if len(verdict.test_outputs) != tests:
            yield "a verdict on another number of test inputs"
        if not all(map(_sound, verdict.train_outputs + verdict.test_outputs)):
            yield "a verdict with a cell that is no colour"
    for guess in run.predictions(task.id):
        if guess.grid is None or not _sound(guess.grid) or not 0 <= guess.test_index < tests:
            yield "a direct grid of no test input"
    votes = run.votes(task.id)
    if votes is not None and not (_is_list(votes.attempts, tests) and _is_list(votes.ballots, tests)):
        yield "votes on another number of test inputs"
    for grids in votes.attempts if votes is not None else ():
        for rows in grids:
            as_grid(rows)


def _sound(grid: Grid | None) -> bool:
    return grid is None or bool(((grid >= 0) & (grid < COLOURS)).all())


def _is_list(value: Any, length: int) -> bool:
    return isinstance(value, list) and len(value) == length
