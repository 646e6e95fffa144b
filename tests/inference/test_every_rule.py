"""Every rule of the search finds what was done in a made-up case, and answers a grid it was not shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import omniarc
from arc import as_grid, same_grid
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search.emission import run_program
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.registry import all_rules

Array = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Case:
    """Grids (drawn from a seed each) and what is done to them; the last grid is the test."""

    draw: Callable[[int], Array]
    change: Callable[[Array], Array]
    grids: int = 5


def noise(seed: int, shape: tuple[int, int] = (6, 6), colours: int = 4, density: float = 0.5) -> Array:
    random = np.random.default_rng(seed)
    return np.where(random.random(shape) < density, random.integers(1, colours, shape), 0).astype(np.int8)


def frames(seed: int) -> Array:
    """Four frames of several sizes that do not touch."""
    random = np.random.default_rng(seed)
    grid = np.zeros((14, 14), np.int8)
    for top, left in ((0, 0), (0, 7), (7, 0), (7, 7)):
        height, width = random.integers(3, 7, 2)
        grid[top : top + height, left : left + width] = 3
        grid[top + 1 : top + height - 1, left + 1 : left + width - 1] = 0
    return grid


def boxes(seed: int, count: int = 3, colours: int = 9) -> Array:
    """Solid rectangles of different sizes that do not touch."""
    random = np.random.default_rng(seed)
    out = np.zeros((14, 14), np.int8)
    sizes: set[int] = set()
    while len(sizes) < count:
        height, width = random.integers(1, 5, 2)
        row, col = random.integers(1, 13 - height), random.integers(1, 13 - width)
        if (
            height * width not in sizes
            and not out[row - 1 : row + height + 1, col - 1 : col + width + 1].any()
        ):
            out[row : row + height, col : col + width] = 1 + (seed + len(sizes)) % colours
            sizes.add(height * width)
    return out


def ends(seed: int) -> Array:
    """Two cells of one colour in each of three rows."""
    grid = np.zeros((10, 10), np.int8)
    for row, colour in zip((1, 4, 7), np.random.default_rng(seed).permutation(9)[:3] + 1, strict=True):
        grid[row, seed % 3] = grid[row, 9 - (seed + row) % 3] = colour
    return grid


def dots(seed: int) -> Array:
    """Four single cells, far apart."""
    random = np.random.default_rng(seed)
    grid = np.zeros((12, 12), np.int8)
    for row, col in ((2, 2), (2, 8), (8, 2), (8, 8)):
        grid[row + random.integers(0, 2), col + random.integers(0, 2)] = random.integers(1, 9)
    return grid


def model_and_marks(seed: int) -> Array:
    """A cross in two colours at the top left, and cells of its middle's colour elsewhere."""
    grid = np.zeros((14, 14), np.int8)
    grid[1, 2] = grid[2, 1] = grid[2, 3] = grid[3, 2] = 6
    grid[2, 2] = grid[6, 4 + seed] = grid[10 - seed % 2, 3 + 2 * seed] = 4
    return grid


def two_movers(seed: int) -> Array:
    grid = np.zeros((12, 12), np.int8)
    grid[5 + seed : 7 + seed, 1:3] = 2
    grid[9:11, 2 + seed : 5 + seed] = 3
    grid[1, 5] = 3
    return grid


def panels(seed: int) -> Array:
    """Nine parts between lines of colour 5, one of them full, the others with three cells."""
    parts = [np.zeros((3, 3), np.int8) for _ in range(9)]
    for number, part in enumerate(parts):
        part.flat[np.random.default_rng(seed * 9 + number).permutation(9)[:3]] = 1
    parts[seed % 9][:] = 1
    return omniarc.join([parts[:3], parts[3:6], parts[6:]], gap=1, colour=5)


def picture_at_the_left(seed: int) -> Array:
    grid = np.zeros((5, 12), np.int8)
    grid[1:4, :3] = noise(seed, (3, 3), 4, 1.0)
    return grid


def three_squares(seed: int) -> Array:
    grid = np.zeros((9, 12), np.int8)
    for place, colour in enumerate(np.random.default_rng(seed).permutation(9)[:3] + 1):
        grid[(seed + 3 * place) % 7 :, 4 * place : 4 * place + 2][:2] = colour
    return grid


def frame_and_filling(seed: int) -> Array:
    """A frame of 5 x 5, and beside it a shape that fits into it."""
    grid = np.zeros((12, 12), np.int8)
    top = seed % 3
    grid[top : top + 5, 1:6] = 4
    grid[top + 1 : top + 4, 2:5] = 0
    grid[8:11, 7 + seed % 2 : 10 + seed % 2] = [[2, 2, 2], [2, 0, 2 * (seed % 2)], [0, 2, 2]]
    return grid


def rings(seed: int) -> Array:
    """A hollow square, and the smaller square that fits into it."""
    grid = np.zeros((12, 12), np.int8)
    grid[seed : seed + 5, 0:5] = 1 + seed
    grid[seed + 1 : seed + 4, 1:4] = 0
    grid[1 + seed : 4 + seed, 7:10] = 6
    return grid


def colours_and_shape(seed: int) -> Array:
    """A square of 2 x 2 in four colours, and a cross."""
    grid = np.zeros((9, 12), np.int8)
    grid[seed : seed + 2, 0:2] = np.random.default_rng(seed).permutation(7)[:4].reshape(2, 2) + 1
    grid[4:7, 5 + seed : 8 + seed] = [[0, 8, 0], [8, 8, 8], [0, 8, 0]]
    return grid


def thirds(seed: int) -> Array:
    line = np.full((4, 1), 5)
    one, other, third = (number * noise(seed + 50 * number, (4, 4), 2) for number in (1, 2, 3))
    return np.hstack([one, line, other, line, third]).astype(np.int8)


def arranged(grid: Array) -> Array:
    one, other = omniarc.find_objects(grid, multicolour=True)
    colours, shape = (one, other) if len(one.colours) > 1 else (other, one)
    return omniarc.colour_blocks(colours.cells, shape.cells)


def by_size(grid: Array) -> list[omniarc.Object]:
    return sorted(omniarc.find_objects(grid), key=lambda one: -one.size)


def joined(grid: Array) -> Array:
    out = grid
    for colour in omniarc.colours_of(grid, background=0):
        out = omniarc.paint(out, omniarc.between(grid == colour, "row"), colour)
    return out


def cornered(grid: Array) -> Array:
    out = grid
    for part in omniarc.part_masks(omniarc.colour_regions(grid)):
        out = omniarc.paint(out, omniarc.touching(part, "corners"), omniarc.most_common_colour(grid[part]))
    return out


def largest_down(grid: Array) -> Array:
    one = by_size(grid)[0]
    down = omniarc.free_distance(grid, one, omniarc.DOWN)
    return omniarc.draw(omniarc.paint(grid, one, 0), omniarc.move(one, down, 0))


def framed_solids(grid: Array) -> Array:
    out = grid
    for one in omniarc.find_objects(grid):
        if one.is_square:
            out = omniarc.draw_border(out, 3, where=(one.row - 1, one.col - 1, one.height + 2, one.width + 2))
    return out


def squares(seed: int) -> Array:
    """A square and two other rectangles."""
    grid = np.zeros((16, 16), np.int8)
    grid[2:4, 2 + seed : 4 + seed] = 1
    grid[7:8, 3 : 6 + seed % 2] = 1
    grid[11:14, 9 : 11 + 3 * (seed % 2)] = 1
    return grid


def crossed(grid: Array) -> Array:
    out = grid.copy()
    for row, col in np.argwhere(grid == 4):
        out[row - 1 : row + 2, col - 1 : col + 2] = grid[1:4, 1:4]
    return out


def slid(grid: Array) -> Array:
    up = omniarc.slide(grid, grid == 2, omniarc.UP)
    return omniarc.slide(up, up == 3, omniarc.RIGHT, "width")


def all_like_the_fullest(grid: Array) -> Array:
    rows = omniarc.split_by_lines(grid)
    model = max((part for row in rows for part in row), key=np.count_nonzero)
    recoloured = omniarc.mask_to_grid(model, 2)
    drawn = [[omniarc.overlay(recoloured, part) for part in row] for row in rows]
    return omniarc.join(drawn, gap=1, colour=5)


def crosses(grid: Array) -> Array:
    out = grid
    for row, col in np.argwhere(grid == 1):
        for way in omniarc.DIAGONAL:
            out = omniarc.draw_cells(out, omniarc.ray_cells(grid, (row, col), way), 1)
    return out


def one_and_twos(seed: int) -> Array:
    grid = np.zeros((11, 9 + seed), np.int8)
    random = np.random.default_rng(seed)
    for colour in (1, 2, 2):
        grid[random.integers(1, 10), random.integers(1, 8)] = colour
    return grid


def stamped(grid: Array) -> Array:
    picture: Any = [[7, -1, 7], [-1, -1, 3], [6, -1, -1]]
    cells = omniarc.cells_of(grid == 2)
    return omniarc.stamp(grid, picture, cells, hook=(1, 1), transparent=-1, onto=0)


def far_twos(seed: int) -> Array:
    return np.where(dots(seed) > 0, 2, 0).astype(np.int8)


def fullest_parts(grid: Array) -> Array:
    counts = np.array([[(grid[r : r + 3, c : c + 3] != 0).sum() for c in (0, 4, 8)] for r in (0, 4, 8)])
    return np.where(counts == counts.max(), 1, 0)


def in_frame(grid: Array) -> Array:
    (frame,) = [one for one in omniarc.find_objects(grid) if one.colour == 4]
    filling = omniarc.crop_to_content(omniarc.paint(grid, frame, 0), background=0)
    return omniarc.place(omniarc.crop(grid, frame), filling, 1, 1, transparent=0)


def symmetric_or_not(seed: int) -> Array:
    grid = noise(seed, (3, 3), 3, 0.6)
    grid[0, 0], grid[0, 2] = 1, 2
    return np.hstack([grid, grid[:, ::-1]]) if seed % 2 else np.hstack([grid, grid])


def sparse(seed: int) -> Array:
    """A cell of some colour in each of four rows."""
    random = np.random.default_rng(seed)
    grid = np.zeros((7, 9), np.int8)
    for row in random.permutation(7)[:4]:
        grid[row, random.integers(1, 6)] = random.integers(1, 5)
    return grid


def striped(grid: Array) -> Array:
    """From each cell to the right its colour and a 6 in turn."""
    out = grid.copy()
    for row, col in np.argwhere(grid).tolist():
        out[row, col::2] = grid[row, col]
        out[row, col + 1 :: 2] = 6
    return out


def coloured_by_rank(grid: Array) -> Array:
    out = grid
    for number, one in enumerate(by_size(grid)):
        out = omniarc.paint(out, one, 2 + number)
    return out


def ringed(seed: int) -> Array:
    """Three rings in colours of their own."""
    grid = np.zeros((6, 7), np.int8)
    for depth, colour in enumerate(np.random.default_rng(seed).permutation(9)[:3] + 1):
        grid[depth : 6 - depth, depth : 7 - depth] = colour
    return grid


def turned_inside_out(grid: Array) -> Array:
    outer, middle, inner = grid[0, 0], grid[1, 1], grid[2, 2]
    changed: Array = np.where(grid == outer, inner, np.where(grid == middle, middle, outer))
    return changed


def whole_figure(seed: int) -> Array:
    """A figure that mirrors itself, at some place."""
    random = np.random.default_rng(seed)
    half = random.integers(1, 4, (5, 3))
    grid = np.zeros((11, 12), np.int8)
    row, col = random.integers(1, 5, 2)
    grid[row : row + 5, col : col + 6] = np.hstack([half, half[:, ::-1]])
    return grid


def covered(seed: int) -> Array:
    """The figure without a corner."""
    grid = whole_figure(seed)
    row, col = np.argwhere(grid)[0] - (1, 1)
    grid[row : row + 3, col : col + 3] = 0
    return grid


def uncovered(grid: Array) -> Array:
    return next(whole_figure(seed) for seed in range(9) if (covered(seed) == grid).all())


def plain_and_coloured(seed: int) -> Array:
    """Two shapes in colours, and each of them again in a 5."""
    random = np.random.default_rng(seed)
    grid = np.zeros((12, 12), np.int8)
    for top, shape in ((seed % 2, [[1, 1, 1], [0, 1, 0]]), (6, [[1, 0], [1, 1], [1, 0]])):
        mask = np.array(shape)
        rows, cols = mask.shape
        grid[top : top + rows, 1 : 1 + cols] = mask * random.integers(1, 5, mask.shape)
        grid[top + 1 : top + 1 + rows, 6 + seed % 3 : 6 + seed % 3 + cols] = 5 * mask
    return grid


def coloured_alike(grid: Array) -> Array:
    out = grid.copy()
    things = omniarc.find_objects(grid, multicolour=True)
    for plain in things:
        for other in things:
            if plain.colour == 5 != other.colour and plain.shape_key == other.shape_key:
                out = omniarc.draw(out, omniarc.move_to(other, plain.row, plain.col))
    return out


def bars(seed: int) -> Array:
    """Two standing and two lying bars, each in rows and columns of its own."""
    random = np.random.default_rng(seed)
    grid = np.zeros((14, 14), np.int8)
    for number, place in enumerate((1, 4, 7, 10)):
        long = random.integers(2, 4)
        if number % 2:
            grid[place, place + 1 : place + 1 + long] = number + 1
        else:
            grid[place : place + long, place] = number + 1
    return grid


def apart_by_direction(grid: Array) -> Array:
    """Standing bars at the lower border, lying ones at the left border."""
    out = np.zeros_like(grid)
    for one in omniarc.find_objects(grid):
        if one.height > one.width:
            out[-one.height :, one.col] = one.colour
        else:
            out[one.row, : one.width] = one.colour
    return out


def tallied(grid: Array) -> Array:
    """In the last column, upwards, a cell for each object."""
    out = grid.copy()
    out[len(out) - len(by_size(grid)) :, -1] = 7
    return out


CASES = {
    "repaint": Case(frames, lambda grid: omniarc.paint(grid, omniarc.enclosed(grid == 0), 4)),
    "by_colour": Case(ends, joined),
    "by_part": Case(dots, cornered),
    "object_moves": Case(lambda seed: boxes(seed, 4, 1), largest_down),
    "object_actions": Case(squares, framed_solids),
    "models": Case(model_and_marks, crossed, 4),
    "moves": Case(two_movers, slid, 3),
    "panel_models": Case(panels, all_like_the_fullest),
    "rays": Case(one_and_twos, crosses),
    "colour_orders": Case(ringed, turned_inside_out),
    "figures": Case(covered, uncovered),
    "matches": Case(plain_and_coloured, coloured_alike),
    "stamps": Case(far_twos, stamped),
    "sorted_lines": Case(noise, lambda grid: grid[np.argsort((grid > 0).sum(1), kind="stable")]),
    "sweeps": Case(sparse, striped, 4),
    "tally": Case(lambda seed: boxes(seed, 2 + seed % 3), tallied),
    "one_liners": Case(picture_at_the_left, lambda grid: np.tile(grid[:, :3], 4)),
    "enlarge": Case(noise, lambda grid: np.block([[grid, grid[:, ::-1]], [grid[::-1], grid[::-1, ::-1]]])),
    "one_colour": Case(boxes, lambda grid: np.full((2, 2), by_size(grid)[0].colour)),
    "list_colours": Case(boxes, lambda grid: np.array([[one.colour for one in by_size(grid)]])),
    "count_cells": Case(
        lambda seed: boxes(seed, 2 + seed % 3), lambda grid: np.full((1, len(by_size(grid))), 6)
    ),
    "classify": Case(
        symmetric_or_not, lambda grid: np.array([[1, 0]] if (grid == grid[:, ::-1]).all() else [[0, 2]]), 6
    ),
    "join_pieces": Case(
        three_squares, lambda grid: np.hstack([np.full((2, 2), c) for c in grid.max(0)[[0, 4, 8]]])
    ),
    "into_frame": Case(frame_and_filling, in_frame),
    "fit_pieces": Case(
        rings, lambda grid: omniarc.concentric(omniarc.find_objects(grid)), 4
    ),
    "two_pieces": Case(colours_and_shape, arranged, 4),
    "combine_parts": Case(
        thirds,
        lambda grid: np.where(np.sum([grid[:, at : at + 4] > 0 for at in (0, 5, 10)], axis=0) > 1, 8, 0),
    ),
    "summarise_parts": Case(panels, fullest_parts),
    "select_piece": Case(boxes, lambda grid: by_size(grid)[0].cells),
    "several_ways": Case(bars, apart_by_direction),
    "object_colours": Case(lambda seed: boxes(seed, 4, 1), coloured_by_rank),
    "crop_at": Case(noise, lambda grid: grid[-3:, :2]),
}  # fmt: skip


def solids_and_frames(seed: int) -> Array:
    grid = frames(seed)
    for one in omniarc.find_objects(grid)[seed % 2 :: 2]:
        grid[one.row : one.bottom + 1, one.col : one.right + 1] = 3
    return grid


def traded(grid: Array) -> Array:
    """Solid rectangles become frames, frames solid."""
    out = np.zeros_like(grid)
    for one in omniarc.find_objects(grid):
        out[one.row : one.bottom + 1, one.col : one.right + 1] = one.colour
        if not one.is_frame:
            out[one.row + 1 : one.bottom, one.col + 1 : one.right] = 0
    return out


def counted_alone(grid: Array) -> Array:
    out = np.zeros_like(grid)
    out[-1, : np.count_nonzero(grid)] = 6
    return out


def fallen_on_shelves(grid: Array) -> Array:
    """Each 1 falls by itself as far as it can; 2 stays."""
    return omniarc.gravity(grid, omniarc.LEFT, moving=1)


# what some rules do besides
FURTHER = [
    ("object_actions", Case(solids_and_frames, traded)),
    ("moves", Case(lambda seed: noise(seed, (7, 9), 3, 0.4), fallen_on_shelves)),
    ("tally", Case(lambda seed: noise(seed, (5, 6), 2, 0.05 + 0.03 * seed), counted_alone)),
]


def test_every_rule_has_a_case_and_a_name_of_its_own() -> None:
    assert [rule.name for rule in all_rules()] == list(dict.fromkeys(rule.name for rule in all_rules()))
    assert set(CASES) == {rule.name for rule in all_rules()}


@pytest.mark.parametrize(("name", "case"), [*CASES.items(), *FURTHER])
def test_a_rule_finds_what_was_done(name: str, case: Case) -> None:
    (rule,) = [rule for rule in all_rules() if rule.name == name]
    inputs = [as_grid(case.draw(seed)) for seed in range(case.grids)]
    outputs = [as_grid(case.change(grid)) for grid in inputs]
    found = list(rule(Problem(tuple(inputs), tuple(outputs[:-1]), TaskBudget(1e6 * SECOND))))
    assert found, "nothing was found"
    assert {program.rule for program in found} == {rule.name}
    for program in found:  # whatever is given reproduces the outputs that were shown
        for made, output in zip(run_program(program.lines, inputs[:-1]), outputs[:-1], strict=True):
            assert made is not None and np.array_equal(made, output), program.lines
    (made,) = run_program(found[0].lines, inputs[-1:])
    assert made is not None and np.array_equal(made, outputs[-1]), found[0].lines


def test_the_example_of_the_documentation_is_a_rule() -> None:
    text = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    space: dict[str, Any] = {}
    exec(text.split("```python\n")[1].split("```")[0], space)
    inputs = [as_grid(noise(seed)) for seed in range(4)]
    outputs = [omniarc.draw_border(grid, 8) for grid in inputs]
    (found,) = space["draw_a_border"](Problem(tuple(inputs), tuple(outputs[:-1]), TaskBudget(1e6 * SECOND)))
    assert found.rule == "draw_a_border" and "return draw_border(grid, 8)" in found.lines
    assert same_grid(run_program(found.lines, inputs[-1:])[0], as_grid(outputs[-1]))
