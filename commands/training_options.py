"""The flags that say what is learned from, shared by `train` and `export-training`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from commands.kinds import Real
from inference.proposers.models.settings import ModelSettings
from training.errors import TrainingError
from training.hindsight import run_parts
from training.settings import MixSettings

DEFAULT_DATA = ("omni-arc",)


def mix_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flags of a mix to a click command."""
    flags = (
        click.option(
            "--data",
            multiple=True,
            metavar="SOURCE[:PROMPT][:WEIGHT]",
            help="A source of examples: omni-arc (the default), compositions, a data set, a run or a chat "
            "file (.jsonl, .parquet), with an optional prompt version and weight. Repeat to mix several.",
        ),
        click.option(
            "--run",
            "runs",
            multiple=True,
            metavar="RUN",
            type=click.Path(path_type=Path),
            help="Train on a run: its correct programs, wrong ones relabelled, and repairs; repeatable.",
        ),
        click.option(
            "--right-weight",
            type=Real(0),
            default=1.0,
            show_default=True,
            help="Sampling weight of a run's correct programs.",
        ),
        click.option(
            "--relabelled-weight",
            type=Real(0),
            default=0.5,
            show_default=True,
            help="Sampling weight of a run's wrong programs, relabelled as answers to tasks that they solve.",
        ),
        click.option(
            "--profile",
            default="",
            help="Prompt profile: a name (see omni-arc profile list) or a FILE.toml; by default the one in "
            "the folder of --adapter or --model, if any.",
        ),
        click.option("--encoder", default="", help="Grid encoder (default: the profile's)."),
        click.option(
            "--fresh",
            type=Real(0, 1),
            default=0.5,
            show_default=True,
            help="Share of omni-arc's examples whose pairs are newly generated.",
        ),
        click.option(
            "--held-out",
            type=Real(0, 1, max_open=True),
            default=0.1,
            show_default=True,
            help="Share of task families held out for evaluation.",
        ),
        click.option("--seed", default=0, show_default=True, help="Random seed."),
    )
    for flag in reversed(flags):
        command = flag(command)
    return command


def mix_settings(options: dict[str, Any]) -> MixSettings:
    """The mix that the flags of `mix_options` describe."""
    data = list(options["data"] or (() if options["runs"] else DEFAULT_DATA))
    for directory in options["runs"]:
        parts = run_parts(directory)
        if not parts:
            raise TrainingError(f"{directory}: nothing to learn from this run")
        data += parts
    names = [field.name for field in fields(MixSettings) if field.name != "data"]
    values = {name: options[name] for name in names}
    if not values["profile"]:
        model, adapter = options.get("model") or "", options.get("adapter") or ""
        values["profile"] = ModelSettings(model=model, adapter=adapter).profile_source
    return MixSettings(tuple(data), **values)
