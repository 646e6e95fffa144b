"""Training examples from tasks and programs, for fine-tuning a model on the prompts it will be asked.

An example is a chat: the messages of a prompt version, then the answer a perfect model gives. Which pair is
asked for, the view of the task and the order of its pairs are drawn from the seed, so examples are as many as
one likes, and the same again for the same seed. A share of them shows pairs drawn anew by the task's
generator instead of its own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from string import Template
from typing import Any

from arc import ArcError, Augmentation, Grid, Pair, Task, random_augmentation
from programs.catalogue import ProgramError, programs
from programs.generators import PairGenerator
from prompts import AnswerKind, Question, build_prompt, load_version, parse_encoder
from prompts.encoders import GridEncoder
from prompts.versions import PromptVersion


class TrainingError(ArcError):
    """No examples can be made as asked; the message says why."""


@dataclass(frozen=True)
class Example:
    """One chat to learn from; `messages` end with the assistant's answer."""

    task_id: str
    prompt: str
    messages: tuple[dict[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        return {"task_id": self.task_id, "prompt": self.prompt, "messages": list(self.messages)}


def training_examples(
    tasks: Sequence[Task], version_name: str, encoder_spec: str, seed: int = 0, fresh: float = 0.5
) -> Iterator[Example]:
    """Endless examples of one prompt version, tasks drawn evenly.

    `fresh` (0..1) is the share of examples that show new pairs, for tasks whose program can draw them.

    Every task needs its test outputs. Versions about programs take the tasks that have one in `programs`;
    those keep their view, since a program means its task as it is; only the order of pairs is drawn.
    Raises TrainingError if no task serves, or for a prompt version that shows mistakes.
    """
    version, encoder = load_version(version_name), parse_encoder(encoder_spec)
    if "mistake" in version.needs:
        raise TrainingError(f"{version.name} shows a failed program; there is nothing to learn it from")
    about_programs = version.kind is AnswerKind.PROGRAM or "code" in version.needs
    serving = [task for task in tasks if not about_programs or task.id in programs()]
    if not serving:
        raise TrainingError(f"{version.name} is about programs, and none of the {len(tasks)} tasks has one")
    generator = random.Random(seed)
    sources = {task.id: _NewPairs(task, seed) for task in serving}
    while True:
        task = generator.choice(serving)
        pairs = list(task.train + task.test)
        if generator.random() < fresh:
            pairs = sources[task.id].draw(len(pairs)) or pairs
        yield _example(task.id, pairs, version, encoder, generator, about_programs)


class _NewPairs:
    """The new pairs of one task, drawn when they are first asked for."""

    def __init__(self, task: Task, seed: int) -> None:
        program = programs().get(task.id)
        self._pairs = PairGenerator(task, program).pairs(seed) if program else iter(())

    def draw(self, count: int) -> list[Pair]:
        """So many new pairs, or none where the task's program can't draw them."""
        try:
            return list(islice(self._pairs, count))
        except ProgramError:
            self._pairs = iter(())
            return []


def _example(
    task_id: str,
    pairs: list[Pair],
    version: PromptVersion,
    encoder: GridEncoder,
    generator: random.Random,
    about_programs: bool,
) -> Example:
    generator.shuffle(pairs)
    *shown, asked = pairs
    shuffled = Task(task_id, tuple(shown), (asked,))
    view = Augmentation() if about_programs else random_augmentation(shuffled, generator)
    seen = view.apply_task(shuffled)
    source = _source(task_id) if about_programs else ""
    prompt = build_prompt(version, seen.hidden(), encoder, Question(code=source))
    if version.kind is AnswerKind.PROGRAM:
        answer = f"```python\n{source.strip()}\n```"
    else:
        answer = _grid_answer(version, encoder, _wanted(version, view, asked))
    messages = (*prompt.messages, {"role": "assistant", "content": answer})
    return Example(task_id, version.name, messages)


def _wanted(version: PromptVersion, view: Augmentation, asked: Pair) -> Grid:
    """What the version's answer shows: by name, an input or an output of the pair asked for."""
    return view.apply(asked.input if version.name.startswith("input-") else asked.answer)


def _grid_answer(version: PromptVersion, encoder: GridEncoder, grid: Grid) -> str:
    written = encoder.encode(grid)
    if encoder.opening:
        return written
    start = Template(version.answer).substitute(grid_start="```\n")
    return f"{start}{written}\n```"


@cache
def _source(task_id: str) -> str:
    return programs()[task_id].source()
