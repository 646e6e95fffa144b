"""What must be equal on all machines of a cluster, so that they find the same: the code and what computes."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

_ROOMS = ("arc", "omniarc", "prompts", "sandbox", "scoring", "inference")
_FILES = frozenset({".py", ".txt", ".json", ".toml"})
_PACKAGES = ("ray", "numpy", "scipy", "scikit-learn", "RestrictedPython")


@cache
def identity() -> dict[str, str]:
    """The versions on this machine, by name, and a digest of omni-arc's code."""
    versions = {"Python": platform.python_version()}
    for name in _PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "none"
    return versions | {"omni-arc": f"{_version()} (code {_code_digest()})"}


def difference(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """How another machine differs, in one line; empty if it does not."""
    return ", ".join(
        f"{name} {there.get(name, 'none')} instead of {version}"
        for name, version in here.items()
        if there.get(name) != version
    )


def _version() -> str:
    try:
        return metadata.version("omni-arc")
    except metadata.PackageNotFoundError:
        return "from source"


def _code_digest() -> str:
    root = Path(__file__).resolve().parents[2]
    content = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in _FILES:
                content.update(f"{path.relative_to(root)}\0".encode())
                content.update(path.read_bytes())
    return content.hexdigest()[:8]
