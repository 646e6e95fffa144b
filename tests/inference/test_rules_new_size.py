"""The rules for outputs of another size: what they infer from pairs holds on grids they have not seen."""

import ast
import builtins
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import omniarc
from arc import Grid, Pair, Task, as_grid, load_dataset, same_grid
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search import rules
from inference.proposers.search.emission import run_program
from inference.proposers.search.language import compile_program
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Rule
from inference.proposers.search.rules.registry import all_rules
from inference.proposers.search.search import Search

ALL = tuple(rule for rule in all_rules() if ".new_size." in rule.drafts.__module__)


def rules_of(module: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in ALL if rule.drafts.__module__.endswith(f".{module}"))


MODULES = sorted(Path(rules.__file__).parent.rglob("*.py"))
DOCUMENTED = (ast.Module, ast.FunctionDef, ast.ClassDef)


def random_grid(seed: int, height: int, width: int, colours: int = 5, density: float = 0.5) -> Grid:
    generator = np.random.default_rng(seed)
    cells = generator.integers(1, colours, (height, width))
    return as_grid(np.where(generator.random((height, width)) < density, cells, 0))


def objects_on(seed: int, sizes: list[tuple[int, int]], side: int = 14) -> Grid:
    """Solid rectangles of different sizes and colours that do not touch."""
    generator = np.random.default_rng(seed)
    grid = np.zeros((side, side), np.int8)
    colours = generator.permutation(np.arange(1, 10))
    for (height, width), colour in zip(sizes, colours, strict=False):
        for _ in range(500):
            row, col = generator.integers(1, side - height), generator.integers(1, side - width)
            if not grid[max(row - 1, 0) : row + height + 1, max(col - 1, 0) : col + width + 1].any():
                grid[row : row + height, col : col + width] = colour
                break
    return as_grid(grid)


def problem_of(grids: list[Grid], change: Callable[[Grid], np.ndarray]) -> tuple[Problem, Grid]:
    """All grids but the last as training pairs; the last is the test, its answer is given beside."""
    outputs = tuple(as_grid(change(grid)) for grid in grids)
    return Problem(tuple(grids), outputs[:-1], TaskBudget(20 * SECOND)), outputs[-1]


def first_answer(tried: tuple[Rule, ...], problem: Problem) -> Grid:
    """What the cheapest program of the rules makes of the test grid."""
    found = [program for rule in tried for program in rule(problem)]
    assert found, "no rule found anything"
    best = min(found, key=lambda program: program.cost)
    return as_grid(compile_program(best.lines)(problem.test[0]))


ENLARGED = {
    "scaled": lambda grid: grid.repeat(3, 0).repeat(3, 1),
    "scaled by colours": lambda grid: np.kron(grid, np.ones((len(set(grid[grid > 0])),) * 2, int)),
    "mirrored": lambda grid: np.block([[grid, grid[:, ::-1]], [grid[::-1], grid[::-1, ::-1]]]),
    "turned copies": lambda grid: np.block([[grid, np.rot90(grid)], [grid.T, np.zeros_like(grid)]]),
    "blocks by colour": lambda grid: np.block(
        [[np.full((2, 2), cell) if cell != 1 else np.array([[7, 1], [0, 7]]) for cell in row] for row in grid]
    ),
    "own colour in one shape": lambda grid: np.kron(grid, np.array([[1, 1], [0, 1]])),
    "copies between lines": lambda grid: np.hstack([grid, np.full((3, 1), 6), grid[::-1]]),
    "unfolded": lambda grid: np.hstack([grid, grid[:, -2::-1]]),
    "a mirrored copy in one colour": lambda grid: np.hstack([grid, np.where(grid > 0, 6, 0)[:, ::-1]]),
    "margin": lambda grid: np.pad(grid, 1, constant_values=7),
    "edges repeated": lambda grid: np.pad(grid, 1, mode="edge"),
}


@pytest.mark.parametrize("name", ENLARGED)
def test_enlarging_is_inferred(name: str) -> None:
    grids = [random_grid(seed, 3, 3, 3 + seed % 3, 0.8) for seed in range(5)]
    problem, answer = problem_of(grids, ENLARGED[name])
    assert same_grid(first_answer(rules_of("blocks"), problem), answer)


SELECTED = {
    "largest": lambda sizes: max(sizes, key=lambda size: size[0] * size[1]),
    "smallest": lambda sizes: min(sizes, key=lambda size: size[0] * size[1]),
    "square": lambda sizes: next(size for size in sizes if size[0] == size[1]),
}


@pytest.mark.parametrize("name", SELECTED)
def test_the_selecting_property_is_learned(name: str) -> None:
    sizes = [
        [(2, 3), (3, 3), (2, 5)],
        [(1, 2), (2, 2), (3, 2)],
        [(4, 2), (3, 3), (1, 4)],
        [(5, 3), (4, 4), (2, 3)],
    ]
    grids = [objects_on(seed, found) for seed, found in enumerate(sizes)]

    def cut(grid: Grid) -> np.ndarray:
        wanted = SELECTED[name](sizes[[same_grid(grid, other) for other in grids].index(True)])
        colours = [c for c in range(1, 10) if (grid == c).sum() == wanted[0] * wanted[1]]
        rows, cols = np.nonzero(grid == colours[0])
        return grid[rows.min() : rows.max() + 1, cols.min() : cols.max() + 1]

    problem, answer = problem_of(grids, cut)
    assert same_grid(first_answer(rules_of("select"), problem), answer)


def beside_with_line(one: np.ndarray, other: np.ndarray) -> Grid:
    return as_grid(np.hstack([one, np.full((one.shape[0], 1), 5), other]))


def assert_searched(grids: list[Grid], change: Callable[[Grid], np.ndarray]) -> None:
    """The first answer of a whole search for the change is right on the last grid."""
    pairs = [Pair(grid, as_grid(change(grid))) for grid in grids]
    search = Search(Task("", tuple(pairs[:-1]), (Pair(grids[-1], None),)), TaskBudget(SECOND))
    search.run()
    (made,) = run_program(next(search.answers.ranked()).lines, grids[-1:])
    assert made is not None and same_grid(made, pairs[-1].answer)


LOGIC: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "and": lambda one, other: np.where((one > 0) & (other > 0), 3, 0),
    "xor": lambda one, other: np.where((one > 0) ^ (other > 0), 4, 0),
    "nor": lambda one, other: np.where((one > 0) | (other > 0), 0, 8),
    "first on top": lambda one, other: np.where(one > 0, one, other),
    "table": lambda one, other: np.choose((one > 0) * 2 + (other > 0), [7, 2, 3, 9]),
    "folded": lambda one, other: np.where(one > 0, one, other[:, ::-1]),
}


@pytest.mark.parametrize("name", LOGIC)
def test_parts_are_combined(name: str) -> None:
    halves = [(random_grid(seed, 4, 4, 2), random_grid(seed + 50, 4, 4, 2) * np.int8(2)) for seed in range(5)]
    grids = [beside_with_line(*pair) for pair in halves]

    def merge(grid: Grid) -> np.ndarray:
        return LOGIC[name](grid[:, :4], grid[:, 5:])

    assert_searched(grids, merge)


def test_one_cell_for_each_part() -> None:
    def grid_of(seed: int) -> Grid:
        rows = [[random_grid(seed * 9 + r * 3 + c, 3, 3, 2, 0.5) for c in range(3)] for r in range(3)]
        cells = np.full((11, 11), 8)
        for r in range(3):
            for c in range(3):
                cells[r * 4 : r * 4 + 3, c * 4 : c * 4 + 3] = rows[r][c]
        return as_grid(cells)

    def summary(grid: Grid) -> np.ndarray:
        counts = [[(grid[r : r + 3, c : c + 3] != 0).sum() for c in (0, 4, 8)] for r in (0, 4, 8)]
        return np.where(np.array(counts) > 4, 1, 0)

    problem, answer = problem_of([grid_of(seed) for seed in range(5)], summary)
    assert same_grid(first_answer(rules_of("panels"), problem), answer)


COUNTED = {
    "commonest colour": lambda grid: np.full((2, 2), np.bincount(grid[grid > 0]).argmax()),
    "colours by count": lambda grid: np.array(
        [[c for c in sorted(range(1, 10), key=lambda c: -(grid == c).sum()) if (grid == c).any()]]
    ),
    "one cell an object": lambda grid: np.full((1, len(set(grid[grid > 0]))), 6),
    "the diagonal": lambda grid: np.diagonal(grid[:, ::-1])[None],
}


@pytest.mark.parametrize("name", COUNTED)
def test_counts_become_shapes(name: str) -> None:
    sizes = [
        [(2, 3), (1, 4), (3, 3)],
        [(2, 2), (1, 2)],
        [(4, 4), (1, 5), (2, 3), (3, 3)],
        [(1, 1), (2, 2), (3, 1)],
    ]
    grids = [objects_on(seed, found) for seed, found in enumerate(sizes)]
    problem, answer = problem_of(grids, COUNTED[name])
    assert same_grid(first_answer(rules_of("count"), problem), answer)


def test_objects_with_a_property_are_counted() -> None:
    lying, standing = [(1, 2), (1, 3), (2, 4), (1, 5)], [(2, 1), (3, 1), (3, 2), (4, 2)]
    counts = [(1, 3), (3, 1), (2, 2), (4, 1), (2, 4), (3, 3), (1, 1)]
    grids = [objects_on(seed, lying[:a] + standing[:b]) for seed, (a, b) in enumerate(counts)]

    def diagonal(grid: Grid) -> np.ndarray:
        return np.eye(sum(one.width > one.height for one in omniarc.find_objects(grid)), dtype=int) * 6

    problem, answer = problem_of(grids, diagonal)
    assert same_grid(first_answer(rules_of("count"), problem), answer)


def test_three_pairs_are_told_apart_by_a_truth() -> None:
    grids = [random_grid(seed, 4, 3) for seed in range(4)]
    grids[1], grids[3] = (as_grid(np.hstack([grid, grid[:, ::-1]])) for grid in (grids[1], grids[3]))
    problem, answer = problem_of(grids, lambda grid: np.array([[2 - (grid == grid[:, ::-1]).all()]]))
    (classify,) = [rule for rule in ALL if rule.name == "classify"]
    answers = [as_grid(compile_program(found.lines)(problem.test[0])) for found in classify(problem)]
    assert any(same_grid(one, answer) for one in answers[:2])


def test_a_part_tells_its_colour_if_it_holds_a_mark() -> None:
    def grid_of(seed: int) -> Grid:
        random, grid = np.random.default_rng(seed), np.full((7, 11), 8, np.int8)
        for row, col in np.ndindex(2, 3):
            part = grid[4 * row : 4 * row + 3, 4 * col : 4 * col + 3]
            part[:] = np.where(random.random((3, 3)) < 0.5, random.integers(2, 5), 0)
            part[1] = np.where(random.random() < 0.6, 9, 0), 7, part[0].max() or 3
            part[part == 7] = part.max(initial=0, where=(part > 0) & (part < 5)) or 3
        return as_grid(grid)

    def told(grid: Grid) -> np.ndarray:
        parts = [[grid[r : r + 3, c : c + 3] for c in (0, 4, 8)] for r in (0, 4)]
        usual = [[np.bincount(part[(part > 0) & (part < 9)]).argmax() for part in row] for row in parts]
        return np.where([[(part == 9).any() for part in row] for row in parts], usual, 0)

    found_by("summarise_parts", [grid_of(seed) for seed in range(4)], told)


def test_marked_columns_are_kept() -> None:
    def grid_of(seed: int) -> Grid:
        grid = random_grid(seed, 6, 7 + seed, 4, 0.9).copy()
        grid[0] = 0
        grid[0, np.random.default_rng(seed).permutation(7)[: 2 + seed % 2]] = 6
        return as_grid(grid)

    assert_searched([grid_of(seed) for seed in range(4)], lambda grid: grid[1:, grid[0] == 6])


def test_a_covered_part_is_recovered() -> None:
    def grid_of(seed: int) -> Grid:
        quarter = random_grid(seed, 6, 6, 7, 1.0)
        whole = np.block([[quarter, quarter[:, ::-1]], [quarter[::-1], quarter[::-1, ::-1]]])
        whole[1:4, 2:6] = 9
        return as_grid(whole)

    assert_searched([grid_of(seed) for seed in range(3)], lambda grid: grid[1:4, ::-1][:, 2:6])


def test_a_small_part_gives_the_colours_of_a_large_one() -> None:
    def grid_of(seed: int) -> Grid:
        grid = np.zeros((7, 7), np.int8)
        grid[2], grid[:, 2] = 5, 5
        grid[:2, :2] = np.random.default_rng(seed).permutation(4).reshape(2, 2) + 1
        grid[3:, 3:] = 8 * (random_grid(seed, 4, 4, 2, 0.7) > 0)
        return as_grid(grid)

    def coloured(grid: Grid) -> np.ndarray:
        return np.where(grid[3:, 3:] == 0, 0, grid[:2, :2].repeat(2, 0).repeat(2, 1))

    problem, answer = problem_of([grid_of(seed) for seed in range(4)], coloured)
    assert same_grid(first_answer(rules_of("join"), problem), answer)


def test_one_part_gives_the_blocks_of_another() -> None:
    halves = [(random_grid(seed, 3, 3, 5, 0.8), 8 * random_grid(seed + 9, 3, 3, 2, 0.6)) for seed in range(4)]
    grids = [beside_with_line(one, np.where(other, 8, 0)) for one, other in halves]
    problem, answer = problem_of(grids, lambda grid: np.kron(grid[:, :3], grid[:, 4:] > 0))
    assert same_grid(first_answer(rules_of("join"), problem), answer)


def test_objects_are_joined_in_an_order() -> None:
    grids = [objects_on(seed, [(2, 2), (2, 2), (2, 2)]) for seed in range(4)]

    def row(grid: Grid) -> np.ndarray:
        cols = [(np.nonzero(grid == c)[1].min(), c) for c in range(1, 10) if (grid == c).any()]
        return np.repeat(np.repeat([[c for _, c in sorted(cols)]], 2, 0), 2, 1)

    problem, answer = problem_of(grids, row)
    assert same_grid(first_answer(rules_of("join"), problem), answer)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(1, 8))
def test_no_rule_answers_where_nothing_changes_size(seed: int, height: int, width: int) -> None:
    grids = tuple(random_grid(seed + number, height, width) for number in range(3))
    problem = Problem(grids, grids[:2], TaskBudget(5 * SECOND))
    assert all(not list(rule(problem)) for rule in ALL)


def test_fragments_reproduce_the_training_outputs_of_real_tasks() -> None:
    found = 0
    for task in load_dataset("arc-agi-1/development").tasks[::12]:
        problem = Problem(task.inputs, task.train_outputs, TaskBudget(10 * SECOND))
        for rule in ALL:
            for program in rule(problem):
                found += 1
                run = compile_program(program.lines)
                for pair in task.train:
                    assert same_grid(as_grid(run(pair.input)), pair.output), (task.id, program.lines)
    assert found >= 5


def test_noise_is_left_alone() -> None:
    grids = tuple(random_grid(seed, 6, 6) for seed in range(4))
    outputs = tuple(random_grid(seed + 99, 3, 4) for seed in range(3))
    problem = Problem(grids, outputs, TaskBudget(10 * SECOND))
    assert not [program for rule in ALL for program in rule(problem)]


def words_in(module: Path) -> set[str]:
    """The names that the module's texts call as functions."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    nodes = [node for node in ast.walk(tree) if isinstance(node, DOCUMENTED)]
    documentation = {ast.get_docstring(node, clean=False) for node in nodes}
    texts = [text for text in constants if isinstance(text, str) and text not in documentation]
    return {name for text in texts for name in re.findall(r"(?<![.\w])([a-z_]+)\(", text)}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: f"{module.parent.name}/{module.name}")
def test_the_texts_of_the_rules_use_words_of_the_language_only(module: Path) -> None:
    assert words_in(module) <= {*omniarc.vocabulary(), *dir(builtins), "transform", "in"}


def found_by(name: str, grids: list[Grid], change: Callable[[Grid], np.ndarray]) -> str:
    """The first program of the rule, which must be right on the last grid."""
    problem, answer = problem_of(grids, change)
    (rule,) = (one for one in ALL if one.name == name)
    program = next(iter(rule(problem)))
    made = as_grid(compile_program(program.lines)(grids[-1]))
    assert same_grid(made, answer), program.lines
    return "\n".join(program.lines)


def test_a_box_is_cropped_between_landmarks_of_several_kinds() -> None:
    """From the line across down to the last row of the bar, from the bar's column to the grid's end."""

    def drawn(seed: int) -> Grid:
        generator = np.random.default_rng(seed)
        grid = generator.integers(0, 3, (12, 13)).astype(np.int8)
        row, col = generator.integers(1, 4), generator.integers(1, 7)
        grid[row] = 5
        top = row + generator.integers(2, 4)
        grid[top : top + generator.integers(2, 5), col] = 7
        return as_grid(grid)

    def change(grid: Grid) -> np.ndarray:
        bar = np.argwhere(grid == 7)
        return grid[np.argwhere(grid == 5)[0][0] + 1 : bar[-1][0] + 1, bar[0][1] :]

    assert "grid == 5" in found_by("crop_at", [drawn(seed) for seed in range(4)], change)


def test_blocks_with_spots_are_read_whatever_their_number() -> None:
    """Each cell stands as a block of 3 x 3 with a spot; the grids have several sizes."""

    def drawn(seed: int) -> Grid:
        grid = random_grid(seed, 2 + seed % 2, 3 + seed // 2, density=0.7).repeat(3, 0).repeat(3, 1)
        grid[seed % 3 :: 3, 1::3] = 9
        return as_grid(grid)

    def change(grid: Grid) -> np.ndarray:
        return np.where(grid[::3, ::3] == 9, grid[1::3, ::3], grid[::3, ::3])

    assert "// 3" in found_by("summarise_parts", [drawn(seed) for seed in range(4)], change)


def test_a_count_is_shown_as_the_size_of_a_frame() -> None:
    def change(grid: Grid) -> np.ndarray:
        return omniarc.draw_border(omniarc.blank(*[len(omniarc.find_objects(grid)) + 2] * 2), 6)

    grids = [objects_on(seed, [(2, 2), (3, 2), (1, 4), (2, 3)][: 1 + (seed + 1) % 4]) for seed in range(5)]
    assert "draw_border" in found_by("count_cells", grids, change)
