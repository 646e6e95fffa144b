"""Prompt versions: what is said for one kind of question, as one TOML file each.

The shipped ones lie in `templates/`, named `<what>-from-<what>-v<number>`; others are given by their path.
All texts are taken as they stand, to the byte.

    about = "What it is for."
    answer = "program"              # or "grid"
    pair = "Input:\n$input\nOutput:\n$output"    # how one training pair is written, for $pairs
    pair_separator = "\n\n"
    test = "Input:\n$input"         # how one test input is written, for $tests
    test_separator = "\n\n"
    prefill = "```python\n"         # how the answer starts; $grid_start: the encoder's fence, or a plain one
    stop = ["\n```"]                # texts at which the answer is over
    shot_separator = "\n"           # after the answers of solved tasks that are shown first, where turns
                                    # are joined without a chat template

    [[turns]]
    role = "system"                 # system, user or assistant
    text = "You solve grid puzzles."

    [[turns]]
    role = "user"
    text = "$pairs"

A turn with `each_pair = true` is repeated for every training pair, together with the turns beside it that are
so too; `preface` is put before its first repetition. Fields, by where they may stand:

    pair, and turns with each_pair   $number $index $letter $input $output $input_height $input_width
                                     $output_height $output_width
    test                             $number $index $letter $input $input_height $input_width
    other turns                      $pairs $tests $pair_count $test_count, the asked test input's fields
                                     ($input, $number, ...), $code $mistake $attempts $primitives

`$number` counts from 1, `$index` from 0, `$letter` from A; `$$` is a dollar sign.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from arc import read_toml
from prompts.errors import PromptError

_TEST_FIELDS = frozenset({"number", "index", "letter", "input", "input_height", "input_width"})
_PAIR_FIELDS = _TEST_FIELDS | {"output", "output_height", "output_width"}
_QUESTION_FIELDS = frozenset({"code", "mistake", "attempts"})
_TURN_FIELDS = _TEST_FIELDS | _QUESTION_FIELDS | {"pairs", "tests", "pair_count", "test_count", "primitives"}
_TEXT_KEYS = (
    "about",
    "answer",
    "pair",
    "pair_separator",
    "test",
    "test_separator",
    "prefill",
    "shot_separator",
)


class AnswerKind(StrEnum):
    """What an answer holds."""

    PROGRAM = "program"
    GRID = "grid"


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True)
class TurnTemplate:
    """One turn, or one for each training pair; `preface` comes before the first of these."""

    role: Role
    text: str
    each_pair: bool = False
    preface: str = ""


@dataclass(frozen=True)
class PromptVersion:
    """One version. The fields are named as the keys of its file."""

    name: str
    kind: AnswerKind
    turns: tuple[TurnTemplate, ...]
    about: str = ""
    pair: str = ""
    pair_separator: str = "\n\n"
    test: str = ""
    test_separator: str = "\n\n"
    prefill: str = ""
    stop: tuple[str, ...] = ()
    shot_separator: str = ""
    needs: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Check the texts' fields; `needs` holds those that turns ask for beside the pairs' own."""
        if not self.turns or self.turns[-1].role is not Role.USER:
            raise PromptError(f"prompt {self.name}: its last turn is the user's")
        needs: set[str] = set()
        for turn in self.turns:
            _check(self.name, "turns", turn.text, _PAIR_FIELDS if turn.each_pair else _TURN_FIELDS)
            _check(self.name, "preface", turn.preface, frozenset())
            if not turn.each_pair:
                needs |= set(Template(turn.text).get_identifiers())
        _check(self.name, "pair", self.pair, _PAIR_FIELDS)
        _check(self.name, "test", self.test, _TEST_FIELDS)
        _check(self.name, "prefill", self.prefill, frozenset({"grid_start"}))
        object.__setattr__(self, "needs", frozenset(needs))

    @property
    def repairs(self) -> bool:
        """True if it shows a failed program."""
        return "mistake" in self.needs


def prompt_names() -> tuple[str, ...]:
    """All shipped versions, sorted."""
    names = (entry.name for entry in files("prompts").joinpath("templates").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def load_version(name: str | Path) -> PromptVersion:
    """Read a version by name, or from the file at a path ending in .toml; PromptError says what is wrong."""
    path = Path(name)
    if path.suffix == ".toml":
        return version_from(path.stem, read_toml(path, PromptError))
    return _shipped(str(name))


@cache
def _shipped(name: str) -> PromptVersion:
    if name not in prompt_names():
        raise PromptError(f"no prompt {name!r} (there are {', '.join(prompt_names())}, or a FILE.toml)")
    text = files("prompts").joinpath("templates", f"{name}.toml").read_text(encoding="utf-8")
    return version_from(name, tomllib.loads(text))


def version_from(name: str, table: dict[str, Any]) -> PromptVersion:
    """The version that a table describes; PromptError names the key that is wrong."""
    for key in table:
        if key not in (*_TEXT_KEYS, "stop", "turns"):
            raise PromptError(
                f"prompt {name}: unknown key {key!r} (there are {', '.join(_TEXT_KEYS)}, stop, turns)"
            )
    for key in _TEXT_KEYS:
        if not isinstance(table.get(key, ""), str):
            raise PromptError(f"prompt {name}: {key!r} is a string")
    if table.get("answer") not in set(AnswerKind):
        raise PromptError(f'prompt {name}: "answer" is program or grid')
    stop = table.get("stop", [])
    if not isinstance(stop, list) or not all(isinstance(text, str) and text for text in stop):
        raise PromptError(f'prompt {name}: "stop" is a list of strings')
    turns = table.get("turns", [])
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise PromptError(f'prompt {name}: "turns" is a list of tables')
    texts = {key: table[key] for key in _TEXT_KEYS if key in table and key != "answer"}
    return PromptVersion(
        name,
        AnswerKind(table["answer"]),
        tuple(_turn(name, turn) for turn in turns),
        stop=tuple(stop),
        **texts,
    )


def _turn(name: str, table: dict[str, Any]) -> TurnTemplate:
    if table.get("role") not in set(Role) or not isinstance(table.get("text"), str):
        raise PromptError(f"prompt {name}: a turn has a role ({', '.join(Role)}) and a text")
    each_pair, preface = table.get("each_pair", False), table.get("preface", "")
    unknown = set(table) - {"role", "text", "each_pair", "preface"}
    if unknown or not isinstance(each_pair, bool) or not isinstance(preface, str):
        raise PromptError(
            f"prompt {name}: a turn may also have each_pair (true or false), preface (a string)"
        )
    return TurnTemplate(Role(table["role"]), table["text"], each_pair, preface)


def _check(name: str, key: str, text: str, known: frozenset[str]) -> None:
    template = Template(text)
    if not template.is_valid():
        raise PromptError(f"prompt {name}: {key}: a lone $ is written $$")
    unknown = set(template.get_identifiers()) - known
    if unknown:
        raise PromptError(f"prompt {name}: {key} can't hold ${min(unknown)}")
