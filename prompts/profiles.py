"""Profiles: how to prompt a model, one TOML file each.

The shipped ones lie in `profiles/`; others are given by their path, and `omni-arc profile learn` writes them.
Every key may be left out:

    about = "Which models it is for."
    encoder = "MinimalGridEncoder()"
    chat = true                   # false: the turns' texts are the whole text, with no chat template
    prefill = true                # false: the model starts its answer itself
    thinking = true               # passed to the chat template (enable_thinking); no prefill if true
    entry_point = "main"          # the function that programs define, if it has a special name
    grid_type = "list"            # what programs take: array, list or tuple; found for each program otherwise
    library = "common.py"         # a trusted module that programs import, beside the profile

    [chat_template_kwargs]        # further arguments of the chat template

    [sampling]
    temperature = 1.0
    top_p = 1.0
    top_k = 0                     # 0: off
    min_p = 0.0
    max_tokens = 2048             # of a program's answer
    grid_max_tokens = 2048        # of a grid's answer

    [program]                     # how a program is asked for: a prompt version by name or path,
    template = "code-from-examples-v1"
    [grid]                        # or its keys themselves (see prompts/versions.py)
    pair = "$input\n$output"
    [[grid.turns]]
    role = "user"
    text = "$pairs"
    [repair]                      # how a repair is asked for

A profile with `[grid]` alone is for grids only, one with `[program]` alone for programs only; one with
neither takes both from the profile `default`, as one without `[repair]` takes that.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_type_hints

from arc import GridType, check_values, read_toml
from prompts.build import Prompt
from prompts.encoders import DEFAULT_ENCODER, GridEncoder, parse_encoder
from prompts.errors import PromptError
from prompts.versions import AnswerKind, PromptVersion, load_version, version_from

DEFAULT_PROFILE = "default"

_DEFAULTS = {"program": "code-from-examples-v1", "grid": "output-from-examples-v1", "repair": "repair-v1"}

_KINDS: dict[str, type] = {
    "about": str,
    "encoder": str,
    "chat": bool,
    "prefill": bool,
    "thinking": bool,
    "entry_point": str,
    "grid_type": str,
    "library": str,
    "chat_template_kwargs": dict,
    "sampling": dict,
    "program": dict,
    "grid": dict,
    "repair": dict,
}


@dataclass(frozen=True)
class Sampling:
    """How answers are drawn; `max_tokens` are a program's, `grid_max_tokens` a grid's."""

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    max_tokens: int = 2048
    grid_max_tokens: int = 2048

    def __post_init__(self) -> None:
        if not (self.temperature >= 0 and 0 < self.top_p <= 1):
            raise PromptError("temperature is not negative, top_p is above 0 and at most 1")
        if not (self.top_k >= 0 and 0 <= self.min_p <= 1):
            raise PromptError("top_k is not negative, min_p is 0 to 1")
        for name in ("max_tokens", "grid_max_tokens"):
            if getattr(self, name) < 1:
                raise PromptError(f"{name} is at least 1")


_SAMPLING_KINDS = get_type_hints(Sampling)


@dataclass(frozen=True)
class Profile:
    """How to prompt a model. The fields have the names of the file's keys; see the module's docstring."""

    name: str
    program: PromptVersion | None
    grid: PromptVersion | None
    repair: PromptVersion
    encoder: GridEncoder = field(default_factory=lambda: parse_encoder(DEFAULT_ENCODER))
    about: str = ""
    chat: bool = True
    prefill: bool = True
    thinking: bool | None = None
    entry_point: str | None = None
    grid_type: GridType | None = None
    library: str | None = None
    chat_template_kwargs: tuple[tuple[str, Any], ...] = ()
    sampling: Sampling = Sampling()

    def __post_init__(self) -> None:
        for name in ("program", "grid", "repair"):
            version: PromptVersion | None = getattr(self, name)
            if version is None:
                continue
            kind = AnswerKind.GRID if name == "grid" else AnswerKind.PROGRAM
            if version.kind is not kind:
                raise PromptError(f"profile {self.name}: {version.name} does not ask for a {kind}")
            if version.repairs != (name == "repair"):
                raise PromptError(f"profile {self.name}: {version.name} is not for [{name}]")

    @property
    def prefilled(self) -> bool:
        """True if the start of the answer is written for the model: not for one that reasons first."""
        return self.prefill and not self.thinking

    @property
    def template_arguments(self) -> tuple[tuple[str, Any], ...]:
        """What is passed to the chat template."""
        thinking = () if self.thinking is None else (("enable_thinking", self.thinking),)
        return (*thinking, *self.chat_template_kwargs)

    def version(self, ask: str | None = None) -> PromptVersion | None:
        """How a "program", a "grid" or a "repair" is asked for; without `ask`, what the profile is for."""
        if ask is None:
            return self.program or self.grid
        version: PromptVersion | None = getattr(self, ask)
        return version

    def tell(self, prompt: Prompt) -> Prompt:
        """The prompt with what the profile says of the chat template."""
        return replace(prompt, chat=self.chat, template_arguments=self.template_arguments)

    def max_tokens(self, kind: AnswerKind) -> int:
        """The most tokens of an answer."""
        return self.sampling.max_tokens if kind is AnswerKind.PROGRAM else self.sampling.grid_max_tokens


def profile_names() -> tuple[str, ...]:
    """All shipped profiles, sorted."""
    names = (entry.name for entry in files("prompts").joinpath("profiles").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def load_profile(name: str | Path) -> Profile:
    """Read a profile by name, or from the file at a path ending in .toml; PromptError says what is wrong."""
    path = Path(name)
    if path.suffix == ".toml":
        return profile_from(path.stem, read_toml(path, PromptError), path.parent)
    return _shipped(str(name))


@cache
def _shipped(name: str) -> Profile:
    return profile_from(name, tomllib.loads(profile_text(name)), None)


def profile_text(name: str) -> str:
    """The file of a shipped profile."""
    if name not in profile_names():
        raise PromptError(f"no profile {name!r} (there are {', '.join(profile_names())}, or a FILE.toml)")
    return files("prompts").joinpath("profiles", f"{name}.toml").read_text(encoding="utf-8")


def profile_from(name: str, table: dict[str, Any], folder: Path | None) -> Profile:
    """The profile that a table describes; paths in it start at `folder`. PromptError names a wrong key."""
    try:
        check_values(_KINDS, table, error=PromptError)
        sampling = replace(
            Sampling(), **check_values(_SAMPLING_KINDS, table.get("sampling", {}), "sampling.", PromptError)
        )
    except PromptError as error:
        raise PromptError(f"profile {name}: {error}") from None
    given: dict[str, Any] = {}
    for key in ("about", "chat", "prefill", "thinking", "entry_point"):
        if key in table:
            given[key] = table[key]
    kinds = {"program", "grid"} & set(table) or {"program", "grid"}
    for key in ("program", "grid", "repair"):
        wanted = key in kinds or key == "repair"
        given[key] = _version(f"{name}:{key}", table.get(key), key, folder) if wanted else None
    if "encoder" in table:
        given["encoder"] = parse_encoder(table["encoder"])
    if "grid_type" in table:
        if table["grid_type"] not in set(GridType):
            raise PromptError(f"profile {name}: grid_type is one of {', '.join(GridType)}")
        given["grid_type"] = GridType(table["grid_type"])
    if "library" in table:
        given["library"] = str((folder or Path()) / table["library"])
    arguments = table.get("chat_template_kwargs", {})
    return Profile(name, chat_template_kwargs=tuple(arguments.items()), sampling=sampling, **given)


def _version(name: str, table: dict[str, Any] | None, key: str, folder: Path | None) -> PromptVersion:
    if table is None:
        return load_version(_DEFAULTS[key])
    if "template" not in table:
        answer = "grid" if key == "grid" else "program"
        return version_from(name, {"answer": answer, **table})
    template = table["template"]
    if len(table) > 1 or not isinstance(template, str):
        raise PromptError(f"prompt {name}: it has a template (a name or a path), or the keys of one")
    return load_version((folder or Path()) / template if template.endswith(".toml") else template)
