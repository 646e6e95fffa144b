"""Prompt versions: template files in `templates/`, one a version, named `<what>-from-<what>-v<number>`.

A template starts with one line that says what it is for. Sections follow, each headed by its name in square
brackets on a line of its own:

    [answer kind]   program | grid: what the answer holds
    [pair]          one training pair: $number $input $output
    [test]          one test input: $number $input
    [system]        what the model is told to be (may be absent)
    [user]          the question: $pairs $tests $input $code $mistake $primitives
    [answer]        how the answer starts (it is put into the model's mouth): $grid_start or fixed text
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from string import Template

from prompts.errors import PromptError

_SECTION = re.compile(r"^\[([a-z ]+)\]$")
_FIELDS = {
    "answer kind": frozenset[str](),
    "pair": frozenset({"number", "input", "output"}),
    "test": frozenset({"number", "input"}),
    "system": frozenset[str](),
    "user": frozenset({"pairs", "tests", "input", "code", "mistake", "primitives"}),
    "answer": frozenset({"grid_start"}),
}


class AnswerKind(StrEnum):
    """What an answer holds."""

    PROGRAM = "program"
    GRID = "grid"


@dataclass(frozen=True)
class PromptVersion:
    """One parsed template. The fields are named as the sections; an absent section is the empty string."""

    name: str
    about: str
    kind: AnswerKind
    pair: str
    test: str
    system: str
    user: str
    answer: str

    @property
    def needs(self) -> frozenset[str]:
        """What the question asks for, of: pairs, tests, input, code, mistake, primitives."""
        return frozenset(Template(self.user).get_identifiers())


def prompt_names() -> tuple[str, ...]:
    """All versions, sorted."""
    names = (entry.name for entry in files("prompts").joinpath("templates").iterdir())
    return tuple(sorted(name.removesuffix(".txt") for name in names if name.endswith(".txt")))


@cache
def load_version(name: str) -> PromptVersion:
    """Read a version by name; PromptError names those that there are."""
    if name not in prompt_names():
        raise PromptError(f"no prompt {name!r} (there are {', '.join(prompt_names())})")
    text = files("prompts").joinpath("templates", f"{name}.txt").read_text(encoding="utf-8")
    return parse_version(name, text)


def parse_version(name: str, text: str) -> PromptVersion:
    """Parse a template; PromptError says which section is wrong."""
    about, sections = _split(text)
    for section, body in sections.items():
        if section not in _FIELDS:
            raise PromptError(f"prompt {name}: unknown section [{section}]")
        unknown = set(Template(body).get_identifiers()) - _FIELDS[section]
        if unknown or not Template(body).is_valid():
            raise PromptError(f"prompt {name}: [{section}] can't hold ${min(unknown, default='')}")
    kind = sections.get("answer kind", "")
    if kind not in set(AnswerKind) or not sections.get("user"):
        raise PromptError(f"prompt {name}: it needs [answer kind] (program or grid) and [user]")
    return PromptVersion(
        name,
        about,
        AnswerKind(kind),
        *(sections.get(section, "") for section in ("pair", "test", "system", "user", "answer")),
    )


def _split(text: str) -> tuple[str, dict[str, str]]:
    about: list[str] = []
    sections: dict[str, list[str]] = {}
    lines = about
    for line in text.splitlines():
        heading = _SECTION.match(line)
        if heading:
            lines = sections.setdefault(heading[1], [])
        else:
            lines.append(line)
    return "\n".join(about).strip(), {name: "\n".join(body).strip() for name, body in sections.items()}
