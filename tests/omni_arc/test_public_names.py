"""The public names: exactly the listed ones, each documented, and usable from a plain script."""

from __future__ import annotations

import inspect
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import omni_arc

_ROOT = Path(__file__).parents[2]

# README's quick start, without a `__main__` guard and without naming what it imports
_SCRIPT = """
from omni_arc import Settings, evaluate, solve
solved = solve(Settings("arc-agi-1/development", limit=2, time_limit=60), "out")
print(solved.directory.resolve(), evaluate(solved.directory).total.tasks)
"""


def test_the_public_names_are_exactly_the_listed_ones() -> None:
    public = {
        name
        for name, value in vars(omni_arc).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public == set(omni_arc.__all__)
    assert sorted(omni_arc.__all__) == list(omni_arc.__all__)


def test_every_public_class_and_function_says_what_it_is() -> None:
    bare = [
        name
        for name in omni_arc.__all__
        if (inspect.isclass(getattr(omni_arc, name)) or inspect.isfunction(getattr(omni_arc, name)))
        and not (getattr(omni_arc, name).__doc__ or "").strip()
    ]
    assert bare == []


def test_every_error_of_ours_is_an_arc_error() -> None:
    errors = [
        value
        for name in omni_arc.__all__
        if inspect.isclass(value := getattr(omni_arc, name)) and issubclass(value, Exception)
    ]
    assert len(errors) >= 8
    assert all(issubclass(error, omni_arc.ArcError) for error in errors)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"effort": math.nan}, "effort is above 0"),
        ({"effort": 0}, "effort is above 0"),
        ({"time_limit": -1}, "time_limit is above 0"),
        ({"time_limit": "5m"}, "time_limit is a number"),
        ({"samplers": "search"}, "samplers is a list of texts"),
        ({"tasks": "007bbfb7"}, "tasks is a list of texts"),
        ({"samples": 0}, "samples is at least 1"),
        ({"seed": 1.5}, "seed is a whole number"),
        ({"workers": -1}, "workers is not negative"),
    ],
)
def test_settings_that_no_run_can_have_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(omni_arc.RunError, match=words):
        omni_arc.Settings("arc-agi-1/development", **settings)


def test_settings_are_stored_as_they_are_read_back() -> None:
    given: Any = {"tasks": ["007bbfb7"], "samplers": [], "effort": 1, "time_limit": 60}
    settings = omni_arc.Settings("arc-agi-1/development", **given)
    assert (settings.tasks, settings.samplers, settings.effort) == (("007bbfb7",), (), 1.0)
    assert omni_arc.Settings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


def test_a_script_without_a_main_guard_solves(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(_SCRIPT)
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    directory, tasks = line.split()
    assert tasks == "2"
    assert (Path(directory) / "submission.json").is_file()
