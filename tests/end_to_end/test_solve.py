"""A whole run through the command line: solve, submission, resume, interruption, bad input."""

import json
import math
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from arc import load_dataset, read_json
from inference.run.settings import Settings, parse_duration
from inference.run.solve import solve
from scoring.contract import VerdictKind
from scoring.record.errors import RunError
from scoring.record.reader import Run
from scoring.submission import check_submission
from tests.end_to_end.conftest import CommandLine

DEVELOPMENT = "arc-agi-1/development"


def flip_task(grids: list[list[list[int]]]) -> tuple[dict[str, Any], list[Any]]:
    """A task that mirrors each grid left to right."""
    pairs = [{"input": grid, "output": [row[::-1] for row in grid]} for grid in grids]
    return {"train": pairs[:-1], "test": [{"input": pairs[-1]["input"]}]}, [pairs[-1]["output"]]


@pytest.fixture
def challenges(tmp_path: Path) -> Path:
    """A Kaggle file of four easy tasks with solutions beside it."""
    tasks, solutions = {}, {}
    for number in range(4):
        grids = [[[(r * 3 + c * c + k + number) % 7 for c in range(4)] for r in range(3)] for k in range(4)]
        tasks[f"flip{number}"], solutions[f"flip{number}"] = flip_task(grids)
    path = tmp_path / "mini_challenges.json"
    path.write_text(json.dumps(tasks))
    (tmp_path / "mini_solutions.json").write_text(json.dumps(solutions))
    return path


def test_solve_finds_programs_and_leaves_a_right_submission(
    omni_arc: CommandLine, challenges: Path, tmp_path: Path
) -> None:
    done = omni_arc("solve", challenges, "--run", "out", "--workers", "2", "--time-limit", "2m")
    assert done.returncode == 0, done.stderr
    dataset = load_dataset(str(challenges))
    submission = read_json(tmp_path / "out" / "submission.json")
    assert list(check_submission(submission, dataset)) == []
    for task in dataset:
        answers = submission[task.id][0]
        assert task.test[0].answer.tolist() in (answers["attempt_1"], answers["attempt_2"])
    with Run.open(tmp_path / "out") as run:
        for task in dataset:
            verified = run.programs(task.id, VerdictKind.VERIFIED)
            assert verified
            assert "from omniarc import" in verified[0].source
    again = omni_arc("solve", "--resume", "out")
    assert again.returncode == 0, again.stderr
    with Run.open(tmp_path / "out") as run:
        counts = run.counts()
    assert read_json(tmp_path / "out" / "submission.json") == submission
    assert sum(count.candidates for count in counts.values()) > 0


def _candidates(directory: Path) -> int:
    """How many candidates a run has judged so far."""
    with Run.open(directory) as run:
        return sum(count.candidates for count in run.counts().values())


def test_ctrl_c_leaves_a_valid_submission_and_can_be_resumed(omni_arc: CommandLine, tmp_path: Path) -> None:
    process = omni_arc.start("solve", DEVELOPMENT, "--limit", 30, "--run", "out", "--time-limit", "5m")
    submission = tmp_path / "out" / "submission.json"
    waited = time.monotonic() + 120
    while not (submission.exists() and _candidates(tmp_path / "out")) and time.monotonic() < waited:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "--resume" in errors
    assert "Traceback" not in errors
    tasks = load_dataset(DEVELOPMENT).select(limit=30)
    assert list(check_submission(read_json(submission), tasks)) == []
    resumed = omni_arc("solve", "--resume", "out", "--time-limit", "20s")
    assert resumed.returncode == 0, resumed.stderr
    assert list(check_submission(read_json(submission), tasks)) == []


def test_the_time_limit_ends_a_run_which_says_what_was_cut_off(omni_arc: CommandLine, tmp_path: Path) -> None:
    done = omni_arc("solve", DEVELOPMENT, "--run", "out", "--time-limit", "15s")
    assert done.returncode == 0, done.stderr
    tasks = load_dataset(DEVELOPMENT)
    assert list(check_submission(read_json(tmp_path / "out" / "submission.json"), tasks)) == []
    with Run.open(tmp_path / "out") as run:
        (deadline,) = run.events("deadline")
        complete = [task_id for name in ("search", "cells") for task_id in run.finished(name)]
    cut_off = deadline.data["cut off"]
    assert f"the time limit cut off {cut_off} of {len(tasks)} tasks" in done.stderr
    assert 0 < cut_off <= len(tasks) and len(complete) < 2 * len(tasks)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["solve", "no/such/set"], "neither a file or folder"),
        (["solve", "broken.json"], "broken JSON"),
        (["solve", "big.json"], "256"),
        (["solve", DEVELOPMENT, "--tasks", "nope"], "no task 'nope' (it has 320 tasks)"),
        (["solve", DEVELOPMENT, "--tasks", "007bbfb8"], "no task '007bbfb8'; did you mean 007bbfb7?"),
        (["prompt", "007bbfb8", "--dataset", DEVELOPMENT], "did you mean 007bbfb7?"),
        (["solve", DEVELOPMENT, "--time-limit", "soon"], "not a duration"),
        (["solve", DEVELOPMENT, "--sampler", "oracle"], "oracle"),
        (["solve", DEVELOPMENT, "--library", "missing.py", "--run", "new"], "no such library file"),
        (["solve", DEVELOPMENT, "--config", "wrong.toml"], "no setting 'sample'"),
        (["solve", DEVELOPMENT, "--run", "full"], "not an empty directory"),
        (["solve", "--resume", "full"], "no run"),
        (["solve", DEVELOPMENT, "--workers", "-1"], "-1"),
        (["frobnicate"], "No such command"),
        (["sovle"], "Did you mean 'solve'?"),
        (["solve", "arc-agi-1/trainig"], "did you mean arc-agi-1/training?"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2(
    omni_arc: CommandLine, tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "big.json").write_text(
        json.dumps({"train": [{"input": [[0] * 256], "output": [[0]]}], "test": [{"input": [[0]]}]})
    )
    (tmp_path / "wrong.toml").write_text("sample = 3\n")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    done = omni_arc(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "new").exists()  # the corrected command is not refused


def test_resume_under_another_configuration_names_what_differs(
    omni_arc: CommandLine, challenges: Path
) -> None:
    first = omni_arc("solve", challenges, "--run", "out", "--no-cells", "--time-limit", "30s")
    assert first.returncode == 0, first.stderr
    other = omni_arc("solve", "--resume", "out", "--seed", "5")
    assert other.returncode == 2
    assert "seed" in other.stderr


def test_settings_come_from_flags_over_environment_over_file(
    omni_arc: CommandLine, challenges: Path, tmp_path: Path
) -> None:
    (tmp_path / "settings.toml").write_text('seed = 1\nsamples = 1\ntime_limit = "40s"\ncells = false\n')
    done = omni_arc(
        *("solve", challenges, "--config", "settings.toml", "--samples", 3, "--run", "out"),
        env={"OMNI_ARC_SOLVE_SEED": "2", "OMNI_ARC_SOLVE_SAMPLES": "2"},
    )
    assert done.returncode == 0, done.stderr
    with Run.open(tmp_path / "out") as run:
        settings = Settings.from_json(run.config)
    assert (settings.seed, settings.samples, settings.time_limit) == (2, 3, 40.0)
    assert settings.predictors == ()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("10m", 600), ("11h30m", 41400), ("1d2h", 93600), ("0.5s", 0.5)],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "soon", "-5s", "1h1d", "1e3", "inf", "0", "0m", "3651d", "9" * 400, "1m\u0661s", "5 minutes"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(RunError) as caught:
        parse_duration(text)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("seconds", [parse_duration("3650d"), math.inf])
def test_a_run_may_have_years_or_no_limit_at_all(tmp_path: Path, seconds: float) -> None:
    settings = Settings("arc-agi-1/development", limit=1, effort=0.05, workers=1, time_limit=seconds)
    solved = solve(settings, tmp_path / "out")
    assert solved.outcome.cut_off == 0 and not solved.outcome.problems
    with Run.open(tmp_path / "out") as run:
        assert Settings.from_json(run.config).time_limit == seconds
