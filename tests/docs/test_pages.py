"""README and docs: every block runs, every command and flag that they mention exists.

A block says in its first line what it is:

    python, sh         run here, in order, in one directory a page, with `_FILES` and two runs in it
    python gpu, sh gpu, sh model
                       not run: they need a GPU or a model; their commands and flags are checked
    sh install         not run: they install, which CI does by itself; make targets are checked
    text, json, toml, jsonl
                       not code, or a form of a command; commands and flags are checked
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import click
import pytest

from commands.cli import cli
from tests.house.test_names import ROOMS

_ROOT = Path(__file__).parents[2]
_PAGES = [_ROOT / "README.md", _ROOT / "CONTRIBUTING.md", *sorted((_ROOT / "docs").glob("*.md"))]
_KINDS = {
    "python",
    "sh",
    "python gpu",
    "sh gpu",
    "sh model",
    "sh install",
    "text",
    "json",
    "jsonl",
    "toml",
    "sql",
    "bibtex",
}
_FENCE = re.compile(r"^```(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"omni-arc(?![:\w-])((?: [a-z][a-z-]*)+)?([^|`\n]*)")

# what pages may use: a task, candidate programs for it, a library
_FILES = {
    "common.py": "def mirrored(grid):\n    return [row[::-1] for row in grid]\n",
    "candidates.jsonl": '{"task_id": "67a3c6ac", "source": "def transform(grid): return grid[:, ::-1]"}\n',
}


@dataclass(frozen=True)
class Block:
    """One fenced block: its page, its first line in the page, what it says it is, and its text."""

    page: Path
    line: int
    kind: str
    text: str


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        yield Block(page, text[: match.start()].count("\n") + 1, match[1].strip(), match[2])


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OMNI_ARC_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PYTHONPATH": str(_ROOT), "PATH": path}


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, env=_environment(), capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run, solved once for all pages."""
    folder = tmp_path_factory.mktemp("first")
    solve = "omni-arc solve arc-agi-1/training --tasks 67a3c6ac,d10ecb37,007bbfb7 --run runs/first"
    _run(["bash", "-ec", solve], folder)
    return folder / "runs" / "first"


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_every_block_runs(page: Path, first_run: Path, tmp_path: Path) -> None:
    for name, text in _FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name in ("first", "second"):
        shutil.copytree(first_run, tmp_path / "runs" / name)
    shutil.copy(first_run / "submission.json", tmp_path)
    for block in _blocks(page):
        if block.kind == "python":
            _run([sys.executable, "-c", block.text], tmp_path)
        elif block.kind == "sh":
            _run(["bash", "-ec", block.text], tmp_path)


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_every_block_says_what_it_is(page: Path) -> None:
    unknown = [f"line {block.line}: {block.kind!r}" for block in _blocks(page) if block.kind not in _KINDS]
    assert unknown == []


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_every_command_and_flag_exists(page: Path) -> None:
    """Of all `omni-arc …` in code, inline or in blocks."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    code = [block.text.replace("\\\n", " ") for block in _blocks(page)]
    code += re.findall(r"`([^`\n]+)`", text)
    faults = []
    for match in (match for part in code for match in _COMMAND.finditer(part)):
        command, rest = _find(cli, (match[1] or "").split())
        known = {flag for option in command.params for flag in (*option.opts, *option.secondary_opts)}
        known |= {"--help", "--version", "-h"}
        used = re.findall(r"(?<![\w-])--?[a-z][a-z-]*", f"{' '.join(rest)} {match[2].partition('#')[0]}")
        faults += [f"{match[0].strip()}: no {flag}" for flag in used if flag not in known]
    assert faults == []


def _find(group: click.Group, words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words name, and the words that are its arguments."""
    command: click.Command = group
    while words and isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"no command {words[0]!r}"
        command, words = found, words[1:]
    return command, words


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (_ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in _PAGES:
        named = re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(named) <= targets, page.name


def test_every_file_that_a_page_names_exists() -> None:
    """Of the paths in inline code that begin with one of our folders (not with a user's `runs/`)."""
    rooms = "|".join((*ROOMS, "benchmarks", "docs", "tests"))
    missing = [
        f"{page.name}: {name}"
        for page in _PAGES
        for name in re.findall(rf"`((?:{rooms})/[\w./]*)`", page.read_text(encoding="utf-8"))
        if not (_ROOT / name).exists()
    ]
    assert missing == []


def test_modules_named_as_commands_exist() -> None:
    for page in _PAGES:
        for module in re.findall(r"python -m ([a-z_.]+[a-z_])", page.read_text(encoding="utf-8")):
            name = f"{module}.__main__" if (_ROOT / module.replace(".", "/")).is_dir() else module
            assert import_module(name.rpartition(".")[0] if "." in name else name), module
