"""Metrics arrive in the real TensorBoard and the real trackio, and once each after a resume."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import training.records as records
from training.errors import TrainingError
from training.records import Records, choose_tracker, read_metrics

pytestmark = [pytest.mark.llm, pytest.mark.filterwarnings("default"), pytest.mark.timeout(600)]

EVAL = {"eval": {"own.json:grid": {"loss": 2.0, "exact_match": 0.5}}}


def write(folder: Path, tracker: str) -> None:
    """Three steps, then a resume after the second: step 3 is written again, with another loss."""
    first = Records(folder, tracker)
    for step in (1, 2, 3):
        first.write(step, {"loss": 1.0 / step, **EVAL})
    first.close()
    resumed = Records(folder, tracker, after=2)
    resumed.write(3, {"loss": 0.25, **EVAL})
    resumed.close()


def test_a_resume_replaces_the_lines_behind_it(tmp_path: Path) -> None:
    write(tmp_path, "none")
    assert [(line["step"], line["loss"]) for line in read_metrics(tmp_path)] == [
        (1, 1.0),
        (2, 0.5),
        (3, 0.25),
    ]


def test_tensorboard_shows_each_step_once(tmp_path: Path) -> None:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    write(tmp_path, "tensorboard")
    events = accumulator.EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    assert [(event.step, event.value) for event in events.Scalars("loss")] == [(1, 1.0), (2, 0.5), (3, 0.25)]
    assert {event.value for event in events.Scalars("eval/own.json:grid/exact_match")} == {0.5}


TRACKIO = """
import json
from pathlib import Path
from tests.llm.test_records import write
from trackio.sqlite_storage import SQLiteStorage

write(Path("training"), "trackio")
names = SQLiteStorage.get_runs("omni-arc")
print(json.dumps([[name, SQLiteStorage.get_logs("omni-arc", name)] for name in names]))
"""


def test_trackio_shows_the_steps_of_one_run(tmp_path: Path) -> None:
    pytest.importorskip("trackio")
    (tmp_path / "training").mkdir()
    environment = {**os.environ, "TRACKIO_DIR": str(tmp_path / "trackio"), "PYTHONPATH": os.getcwd()}
    done = subprocess.run(
        [sys.executable, "-c", TRACKIO], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    ((name, logs),) = json.loads(done.stdout.splitlines()[-1])
    assert name == "training"
    assert [(log["step"], log["loss"]) for log in logs] == [(1, 1.0), (2, 0.5), (3, 1 / 3), (3, 0.25)]
    assert logs[0]["eval/own.json:grid/exact_match"] == 0.5


def test_a_tracker_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "find_spec", lambda name: None)
    assert choose_tracker("auto") == "none"
    with pytest.raises(TrainingError, match="trackio is not installed: pip install trackio"):
        choose_tracker("trackio")
