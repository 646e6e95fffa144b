"""Mixes: named sources with weights, from which examples are drawn while training.

A part is written SOURCE[:PROMPT][:WEIGHT]:

    omni-arc:code-from-examples-v1:1.0      programs of this repository, pairs by their generators
    compositions:output-from-code-v0        programs composed at random from words of the language
    arc-agi-1/development:output-from-examples-v1
    TASKS.json:output-from-examples-v1      a data set: its own pairs
    runs/first:repair-v1:0.5                what a run found (training/hindsight.py)
    chats.jsonl, chats.parquet              chats, as they are

PROMPT is a prompt version, "program", "grid" or "repair" as the mix's profile asks for it, or a profile of
its own (a name or FILE.toml).

Example number k of a mix depends on its seed and k alone, so training resumes exactly and any number of
processes may draw. A share of the task families is held out: no part draws examples of them for training.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from prompts import DEFAULT_PROFILE, PromptTooLong, load_profile, profile_names, prompt_names
from scoring.contract import digest
from scoring.record.schema import DATABASE
from training.errors import NotDrawn, TrainingError
from training.examples import ASKS, Asking, Example, Room

_DRAWS = 100  # draws in a row that may fail (mostly: too long) before the mix is given up


class ExampleSource(Protocol):
    """Where examples come from: items (tasks, mostly), each of a family, and examples of an item."""

    @property
    def families(self) -> Mapping[str, str]:
        """The family of each item; families are held out whole."""
        ...

    def draw(self, item: str, generator: random.Random, room: Room) -> Example: ...


@dataclass(frozen=True)
class PartSpec:
    """SOURCE[:PROMPT][:WEIGHT], taken apart. `prompt` is empty for the source's default."""

    source: str
    prompt: str = ""
    weight: float = 1.0

    @property
    def label(self) -> str:
        """The part's name in metrics."""
        return f"{self.source}:{self.prompt}" if self.prompt else self.source


@dataclass(frozen=True)
class MixPart:
    """A source in a mix; `training` and `held_out` are its items. `asking` is None for chats."""

    label: str
    weight: float
    source: ExampleSource
    asking: Asking | None
    training: tuple[str, ...]
    held_out: tuple[str, ...]


def parse_part(text: str) -> PartSpec:
    """Take SOURCE[:PROMPT][:WEIGHT] apart; TrainingError for a bad weight or an unknown prompt."""
    source, weight = _split_weight(text)
    head, colon, tail = source.rpartition(":")
    if colon and head and (tail in (*ASKS, *prompt_names(), *profile_names()) or tail.endswith(".toml")):
        return PartSpec(head, tail, weight)
    if colon and head and not Path(source).exists():
        known = ", ".join((*ASKS, *prompt_names(), *profile_names(), "FILE.toml"))
        raise TrainingError(f"{text!r}: no prompt {tail!r} (there are {known})")
    if not source or source.startswith(":"):
        raise TrainingError(f"{text!r}: name a source: SOURCE[:PROMPT][:WEIGHT]")
    return PartSpec(source, "", weight)


def _split_weight(text: str) -> tuple[str, float]:
    head, colon, tail = text.rpartition(":")
    try:
        weight = float(tail)
    except ValueError:
        return text, 1.0
    if not colon or not head:
        return text, 1.0
    if not 0 < weight < float("inf"):
        raise TrainingError(f"{text!r}: a weight is above 0")
    return head, weight


class Mix:
    """Parts with weights; `example(k)` is the k-th example to train on, `held_out(part, k)` one to measure
    on."""

    def __init__(self, parts: Sequence[MixPart], seed: int, room: Room | None = None) -> None:
        self.parts = tuple(parts)
        self._seed = seed
        self.room = room or Room()
        self._drawing = [part for part in parts if part.training]
        if not self._drawing:
            raise TrainingError("every task is held out; lower --held-out")

    def example(self, number: int) -> Example:
        """Training example `number` (from 0). Examples that do not fit are redrawn."""
        generator = random.Random(f"{self._seed} {number}")
        for _ in range(_DRAWS):
            part = generator.choices(self._drawing, [part.weight for part in self._drawing])[0]
            try:
                return part.source.draw(generator.choice(part.training), generator, self.room)
            except (PromptTooLong, NotDrawn) as error:
                reason = str(error)
        raise TrainingError(f"{_DRAWS} draws in a row gave no example; the last: {reason}")

    def examples(self) -> Iterator[Example]:
        """The endless training examples, in order."""
        number = 0
        while True:
            yield self.example(number)
            number += 1

    def held_out(self, part: MixPart, count: int) -> list[Example]:
        """At most `count` examples of a part's held-out items, the same whenever asked; may be empty."""
        generator = random.Random(f"held out {part.label}")
        examples: list[Example] = []
        for _ in range(2 * count if part.held_out else 0):
            try:
                examples.append(part.source.draw(generator.choice(part.held_out), generator, self.room))
            except (PromptTooLong, NotDrawn):
                continue
        return examples[:count]


def open_mix(
    specs: Sequence[PartSpec],
    *,
    profile: str = DEFAULT_PROFILE,
    encoder: str = "",
    seed: int = 0,
    fresh: float = 0.5,
    held_out: float = 0.1,
    right_weight: float = 1.0,
    relabelled_weight: float = 0.5,
    room: Room | None = None,
) -> Mix:
    """Open the sources of a mix. `profile` says how models are asked (`encoder` "" takes its encoder),
    `fresh` is the share of `omni-arc` examples with newly drawn pairs, `held_out` the share of families kept
    for measuring (0..1, the same families for every source and seed); `right_weight` and `relabelled_weight`
    say how often right and wrong programs of a run are drawn.

    Raises ArcError for a source that can't be read or serves no such prompt.
    """
    if not specs:
        raise TrainingError("nothing to learn from: give --data SOURCE[:PROMPT][:WEIGHT]")
    parts = []
    for spec in specs:
        asking = _asking(spec, profile, encoder)
        source = _open_source(spec, asking, fresh, (right_weight, relabelled_weight))
        parts.append(make_part(spec.label, source, asking, spec.weight, held_out))
    return Mix(parts, seed, room)


def make_part(
    label: str, source: ExampleSource, asking: Asking | None, weight: float = 1.0, held_out: float = 0.1
) -> MixPart:
    """A source as a part of a mix, with a share of its families held out."""
    kept = {item for item, family in source.families.items() if is_held_out(family, held_out)}
    training = tuple(item for item in sorted(source.families) if item not in kept)
    return MixPart(label, weight, source, asking, training, tuple(sorted(kept)))


@cache
def is_held_out(family: str, share: float) -> bool:
    """True for a fixed `share` of all families."""
    return int(digest("held out", family), 16) % 100_000 < share * 100_000


def _asking(spec: PartSpec, profile: str, encoder: str) -> Asking | None:
    """How a part asks; None for chats, which bring their own prompts."""
    if _is_chat_file(spec):
        if spec.prompt:
            raise TrainingError(f"{spec.source}: chats bring their own prompts, not {spec.prompt}")
        return None
    ask = "program" if spec.source in ("omni-arc", "compositions") or _is_run(spec) else "grid"
    if spec.prompt in profile_names() or spec.prompt.endswith(".toml"):
        chosen = load_profile(spec.prompt)
        other = "grid" if ask == "program" else "program"
        return Asking.named(other if chosen.version(ask) is None else ask, spec.prompt)
    return Asking.named(spec.prompt or ask, profile, encoder)


def _is_chat_file(spec: PartSpec) -> bool:
    return Path(spec.source).suffix in (".jsonl", ".parquet")


def _is_run(spec: PartSpec) -> bool:
    return (Path(spec.source) / DATABASE).is_file()


def _open_source(
    spec: PartSpec, asking: Asking | None, fresh: float, weights: tuple[float, float]
) -> ExampleSource:
    from training.chats import ChatSource
    from training.compositions import CompositionSource
    from training.exams import load_training_set
    from training.hindsight import RunSource
    from training.task_source import TaskSource

    if asking is None:
        return ChatSource(Path(spec.source))
    if _is_run(spec):
        return RunSource(Path(spec.source), asking, *weights)
    if spec.source == "compositions":
        return CompositionSource(asking)
    if spec.source == "omni-arc":
        tasks = load_training_set("arc-agi-1/development").tasks
        return TaskSource("omni-arc", tasks, asking, fresh)
    return TaskSource(spec.source, load_training_set(spec.source).tasks, asking)
