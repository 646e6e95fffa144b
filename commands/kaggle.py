"""`omni-arc kaggle`: what a Kaggle competition needs."""

from __future__ import annotations

from pathlib import Path

import click

from commands.console import say
from commands.group import CommandGroup
from inference.kaggle import make_bundle
from inference.kaggle.bundle import DEFAULT_PYTHON, NOTEBOOK


@click.group(cls=CommandGroup)
def kaggle() -> None:
    """Prepare an offline bundle and a notebook for a Kaggle competition."""


@kaggle.command()
@click.option(
    "-o", "--output", default="kaggle-bundle", show_default=True, type=click.Path(), help="Folder to write."
)
@click.option(
    "--python", default=DEFAULT_PYTHON, show_default=True, help="The Python version that Kaggle runs."
)
@click.option(
    "--extra", "extras", multiple=True, help="Extras to include, such as llm (several GB); repeatable."
)
def bundle(output: str, python: str, extras: tuple[str, ...]) -> None:
    """Make a folder to upload as a Kaggle data set: the notebook and all wheels to install offline."""
    made = make_bundle(Path(output), python, extras)
    say(f"{output}: {len(made.wheels)} wheels, {made.size / 1e6:.0f} MB, and {NOTEBOOK}")
    say("Upload it as a data set, attach it and the competition to the notebook, and submit.")
