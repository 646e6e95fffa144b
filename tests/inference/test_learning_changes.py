"""What is said of changes: by a source or by constants, and when nothing has put it to a test."""

from __future__ import annotations

import numpy as np

from arc import as_grid
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search.language import values_on
from inference.proposers.search.learning import (
    Table,
    best_then_variants,
    constants,
    cost_of,
    statements,
)
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, Rule, fits_first
from inference.proposers.search.rules.relations import relate, turns, untested
from inference.proposers.search.rules.same_size.stamps import stamps


def low_and_even() -> Table:
    """Units 0 to 5: `low` holds for the first three, `even` for every second one."""
    units = np.arange(6)
    return Table(np.stack([units < 3, units % 2 == 0]), ("low", "even"), np.array([1.0, 2.0]))


def test_statements_hold_for_all_wanted_units_and_for_none_that_takes_another_value() -> None:
    units = np.arange(6)
    table = low_and_even()
    after = np.where(units < 3, 7, 1)
    every = np.ones(6, bool)

    ((constant, *_),) = constants(table, after, units < 3, every, 2)
    (anywhere,) = statements(table, "mine", 0.5, units < 3, ~every, 2)

    assert (constant.source, constant.condition.text(table.names), constant.cost) == ("7", "low", 2.5)
    assert (anywhere.source, anywhere.condition.clauses, anywhere.cost) == ("mine", (), 1.5)


def test_a_value_that_no_condition_tells_is_left_out() -> None:
    units = np.arange(6)
    table = low_and_even()
    after = np.array([7, 7, 7, 5, 1, 1])

    options = constants(table, after, units < 4, np.ones(6, bool), 1)
    (plan,) = best_then_variants(options)

    assert [len(found) for found in options] == [0, 1]
    assert [one.source for one in plan] == ["7"] and cost_of(plan) == 2.5
    assert not list(best_then_variants([[], []]))


def test_a_draft_that_only_puts_cells_right_is_a_step_and_one_that_spoils_some_is_nothing() -> None:
    grid, out = as_grid([[1, 0, 0, 2]]), as_grid([[3, 0, 0, 4]])
    problem = Problem((grid, as_grid([[0, 1, 2, 0]])), (out,), TaskBudget(SECOND))
    drafts = {
        "return paint(grid, grid == 1, 3)": 3.0,
        "return replace_colour(grid, 1, 3)": 2.0,
        "return map_colours(grid, {1: 3, 2: 5})": 1.0,
        "return grid": 1.0,
    }
    whole = "return map_colours(grid, {1: 3, 2: 4})"

    def tries(*texts: str) -> list[tuple[str, float]]:
        some = Rule("made_up", (), lambda _: (Draft((text,), drafts.get(text, 4.0)) for text in texts), None)
        return [(found.lines[0], found.share) for found in some(problem)]

    assert tries(*drafts) == [("return replace_colour(grid, 1, 3)", 0.5)]
    assert tries(*drafts, whole) == [(whole, 1.0)]


def test_a_change_of_colour_that_one_of_three_grids_shows_is_untested() -> None:
    with_one, without = as_grid([[1, 2]]), as_grid([[3, 2]])
    assert untested([with_one, without, without], [1]) > 0
    assert untested([with_one, with_one, without], [1]) == 0
    assert untested([with_one, without], [1]) == 0  # two pairs can hardly show more
    (_, seldom), (_, often) = (
        next(iter(relate(grids, [as_grid(np.where(grid == 1, 5, grid)) for grid in grids])))
        for grids in ([with_one, without, without], [with_one, with_one, without])
    )
    assert seldom == often + untested([with_one, without, without], [1])


def test_every_turn_is_undone_by_its_other() -> None:
    grid = as_grid([[1, 2, 3], [4, 5, 6]])
    assert len(turns()) == 7
    for there, back in turns():
        turned = there.run("_a")(grid)
        assert not np.array_equal(turned, grid)
        assert np.array_equal(back.run("_a")(turned), grid)


def test_an_expression_that_fails_on_one_thing_has_no_values() -> None:
    grids = [as_grid([[1, 2]]), as_grid([[3]])]
    assert values_on("one + len(things) + grid.size", grids, [[1, 2], [3]]) == [[5, 6], [5]]
    assert values_on("1 // one", grids, [[1, 2], [0]]) is None


def test_a_draft_is_tried_on_the_first_pair_only() -> None:
    grids = (as_grid([[1, 2]]), as_grid([[3, 4]]))
    problem = Problem((*grids, as_grid([[5, 6]])), (grids[0][:, ::-1], grids[1]), TaskBudget(SECOND))
    assert fits_first(problem, ("return flip_left_right(grid)",))
    assert not fits_first(problem, ("return grid",)) and not fits_first(problem, ("return 1 // 0",))


def test_a_stamp_is_read_where_the_edge_cuts_it_off() -> None:
    """A plus around each 2, its arms of colour 3 but for the left one, which has the cell's own."""
    inputs, outputs = [], []
    for spots in ([(0, 2), (4, 5)], [(2, 0), (5, 6)], [(3, 3), (0, 6)]):
        grid = np.zeros((6, 7), np.int8)
        out = grid.copy()
        for row, col in spots:
            grid[row, col] = 2
        out[:] = grid
        for row, col in spots:
            for down, across, colour in ((-1, 0, 3), (1, 0, 3), (0, 1, 3), (0, -1, 2)):
                if 0 <= row + down < 6 and 0 <= col + across < 7:
                    out[row + down, col + across] = colour
        inputs.append(as_grid(grid))
        outputs.append(as_grid(out))
    best = next(stamps(Problem(tuple(inputs), tuple(outputs[:2]), TaskBudget(SECOND))))
    assert best.lines[0] == "picture = [[-1, 3, -1]," and "hook=(1, 1)" in "".join(best.lines)
    made: dict[str, object] = {}
    exec("from omniarc import *\ndef transform(grid):\n    " + "\n    ".join(best.lines), made)
    assert np.array_equal(made["transform"](inputs[2]), outputs[2])  # type: ignore[operator]
