"""`--config FILE.toml`: a file's values become the defaults of a command's flags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from arc import check_value, read_toml
from scoring.record.errors import RunError


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --config to a command. The keys are its long flags; flags and environment override the file."""
    return click.option(
        "--config",
        metavar="FILE.toml",
        callback=_read,
        is_eager=True,
        expose_value=False,
        help="Settings from a TOML file (keys are the long flags); flags and OMNI_ARC_SOLVE_… override it.",
    )(command)


def _read(context: click.Context, _: click.Parameter, path: str | None) -> str | None:
    if path is None:
        return None
    values = read_toml(path, RunError)
    known = _by_flag(context.command)
    defaults: dict[str, Any] = {}
    for key, value in values.items():
        parameter = known.get(key.replace("_", "-"))
        if parameter is None:
            flags = f"the long flags of `omni-arc {context.info_name}`"
            raise RunError(f"{path}: no setting {key!r}; the settings are {flags}")
        defaults[str(parameter.name)] = check_value(_kind(parameter), value, f"{path}: {key}", RunError)
    context.default_map = {**(context.default_map or {}), **defaults}
    return path


def _by_flag(command: click.Command) -> dict[str, click.Parameter]:
    """The parameters by their long flag without its dashes, except those that name one run."""
    flags = {
        name.lstrip("-").replace("_", "-"): parameter
        for parameter in command.params
        for name in parameter.opts
        if name.startswith("--") or isinstance(parameter, click.Argument)
    }
    for name in ("config", "run", "resume"):
        flags.pop(name, None)
    return flags


def _kind(parameter: click.Parameter) -> Any:
    """The type of a flag's value in a file; the flag itself checks the rest."""
    if parameter.multiple:
        return tuple[str, ...]
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return bool
    if isinstance(parameter.type, (click.types.IntParamType, click.IntRange)):
        return int | str  # a float would be cut to a whole number, or be infinite
    return int | float | str
