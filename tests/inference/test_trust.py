"""What is learned from cells is doubted where it was never put to a test."""

import numpy as np

from arc import as_grid
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search.cell_features import Feature, Scene, lets_for
from inference.proposers.search.cell_table import build_table
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.same_cells import repaint
from inference.proposers.search.trust import believable, doubts

PAIRS = np.array([0, 0, 1, 1])


def test_a_statement_that_one_pair_calls_for_is_doubted() -> None:
    both, single = np.array([True, False, True, False]), np.array([True, True, False, False])
    assert doubts([both], PAIRS, foreseen=True) == 0.0
    assert doubts([both], PAIRS, foreseen=False) > 0.0
    assert doubts([both, single], PAIRS, foreseen=True) > 0.0
    assert doubts([both, single], PAIRS, foreseen=False) > doubts([both], PAIRS, foreseen=False)


def test_the_more_doubts_the_simpler_a_program_must_be() -> None:
    assert believable(20.0, 0.0) and not believable(20.0, 4.0) and believable(8.0, 4.0)


def test_repaint_gives_no_costly_program_for_what_each_pair_does_its_own_way() -> None:
    random = np.random.default_rng(3)
    inputs = [as_grid(random.integers(0, 3, (8, 8))) for _ in range(4)]
    outputs = [
        as_grid(np.where(random.random((8, 8)) < 0.1, 5 + n, grid)) for n, grid in enumerate(inputs[:3])
    ]
    assert not list(repaint(Problem(tuple(inputs), tuple(outputs), TaskBudget(30 * SECOND))))


def test_literals_that_tell_grids_apart_cost_more() -> None:
    grids = [as_grid([[1, 1, 2], [0, 1, 1]]), as_grid([[2, 2, 1], [0, 2, 2]])]
    views = [(number, Scene(grid, lets_for(0))) for number, grid in enumerate(grids)]
    features = [Feature("commonest", 1.0, "colour"), Feature("shift(grid, 1, 0)", 1.0, "colour")]
    table = build_table(views, grids, features)
    costs = dict(zip(table.names, table.costs, strict=True))
    assert costs["(commonest == 1)"] > costs["(shift(grid, 1, 0) == 1)"] + 2.0
