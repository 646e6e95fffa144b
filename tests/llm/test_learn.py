"""The loop: solve, train on what was found, solve again; resumed, continued, refused under other settings."""

import json
from pathlib import Path

import pytest

from commands.cli import run
from scoring.record.reader import Run

pytestmark = [pytest.mark.llm, pytest.mark.filterwarnings("default"), pytest.mark.timeout(900)]
pytest.importorskip("peft")

CONFIG = """
folder = "{folder}"
dataset = "arc-agi-1/development"
rounds = {rounds}

[solve]
tasks = ["25ff71a9", "67a3c6ac"]
samplers = ["search", "transformers"]
predictors = []
samples = 1
workers = 1
agree = 1
time-limit = "40s"

[model]
model = "{model}"
dtype = "float32"
max-tokens = 8
direct-share = 0.0
context-length = 4096
encoder = "MinimalGridEncoder()"

[train]
steps = {steps}
batch-size = 1
context = 4096
lora-rank = 4
eval-every = 0
data-workers = 0
tracker = "none"

[mix]
held-out = 0.0
"""


def write(tmp_path: Path, model: str, rounds: int = 1, steps: int = 3) -> tuple[Path, Path]:
    file = tmp_path / "learn.toml"
    folder = tmp_path / "learned"
    file.write_text(CONFIG.format(folder=folder, rounds=rounds, model=model, steps=steps))
    return file, folder


def test_rounds_learn_from_their_runs_and_go_on(
    tiny_model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, folder = write(tmp_path, tiny_model)
    assert run(["learn", str(file)]) == 0
    table = json.loads((folder / "rounds.json").read_text())
    assert [row["run"] for row in table] == ["run-0", "run-1"]
    assert all(row["tasks"] == 2 and row["verified"] >= 1 and 0 <= row["vote_2"] <= 1 for row in table)
    settings = json.loads((folder / "model-1" / "settings.json").read_text())
    assert settings["mix"]["data"][0] == f"{folder / 'run-0'}:program"
    with Run.open(folder / "run-1") as second:
        assert second.config["model"]["adapter"] == str(folder / "model-1")
    assert "vote@2" in capsys.readouterr().out
    trained = (folder / "model-1" / "adapter_model.safetensors").stat().st_mtime_ns
    write(tmp_path, tiny_model, rounds=2)
    assert run(["learn", str(file)]) == 0
    assert (folder / "model-1" / "adapter_model.safetensors").stat().st_mtime_ns == trained
    assert len(json.loads((folder / "rounds.json").read_text())) == 3
    settings = json.loads((folder / "model-2" / "settings.json").read_text())
    assert any(part.startswith(f"{folder / 'run-1'}:") for part in settings["mix"]["data"])
    write(tmp_path, tiny_model, rounds=2, steps=4)
    assert run(["learn", str(file)]) == 2
    assert "began with other settings (train)" in capsys.readouterr().err
