"""Sandboxes shared by the tests of this folder, and the programs they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from arc import as_grid
from sandbox import Execution, Job, Limits, Policy, Sandbox, SandboxConfig

DATA = Path(__file__).parent / "data"
GRID = as_grid([[1, 2, 3], [4, 5, 6]])
LIMITS = Limits(cpu_seconds=0.7, wall_seconds=3.0, memory_mb=256)


@dataclass(frozen=True)
class Program:
    """A program of a data file: its header's name and options, and its text."""

    name: str
    options: tuple[str, ...]
    source: str


def read_programs(name: str) -> list[Program]:
    """The programs of `data/<name>.txt`, each after a line `#### name | option | ...`."""
    programs = []
    for part in (DATA / f"{name}.txt").read_text(encoding="utf-8").split("#### ")[1:]:
        head, source = part.split("\n", 1)
        title, *options = (field.strip() for field in head.split("|"))
        programs.append(Program(title, tuple(options), source))
    return programs


def run(sandbox: Sandbox, *sources: str, inputs: int = 1, **options: object) -> list[Execution]:
    """The executions of the sources on `GRID`, in their order."""
    jobs = [Job(n, source, (GRID,) * inputs, **options) for n, source in enumerate(sources)]  # type: ignore[arg-type]
    return sorted(sandbox.run(jobs), key=lambda execution: execution.key)


@pytest.fixture(scope="session")
def programs() -> Callable[[str], list[Program]]:
    return read_programs


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """Both layers on."""
    with Sandbox(SandboxConfig(workers=2, limits=LIMITS)) as shared:
        yield shared


@pytest.fixture(scope="session")
def kernel_sandbox() -> Iterator[Sandbox]:
    """The kernel layer alone."""
    with Sandbox(SandboxConfig(workers=2, limits=LIMITS, policy=Policy.KERNEL)) as shared:
        yield shared
