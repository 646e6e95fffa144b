"""`omni-arc rescore`: what a model makes of the grids that a run proposed, in several views."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from commands.console import say
from commands.field_options import field_options, given_fields
from commands.sections import SectionedCommand
from inference.proposers.models.likelihood import SCORERS, GridScorer, ScoringPlan
from inference.proposers.models.settings import ModelSettings
from prompts import PromptTooLong
from scoring.record.merge import task_record
from scoring.record.reader import Run
from scoring.record.writer import RunStore


@click.command(cls=SectionedCommand)
@click.argument("run", metavar="RUN")
@click.option(
    "--backend",
    type=click.Choice(sorted(SCORERS)),
    default="vllm",
    show_default=True,
    help="What runs the model.",
)
@click.option(
    "--most",
    type=click.IntRange(1),
    default=16,
    show_default=True,
    help="Maximum number of grids to score per test input, best first.",
)
@click.option(
    "--tokens",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Token budget per test input (0: unlimited).",
)
@click.option("--seed", default=0, show_default=True, help="Random seed of the views.")
@field_options(ModelSettings)
def rescore(run: str, backend: str, most: int, tokens: int, seed: int, **options: Any) -> None:
    """Score the grids RUN voted on with a model, in --views views of each task, and store the scores.

    `omni-arc submit RUN --vote-rule product-of-experts` then chooses attempts by these scores.
    """
    settings = ModelSettings(**given_fields(ModelSettings, options))
    with Run.open(run) as opened:
        config = opened.config
        scorer = GridScorer(backend, settings, ScoringPlan(settings.views, tokens, seed))
        count = skipped = 0
        try:
            with RunStore.resume(Path(run), config) as store:
                for task in opened.tasks():
                    votes = task_record([opened], task).vote()
                    for index, vote in enumerate(votes):
                        grids = [ballot.grid for ballot in vote.ballots[:most]]
                        if len(grids) < 2:  # nothing to choose between
                            continue
                        try:
                            found = list(scorer.scores(task.hidden(), index, grids))
                        except PromptTooLong:
                            found = []
                        for score in found:
                            store.add_score(score)
                        count += len(found)
                        skipped += not found
        finally:
            scorer.close()
    say(f"{run}: {count} scores, {scorer.tokens} tokens read")
    if skipped:
        say(f"{run}: {skipped} test inputs have none: too long for the model, or for --tokens")
