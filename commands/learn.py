"""`omni-arc learn`: rounds of solving and of training on what was found."""

from __future__ import annotations

from pathlib import Path

import click

from training.errors import TrainingError
from training.rounds import learn as run_rounds
from training.rounds import read_config, render


@click.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.pass_context
def learn(context: click.Context, /, config: Path) -> None:
    """Solve, train on the results and solve again, in rounds described by CONFIG.toml (docs/training.md).

    Run it again to continue after an interruption or to add rounds.
    """
    try:
        table, interrupted = run_rounds(read_config(config), lambda line: click.echo(line, err=True))
    except ImportError as error:
        raise TrainingError(
            f"training needs more packages ({error}): pip install 'omni-arc[train]'"
        ) from None
    click.echo(render(table))
    if interrupted:
        click.echo(f"interrupted; continue with: omni-arc learn {config}", err=True)
        context.exit(130)
