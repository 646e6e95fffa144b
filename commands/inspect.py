"""`omni-arc inspect`: a run in the terminal, or as one self-contained page."""

from __future__ import annotations

from pathlib import Path

import click

from commands.console import say
from scoring.record.reader import Run


@click.command()
@click.argument("run", metavar="RUN")
@click.argument("task_id", required=False, metavar="[TASK]")
@click.option(
    "--sort",
    default="order",
    show_default=True,
    help="Sort by order, task, solved, verified, samples, grids or time.",
)
@click.option(
    "--filter",
    "filters",
    multiple=True,
    help="Show only solved, unsolved, verified, unverified, wrong, partial or error tasks; repeatable.",
)
@click.option("--reverse", is_flag=True, help="Reverse the order.")
@click.option("--html", type=click.Path(), metavar="FILE", help="Write a self-contained HTML page instead.")
def inspect(
    run: str, task_id: str | None, sort: str, filters: tuple[str, ...], reverse: bool, html: str | None
) -> None:
    """Show a table of a run's tasks, or one task: its grids, programs, votes, near misses and errors."""
    with Run.open(run) as opened:
        if html is not None:
            from scoring.report.page import write_report

            size = write_report(opened, Path(html))
            say(f"{html}: {len(opened.task_ids)} tasks, {size / 1e3:.0f} kB")
            return
        from scoring.report.contents import task_rows, task_view
        from scoring.report.terminal import plain_console, print_rows, print_task

        console = plain_console()
        if task_id is not None:
            print_task(console, task_view(opened, task_id))
        else:
            rows = task_rows(opened, sort=sort, filters=filters, reverse=reverse)
            title = [str(opened.directory), str(opened.config.get("dataset", ""))]
            title += [f"digest {opened.questions}"] if opened.questions else []
            print_rows(console, ", ".join(filter(None, title)), rows)
