"""The bundle: a folder to upload as a Kaggle data set, with every wheel an offline installation needs.

wheels/          omni-arc and its dependencies, for Kaggle's Python on x86-64 Linux
omni-arc.ipynb   the notebook that installs from it and runs
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arc import ArcError
from inference.kaggle.notebook import notebook_json

NOTEBOOK = "omni-arc.ipynb"
DEFAULT_PYTHON = "3.11"

_PLATFORMS = ("manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_28_x86_64", "linux_x86_64")
_ROOT = Path(__file__).resolve().parent.parent.parent
_FILES = ("pyproject.toml", "README.md", "LICENSE")


class BundleError(ArcError):
    """A bundle that can't be made; the message says what is missing."""


@dataclass(frozen=True)
class Bundle:
    """A finished bundle: its folder, its wheels, and their total size in bytes."""

    directory: Path
    wheels: tuple[Path, ...]

    @property
    def size(self) -> int:
        return sum(wheel.stat().st_size for wheel in self.wheels)


def make_bundle(directory: Path, python: str = DEFAULT_PYTHON, extras: Sequence[str] = ()) -> Bundle:
    """Make the bundle for Kaggle's `python` in `directory` (missing or empty), with the package's `extras`.

    The package's wheel is built from the source checkout; the others come from the package index. Raises
    BundleError where that fails.
    """
    if not re.fullmatch(r"3\.\d+", python):
        raise BundleError(f"{python!r} is not a Python version; write it like {DEFAULT_PYTHON}")
    known = _project()["project"]["optional-dependencies"]
    for extra in extras:
        if extra not in known:
            raise BundleError(f"no extra {extra!r} (there are {', '.join(known)})")
    if directory.exists() and any(directory.iterdir()):
        raise BundleError(f"{directory}: not an empty directory; choose another")
    wheels = directory / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    own = _build_own_wheel(wheels)
    _download(own, wheels, python, extras)
    (directory / NOTEBOOK).write_text(notebook_json(python), encoding="utf-8")
    return Bundle(directory, tuple(sorted(wheels.glob("*.whl"))))


def _project() -> dict[str, Any]:
    """The checkout's pyproject.toml; BundleError for an installation without one."""
    file = _ROOT / "pyproject.toml"
    if not file.is_file():
        raise BundleError(f"{_ROOT}: not a source checkout; make the bundle from one (pip install -e .)")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _build_own_wheel(wheels: Path) -> Path:
    # a copy, because a build in the checkout takes along what older builds left there
    with tempfile.TemporaryDirectory() as folder:
        for name in _packages():
            ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
            shutil.copytree(_ROOT / name, Path(folder) / name, ignore=ignored)
        for name in _FILES:
            if (_ROOT / name).is_file():
                shutil.copy(_ROOT / name, folder)
        _pip("wheel", "--no-deps", "--wheel-dir", str(wheels), folder)
    return next(wheels.glob("omni_arc-*.whl"))


def _packages() -> list[str]:
    """The package's top-level folders, as pyproject.toml lists them."""
    patterns = _project()["tool"]["setuptools"]["packages"]["find"]["include"]
    found = {file.parent.name for pattern in patterns for file in _ROOT.glob(f"{pattern}/__init__.py")}
    return sorted(found)


def _download(own: Path, wheels: Path, python: str, extras: Sequence[str]) -> None:
    wanted = f"{own}[{','.join(extras)}]" if extras else str(own)
    platforms = [part for platform in _PLATFORMS for part in ("--platform", platform)]
    short = f"cp{python.replace('.', '')}"
    _pip(
        "download",
        "--only-binary=:all:",
        "--implementation=cp",
        f"--python-version={python}",
        *(part for abi in (short, "abi3", "none") for part in ("--abi", abi)),
        *platforms,
        "--dest",
        str(wheels),
        wanted,
    )


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        errors = [line for line in lines if "ERROR" in line or "No module" in line]
        raise BundleError(f"pip {arguments[0]} failed: {(errors or lines or ['no message'])[-1]}")
