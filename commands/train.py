"""`omni-arc train`: fine-tune a model on a mix of examples, or train a small one from scratch."""

from __future__ import annotations

import re
import shlex
import time
import types
import typing
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import click

from commands.training_options import mix_options, mix_settings
from training.errors import TrainingError
from training.settings import SCHEDULES, TRACKERS, TrainSettings

_SAY_EVERY = 10.0
_LINE = re.compile(r"^ {8}([a-z_]+) {2,}(\S.*)$", re.MULTILINE)


def _train_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add a flag for each field of TrainSettings, with its line of documentation as help."""
    hints = typing.get_type_hints(TrainSettings)
    said = dict(_LINE.findall(TrainSettings.__doc__ or ""))
    choices = {"schedule": SCHEDULES, "tracker": TRACKERS}
    for setting in reversed(fields(TrainSettings)):
        flag = "--" + setting.name.replace("_", "-")
        kind = hints[setting.name]
        if isinstance(kind, types.UnionType):
            kind = next(part for part in typing.get_args(kind) if part is not type(None))
        more: dict[str, Any] = {"default": setting.default, "help": said[setting.name] + "."}
        if kind is bool:
            more["is_flag"] = True
        else:
            more["type"] = click.Choice(choices[setting.name]) if setting.name in choices else kind
        if setting.default not in (None, "", False):
            more["show_default"] = True
        command = click.option(flag, setting.name, **more)(command)
    return command


@click.command()
@mix_options
@_train_options
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder to write (new or empty).")
@click.option("--resume", type=click.Path(path_type=Path), help="Go on with the training in this folder.")
@click.pass_context
def train(ctx: click.Context, /, output: Path | None, resume: Path | None, **options: Any) -> None:
    """Fine-tune --model with a LoRA adapter (or --full, or --from-scratch SIZE) on a mix of examples.

    The adapter comes out in peft's form with its profile beside it, so that `omni-arc solve --adapter` asks
    as the training did.
    """
    try:
        from training.trainer import is_training
        from training.trainer import resume as resume_training
        from training.trainer import train as begin_training
    except ImportError as error:
        raise TrainingError(
            f"training needs more packages ({error}): pip install 'omni-arc[train]'"
        ) from None
    say = _Lines()
    if resume is not None:
        given = [name for name in options if ctx.get_parameter_source(name) in _GIVEN]
        if given or output is not None:
            raise TrainingError("--resume goes on with the settings it began with: give no other option")
        folder, begin = resume, partial(resume_training, resume, say)
    else:
        if output is None:
            raise TrainingError("name the folder to write with --output")
        settings = TrainSettings(**{field.name: options[field.name] for field in fields(TrainSettings)})
        mix = mix_settings(options)
        folder, begin = output, partial(begin_training, settings, mix, output, say)
    try:
        trained = begin()
    except KeyboardInterrupt:  # outside the steps: while loading or measuring
        if not is_training(folder):
            raise
        _say_how_to_go_on("interrupted", folder)
        ctx.exit(130)
    if trained.interrupted:
        _say_how_to_go_on(f"interrupted at step {trained.step}", folder)
        ctx.exit(130)
    for label, after in trained.after.items():
        before = trained.before[label]
        click.echo(
            f"{label}: held-out loss {before.loss:.4f} -> {after.loss:.4f}, "
            f"exact match {before.exact_match:.1%} -> {after.exact_match:.1%} ({after.examples} examples)"
        )
    if not trained.after:
        click.echo("no task is held out, so nothing was measured (see --held-out)")
    click.echo(f"written: {trained.folder}")


def _say_how_to_go_on(what: str, folder: Path) -> None:
    click.echo(f"{what}; go on with: omni-arc train --resume {shlex.quote(str(folder))}", err=True)


_GIVEN = (click.core.ParameterSource.COMMANDLINE, click.core.ParameterSource.ENVIRONMENT)


class _Lines:
    """A line on stderr now and then: step, loss, rate, speed, time left."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, progress: Any) -> None:
        now = time.monotonic()
        if now - self._last < _SAY_EVERY and progress.step < progress.steps:
            return
        self._last = now
        click.echo(
            f"step {progress.step}/{progress.steps}, loss {progress.loss:.4f}, "
            f"rate {progress.learning_rate:.2e}, {progress.tokens_per_second:.0f} tokens/s, "
            f"waiting {progress.waiting:.0%}, {progress.seconds_left:.0f} s left",
            err=True,
        )
