"""Verification compares plain grids and names what it finds."""

from collections.abc import Sequence

import pytest

from arc import Augmentation, Grid, GridType, Pair, Task, as_grid, same_grid
from sandbox.contract import Execution, Status
from scoring.contract import Candidate, VerdictKind
from scoring.verify import NOT_DETERMINISTIC, confirm, job_for, judge, program_key, unparsable


def g(*rows: Sequence[int]) -> Grid:
    return as_grid([list(row) for row in rows])


TASK = Task(
    "t",
    (Pair(g((1, 2, 3)), g((3, 2, 1))), Pair(g((4, 5, 6)), g((6, 5, 4)))),
    (Pair(g((7, 8, 9)), g((9, 8, 7))),),
)
GOOD = (g((3, 2, 1)), g((6, 5, 4)), g((9, 8, 7)))
BAD = g((0, 0, 0))


def execution(*outputs: Grid | None, status: Status = Status.OK, error: str = "") -> Execution:
    return Execution(0, status, outputs, error)


@pytest.mark.parametrize(
    ("outputs", "status", "kind", "correct"),
    [
        (GOOD, Status.OK, VerdictKind.VERIFIED, (True, True)),
        ((GOOD[0], GOOD[1], None), Status.ERROR, VerdictKind.VERIFIED, (True, True)),
        ((GOOD[0], BAD, BAD), Status.OK, VerdictKind.PARTIAL, (True, False)),
        ((GOOD[0], None, None), Status.TIMEOUT, VerdictKind.PARTIAL, (True, False)),
        ((BAD, BAD, GOOD[2]), Status.OK, VerdictKind.WRONG, (False, False)),
        ((BAD, BAD, None), Status.ERROR, VerdictKind.WRONG, (False, False)),
        ((BAD, None, None), Status.ERROR, VerdictKind.ERROR, (False, False)),
        ((None, None, None), Status.TIMEOUT, VerdictKind.TIMEOUT, (False, False)),
        ((None, None, None), Status.MEMORY, VerdictKind.MEMORY, (False, False)),
        ((None, None, None), Status.CRASHED, VerdictKind.CRASHED, (False, False)),
        ((None, None, None), Status.INVALID, VerdictKind.INVALID, (False, False)),
        ((None, None, None), Status.REJECTED, VerdictKind.REJECTED, (False, False)),
        ((None, None, None), Status.UNPARSABLE, VerdictKind.UNPARSABLE, (False, False)),
        (GOOD, Status.INFRASTRUCTURE, VerdictKind.INFRASTRUCTURE, (True, True)),
    ],
)
def test_verdicts(
    outputs: tuple[Grid | None, ...], status: Status, kind: VerdictKind, correct: tuple[bool, ...]
) -> None:
    verdict = judge(TASK, execution(*outputs, status=status))
    assert verdict.kind is kind
    assert verdict.train_correct == correct


def test_equal_cells_of_another_shape_are_wrong() -> None:
    tall = as_grid([[3], [2], [1]])
    assert judge(TASK, execution(tall, tall, tall)).kind is VerdictKind.WRONG


def test_a_program_of_an_augmented_view_is_judged_and_brought_back() -> None:
    view = Augmentation(3, (0, 9, 8, 7, 6, 5, 4, 3, 2, 1))
    job = job_for(Candidate("t", "s", 0, "x", view), TASK, 5, GridType.LIST)
    assert [same_grid(a, view.apply(b)) for a, b in zip(job.inputs, TASK.inputs, strict=True)] == [True] * 3
    verdict = judge(TASK, execution(*(view.apply(grid) for grid in GOOD)), view)
    assert verdict.kind is VerdictKind.VERIFIED
    assert same_grid(verdict.test_outputs[0], GOOD[2])
    assert judge(TASK, execution(*GOOD), view).kind is not VerdictKind.VERIFIED


def test_the_job_holds_no_expected_output() -> None:
    job = job_for(Candidate("t", "s", 0, "x"), TASK, 5, GridType.LIST)
    expected = {grid.tobytes() for grid in GOOD}
    assert not expected & {grid.tobytes() for grid in job.inputs}


def test_what_differs_in_the_second_run_is_not_verified() -> None:
    first = judge(TASK, execution(*GOOD))
    same = confirm(first, judge(TASK, execution(*GOOD)))
    assert same.kind is VerdictKind.VERIFIED
    other = confirm(first, judge(TASK, execution(GOOD[0], GOOD[1], BAD)))
    assert other.kind is VerdictKind.ERROR
    assert other.error == NOT_DETERMINISTIC
    assert other.test_outputs == (None,)
    assert not any(other.train_correct)


def test_program_keys_tell_views_and_entry_points_apart() -> None:
    plain = Candidate("t", "s", 0, "x")
    keys = {
        program_key(plain, "x"),
        program_key(plain, "y"),
        program_key(Candidate("t", "s", 0, "x", Augmentation(1)), "x"),
        program_key(Candidate("t", "s", 0, "x", entry_point="solve"), "x"),
    }
    assert len(keys) == 4
    assert program_key(Candidate("t", "other", 7, "x", Augmentation(0, order=(1, 0))), "x") in keys


def test_an_answer_without_a_program() -> None:
    verdict = unparsable(TASK, "cut off")
    assert verdict.kind is VerdictKind.UNPARSABLE
    assert len(verdict.train_outputs) == 2
    assert verdict.error == "cut off"


def test_a_wrong_number_of_outputs_is_our_bug() -> None:
    with pytest.raises(ValueError, match="3 inputs, 1 outputs"):
        judge(TASK, execution(BAD))
