"""Printing lines that hold names from files: ids, paths, errors."""

from __future__ import annotations

import click

from arc import visible


def say(line: str, *, err: bool = False) -> None:
    """Print one line, with whatever does not print in it escaped."""
    click.echo(visible(line), err=err)
