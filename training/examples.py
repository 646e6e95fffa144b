"""Examples: a prompt as `solve` writes it, and the answer that a perfect model gives to it.

What is asked comes from a prompt version: a task's program, the output of a pair, one more input or output of
the same kind, the output of a program, a repaired program.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from arc import IDENTITY, Grid, Pair, Task, random_augmentation
from prompts import (
    AnswerKind,
    GridEncoder,
    Prompt,
    PromptVersion,
    Question,
    answer_text,
    build_prompt,
    fit_prompt,
    load_version,
    parse_encoder,
)
from training.errors import TrainingError

_UNLIMITED = 1 << 62


@dataclass(frozen=True)
class Example:
    """One thing to learn: `answer` (the whole of it, the prompt's prefill included) follows `prompt`."""

    task_id: str
    prompt: Prompt
    answer: str

    def to_json(self) -> dict[str, Any]:
        """A chat: `messages` end with the assistant's answer, `prefill` is the part of it that is given."""
        answer = {"role": "assistant", "content": self.answer}
        return {
            "task_id": self.task_id,
            "prompt": self.prompt.version,
            "messages": [*self.prompt.messages, answer],
            "prefill": self.prompt.prefill,
        }


@dataclass(frozen=True)
class Room:
    """How long an example may be: `count` gives the tokens of a prompt with its answer, at most `tokens`."""

    count: Callable[[Prompt, str], int] = lambda prompt, answer: 0
    tokens: int = _UNLIMITED


@dataclass(frozen=True)
class Asking:
    """One prompt version with an encoder: how questions are put."""

    version: PromptVersion
    encoder: GridEncoder

    @classmethod
    def named(cls, version: str, encoder: str) -> Asking:
        """The version by name, the encoder by its spec; PromptError for an unknown one."""
        return cls(load_version(version), parse_encoder(encoder))

    @property
    def about_programs(self) -> bool:
        """True if a program is asked for, or shown."""
        return self.version.kind is AnswerKind.PROGRAM or "code" in self.version.needs

    @property
    def repairs(self) -> bool:
        """True if a failed program is shown with what it got wrong."""
        return "mistake" in self.version.needs

    def example(self, task: Task, question: Question, answer: Program | Grid, room: Room) -> Example:
        """The question about `task` (as it is: views are applied before), with its answer.

        Pairs are dropped, the largest first, until the example fits, as `solve` drops them; PromptTooLong if
        two pairs are too long.
        """
        hidden = task.hidden()

        def make(pairs: tuple[int, ...]) -> Prompt:
            return build_prompt(self.version, hidden, self.encoder, question, pairs)

        def count(prompt: Prompt) -> int:
            return room.count(prompt, self._answer(answer))

        prompt = fit_prompt(make, hidden, count, room.tokens)
        return Example(task.id, prompt, self._answer(answer))

    def _answer(self, answer: Program | Grid) -> str:
        right = answer.source if isinstance(answer, Program) else answer
        return answer_text(self.version, self.encoder, right)


@dataclass(frozen=True)
class Program:
    """The source of a program, as an answer."""

    source: str


def ask_about_pairs(
    asking: Asking, task_id: str, pairs: list[Pair], source: str, generator: random.Random, room: Room
) -> Example:
    """One example from pairs that share a rule (`source`, if the version is about programs).

    The pairs are shuffled and one is asked for; where no program is involved they are shown in a random view,
    since a program means its task as it is. Raises TrainingError if there are too few pairs.
    """
    if len(pairs) < 2:
        raise TrainingError(f"task {task_id}: an example needs two pairs, there is {len(pairs)}")
    shuffled = generator.sample(pairs, len(pairs))
    task = Task(task_id, tuple(shuffled[:-1]), (shuffled[-1],))
    view = IDENTITY if asking.about_programs else random_augmentation(task, generator)
    seen = view.apply_task(task)
    answer: Program | Grid
    if asking.version.kind is AnswerKind.PROGRAM:
        answer = Program(source)
    elif asking.version.name.startswith("input-"):
        answer = seen.test[0].input
    else:
        answer = seen.test[0].answer
    return asking.example(seen, Question(code=source), answer, room)
