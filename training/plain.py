"""Plain values, as TOML and JSON give them, for the fields of a settings class."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any

from training.errors import TrainingError

_SAID = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}


def check_values(kind: type, values: Any, table: str, known: Iterable[str]) -> dict[str, Any]:
    """`values` with a float where `kind` has one and a tuple for a list.

    TrainingError, with `table` (a prefix of the names), for what is no table, for a name that is not among
    `known`, and for a value of another type than the field's.
    """
    if not isinstance(values, Mapping):
        raise TrainingError(f"{table.rstrip('.')} is a table of settings, not {values!r}")
    known = tuple(known)
    hints = typing.get_type_hints(kind)
    checked = {}
    for name, value in values.items():
        if name not in known:
            raise TrainingError(f"no setting {table}{name} (there are {', '.join(known)})")
        fitting = _fit(hints[name], value)
        if fitting is None:
            raise TrainingError(f"{table}{name} is {_say(hints[name])}, not {value!r}")
        checked[name] = fitting[0]
    return checked


def _fit(hint: Any, value: Any) -> tuple[Any] | None:
    """The value as this type has it, in a tuple, or None if it is of another type."""
    if isinstance(hint, types.UnionType):
        fitting = (_fit(part, value) for part in typing.get_args(hint))
        return next((one for one in fitting if one is not None), None)
    if hint is types.NoneType:
        return (None,) if value is None else None
    if typing.get_origin(hint) is tuple:
        texts = isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value)
        return (tuple(value),) if texts else None
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return (float(value),)
    return (value,) if type(value) is hint else None


def _say(hint: Any) -> str:
    if isinstance(hint, types.UnionType):
        return " or ".join(_say(part) for part in typing.get_args(hint) if part is not types.NoneType)
    return _SAID.get(hint, "a list of texts")
