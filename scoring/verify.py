"""Verification: compare what a program gave with the training pairs, here and nowhere else.

The sandbox returns validated grids of plain integers; they are compared outside the process that ran the
program, so no object of the candidate's is involved (a forged `__eq__` proves nothing).
"""

from __future__ import annotations

from arc import IDENTITY, Augmentation, Grid, GridType, Task, same_grid
from sandbox.contract import Execution, Job, Status
from scoring.contract import Candidate, Verdict, VerdictKind, digest

NOT_DETERMINISTIC = "not deterministic: a second run gave other outputs"


def job_for(candidate: Candidate, task: Task, key: int, grid_type: GridType) -> Job:
    """The sandbox job that runs `candidate` on all inputs of `task`, seen through its augmentation.

    `task` is in its own view; inputs are the training inputs in the task's order, then the test inputs.
    """
    view = candidate.augmentation
    inputs = task.inputs if view == IDENTITY else tuple(view.apply(grid) for grid in task.inputs)
    return Job(
        key=key,
        source=candidate.source,
        inputs=inputs,
        entry_point=candidate.entry_point,
        grid_type=grid_type,
    )


def program_key(candidate: Candidate, normalised_source: str) -> str:
    """The identity of a distinct program of one task: its normalised source and its view."""
    view = candidate.augmentation
    return digest(
        normalised_source,
        f"{view.symmetry} {view.colours}",
        f"{candidate.entry_point!r} {candidate.grid_type}",
    )


def judge(
    task: Task,
    execution: Execution,
    augmentation: Augmentation = IDENTITY,
    grid_type: GridType = GridType.ARRAY,
) -> Verdict:
    """The verdict on a program that ran on all inputs of `task` as `augmentation` shows them.

    VERIFIED if every training pair is reproduced, even where a test input failed (its output is then None);
    PARTIAL if some are; otherwise WRONG if every training input gave a grid, else the execution's failure.
    """
    outputs = execution.outputs
    if len(outputs) != len(task.inputs):
        raise ValueError(f"{len(task.inputs)} inputs, {len(outputs)} outputs")
    if augmentation != IDENTITY:
        outputs = tuple(None if grid is None else augmentation.undo(grid) for grid in outputs)
    train, test = outputs[: len(task.train)], outputs[len(task.train) :]
    correct = tuple(
        same_grid(grid, expected) for grid, expected in zip(train, task.train_outputs, strict=True)
    )
    return Verdict(
        kind=_kind(execution.status, correct, train),
        train_correct=correct,
        train_outputs=train,
        test_outputs=test,
        error=execution.error,
        cpu_seconds=execution.cpu_seconds,
        grid_type=grid_type,
    )


def _kind(status: Status, correct: tuple[bool, ...], train: tuple[Grid | None, ...]) -> VerdictKind:
    if status is Status.INFRASTRUCTURE:
        return VerdictKind.INFRASTRUCTURE
    if all(correct):
        return VerdictKind.VERIFIED
    if any(correct):
        return VerdictKind.PARTIAL
    if all(grid is not None for grid in train):
        return VerdictKind.WRONG
    return VerdictKind(status.value)


def confirm(first: Verdict, second: Verdict) -> Verdict:
    """The verdict on a verified program after its second run; if the runs differ, it is not verified."""
    pairs = zip(
        first.train_outputs + first.test_outputs, second.train_outputs + second.test_outputs, strict=True
    )
    if all((a is None and b is None) or same_grid(a, b) for a, b in pairs):
        return first
    return Verdict(
        kind=VerdictKind.ERROR,
        train_correct=tuple(False for _ in first.train_correct),
        train_outputs=first.train_outputs,
        test_outputs=tuple(None for _ in first.test_outputs),
        error=NOT_DETERMINISTIC,
        cpu_seconds=first.cpu_seconds + second.cpu_seconds,
        grid_type=first.grid_type,
    )


def unparsable(task: Task, error: str = "no program in the answer") -> Verdict:
    """The verdict on an answer without a program; nothing was run."""
    none_train: tuple[Grid | None, ...] = (None,) * len(task.train)
    none_test: tuple[Grid | None, ...] = (None,) * len(task.test)
    return Verdict(VerdictKind.UNPARSABLE, (False,) * len(task.train), none_train, none_test, error)
