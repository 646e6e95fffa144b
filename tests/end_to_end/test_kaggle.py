"""The Kaggle bundle: its notebook, run in a fresh virtual environment with the network off, submits."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from arc import load_dataset, read_json
from inference.kaggle import BundleError, make_bundle, notebook_json
from scoring.record.reader import Run
from scoring.submission import check_submission

_RUNNER = """
import json, sys
space = {"__name__": "__main__"}
for cell in json.load(open(sys.argv[1]))["cells"]:
    if cell["cell_type"] == "code":
        exec(compile("".join(cell["source"]), cell["id"], "exec"), space)
"""
_ONLINE = "import socket; socket.create_connection(('1.1.1.1', 53), 2)"


def _without_network() -> list[str]:
    """A command prefix that takes the network away, where this system allows it."""
    for prefix in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if shutil.which("unshare") and not subprocess.run([*prefix, "true"], capture_output=True).returncode:
            return prefix
    return []


def _kaggle_input(folder: Path) -> Path:
    """The folder that Kaggle mounts, with a small competition."""
    competition = folder / "input" / "competitions" / "arc-prize"
    competition.mkdir(parents=True)
    tasks = load_dataset("arc-agi-1/development").select(limit=6)
    path = competition / "arc-agi_test_challenges.json"
    path.write_text(json.dumps({task.id: task.hidden().to_json() for task in tasks}))
    (competition / "arc-agi_training_challenges.json").write_text("{}")
    return path


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("rerun", [False, True], ids=["commit", "re-run"])
def test_the_notebook_submits_offline_in_a_fresh_environment(tmp_path: Path, rerun: bool) -> None:
    challenges = _kaggle_input(tmp_path)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    try:
        bundle = make_bundle(tmp_path / "input" / "omni-arc-bundle", python)
    except BundleError as error:
        if "failed" not in str(error):
            raise
        pytest.skip(f"the bundle needs a package index: {error}")
    notebook = bundle.directory / "omni-arc.ipynb"
    text = notebook.read_text()
    for before, after in (
        ("/kaggle/input", str(tmp_path / "input")),
        ("/kaggle/working", str(tmp_path / "working")),
        ("/tmp/omni-arc", str(tmp_path / "packages")),
        ("11h15m", "200s"),
        ('"10m', '"180s'),
    ):
        assert before in text.replace('\\"', '"')
        text = text.replace(before, after).replace(before.replace('"', '\\"'), after.replace('"', '\\"'))
    notebook.write_text(text)
    (tmp_path / "working").mkdir()
    venv.create(tmp_path / "fresh", with_pip=True)
    fresh, prefix = tmp_path / "fresh" / "bin" / "python", _without_network()
    if prefix:
        assert subprocess.run([*prefix, fresh, "-c", _ONLINE], capture_output=True).returncode
    names = ("PATH", "HOME", "LANG", "TMPDIR")
    environment = {name: os.environ[name] for name in names if name in os.environ}
    environment |= {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    environment |= {"KAGGLE_IS_COMPETITION_RERUN": "1"} if rerun else {}
    done = subprocess.run(
        [*prefix, fresh, "-c", _RUNNER, notebook],
        cwd=tmp_path / "working",
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("re-run on" if rerun else "commit run on") in done.stdout
    dataset = load_dataset(str(challenges))
    record = read_json(tmp_path / "working" / "submission.json")
    assert list(check_submission(record, dataset)) == []
    assert "tasks have an answer" in done.stdout
    assert not list((tmp_path / "working").rglob("*.whl")) and not (tmp_path / "working" / "numpy").exists()
    assert (tmp_path / "packages" / "omni_arc").is_dir()
    with Run.open(tmp_path / "working" / "run") as run:
        assert 10 < run.config["time_limit"] < (200 if rerun else 180)
        assert sum(count.candidates + count.predictions for count in run.counts().values()) > 0


def test_the_notebook_is_plain_python_in_the_notebook_format() -> None:
    record = json.loads(notebook_json("3.11"))
    assert (record["nbformat"], record["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in record["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in record["cells"]:
        if cell["cell_type"] == "code":
            compile("".join(cell["source"]), cell["id"], "exec")
            assert cell["outputs"] == []


def test_a_bundle_says_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BundleError, match="not an empty directory"):
        make_bundle(tmp_path)
    with pytest.raises(BundleError, match="not a Python version"):
        make_bundle(tmp_path / "new", "three")
    with pytest.raises(BundleError, match=r"no extra 'gpu' .there are llm, .*train"):
        make_bundle(tmp_path / "new", extras=("llm", "gpu"))
    assert not (tmp_path / "new").exists()
