"""vLLM engines as actors of a real cluster of two nodes, without GPUs: kills, and what is missing."""

import json
import os
import signal
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from arc import Task
from inference.errors import ModelError
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.models import ModelSettings
from inference.proposers.models.fleet import Fleet, make
from scoring.contract import TaskFinished
from scoring.record.reader import Run
from tests.llm.test_vllm import SETTINGS, samples
from tests.ray.conftest import Nodes, nodes, until  # noqa: F401

pytestmark = [pytest.mark.llm, pytest.mark.filterwarnings("default"), pytest.mark.timeout(2400)]

_ENGINE = "ray::EngineHost"


def _one_is_gone(cluster: Nodes, before: set[int]) -> bool:
    return bool(before - set(cluster.processes(_ENGINE)))


def test_killed_engines_cost_a_retry_of_their_requests(
    nodes: Nodes,  # noqa: F811
    tiny_model: str,
    tiny_adapter: str,
    tasks: list[Task],
) -> None:
    from inference.cluster import RayCluster

    third = nodes.join("third", 1)
    # the adapter is loaded on every node, from the path that the settings name
    settings = replace(
        SETTINGS,
        model=tiny_model,
        adapter=tiny_adapter,
        engines=3,
        running=4,
        max_tokens=64,
        grid_max_tokens=64,
    )
    with RayCluster(nodes.address) as cluster:
        until(lambda: len(cluster.nodes()) == 3)
        proposer = make("vllm", settings, cluster.engines)
        assert isinstance(proposer._backend, Fleet)
        fleet = proposer._backend
        proposer.check(tasks)
        seen: list[Proposal] = []
        for proposal in proposer.stream(tasks, RunBudget(time.monotonic() + 2000, seed=7, samples=12)):
            if not seen:
                assert len(fleet._loads) == 3 and all(load.live for load in fleet._loads.values())
                before = set(nodes.processes(_ENGINE))
                nodes.kill(third)
                until(partial(_one_is_gone, nodes, before))  # or the next kill might hit the same engine
                os.kill(nodes.processes(_ENGINE)[0], signal.SIGKILL)
            seen.append(proposal)
    found = samples(seen)
    assert set(found) == {(task.id, n) for task in tasks for n in range(12)}
    assert len(found) == sum(not isinstance(one, TaskFinished) for one in seen)
    assert not any(one.error for one in seen if isinstance(one, TaskFinished))
    assert len(fleet.deaths) >= 2 and any("on node third" in line for line in fleet.deaths)
    assert proposer.stats()["failed"] == 0
    until(lambda: not nodes.processes(_ENGINE) and not nodes.processes("models.engine_process"))


def test_a_node_without_the_model_is_named(
    nodes: Nodes,  # noqa: F811
    tmp_path: Path,
    tiny_model: str,
    tasks: list[Task],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from inference.cluster import RayCluster

    (tmp_path / "sitecustomize.py").write_text(_ELSEWHERE.format(model=tiny_model))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ['PYTHONPATH']}")
    bare = nodes.join("bare", 1)
    try:
        with RayCluster(nodes.address) as cluster:
            until(lambda: "bare" in {node.name for node in cluster.nodes().values()})
            settings = replace(SETTINGS, model=tiny_model)
            proposer = make("vllm", settings, cluster.engines)
            with pytest.raises(ModelError, match=f"^node bare: {tiny_model}: no such folder") as caught:
                proposer.check(tasks)
    finally:
        nodes.kill(bare)
    assert "\n" not in str(caught.value)


# on that node the model's folder is none
_ELSEWHERE = """
import pathlib
_is_dir = pathlib.Path.is_dir
pathlib.Path.is_dir = lambda self, **more: str(self) != {model!r} and _is_dir(self, **more)
"""


def test_solve_asks_the_engines_of_the_cluster(
    nodes: Nodes,  # noqa: F811
    tiny_model: str,
    tmp_path: Path,
) -> None:
    flags = (
        "--dtype",
        "float32",
        "--eager",
        "--running",
        "8",
        "--engines",
        "1",
        "--kv-cache-gb",
        "0.05",
        "--samples",
        "4",
    )
    more = ("--max-tokens", "16", "--grid-max-tokens", "16", "--context-length", "4096")
    done = nodes.omni_arc(
        *("solve", "arc-agi-1/development", "--tasks", "67a3c6ac", "--no-search", "--no-cells"),
        *("--sampler", "vllm", "--predictor", "vllm", "--model", tiny_model, *flags, *more),
        *("--run", "run", "--ray", nodes.address),
        folder=tmp_path,
    )
    assert done.returncode == 1, done.stderr  # a random model gives nothing that can be read
    assert "vllm gave no program and no grid" in done.stderr
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert summary["models"]["vllm"]["samples"] == 4 and not summary["errors"]
    assert summary["models"]["vllm"]["about"]["node"] in ("first", "second")
    with Run.open(tmp_path / "run") as run:
        assert {sample for _, of in run.done("vllm").items() for sample in of} == {0, 1, 2, 3}


def test_more_gpus_than_a_node_has_are_refused(nodes: Nodes, tiny_model: str) -> None:  # noqa: F811
    from inference.cluster import RayCluster

    fourth = nodes.cluster.add_node(num_cpus=1, num_gpus=2, object_store_memory=100 << 20, node_name="cards")
    try:
        with RayCluster(nodes.address) as cluster:
            until(lambda: any(node.gpus for node in cluster.nodes().values()))
            settings = ModelSettings(model=tiny_model, tensor_parallel=4)
            with pytest.raises(ModelError, match="tensor_parallel is 4, and no node has so many GPUs"):
                cluster.engines(settings).check()
    finally:
        nodes.kill(fourth)
