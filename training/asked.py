"""The profile beside a trained model: how it was asked in training, for `solve --profile`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from inference.proposers.models.settings import PROFILE_FILE
from prompts import AnswerKind, PromptVersion, encoder_spec, prompt_names
from scoring.files import write_whole
from training.examples import Asking
from training.mixes import Mix


def write_profile(folder: Path, mix: Mix) -> None:
    """Write how the heaviest parts of the mix ask for programs, grids and repairs; nothing for chats."""
    asked = {
        "program": _heaviest(mix, AnswerKind.PROGRAM, repairs=False),
        "grid": _heaviest(mix, AnswerKind.GRID, repairs=False),
        "repair": _heaviest(mix, AnswerKind.PROGRAM, repairs=True),
    }
    first = asked["program"] or asked["grid"]
    if first is None:
        return
    profile = first.profile
    values: dict[str, Any] = {
        "about": "The prompts that the model beside it was trained on.",
        "encoder": encoder_spec(profile.encoder),
        "chat": profile.chat,
        "prefill": profile.prefill,
        "thinking": profile.thinking,
        "entry_point": profile.entry_point,
        "grid_type": profile.grid_type,
        "library": None if profile.library is None else str(Path(profile.library).resolve()),
    }
    lines = [_line(name, value) for name, value in values.items() if value is not None]
    if profile.chat_template_kwargs:
        lines += ["", "[chat_template_kwargs]"]
        lines += [_line(name, value) for name, value in profile.chat_template_kwargs]
    for name, asking in asked.items():
        if asking is not None:
            lines += ["", f"[{name}]", *_version_lines(name, asking.version)]
    write_whole(folder / PROFILE_FILE, "\n".join(lines) + "\n")


def _heaviest(mix: Mix, kind: AnswerKind, *, repairs: bool) -> Asking | None:
    """How the heaviest part that asks for answers of this kind puts its question."""
    serving = [
        (part.weight, part.asking)
        for part in mix.parts
        if part.asking is not None
        and part.asking.version.kind is kind
        and part.asking.repairs == repairs
        and (kind is AnswerKind.PROGRAM or _asks_for_output(part.asking.version))
    ]
    return max(serving, key=lambda entry: entry[0])[1] if serving else None


def _asks_for_output(version: PromptVersion) -> bool:
    """True if pairs and a test input are shown, so that its output is what is asked for."""
    shows_pairs = "pairs" in version.needs or any(turn.each_pair for turn in version.turns)
    return shows_pairs and bool({"input", "tests"} & version.needs)


def _version_lines(table: str, version: PromptVersion) -> list[str]:
    if version.name in prompt_names():
        return [_line("template", version.name)]
    names = ("pair", "pair_separator", "test", "test_separator", "prefill", "shot_separator")
    lines = [_line(name, getattr(version, name)) for name in names]
    lines.append(_line("stop", list(version.stop)))
    for turn in version.turns:
        lines += [f"[[{table}.turns]]", _line("role", turn.role.value), _line("text", turn.text)]
        lines += [_line("each_pair", True)] if turn.each_pair else []
        lines += [_line("preface", turn.preface)] if turn.preface else []
    return lines


def _line(name: str, value: Any) -> str:
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"
