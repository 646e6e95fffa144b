"""A profile's trusted library: programs of a model that was trained with it can import it."""

import json
from pathlib import Path

from commands.cli import run
from scoring.contract import VerdictKind
from scoring.record.reader import Run

TASK = {
    "train": [{"input": [[1, 2]], "output": [[2, 1]]}, {"input": [[3, 4]], "output": [[4, 3]]}],
    "test": [{"input": [[5, 6]], "output": [[6, 5]]}],
}


def test_programs_may_import_the_library_that_the_profile_names(tmp_path: Path) -> None:
    (tmp_path / "mirror.json").write_text(json.dumps(TASK))
    (tmp_path / "helpers.py").write_text("def turned(grid):\n    return grid[:, ::-1]\n")
    (tmp_path / "mine.toml").write_text('library = "helpers.py"\n')
    source = "from helpers import *\n\ndef transform(grid):\n    return turned(grid)\n"
    (tmp_path / "samples.jsonl").write_text(json.dumps({"task_id": "mirror", "source": source}) + "\n")
    arguments = ["solve", tmp_path / "mirror.json", "--sampler", "replay", "--no-search", "--no-cells"]
    arguments += ["--model", tmp_path / "samples.jsonl", "--run", tmp_path / "run"]
    assert run([str(part) for part in [*arguments, "--profile", tmp_path / "mine.toml"]]) == 0
    with Run.open(tmp_path / "run") as kept:
        (program,) = kept.programs("mirror")
        assert program.verdict.kind is VerdictKind.VERIFIED
