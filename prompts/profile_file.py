"""A profile's table as the text of its TOML file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def profile_toml(table: Mapping[str, Any]) -> str:
    """The TOML text of a table of texts, numbers, lists and tables, which `tomllib` reads back as it is."""
    return "\n".join(_lines(table, ())).strip("\n") + "\n"


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    lines = [f"{key} = {_value(value)}" for key, value in table.items() if not _is_table(value)]
    for key, value in table.items():
        place = (*path, key)
        if isinstance(value, Mapping):
            lines += ["", f"[{'.'.join(place)}]", *_lines(value, place)]
        elif _is_table(value):
            for entry in value:
                lines += ["", f"[[{'.'.join(place)}]]", *_lines(entry, place)]
    return lines


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping) for entry in value)
    )


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)


def _text(text: str) -> str:
    readable = "\n" in text.strip("\n") and text.replace("\n", "").isprintable()
    if readable and "'''" not in text and not text.endswith("'"):
        return f"'''\n{text}'''"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
