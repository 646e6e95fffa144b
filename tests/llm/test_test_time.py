"""A few steps at test time: adapters are trained beside the sampling, asked with, and freed."""

import json
import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from arc import Pair, Task, as_grid
from inference.errors import ModelError
from inference.proposers.contract import RunBudget
from inference.proposers.models import ModelSettings
from inference.proposers.models.test_time import TestTimeAdapters
from scoring.contract import Candidate, GridPrediction, TaskFinished
from tests.known import model_proposer

pytestmark = [pytest.mark.llm, pytest.mark.filterwarnings("default"), pytest.mark.timeout(1200)]
pytest.importorskip("peft")

SETTINGS = ModelSettings(
    dtype="float32",
    eager=True,
    running=8,
    kv_cache_gb=0.05,
    context_length=2048,
    max_tokens=8,
    grid_max_tokens=8,
    encoder="MinimalGridEncoder()",
    program_prompt="code-from-examples-v0",
    grid_prompt="output-from-examples-v0",
    direct_share=0.5,
    test_time_steps=6,
    test_time_rank=8,
    test_time_rate=1e-2,
)


def some_task(task_id: str, seed: int) -> Task:
    generator = random.Random(seed)
    pairs = []
    for _ in range(4):
        grid = as_grid([[generator.randrange(3) for _ in range(3)] for _ in range(3)])
        pairs.append(Pair(grid, as_grid(grid[:, ::-1])))
    return Task(task_id, tuple(pairs[:3]), (Pair(pairs[3].input, None),))


TASKS = [
    some_task("a", 0),
    some_task("b", 1),
    Task("alone", some_task("x", 2).train[:1], some_task("x", 2).test),
]


def budget(seconds: int = 900) -> RunBudget:
    return RunBudget(deadline=time.monotonic() + seconds, seed=3, samples=4)


@pytest.mark.parametrize("sampler", ["transformers", "vllm"])
def test_grids_are_asked_with_the_tasks_own_adapter(
    tiny_model: str, monkeypatch: pytest.MonkeyPatch, sampler: str
) -> None:
    folders = []
    start = TestTimeAdapters.__init__

    def remember(self: TestTimeAdapters, settings: ModelSettings) -> None:
        start(self, settings)
        folders.append(self._folder)

    monkeypatch.setattr(TestTimeAdapters, "__init__", remember)
    settings = replace(SETTINGS, model=tiny_model)
    proposer = model_proposer(sampler, settings)
    adapted = {
        (p.task_id, p.sample): p for p in proposer.stream(TASKS, budget()) if not isinstance(p, TaskFinished)
    }
    plain_settings = replace(settings, test_time_steps=0)
    stream = model_proposer(sampler, plain_settings).stream(TASKS, budget())
    plain = {(p.task_id, p.sample): p for p in stream if not isinstance(p, TaskFinished)}
    assert set(adapted) == set(plain) == {(task.id, n) for task in TASKS for n in range(4)}
    for place, proposal in adapted.items():
        same = proposal.log_probability == pytest.approx(plain[place].log_probability, abs=1e-3)
        expected = isinstance(proposal, GridPrediction) and place[0] != "alone"
        assert same != expected, (place, proposal)
        assert isinstance(proposal, (Candidate, GridPrediction))
    told = proposer.stats()["test_time"]
    assert told["adapters"] == told["improved"] == 2
    assert told["loss_after"] < told["loss_before"]
    assert told["failures"] == []
    (folder,) = folders
    assert not folder.exists()


def test_the_time_ends_training_and_what_waits_is_asked_without(tiny_model: str) -> None:
    settings = replace(SETTINGS, model=tiny_model, test_time_steps=100_000)
    proposer = model_proposer("transformers", settings)
    proposals = [p for p in proposer.stream(TASKS, budget(150)) if isinstance(p, GridPrediction)]
    assert {p.task_id for p in proposals} == {"a", "b", "alone"}
    assert proposer.stats()["test_time"]["adapters"] == 1  # the first took all the time there was


def test_one_adapter_for_all_tasks(tiny_model: str) -> None:
    settings = replace(SETTINGS, model=tiny_model, test_time_together=True)
    proposer = model_proposer("transformers", settings)
    proposals = [p for p in proposer.stream(TASKS, budget()) if isinstance(p, GridPrediction)]
    assert {p.task_id for p in proposals} == {"a", "b", "alone"}
    assert proposer.stats()["test_time"]["adapters"] == 1


def test_a_failing_trainer_is_told_and_costs_only_the_adapters(tiny_model: str) -> None:
    settings = replace(SETTINGS, model=tiny_model, test_time_device="cuda:9")
    proposer = model_proposer("transformers", settings)
    proposals = [p for p in proposer.stream(TASKS, budget()) if isinstance(p, GridPrediction)]
    assert {p.task_id for p in proposals} == {"a", "b", "alone"}
    assert any("no CUDA device" in line for line in proposer.problems())


def test_servers_cannot_take_adapters() -> None:
    with pytest.raises(ModelError, match="needs vllm or transformers"):
        model_proposer("openai", replace(SETTINGS, model="m")).check(TASKS)


def test_an_adapter_that_goes_on_from_another_keeps_what_that_one_knows(
    tiny_model: str, tiny_adapter: str, tmp_path: Path
) -> None:
    adapters = TestTimeAdapters(
        replace(SETTINGS, model=tiny_model, adapter=tiny_adapter, test_time_steps=1, test_time_rate=1e-9)
    )
    try:
        adapters.start(TASKS[:1], 2048, 0, 1200.0)
        while not adapters.take():
            time.sleep(0.2)
        config = json.loads((Path(adapters.adapter("a")) / "adapter_config.json").read_text())
        assert config["r"] == 2
        assert adapters.failures == []
        folder = adapters.stop("a")
        assert folder and not Path(folder).exists()
    finally:
        adapters.close()
