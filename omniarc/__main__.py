"""`python -m omniarc` prints the reference of the language, as docs/language.md holds it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import cached_property
from typing import Any

import omniarc

_HEAD = """# The words of Omni-ARC

Programs say `from omniarc import *`. Grids are 2-D integer arrays, masks 2-D boolean arrays, a box is
(row, col, height, width), a direction is (row step, column step). Words are pure: they never change an
argument, and grid words return new int8 arrays. What cannot be done raises `LanguageError`. Colours are 0 to
9; a background of None means: 0 if the grid has any, else its most common colour.

This file is made by `python -m omniarc > docs/language.md`.
"""


def reference() -> str:
    """The Markdown reference: every public word, by module, with its signature and its first line."""
    modules: dict[str, list[str]] = {}
    for name in omniarc.vocabulary():
        word = getattr(omniarc, name)
        if inspect.isfunction(word):
            modules.setdefault(word.__module__, []).append(name)
    parts = [_HEAD, _object_section()]
    for module in sorted(modules):
        summary = (sys.modules[module].__doc__ or "").split("\n")[0]
        parts.append(f"## {module.removeprefix('omniarc.')}\n\n{summary}\n")
        parts += [_entry(name, getattr(omniarc, name)) for name in sorted(modules[module])]
        parts.append("")
    return "\n".join(parts)


def _entry(name: str, word: Callable[..., Any]) -> str:
    signature = inspect.signature(word)
    shown = ", ".join(_parameters(signature))
    summary = (inspect.getdoc(word) or "").split("\n\n")[0].replace("\n", " ")
    return f"- `{name}({shown})` {summary}"


def _parameters(signature: inspect.Signature) -> list[str]:
    shown: list[str] = []
    keyword_only = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            if not any(part.startswith("*") for part in shown):
                shown.append("*")
        star = "*" if parameter.kind is parameter.VAR_POSITIONAL else ""
        default = "" if parameter.default is parameter.empty else f"={parameter.default!r}"
        shown.append(f"{star}{parameter.name}{default}")
    return shown


def _object_section() -> str:
    lines = ["## Object\n", (inspect.getdoc(omniarc.Object) or "").replace("\n", " ") + "\n"]
    for name, member in vars(omniarc.Object).items():
        if isinstance(member, (property, cached_property)):
            lines.append(f"- `{name}`: {' '.join(str(member.__doc__).split())}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(reference(), end="")
