"""What cannot be trained, loaded, resumed or written is one line and exit code 2."""

import json
import resource
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from commands.cli import run

pytestmark = [pytest.mark.llm, pytest.mark.filterwarnings("default"), pytest.mark.timeout(600)]
torch = pytest.importorskip("torch")

from training.records import METRICS  # noqa: E402
from training.settings import RESULT  # noqa: E402
from training.trainer import CHECKPOINT, SETTINGS, START  # noqa: E402

QUICK = ["--steps", "2", "--batch-size", "1", "--context", "256", "--eval-examples", "2", "--eval-every", "0"]
QUICK += ["--data-workers", "0", "--tracker", "none", "--encoder", "MinimalGridEncoder()"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Thirty tasks of one row each."""
    tasks = {}
    for number in range(30):
        pairs = [{"input": [[number % 9, n]], "output": [[n, number % 9]]} for n in range(1, 4)]
        tasks[f"t{number}"] = {"train": pairs[:2], "test": pairs[2:]}
    file = tmp_path_factory.mktemp("data") / "own.json"
    file.write_text(json.dumps(tasks))
    return f"{file}:output-from-examples-v0"


@pytest.fixture(scope="module")
def finished(data: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training of two steps that has ended."""
    folder = tmp_path_factory.mktemp("finished") / "training"
    assert run(["train", "--data", data, "--from-scratch", "micro", *QUICK, "-o", str(folder)]) == 0
    return folder


def error_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert run(arguments) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("omni-arc: ") and "\n" not in said
    return said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--model", "/no/such/folder"], "no such folder"),
        (["--model", "x", "--from-scratch", "micro"], "name a --model to fine-tune, or a size"),
        (["--from-scratch", "huge"], "no size 'huge'"),
        (["--from-scratch", "micro", "--adapter", "a"], "--adapter continues a LoRA adapter"),
        (["--from-scratch", "micro", "--lora-dropout", "2"], "lora_dropout is 0 to 1"),
        (["--from-scratch", "micro", "--learning-rate", "-1"], "learning_rate is above 0 and finite"),
        (["--model", "m", "--lora-alpha", "-1"], "lora_alpha is above 0"),
        (["--from-scratch", "micro", "--device", "tpux"], "no device 'tpux'"),
        (["--from-scratch", "micro", "--device", "mps"], "no training on 'mps'"),
        (["--from-scratch", "micro", "--data", "arc-agi-2/training"], "for measuring, not for training"),
        (["--from-scratch", "micro", "--data", "none.json"], "none.json: neither a file or folder nor"),
        (["--from-scratch", "micro", "--held-out", "0.9999"], "every task is held out"),
        (["--from-scratch", "micro", "--run", "runs/none"], "no run here"),
    ],
)
def test_bad_options(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    command = ["train", "--data", data, *QUICK, "-o", str(tmp_path / "out"), *options]
    assert message in error_of(command, capsys)


def cut(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:500])


def put(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text)


def remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def copy_of(folder: str | Path, copy: Path, *changes: Callable[[Path], object]) -> str:
    """A copy of a folder, changed."""
    shutil.copytree(folder, copy)
    for change in changes:
        change(copy)
    return str(copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("config.json", "{"), "not a valid JSON file"),
        (remove("config.json"), "has no config.json, so it is no model"),
        (put("config.json", "{}"), "Unrecognized model"),
        (cut("model.safetensors"), "can't be loaded: Error while deserializing"),
        (remove("model.safetensors"), "can't be loaded"),
        (remove("tokenizer.json"), "no tokenizer could be loaded"),
    ],
)
def test_a_broken_model(
    tiny_model: str,
    data: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Path], object],
    message: str,
) -> None:
    folder = copy_of(tiny_model, tmp_path / "model", change)
    command = ["train", "--data", data, *QUICK, "--model", folder, "-o", str(tmp_path / "out")]
    assert message in error_of(command, capsys)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (remove("adapter_config.json"), "no adapter_config.json there"),
        (put("adapter_config.json", "{"), "broken JSON"),
        (cut("adapter_model.safetensors"), "no LoRA adapter for this model"),
        (remove("adapter_model.safetensors"), "no LoRA adapter for this model"),
    ],
)
def test_a_broken_adapter(
    tiny_model: str,
    tiny_adapter: str,
    data: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Path], object],
    message: str,
) -> None:
    folder = copy_of(tiny_adapter, tmp_path / "adapter", change)
    command = ["train", "--data", data, *QUICK, "--model", tiny_model, "--adapter", folder]
    assert message in error_of([*command, "-o", str(tmp_path / "out")], capsys)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put(CHECKPOINT, ""), "no checkpoint of this training"),
        (cut(CHECKPOINT), "no checkpoint of this training"),
        (lambda folder: torch.save({"step": 1}, folder / CHECKPOINT), "no checkpoint of this training"),
        (put(SETTINGS, "{"), "broken JSON"),
        (put(SETTINGS, "[]"), "no settings of a training"),
        (put(SETTINGS, '{"train": {"steps": "x"}, "mix": {}}'), "train.steps is a whole number, not 'x'"),
        (put(SETTINGS, '{"train": {"model": "m"}, "mix": {"sead": 1}}'), "no setting mix.sead"),
        (put(RESULT, "{"), "delete it, and --resume ends the training again"),
        (remove(SETTINGS), "no training here"),
        (put(f"{START}/model.safetensors", ""), "can't be loaded"),
    ],
)
def test_a_broken_training(
    finished: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Path], object],
    message: str,
) -> None:
    folder = copy_of(finished, tmp_path / "training", remove(RESULT), change)
    assert message in error_of(["train", "--resume", folder], capsys)


def test_what_a_kill_leaves_half_written_is_no_obstacle(finished: Path, tmp_path: Path) -> None:
    folder = tmp_path / "training"
    shutil.copytree(finished, folder)
    (folder / RESULT).unlink()
    (folder / f"{CHECKPOINT}.partial").write_bytes(b"half")
    with (folder / METRICS).open("a") as file:
        file.write('{"step": 3, "lo')
    assert run(["train", "--resume", str(folder)]) == 0
    assert (folder / RESULT).read_text() == (finished / RESULT).read_text()


def test_a_training_that_failed_before_it_began_can_be_begun_again(data: str, tmp_path: Path) -> None:
    (tmp_path / START).mkdir()
    (tmp_path / START / "config.json").write_text("{")  # killed while the small model was written
    assert run(["train", "--data", data, "--from-scratch", "micro", *QUICK, "-o", str(tmp_path)]) == 0


def test_an_output_that_is_not_empty_is_refused(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "something").touch()
    command = ["train", "--data", data, *QUICK, "--from-scratch", "micro", "-o", str(tmp_path)]
    assert "--resume" in error_of(command, capsys)
    assert "no training here" in error_of(["train", "--resume", str(tmp_path)], capsys)
    assert "give no other option" in error_of(["train", "--resume", str(tmp_path), "--steps", "3"], capsys)


def test_a_full_disk_is_one_line_and_room_lets_the_training_go_on(
    finished: Path, data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, new = tmp_path / "training", tmp_path / "new"
    shutil.copytree(finished, folder)
    (folder / RESULT).unlink()
    (folder / CHECKPOINT).unlink()
    begin = ["train", "--data", data, "--from-scratch", "micro", *QUICK, "-o", str(new)]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))  # no file may be longer: the disk is full
    try:
        assert f"{CHECKPOINT}.partial: can't be written" in error_of(
            ["train", "--resume", str(folder)], capsys
        )
        assert f"{START}: can't be written" in error_of(begin, capsys)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert run(["train", "--resume", str(folder)]) == 0
    assert (folder / RESULT).read_text() == (finished / RESULT).read_text()
    assert run(begin) == 0
