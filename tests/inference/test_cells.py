"""The predictor `cells`: what it learns from pairs, what it leaves alone, and the parts it is made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arc import Pair, Task, as_grid, load_dataset, same_grid
from arc.augment import dihedral
from inference.proposers.cells import predict
from inference.proposers.cells.frames import Frame, frames_of
from inference.proposers.cells.labels import choose_labels
from inference.proposers.cells.layers import OUTSIDE
from inference.proposers.cells.local import line_of_sight
from inference.proposers.cells.regularity import separators
from inference.proposers.cells.views import View
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND

BUDGET = 20.0  # ample, so that a slow machine cuts nothing off


def make_task(rule, inputs) -> Task:
    pairs = [Pair(as_grid(np.asarray(g)), as_grid(rule(np.asarray(g)))) for g in inputs]
    return Task("made", tuple(pairs[:-1]), (pairs[-1],))


def random_grids(count, shape, colours, seed, density=0.3):
    draw = np.random.default_rng(seed)
    return [draw.choice(colours, shape) * (draw.random(shape) < density) for _ in range(count)]


def first_attempt(task: Task):
    made = [p for p in predict(task.hidden(), TaskBudget(BUDGET * SECOND)) if p.sample == 0]
    return made[0].grid if made else None


def line_to_the_right(grid):
    result = grid.copy()
    for row in result:
        for column in range(1, len(row)):
            if row[column] == 0:
                row[column] = row[column - 1]
    return result


def checker(grid):
    row, column = np.indices(grid.shape)
    return np.where((grid == 0) & ((row + column) % 2 == 0), 4, grid)


@pytest.mark.parametrize(
    "rule",
    [
        line_to_the_right,
        checker,
        lambda g: g[:, ::-1],
        lambda g: np.where(g > 0, 8, g),
        lambda g: np.kron(g, np.ones((2, 2), int)),
        lambda g: np.concatenate([g, g[::-1]]),
        lambda g: ((g[:, :4] > 0) & (g[:, 4:] > 0)) * 5,
    ],
    ids=["ray", "checker", "mirror", "recolour", "enlarge", "reflect-below", "and-of-halves"],
)
def test_learns_simple_rules(rule):
    task = make_task(rule, random_grids(5, (6, 8), [1, 2, 3], seed=5, density=0.5))
    assert same_grid(first_attempt(task), task.test[0].output)


def test_colour_roles_carry_over_to_unseen_colours():
    def halve(grid):  # the left half takes the right half's mirror image
        return np.concatenate([grid[:, :3:-1], grid[:, 4:]], axis=1)

    inputs = [g for c in (1, 2, 3, 7) for g in random_grids(1, (6, 8), [c], seed=c)]
    task = make_task(halve, inputs)
    assert same_grid(first_attempt(task), task.test[0].output)


def test_two_attempts_differ_and_confidence_is_a_probability():
    task = load_dataset("arc-agi-1/development").tasks[3].hidden()
    made = list(predict(task, TaskBudget(BUDGET * SECOND)))
    assert made
    for index in range(len(task.test)):
        mine = [p for p in made if p.test_index == index]
        assert [p.sample for p in mine] == list(range(len(mine))) and len(mine) <= 2
        assert len({p.grid.tobytes() for p in mine}) == len(mine)
    assert all(p.confidence is not None and 0 <= p.confidence <= 1 for p in made)


def test_same_seed_same_grids():
    task = make_task(checker, random_grids(4, (7, 7), [1, 2, 3], seed=1))
    runs = [
        [(p.sample, p.grid.tobytes(), p.confidence) for p in predict(task, TaskBudget(BUDGET * SECOND))]
        for _ in "ab"
    ]
    assert runs[0] == runs[1]


def test_sizes_without_a_rule_get_nothing():
    inputs = [np.ones((8, n), int) for n in (8, 9, 10, 11)]
    task = make_task(lambda g: g[: g.shape[1] - 3, :7], inputs)
    assert list(predict(task.hidden(), TaskBudget(BUDGET * SECOND))) == []


def test_one_pair_is_not_an_error():
    task = make_task(checker, random_grids(2, (7, 7), [1, 2, 3], seed=1))
    assert all(p.grid is not None for p in predict(task.hidden(), TaskBudget(BUDGET * SECOND)))


def test_frames_by_size():
    assert _frames(lambda g: g) == [Frame("same")]
    assert _frames(lambda g: np.tile(g, (3, 2)))[0] == Frame("scale", 3, 2)
    assert Frame("panels", 1, 2) in _frames(lambda g: g[:, :4])
    assert _frames(lambda g: g[:1, :1])[-1] == Frame("constant", 1, 1)


def _frames(rule):
    return list(frames_of(make_task(rule, random_grids(4, (6, 8), [1, 2], seed=3, density=0.6))))


def test_separators_cut_panels():
    grid = np.zeros((7, 5), np.int8)
    grid[3], grid[:, 2], grid[0, 0] = 5, 5, 1
    assert separators(grid) == (5, [(0, 3), (4, 7)], [(0, 2), (3, 5)])
    assert separators(np.arange(6, dtype=np.int8).reshape(2, 3))[0] == -1


def test_line_of_sight_skips_the_background():
    grid = np.array([[0, 0, 3, 0, 7]], np.int8)
    seen, steps = line_of_sight(grid, 0, 0, 1)
    assert seen.tolist() == [[3, 3, 7, 7, OUTSIDE]]
    assert steps.tolist() == [[2, 1, 2, 1, 1]]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 7), st.integers(0, 10**6), st.integers(3, 7), st.integers(3, 7))
def test_votes_of_a_view_come_back_in_the_tasks_own_view(symmetry, seed, height, width):
    grids = random_grids(3, (height, width), [1, 2, 3], seed)
    task = make_task(lambda g: g, grids)
    cells = View(task, Frame("same"), symmetry).train[0]
    votes = np.eye(10)[cells.target]
    assert same_grid(as_grid(cells.restore(votes).argmax(2)), task.train[0].output)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 7), st.integers(0, 10**6))
def test_recolouring_leaves_numbers_alone(symmetry, seed):
    grids = random_grids(2, (6, 6), [1, 2], seed)
    swapped = [np.array([0, 5, 8])[g] for g in grids]
    one, other = (
        View(make_task(lambda g: g, gs), Frame("same"), symmetry).train[0] for gs in (grids, swapped)
    )
    assert (one.numbers == other.numbers).all()


def test_labels_name_the_source_of_a_colour():
    inputs = [np.pad(np.full((3, 3), c), 2) for c in (2, 3, 4)]
    task = make_task(lambda g: np.where(g == 0, g.max(), 0), inputs)
    cells = View(task, Frame("same"), 0).train
    labels = choose_labels(cells, (0,), layers=True)
    assert all((labels.assign(c) >= 0).all() for c in cells)
    assert all(code >= 0 or code == -1 for code in labels.codes), "no constant but black is needed"


def test_views_describe_turned_grids():
    task = make_task(lambda g: g[::-1], random_grids(3, (4, 6), [1, 2], seed=9))
    for symmetry in range(8):
        cells = View(task, Frame("same"), symmetry).train[0]
        turned = dihedral(task.train[0].input, symmetry)
        assert cells.shape == turned.shape
        assert (cells.colours[:, 0] == turned.ravel()).all()
