"""The contents of a report: a row for each task, and the full view of one task.

Rows are made from counts and stored attempts alone, so that a run of any size opens at once; a task's view
reads that task's evidence and takes its vote again.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from arc import ArcError, Grid, GridType, Task, grid_key, load_dataset, same_grid, to_rows
from scoring.ballot import Ballot, VoteOptions
from scoring.contract import JudgedProgram, VerdictKind
from scoring.record.merge import TaskRecord, task_record, vote_options
from scoring.record.reader import Run, TaskCounts
from scoring.vote import InputVote, standing

_NEAR_MISSES = 8
_FAILURES = frozenset(VerdictKind) - {VerdictKind.VERIFIED, VerdictKind.PARTIAL, VerdictKind.WRONG}


class ViewError(ArcError):
    """An unknown sort order or filter; the message lists the known ones."""


@dataclass(frozen=True)
class TaskRow:
    """A task in the table.

    `right` of `tests` test inputs are right; None where answers are unknown, and where no vote is stored
    (`voted` is False): votes are stored when a session of the run ends.
    """

    task_id: str
    tests: int
    right: int | None
    verified: int
    partial: int
    samples: int
    programs: int
    grids: int
    seconds: float
    error: bool
    voted: bool = True

    @property
    def solved(self) -> bool | None:
        return None if self.right is None else self.right == self.tests


@dataclass(frozen=True, eq=False)
class ProgramGroup:
    """Programs of one task whose test outputs are all equal; the shortest source stands first."""

    outputs: tuple[Grid | None, ...]
    programs: tuple[JudgedProgram, ...]

    @property
    def samples(self) -> int:
        return sum(len(program.proposals) for program in self.programs)


@dataclass(frozen=True, eq=False)
class NearMiss:
    """A program that misses some training pair; `wrong_cells[n]` is None where pair n's shape is wrong."""

    program: JudgedProgram
    wrong_cells: tuple[int | None, ...]


@dataclass(frozen=True)
class ErrorGroup:
    """Programs that failed the same way: verdict, error with its numbers masked, count, an example."""

    kind: VerdictKind
    pattern: str
    count: int
    example: str


@dataclass(frozen=True, eq=False)
class TaskView:
    """Everything about one task.

    `expected` is None where the test outputs are unknown; `gave_up` says in one line why a proposer did.
    """

    task: Task
    expected: tuple[Grid, ...] | None
    found: TaskRecord
    votes: tuple[InputVote, ...]
    verified: tuple[ProgramGroup, ...]
    near_misses: tuple[NearMiss, ...]
    errors: tuple[ErrorGroup, ...]
    kinds: Mapping[VerdictKind, int]
    gave_up: Mapping[str, str]

    def why(self, index: int, ballot: Ballot) -> str:
        """What speaks for an answer to test input `index`, and who proposed it."""
        programs = [program for program in self.found.programs if program.key in ballot.keys]
        names = {proposal.sampler for program in programs for proposal in program.proposals}
        names |= {
            one.predictor
            for one in standing(self.found.predictions)
            if one.test_index == index and one.grid is not None and same_grid(one.grid, ballot.grid)
        }
        return f"{ballot.why}; from {', '.join(sorted(names))}" if names else ballot.why


def origin_text(programs: Iterable[JudgedProgram]) -> str:
    """The samplers that proposed the programs, each with the rules that found them, if it has rules."""
    rules: defaultdict[str, set[str]] = defaultdict(set)
    for proposal in (proposal for program in programs for proposal in program.proposals):
        rules[proposal.sampler].update([proposal.rule] if proposal.rule else [])
    named = ((sampler, ", ".join(sorted(found))) for sampler, found in sorted(rules.items()))
    return ", ".join(f"{sampler} (by {found})" if found else sampler for sampler, found in named)


_Key = Callable[[TaskRow], tuple[float, ...]]

_SORTS: dict[str, _Key] = {
    "order": lambda row: (),
    "solved": lambda row: (-(row.right or 0) / row.tests, -row.verified),
    "verified": lambda row: (-row.verified, -row.partial),
    "samples": lambda row: (-row.samples,),
    "grids": lambda row: (-row.grids,),
    "time": lambda row: (-row.seconds,),
}
_FILTERS: dict[str, Callable[[TaskRow], bool]] = {
    "solved": lambda row: row.solved is True,
    "unsolved": lambda row: row.solved is not True,
    "verified": lambda row: row.verified > 0,
    "unverified": lambda row: row.verified == 0,
    "wrong": lambda row: row.verified > 0 and row.solved is False,
    "partial": lambda row: row.partial > 0 and row.verified == 0,
    "error": lambda row: row.error,
}
GRID_TYPE_TEXT = {
    GridType.ARRAY: "arrays",
    GridType.LIST: "lists of lists",
    GridType.TUPLE: "tuples of tuples",
}
SORTS = (*_SORTS, "task")
FILTERS = tuple(_FILTERS)


def known_answers(run: Run, tasks: Sequence[Task] | None = None) -> dict[str, Task]:
    """The run's tasks by id, with test outputs from its data set where the run itself lacks them."""
    tasks = run.tasks() if tasks is None else tasks
    if all(task.solved_outputs is not None for task in tasks):
        return {task.id: task for task in tasks}
    try:
        dataset = {task.id: task for task in load_dataset(str(run.config.get("dataset", "")))}
    except ArcError:
        dataset = {}
    return {task.id: _same_task(task, dataset.get(task.id)) for task in tasks}


def _same_task(task: Task, other: Task | None) -> Task:
    return other if other is not None and other.hidden() == task.hidden() else task


def task_rows(
    run: Run, *, sort: str = "order", filters: Sequence[str] = (), reverse: bool = False
) -> list[TaskRow]:
    """The table of tasks: those that pass every filter, sorted."""
    unknown = [name for name in filters if name not in _FILTERS] + [sort] * (sort not in SORTS)
    if unknown:
        raise ViewError(
            f"{unknown[0]!r} is not known; sort by {', '.join(SORTS)}; filter by {', '.join(FILTERS)}"
        )
    expected, attempts = _expected_rows(run), run.attempts()
    rows = [
        _row(counts, expected[task_id], attempts.get(task_id)) for task_id, counts in run.counts().items()
    ]
    rows = [row for row in rows if all(_FILTERS[name](row) for name in filters)]
    if sort == "task":
        rows.sort(key=lambda row: row.task_id)
    else:
        rows.sort(key=_SORTS[sort])
    return rows[::-1] if reverse else rows


def _expected_rows(run: Run) -> dict[str, list[Any]]:
    expected = run.test_outputs()
    if all(rows is not None for outputs in expected.values() for rows in outputs):
        return expected
    return {
        task_id: [None if pair.output is None else to_rows(pair.output) for pair in task.test]
        for task_id, task in known_answers(run).items()
    }


def _row(counts: TaskCounts, expected: list[Any], attempts: Any) -> TaskRow:
    right = None
    if attempts is not None and all(rows is not None for rows in expected):
        right = sum(rows in pair for rows, pair in zip(expected, attempts, strict=True))
    return TaskRow(
        counts.task_id,
        len(expected),
        right,
        counts.of(VerdictKind.VERIFIED),
        counts.of(VerdictKind.PARTIAL),
        counts.candidates,
        counts.programs,
        counts.predictions,
        counts.seconds,
        counts.errors > 0,
        attempts is not None,
    )


def task_view(run: Run, task_id: str) -> TaskView:
    """Everything the run holds about one task, with its vote retaken."""
    task = known_answers(run, [run.task(task_id)])[task_id]
    return record_view(task_record([run], task), vote_options(run.config), run.finish_errors(task_id))


def record_view(
    found: TaskRecord, options: VoteOptions | None = None, gave_up: Mapping[str, str] | None = None
) -> TaskView:
    """The view of one task's evidence; `gave_up` as in TaskView."""
    votes = found.vote(options, weigh=True)
    return TaskView(
        found.task,
        found.task.solved_outputs,
        found,
        votes,
        _groups(found),
        _near_misses(found),
        _errors(found),
        Counter(program.verdict.kind for program in found.programs),
        gave_up or {},
    )


def _groups(found: TaskRecord) -> tuple[ProgramGroup, ...]:
    groups: dict[tuple[bytes, ...], list[JudgedProgram]] = defaultdict(list)
    for program in found.programs:
        if program.verdict.kind is VerdictKind.VERIFIED:
            outputs = program.verdict.test_outputs
            groups[tuple(b"" if grid is None else grid_key(grid) for grid in outputs)].append(program)
    ordered = sorted(groups.values(), key=len, reverse=True)
    return tuple(
        ProgramGroup(
            members[0].verdict.test_outputs, tuple(sorted(members, key=lambda member: len(member.source)))
        )
        for members in ordered
    )


def _near_misses(found: TaskRecord) -> tuple[NearMiss, ...]:
    misses = [
        NearMiss(program, wrong_cells(found.task, program))
        for program in found.programs
        if program.verdict.kind in (VerdictKind.PARTIAL, VerdictKind.WRONG)
    ]
    misses.sort(key=_distance)
    return tuple(misses[:_NEAR_MISSES])


def _distance(miss: NearMiss) -> tuple[float, ...]:
    cells = [cells for cells in miss.wrong_cells if cells is not None]
    shapes = len(miss.wrong_cells) - len(cells)
    return (-miss.program.verdict.train_accuracy, shapes, sum(cells), len(miss.program.source))


def wrong_cells(task: Task, program: JudgedProgram) -> tuple[int | None, ...]:
    """Wrong cells of each training pair; None where the program gave nothing or another shape."""
    counts: list[int | None] = []
    for grid, expected in zip(program.verdict.train_outputs, task.train_outputs, strict=True):
        if grid is None or grid.shape != expected.shape:
            counts.append(None)
        else:
            counts.append(int(np.count_nonzero(grid != expected)))
    return tuple(counts)


def _errors(found: TaskRecord) -> tuple[ErrorGroup, ...]:
    groups: dict[tuple[VerdictKind, str], list[str]] = defaultdict(list)
    for program in found.programs:
        if program.verdict.kind in _FAILURES:
            error = program.verdict.error
            groups[program.verdict.kind, _pattern(error)].append(error)
    ordered = sorted(groups.items(), key=lambda item: -len(item[1]))
    return tuple(ErrorGroup(kind, text, len(found), found[0]) for (kind, text), found in ordered)


def _pattern(error: str) -> str:
    """The error without what differs from program to program: numbers and quoted names."""
    return re.sub(r"'[^']*'|\d+", lambda match: "'…'" if match[0][0] == "'" else "n", error)[:120]
