"""`omni-arc prompt`: the prompt that a model would get for a task."""

from __future__ import annotations

from typing import TextIO

import click

from arc import DEFAULT_DATASET, Dataset, Task, did_you_mean, load_dataset
from prompts import (
    DEFAULT_PROFILE,
    Prompt,
    PromptError,
    PromptVersion,
    Question,
    Shot,
    build_prompt,
    load_profile,
    load_version,
    parse_encoder,
    prompt_names,
)


@click.command()
@click.argument("task", required=False)
@click.option("--dataset", default=DEFAULT_DATASET, show_default=True, help="The data set with the task.")
@click.option(
    "--profile", default=DEFAULT_PROFILE, show_default=True, help="Prompt profile: a name or a FILE.toml."
)
@click.option(
    "--ask",
    type=click.Choice(["program", "grid", "repair"]),
    help="What the prompt asks for (default: program, or what the profile is for).",
)
@click.option("--prompt", "version", help="Prompt version, instead of the profile's: a name or a FILE.toml.")
@click.option("--encoder", help="Grid encoder, instead of the profile's.")
@click.option(
    "--test-index",
    default=0,
    show_default=True,
    help="Test input, for prompts about one of them; the first is 0.",
)
@click.option("--code", type=click.File(), help="File with a program, for prompts that show one.")
@click.option("--mistake", default="", help="Description of the program's mistake, for repair prompts.")
@click.option(
    "--shots",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Solved tasks to show first, chosen as `solve --shots` would for this data set.",
)
@click.option(
    "--model", help="Print the text this model would get, by its chat template (needs transformers)."
)
@click.option("--list", "listing", is_flag=True, help="List the prompt versions.")
def prompt(
    task: str | None,
    dataset: str,
    profile: str,
    ask: str | None,
    version: str | None,
    encoder: str | None,
    test_index: int,
    code: TextIO | None,
    mistake: str,
    shots: int,
    model: str | None,
    listing: bool,
) -> None:
    """Print the prompt for TASK (a task id), as chat messages or as the text that a model would get."""
    if listing:
        for name in prompt_names():
            click.echo(f"{name:28} {load_version(name).about}")
        return
    if task is None:
        raise PromptError("name a task, or --list the prompt versions")
    asking = load_profile(profile)
    chosen = load_version(version) if version else _asked(asking.name, asking.version(ask))
    written = parse_encoder(encoder) if encoder else asking.encoder
    question = Question(test_index, _text(code) if code else "", mistake)
    tasks = load_dataset(dataset)
    if task not in tasks.ids:
        near = did_you_mean(task, tasks.ids) or "; name its data set with --dataset"
        raise PromptError(f"{dataset}: no task {task!r}{near}")
    hidden = tasks[task].hidden()
    shown = _shots(tasks, hidden, shots)
    made = asking.tell(build_prompt(chosen, hidden, written, question, prefill=asking.prefilled, shots=shown))
    click.echo(made_text(made, model))


def _shots(tasks: Dataset, task: Task, count: int) -> tuple[Shot, ...]:
    """The solved tasks shown before `task` in a run over `tasks`."""
    if not count:
        return ()
    from inference.proposers.models.settings import ModelSettings
    from inference.proposers.models.shots import Shots

    return Shots(tasks.tasks, count, ModelSettings().shot_choice, seed=0).of(task)


def _text(file: TextIO) -> str:
    try:
        return file.read()
    except UnicodeDecodeError:
        raise PromptError(f"{file.name}: not a UTF-8 text file") from None


def _asked(profile: str, version: PromptVersion | None) -> PromptVersion:
    if version is None:
        raise PromptError(f"profile {profile} does not ask for that: choose another with --ask")
    return version


def made_text(made: Prompt, model: str | None) -> str:
    """The prompt as readable messages, or as the text that `model` gets, with its token count."""
    if model is None:
        if not made.chat:
            return made.text
        parts = [*((turn.role.value, turn.text) for turn in made.turns), ("assistant", made.prefill)]
        return "\n\n".join(f"[{role}]\n{text}" for role, text in parts)
    from inference.proposers.models.chat import ChatTokenizer

    tokenizer = ChatTokenizer.load(model)
    return f"{tokenizer.text(made)}\n\n[{len(tokenizer.encode(made))} tokens]"
