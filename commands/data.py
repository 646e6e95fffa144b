"""Data sets on the command line: what was skipped is reported on stderr, or refused with --strict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from arc import Dataset, load_dataset
from commands.console import say


def strict_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flag --strict to a command that reads a data set."""
    text = "Refuse a data set with faulty files or tasks instead of skipping them."
    return click.option("--strict", is_flag=True, help=text)(command)


def load(name: str, strict: bool) -> Dataset:
    """Load a data set, reporting on stderr what was skipped."""
    dataset = load_dataset(name, strict=strict)
    tell(dataset)
    return dataset


def tell(dataset: Dataset) -> None:
    """Report on stderr what was skipped and what is unusual."""
    for line in dataset.report.lines():
        say(f"omni-arc: {line}", err=True)
