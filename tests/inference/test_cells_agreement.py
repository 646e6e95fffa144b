"""What several trials of the predictor `cells` draw for one test input."""

from __future__ import annotations

import numpy as np
import pytest

from inference.proposers.cells.agreement import Agreement
from inference.proposers.cells.forest import Variant, Votes
from inference.proposers.cells.frames import Frame
from inference.proposers.cells.trials import Trial


def trial(exact: float) -> Trial:
    return Trial(Frame("same"), Variant((0,), False, False), exact, 0.2 * (1 - exact))


def votes(colour: int) -> Votes:
    result = np.zeros((2, 3, 10))
    result[..., colour] = 1
    return result


def test_a_grid_that_more_trials_draw_is_likelier() -> None:
    answers = Agreement()
    for colour in (1, 2, 2, 3):
        answers.add(trial(0.5), [(votes(colour), 1.0)])
    (first, grid), (second, other) = answers.likeliest(2)
    assert len(answers) == 3
    assert (grid == 2).all() and (other == 1).all(), "of equals the one that was drawn first"
    assert first > second > 0 and first + second <= 1


def test_a_trial_that_draws_a_grid_in_two_windows_counts_once() -> None:
    once, twice = Agreement(), Agreement()
    once.add(trial(0.5), [(votes(1), 0.6)])
    twice.add(trial(0.5), [(votes(1), 0.6), (votes(1), 0.4)])
    assert once.likeliest(1)[0][0] == twice.likeliest(1)[0][0]


def test_probabilities_of_sure_grids_add_up_to_one_at_most() -> None:
    answers = Agreement()
    for colour in (1, 2) * 4:
        answers.add(trial(1.0), [(votes(colour), 1.0)])
    assert sum(chance for chance, _ in answers.likeliest(2)) == pytest.approx(1)
