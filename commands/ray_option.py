"""The flag --ray of the commands that can run on the machines of a cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def ray_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --ray to a command."""
    text = (
        "Run on a Ray cluster: HOST:PORT of its head node, auto for the cluster this machine belongs to,"
        " local for a cluster of this machine alone. --workers then counts per machine."
    )
    return click.option("--ray", default="", metavar="ADDRESS|auto|local", help=text)(command)
