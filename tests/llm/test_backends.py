"""The transformers backend, two engine processes, and a real server, all with the tiny random model."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arc import Pair, Task, as_grid
from inference.errors import ModelError
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.models import ModelProposer, ModelSettings
from inference.proposers.models.engines import ProcessEngines
from inference.proposers.models.fleet import Fleet
from inference.proposers.models.transformers import TransformersBackend
from scoring.contract import Candidate, GridPrediction, TaskFinished
from tests.known import known, model_proposer
from tests.llm.servers import RealServer

pytestmark = [pytest.mark.llm, pytest.mark.filterwarnings("default"), pytest.mark.timeout(2400)]

SETTINGS = ModelSettings(
    dtype="float32",
    eager=True,
    running=8,
    kv_cache_gb=0.05,
    context_length=4096,
    max_tokens=16,
    grid_max_tokens=16,
    encoder="MinimalGridEncoder()",
    program_prompt="code-from-examples-v0",
    grid_prompt="output-from-examples-v0",
)


CONTEXT = 700


def budget(**changes: Any) -> RunBudget:
    return RunBudget(**{"deadline": time.monotonic() + 1200, "seed": 7, "samples": 4, **changes})


def samples(proposals: Iterable[Proposal]) -> dict[tuple[str, int], Candidate | GridPrediction]:
    return {(p.task_id, p.sample): p for p in proposals if not isinstance(p, TaskFinished)}


def test_transformers_proposes_programs_and_grids(tiny_model: str, tasks: list[Task]) -> None:
    settings = replace(SETTINGS, model=tiny_model)
    proposer = model_proposer("transformers", settings)
    proposals = list(proposer.stream(tasks, budget()))
    found = samples(proposals)
    assert set(found) == {(task.id, n) for task in tasks for n in range(4)}
    assert sum(isinstance(p, GridPrediction) for p in found.values()) == 3
    assert all(0 < known(p.tokens) <= 16 and known(p.log_probability) < 0 for p in found.values())
    again = samples(model_proposer("transformers", settings).stream(tasks[:1], budget(samples=1)))
    assert again["a", 0].answer == found["a", 0].answer
    assert again["a", 0].log_probability == pytest.approx(found["a", 0].log_probability)


def test_transformers_stops_inside_a_sample(tiny_model: str, tasks: list[Task]) -> None:
    settings = replace(SETTINGS, model=tiny_model, max_tokens=3500)
    proposer = ModelProposer("transformers", TransformersBackend(settings), settings)
    stream = proposer.stream(tasks, budget(deadline=time.monotonic() + 6.0, samples=64))
    assert len(samples(stream)) < 64 * 3


def test_transformers_without_a_model_is_one_line(tasks: list[Task]) -> None:
    proposer = model_proposer("transformers", replace(SETTINGS, model="/no/such/model"))
    with pytest.raises(ModelError, match="no such folder"):
        list(proposer.stream(tasks, budget()))


def test_two_engines_share_the_work_and_one_that_dies_costs_nothing(
    tiny_model: str, tasks: list[Task]
) -> None:
    settings = replace(SETTINGS, model=tiny_model, engines=2, max_tokens=300)
    engines = ProcessEngines(settings)
    fleet = Fleet(settings, engines)
    proposer = ModelProposer("vllm", fleet, settings)
    seen: list[Proposal] = []
    for proposal in proposer.stream(tasks, budget(samples=16)):
        if not seen:
            assert len(engines.process_ids) == 2
            assert all(load.live for load in fleet._loads.values())
            os.kill(engines.process_ids[0], signal.SIGKILL)
        seen.append(proposal)
    assert set(samples(seen)) == {(task.id, n) for task in tasks for n in range(16)}
    assert len(samples(seen)) == sum(not isinstance(p, TaskFinished) for p in seen)
    assert fleet.deaths == ["engine 0: it died"]
    assert proposer.stats()["samples"] == 48
    assert proposer.problems()[-1] == "1 engine died (last: engine 0: it died)"
    assert engines.process_ids == []


def test_engines_that_cannot_start_are_one_line(tmp_path: Path, tiny_model: str, tasks: list[Task]) -> None:
    settings = replace(SETTINGS, model=tiny_model, adapter=str(tmp_path), engines=2)
    with pytest.raises(ModelError, match=r"engine \d: .*no adapter_config.json"):
        list(model_proposer("vllm", settings).stream(tasks, budget()))


@pytest.fixture(scope="module")
def real(tiny_model: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """vLLM's OpenAI-compatible server on a free port of the loopback."""

    def command(port: int) -> list[str]:
        own = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", tiny_model]
        own += ["--served-model-name", "tiny", "--host", "127.0.0.1", "--port", str(port), "--enforce-eager"]
        own += ["--max-model-len", str(CONTEXT), "--dtype", "float32", "--no-enable-chunked-prefill"]
        return [*own, "--max-num-batched-tokens", "4096", "--generation-config", "vllm"]

    log = tmp_path_factory.mktemp("server") / "log"
    server = RealServer(command, log, "/health", {"VLLM_CPU_KVCACHE_SPACE": "1"})
    server.start()
    yield server
    server.close()


@pytest.fixture
def server(real: RealServer) -> str:
    return real.url


def test_a_real_server_is_asked_and_answers(server: str, tasks: list[Task]) -> None:
    proposer = model_proposer("openai", replace(SETTINGS, base_url=(server,), context_length=None))
    found = samples(proposer.stream(tasks, budget()))
    assert set(found) == {(task.id, n) for task in tasks for n in range(4)}
    assert all(0 < known(p.tokens) <= 16 and known(p.prompt_tokens) > 100 for p in found.values())
    assert all(-7.0 < known(p.mean_log_probability) < -3.5 for p in found.values())
    # a random model starts nothing that reads as code, so the prefill is given up after its first answers
    assert all(p.answer or (isinstance(p, GridPrediction) and p.grid is not None) for p in found.values())
    assert proposer.stats()["failed"] == 0


def square_task(side: int, pairs: int) -> Task:
    grid = as_grid([[1] * side] * side)
    return Task("square", (Pair(grid, grid),) * pairs, (Pair(as_grid([[1]]), None),))


def test_a_prompt_too_long_for_the_server_is_shortened_or_skipped(server: str) -> None:
    settings = replace(SETTINGS, base_url=(server,), context_length=None, direct_share=0.0)
    shorter = model_proposer("openai", settings)
    assert len(samples(shorter.stream([square_task(10, 4)], budget(samples=2)))) == 2
    assert shorter.stats()["short_prompts"] >= 2
    skipped = model_proposer("openai", settings)
    (only,) = skipped.stream([square_task(25, 3)], budget(samples=2))
    assert isinstance(only, TaskFinished)
    assert "too long for the server with 2 pairs" in only.error


def test_a_model_that_the_server_does_not_serve_is_one_line(server: str, tasks: list[Task]) -> None:
    proposer = model_proposer("openai", replace(SETTINGS, base_url=(server,), model="other"))
    with pytest.raises(ModelError, match=r"serves no model 'other' .it serves tiny."):
        list(proposer.stream(tasks, budget()))


def test_a_server_killed_in_mid_run_and_started_again_loses_nothing(
    real: RealServer, tasks: list[Task]
) -> None:
    settings = replace(SETTINGS, base_url=(real.url,), context_length=None, max_tokens=200, running=2)
    proposer = model_proposer("openai", settings)
    seen: list[Proposal] = []
    restart: threading.Thread | None = None
    for proposal in proposer.stream(tasks, budget(samples=16)):
        seen.append(proposal)
        if restart is None:
            real.kill()  # with requests under way; it takes half a minute and more to come up again
            restart = threading.Thread(target=real.start)
            restart.start()
    known(restart).join()
    assert set(samples(seen)) == {(task.id, n) for task in tasks for n in range(16)}
    assert proposer.stats()["failed"] == 0
