"""Pieces of the search that work on their own: parts, joins, painting, the grammar's fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from arc import Pair, Task, as_grid, same_grid
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search.answers import Answers
from inference.proposers.search.emission import Program, run_program
from inference.proposers.search.expressions import Kind
from inference.proposers.search.finishers import Joiner
from inference.proposers.search.frontier import Frontier
from inference.proposers.search.search import Search
from inference.proposers.search.states import State, Step
from inference.proposers.search.views import on_black, partings


def _scene(
    generator: np.random.Generator, change: Callable[[np.ndarray], np.ndarray] = lambda part: part
) -> np.ndarray:
    """Two 3x3 blocks of colours 1 to 4 at fixed places of a 9x9 grid."""
    grid = np.zeros((9, 9), np.int8)
    for row, col in ((0, 0), (4, 5)):
        grid[row : row + 3, col : col + 3] = change(generator.integers(1, 5, (3, 3)))
    return grid


def test_a_change_of_every_object_is_a_task_of_its_parts() -> None:
    pairs = []
    for seed in range(4):
        before = _scene(np.random.default_rng(seed))
        after = _scene(np.random.default_rng(seed), lambda part: part[:, ::-1])
        pairs.append(Pair(as_grid(before), as_grid(after)))
    task = Task("made-up", tuple(pairs[:3]), (pairs[3],))
    found = list(partings(task.hidden()))
    assert found
    parts, goal = found[0]
    assert {pair.input.shape for pair in parts.train} == {(3, 3)}
    assert len(parts.train) == 6
    whole = goal.whole(Program(("return flip_left_right(grid)",), 1.0, "states"))
    (made,) = run_program(whole.lines, task.test_inputs)
    assert same_grid(made, task.test[0].output)


def test_changes_outside_of_all_parts_are_no_task_of_parts() -> None:
    before = [_scene(np.random.default_rng(seed)) for seed in range(3)]
    pairs = [Pair(as_grid(grid), as_grid(np.where(grid == 0, 7, grid))) for grid in before]
    assert not list(partings(Task("made-up", tuple(pairs[:2]), (Pair(pairs[2].input, None),))))


def test_a_task_on_grounds_of_other_colours_is_searched_on_black() -> None:
    pairs = []
    for ground in (5, 6, 7, 8):
        before = _scene(np.random.default_rng(ground))
        after = np.where(before == 1, 0, before)
        pairs.append(Pair(*(as_grid(np.where(grid == 0, ground, grid)) for grid in (before, after))))
    task = Task("made-up", tuple(pairs[:3]), (pairs[3],))
    search = Search(task.hidden(), TaskBudget(0.2 * SECOND))
    assert not any(grid.all() for grid in search.task.train_inputs)
    search.run()
    (made,) = run_program(next(search.answers.ranked()).lines, task.test_inputs)
    assert same_grid(made, task.test[0].output)

    black = Pair(*(as_grid(np.where(grid == 4, 0, grid)) for grid in (pairs[0].input, pairs[0].answer)))
    assert on_black(Task("made-up", (black, *pairs[1:3]), (pairs[3],)).hidden()) is None


def _layer(values: Sequence[Any], text: str, root: State, cost: float) -> State:
    return State(Kind.GRID, tuple(values), root, Step(text, Kind.GRID, cost, 9), cost)


def test_two_states_that_determine_the_output_are_joined() -> None:
    generator = np.random.default_rng(0)
    inputs = tuple(as_grid(generator.integers(0, 3, (6, 6))) for _ in range(3))
    flipped = [grid[:, ::-1] for grid in inputs]
    outputs = tuple(
        as_grid(np.where((grid == 1) & (other == 2), 5, grid))
        for grid, other in zip(inputs, flipped, strict=True)
    )
    frontier = Frontier(inputs, 2, lambda state, place: None)
    assert frontier.add(_layer(flipped, "flip_left_right(_a)", frontier.root, 2.0))
    joiner = Joiner(outputs[:2], inputs[:2])
    programs = list(joiner.join(frontier.states, TaskBudget(5.0 * SECOND)))
    assert programs
    made = run_program(programs[0].lines, inputs)
    assert all(same_grid(one, other) for one, other in zip(made, outputs, strict=True))


def test_states_are_joined_for_pairs_of_colours_that_only_a_test_shows() -> None:
    shown = [[[1, 2], [1, 1]], [[2, 2], [1, 2]], [[5, 6], [6, 5]]]
    inputs = tuple(as_grid(grid) for grid in shown)
    flipped = [grid[:, ::-1] for grid in inputs]
    outputs = [as_grid(np.where(one != two, 7, 0)) for one, two in zip(inputs, flipped, strict=True)]
    frontier = Frontier(inputs, 2, lambda state, place: None)
    assert frontier.add(_layer(flipped, "flip_left_right(_a)", frontier.root, 2.0))
    joiner = Joiner(tuple(outputs[:2]), inputs[:2])
    (program,) = joiner.join(frontier.states, TaskBudget(5.0 * SECOND))
    made = run_program(program.lines, inputs)
    assert all(same_grid(one, other) for one, other in zip(made, outputs, strict=True))


def test_answers_of_a_strange_size_come_after_others() -> None:
    pairs = [Pair(as_grid([[1, 2], [3, 4]]), as_grid([[1, 2], [3, 4]]))] * 2
    task = Task("made-up", (pairs[0],), (Pair(as_grid([[1, 2, 5], [3, 4, 5]]), None),))
    answers = Answers(task)
    assert answers.offer(Program(("return grid[:2, :2]",), 0.0, "cut"))
    assert answers.offer(Program(("return grid if len(grid[0]) < 3 else flip_up_down(grid)",), 3.0, "keep"))
    assert [program.rule for program in answers.ranked()] == ["keep", "cut"]


def test_no_answer_has_more_programs_than_a_likelier_one() -> None:
    task = Task("made-up", (Pair(as_grid([[1]]), as_grid([[2]])),), (Pair(as_grid([[1, 0]]), None),))
    answers = Answers(task)
    assert answers.offer(Program(("return grid + 1",), 1.0, "likely"))
    for number in range(2, 6):
        line = f"return grid + 1 if grid.size == 1 else grid[:, ::-1] + {number} - {number}"
        assert answers.offer(Program((line,), 9.0, "other"))
    assert [program.rule for program in answers.ranked()] == ["likely", "other"]
