"""`omni-arc prompt`: what a model is asked about a task, to read or to pipe."""

from __future__ import annotations

from typing import TextIO

import click

from arc import DEFAULT_DATASET
from commands.data import load, strict_option
from prompts import (
    DEFAULT_ENCODER,
    Prompt,
    PromptError,
    Question,
    build_prompt,
    load_version,
    parse_encoder,
    prompt_names,
)


@click.command()
@click.argument("task", required=False)
@click.option("--dataset", default=DEFAULT_DATASET, show_default=True, help="Where the task is.")
@strict_option
@click.option("--prompt", "version", default="code-from-examples-v1", show_default=True, help="Version.")
@click.option("--encoder", default=DEFAULT_ENCODER, show_default=True, help="How grids are written.")
@click.option("--test-index", default=0, show_default=True, help="Test input, for prompts that ask one.")
@click.option("--code", type=click.File(), help="Program, for prompts that show one.")
@click.option("--mistake", default="", help="What the program gets wrong, for repair prompts.")
@click.option("--model", help="Show the text that this model gets (its chat template; needs transformers).")
@click.option("--list", "listing", is_flag=True, help="List the prompt versions.")
def prompt(
    task: str | None,
    dataset: str,
    strict: bool,
    version: str,
    encoder: str,
    test_index: int,
    code: TextIO | None,
    mistake: str,
    model: str | None,
    listing: bool,
) -> None:
    """Print the prompt for TASK, a task's id in the data set, as messages or as a model's own text."""
    if listing:
        for name in prompt_names():
            click.echo(f"{name:28} {load_version(name).about}")
        return
    if task is None:
        raise PromptError("name a task, or --list the prompt versions")
    chosen = load(dataset, strict)[task].hidden()
    question = Question(test_index, code.read() if code else "", mistake)
    made = build_prompt(load_version(version), chosen, parse_encoder(encoder), question)
    click.echo(made_text(made, model))


def made_text(made: Prompt, model: str | None) -> str:
    """The prompt as readable messages, or as the text that `model` gets, with its token count."""
    if model is None:
        parts = [(message["role"], message["content"]) for message in made.messages]
        return "\n\n".join(f"[{role}]\n{text}" for role, text in [*parts, ("assistant", made.prefill)])
    from inference.proposers.models.chat import ChatTokenizer

    tokenizer = ChatTokenizer.load(model)
    return f"{tokenizer.text(made)}\n\n[{len(tokenizer.encode(made))} tokens]"
