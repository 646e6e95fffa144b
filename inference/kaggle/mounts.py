"""What is attached to a Kaggle notebook: the competition's test file, models and adapters, by slug.

Kaggle mounts one thing under several paths, old and new:

    /kaggle/input/<slug>                                      competition, data set
    /kaggle/input/competitions/<slug>                         competition
    /kaggle/input/datasets/<owner>/<slug>                     data set
    /kaggle/input/<model>/<framework>/<variation>/<version>   model
    /kaggle/input/models/<owner>/<model>/<framework>/<variation>/<version>

so everything is found by its contents, and a slug is any part of its path. If two things fit, nothing is
guessed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from inference.errors import InferenceError

_WEIGHTS = (".safetensors", ".gguf", ".bin", ".pt")


class AttachError(InferenceError):
    """Something is not attached, or attached twice; the message names what was found and what to set."""


def find_challenges(root: Path, slug: str = "") -> Path:
    """The competition's test file (or its only challenges file) below `root`.

    Raises AttachError where there is none, or several.
    """
    files = [
        folder / name
        for folder, names in _folders(root)
        for name in sorted(names)
        if name.endswith("challenges.json") and _has_slug(root, folder, slug)
    ]
    tests = [file for file in files if "test" in file.name]
    return _only(tests or files, root, "challenges file", "COMPETITION", slug)


def find_model(root: Path, slug: str = "") -> Path | None:
    """The model's folder: one with a config.json and weights, or GGUF weights; None if none is attached.

    Raises AttachError where there are several, or `slug` fits none.
    """
    return _find(root, slug, _is_model, "model", "MODEL")


def find_adapter(root: Path, slug: str = "") -> Path | None:
    """The folder of a LoRA adapter (adapter_config.json); None if none is attached."""
    return _find(root, slug, lambda names: "adapter_config.json" in names, "adapter", "ADAPTER")


def _find(root: Path, slug: str, fits: Callable[[set[str]], bool], what: str, setting: str) -> Path | None:
    found = [folder for folder, names in _folders(root) if fits(names)]
    found = [folder for folder in found if not any(other in folder.parents for other in found)]
    if not found and not slug:
        return None
    return _only([folder for folder in found if _has_slug(root, folder, slug)], root, what, setting, slug)


def _is_model(names: set[str]) -> bool:
    if "adapter_config.json" in names:
        return False
    weights = {Path(name).suffix for name in names} & set(_WEIGHTS)
    return bool(weights) and ("config.json" in names or ".gguf" in weights)


def _folders(root: Path) -> Iterator[tuple[Path, set[str]]]:
    """All folders below `root`, links followed (Kaggle mounts some as links), each once, with their files."""
    seen: set[str] = set()
    for folder, names, files in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            names.clear()
            continue
        seen.add(real)
        names[:] = sorted(name for name in names if not name.startswith("."))
        yield Path(folder), set(files)


def _has_slug(root: Path, folder: Path, slug: str) -> bool:
    """True if the slug's parts ("owner/model", "model", "model/framework/variation") follow in the path."""
    wanted = tuple(part for part in slug.lower().split("/") if part)
    parts = tuple(part.lower() for part in folder.relative_to(root).parts)
    return not wanted or any(
        parts[place : place + len(wanted)] == wanted for place in range(len(parts) - len(wanted) + 1)
    )


def _only(found: list[Path], root: Path, what: str, setting: str, slug: str) -> Path:
    if len(found) == 1:
        return found[0]
    if found:
        raise AttachError(
            f"{len(found)} {what}s are attached, and nothing says which: {_listed(found)}; "
            f"set {setting} to a part of the path of one of them"
        )
    wanted = f" of {slug!r}" if slug else ""
    raise AttachError(f"no {what}{wanted} under {root}: attach it, or correct {setting}")


def _listed(paths: Iterable[Path]) -> str:
    return ", ".join(str(path) for path in paths)
