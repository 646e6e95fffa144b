"""Few-shot prompts: solved tasks before the question, never one that is asked."""

import time
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arc import Pair, Task, as_grid, load_dataset, symmetries
from commands.cli import run
from inference.errors import ModelError
from inference.proposers.contract import RunBudget
from inference.proposers.models import Completion, ModelProposer, ModelSettings
from inference.proposers.models.backend import Request
from inference.proposers.models.shots import Shots
from programs.catalogue import programs
from prompts import Prompt
from tests.known import known

DEVELOPMENT = load_dataset("arc-agi-1/development")
SOLVED = [task for task in DEVELOPMENT.tasks if task.id in programs()]
PROGRAM = "def transform(grid):\n    return grid\n"


def scaled(task_id: str = "mine") -> Task:
    pairs = [Pair(as_grid([[n, 0]]), as_grid([[n, n, 0, 0], [n, n, 0, 0]])) for n in (1, 2, 3)]
    return Task(task_id, tuple(pairs[:2]), (pairs[2],))


@pytest.mark.parametrize("choice", ["similar", "random"])
def test_shots_are_solved_tasks_that_are_not_asked(choice: str) -> None:
    asked = SOLVED[:40]
    shots = Shots(asked, 3, choice, seed=1)
    for task in asked[:8]:
        found = shots.of(task)
        assert len({shot.task.id for shot in found}) == 3
        assert not {shot.task.id for shot in found} & {task.id for task in asked}
        assert all(shot.source == programs()[shot.task.id].source() for shot in found)
        assert found == shots.of(task)


def test_a_turned_copy_of_an_asked_task_is_none_of_its_shots() -> None:
    original = SOLVED[0]
    turned = replace(list(symmetries())[5].apply_task(original), id="turned")
    nearest = Shots([scaled()], 1, "similar", seed=0).of(turned)[0].task.id
    assert nearest == original.id
    assert Shots([turned], 1, "similar", seed=0).of(turned)[0].task.id != original.id


def test_the_most_alike_stands_last() -> None:
    sizes = [shot.task.train[0] for shot in Shots([scaled()], 2, "similar", seed=0).of(scaled())]
    assert all(pair.answer.size > pair.input.size for pair in sizes)


def test_the_seed_draws_random_shots() -> None:
    drawn = {tuple(s.task.id for s in Shots([], 4, "random", seed).of(SOLVED[0])) for seed in range(5)}
    assert len(drawn) == 5


def test_none_left_is_told() -> None:
    with pytest.raises(ModelError, match="0 solved tasks are left"):
        Shots(DEVELOPMENT.tasks, 2, "random", 0)


class Counting:
    """Answers at once; one token a character."""

    def __init__(self, context_length: int | None = None) -> None:
        self.capacity, self.context_length, self.busy_seconds, self.trouble = 4, context_length, 0.0, ""
        self.asked: list[Request] = []
        self.live: dict[int, Request] = {}
        self.about: dict[str, Any] = {}
        self.takes_adapters = False

    def check(self) -> None:
        pass

    def start(self, log: Path | None = None) -> None:
        pass

    def tokenize(self, prompt: Prompt) -> list[int]:
        return list(prompt.text.encode())

    def submit(self, request: Request) -> None:
        self.asked.append(request)
        self.live[request.key] = request

    def poll(self, seconds: float) -> list[Completion]:
        keys = list(self.live)
        self.live.clear()
        return [Completion(key, f"{PROGRAM}```", tokens=5) for key in keys]

    def abort(self, keys: Collection[int]) -> None:
        pass

    def release(self, adapter: str) -> None:
        pass

    def close(self) -> None:
        pass


def ask(context_length: int | None = None, **options: Any) -> list[Request]:
    backend = Counting(context_length)
    settings = ModelSettings(encoder="MinimalGridEncoder()", max_tokens=50, grid_max_tokens=20, **options)
    budget = RunBudget(deadline=time.monotonic() + 60, seed=3, samples=4)
    list(ModelProposer("m", backend, settings).stream([scaled()], budget))
    return backend.asked


def test_the_prompt_asks_and_answers_them_first() -> None:
    for request in ask(shots=2):
        turns = request.prompt.turns
        assert [turn.role.value for turn in turns] == ["system", *("user", "assistant") * 2, "user"]
        assert turns[-1].text == next(r for r in ask() if r.seed == request.seed).prompt.user


def test_programs_and_grids_have_limits_of_their_own() -> None:
    assert {(r.prompt.kind.value, r.max_tokens) for r in ask()} == {("program", 50), ("grid", 20)}


def test_shots_give_way_before_pairs_do() -> None:
    options: dict[str, Any] = {"shots": 2, "direct_share": 0.0}
    whole, plain = (len(known(asked[0].tokens)) for asked in (ask(**options), ask(direct_share=0.0)))
    asked = ask(whole - 1 + 50, **options)[0].prompt
    assert len(asked.turns) == 4 and len(asked.pairs) == 2
    assert len(ask(plain + 50, **options)[0].prompt.turns) == 2


def test_the_prompt_command_shows_them(capsys: pytest.CaptureFixture[str]) -> None:
    asked = load_dataset("arc-agi-1/validation").ids[0]
    lengths = []
    for count in ("0", "2"):
        assert run(["prompt", asked, "--dataset", "arc-agi-1/validation", "--shots", count]) == 0
        lengths.append(capsys.readouterr().out.count("[assistant]"))
    assert lengths == [1, 3]
