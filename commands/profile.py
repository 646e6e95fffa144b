"""`omni-arc profile`: prompt profiles: list and show the shipped ones, learn new ones from examples."""

from __future__ import annotations

from pathlib import Path

import click

from arc import load_dataset
from commands.group import CommandGroup
from prompts import AnswerKind, PromptError, load_profile, profile_names
from prompts.example_prompts import read_examples
from prompts.profile_file import profile_toml
from prompts.profile_learning import learn_profile
from prompts.profiles import profile_text


@click.group(cls=CommandGroup)
def profile() -> None:
    """List, show and learn prompt profiles, used by `solve --profile NAME|FILE.toml`."""


@profile.command(name="list")
def list_profiles() -> None:
    """List the shipped profiles."""
    for name in profile_names():
        click.echo(f"{name:14} {load_profile(name).about}")


@profile.command()
@click.argument("name")
def show(name: str) -> None:
    """Print a shipped profile as TOML, as a starting point for your own."""
    click.echo(profile_text(name), nl=False)


@profile.command()
@click.argument("example", type=click.Path(path_type=Path))
@click.option(
    "--task", "tasks", multiple=True, required=True, help="Id of the task in the example; repeat for several."
)
@click.option(
    "--dataset", default="arc-agi-1/training", show_default=True, help="The data set with these tasks."
)
@click.option(
    "--ask",
    type=click.Choice(list(AnswerKind)),
    help="What the example asks for, if it can't be told from the example.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write.")
def learn(example: Path, tasks: tuple[str, ...], dataset: str, ask: str | None, output: Path | None) -> None:
    """Learn a profile from EXAMPLE, one or more prompts from the model's training data.

    EXAMPLE is plain text, or chats as JSON lines (`messages`, `conversations`, `prompt` or `text`). The
    n-th --task is the task in the n-th chat. The learned profile reproduces the examples byte for byte; if
    none does, the unexplained part is printed and the exit status is 1.
    """
    known = load_dataset(dataset)
    chosen = [known[task_id] for task_id in tasks]
    learned = learn_profile(read_examples(example, chosen), AnswerKind(ask) if ask else None)
    text = profile_toml(learned.table)
    if output is None:
        click.echo(text, nl=False)
    else:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise PromptError(f"{output}: {error.strerror}") from None
        state = "writes the example byte for byte" if learned.exact else "does not explain everything"
        click.echo(f"{output}: {state}")
    for note in learned.notes:
        click.echo(f"note: {note}", err=True)
    if not learned.exact:
        click.get_current_context().exit(1)
