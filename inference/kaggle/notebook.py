"""The notebook of the bundle: plain Python cells, so that anything that runs Python can run it."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

_ABOUT = """
# omni-arc

Attach three things to this notebook: the competition, the data set made from `omni-arc kaggle bundle`, and,
for the model backends, a model folder. Internet stays off.

Committing runs every cell for a few minutes; in the competition's re-run the whole time is used.
`submission.json` is valid from the first second of the run on.
"""

_SETTINGS = """
import os
import subprocess
import sys
from pathlib import Path

INPUT = Path("/kaggle/input")
WORKING = Path("/kaggle/working")

# Kaggle sets this variable in the re-run on the hidden tasks, and only there.
RERUN = bool(os.environ.get("KAGGLE_IS_COMPETITION_RERUN"))
TIME_LIMIT = "11h15m" if RERUN else "3m"

# What proposes answers beside search and cells. With a model folder attached: ["--sampler", "vllm"].
PROPOSERS = []
"""

_INSTALL = """
wheels = sorted(INPUT.rglob("omni_arc-*.whl"))
if not wheels:
    raise SystemExit(f"no omni_arc wheel under {INPUT}: attach the data set made by omni-arc kaggle bundle")
subprocess.run(
    [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--find-links", str(wheels[-1].parent)]
    + [str(wheels[-1])],
    check=True,
)
"""

_FIND = """
found = sorted(INPUT.rglob("*test*challenges.json")) or sorted(INPUT.rglob("*challenges.json"))
if not found:
    raise SystemExit(f"no *challenges.json under {INPUT}: attach the competition")
challenges = found[0]

# A model folder is one with a config.json and weights beside it.
models = sorted(
    path.parent
    for path in INPUT.rglob("config.json")
    if list(path.parent.glob("*.safetensors")) or list(path.parent.glob("*.gguf"))
)
print("re-run" if RERUN else "commit run", "on", challenges, "for", TIME_LIMIT)
print("model:", models[0] if models else "none, the embedded proposers alone")
"""

_RUN = """
command = [sys.executable, "-c", "from commands import main; main()"]
model = ["--model", str(models[0])] if models and PROPOSERS else []
run = WORKING / "run"
start = ["--resume", str(run)] if (run / "submission.json").exists() else [str(challenges), "--run", str(run)]
settings = [] if start[0] == "--resume" else PROPOSERS + model
done = subprocess.run(command + ["solve", *start, *settings, "--time-limit", TIME_LIMIT])
print("the run ended with exit code", done.returncode)
"""

_SUBMIT = """
import shutil

submission = WORKING / "submission.json"
shutil.copyfile(run / "submission.json", submission)
subprocess.run(command + ["submit", "--check", str(submission), "--dataset", str(challenges)], check=True)
"""


def notebook_json(python: str) -> str:
    """The notebook (nbformat 4) as JSON text, for Kaggle's `python` ("3.11")."""
    cells = [_cell("about", "markdown", _ABOUT)]
    for name, source in (
        ("settings", _SETTINGS),
        ("install", _INSTALL),
        ("find", _FIND),
        ("run", _RUN),
        ("submit", _SUBMIT),
    ):
        cells.append(_cell(name, "code", source))
    record = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "version": python},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(record, indent=1) + "\n"


def _cell(name: str, kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": name,
        "metadata": {},
        "source": dedent(source).strip().splitlines(keepends=True),
    }
    if kind == "code":
        cell.update({"execution_count": None, "outputs": []})
    return cell
