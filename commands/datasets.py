"""`omni-arc datasets`: the data sets known by name."""

from __future__ import annotations

import click

from arc import DEFAULT_DATASET, dataset_names, load_dataset


@click.command()
def datasets() -> None:
    """List the data sets known by name, with their sizes."""
    for name in dataset_names():
        dataset = load_dataset(name)
        test_inputs = sum(len(task.test) for task in dataset)
        note = "  (default)" if name == DEFAULT_DATASET else ""
        click.echo(f"{name:24} {len(dataset):5} tasks {test_inputs:5} test inputs{note}")
    click.echo("Also: a Kaggle *_challenges.json, a folder of task files, or one task file.")
