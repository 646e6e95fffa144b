"""The embedded search on small made-up tasks: what it proposes is right, readable, and within its budget."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import omniarc
from arc import Grid, Pair, Task, as_grid, grid_key, same_grid
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search import Search, propose
from inference.proposers.search.answers import Answers
from inference.proposers.search.emission import Program, both_lines, prefix_lines, run_program
from inference.proposers.search.expressions import Kind, fill
from inference.proposers.search.frontier import IDLE, Following, Frontier
from inference.proposers.search.goals import outright_goals
from inference.proposers.search.language import function
from inference.proposers.search.lying import turned_alike
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.same_size.cells import repaint
from inference.proposers.search.states import State, Step
from inference.proposers.search.trust import BELIEVED
from inference.proposers.search.views import View, views
from inference.proposers.search.words import steps_for
from scoring.contract import Candidate, GridPrediction


def _random_grids(count: int, shape: tuple[int, int], seed: int = 0) -> list[Grid]:
    generator = np.random.default_rng(seed)
    return [as_grid(generator.integers(0, 4, shape)) for _ in range(count)]


def _task(inputs: list[Grid], outputs: list[Grid]) -> Task:
    *train, last = [Pair(one, as_grid(other)) for one, other in zip(inputs, outputs, strict=True)]
    return Task("made-up", tuple(train), (last,))


def _programs(task: Task, seconds: float) -> list[Candidate]:
    return [found for found in propose(task, TaskBudget(seconds * SECOND)) if isinstance(found, Candidate)]


def _answers(task: Task, seconds: float = 2.0) -> list[Grid | None]:
    sources = [candidate.source for candidate in _programs(task, seconds)]
    assert sources, "nothing proposed"
    found: list[Grid | None] = []
    for source in sources:
        namespace: dict[str, object] = {}
        exec(source, namespace)
        found.append(as_grid(namespace["transform"](task.test[0].input)))  # type: ignore[operator]
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda grid: grid[:, ::-1],
        lambda grid: np.rot90(grid).repeat(2, 0).repeat(2, 1),
        lambda grid: np.concatenate([grid, grid[:, ::-1]], 1),
        lambda grid: np.where(grid == 1, 2, grid)[::-1],
        lambda grid: np.tile(grid.T, (3, 3)),
    ],
)
def test_short_compositions_are_found_first(change: Callable[[np.ndarray], np.ndarray]) -> None:
    inputs = _random_grids(4, (4, 5))
    task = _task(inputs, [change(grid) for grid in inputs])
    assert same_grid(_answers(task)[0], task.test[0].output)


def test_halves_joined_by_logic() -> None:
    inputs = [
        as_grid(np.concatenate([left, np.full((4, 1), 5), right], 1))
        for left, right in zip(
            np.random.default_rng(1).integers(0, 2, (4, 4, 4)),
            np.random.default_rng(2).integers(0, 2, (4, 4, 4)),
            strict=True,
        )
    ]
    outputs = [3 * (grid[:, :4] & grid[:, 5:]) for grid in inputs]
    task = _task(inputs, outputs)
    assert same_grid(_answers(task)[0], task.test[0].output)


def test_candidates_are_numbered_programs_of_the_language() -> None:
    inputs = _random_grids(4, (3, 3))
    task = _task(inputs, [grid[::-1] for grid in inputs])
    candidates = _programs(task, 1.0)
    assert [candidate.sample for candidate in candidates] == list(range(len(candidates)))
    assert {candidate.sampler for candidate in candidates} == {"search"}
    for candidate in candidates:
        tree = ast.parse(candidate.source)
        assert isinstance(tree.body[0], ast.ImportFrom) and tree.body[0].module == "omniarc"
        assert isinstance(tree.body[-1], ast.FunctionDef) and tree.body[-1].name == "transform"


def test_test_outputs_are_never_looked_at() -> None:
    inputs = _random_grids(3, (4, 4))
    right = _task(inputs, [grid.T for grid in inputs])
    wrong = Task("made-up", right.train, (Pair(inputs[-1], as_grid(np.zeros((2, 2), int))),))
    for task in (right, wrong):
        first = _programs(task, 2.0)[0]
        space: dict[str, Any] = {}
        exec(first.source, space)
        assert same_grid(as_grid(space["transform"](inputs[-1])), as_grid(inputs[-1].T))


def test_noise_has_no_program_and_the_budget_holds() -> None:
    inputs, outputs = _random_grids(4, (9, 9), 1), _random_grids(4, (9, 9), 2)
    budget = TaskBudget(1.0 * SECOND)
    candidates = list(propose(_task(inputs, outputs), budget))
    assert not candidates
    assert budget.used() < 2.0 * SECOND


def _step(text: str, gives: Kind = Kind.GRID, cost: float = 1.0) -> Step:
    return Step(text, gives, cost, 9)


def _following(steps: list[Step], deepest: int) -> Following:
    return lambda state, place: (
        (place, steps[place]) if state.depth <= deepest and place < len(steps) else None
    )


def test_statements_make_one_state_or_two() -> None:
    root = State(Kind.GRID, ())
    flipped = State(Kind.GRID, (), root, _step("transpose(_a)"), 1.0)
    parts = State(Kind.GRIDS, (), flipped, _step("parts_by_lines(_a)", Kind.GRIDS), 2.0)
    first = State(Kind.GRID, (), parts, _step("_a[0]"), 3.0)
    lines = ["grid = transpose(grid)", "parts = parts_by_lines(grid)", "grid = parts[0]"]
    assert prefix_lines(first) == lines
    shared = [lines[0], "pieces = parts_by_lines(grid)", "other = pieces[0]"]
    assert both_lines(first, flipped) == (shared, "other", "grid")
    flip = (["other = transpose(grid)"], "other", "grid")
    assert both_lines(flipped, root) == flip and both_lines(root, flipped) == (flip[0], "grid", "other")


def test_equal_states_are_merged_and_the_cheapest_stays() -> None:
    inputs = tuple(_random_grids(2, (3, 3)))
    steps = [_step("flip_left_right(_a)"), _step("rotate(transpose(_a), 1)", cost=2.0)]
    frontier = Frontier(inputs, 1, _following(steps, 2))
    grown = list(frontier.grow(TaskBudget(5.0 * SECOND), 5.0 * SECOND, 2**20))
    assert [state.cost for state in grown] == [1.0]
    assert len(frontier.states) == 2


def test_a_step_that_changes_no_training_grid_is_dearer() -> None:
    striped, noise = as_grid(np.tile([[1, 2, 1]], (3, 1))), _random_grids(1, (3, 3))[0]
    steps = [_step("flip_left_right(_a)"), _step("flip_up_down(_a)", cost=2.0)]
    costs = []
    for train in (striped, noise):
        frontier = Frontier((train, noise), 1, _following(steps, 0))
        costs.append([state.cost for state in frontier.grow(TaskBudget(5.0 * SECOND), 5.0 * SECOND, 2**20)])
    assert costs == [[1.0 + IDLE, 2.0 + IDLE], [1.0, 2.0]]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 10_000))
def test_goals_make_the_outputs_again(height: int, width: int, seed: int) -> None:
    (grid,) = _random_grids(1, (height, width), seed)
    output = as_grid(np.kron(np.concatenate([grid, grid[:, ::-1]], 1), np.ones((2, 2), np.int8)))
    outright = outright_goals((output,))
    assert len(outright) > 2
    for goal in outright:
        whole = goal.whole(Program(("return grid",), 0.0, goal.rule))
        assert same_grid(run_program(whole.lines, goal.outputs)[0], output)
    assert grid_key(grid) in {grid_key(goal.outputs[0]) for goal in outright}


def test_every_word_of_the_grammar_is_in_the_language() -> None:
    grids = _random_grids(3, (6, 6))
    task = _task(grids, [np.where(grid == 1, 5, grid) for grid in grids])
    names = set(dir(__import__("omniarc"))) | set(dir(__import__("builtins")))
    for step in chain(*steps_for(task).values()):
        tree = ast.parse(fill(step.text, _a="grid"))
        bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} | {"grid"}
        bound |= {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert used <= names | bound, step.text


def test_the_answers_put_the_likelier_answer_first_and_the_input_last() -> None:
    plain = np.zeros((2, 2), int)
    task = _task([as_grid(plain), as_grid([[0, 1], [2, 3]])], [plain, plain])
    answers = Answers(task.hidden())
    assert answers.offer(Program(("return grid",), 0.0, "same"))
    assert answers.offer(Program(("return transpose(grid)",), 3.0, "turned"))
    assert not answers.offer(Program(("return grid + 1",), 0.0, "wrong"))
    assert [program.rule for program in answers.ranked()] == ["turned", "same"]


def test_answers_that_are_too_unlikely_are_given_as_grids() -> None:
    """One pair says little for ten tests."""
    pairs = [Pair(grid, as_grid(grid[::-1])) for grid in _random_grids(11, (3, 4))]
    task = Task("made-up", tuple(pairs[:1]), tuple(pairs[1:]))
    found = list(propose(task.hidden(), TaskBudget(0.2 * SECOND)))
    grids = [one for one in found if isinstance(one, GridPrediction)]
    first = [one for one in grids if one.sample == grids[0].sample]
    assert len(grids) == len(found) and [one.test_index for one in first] == list(range(10))
    assert all(
        one.grid is not None and same_grid(one.grid, pair.answer)
        for one, pair in zip(first, pairs[1:], strict=True)
    )
    assert 0.0 < (grids[-1].confidence or 0.0) <= (first[0].confidence or 0.0) < BELIEVED
    assert all(
        isinstance(one, Candidate)
        for one in propose(Task("made-up", task.train, task.test[:1]).hidden(), TaskBudget(0.2 * SECOND))
    )


def test_what_one_rule_puts_right_is_where_another_goes_on() -> None:
    """The largest of three bars is framed, and a cell sends two rays down."""
    inputs, outputs = [], []
    for heights, (row, col) in (
        ((1, 2, 3), (9, 11)),
        ((3, 1, 2), (8, 5)),
        ((2, 3, 1), (9, 2)),
        ((1, 3, 2), (8, 8)),
    ):
        grid = np.zeros((12, 14), np.int8)
        for number, height in enumerate(heights):
            grid[2 : 2 + height, 2 + 4 * number : 4 + 4 * number] = 5
        grid[row, col] = 3
        out, left = grid.copy(), 1 + 4 * heights.index(3)
        frame = out[1:6, left : left + 4]
        frame[frame == 0] = 8
        for step in range(1, 12 - row):
            for aside in {col - step, col + step} & set(range(14)):
                out[row + step, aside] = 3
        inputs.append(as_grid(grid))
        outputs.append(out)
    task = _task(inputs, outputs)

    search = Search(task.hidden(), TaskBudget(0.5 * SECOND))

    search.run()

    first = next(search.answers.ranked())
    assert first.on_the_way and "def step_object_actions(grid):" in first.lines
    (made,) = run_program(first.lines, task.test_inputs)
    assert made is not None and same_grid(made, task.test[0].answer)


def test_a_task_whose_grids_have_backgrounds_of_their_own() -> None:
    def draw(seed: int) -> np.ndarray:
        grid = np.full((9, 9), 1 + seed, np.int8)
        grid[seed % 3, 7] = 0
        grid[5:8, 1 + seed % 2 : 4 + seed % 2] = 8
        grid[6, 2 + seed % 2] = 1 + seed
        return grid

    def change(grid: np.ndarray) -> np.ndarray:
        out = grid.copy()
        rows, cols = np.nonzero(grid == 8)
        out[rows.mean().astype(int), cols.mean().astype(int)] = 9
        return out

    assert "swap_colours" in _found(draw, change, "own ground")


def test_a_lattice_is_seen_with_one_cell_for_each_part() -> None:
    def draw(seed: int) -> np.ndarray:
        small = np.zeros((5, 5), np.int8)
        small[seed % 5, (2 * seed) % 5] = 4
        return lattice(small)

    def lattice(small: np.ndarray) -> np.ndarray:
        out = np.full((14, 14), 5, np.int8)
        for row, col in np.ndindex(5, 5):
            out[3 * row : 3 * row + 2, 3 * col : 3 * col + 2] = small[row, col]
        return out

    def change(grid: np.ndarray) -> np.ndarray:
        small = grid[::3, ::3].copy()
        ((row, col),) = np.argwhere(small == 4)
        small[row, small[row] == 0] = 3
        small[small[:, col] == 0, col] = 3
        return lattice(small)

    assert "colour_parts" in _found(draw, change, "lattice")


def test_grids_are_turned_as_something_in_them_lies() -> None:
    """Cells fall to the side where the wall is, another in each pair; the wall is thick in none."""

    def fallen(seed: int) -> tuple[Grid, Grid]:
        cells = np.random.default_rng(seed).random((8, 9)) < 0.2
        grid, out = np.zeros((2, 8, 9), np.int8)
        grid[cells] = 3
        grid[:2] = 0
        for col, count in enumerate((grid == 3).sum(0)):
            out[1 : 1 + count, col] = 3
        grid[0] = out[0] = 5
        return as_grid(np.rot90(grid, seed)), as_grid(np.rot90(out, seed))

    grids, outputs = zip(*map(fallen, range(6)), strict=True)
    (state, goal), *_ = turned_alike(State(Kind.GRID, grids), outputs[:-1])
    assert all((grid[0] == 5).all() for grid in state.values)
    assert all((seen[0] == 5).all() for seen in goal.outputs)
    for grid, seen, out in zip(grids, goal.outputs, outputs, strict=False):
        assert same_grid(as_grid(function(f"lambda _a, grid: {goal.wrap}")(seen, grid)), out)
    assert same_grid(_answers(_task(list(grids), list(outputs)))[0], outputs[-1])


def test_a_plain_step_ends_what_was_turned_alike() -> None:
    """Cells of two colours fall in their order to the side where the full line is."""

    def fallen(seed: int) -> tuple[Grid, Grid]:
        random = np.random.default_rng(seed)
        grid = np.where(random.random((5, 5)) < 0.4, random.integers(1, 3, (5, 5)), 0)
        out = np.zeros_like(grid)
        grid[0] = out[0] = 5
        for col in range(5):
            cells = grid[1:, col][grid[1:, col] > 0]
            out[1 : 1 + cells.size, col] = cells
        return as_grid(np.rot90(grid, seed)), as_grid(np.rot90(out, seed))

    grids, outputs = zip(*map(fallen, range(6)), strict=True)
    assert same_grid(_answers(_task(list(grids), list(outputs)))[0], outputs[-1])


def test_grids_that_lie_alike_are_left_as_they_are() -> None:
    grids = tuple(_random_grids(5, (6, 6)))
    shifted = tuple([as_grid(np.roll(grid, 1, axis=1)) for grid in grids])
    assert not list(turned_alike(State(Kind.GRID, grids), shifted[:-1]))


def test_colours_of_each_pair_are_named_by_how_common_they_are() -> None:
    """Dots of the rarer colour, another in each pair, get a cross of the commoner one."""

    def draw(seed: int) -> tuple[Grid, Grid]:
        common, rare = np.random.default_rng(seed).permutation(9)[:2] + 1
        grid = np.zeros((11, 12), np.int8)
        grid[1:4, 7:11] = common
        dots = ((2 + seed % 2, 2), (7, 3 + seed % 3))
        grid[tuple(np.transpose(dots))] = rare
        out = grid.copy()
        for row, col in dots:
            out[[row - 1, row + 1, row, row], [col, col, col - 1, col + 1]] = common
        return as_grid(grid), as_grid(out)

    grids, outputs = zip(*map(draw, range(5)), strict=True)
    ((state, goal),) = _views(grids, outputs[:-1], "by rank")
    assert all(sorted(set(grid.ravel().tolist())) == [0, 1, 2] for grid in state.values)
    for grid, seen, out in zip(grids, goal.outputs, outputs, strict=False):
        assert same_grid(as_grid(function(f"lambda _a, grid: {goal.wrap}")(seen, grid)), out)
    assert same_grid(_answers(_task(list(grids), list(outputs)))[0], outputs[-1])


def test_colours_that_all_grids_hold_keep_their_names() -> None:
    grids = tuple(_random_grids(5, (6, 6)))
    assert not _views(grids, grids[:-1], "by rank")


def test_cells_that_a_state_has_wrong_may_be_put_right_later() -> None:
    """All but the rarest colour go; it gets a ring, also where cells went that should not be background."""
    inputs, outputs = [], []
    for seed, rare in enumerate((4, 6, 9, 3)):
        generator = np.random.default_rng(seed)
        grid = np.zeros((10, 10), np.int8)
        for colour in {1, 5, 7, 8, 3} - {rare}:
            grid[tuple(generator.integers(0, 10, (2, 4)))] = colour
        row, col = generator.integers(2, 8, 2)
        grid[row - 1 : row + 2, col - 1 : col + 2] = [[0, 5, 0], [0, rare, 0], [8, 0, 1]]
        out = np.zeros_like(grid)
        out[row - 1 : row + 2, col - 1 : col + 2] = 2
        out[row, col] = rare
        inputs.append(as_grid(grid))
        outputs.append(as_grid(out))
    task = _task(inputs, outputs)

    search = Search(task.hidden(), TaskBudget(0.5 * SECOND))
    search.run()

    first = next(search.answers.ranked())
    assert first.on_the_way
    (made,) = run_program(first.lines, task.test_inputs)
    assert made is not None and same_grid(made, task.test[0].answer)


def test_a_step_is_repeated_until_nothing_changes() -> None:
    """A figure in the middle is drawn again and again, up to the border, where one rule draws it once."""
    figure = np.array([[4, 0, 4], [0, 6, 4], [6, 6, 0]])
    grids, outputs = [], []
    for height, top, left in ((11, 0, 1), (14, 1, 4), (13, 3, 2), (17, 2, 3), (19, 1, 5)):
        grid = np.zeros((height, 9), np.int8)
        grid[top : top + 3, left : left + 3] = figure
        out = grid.copy()
        for row in range(top, height, 4):
            out[row : row + 3, left : left + 3] = figure[: height - row]
        grids.append(as_grid(grid))
        outputs.append(as_grid(out))
    task = _task(grids, outputs)

    sources = [candidate.source for candidate in _programs(task.hidden(), 0.5)]

    assert any("until_stable(grid, step_" in source for source in sources)
    assert same_grid(_answers(task, 0.5)[0], task.test[0].answer)


def _bordered(grid: np.ndarray) -> np.ndarray:
    out = np.pad(grid, 2)
    out[:: out.shape[0] - 1] = out[:, :: out.shape[1] - 1] = 8
    return out


def _staircase(grid: np.ndarray) -> np.ndarray:
    length = int((grid != 0).sum())
    rows, cols = np.indices((grid.shape[1] // 2, grid.shape[1]))
    return np.where(cols < length + rows, grid[0, 0], 0)


def _between_marks(grid: np.ndarray) -> np.ndarray:
    rows, cols = np.nonzero(grid == 9)
    inside = grid[rows.min() + 1 : rows.max(), cols.min() + 1 : cols.max()]
    return np.sort(inside, axis=0)


def _marked(seed: int) -> Grid:
    generator = np.random.default_rng(seed)
    grid = np.zeros((12, 12), int)
    top, left, high, wide = *generator.integers(0, 4, 2), *generator.integers(6, 9, 2)
    grid[top : top + high, left : left + wide][:: high - 1, :: wide - 1] = 9
    inside = grid[top + 1 : top + high - 1, left + 1 : left + wide - 1]
    inside[:] = 3 * (generator.random(inside.shape) < 0.3)
    inside[0, 0] = 3
    return as_grid(grid)


@pytest.mark.parametrize(
    ("draw", "change"),
    [
        (lambda seed: _random_grids(1, (3, 3 + seed % 2), seed)[0], _bordered),
        (
            lambda seed: as_grid([[1 + seed] * (1 + seed % 3) + [0] * (9 - seed % 3 + seed // 3 * 2)]),
            _staircase,
        ),
        (_marked, _between_marks),
    ],
)
def test_a_canvas_of_the_outputs_size_is_drawn_on(
    draw: Callable[[int], Grid], change: Callable[[np.ndarray], np.ndarray]
) -> None:
    grids = [draw(seed) for seed in range(5)]
    task = _task(grids, [change(grid) for grid in grids])
    assert same_grid(_answers(task)[0], task.test[0].output)


def test_self_similar_outputs_are_seen_as_their_picture() -> None:
    grids = [as_grid(np.pad(2 * (grid > 1), 2)) for grid in _random_grids(5, (3, 3), 4)]
    pictures = [omniarc.crop_to_content(grid) for grid in grids]
    task = _task(grids, [np.kron(one != 0, one) for one in pictures])
    assert same_grid(_answers(task, 0.5)[0], task.test[0].output)


def _views(grids: tuple[Grid, ...], outputs: tuple[Grid, ...], name: str) -> list[View]:
    return [view for view in views(State(Kind.GRID, grids), outputs) if view[1].rule == name]


def _found(draw: Callable[[int], np.ndarray], change: Callable[[np.ndarray], np.ndarray], goal: str) -> str:
    """The view's program for the task of five grids; it is right on the last, which is not shown."""
    grids = tuple([as_grid(draw(seed)) for seed in range(5)])
    outputs = tuple([as_grid(change(grid)) for grid in grids])
    ((state, seen),) = _views(grids, outputs[:-1], goal)
    program = next(repaint(Problem(state.values, seen.outputs, TaskBudget(SECOND * 50))))
    lines = seen.whole(replace(program, lines=(*prefix_lines(state), *program.lines))).lines
    made = run_program(lines, grids)
    for one, out in zip(made, outputs, strict=True):
        assert one is not None and same_grid(one, out), lines
    return "\n".join(lines)
