"""`omni-arc kaggle`: what a Kaggle competition needs."""

from __future__ import annotations

from pathlib import Path

import click

from commands.console import say
from inference.kaggle import make_bundle
from inference.kaggle.bundle import DEFAULT_PYTHON, NOTEBOOK


@click.group()
def kaggle() -> None:
    """Take part in a Kaggle competition: the offline bundle and its notebook."""


@kaggle.command()
@click.option("-o", "--output", default="kaggle-bundle", show_default=True, type=click.Path())
@click.option("--python", default=DEFAULT_PYTHON, show_default=True, help="The version Kaggle runs.")
@click.option("--extra", "extras", multiple=True, help="Extras to take along, such as llm (gigabytes).")
def bundle(output: str, python: str, extras: tuple[str, ...]) -> None:
    """Make a folder to upload as a data set: all wheels for an offline installation, and the notebook."""
    made = make_bundle(Path(output), python, extras)
    say(f"{output}: {len(made.wheels)} wheels, {made.size / 1e6:.0f} MB, and {NOTEBOOK}")
    say("Upload it as a data set, attach it and the competition to the notebook, and submit.")
