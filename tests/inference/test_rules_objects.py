"""The object rules find what becomes of objects in made-up pairs, and say it in the language."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from arc import as_grid
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search.emission import Program, run_program
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Rule
from inference.proposers.search.rules.same_size.actions import object_actions
from inference.proposers.search.rules.same_size.models import models
from inference.proposers.search.rules.same_size.object_colours import object_colours
from inference.proposers.search.rules.same_size.objects import object_moves
from inference.proposers.search.rules.same_size.several_ways import several_ways
from omniarc import draw_border, find_objects, paint

Array = npt.NDArray[np.int8]


def _scene(seed: int, boxes: int = 4, colours: tuple[int, ...] = (1,)) -> Array:
    """A grid of rectangles that touch neither each other nor the grid's edge."""
    random = np.random.default_rng(seed)
    out = np.zeros((14, 14), np.int8)
    placed = 0
    while placed < boxes:
        height, width = random.integers(1, 4, 2)
        row, col = random.integers(1, 13 - height), random.integers(1, 13 - width)
        if not out[row - 1 : row + height + 1, col - 1 : col + width + 1].any():
            out[row : row + height, col : col + width] = random.choice(colours)
            placed += 1
    return out


def _solved(make: Callable[[Array], Array], inputs: list[Array], rule: Rule) -> Program:
    """The cheapest program, having given the output of the last input, which it was not shown."""
    outputs = [as_grid(make(grid.copy())) for grid in inputs]
    problem = Problem(tuple(map(as_grid, inputs)), tuple(outputs[:-1]), TaskBudget(60 * SECOND))
    best = min(rule(problem), key=lambda program: program.cost)
    made = run_program(best.lines, problem.grids)
    assert all(
        grid is not None and np.array_equal(grid, out) for grid, out in zip(made, outputs, strict=True)
    )
    return best


def test_objects_are_recoloured_by_what_sets_them_apart() -> None:
    def largest_red(grid: Array) -> Array:
        things = find_objects(grid)
        for one in things:
            if one.size == max(other.size for other in things):
                grid[one.row : one.bottom + 1, one.col : one.right + 1] = 2
        return grid

    best = _solved(largest_red, [_scene(seed) for seed in range(5)], object_colours)
    assert "if one.size == max(one.size for one in things):" in "\n".join(best.lines)


def test_objects_of_a_colour_go() -> None:
    def without_threes(grid: Array) -> Array:
        return np.where(grid == 3, 0, grid)

    _solved(without_threes, [_scene(seed, 5, (3, 4)) for seed in range(4)], object_colours)


def test_objects_take_the_colour_of_what_touches_them_and_it_goes() -> None:
    inputs = []
    for seed in range(5):
        random, grid = np.random.default_rng(seed), np.zeros((14, 16), np.int8)
        for number, colour in enumerate((*random.permutation([2, 3, 4])[: 2 + seed % 2], 0)):
            wide = int(random.integers(2, 4))
            grid[9:11, 4 * number : 4 * number + wide] = 1
            grid[8, 4 * number] = colour
        inputs.append(grid)

    def coloured(grid: Array) -> Array:
        for one in find_objects(grid, multicolour=True):
            grid[9:11, one.col : one.right + 1] = max(one.colours)
        grid[8] = 0
        return grid

    _solved(coloured, inputs, object_colours)


def test_objects_like_the_one_in_a_box_of_lines_stay() -> None:
    """The model keeps its place behind the lines; what has its shape stays too."""
    shapes = [np.array(rows) for rows in ([[1, 1], [1, 1]], [[1, 0], [1, 1]], [[1, 1, 1], [0, 1, 0]])]
    inputs = []
    for seed in range(5):
        random, grid = np.random.default_rng(seed), np.zeros((12, 16), np.int8)
        grid[4, :5] = grid[:5, 4] = 8
        key = shapes[seed % 3]
        for (row, col), number in zip(
            ((0, 0), (7, 0), (0, 6), (0, 11), (7, 6), (7, 11)), [0, *range(5)], strict=True
        ):
            shape = key if number == 0 else shapes[random.integers(3)]
            grid[row:, col:][: shape.shape[0], : shape.shape[1]] = shape * random.integers(2, 4)
        inputs.append(grid)

    def kept(grid: Array) -> Array:
        things = find_objects(grid)
        gone = [one for one in things if one.colour != 8 and one.shape_key != things[0].shape_key]
        return paint(grid, gone, 0)

    assert "inside(one" in "\n".join(_solved(kept, inputs, object_colours).lines)


def test_what_has_the_new_colour_may_meet_the_condition() -> None:
    """As large as the red one: it is, but it is red already."""
    inputs = []
    for seed in range(6):
        random, grid = np.random.default_rng(seed), np.zeros((9, 14), np.int8)
        lengths = [2 + seed % 3, *random.integers(2, 5, 3), 2 + seed % 3]
        for row, length in enumerate(lengths):
            grid[2 * row, int(random.integers(0, 9)) :][:length] = 1 if row else 2
        inputs.append(grid)

    def as_long(grid: Array) -> Array:
        grid[(grid > 0).sum(1) == (grid == 2).sum()] *= 2
        return np.minimum(grid, 2)

    _solved(as_long, inputs, object_colours)


@pytest.mark.parametrize("framed", [True, False])
def test_objects_take_the_colour_of_a_key(framed: bool) -> None:
    """The key lies in a frame, and another coloured object tells nothing; or objects are turned."""
    corner, bar, lump = np.array([[1, 0, 0], [1, 1, 1]]), np.array([[1, 1, 1, 1]]), np.array([[1, 1], [1, 0]])
    inputs, outputs = [], []
    for seed in range(5):
        colour, other = 2 + seed, 9 - seed % 2
        key, odd = (corner, bar) if seed % 2 else (bar, corner)
        grid = np.zeros((16, 12), np.int8)
        left = 7 * (seed // 2 % 2)
        for row, col, shape in ((8, left, key), (8, 7 - left, odd), (13, 4 + seed, lump)):
            turned = shape if framed else np.rot90(shape, seed)
            grid[row : row + len(turned), col : col + turned.shape[1]] = turned
        out = grid.copy()
        out[8:12, left : left + 4] *= colour
        for one in (grid, out):
            one[:7, :7] = 5
            one[1:6, 1:6] = 0
            one[2 : 2 + len(key), 2 : 2 + key.shape[1]] = key * colour
            if framed:
                one[13 : 13 + len(odd), 1 : 1 + odd.shape[1]] = odd * other
        inputs.append(grid)
        outputs.append(out)
    made = {grid.tobytes(): out for grid, out in zip(inputs, outputs, strict=True)}
    found = _solved(lambda grid: made[grid.tobytes()], inputs, object_colours)
    assert ("shut_in(grid, other)" if framed else "turned_key") in "".join(found.lines)


def _with_anchor(seed: int) -> Array:
    """A block of colour 8 in the left columns and a red cell to its right."""
    random = np.random.default_rng(seed)
    grid = np.zeros((12, 14), np.int8)
    row = int(random.integers(0, 9))
    grid[row : row + 3, 1:4] = 8
    grid[int(random.integers(0, 12)), int(random.integers(8, 13))] = 2
    return grid


def test_an_object_moves_to_the_rows_of_another() -> None:
    def align(grid: Array) -> Array:
        (row,), (col,) = np.nonzero(grid == 2)
        top = int(np.nonzero(grid == 8)[0][0])
        grid[row, col] = 0
        grid[top, col] = 2
        return grid

    best = _solved(align, [_with_anchor(seed) for seed in range(5)], object_moves)
    assert "other.row - one.row" in best.lines[-2]


def test_each_object_moves_to_the_wall_of_its_colour() -> None:
    inputs = []
    for seed in range(4):
        random, grid = np.random.default_rng(seed), np.zeros((10, 12), np.int8)
        grid[:, 0], grid[:, -1] = 3, 4
        for row, colour in ((0, 3), (3, 4), (6, 3 + seed % 2)):
            col, wide = int(random.integers(2, 7)), int(random.integers(2, 4))
            grid[row : row + 2, col : col + wide] = colour
        inputs.append(grid)

    def pushed(grid: Array) -> Array:
        out = grid.copy()
        out[:, 1:-1] = 0
        for row in range(10):
            inner = grid[row, 1:-1]
            out[row, 1 : 1 + (inner == 3).sum()] = 3
            out[row, 11 - (inner == 4).sum() : 11] = 4
        return out

    best = _solved(pushed, inputs, object_moves)
    assert "other.colour == one.colour" in "\n".join(best.lines)


def test_bars_go_where_their_heads_look() -> None:
    bars = [np.zeros((7, 12), np.int8) for _ in range(4)]
    for seed, grid in enumerate(bars):
        grid[1, 3 : 6 + seed % 2], grid[5, 4 : 7 + seed % 3] = 1 + seed, 6
        grid[1, 3], grid[5, 6 + seed % 3] = 8, 8

    def gone(grid: Array) -> Array:
        out = np.zeros_like(grid)
        for row, bar in ((1, grid[1][grid[1] > 0]), (5, grid[5][grid[5] > 0])):
            out[row, slice(len(bar)) if row == 1 else slice(-len(bar), None)] = bar
        return out

    best = _solved(gone, bars, several_ways)
    assert "tips(one)" in "\n".join(best.lines)


def test_an_object_goes_as_far_beyond_a_mark_as_it_was_before_it() -> None:
    rows = [np.zeros((1, 16), np.int8) for _ in range(4)]
    for seed, row in enumerate(rows):
        row[0, 7], row[0, 1 + seed : 4 + seed - seed // 2] = 3, 5 + seed
    best = _solved(lambda row: np.where(row == 3, 3, np.roll(row[:, ::-1], -1, 1)), rows, object_moves)
    assert "other.col + other.right - one.col - one.right" in "\n".join(best.lines)


def test_objects_are_copied_by_their_own_width() -> None:
    def twice(grid: Array) -> Array:
        out = grid.copy()
        for one in find_objects(grid):
            left = one.col + one.width
            out[one.row : one.bottom + 1, left : left + one.width] = one.cells
        return out

    inputs = [np.zeros((10, 10), np.int8) for _ in range(4)]
    for number, grid in enumerate(inputs):
        grid[2 + number : 5 + number, 1 : 3 + number % 2] = 4
        grid[3 + number, 1] = 0
    best = _solved(twice, inputs, object_moves)
    assert "move(one, 0, one.width)" in "\n".join(best.lines)


@pytest.mark.parametrize("shape", [(3, 3), (12, 9)])
def test_nothing_is_found_where_nothing_changes_by_objects(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(1)
    grids = [as_grid(random.integers(0, 4, shape)) for _ in range(6)]
    assert not list(object_moves(Problem(tuple(grids[:3]), tuple(grids[3:5]), TaskBudget(5 * SECOND))))


def test_an_action_is_done_on_the_objects_that_a_condition_picks() -> None:
    def framed_squares(grid: Array) -> Array:
        out = grid
        for one in find_objects(grid):
            if one.is_square:
                out = draw_border(out, 3, where=(one.row - 1, one.col - 1, one.height + 2, one.width + 2))
        return out

    inputs = [as_grid(_scene(seed)) for seed in (0, 1, 3, 4, 5, 6)]
    assert all(any(one.is_square for one in find_objects(grid)) for grid in inputs)
    outputs = [as_grid(framed_squares(grid)) for grid in inputs]
    found = list(object_actions(Problem(tuple(inputs), tuple(outputs[:-1]), TaskBudget(60 * SECOND))))
    best = min(found, key=lambda program: program.cost)
    assert "if one.is_square:" in "\n".join(best.lines) and best.rule == "object_actions"
    for made, out in zip(run_program(best.lines, inputs), outputs, strict=True):
        assert made is not None and np.array_equal(made, out)


def test_an_action_is_not_done_to_objects_on_which_it_fails() -> None:
    grids, outs = [], []
    for seed in range(4):
        grid = np.zeros((10, 11), np.int8)
        grid[[0, 8, 3 + seed, 4], [4, 2 + seed, 0, 9]] = 5  # a mark on every side
        grid[3:5, 4:6] = 1 + seed  # has nothing inside, so no colour is found there
        out = grid.copy()
        out[1:8, [1, 8]] = out[[1, 7], 1:9] = 1 + seed
        grids.append(as_grid(grid))
        outs.append(as_grid(out))
    (best, *_) = object_actions(Problem(tuple(grids), tuple(outs[:-1]), TaskBudget(60 * SECOND)))
    (made,) = run_program(best.lines, grids[-1:])
    assert made is not None and (made == outs[-1]).all(), best.lines


def test_actions_are_refused_where_they_explain_nothing() -> None:
    random = np.random.default_rng(2)
    grids = [as_grid(random.integers(0, 3, (8, 8))) for _ in range(5)]
    assert not list(object_actions(Problem(tuple(grids[:3]), tuple(grids[3:]), TaskBudget(5 * SECOND))))


def _model_and_marks(seed: int) -> Array:
    """A cross in two colours at the top left, and cells of its middle's colour elsewhere."""
    random = np.random.default_rng(seed)
    grid = np.zeros((14, 14), np.int8)
    grid[1, 2] = grid[2, 1] = grid[2, 3] = grid[3, 2] = 6
    grid[2, 2] = 4
    grid[6, 4 + seed] = 4
    grid[int(random.integers(9, 12)), int(random.integers(2, 12))] = 4
    return grid


def test_a_model_is_drawn_at_every_mark() -> None:
    def crosses(grid: Array) -> Array:
        out = grid.copy()
        for row, col in np.argwhere(grid == 4):
            out[row - 1 : row + 2, col - 1 : col + 2] = grid[1:4, 1:4]
        return out

    inputs = [as_grid(_model_and_marks(seed)) for seed in range(4)]
    outputs = [as_grid(crosses(grid)) for grid in inputs]
    found = list(models(Problem(tuple(inputs), tuple(outputs[:3]), TaskBudget(60 * SECOND))))
    best = min(found, key=lambda program: program.cost)
    assert "move_to(model, " in "\n".join(best.lines) and best.rule == "models"
    for made, out in zip(run_program(best.lines, inputs), outputs, strict=True):
        assert made is not None and np.array_equal(made, out)


@pytest.mark.parametrize("stretched", [False, True])
def test_a_model_goes_on_or_is_stretched_towards_marks(stretched: bool) -> None:
    shape = np.full((4, 4), 3, np.int8)
    shape[1:-1, 1:-1] = 4 if stretched else 0

    def pair(top: int, left: int, step: int) -> tuple[Array, Array]:
        """The model and what shows of its next copy, or a mark, on the left or on the right of it."""
        grid = np.zeros((8, 16), np.int8)
        grid[top : top + 4, left : left + 4] = shape
        out = grid.copy()
        if stretched:
            mark = left + 3 + step if step > 0 else left + step
            grid[top + 2, mark] = 6
            low, high = min(left, mark), max(left + 3, mark)
            out[top : top + 4, low : high + 1] = 3
            out[top + 1 : top + 3, low + 1 : high] = 4
            return grid, out
        grid[top : top + 4, left + step + (0 if step > 0 else 3)] = 6
        places = range(left + step, 16 if step > 0 else -4, step)
        for row, col in ((row, at + col) for at in places for row, col in np.argwhere(shape)):
            if 0 <= col < 16:
                out[top + row, col] = 6
        return grid, out

    ways = ((1, 2, 5), (3, 10, -6), (0, 4, 5), (2, 9, -5))
    pairs = {grid.tobytes(): out for grid, out in (pair(*way) for way in ways)}
    inputs = [np.frombuffer(key, np.int8).reshape(8, 16) for key in pairs]
    _solved(lambda grid: pairs[grid.tobytes()], inputs, models)
