"""The configuration of `learn`: what is wrong in it is one line, before anything is computed."""

from pathlib import Path

import pytest

from commands.cli import run
from training.rounds import read_config

CONFIG = """
folder = "learned"
dataset = "arc-agi-1/development"
rounds = 1

[solve]
tasks = ["25ff71a9"]
samples = 1
time-limit = "40s"

[model]
model = "m"

[train]
steps = 3
lora-rank = 4

[mix]
held-out = 0
"""


def test_a_configuration_is_read(tmp_path: Path) -> None:
    file = tmp_path / "learn.toml"
    file.write_text(CONFIG)
    config = read_config(file)
    assert (config.rounds, config.going_on, config.folder) == (1, False, Path("learned"))
    assert (config.solve.tasks, config.solve.time_limit) == (("25ff71a9",), 40.0)
    assert config.train == {"model": "m", "steps": 3, "lora_rank": 4}
    assert config.mix.held_out == 0.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("rounds = 1", "rounds = 0"), "rounds is at least 1"),
        (("rounds = 1", "rounds = true"), "rounds is a whole number, not True"),
        (("rounds = 1", 'going-on = "yes"'), "going-on is true or false"),
        (('folder = "learned"', "folder = 3"), "name a folder"),
        (("samples = 1", "sample = 1"), "no setting solve.sample"),
        (("samples = 1", 'samples = "many"'), "solve.samples is a whole number, not 'many'"),
        (('["25ff71a9"]', '"25ff71a9"'), "solve.tasks is a list of texts, not '25ff71a9'"),
        (("steps = 3", "step = 3"), "no setting train.step"),
        (("steps = 3", "steps = true"), "train.steps is a whole number, not True"),
        (("steps = 3", 'learning-rate = "1"'), "train.learning_rate is a number, not '1'"),
        (("lora-rank = 4", "lora-rank = 0"), "lora_rank is at least 1"),
        (('time-limit = "40s"', 'time-limit = "soon"'), "is not a duration"),
        (("[mix]", "[mixes]"), "no setting mixes"),
        (("[mix]", '[mix]\ndata = "omni-arc"'), "mix.data is a list of texts"),
        (("[mix]", '[mix]\ndata = ["omni-arc:nope"]'), "no prompt 'nope'"),
        (("[mix]\nheld-out = 0", "mix = 3"), "train.mix"),
        (('[model]\nmodel = "m"', ""), "name a --model to fine-tune"),
        (("rounds = 1", "model = 3\nrounds = 1"), "broken TOML"),
        (("rounds = 1", f"rounds = {'[' * 5000}"), "nested too deeply"),
        (('model = "m"', "model = 3"), "model.model is a string, not 3"),
    ],
)
def test_bad_configurations_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], message: str
) -> None:
    file = tmp_path / "learn.toml"
    assert change[0] in CONFIG
    file.write_text(CONFIG.replace(*change))
    assert run(["learn", str(file)]) == 2
    error = capsys.readouterr().err.strip()
    assert message in error and "\n" not in error


def test_a_missing_configuration_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["learn", str(tmp_path / "none.toml")]) == 2
    assert "none.toml: No such file" in capsys.readouterr().err
