"""Printing lines that may hold names from files: ids, paths, errors."""

from __future__ import annotations

import click

from arc import visible


def say(line: str, *, err: bool = False) -> None:
    """Print one line, with unprintable characters escaped."""
    click.echo(visible(line), err=err)
