"""`omni-arc verify`: sandbox and verification alone, for candidates from anywhere."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Any

import click

from arc import DEFAULT_DATASET, GridType
from commands.console import say
from commands.data import load, strict_option
from commands.kinds import WORKERS
from commands.ray_option import ray_option
from commands.sandbox_options import sandbox_config, sandbox_options
from commands.sections import SectionedCommand

_PLAIN_SECONDS = 10.0


@click.command(cls=SectionedCommand)
@click.argument("candidates", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--dataset", default=DEFAULT_DATASET, show_default=True, help="The data set with the tasks.")
@strict_option
@click.option("--entry-point", help="Function to call, for lines that name none.")
@click.option(
    "--grid-type",
    type=click.Choice([kind.value for kind in GridType]),
    help="What programs take; by default detected for each program.",
)
@click.option("--workers", default=1, show_default=True, type=WORKERS, help="Processes (0: one per core).")
@ray_option
@sandbox_options
@click.option(
    "-o",
    "--output",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="-",
    help="File to write verdicts to (default: stdout).",
)
def verify(candidates: str, output: Any, dataset: str, strict: bool, **options: Any) -> None:
    """Judge the programs in CANDIDATES, a JSONL or Parquet file (- reads JSON lines from stdin).

    Each line has "task_id" and one of "source" or "code" (a program) or "answer" (a model's whole answer);
    "id", "entry_point", "grid_type" and "augmentation" are optional. Writes one verdict per line, in the same
    order, and a summary to stderr. Lines about tasks that are not in the data set are skipped and counted.
    """
    from inference.proposers.candidate_file import SkippedLines, open_lines
    from inference.run.machines import machines_of
    from inference.run.verification import verdict_line, verify_candidates

    tasks = load(dataset, strict)
    source: AbstractContextManager[IO[Any]]
    source = nullcontext(sys.stdin) if candidates == "-" else open_lines(candidates)
    skipped = SkippedLines()
    counts: Counter[str] = Counter()
    started = time.monotonic()
    machines = machines_of(options["ray"], options["workers"])
    with source as lines, machines, machines.executor(sandbox_config(options)) as executor:
        judged = verify_candidates(
            candidates,
            lines,
            tasks,
            executor,
            skipped,
            entry_point=options["entry_point"],
            grid_type=GridType(options["grid_type"]) if options["grid_type"] else None,
            analyser=machines.analyser(),
        )
        for record, verdict in _with_progress(judged):
            output.write(verdict_line(record, verdict) + "\n")
            output.flush()
            counts[verdict.kind.value] += 1
    skipped.refuse_all(candidates)
    seconds = time.monotonic() - started
    total = sum(counts.values())
    speed = f"{seconds:.1f} s ({total / max(seconds, 1e-9):.0f}/s)"
    click.echo(f"{total} candidate{'s' * (total != 1)} in {speed}", err=True)
    for line in (*skipped.reasons(), *machines.problems()):
        say(line, err=True)
    for name, count in counts.most_common():
        click.echo(f"{name:15} {count:8} {100 * count / total:5.1f}%", err=True)


def _with_progress(judged: Iterator[Any]) -> Iterator[Any]:
    """A progress bar on a terminal, otherwise a plain line now and then."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        yield from tqdm(judged, unit=" programs", file=sys.stderr)
        return
    printed = time.monotonic()
    for count, item in enumerate(judged, 1):
        yield item
        if time.monotonic() - printed >= _PLAIN_SECONDS:
            printed = time.monotonic()
            click.echo(f"{count} programs judged", err=True)
