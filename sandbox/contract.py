"""What goes into the sandbox and what comes out: jobs, limits, executions.

Expected outputs are in none of these types: whoever runs a candidate does not know the answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, Self

from arc.grid import ArcError, Grid, GridType

SOURCE_CHARS = 200_000  # a longer program is rejected unread


class SandboxError(ArcError):
    """The sandbox can't run as asked (a missing library file, no kernel confinement); says what to do."""


class Policy(StrEnum):
    """Which layers guard a run: the language policy and the kernel's confinement, or the kernel's alone."""

    FULL = "full"
    KERNEL = "kernel"


class Status(StrEnum):
    """How one execution ended. `OK` says only that every input gave a grid, not that any is right."""

    OK = "ok"
    ERROR = "error"  # the program raised
    TIMEOUT = "timeout"  # CPU time, or the wall-time backstop, ran out
    MEMORY = "memory"
    CRASHED = "crashed"  # the process died: a signal, an exit, the C stack
    INVALID = "invalid"  # it returned something that is no grid
    REJECTED = "rejected"  # the language policy refuses it, or it is too long
    UNPARSABLE = "unparsable"  # no Python program with an entry function
    INFRASTRUCTURE = "infrastructure"  # our fault: to be retried, never counted against the candidate


@dataclass(frozen=True)
class Limits:
    """Limits of one execution (all inputs of one candidate together)."""

    cpu_seconds: float = 4.0
    wall_seconds: float = 60.0
    memory_mb: int = 1024
    error_chars: int = 500


@dataclass(frozen=True)
class SandboxConfig:
    """How candidates run.

    `workers` is the number of programs that run side by side (fewer where their memory limits together would
    be more than the machine has); `libraries` are paths of trusted Python files that candidates may import by
    their stem; `unconfined` permits running where the kernel layer is missing.
    """

    workers: int = 1
    limits: Limits = field(default_factory=Limits)
    policy: Policy = Policy.FULL
    libraries: tuple[str, ...] = ()
    unconfined: bool = False


@dataclass(frozen=True, eq=False)
class Job:
    """One program to run on some inputs, in a process of its own.

    `key` is the caller's own and comes back with the execution. `entry_point` None means the first of
    `transform`, `task`, `solve` that the program defines.
    """

    key: int
    source: str
    inputs: tuple[Grid, ...]
    entry_point: str | None = None
    grid_type: GridType = GridType.ARRAY


@dataclass(frozen=True, eq=False)
class Execution:
    """What one job did.

    `outputs` has one entry for each input: a validated grid, or None where there was none. `status` is OK if
    all are grids, else the first failure's. `error` is one line ("ValueError: ... (line 7)"), empty if OK.
    """

    key: int
    status: Status
    outputs: tuple[Grid | None, ...]
    error: str = ""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0


class Executor(Protocol):
    """What runs jobs: the sandbox of this machine, or those of a cluster's. A context manager.

    One thread may use it, and work may go on only inside its calls: whoever submits must collect.
    """

    @property
    def workers(self) -> int:
        """Programs that run side by side."""

    @property
    def pending(self) -> int:
        """Jobs submitted whose executions have not been collected."""

    def submit(self, job: Job, *, first: bool = False) -> None:
        """Queue a job, before all that wait if `first`; returns at once."""

    def collect(self, timeout: float | None = 0.0) -> list[Execution]:
        """The executions that are finished; waits up to `timeout` seconds (None: for ever) for the first."""

    def close(self) -> None:
        """End all processes; what is pending is dropped."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...
