"""Augmentations have exact inverses and keep what a task means."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from arc import (
    ArcError,
    Augmentation,
    Grid,
    Pair,
    Task,
    as_grid,
    load_dataset,
    random_augmentation,
    same_grid,
)
from arc.augment import symmetries

grids = arrays.arrays(np.int8, st.tuples(st.integers(1, 8), st.integers(1, 8)), elements=st.integers(0, 9))
views = st.builds(
    Augmentation,
    st.integers(0, 7),
    st.permutations(range(10)).map(tuple),
    st.permutations(range(3)).map(tuple),
)


@given(grids, views)
def test_undo_is_the_inverse(array: Grid, view: Augmentation) -> None:
    grid = as_grid(array)
    assert same_grid(view.undo(view.apply(grid)), grid)
    assert same_grid(view.apply(view.undo(grid)), grid)


def test_the_eight_symmetries_differ() -> None:
    grid = as_grid([[1, 2, 3], [4, 5, 6]])
    seen = {(g.shape, g.tobytes()) for g in (view.apply(grid) for view in symmetries())}
    assert len(seen) == 8


def test_known_symmetries() -> None:
    grid = as_grid([[1, 2], [3, 4]])
    assert Augmentation(1).apply(grid).tolist() == [[2, 4], [1, 3]]
    assert Augmentation(4).apply(grid).tolist() == [[1, 3], [2, 4]]


@given(views, st.data())
def test_a_task_keeps_its_meaning(view: Augmentation, data: st.DataObject) -> None:
    pairs = tuple(Pair(as_grid(data.draw(grids)), as_grid(data.draw(grids))) for _ in range(3))
    task = Task("t", pairs, (Pair(as_grid(data.draw(grids)), None),))
    seen = view.apply_task(task)
    for place, original in enumerate(view.order):
        assert same_grid(view.undo(seen.train[place].input), pairs[original].input)
        assert same_grid(view.undo(seen.train[place].answer), pairs[original].answer)
    assert seen.test[0].output is None


def test_random_views_depend_on_the_seed_and_keep_black() -> None:
    task = load_dataset("arc-agi-1/development").tasks[0]
    first = [random_augmentation(task, random.Random(7)) for _ in range(2)]
    assert first[0] == first[1]
    assert all(random_augmentation(task, random.Random(n)).colours[0] == 0 for n in range(20))
    assert any(random_augmentation(task, random.Random(n), keep_black=False).colours[0] for n in range(20))


@pytest.mark.parametrize(
    "wrong", [{"symmetry": 8}, {"colours": (0,) * 10}, {"colours": (0, 1)}, {"order": (0, 2)}]
)
def test_impossible_views_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ArcError):
        Augmentation(**wrong)


def test_a_view_of_another_number_of_pairs_is_refused() -> None:
    task = load_dataset("arc-agi-1/development").tasks[0]
    with pytest.raises(ArcError, match="training pairs"):
        Augmentation(order=tuple(range(len(task.train) + 1))).apply_task(task)
