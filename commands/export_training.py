"""`omni-arc export-training`: chats for fine-tuning, as JSONL."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import click

from arc import load_dataset
from programs.training import training_examples
from prompts import DEFAULT_ENCODER


@click.command()
@click.option("--dataset", default="arc-agi-1/development", show_default=True, help="Tasks with solutions.")
@click.option("--prompt", default="code-from-examples-v1", show_default=True, help="Prompt version.")
@click.option("--encoder", default=DEFAULT_ENCODER, show_default=True, help="How grids are written.")
@click.option("--count", type=click.IntRange(1), default=1000, show_default=True, help="Examples.")
@click.option(
    "--fresh",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Share of examples with newly drawn pairs.",
)
@click.option("--seed", default=0, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="JSONL file to write.")
def export_training(
    dataset: str, prompt: str, encoder: str, count: int, fresh: float, seed: int, output: Path
) -> None:
    """Write training examples: a prompt version's messages and the answer a perfect model gives.

    Each line is {"task_id", "prompt", "messages"}; the same seed gives the same lines.
    """
    examples = training_examples(load_dataset(dataset).tasks, prompt, encoder, seed, fresh)
    with output.open("w", encoding="utf-8") as file:
        for example in islice(examples, count):
            file.write(json.dumps(example.to_json()) + "\n")
    click.echo(f"{count} examples of {prompt}: {output}")
