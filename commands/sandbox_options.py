"""How candidates run: the flags that `solve` and `verify` share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from commands.kinds import Real
from commands.sections import SectionOption
from sandbox.contract import Limits, Policy, SandboxConfig

# the names of the parameters that the flags set
SANDBOX_PARAMETERS = frozenset({"timeout", "wall_time", "memory", "policy", "libraries", "unconfined"})


def _option(*names: str, **attributes: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(*names, cls=SectionOption, section="Sandbox", **attributes)


def sandbox_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flags of the sandbox to a command."""
    flags = (
        _option(
            "--timeout",
            type=Real(0.01),
            default=Limits.cpu_seconds,
            show_default=True,
            help="CPU time limit of a candidate, for all inputs together, in seconds.",
        ),
        _option(
            "--wall-time",
            type=Real(0.01),
            default=Limits.wall_seconds,
            show_default=True,
            help="Wall time limit of a candidate, in seconds: ends programs that wait instead of computing.",
        ),
        _option(
            "--memory",
            type=click.IntRange(64, 1 << 24),
            default=Limits.memory_mb,
            show_default=True,
            help="Memory limit of a candidate, in MiB.",
        ),
        _option(
            "--policy",
            type=click.Choice([policy.value for policy in Policy]),
            default=Policy.FULL.value,
            show_default=True,
            help="Confine candidates by language rules and the kernel, or by the kernel alone.",
        ),
        _option(
            "--library",
            "libraries",
            multiple=True,
            type=click.Path(),
            help="A trusted Python file that candidates may import; repeatable.",
        ),
        _option(
            "--unconfined", is_flag=True, help="Run candidates even without kernel confinement (dangerous)."
        ),
    )
    for flag in reversed(flags):
        command = flag(command)
    return command


def sandbox_config(options: Mapping[str, Any]) -> SandboxConfig:
    """The sandbox that the flags of `sandbox_options` describe."""
    return SandboxConfig(
        limits=Limits(
            cpu_seconds=options["timeout"], wall_seconds=options["wall_time"], memory_mb=options["memory"]
        ),
        policy=Policy(options["policy"]),
        libraries=tuple(options["libraries"]),
        unconfined=options["unconfined"],
    )
