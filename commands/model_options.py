"""The flags of the model backends, one for each field of ModelSettings, with its documentation as help."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import click

from inference.proposers.models.settings import ModelSettings

_LINE = re.compile(r"^ {8}([a-z_]+(?:, [a-z_]+)*) {2,}(\S.*)$", re.MULTILINE)


def _help() -> dict[str, str]:
    """What ModelSettings' docstring says of each field."""
    said: dict[str, str] = {}
    for names, text in _LINE.findall(ModelSettings.__doc__ or ""):
        said.update(dict.fromkeys(names.split(", "), text[0].upper() + text[1:] + "."))
    return said


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add a flag for each model setting to a click command."""
    hints, said = typing.get_type_hints(ModelSettings), _help()
    for setting in reversed(fields(ModelSettings)):
        flag = "--" + setting.name.replace("_", "-")
        kind = _plain(hints[setting.name])
        more: dict[str, Any] = {"default": setting.default, "help": said.get(setting.name)}
        if typing.get_origin(kind) is tuple:
            more |= {"type": str, "multiple": True}
        elif kind is bool:
            flag = f"{flag}/--no-{flag[2:]}"
        else:
            more["type"] = kind
        if setting.default not in (None, "", False, ()):
            more["show_default"] = True
        command = click.option(flag, setting.name, **more)(command)
    return command


def model_settings(options: dict[str, Any]) -> ModelSettings:
    """The settings that the flags of `model_options` gave."""
    return ModelSettings.from_mapping({field.name: options[field.name] for field in fields(ModelSettings)})


def _plain(hint: Any) -> Any:
    """The type without `| None`."""
    if isinstance(hint, types.UnionType):
        return next(part for part in typing.get_args(hint) if part is not type(None))
    return hint
