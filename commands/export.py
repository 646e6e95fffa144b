"""`omni-arc export`: a run's candidates as a table for other tools."""

from __future__ import annotations

from pathlib import Path

import click

from commands.console import say
from scoring.export import export_parquet
from scoring.record.reader import Run


@click.command()
@click.argument("run", metavar="RUN")
@click.option("--parquet", required=True, type=click.Path(), metavar="FILE", help="Parquet file to write.")
def export(run: str, parquet: str) -> None:
    """Write every candidate of a run, with its verdict and outputs, to a Parquet file, one row each."""
    with Run.open(run) as opened:
        count = export_parquet(opened, Path(parquet))
    say(f"{parquet}: {count} candidates")
