"""What is learned from cells is doubted where it was never put to a test."""

from collections.abc import Iterator

import numpy as np

from arc import Grid, as_grid
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search.cell_features import Scene, lets_for
from inference.proposers.search.cell_table import build_table
from inference.proposers.search.expressions import Expression, Kind
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.same_size.cells import repaint
from inference.proposers.search.trust import SURPRISED, believable, changes, confidence, strange, unlike


def test_a_rule_that_leaving_a_pair_out_speaks_against_costs_more() -> None:
    @rule(same_size)
    def first_cells(problem: Problem) -> Iterator[Draft]:
        """A table of what every training grid becomes by its first cell: it foresees nothing."""
        table = {int(grid[0, 0]): output.tolist() for grid, output in problem.pairs}
        yield Draft((f"return fill_reading(1, 2, {table}.get(int(grid[0, 0]), [[0, 0]])[0])",), 5.0)

    @rule(same_size)
    def mostly_flipped(problem: Problem) -> Iterator[Draft]:
        """Right for all pairs but the first, unless it is there to learn from."""
        least = min(int(grid[0, 0]) for grid in problem.train)
        wanted = f"grid[0, 0] >= {least}"
        yield Draft((f"return flip_left_right(grid) if {wanted} else grid * 0",), 5.0)

    @rule(same_size)
    def flipped(problem: Problem) -> Iterator[Draft]:
        """The same whatever the pairs are."""
        yield Draft(("return flip_left_right(grid)",), 5.0)

    grids = [as_grid([[colour, 7]]) for colour in (1, 2, 3)]
    problem = Problem(
        (*grids, as_grid([[1, 8]])), tuple(grid[:, ::-1] for grid in grids), TaskBudget(1e6 * SECOND)
    )
    assert [program.cost for program in flipped(problem)] == [5.0]
    assert [program.cost for program in mostly_flipped(problem)] == [5.0 + SURPRISED]
    assert [program.cost for program in first_cells(problem)] == [5.0 + 2 * SURPRISED]


def test_the_more_doubts_the_simpler_a_program_must_be() -> None:
    assert believable(20.0, 0.0) and not believable(20.0, 4.0) and believable(8.0, 4.0)
    assert believable(8.0, 8.0) and not believable(15.0, 8.0)


def test_confidence_falls_with_bits_and_rises_with_different_outputs() -> None:
    short = confidence((3.0, 0.0, 10.0, 1.6, 0.0))
    assert 0.9 < short < 1.0
    assert confidence((15.0, 0.0, 10.0, 1.6, 0.0)) < short
    assert confidence((3.0, 1.0, 10.0, 1.6, 0.0)) < short
    assert confidence((3.0, 0.0, 0.5, 1.6, 0.0)) < short
    assert confidence((3.0, 0.0, 10.0, 0.0, 0.0)) < short


def test_a_test_grid_that_changes_as_no_training_grid_does_is_strange() -> None:
    pairs = [(as_grid([[1, 0, 2, 0]]), as_grid([[1, 3, 2, 3]]))]  # black changes; 1 and 2 never do

    def is_strange(grid: list[int], output: list[int]) -> bool:
        return strange(pairs, [(as_grid([grid]), as_grid([output]))])

    assert not is_strange([2, 0, 1, 0], [2, 3, 1, 3])
    assert is_strange([2, 0, 1, 0], [3, 3, 1, 3])  # a 2 becomes 3
    assert not is_strange([5, 0, 1, 0], [3, 3, 1, 3])  # no training grid tells what 5 becomes
    assert not is_strange([0, 1], [0])


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
    features = [Expression("commonest", 1.0, Kind.COLOUR), Expression("shift(grid, 1, 0)", 1.0, Kind.COLOUR)]
    table = build_table(views, grids, features, TaskBudget(SECOND))
    costs = dict(zip(table.names, table.costs, strict=True))
    assert costs["(commonest == 1)"] > costs["(shift(grid, 1, 0) == 1)"] + 2.0


def test_a_test_grid_that_changes_far_more_or_in_another_way_is_unlike_the_pairs() -> None:
    moved = [
        (as_grid([[0, 0, 1, 0, 2, 0]]), as_grid([[0, 0, 0, 1, 2, 0]]))
    ]  # as many cells lie on the ground
    painted = [(as_grid([[0, 0, 0, 1, 2]]), as_grid([[0, 0, 0, 1, 3]]))]  # the ground stays

    def is_unlike(pairs: list[tuple[Grid, Grid]], grid: list[int], output: list[int]) -> bool:
        return unlike(changes(pairs), changes([(as_grid([grid]), as_grid([output]))]))

    assert not is_unlike(moved, [0, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0])
    assert is_unlike(moved, [0, 1, 0, 0, 0, 0], [0, 1, 1, 0, 0, 0])
    assert not is_unlike(painted, [0, 0, 0, 2, 1], [0, 0, 0, 3, 1])
    assert is_unlike(painted, [0, 0, 0, 2, 1], [4, 0, 0, 3, 1])
    assert not is_unlike(painted, [2, 2, 0, 0, 0], [3, 3, 0, 0, 0])
    assert is_unlike(painted, [2] * 5 + [0] * 6, [3] * 5 + [0] * 6)  # 5 cells, 1 in training
