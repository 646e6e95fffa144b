"""Writes the prompts of samples, fitted to the context, and remembers them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from typing import Any

from arc import Augmentation, Task
from inference.proposers.models.backend import Tokenizing
from inference.proposers.models.settings import ModelSettings
from inference.proposers.models.shots import Shots
from prompts import (
    AnswerKind,
    Prompt,
    PromptTooLong,
    PromptVersion,
    Question,
    build_prompt,
    fit_prompt,
    pairs_by_size,
)
from prompts.build import FENCE, MIN_PAIRS, Turn, program_answer
from prompts.versions import Role, load_version

_UNLIMITED = 1 << 62
_REVISE = "revise-v0"


@dataclass(frozen=True)
class Written:
    """A prompt that fits, and its token ids in four bytes each (many are kept); None if not counted."""

    prompt: Prompt
    tokens: array[int] | None
    pairs_dropped: int


class PromptWriter:
    """Prompts by task, version, view and test input.

    The samples of a round ask the same, so what was written is kept, except for repair prompts, which are
    asked once.
    """

    def __init__(self, backend: Tokenizing, settings: ModelSettings, shots: Shots) -> None:
        self._backend = backend
        self._profile = settings.asking
        self._shots = shots
        self._memory: dict[tuple[Any, ...], Written] = {}
        self._dropped: dict[tuple[str, str], int] = {}

    def room(self, kind: AnswerKind) -> int | None:
        """Tokens that a prompt for such an answer may have; None if only the server knows."""
        limit = self._backend.context_length
        return None if limit is None else limit - self._profile.max_tokens(kind)

    def write(self, task: Task, version: PromptVersion, view: Augmentation, question: Question) -> Written:
        """The prompt for `task` as `view` shows it; PromptTooLong if it does not fit."""
        if question.code:  # a repair
            return self._fit(task, version, view, question)
        place = (task.id, version.name, view, question.test_index)
        if place not in self._memory:
            self._memory[place] = self._fit(task, version, view, question)
        return self._memory[place]

    def go_on(self, task: Task, view: Augmentation, question: Question, before: Prompt) -> Written | None:
        """The conversation `before` with the program that it led to and what that got wrong; None if too
        long."""
        profile, version = self._profile, load_version(_REVISE)
        asked = build_prompt(
            version, view.apply_task(task), profile.encoder, question, before.pairs, profile.prefilled
        )
        said = Turn(Role.ASSISTANT, program_answer(question.code, f"{FENCE}python\n"))
        prompt = replace(asked, turns=(*before.turns, said, *asked.turns))
        prompt = profile.tell(prompt)
        ids = self._backend.tokenize(prompt)
        room = self.room(version.kind)
        if room is not None and len(ids or ()) > room:
            return None
        lost = len(task.train) - len(prompt.pairs)
        return Written(prompt, None if ids is None else array("I", ids), lost)

    def shorten(self, task: Task, version: PromptVersion, shown: int) -> None:
        """A server refused a prompt of `shown` pairs: write with one pair less from now on.

        Raises PromptTooLong if no pair may be dropped.
        """
        if shown <= min(MIN_PAIRS, len(task.train)):
            raise PromptTooLong(
                f"task {task.id}: the prompt {version.name} is too long for the server with {shown} pairs: "
                "choose a shorter encoder or a longer context"
            )
        place = (task.id, version.name)
        self._dropped[place] = max(self._dropped.get(place, 0), len(task.train) - shown + 1)
        for memory in [memory for memory in self._memory if memory[:2] == place]:
            del self._memory[memory]

    def _fit(self, task: Task, version: PromptVersion, view: Augmentation, question: Question) -> Written:
        seen, profile = view.apply_task(task), self._profile
        dropped = self._dropped.get((task.id, version.name), 0)
        tokens: dict[tuple[int, ...], list[int] | None] = {}

        shots = () if dropped or question.code else self._shots.of(task)

        def make(pairs: tuple[int, ...]) -> Prompt:
            return profile.tell(
                build_prompt(version, seen, profile.encoder, question, pairs, profile.prefilled, shots)
            )

        def count(prompt: Prompt) -> int:
            tokens[prompt.pairs] = self._backend.tokenize(prompt)
            return len(tokens[prompt.pairs] or ())

        if dropped:
            prompt = make(tuple(sorted(pairs_by_size(seen)[dropped:])))
            count(prompt)
        else:
            room = self.room(version.kind)
            everything = tuple(range(len(task.train)))
            while shots and room is not None and count(make(everything)) > room:
                shots = shots[1:]  # the least similar goes first; the task's own pairs stay
            prompt = fit_prompt(make, seen, count, _UNLIMITED if room is None else room)
        ids = tokens[prompt.pairs]
        lost = len(task.train) - len(prompt.pairs)
        return Written(prompt, None if ids is None else array("I", ids), lost)
