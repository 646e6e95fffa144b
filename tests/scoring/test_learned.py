"""The learned ranking: probabilities that add up, that follow the evidence, and that a model fits."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arc import Grid, Pair, Task, as_grid
from benchmarks.selection.fit import Question, chances_left_out, record_of
from scoring.ballot import VoteOptions, VoteRule
from scoring.contract import Candidate, GridPrediction, JudgedProgram, Verdict, VerdictKind
from scoring.learned import FIGURES
from scoring.metrics import score_evidence, summarise
from scoring.record.merge import TaskRecord
from scoring.vote import vote

GRIDS = [as_grid([[n, (n + 1) % 10], [0, n]]) for n in range(9)]
TASK = Task(
    "t",
    tuple(Pair(grid, as_grid(grid[:, ::-1].tolist())) for grid in GRIDS[1:3]),
    (Pair(GRIDS[3], as_grid(GRIDS[3][:, ::-1].tolist())),),
)
RIGHT, WRONG = TASK.test[0].answer, as_grid([[4, 3], [3, 3]])
TIERS = VoteOptions(VoteRule.TIERS)


def program(key: str, grid: Grid, bits: float) -> JudgedProgram:
    verdict = Verdict(VerdictKind.VERIFIED, (True, True), TASK.train_outputs, (grid,))
    return JudgedProgram(key, key, verdict, (Candidate("t", "search", 0, key, description_length=bits),))


def test_one_short_program_may_be_likelier_than_two_long_ones() -> None:
    found = [program("a", WRONG, 21.0), program("b", WRONG, 22.0), program("c", RIGHT, 2.5)]
    assert vote(TASK, found, [], TIERS)[0].attempts[0].tolist() == WRONG.tolist()
    ballots = vote(TASK, found, [])[0].ballots
    assert ballots[0].grid.tolist() == RIGHT.tolist()
    assert (ballots[0].probability or 0) > (ballots[1].probability or 0)
    assert ballots[0].why.startswith("right with probability ")


def test_the_tiers_stay_as_they_are_when_ballots_are_weighed() -> None:
    found = [program("a", WRONG, 21.0), program("b", WRONG, 22.0), program("c", RIGHT, 2.5)]
    plain, weighed = vote(TASK, found, [], TIERS)[0], vote(TASK, found, [], TIERS, weigh=True)[0]
    assert [one.grid.tolist() for one in plain.ballots] == [one.grid.tolist() for one in weighed.ballots]
    assert plain.expected is None and weighed.expected is not None and 0 < weighed.expected <= 1
    assert vote(TASK, [], [], TIERS, weigh=True)[0].expected == 0.0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 8), st.floats(1, 23)), max_size=12),
    st.lists(st.tuples(st.integers(0, 8), st.floats(0, 1)), max_size=12),
)
def test_the_probabilities_of_one_input_add_up_to_one_at_most(
    programs: list[tuple[int, float]], grids: list[tuple[int, float]]
) -> None:
    found = [program(f"p{n}", GRIDS[number], bits) for n, (number, bits) in enumerate(programs)]
    said = [
        GridPrediction("t", "cells", n, 0, GRIDS[number], confidence=sure)
        for n, (number, sure) in enumerate(grids)
    ]
    ballots = vote(TASK, found, said)[0].ballots
    chances = [ballot.probability for ballot in ballots]
    assert all(chance is not None and 0 <= chance <= 1 for chance in chances)
    assert sum(chance or 0 for chance in chances) <= 1 + 1e-9
    assert chances == sorted(chances, key=lambda chance: -(chance or 0))


def test_many_ballots_are_weighed_as_far_as_it_pays() -> None:
    grids = [as_grid([[n // 10, n % 10, 1]]) for n in range(50)]
    said = [GridPrediction("t", "m", n, 0, grid) for n, grid in enumerate(grids)]
    ballots = vote(TASK, [], said)[0].ballots
    assert len(ballots) == 50 and sum(ballot.plausibility is not None for ballot in ballots) == 32


def test_the_expected_score_stands_beside_the_true_one() -> None:
    found = TaskRecord(TASK, (program("a", RIGHT, 2.0),), ())
    scored = summarise(
        [score_evidence(found, weigh=True), score_evidence(replace(found, programs=()), weigh=True)]
    )
    assert scored.vote_2 == 0.5
    assert scored.expected is not None and 0.2 < scored.expected < 0.5
    assert summarise([score_evidence(found, TIERS)]).expected is None


def questions(number: int, seed: int) -> list[Question]:
    """Questions whose right grid has most of the figure "bits", three times in four."""
    generator = np.random.default_rng(seed)
    asked = []
    for task in range(number):
        rows = generator.normal(size=(3, len(FIGURES)))
        best = int(rows[:, FIGURES.index("bits")].argmax())
        right = np.zeros(3, dtype=np.bool_)
        right[best if generator.random() < 0.75 else int(generator.integers(3))] = True
        asked.append(Question("as it is", "no model", f"t{task}", (), rows, right, 2))
    return asked


def test_a_fit_finds_what_tells_and_says_how_sure_it_is() -> None:
    asked = questions(400, 0)
    weights = dict(zip(FIGURES, record_of(asked)["regimes"]["no model"]["weights"], strict=True))
    assert max(weights, key=lambda name: abs(weights[name])) == "bits" and weights["bits"] > 1
    chances = np.concatenate(chances_left_out(asked))
    right = np.concatenate([one.right for one in asked])
    assert chances.mean() == pytest.approx(right.mean(), abs=0.08)
    sure = chances > 0.6
    assert right[sure].mean() == pytest.approx(chances[sure].mean(), abs=0.15)
