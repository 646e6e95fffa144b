"""Nothing fails in silence: what a run says, and its exit code, where a proposer fails."""

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import CommandLine
from tests.scripted_server import Body, Reply, Server, answer, failure

pytest.importorskip("httpx")


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def challenges(tmp_path: Path) -> str:
    """Two tasks that mirror a grid, without solutions."""
    grids = [[[n, 1, 2], [0, n, 1]] for n in range(3, 7)]
    pairs = [{"input": grid, "output": [row[::-1] for row in grid]} for grid in grids]
    task = {"train": pairs[:3], "test": [{"input": pairs[3]["input"]}]}
    (tmp_path / "two.json").write_text(json.dumps({"a": task, "b": task}))
    return "two.json"


def solve(omni_arc: CommandLine, challenges: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    common = ["--time-limit", "60s", "--run", "out", "--workers", 1, "--samples", 4, "--direct-share", 0]
    return omni_arc("solve", challenges, *common, *arguments)


def summary(tmp_path: Path) -> Any:
    return json.loads((tmp_path / "out" / "summary.json").read_text())


def test_a_dead_model_ends_no_other_proposer_and_is_told(
    omni_arc: CommandLine, challenges: str, server: Server, tmp_path: Path
) -> None:
    server.respond = lambda body: failure(401, "Incorrect API key provided")
    done = solve(omni_arc, challenges, "--sampler", "openai", "--base-url", server.url)
    assert done.returncode == 1, done.stderr
    first = done.stderr.splitlines()[0]
    assert first == "two.json: proposed by search, openai, cells; 60 s at most"
    assert "omni-arc: openai gave no program and no grid\n" in done.stderr
    found = summary(tmp_path)
    assert found["problems"].keys() == {"openai"} and found["silent"] == ["openai"]
    (line,) = found["problems"]["openai"]
    assert f"omni-arc: openai: {line}\n" in done.stderr
    # fewer than the 8 asked for, if the search has solved a task before all have failed
    said = re.fullmatch(r"(\d) of (\d) requests failed: (.*): HTTP 401: Incorrect API key provided", line)
    assert said and said[1] == said[2] and said[3] == server.url
    assert found["progress"]["verified"] == 2  # by the search


def test_answers_without_a_program_are_told(omni_arc: CommandLine, challenges: str, server: Server) -> None:
    server.respond = lambda body: answer("I can't see a rule.")
    own = ("--sampler", "openai", "--base-url", server.url, "--no-prefill", "--no-search", "--no-cells")
    done = solve(omni_arc, challenges, *own)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].endswith("proposed by openai; without search and cells; 60 s at most")
    assert "openai: 8 of 8 answers held no program" in done.stderr


def test_a_model_that_works_beside_failures_is_exit_0(
    omni_arc: CommandLine, challenges: str, server: Server
) -> None:
    lock, count = threading.Lock(), [0]

    def respond(body: Body) -> Reply:
        with lock:
            count[0] += 1
            return failure(400, "no") if count[0] > 5 else answer()

    server.respond = respond
    done = solve(
        omni_arc, challenges, "--sampler", "openai", "--base-url", server.url, "--running", 1, "--no-search"
    )
    assert done.returncode == 0, done.stderr
    assert "3 of 8 requests failed: " in done.stderr


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--sampler", "openai", "--base-url", "http://127.0.0.1:9/v1"), "no server answers there"),
        (("--sampler", "transformers", "--model", "./none"), "no such folder"),
        (("--sampler", "vllm", "--model", "./none"), "no such folder"),
        (("--sampler", "replay", "--model", "none.jsonl"), "No such file"),
        (("--no-search", "--no-cells"), "nothing to run"),
        (("--engine-arg", "x", "--sampler", "vllm"), "engine_arg is key=value, not 'x'"),
    ],
)
def test_what_can_be_checked_is_checked_before_the_start(
    omni_arc: CommandLine, challenges: str, tmp_path: Path, arguments: tuple[str, ...], line: str
) -> None:
    done = solve(omni_arc, challenges, *arguments)
    assert done.returncode == 2
    assert line in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_candidates_none_of_which_is_a_program_are_told(
    omni_arc: CommandLine, challenges: str, tmp_path: Path
) -> None:
    texts = ["def transform(grid): return grid[", "I can't see a rule.", "x = 1"]
    lines = [json.dumps({"task_id": name, "source": text}) for name in ("a", "b") for text in texts]
    (tmp_path / "candidates.jsonl").write_text("\n".join(lines))
    replay = ("--sampler", "replay", "--model", "candidates.jsonl", "--no-search", "--no-cells")
    done = solve(omni_arc, challenges, *replay)
    assert done.returncode == 1 and "omni-arc: replay gave no program and no grid\n" in done.stderr
    assert summary(tmp_path)["verdicts"] == {"unparsable": 3 * 2}
