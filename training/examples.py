"""Examples: a prompt as `solve` writes it, and the answer that a perfect model would give.

The prompt version says what is asked: a task's program, the output of a pair, one more input or output of
the same kind, the output of a program, a repaired program.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from arc import IDENTITY, Grid, Pair, Task, random_augmentation
from prompts import (
    DEFAULT_PROFILE,
    AnswerKind,
    Profile,
    Prompt,
    PromptError,
    PromptVersion,
    Question,
    answer_text,
    build_prompt,
    fit_prompt,
    load_profile,
    load_version,
    parse_encoder,
)
from training.errors import TrainingError

ASKS = ("program", "grid", "repair")  # what a profile can ask for

_UNLIMITED = 1 << 62


@dataclass(frozen=True)
class Example:
    """One thing to learn: `answer` (all of it, with the prompt's prefill) follows `prompt`."""

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
    """How questions are put: one prompt version, in a profile's form."""

    profile: Profile
    version: PromptVersion

    @classmethod
    def named(cls, prompt: str, profile: str = DEFAULT_PROFILE, encoder: str = "") -> Asking:
        """How a prompt is asked: a version by name, or what a profile asks for ("program", "grid", "repair").

        `encoder` "" takes the profile's. PromptError for an unknown name.
        """
        chosen = load_profile(profile)
        if encoder:
            chosen = replace(chosen, encoder=parse_encoder(encoder))
        if prompt not in ASKS:
            return cls(chosen, load_version(prompt))
        version = chosen.version(prompt)
        if version is None:
            raise PromptError(f"profile {chosen.name} asks for no {prompt}")
        return cls(chosen, version)

    @property
    def about_programs(self) -> bool:
        """True if a program is asked for, or shown."""
        return self.version.kind is AnswerKind.PROGRAM or "code" in self.version.needs

    @property
    def repairs(self) -> bool:
        """True if a failed program is shown with what it got wrong."""
        return self.version.repairs

    @property
    def asks_for_input(self) -> bool:
        """True if the answer is one more input."""
        return self.version.name.startswith("input-")

    def example(self, task: Task, question: Question, answer: str | Grid, room: Room) -> Example:
        """The question about `task` (already in the view to show), with its answer: a program, or a grid.

        Pairs are dropped, the largest first, until the example fits, as `solve` drops them; PromptTooLong if
        two pairs are too long.
        """
        hidden, profile = task.hidden(), self.profile
        text = answer_text(self.version, profile.encoder, answer)

        def make(pairs: tuple[int, ...]) -> Prompt:
            return profile.tell(
                build_prompt(self.version, hidden, profile.encoder, question, pairs, profile.prefilled)
            )

        prompt = fit_prompt(make, hidden, lambda prompt: room.count(prompt, text), room.tokens)
        return Example(task.id, prompt, text)


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
    answer: str | Grid
    if asking.version.kind is AnswerKind.PROGRAM:
        answer = source
    elif asking.asks_for_input:
        answer = seen.test[0].input
    else:
        answer = seen.test[0].answer
    return asking.example(seen, Question(code=source), answer, room)
