"""Votes: tiers are lexicographic, attempts differ, test inputs do not leak into each other."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arc import Augmentation, Grid, Pair, Task, as_grid, same_grid
from scoring.ballot import Tier, VoteOptions, VoteRule
from scoring.contract import Candidate, GridPrediction, GridScore, JudgedProgram, Verdict, VerdictKind
from scoring.evidence import ProgramEvidence
from scoring.vote import vote


def g(*rows: Sequence[int]) -> Grid:
    return as_grid([list(row) for row in rows])


TASK = Task(
    "t",
    (Pair(g((1, 2)), g((2, 1))), Pair(g((3, 4)), g((4, 3)))),
    (Pair(g((5, 6)), None), Pair(g((7, 8)), None)),
)
RIGHT, OTHER, THIRD = g((6, 5)), g((9, 1)), g((2, 3))
TIERS = VoteOptions(VoteRule.TIERS)


def program(
    key: str,
    outputs: Sequence[Grid | None],
    kind: VerdictKind = VerdictKind.VERIFIED,
    correct: tuple[bool, ...] = (True, True),
    source: str = "s",
    proposals: Sequence[Candidate] = (),
) -> JudgedProgram:
    verdict = Verdict(kind, correct, (None, None), tuple(outputs))
    return JudgedProgram(key, source, verdict, tuple(proposals))


def direct(grid: Grid | None, index: int = 0, sample: int = 0, **more: Any) -> GridPrediction:
    return GridPrediction("t", "cells", sample, index, grid, **more)


def attempts(
    programs: Sequence[JudgedProgram] = (),
    predictions: Sequence[GridPrediction] = (),
    options: VoteOptions = TIERS,
    index: int = 0,
) -> list[list[list[int]]]:
    return [a.tolist() for a in vote(TASK, programs, predictions, options)[index].attempts]


def test_no_number_of_half_right_programs_outvotes_a_verified_one() -> None:
    half = [program(f"h{n}", (OTHER, None), VerdictKind.PARTIAL, (True, False)) for n in range(50)]
    assert attempts([*half, program("v", (RIGHT, None))]) == [RIGHT.tolist(), OTHER.tolist()]


def test_verified_programs_before_direct_grids_before_partial_programs() -> None:
    programs = [
        program("p", (THIRD, None), VerdictKind.PARTIAL, (True, False)),
        program("v", (RIGHT, None)),
    ]
    grids = [direct(OTHER, sample=n, confidence=0.99) for n in range(9)]
    ballots = vote(TASK, programs, grids, TIERS)[0].ballots
    assert [b.tier for b in ballots] == [Tier.VERIFIED, Tier.DIRECT, Tier.PARTIAL]
    assert attempts(programs, grids) == [RIGHT.tolist(), OTHER.tolist()]


def test_best_three_sums_the_probabilities_of_the_three_likeliest_samples() -> None:
    grids = [direct(OTHER, sample=n, log_probability=math.log(0.2), tokens=9) for n in range(5)]
    grids += [direct(THIRD, sample=5, log_probability=math.log(0.7), tokens=9)]
    # five samples of 0.2 count as three, 0.6; the single 0.7 is more
    assert attempts((), grids, VoteOptions(VoteRule.BEST_THREE)) == [THIRD.tolist(), OTHER.tolist()]
    assert attempts((), grids) == [OTHER.tolist(), THIRD.tolist()]


def test_product_of_experts_sums_over_the_views_that_scored_every_grid() -> None:
    def scored(grid: Grid, symmetry: int, value: float, index: int = 0) -> GridScore:
        return GridScore("t", "m", index, grid, Augmentation(symmetry), value, 5)

    grids = [direct(OTHER), direct(OTHER, sample=1), direct(THIRD, sample=2), direct(RIGHT, sample=3)]
    scores = [scored(OTHER, 0, -1.0), scored(THIRD, 0, -2.0), scored(OTHER, 1, -9.0), scored(THIRD, 1, -3.0)]
    scores += [scored(OTHER, 2, -0.1)]  # a view that was cut off tells nothing
    scores += [scored(OTHER, 0, -1.0, 1)]  # of another test input
    rule = VoteOptions(VoteRule.PRODUCT)
    ballots = vote(TASK, (), grids, rule, scores=scores)[0].ballots
    assert [ballot.views_log_probability for ballot in ballots] == [-5.0, -10.0, None]
    assert [ballot.grid.tolist() for ballot in ballots] == [g.tolist() for g in (THIRD, OTHER, RIGHT)]
    assert "log-probability -5.00 over views" in ballots[0].why
    assert vote(TASK, (), grids, rule)[0].ballots[0].grid.tolist() == OTHER.tolist()


def test_direct_weight_mixes_the_first_two_tiers() -> None:
    programs = [program("v", (RIGHT, None))]
    grids = [direct(OTHER, sample=n) for n in range(3)]
    assert attempts(programs, grids, replace(TIERS, direct_weight=0.3))[0] == RIGHT.tolist()
    assert attempts(programs, grids, replace(TIERS, direct_weight=0.5))[0] == OTHER.tolist()


def test_more_distinct_programs_win_then_log_probability_then_bits_then_the_shorter() -> None:
    def said(mean: float) -> list[Candidate]:
        return [Candidate("t", "m", 0, "s", log_probability=10 * mean, tokens=10)]

    two = [program("a", (OTHER, None)), program("b", (OTHER, None))]
    assert attempts([program("c", (RIGHT, None)), *two])[0] == OTHER.tolist()
    likelier = [
        program("a", (OTHER, None), proposals=said(-0.5)),
        program("b", (RIGHT, None), source="much longer", proposals=said(-0.1)),
    ]
    assert attempts(likelier)[0] == RIGHT.tolist()
    described = [
        program("a", (OTHER, None), proposals=[Candidate("t", "m", 0, "s", description_length=9.0)]),
        program("b", (RIGHT, None), proposals=[Candidate("t", "m", 0, "s", description_length=8.5)]),
    ]
    assert attempts(described)[0] == RIGHT.tolist()
    assert "8.5 bits" in vote(TASK, described, [])[0].ballots[0].why
    shorter = [program("a", (OTHER, None), source="longer"), program("b", (RIGHT, None), source="x")]
    assert attempts(shorter)[0] == RIGHT.tolist()


def test_a_ballot_says_what_is_known_of_its_programs() -> None:
    def found(rule: str, doubt: float) -> Candidate:
        return Candidate("t", "search", 0, "s", rule=rule, doubt=doubt)

    measured = ProgramEvidence(1.0, 1.0, None, None, 30), ProgramEvidence(0.5, 0.0, None, None, 20)
    programs = [
        replace(program("a", (RIGHT, None), proposals=[found("flips", 4.0)]), evidence=measured[0]),
        replace(program("b", (RIGHT, None), proposals=[found("turns", 8.0)]), evidence=measured[1]),
        program("c", (RIGHT, None), proposals=[found("turns", 8.0)]),
    ]
    ballot = vote(TASK, programs, [], TIERS, weigh=True)[0].ballots[0]
    assert (ballot.origins, ballot.doubt) == (2, 4.0)
    assert ballot.evidence == ProgramEvidence(0.75, 0.5, None, None, 20)
    assert ballot.plausibility is not None and ballot.plausibility.size == 1.0
    assert "3 verified programs of 2 origins; 4 bits of doubt; turned 75% of pairs" in ballot.why
    assert vote(TASK, programs, [], TIERS)[0].ballots[0].plausibility is None


def test_partial_programs_with_more_pairs_right_come_first() -> None:
    task = Task("t", (*TASK.train, TASK.train[0]), TASK.test)
    one = [program(f"a{n}", (OTHER, None), VerdictKind.PARTIAL, (True, False, False)) for n in range(5)]
    two = program("b", (RIGHT, None), VerdictKind.PARTIAL, (True, True, False))
    assert same_grid(vote(task, [*one, two], [])[0].attempts[0], RIGHT)


def test_trivial_outputs_come_last() -> None:
    given_back = program("i", (TASK.test[0].input, None))
    constant = program("c", (g((4, 4)), None))
    half = program("p", (RIGHT, None), VerdictKind.PARTIAL, (True, False))
    ballots = vote(TASK, [given_back, constant, half], [], TIERS)[0].ballots
    assert ballots[0].grid.tolist() == RIGHT.tolist()
    assert {b.trivial for b in ballots[1:]} == {"identity", "constant"}


def test_a_constant_is_no_trivial_answer_where_training_outputs_are_constant() -> None:
    task = Task("t", (Pair(g((1, 2)), g((3, 3))),), (Pair(g((5, 6)), None),))
    constant = program("c", (g((4, 4)),), correct=(True,))
    assert vote(task, [constant], [])[0].ballots[0].trivial == ""


def test_test_inputs_are_voted_apart() -> None:
    votes = vote(TASK, [program("v", (RIGHT, None))], [direct(OTHER, index=1)])
    assert [len(v.ballots) for v in votes] == [1, 1]
    assert same_grid(votes[0].attempts[0], RIGHT)
    assert same_grid(votes[1].attempts[0], OTHER)


def test_each_kind_of_evidence_alone() -> None:
    programs, grids = [program("v", (RIGHT, None))], [direct(OTHER)]
    assert attempts(programs, grids, VoteOptions(use_grids=False))[0] == RIGHT.tolist()
    assert attempts(programs, grids, VoteOptions(use_programs=False))[0] == OTHER.tolist()
    assert OTHER.tolist() not in attempts(programs, grids, VoteOptions(use_grids=False))


def test_the_weighted_rule_lets_many_half_right_programs_win() -> None:
    half = [program(f"h{n}", (OTHER, None), VerdictKind.PARTIAL, (True, False)) for n in range(3)]
    programs = [*half, program("v", (RIGHT, None))]
    assert attempts(programs, (), VoteOptions(VoteRule.WEIGHTED))[0] == OTHER.tolist()
    assert attempts(programs)[0] == RIGHT.tolist()


def test_the_counting_rule_counts_samples_and_grids() -> None:
    many = [Candidate("t", "m", n, "s") for n in range(4)]
    programs = [program("a", (RIGHT, None), proposals=many), program("b", (OTHER, None))]
    grids = [direct(OTHER, sample=n) for n in range(2)]
    assert attempts(programs, grids, VoteOptions(VoteRule.COUNTS))[0] == RIGHT.tolist()
    assert (
        attempts(
            programs, [*grids, direct(OTHER, sample=3), direct(OTHER, sample=4)], VoteOptions(VoteRule.COUNTS)
        )[0]
        == OTHER.tolist()
    )


def test_where_training_outputs_repeat_both_attempts_are_such() -> None:
    yes, no = g((1,)), g((2,))
    pairs = [Pair(g((n, 5)), yes if n % 2 else no) for n in range(3)]
    task = Task("t", tuple(pairs), (Pair(g((4, 5)), None),))
    said = program("v", (yes,), correct=(True,) * 3)
    (found,) = vote(task, [said], [direct(OTHER)])
    assert [grid.tolist() for grid in found.attempts] == [yes.tolist(), no.tolist()]
    (found,) = vote(Task("t", tuple(pairs[1:]), task.test), [said], [direct(OTHER)])
    assert [grid.tolist() for grid in found.attempts] == [yes.tolist(), OTHER.tolist()]


def test_nothing_proposed_is_unanswered_but_filled() -> None:
    (first, second) = vote(TASK, [], [])
    assert not first.answered
    assert not second.answered
    assert not same_grid(*first.attempts)


small = st.integers(0, 2).map(lambda cell: g((cell, 1)))


@pytest.mark.parametrize("rule", list(VoteRule))
@given(
    outputs=st.lists(
        st.tuples(small, st.sampled_from([VerdictKind.VERIFIED, VerdictKind.PARTIAL])), max_size=6
    ),
    grids=st.lists(small, max_size=4),
    weight=st.sampled_from([0.0, 0.5, 3.0]),
)
def test_attempts_are_always_two_different_grids(
    rule: VoteRule, outputs: list[tuple[Grid, VerdictKind]], grids: list[Grid], weight: float
) -> None:
    programs = [
        program(str(n), (grid, None), kind, (True, kind is VerdictKind.VERIFIED))
        for n, (grid, kind) in enumerate(outputs)
    ]
    votes = vote(
        TASK, programs, [direct(x, sample=n) for n, x in enumerate(grids)], VoteOptions(rule, weight)
    )
    for input_vote in votes:
        first, second = input_vote.attempts
        assert not same_grid(first, second)
        keys = [ballot.grid.tobytes() for ballot in input_vote.ballots]
        assert len(keys) == len(set(keys))
    believed = {x.tobytes() for x, _ in outputs} | {x.tobytes() for x in grids}
    assert {ballot.grid.tobytes() for ballot in votes[0].ballots} == believed


def test_a_single_black_cell_still_gets_two_attempts() -> None:
    task = Task("t", TASK.train, (Pair(g((0,)), None), Pair(g((1,)), None)))
    for input_vote in vote(task, [], []):
        assert not same_grid(*input_vote.attempts)


def test_answers_beyond_30_count_only_in_tasks_that_go_beyond() -> None:
    large = as_grid([[1] * 31])
    evidence = [program("v", (large, None))], [direct(large)]
    assert not vote(TASK, *evidence)[0].answered
    beyond = Task("t", TASK.train, (Pair(large, None), TASK.test[1]))
    assert same_grid(vote(beyond, *evidence)[0].ballots[0].grid, large)


def test_provisional_grids_count_only_where_their_predictor_gave_no_others() -> None:
    first = [direct(OTHER, sample=-2, confidence=0.9), direct(THIRD, sample=-1, confidence=0.8)]
    assert attempts((), first) == [OTHER.tolist(), THIRD.tolist()]
    elsewhere = [direct(RIGHT, index=1), GridPrediction("t", "another", 0, 0, THIRD, confidence=0.1)]
    assert [ballot.grids for ballot in vote(TASK, (), first + elsewhere, TIERS)[0].ballots] == [2, 1]
    final = direct(RIGHT, confidence=0.1)
    assert [ballot.grid.tolist() for ballot in vote(TASK, (), [*first, final])[0].ballots] == [RIGHT.tolist()]
