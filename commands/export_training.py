"""`omni-arc export-training`: the examples of a mix as chats for fine-tuning elsewhere, as JSONL."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import click

from commands.training_options import mix_options, mix_settings
from training.errors import TrainingError
from training.examples import Example
from training.mixes import parse_part
from training.settings import open_the_mix


@click.command()
@mix_options
@click.option("--count", type=click.IntRange(1), default=1000, show_default=True, help="Examples.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="JSONL file to write.")
def export_training(count: int, output: Path, **options: Any) -> None:
    """Write the examples that `omni-arc train` would learn from, with the same options.

    Each line is {"task_id", "prompt", "messages", "prefill"}; the same seed gives the same lines. `--data`
    accepts the file as a source.
    """
    settings = mix_settings(options)
    mix = open_the_mix(settings)
    if any(_is_same(Path(parse_part(text).source), output) for text in settings.data):
        raise TrainingError(f"{output}: is among the --data, and would be overwritten; name another --output")
    written: Counter[str] = Counter()
    with output.open("w", encoding="utf-8") as file:
        example: Example
        for example in islice(mix.examples(), count):
            file.write(json.dumps(example.to_json()) + "\n")
            written[example.prompt.version] += 1
    counts = ", ".join(f"{number} {name}" for name, number in written.most_common())
    click.echo(f"{count} examples ({counts}): {output}")


def _is_same(source: Path, output: Path) -> bool:
    return source.exists() and output.exists() and source.samefile(output)
