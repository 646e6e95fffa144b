"""`omni-arc train`: fine-tune a model on a mix of examples, or train a small one from scratch."""

from __future__ import annotations

import shlex
import time
from functools import partial
from pathlib import Path
from typing import Any

import click

from commands.field_options import field_options, given_fields
from commands.sections import SectionedCommand
from commands.training_options import mix_options, mix_settings
from training.errors import TrainingError
from training.settings import SCHEDULES, TRACKERS, TrainSettings

_SAY_EVERY = 10.0


@click.command(cls=SectionedCommand)
@mix_options
@field_options(TrainSettings, {"schedule": SCHEDULES, "tracker": TRACKERS})
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder to write (new or empty).")
@click.option("--resume", type=click.Path(path_type=Path), help="Continue the training in this folder.")
@click.pass_context
def train(ctx: click.Context, /, output: Path | None, resume: Path | None, **options: Any) -> None:
    """Fine-tune --model with a LoRA adapter (or --full, or --from-scratch SIZE) on a mix of examples.

    Writes a peft adapter with its prompt profile beside it, so that `omni-arc solve --adapter` prompts the
    model as it was trained.
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
            raise TrainingError("--resume continues with the training's own settings: give no other option")
        folder, begin = resume, partial(resume_training, resume, say)
    else:
        if output is None:
            raise TrainingError("name the folder to write with --output")
        settings = TrainSettings(**given_fields(TrainSettings, options))
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
    click.echo(f"{what}; continue with: omni-arc train --resume {shlex.quote(str(folder))}", err=True)


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
