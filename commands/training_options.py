"""The flags that say what is learned from, shared by `train` and `export-training`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from prompts import DEFAULT_ENCODER
from training.examples import Room
from training.hindsight import has_repairs
from training.mixes import CODE_PROMPT, REPAIR_PROMPT, Mix, PartSpec, open_mix, parse_part

DEFAULT_DATA = ("omni-arc",)
_REPAIRS_WEIGHT = 0.5  # of a run's repairs, beside its programs


def mix_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flags of a mix to a click command."""
    flags = (
        click.option(
            "--data",
            multiple=True,
            metavar="SOURCE[:PROMPT][:WEIGHT]",
            help="What to learn from (default: omni-arc): omni-arc, compositions, a data set, a run "
            "or a chat file (.jsonl, .parquet), with a prompt version and a weight. Repeat it for a mix.",
        ),
        click.option(
            "--run",
            "runs",
            multiple=True,
            metavar="RUN",
            type=click.Path(path_type=Path),
            help="Learn from a run: its right programs, what wrong ones solve, repairs. Repeatable.",
        ),
        click.option(
            "--right-weight",
            type=click.FloatRange(0),
            default=1.0,
            show_default=True,
            help="How often a run's right programs are drawn.",
        ),
        click.option(
            "--relabelled-weight",
            type=click.FloatRange(0),
            default=0.5,
            show_default=True,
            help="How often a run's wrong programs are drawn, as answers to the tasks that they do solve.",
        ),
        click.option("--encoder", default=DEFAULT_ENCODER, show_default=True, help="How grids are written."),
        click.option(
            "--fresh",
            type=click.FloatRange(0, 1),
            default=0.5,
            show_default=True,
            help="Share of omni-arc's examples with newly drawn pairs.",
        ),
        click.option(
            "--held-out",
            type=click.FloatRange(0, 1, max_open=True),
            default=0.1,
            show_default=True,
            help="Share of task families kept for measuring.",
        ),
        click.option("--seed", default=0, show_default=True),
    )
    for flag in reversed(flags):
        command = flag(command)
    return command


def open_mix_from(options: dict[str, Any], room: Room | None = None) -> Mix:
    """The mix that the flags of `mix_options` describe."""
    data = options["data"] or (() if options["runs"] else DEFAULT_DATA)
    parts = [parse_part(text) for text in data]
    for directory in options["runs"]:
        parts += run_parts(directory)
    return open_mix(
        parts,
        encoder=options["encoder"],
        seed=options["seed"],
        fresh=options["fresh"],
        held_out=options["held_out"],
        right_weight=options["right_weight"],
        relabelled_weight=options["relabelled_weight"],
        room=room,
    )


def run_parts(directory: Path) -> list[PartSpec]:
    """A run as parts of a mix: its programs, and its repairs if it has any."""
    programs = PartSpec(str(directory), CODE_PROMPT)
    return [programs, PartSpec(str(directory), REPAIR_PROMPT, _REPAIRS_WEIGHT)][: 1 + has_repairs(directory)]
