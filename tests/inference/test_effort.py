"""Effort: what is counted, what is not, and that nothing counted before matters."""

import subprocess
import sys

import numpy as np
import pytest

from inference.proposers.contract import TaskBudget
from inference.proposers.effort import (
    METER,
    SECOND,
    OutOfEffort,
    charge,
    counted,
    effort_limit,
    priced,
    remembered,
    uncounted,
)

# searches a few tasks in this order, tells of each its programs and what it used, by task
_SEARCHES = """
import sys
from arc import load_dataset
from inference.proposers.contract import TaskBudget
from inference.proposers.search.search import Search
data = load_dataset("arc-agi-1/development")
for name in sys.argv[1:]:
    search = Search(data[name].hidden(), TaskBudget(60_000))
    search.run()
    print(name, search.budget.used(), [(one.lines, one.cost) for one in search.answers.ranked()])
"""
_TASKS = ("67a3c6ac", "1b60fb0c", "7468f01a", "272f95fa")


def test_words_charge_for_the_cells_they_get() -> None:
    words = counted({"flip": lambda grid: grid[::-1], "UP": (-1, 0)}, {"usual": (2, 0.5), "other": (9, 9)})
    budget = TaskBudget(SECOND)
    words["flip"](np.zeros((3, 4), np.int8))
    assert budget.used() == 2 + 0.5 * 12
    assert words["UP"] == (-1, 0)


def test_a_limit_ends_what_is_inside_and_an_outer_one_keeps_its_say() -> None:
    with pytest.raises(OutOfEffort), effort_limit(10):
        charge(6)
        with effort_limit(100):
            charge(6)
    charge(1000)


def test_what_a_cache_keeps_is_charged_outside_and_stops_at_no_limit() -> None:
    def find() -> str:
        charge(7.25)
        return "found"

    budget = TaskBudget(SECOND)
    with effort_limit(1):
        assert priced(find)() == (7.25, "found")
        assert uncounted(find)() == "found"
    assert budget.used() == 0


@pytest.mark.parametrize("before", [0, 0.1, 1e9 / 3])
def test_what_was_counted_before_does_not_matter(before: float) -> None:
    charge(before)
    budget = TaskBudget(10)
    for _ in range(1000):
        charge(0.001)
    used = budget.used()
    assert used == 1.0
    charge(12345.678)
    budget.go_on(used, 5)
    assert (budget.used(), budget.left()) == (1.0, 5.0)
    assert METER.ticks == round(METER.units * 1000)


def test_a_search_finds_the_same_whatever_was_searched_before_it_and_whatever_the_hash_seed() -> None:
    told = []
    for tasks, seed in ((_TASKS, "1"), (_TASKS[::-1], "2")):
        command = [sys.executable, "-c", _SEARCHES, *tasks]
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        told.append(sorted(done.stdout.splitlines()))
    assert told[0] == told[1]
    assert any("flip" in line for line in told[0])


def test_what_is_remembered_is_charged_each_time_and_stops_where_it_would_have() -> None:
    made = []

    @remembered(2, lambda name, cells: (name, id(cells)))
    def work(name: str, cells: list[int]) -> int:
        for cell in cells:
            charge(cell)
            made.append(name)
        return sum(cells)

    cells, budget = [1, 2, 3], TaskBudget(SECOND)
    assert (work("a", cells), work("a", cells)) == (6, 6)
    assert made == ["a"] * 3 and budget.used() == 12
    assert work("a", [1, 2, 3]) == 6 and len(made) == 6  # another list
    work("b", cells)
    with pytest.raises(OutOfEffort), effort_limit(2.5):
        work("b", cells)
    assert made[-1] == "b" and len(made) == 10 and budget.used() == 12 + 6 + 6 + 3
