"""`omni-arc similar`: tasks that resemble each other."""

from __future__ import annotations

import click

from commands.console import say
from commands.data import load, strict_option
from commands.kinds import Real
from programs.similar import Similar, TaskIndex


@click.command()
@click.argument("task", required=False)
@click.option(
    "--dataset", default="arc-agi-1/development", show_default=True, help="The data set with the tasks."
)
@strict_option
@click.option(
    "--at-least",
    type=Real(0, 1),
    default=0.5,
    show_default=True,
    help="Minimum similarity of programs that share parts.",
)
@click.option(
    "--most",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Maximum number of tasks to show for TASK.",
)
def similar(task: str | None, dataset: str, strict: bool, at_least: float, most: int) -> None:
    """Show the tasks that resemble TASK; without TASK, a Markdown table of all similar tasks.

    Equal tasks are the same up to symmetry, colours and order. Others share a program, or parts of one.
    """
    tasks = load(dataset, strict)
    index = TaskIndex(tasks.tasks)
    if task is not None:
        for near in index.similar(tasks[task], at_least)[:most]:
            say(_line(near))
        return
    click.echo("| task | resembles |\n|---|---|")
    for one in tasks:
        found = index.similar(one, at_least)[:most]
        if found:
            say(f"| {one.id} | {'; '.join(map(_line, found))} |")


def _line(near: Similar) -> str:
    if near.kind == "parts":
        return f"{near.other} {near.closeness:.2f} ({', '.join(near.shared[:4])})"
    return f"{near.other} {'equal up to a view' if near.kind == 'equal' else 'same program'}"
