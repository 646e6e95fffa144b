"""The notebook of the bundle: plain Python cells, so that anything that runs Python can run it."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

_ABOUT = """
# omni-arc

Attach to this notebook: the competition, the data set made from `omni-arc kaggle bundle`, and, for the
model backends, a model (and an adapter). Internet stays off. `docs/kaggle.md` has settings for some machines.

Committing runs every cell for a few minutes, and fails if nothing is found; the competition's re-run has up
to eleven hours. `submission.json` is valid from the first second of the run on.
"""

_SETTINGS = """
import os
import subprocess
import sys
import time
from pathlib import Path

INPUT = Path("/kaggle/input")
WORKING = Path("/kaggle/working")
PACKAGES = Path("/tmp/omni-arc")  # outside of the output folder, which is kept and limited

# Kaggle sets this variable in the re-run on the hidden tasks, and only there.
RERUN = bool(os.environ.get("KAGGLE_IS_COMPETITION_RERUN"))
TIME_LIMIT = "11h15m" if RERUN else "10m"  # from here to the last cell, the installation included

# Which attached item to use, as a part of its path; leave "" if there is only one.
COMPETITION = ""
MODEL = ""
ADAPTER = ""

# Flags for what proposes answers. Search and cells always do (--effort is their cap per task, and what they
# solve grows with it); with a model attached, add "--sampler", "vllm".
PROPOSERS = ["--effort", "16" if RERUN else "2"]
# A model's limits for one task: samples, and tokens over all of them.
CAPS = ["--samples", "64", "--task-tokens", "200000"]
# How often tasks with an empty or a single attempt are tried again, and extra flags for that.
ROUNDS = 3
RETRY = ["--effort", "32"]

BEGAN = time.monotonic()
"""

_INSTALL = """
wheels = sorted(INPUT.rglob("omni_arc-*.whl"))
if len(wheels) != 1:
    found = ", ".join(map(str, wheels)) or f"no omni_arc wheel under {INPUT}"
    raise SystemExit(f"attach one data set made by omni-arc kaggle bundle; found: {found}")
subprocess.run(
    [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--find-links", str(wheels[0].parent)]
    + ["--upgrade", "--target", str(PACKAGES), str(wheels[0])],
    check=True,
)
sys.path.insert(0, str(PACKAGES))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PACKAGES), os.environ.get("PYTHONPATH")]))
"""

_FIND = """
from inference.kaggle.cards import cards, environment, model_flags
from inference.kaggle.mounts import AttachError, find_adapter, find_challenges, find_model

try:
    challenges = find_challenges(INPUT, COMPETITION)
    flags = list(PROPOSERS)
    if "vllm" in PROPOSERS or "transformers" in PROPOSERS:
        model, adapter = find_model(INPUT, MODEL), find_adapter(INPUT, ADAPTER)
        if model is None:
            raise AttachError(f"{PROPOSERS} need a model, and none is attached under {INPUT}")
        flags += ["--model", str(model)] + (["--adapter", str(adapter)] if adapter else []) + CAPS
        if "vllm" in PROPOSERS:
            flags += model_flags(cards(), model, flags)
except AttachError as error:
    raise SystemExit(f"omni-arc: {error}") from None
print("re-run" if RERUN else "commit run", "on", challenges, "for", TIME_LIMIT)
print("cards:", ", ".join(card.name for card in cards()) or "none")
print("flags:", " ".join(flags) or "none, the embedded proposers alone")
"""

_RUN = """
from inference.kaggle.session import Session
from inference.run.settings import parse_duration

session = Session(WORKING, challenges, BEGAN + parse_duration(TIME_LIMIT), ROUNDS, environment())
session.solve(flags, RETRY)
"""

_SUBMIT = """
session.submit(strict=not RERUN)
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
