"""The same-size rules find the rule behind made-up pairs, and what they emit does what they claim."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import omniarc
from arc import as_grid
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import METER, SECOND
from inference.proposers.search import prices
from inference.proposers.search.cell_features import (
    Scene,
    cell_features,
    let_lines,
    lets_for,
    part_features,
    views_of,
)
from inference.proposers.search.cell_table import build_table
from inference.proposers.search.emission import Program, run_program
from inference.proposers.search.expressions import Kind
from inference.proposers.search.learning import Table, conditions
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Rule
from inference.proposers.search.rules.same_size.cells import by_colour, by_part, repaint
from inference.proposers.search.rules.same_size.stamps import stamps
from inference.proposers.search.rules.same_size.templates import moves, one_liners

Array = npt.NDArray[np.int8]


def _noise(
    seed: int, density: float = 0.15, colours: tuple[int, ...] = (2,), shape: tuple[int, int] = (9, 11)
) -> Array:
    random = np.random.default_rng(seed)
    grid = np.where(random.random(shape) < density, random.choice(colours, shape), 0)
    return as_grid(grid)


def _problem(make: Callable[[Array], Array], inputs: list[Array]) -> tuple[Problem, Array]:
    """All but the last input with their outputs, and the last one's expected output."""
    outputs = [as_grid(make(grid)) for grid in inputs]
    return Problem(tuple(inputs), tuple(outputs[:-1]), TaskBudget(60 * SECOND)), outputs[-1]


def _first(rule: Rule, problem: Problem) -> Program:
    found = list(rule(problem))
    assert found, f"{rule.name} finds nothing"
    for program in found:  # whatever is emitted reproduces all training outputs
        made = run_program(program.lines, problem.train)
        for grid, output in zip(made, problem.outputs, strict=True):
            assert grid is not None and (grid == output).all(), program.lines
    return min(found, key=lambda program: program.cost)


def _solves(rule: Rule, make: Callable[[Array], Array], inputs: list[Array]) -> Program:
    problem, expected = _problem(make, inputs)
    program = _first(rule, problem)
    (made,) = run_program(program.lines, problem.test)
    assert made is not None and (made == expected).all(), program.lines
    return program


def _boxes(seed: int, colours: tuple[int, ...] = (3,)) -> Array:
    """Frames of several sizes that do not touch."""
    random = np.random.default_rng(seed)
    grid = np.zeros((14, 14), dtype=np.int8)
    for top, left in ((0, 0), (0, 7), (7, 0), (7, 7)):
        height, width = random.integers(3, 7, 2)
        colour = random.choice(colours)
        grid[top : top + height, left : left + width] = colour
        grid[top + 1 : top + height - 1, left + 1 : left + width - 1] = 0
    return as_grid(grid)


def test_repaint_learns_to_fill_what_is_enclosed() -> None:
    def fill(grid: Array) -> Array:
        return omniarc.paint(grid, omniarc.enclosed(grid == 0), 4)

    program = _solves(repaint, fill, [_boxes(seed) for seed in range(4)])
    assert any("enclosed" in line for line in program.lines)


def test_repaint_learns_what_lies_above_a_mark() -> None:
    def above(grid: Array) -> Array:
        row = int(np.nonzero(grid == 3)[0][0])
        return np.vstack([np.where(grid[:row] > 0, 5, 0), grid[row:]])

    inputs = [_noise(seed, 0.3).copy() for seed in range(4)]
    for seed, grid in enumerate(inputs):
        grid[3 + seed % 3, 2 * seed] = 3
    _solves(repaint, above, list(map(as_grid, inputs)))


def test_repaint_learns_a_condition_on_the_size_of_parts() -> None:
    def large(grid: Array) -> Array:
        sizes = omniarc.region_size(omniarc.colour_regions(grid))
        return omniarc.paint(grid, sizes >= 3, 8)

    _solves(repaint, large, [_noise(seed, 0.35) for seed in range(5)])


def test_repaint_paints_two_colours_by_two_conditions() -> None:
    def halo(grid: Array) -> Array:
        out = omniarc.paint(grid, (grid == 0) & omniarc.touching(grid == 2), 7)
        return omniarc.paint(out, grid == 5, 1)

    program = _solves(repaint, halo, [_noise(seed, 0.08, (2, 5)) for seed in range(5)])
    assert sum("paint(" in line for line in program.lines) == 2


def test_repaint_takes_colours_from_a_colour_map() -> None:
    def mirror(grid: Array) -> Array:
        return omniarc.paint(grid, grid == 0, omniarc.flip_left_right(grid))

    _solves(repaint, mirror, [_noise(seed, 0.2, (1, 4, 6)) for seed in range(4)])


def test_repaint_lays_the_statement_of_one_colour_on_those_of_others() -> None:
    def lines(grid: Array) -> Array:
        out = omniarc.paint(grid, omniarc.columns_with(grid == 2), 2)
        out = omniarc.paint(out, omniarc.rows_with(grid == 5), 5)
        return omniarc.paint(out, omniarc.rows_with(grid == 7), 7)

    inputs = [np.zeros((12, 8 + seed), np.int8) for seed in range(4)]
    for seed, grid in enumerate(inputs):
        grid[2 + seed, 1 + seed] = grid[7, 6] = 2
        grid[5 - seed, 5] = 5
        grid[9 + seed % 3, 3] = 7
    program = _solves(repaint, lines, list(map(as_grid, inputs)))
    assert [line.count("&") for line in program.lines] == [0, 0, 0], program.lines


def test_repaint_takes_colours_from_two_sources() -> None:
    def crossed(grid: Array) -> Array:
        out = grid.copy()
        out[1:] = np.where(grid[0] > 0, grid[0], out[1:])
        out[:, 1:] = np.where(grid[:, :1] > 0, grid[:, :1], out[:, 1:])
        return out

    inputs = [np.zeros((8, 9), np.int8) for _ in range(4)]
    for seed, grid in enumerate(inputs):
        grid[0, [2 + seed, 7]] = 1 + seed, 9 - seed
        grid[[3, 5 + seed % 2], 0] = 8 - seed, 3 + seed
    _solves(repaint, crossed, list(map(as_grid, inputs)))


def test_by_colour_finds_the_rule_that_holds_for_every_colour() -> None:
    def joined(grid: Array) -> Array:
        out = grid
        for colour in omniarc.colours_of(grid, background=0):
            out = omniarc.paint(out, omniarc.between(grid == colour, "row"), colour)
        return out

    inputs = []
    for seed in range(4):
        grid = np.zeros((10, 10), dtype=np.int8)
        for row, colour in zip((1, 4, 7), np.random.default_rng(seed).permutation(9)[:3] + 1, strict=True):
            grid[row, seed % 3] = grid[row, 9 - (seed + row) % 3] = colour
        inputs.append(as_grid(grid))
    program = _solves(by_colour, joined, inputs)
    assert "for colour in" in " ".join(program.lines)


def test_by_part_paints_in_the_colour_of_the_part() -> None:
    def framed(grid: Array) -> Array:
        out = grid
        for part in omniarc.part_masks(omniarc.colour_regions(grid)):
            out = omniarc.paint(
                out, omniarc.touching(part, "corners"), omniarc.most_common_colour(grid[part])
            )
        return out

    inputs = []
    for seed in range(4):
        random = np.random.default_rng(seed)
        grid = np.zeros((12, 12), dtype=np.int8)
        for row, column in ((2, 2), (2, 8), (8, 2), (8, 8)):
            grid[row + random.integers(0, 2), column + random.integers(0, 2)] = random.integers(1, 9)
        inputs.append(as_grid(grid))
    program = _solves(by_part, framed, inputs)
    assert "for part in" in " ".join(program.lines)


def test_stamps_read_the_picture_off_the_outputs() -> None:
    picture: Any = [[7, -1, 7], [-1, -1, 3], [10, -1, -1]]

    def stamped(grid: Array) -> Array:
        return omniarc.stamp(grid, picture, omniarc.cells_of(grid == 2), hook=(1, 1), transparent=-1, onto=0)

    inputs = []
    for seed in range(4):
        random = np.random.default_rng(seed)
        grid = np.zeros((15, 15), dtype=np.int8)
        for row, column in ((2, 2), (2, 11), (11, 2), (7, 7)):
            grid[row + random.integers(0, 2), column + random.integers(0, 2)] = 2
        inputs.append(as_grid(grid))
    program = _solves(stamps, stamped, inputs)
    assert "picture = [[7, -1, 7]," in program.lines


def test_a_colour_is_drawn_to_another() -> None:
    def pulled(grid: Array) -> Array:
        return omniarc.attract(grid, 3, 5)

    inputs = []
    for seed in range(3):
        grid = np.zeros((10, 10), dtype=np.int8)
        grid[:, 5] = 5
        grid[seed, 0] = grid[8 - seed, 9] = grid[9, seed] = 3
        inputs.append(as_grid(grid))
    program = _solves(moves, pulled, inputs)
    assert program.lines[-1] == "return attract(grid, 3, 5, background=0)"


def test_moves_send_each_colour_its_own_way() -> None:
    def moved(grid: Array) -> Array:
        up = omniarc.slide(grid, grid == 2, omniarc.UP)
        return omniarc.slide(up, up == 3, omniarc.RIGHT, "width")

    inputs = []
    for seed in range(3):
        grid = np.zeros((12, 12), dtype=np.int8)
        grid[5 + seed : 7 + seed, 1:3] = 2
        grid[9:11, 2 + seed : 5 + seed] = 3
        grid[1, 5] = 3
        inputs.append(as_grid(grid))
    program = _solves(moves, moved, inputs)
    assert len(program.lines) == 2


@pytest.mark.parametrize("rule", [repaint, by_colour, by_part, stamps, one_liners, moves])
def test_rules_refuse_another_size_and_nothing_to_do(rule: Rule) -> None:
    grids = tuple(_noise(seed) for seed in range(3))
    smaller = tuple(as_grid(grid[:3]) for grid in grids[:2])
    assert list(rule(Problem(grids, smaller, TaskBudget(10 * SECOND)))) == []
    assert list(rule(Problem(grids, grids[:2], TaskBudget(10 * SECOND)))) == []


@pytest.mark.parametrize("rule", [repaint, by_colour, by_part, stamps, one_liners, moves])
def test_rules_find_nothing_in_random_outputs(rule: Rule) -> None:
    inputs = tuple(_noise(seed, 0.3, (1, 2, 3)) for seed in range(4))
    outputs = tuple(_noise(seed + 100, 0.3, (4, 5, 6)) for seed in range(3))
    found = list(rule(Problem(inputs, outputs, TaskBudget(20 * SECOND))))
    assert all(program.share < 1.0 for program in found)  # some cells may be right by chance


def test_every_feature_of_the_catalogue_runs_as_a_program_would() -> None:
    cells = _boxes(1, (1, 2, 3)).copy()
    cells[13, 13] = 9  # a part of a single cell, which some features want
    grid = as_grid(cells)
    lets = lets_for(0)
    scene = Scene(grid, lets)
    for feature in cell_features((0, 1, 2), 0, square=True):
        namespace = omniarc.vocabulary() | {"grid": grid}
        for line in let_lines([feature.text], lets):
            exec(line, namespace)
        expected = np.broadcast_to(eval(feature.text, namespace), grid.shape)
        assert (np.broadcast_to(scene.value(feature.text), grid.shape) == expected).all(), feature.text
        assert expected.dtype == bool or feature.kind is not Kind.MASK, feature.text


def test_features_of_a_part_tell_parts_apart() -> None:
    grid = _boxes(2, (1, 2))
    lets = lets_for(0)
    plain = Scene(grid, lets)
    masks = omniarc.part_masks(omniarc.colour_regions(grid))
    scenes = [Scene(grid, lets, {"part": mask}, plain) for mask in masks]
    for feature in part_features((0, 1, 2), 0):
        for scene in scenes:
            assert np.shape(scene.value(feature.text)) in ((), grid.shape), feature.text
    sizes = [scene.value("part.sum()") for scene in scenes]
    assert sizes == [mask.sum() for mask in masks]
    assert scenes[0].value("enclosed(empty)") is scenes[1].value("enclosed(empty)")


def test_conditions_separate_and_are_cheapest_first() -> None:
    random = np.random.default_rng(0)
    literals = random.random((40, 300)) < 0.6
    wanted = literals[3] & literals[17]
    costs = np.arange(40) / 10
    found = conditions(Table(literals, (), costs), wanted, ~wanted, 6)
    assert ((3,), (17,)) in [condition.clauses for condition in found]
    for condition in found:
        holds = condition.holds(literals)
        assert holds[wanted].all() and not holds[~wanted].any()
    assert [c.cost for c in found] == sorted(c.cost for c in found)


def test_cells_that_no_literal_tells_apart_are_given_up_at_once() -> None:
    literals = np.random.default_rng(0).random((400, 200)) < 0.5
    literals[:, 1] = literals[:, 0]
    wanted = np.arange(200) % 2 == 0
    before = METER.units
    assert conditions(Table(literals, (), np.arange(400) / 10), wanted, ~wanted, 6) == []
    assert METER.units - before < prices.LEARN_PAIRS[2] * 400**2


def test_a_table_says_that_it_lacks_features() -> None:
    grids = tuple([as_grid(np.random.default_rng(seed).integers(0, 4, (12, 12))) for seed in range(3)])
    features = cell_features((0, 1, 2, 3), 0, True)
    for effort, short in ((20_000.0, True), (10.0 * SECOND, False)):
        budget = TaskBudget(effort)
        build_table(views_of(grids, lets_for(0)), grids[1:], features, budget)
        assert budget.short is short
