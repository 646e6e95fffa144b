"""`omni-arc datasets`: the data sets known by name, or what a file or folder holds."""

from __future__ import annotations

import click

from arc import DEFAULT_DATASET, Dataset, dataset_names, variants
from commands.console import say
from commands.data import load, strict_option


@click.command()
@click.argument("names", nargs=-1, metavar="[DATASET ...]")
@strict_option
def datasets(names: tuple[str, ...], strict: bool) -> None:
    """List the known data sets, or describe the given names, files and folders.

    Each line ends with a digest of the questions and the known data sets that have exactly the same ones.
    """
    for name in names or dataset_names():
        say(_line(load(name, strict)))
    if not names:
        click.echo("Also: a Kaggle *_challenges.json, a list of tasks, JSON lines, or a folder of these.")


def _line(dataset: Dataset) -> str:
    digest = dataset.digest()
    same = [name for name in variants(digest) if name != dataset.name]
    inputs = sum(len(task.test) for task in dataset)
    parts = [
        f"{dataset.name:24} {len(dataset):5} tasks, {inputs:5} test inputs",
        _solved(dataset),
        digest[:16] + "".join(f" = {name}" for name in same),
    ]
    return ", ".join(parts) + ("  (default)" if dataset.name == DEFAULT_DATASET else "")


def _solved(dataset: Dataset) -> str:
    solved = sum(task.solved_outputs is not None for task in dataset)
    return "all solved" if solved == len(dataset) else f"{solved} solved" if solved else "none solved"
