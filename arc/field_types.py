"""Settings from TOML and JSON: the files are read, plain values are checked against the settings' types."""

from __future__ import annotations

import tomllib
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from arc.grid import ArcError

_IN_WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a string",
    dict: "a table",
}


def read_toml(path: str | Path, error: type[ArcError] = ArcError) -> dict[str, Any]:
    """The table in a TOML file; raises `error` with one line if it can't be read."""
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as fault:
        raise error(f"{path or 'an empty name'}: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise error(f"{path}: not a UTF-8 text file") from None
    except RecursionError:
        raise error(f"{path}: broken TOML: nested too deeply") from None
    except tomllib.TOMLDecodeError as fault:
        raise error(f"{path}: broken TOML: {fault}") from None


def check_values(
    kinds: Mapping[str, Any], values: Any, prefix: str = "", error: type[ArcError] = ArcError
) -> dict[str, Any]:
    """`values` with a float where `kinds` (name to type) has one, and a tuple for a list.

    Raises `error` for a value that is not a table, an unknown name, or a value of another type; `prefix`
    precedes the names in its message.
    """
    if not isinstance(values, Mapping):
        raise error(f"{prefix.rstrip('.')} is a table of settings, not {values!r}")
    for name in values:
        if name not in kinds:
            raise error(f"no setting {prefix}{name} (there are {', '.join(kinds)})")
    return {name: check_value(kinds[name], value, prefix + name, error) for name, value in values.items()}


def check_value(kind: Any, value: Any, name: str, error: type[ArcError] = ArcError) -> Any:
    """`value` as this type (`bool`, `int`, `float`, `str`, `dict`, a tuple of strings, or a union).

    Raises `error`, which says what `name` should be.
    """
    fitting = _fit(kind, value)
    if fitting is None:
        raise error(f"{name} is {_in_words(kind)}, not {value!r}")
    return fitting[0]


def _fit(kind: Any, value: Any) -> tuple[Any] | None:
    """The value as this type, in a 1-tuple, or None if it is of another type."""
    if isinstance(kind, types.UnionType):
        fitting = (_fit(part, value) for part in typing.get_args(kind))
        return next((one for one in fitting if one is not None), None)
    if kind is types.NoneType:
        return (None,) if value is None else None
    if typing.get_origin(kind) is tuple:
        texts = isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value)
        return (tuple(value),) if texts else None
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return (float(value),)
    return (value,) if type(value) is kind else None


def _in_words(kind: Any) -> str:
    if not isinstance(kind, types.UnionType):
        return _IN_WORDS.get(kind, "a list of texts")
    parts = [part for part in typing.get_args(kind) if part is not types.NoneType]
    if float in parts:  # whole numbers included
        parts = [part for part in parts if part is not int]
    return " or ".join(map(_in_words, parts))
