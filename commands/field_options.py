"""Flags for the fields of a settings class, with its docstring's headings and lines as their help."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import click

from commands.kinds import Real
from commands.sections import SectionOption

# a field, its text, and lines that continue it, which are indented further
_LINE = re.compile(r"^ {4}([a-z_]+(?:, [a-z_]+)*) {2,}(\S.*(?:\n {8,}\S.*)*)$", re.MULTILINE)
_HEADING = re.compile(r"^(\S.*)\n(?= {4}\S)", re.MULTILINE)


def field_options(
    settings: type[Any], choices: Mapping[str, Sequence[str]] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add a flag for each field of the dataclass `settings`; `choices` lists the allowed words of some.

    The command is a SectionedCommand.
    """
    hints, said, sections = typing.get_type_hints(settings), _help(settings), _sections(settings)

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for setting in reversed(fields(settings)):
            flag = "--" + setting.name.replace("_", "-")
            kind = _plain(hints[setting.name])
            more: dict[str, Any] = {"default": setting.default, "help": said.get(setting.name)}
            more |= {"cls": SectionOption, "section": sections[setting.name]}
            if typing.get_origin(kind) is tuple:
                more |= {"type": str, "multiple": True}
            elif kind is bool:
                flag = f"{flag}/--no-{flag[2:]}"
            elif choices and setting.name in choices:
                more["type"] = click.Choice(choices[setting.name])
            else:
                more["type"] = Real() if kind is float else kind
            if setting.default not in (None, "", False, ()):
                more["show_default"] = True
            command = click.option(flag, setting.name, **more)(command)
        return command

    return add


def given_fields(settings: type[Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that are fields of the dataclass, by name."""
    return {field.name: options[field.name] for field in fields(settings)}


def _sections(settings: type[Any]) -> dict[str, str]:
    """The docstring's heading over each field."""
    sections: dict[str, str] = {}
    _, *parts = _HEADING.split(_docstring(settings))
    for heading, body in zip(parts[::2], parts[1::2], strict=True):
        for names, _ in _LINE.findall(body):
            sections.update(dict.fromkeys(names.split(", "), heading))
    return sections


def _docstring(settings: type[Any]) -> str:
    return inspect.cleandoc(settings.__doc__ or "")


def _help(settings: type[Any]) -> dict[str, str]:
    """The docstring's text for each field, as a sentence."""
    said: dict[str, str] = {}
    for names, lines in _LINE.findall(_docstring(settings)):
        text = " ".join(lines.split())
        said.update(dict.fromkeys(names.split(", "), text[0].upper() + text[1:] + "."))
    return said


def _plain(hint: Any) -> Any:
    """The type without `| None`."""
    if isinstance(hint, types.UnionType):
        return next(part for part in typing.get_args(hint) if part is not type(None))
    return hint
