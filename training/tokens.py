"""Examples as tokens: the prompt as `solve` encodes it, then the answer, closed as the chat template closes
it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from arc import ArcError
from inference.proposers.models.chat import ChatTokenizer
from prompts import Prompt
from training.examples import Example, Room
from training.mixes import Mix, MixPart

Tokens = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Encoded:
    """Token ids; those from `answer` on are learned, the ones before are given."""

    ids: Tokens
    answer: int


@dataclass(frozen=True, eq=False)
class Row:
    """Examples packed into at most `context` tokens; no example sees another."""

    examples: tuple[Encoded, ...]

    @property
    def length(self) -> int:
        return sum(len(example.ids) for example in self.examples)


class ExampleTokenizer:
    """Encodes examples with a model's tokenizer."""

    def __init__(self, tokenizer: ChatTokenizer) -> None:
        self._tokenizer = tokenizer
        self._closing = _closing(tokenizer.raw)
        self._last: tuple[Prompt, str, Encoded] | None = None

    def room(self, tokens: int) -> Room:
        """Room for examples of at most so many tokens."""
        return Room(lambda prompt, answer: len(self._encode(prompt, answer).ids), tokens)

    def encode(self, example: Example) -> Encoded:
        """The example's tokens: prompt and prefill given, the rest of the answer and its end learned."""
        return self._encode(example.prompt, example.answer)

    def _encode(self, prompt: Prompt, answer: str) -> Encoded:
        if self._last is not None and self._last[0] is prompt and self._last[1] == answer:
            return self._last[2]
        given = self._tokenizer.encode(prompt)
        rest = answer[len(prompt.prefill) :]
        learned = self._tokenizer.raw.encode(rest, add_special_tokens=False) + self._closing
        encoded = Encoded(np.array(given + learned, dtype=np.int32), len(given))
        self._last = (prompt, answer, encoded)
        return encoded


def _closing(tokenizer: Any) -> list[int]:
    """The tokens with which the chat template ends an assistant's turn; the end token for a base model."""
    end = [] if tokenizer.eos_token_id is None else [int(tokenizer.eos_token_id)]
    if not getattr(tokenizer, "chat_template", None):
        return end
    chat = [{"role": "user", "content": "question"}, {"role": "assistant", "content": "answer"}]
    closing = str(tokenizer.apply_chat_template(chat, tokenize=False)).rpartition("answer")[2].strip()
    return tokenizer.encode(closing, add_special_tokens=False) or end


def pack(examples: list[Encoded], context: int) -> list[Row]:
    """Rows of whole examples, the longest first into the first row with room (first-fit decreasing)."""
    rows: list[list[Encoded]] = []
    free: list[int] = []
    for example in sorted(examples, key=lambda example: -len(example.ids)):
        place = next((n for n, room in enumerate(free) if room >= len(example.ids)), len(rows))
        if place == len(rows):
            rows.append([])
            free.append(context)
        rows[place].append(example)
        free[place] -= len(example.ids)
    return [Row(tuple(row)) for row in rows]


class Windows:
    """The examples of a mix in windows of `size`, each packed by itself: window k depends on the mix and k
    alone."""

    def __init__(self, mix: Mix, tokenizer: ExampleTokenizer, context: int, size: int, packed: bool) -> None:
        self._mix = mix
        self._tokenizer = tokenizer
        self._context = context
        self._size = size
        self._packed = packed

    def __getitem__(self, window: int) -> list[Row] | ArcError:
        """The rows of a window, in an order that does not depend on their length; or what went wrong, as a
        value, so that it passes between processes as it is."""
        numbers = range(window * self._size, (window + 1) * self._size)
        try:
            encoded = [self._tokenizer.encode(self._mix.example(number)) for number in numbers]
        except ArcError as error:
            return error
        rows = pack(encoded, self._context) if self._packed else [Row((example,)) for example in encoded]
        order = np.random.default_rng(window).permutation(len(rows))
        return [rows[place] for place in order]

    def held_out(self, part: MixPart, count: int) -> list[Encoded]:
        """The held-out examples of a part."""
        return [self._tokenizer.encode(example) for example in self._mix.held_out(part, count)]
