"""Prompts of other people's training sets, as examples to learn a profile from.

A file is plain text, or JSON lines (or one JSON value) of chats: objects with `messages` (or
`conversations`, with `from` and `value`), with `prompt` and perhaps `completion`, or with `text`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arc import Task
from prompts.build import Turn
from prompts.errors import PromptError
from prompts.markup import content_text
from prompts.versions import Role

TURN_END = "\ue003"

_ROLES = {
    **{role.value: role for role in Role},
    **{"human": Role.USER, "gpt": Role.ASSISTANT, "model": Role.ASSISTANT, "bot": Role.ASSISTANT},
}
_PAIRED = (("prompt", "completion"), ("prompt", "response"), ("instruction", "output"), ("input", "output"))


@dataclass(frozen=True)
class ExamplePrompt:
    """One example and the task in it; `chat` False means plain text, the answer perhaps as a second turn."""

    turns: tuple[Turn, ...]
    task: Task
    chat: bool = True

    @property
    def text(self) -> str:
        """The turns' texts, joined by a mark that occurs in none of them."""
        return TURN_END.join(turn.text for turn in self.turns)


def read_examples(path: Path, tasks: Sequence[Task]) -> list[ExamplePrompt]:
    """The examples of a file: the n-th shows the n-th of `tasks` (the last, for any further).

    PromptError if the file can't be read or a line is not an example.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise PromptError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PromptError(f"{path}: not a UTF-8 text file") from None
    values = _values(text)
    if values is None:
        return [ExamplePrompt((Turn(Role.USER, text),), tasks[0], chat=False)]
    if not values:
        raise PromptError(f"{path}: contains no example")
    examples = []
    for number, value in enumerate(values):
        task = tasks[min(number, len(tasks) - 1)]
        try:
            turns, chat = _turns(value)
        except (TypeError, KeyError, ValueError, AttributeError):
            raise PromptError(f"{path}: example {number + 1} has no messages, prompt or text") from None
        examples.append(ExamplePrompt(turns, task, chat))
    return examples


def _values(text: str) -> list[Any] | None:
    """The JSON objects in `text`, one per line or in a list; None if it is not JSON."""
    try:
        whole = json.loads(text)
        values = whole if isinstance(whole, list) else [whole]
    except (ValueError, RecursionError):
        try:
            values = [json.loads(line) for line in text.split("\n") if line.strip()]
        except (ValueError, RecursionError):
            return None
    if values and all(isinstance(value, dict) and "role" in value for value in values):
        return [{"messages": values}]
    return values if all(isinstance(value, (dict, str)) for value in values) else None


def _turns(value: Any) -> tuple[tuple[Turn, ...], bool]:
    if isinstance(value, str):
        return (Turn(Role.USER, value),), False
    for key in ("messages", "conversations", "conversation", "prompt"):
        if isinstance(value.get(key), list):
            messages = [*value[key], *(value.get("completion") or [])]
            return tuple(_turn(message) for message in messages), True
    for key, answer in _PAIRED:
        if key in value:
            turns = [Turn(Role.USER, str(value[key]))]
            if value.get(answer):
                turns.append(Turn(Role.ASSISTANT, str(value[answer])))
            return tuple(turns), False
    return (Turn(Role.USER, str(value["text"])),), False


def _turn(message: Any) -> Turn:
    role = message.get("role") or message["from"]
    content = message["content"] if "content" in message else message["value"]
    return Turn(_ROLES[str(role).lower()], content_text(content))
