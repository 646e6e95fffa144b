"""Comparisons: seeds are averaged, configurations compared on the same tasks, with intervals that hold."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.comparison import Group, compare, grouped
from scoring.evaluation import Evaluation
from scoring.metrics import TaskScore


def run(name: str, rights: list[int], configuration: str = "", seed: int | None = None) -> Evaluation:
    scores = tuple(TaskScore(f"t{n}", 2, right, right) for n, right in enumerate(rights))
    return Evaluation(name, "toy", {"together": scores}, configuration=configuration, seed=seed)


def test_runs_are_compared_task_by_task() -> None:
    before, after = run("a", [2, 0, 2, 0]), run("b", [2, 2, 0, 1])
    difference = compare(Group((before,)), Group((after,)))
    assert difference is not None
    assert difference.mean == pytest.approx(0.125)
    assert (difference.gained, difference.lost) == (("t1", "t3"), ("t2",))
    assert difference.low < 0.125 < difference.high
    assert compare(Group((before,)), Group((run("c", [2, 0, 2]),))) is None


def test_only_runs_of_one_configuration_and_the_same_tasks_are_grouped() -> None:
    found = [
        run("a", [0, 1], "x", 1),
        run("submission", [0, 1]),
        run("b", [1, 1], "x", 2),
        run("other", [1, 1], "y", 1),
        run("part", [1], "x", 3),
        run("submission 2", [0, 1]),
    ]
    groups = [[one.name for one in group.runs] for group in grouped(found)]
    assert groups == [["a", "b"], ["submission"], ["other"], ["part"], ["submission 2"]]


def test_the_mean_and_spread_of_seeds() -> None:
    (group,) = grouped(
        [run("a", [0, 0, 2, 2], "x", 1), run("b", [0, 2, 2, 2], "x", 2), run("c", [2] * 4, "x", 3)]
    )
    assert group.mean == pytest.approx(0.75)
    assert group.deviation == pytest.approx(0.25)
    assert group.spread == (0.5, 1.0)
    assert group.name == "a (+2)"


def test_pairing_narrows_the_interval_and_more_seeds_do_too() -> None:
    generator = np.random.default_rng(3)
    base = generator.integers(0, 3, 300)
    better = np.minimum(2, base + (generator.random(300) < 0.1))
    paired = compare(Group((run("a", base.tolist()),)), Group((run("b", better.tolist()),)))
    unpaired = compare(
        Group((run("a", base.tolist()),)), Group((run("b", generator.permutation(better).tolist()),))
    )
    assert paired is not None and unpaired is not None
    assert 0 < paired.low < paired.mean < paired.high
    assert unpaired.low < 0 and unpaired.high - unpaired.low > 3 * (paired.high - paired.low)

    def noisy(count: int) -> Group:
        runs = [generator.integers(0, 3, 300).tolist() for _ in range(count)]
        return Group(tuple(run(f"{n}", rights) for n, rights in enumerate(runs)))

    few, many = noisy(2), noisy(20)
    assert many.interval[1] - many.interval[0] < few.interval[1] - few.interval[0]


def test_the_interval_of_one_run_is_the_bootstrap_over_tasks() -> None:
    group = Group((run("a", [0, 2] * 500),))
    assert group.interval[0] == pytest.approx(0.469, abs=0.003)
    assert group.interval == run("a", [0, 2] * 500).interval
