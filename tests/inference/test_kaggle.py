"""Kaggle: what is attached is found under old and new paths, never guessed; a session retries and tells."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from arc import load_dataset, read_json
from inference.kaggle.cards import Card, environment, model_flags, parse_cards, weights_mb
from inference.kaggle.mounts import AttachError, find_adapter, find_challenges, find_model
from inference.kaggle.session import Session
from scoring.submission import check_submission

OLD, NEW = "arc-prize-2026", "competitions/arc-prize-2026"
MODELS = ["qwen3/transformers/4b/1", "models/owner/qwen3/transformers/4b/1"]


def touch(path: Path, size: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.truncate(size)
    return path


@pytest.mark.parametrize("place", [OLD, NEW])
def test_the_competition_is_found_under_old_and_new_paths(tmp_path: Path, place: str) -> None:
    wanted = touch(tmp_path / place / "arc-agi_test_challenges.json")
    touch(tmp_path / place / "arc-agi_training_challenges.json")
    assert find_challenges(tmp_path) == wanted
    assert find_challenges(tmp_path, "arc-prize-2026") == wanted
    with pytest.raises(AttachError, match="no challenges file of 'arc-prize-2025'"):
        find_challenges(tmp_path, "arc-prize-2025")
    copy = touch(tmp_path / "datasets" / "me" / "copy" / "arc-agi_test_challenges.json")
    with pytest.raises(AttachError, match="2 challenges files are attached") as caught:
        find_challenges(tmp_path)
    assert str(copy) in str(caught.value) and str(wanted) in str(caught.value)
    assert find_challenges(tmp_path, "me/copy") == copy


def test_a_missing_competition_is_said(tmp_path: Path) -> None:
    with pytest.raises(AttachError, match=r"no challenges file under .*: attach it"):
        find_challenges(tmp_path)
    assert find_model(tmp_path) is None and find_adapter(tmp_path) is None


@pytest.mark.parametrize("place", MODELS)
@pytest.mark.parametrize("weights", ["model-00001.safetensors", "model.gguf", "pytorch_model.bin"])
def test_a_model_is_found_under_old_and_new_paths(tmp_path: Path, place: str, weights: str) -> None:
    touch(tmp_path / place / weights)
    touch(tmp_path / place / "config.json")
    touch(tmp_path / place / "original" / weights)
    touch(tmp_path / place / "original" / "config.json")
    touch(tmp_path / "tokenizer-only" / "config.json")
    assert find_model(tmp_path) == tmp_path / place
    for slug in ("qwen3", "QWEN3/transformers", "4b/1", place):
        assert find_model(tmp_path, slug) == tmp_path / place
    with pytest.raises(AttachError, match="no model of 'qwen'"):
        find_model(tmp_path, "qwen")  # half a name is none


def test_two_models_are_never_guessed_between(tmp_path: Path) -> None:
    for name in ("models/a/small/transformers/1b/1", "models/a/large/transformers/8b/1"):
        touch(tmp_path / name / "config.json")
        touch(tmp_path / name / "model.safetensors")
    with pytest.raises(AttachError, match="2 models are attached, and nothing says which") as caught:
        find_model(tmp_path)
    assert "small" in str(caught.value) and "large" in str(caught.value) and "set MODEL" in str(caught.value)
    assert find_model(tmp_path, "large") == tmp_path / "models/a/large/transformers/8b/1"


def test_adapters_are_no_models_and_links_are_followed(tmp_path: Path) -> None:
    real = tmp_path / "elsewhere"
    touch(real / "model" / "config.json")
    touch(real / "model" / "model.safetensors")
    root = tmp_path / "input"
    touch(root / "adapter" / "adapter_config.json")
    touch(root / "adapter" / "adapter_model.safetensors")
    (root / "qwen3").symlink_to(real)
    (root / "again").symlink_to(root)
    assert find_model(root) == root / "qwen3" / "model"
    assert find_adapter(root) == root / "adapter"


L4, T4, P100 = (
    Card("NVIDIA L4", (8, 9), 23034),
    Card("Tesla T4", (7, 5), 15360),
    Card("Tesla P100", (6, 0), 16384),
)


def test_the_cards_of_nvidia_smi() -> None:
    text = "NVIDIA L4, 8.9, 23034\nNVIDIA L4, 8.9, 23034\n[N/A]\nFailed, x.y, 1\n"
    assert parse_cards(text) == (L4, L4)


@pytest.mark.parametrize(
    ("found", "size", "given", "flags"),
    [
        ((L4,) * 4, 8_000, (), ["--engines", "4"]),
        ((L4,) * 4, 30_000, (), ["--tensor-parallel", "4"]),
        ((L4,) * 4, 30_000, ("--engines", "2"), []),
        ((L4,) * 4, 30_000, ("--tensor-parallel=2",), []),
        ((T4,) * 2, 3_000, (), ["--dtype", "float16", "--engines", "2"]),
        ((T4,), 3_000, ("--dtype", "float32"), []),
        ((L4,), 3_000, (), []),
    ],
)
def test_flags_by_card_and_model(
    tmp_path: Path, found: tuple[Card, ...], size: int, given: tuple[str, ...], flags: list[str]
) -> None:
    touch(tmp_path / "model-1.safetensors", size * 2**19)
    touch(tmp_path / "model-2.safetensors", size * 2**19)
    touch(tmp_path / "pytorch_model.bin", 2**30)
    assert weights_mb(tmp_path) == size
    assert model_flags(found, tmp_path, given) == flags


def test_a_model_without_a_card_for_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AttachError, match="needs a GPU"):
        model_flags((), tmp_path, ())
    with pytest.raises(AttachError, match="does not run on a Tesla P100"):
        model_flags((T4, P100), tmp_path, ())


def test_flashinfer_is_off_where_it_cannot_compile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment()["VLLM_USE_FLASHINFER_SAMPLER"] == "0"
    for tool in ("nvcc", "ninja"):
        touch(tmp_path / tool).chmod(0o755)
    assert "VLLM_USE_FLASHINFER_SAMPLER" not in environment()


def _challenges(folder: Path) -> Path:
    path = folder / "arc-agi_test_challenges.json"
    tasks = load_dataset("arc-agi-1/development").select(limit=3)
    path.write_text(json.dumps({task.id: task.hidden().to_json() for task in tasks}))
    return path


def _guesses(path: Path, tasks: dict[str, list[int]]) -> list[str]:
    """The flags that replay direct grids of one cell, of these colours."""
    lines = [
        {"task_id": task_id, "grid": [[colour]], "test_index": index}
        for task_id, colours in tasks.items()
        for colour in colours
        for index in range(3)
        if index < len(load_dataset("arc-agi-1/development")[task_id].test)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return ["--sampler", "replay", "--no-search", "--no-cells", "--model", str(path)]


@pytest.mark.timeout(300)
def test_empty_and_single_attempts_are_tried_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    challenges = _challenges(tmp_path)
    two, one, none = load_dataset(str(challenges)).ids
    working = tmp_path / "working"
    working.mkdir()
    session = Session(working, challenges, time.monotonic() + 200, rounds=1)
    dataset = load_dataset(str(challenges))
    assert list(check_submission(read_json(working / "submission.json"), dataset)) == []
    assert session.open_tasks() == (two, one, none)
    first = _guesses(tmp_path / "first.jsonl", {two: [1, 2], one: [3]})
    again = _guesses(tmp_path / "again.jsonl", {two: [9], one: [3, 4], none: [5]})
    session.solve(first, again[-2:])
    assert [directory.name for directory in session.runs] == ["run", "run-1"]
    assert session.proposed() == {two: 2, one: 2, none: 1}
    record = read_json(working / "submission.json")
    assert record[two][0] == {"attempt_1": [[1]], "attempt_2": [[2]]}
    assert record[one][0] == {"attempt_1": [[3]], "attempt_2": [[4]]}
    assert record[none][0]["attempt_1"] == [[5]]
    session.submit(strict=True)
    out, _ = capfd.readouterr()
    assert "2 tasks have less than two answers" in out and "3 of 3 tasks have an answer, 1 of them" in out


@pytest.mark.timeout(300)
def test_a_run_that_finds_nothing_says_so_loudly(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    challenges = _challenges(tmp_path)
    working = tmp_path / "working"
    working.mkdir()
    session = Session(working, challenges, time.monotonic() + 50)
    session.solve(
        ["--sampler", "replay", "--no-search", "--no-cells", "--model", str(tmp_path / "missing.jsonl")]
    )
    session.submit(strict=False)
    _, errors = capfd.readouterr()
    assert "!! NOTHING WAS FOUND" in errors and "exit codes of the runs: [2]" in errors
    assert list(check_submission(read_json(working / "submission.json"), load_dataset(str(challenges)))) == []
    with pytest.raises(SystemExit, match="NOTHING WAS FOUND"):
        session.submit(strict=True)


@pytest.mark.timeout(300)
def test_a_model_that_gives_nothing_is_told_though_others_found_something(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    challenges = _challenges(tmp_path)
    working = tmp_path / "working"
    working.mkdir()
    session = Session(working, challenges, time.monotonic() + 90, rounds=0)
    empty = tmp_path / "empty.jsonl"
    empty.write_text(json.dumps({"task_id": load_dataset(str(challenges)).ids[0], "source": ""}) + "\n")
    session.solve(["--no-search", "--sampler", "replay", "--model", str(empty)])
    assert session.codes == [1] and max(session.proposed().values()) > 0
    session.submit(strict=False)
    assert "!! THE FIRST RUN FAILED" in capfd.readouterr().err
