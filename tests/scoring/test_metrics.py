"""Metrics on evidence whose scores are known by hand."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arc import Grid, Pair, Task, as_grid
from scoring.ballot import VoteOptions, VoteRule
from scoring.contract import Candidate, GridPrediction, JudgedProgram, Verdict, VerdictKind
from scoring.metrics import bootstrap, pass_at, score_attempts, score_evidence, summarise
from scoring.record.merge import TaskRecord


def grid(colour: int) -> Grid:
    return as_grid([[colour, 0]])


def task(task_id: str, *answers: int) -> Task:
    return Task(task_id, (Pair(grid(1), grid(2)),), tuple(Pair(grid(1), grid(answer)) for answer in answers))


def program(key: str, kind: VerdictKind, *outputs: int | None, samples: int = 1) -> JudgedProgram:
    right = kind is VerdictKind.VERIFIED
    verdict = Verdict(
        kind,
        (right,),
        (grid(2) if right else None,),
        tuple(None if output is None else grid(output) for output in outputs),
    )
    proposals = tuple(Candidate("t", "m", number, key) for number in range(samples))
    return JudgedProgram(key, key, verdict, proposals)


def guess(index: int, colour: int) -> GridPrediction:
    return GridPrediction("t", "cells", 0, index, grid(colour))


def test_a_task_of_two_test_inputs_counts_halves() -> None:
    answers = task("t", 5, 6)
    score = score_attempts(answers, [(grid(4), grid(5)), (grid(1), grid(2))])
    assert (score.right, score.right_first, score.score, score.solved) == (1, 0, 0.5, False)
    assert score_attempts(answers, None).right == 0


def test_programs_and_grids_are_scored_apart_and_together() -> None:
    found = TaskRecord(
        task("t", 5, 6),
        (program("a", VerdictKind.VERIFIED, 5, 9, samples=3), program("b", VerdictKind.ERROR, 7, None)),
        (guess(1, 6),),
    )
    both = score_evidence(found, VoteOptions(VoteRule.TIERS))
    assert (both.right, both.right_first, both.covered, both.unanswered, both.verified) == (2, 1, 2, 0, True)
    assert (both.samples, both.samples_right) == (4, 0)
    programs = score_evidence(found, VoteOptions(use_grids=False))
    assert (programs.right, programs.covered, programs.verified) == (1, 1, True)
    grids = score_evidence(found, VoteOptions(use_programs=False))
    assert (grids.right, grids.covered, grids.unanswered, grids.verified) == (1, 1, 1, False)
    assert (grids.samples, grids.samples_right) == (0, 0)


def test_a_filled_slot_is_no_coverage_but_may_be_right() -> None:
    found = TaskRecord(Task("t", (Pair(grid(1), grid(2)),), (Pair(grid(1), grid(1)),)), (), ())
    score = score_evidence(found)
    assert (score.right, score.covered, score.unanswered) == (1, 0, 1)


def test_the_summary_counts_tasks_not_answers() -> None:
    found = [
        TaskRecord(task("a", 5), (program("p", VerdictKind.VERIFIED, 5),), ()),
        TaskRecord(task("b", 5), (program("p", VerdictKind.VERIFIED, 4, samples=2),), ()),
        TaskRecord(task("c", 5, 6), (), (guess(0, 5),)),
        TaskRecord(task("d", 5), (), ()),
    ]
    scores = summarise([score_evidence(one) for one in found])
    assert (scores.tasks, scores.test_inputs, scores.solved) == (4, 5, 1)
    assert scores.vote_2 == pytest.approx((1 + 0 + 0.5 + 0) / 4)
    assert (scores.verified, scores.verified_solved, scores.precision) == (2, 1, 0.5)
    assert scores.unanswered == 2
    assert scores.coverage == pytest.approx(1.5 / 4)
    assert scores.pass_at == {1: 0.25, 2: 0.25}
    bare = summarise([score_attempts(one.task, None) for one in found], evidence=False)
    assert (bare.vote_2, bare.coverage, bare.precision, bare.pass_at) == (0.0, None, None, None)


@given(st.integers(1, 9), st.data())
def test_pass_at_is_the_share_of_draws_that_hold_a_right_one(samples: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, samples))
    k = data.draw(st.integers(0, samples))
    draws = list(itertools.combinations(range(samples), k))
    share = sum(any(place < right for place in draw) for draw in draws) / len(draws)
    assert pass_at(k, samples, right) == pytest.approx(share)


def test_the_interval_holds_the_mean_and_shrinks_with_more_tasks() -> None:
    few, many = bootstrap([0.0, 1.0] * 10), bootstrap([0.0, 1.0] * 500)
    assert few[0] < 0.5 < few[1] and many[0] < 0.5 < many[1]
    assert many[1] - many[0] < (few[1] - few[0]) / 5
    # the normal approximation of the larger one: 0.5 ± 1.96 x 0.5 / sqrt(1000)
    assert many[0] == pytest.approx(0.469, abs=0.003)
    assert bootstrap([1.0] * 7) == (1.0, 1.0)
