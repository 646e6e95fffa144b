"""`omni-arc prompt` on a task file."""

import json
from pathlib import Path

import pytest

from commands.cli import run

TASK = {
    "train": [{"input": [[1, 2]], "output": [[2, 1]]}] * 2,
    "test": [{"input": [[3, 4]], "output": [[4, 3]]}],
}


@pytest.fixture
def dataset(tmp_path: Path) -> str:
    file = tmp_path / "mirror.json"
    file.write_text(json.dumps(TASK))
    return str(file)


def test_it_prints_the_messages(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prompt", "mirror", "--dataset", dataset, "--encoder", "MinimalGridEncoder()"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("[system]\n")
    assert "Input:\n12\n\nOutput:\n21" in text
    assert text.endswith("[assistant]\n```python\nimport numpy as np\n\n")


def test_it_shows_a_repair_prompt_and_never_the_test_output(
    dataset: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "p.py"
    program.write_text("def transform(grid):\n    return grid\n")
    arguments = ["prompt", "mirror", "--dataset", dataset, "--prompt", "repair-v1", "--code", str(program)]
    assert run([*arguments, "--mistake", "It is the wrong way round."]) == 0
    text = capsys.readouterr().out
    assert "return grid" in text and "the wrong way round" in text
    arguments = ["prompt", "mirror", "--dataset", dataset, "--encoder", "MinimalGridEncoder()"]
    assert run([*arguments, "--prompt", "output-from-examples-v0"]) == 0
    text = capsys.readouterr().out
    assert "34" in text and "43" not in text


def test_it_lists_the_versions(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prompt", "--list"]) == 0
    assert "code-from-examples-omniarc-v0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "name a task"),
        (["other"], "no task 'other'; name its data set with --dataset"),
        (["mirror", "--prompt", "nope"], "no prompt 'nope'"),
        (["mirror", "--encoder", "Nope()"], "no encoder 'Nope'"),
        (["mirror", "--test-index", "3"], "1 test inputs"),
        (["mirror", "--prompt", "repair-v1"], "give it its code"),
        (["mirror", "--model", "/no/such/model"], "no such folder"),
    ],
)
def test_mistakes_are_one_line(
    dataset: str, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert run(["prompt", *arguments, "--dataset", dataset]) == 2
    error = capsys.readouterr().err
    assert line in error
    assert error.count("\n") == 1
