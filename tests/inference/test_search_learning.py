"""What the search learns: features, evidence, traces, the fits, and the order they give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from arc import Pair, Task, as_grid
from benchmarks.order.fit import fit_rules
from benchmarks.order.record import record, record_first_calls
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND, charge
from inference.proposers.search import propose
from inference.proposers.search.emission import Program
from inference.proposers.search.features import NAMES, features
from inference.proposers.search.grammar import Grammar, Rules
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, Rule, rule
from inference.proposers.search.rules.registry import all_rules
from inference.proposers.search.search import Search


def _task(
    change: Callable[[np.ndarray], np.ndarray], count: int = 4, shape: tuple[int, int] = (5, 5)
) -> Task:
    grids = [as_grid(np.random.default_rng(seed).integers(0, 4, shape)) for seed in range(count)]
    pairs = [Pair(grid, as_grid(change(grid))) for grid in grids]
    return Task("made-up", tuple(pairs[:-1]), (pairs[-1],))


def _told(task: Task) -> dict[str, float]:
    return dict(zip(NAMES, features(task.train_inputs, task.train_outputs).tolist(), strict=True))


def test_features_tell_kinds_of_problems_apart() -> None:
    turned = _told(_task(lambda grid: grid[::-1]))
    assert turned["same shape"] and turned["same counts of colours"] and not turned["part of the grid"]
    cropped = _told(_task(lambda grid: grid[1:4, 1:3]))
    assert cropped["smaller"] and cropped["part of the grid"] and not cropped["same shape"]
    repeated = _told(_task(lambda grid: np.tile(grid, (2, 2))))
    assert repeated["larger"] and repeated["a multiple"] and repeated["same colours"]
    recoloured = _told(_task(lambda grid: np.where(grid == 1, 7, grid)))
    assert recoloured["new colours"] and recoloured["same black"] and not recoloured["only black changes"]


@rule()
def one(problem: Problem) -> Iterator[Draft]:
    """A rule, for its name."""
    return iter(())


@rule()
def other(problem: Problem) -> Iterator[Draft]:
    """A rule, for its name."""
    return iter(())


@rule()
def new(problem: Problem) -> Iterator[Draft]:
    """A rule that no fit has seen."""
    return iter(())


def _calls(rule: str, right: bool, task: Task, seconds: float = 0.01) -> list[Any]:
    told = features(task.train_inputs, task.train_outputs).tolist()
    return [(rule, told, 0, seconds, 1.0, "right" if right else "")] * 20


def _order(task: Task, *rules_and_calls: Any) -> list[Rule]:
    *rules, calls = rules_and_calls
    found = Rules(rules, fit_rules([{"calls": calls}])).order(task.train_inputs, task.train_outputs)
    return [rule for _, rule in found]


def test_rules_are_called_in_the_order_of_what_they_promise_for_their_time() -> None:
    small, large = _task(lambda grid: grid[:2, :2]), _task(lambda grid: grid.repeat(2, 0))
    calls = [*_calls("one", True, small), *_calls("one", False, large)]
    calls += [*_calls("other", False, small), *_calls("other", True, large)]
    assert _order(small, other, one, new, calls) == [one, new, other]
    assert _order(large, other, one, new, calls) == [other, new, one]
    slow = [*_calls("one", True, small, 1.0), *_calls("other", True, small)]
    assert _order(small, one, other, slow) == [other, one]


def test_without_a_fit_rules_keep_their_order() -> None:
    task = _task(lambda grid: grid[::-1])
    assert Rules((other, one), {}).order(task.train_inputs, task.train_outputs) == [(0.0, other), (0.0, one)]


def test_what_was_learned_only_reorders_the_rules() -> None:
    task = _task(lambda grid: grid[::-1]).hidden()
    grids, outputs = task.train_inputs, task.train_outputs
    learned, plain = Grammar(task).rules(grids, outputs), Grammar(task, {}).rules(grids, outputs)
    assert tuple(rule for _, rule in plain) == all_rules()
    assert {rule for _, rule in learned} == set(all_rules())
    assert [wait for wait, _ in learned] == sorted(wait for wait, _ in learned)


def test_the_record_of_a_search_tells_its_calls() -> None:
    (told,) = record([_noise()], 0.5 * SECOND)
    assert {"repaint", "select_piece"} <= {call[0] for call in told["calls"]}
    assert all(len(call[1]) == len(NAMES) and call[-1] in ("", "wrong") for call in told["calls"])


def test_the_record_of_first_calls_tells_which_rules_are_right() -> None:
    rules = [rule for rule in all_rules() if rule.name in ("join_pieces", "crop_at")]
    (told,) = record_first_calls([_task(lambda grid: grid[1:4, 1:3])], rules, 0.2 * SECOND)
    assert [(call[0], call[-1]) for call in told["calls"]] == [("crop_at", "again"), ("join_pieces", "")]
    assert all(len(call[1]) == len(NAMES) and 0 < call[3] < 0.3 for call in told["calls"])


def _noise() -> Task:
    generator = np.random.default_rng(3)
    pairs = [Pair(*(as_grid(generator.integers(0, 4, (7, 7))) for _ in range(2))) for _ in range(4)]
    return Task("noise", tuple(pairs[:3]), (pairs[3],))


def test_a_paused_search_goes_on_and_gives_only_what_is_new() -> None:
    search = Search(_noise().hidden(), TaskBudget(0.3 * SECOND))
    search.run()
    search.pause()
    assert search.unfinished and 0 <= search.promise < 1
    states = len(search.frontier.states)
    search.go_on(0.5 * SECOND)
    search.run()
    assert len(search.frontier.states) > states
    assert search.budget.used() == pytest.approx(0.8 * SECOND, rel=0.3)


def test_a_search_that_found_its_program_is_not_paused() -> None:
    turn = propose(_task(lambda grid: grid[::-1]), TaskBudget(2.0 * SECOND))
    found = []
    while True:
        try:
            found.append(next(turn))
        except StopIteration as end:
            assert end.value is None
            break
    assert found


@pytest.mark.parametrize(("cost", "again"), [(4.0, False), (12.0, True)])
def test_a_dear_answer_gets_one_more_turn(cost: float, again: bool) -> None:
    search = Search(_task(lambda grid: grid[::-1]).hidden(), TaskBudget(0.01 * SECOND))
    assert search.answers.offer(Program(("return grid[::-1]",), cost, "made up"))
    for unfinished in (again, False):
        charge(0.8 * search.budget.left())
        search.pause()
        assert search.unfinished == unfinished
        search.go_on(0.01 * SECOND)
