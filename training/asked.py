"""The settings beside a trained model with which `omni-arc solve --config` asks as the training did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from prompts import AnswerKind
from scoring.submission import write_whole
from training.examples import Asking
from training.mixes import Mix
from training.settings import TrainSettings

SOLVE = "solve.toml"


def write_solve_settings(folder: Path, settings: TrainSettings, mix: Mix) -> None:
    """Write solve.toml: the model, its adapter, prompts, encoder, and which kind of answer is asked for."""
    values: dict[str, Any] = {"model": str(folder.resolve())}
    if not settings.all_weights:
        model = Path(settings.model)
        values = {"model": str(model.resolve()) if model.is_dir() else settings.model}
        values["adapter"] = str(folder.resolve())
    values |= asked_settings(mix)
    lines = [f"{name.replace('_', '-')} = {json.dumps(value)}" for name, value in values.items()]
    write_whole(folder / SOLVE, "# How this model was trained to be asked.\n" + "\n".join(lines) + "\n")


def asked_settings(mix: Mix) -> dict[str, Any]:
    """The settings of a model (fields of ModelSettings) under which it is asked as this mix asks."""
    programs = _heaviest(mix, AnswerKind.PROGRAM, repairs=False)
    grids = _heaviest(mix, AnswerKind.GRID, repairs=False)
    repairs = _heaviest(mix, AnswerKind.PROGRAM, repairs=True)
    values: dict[str, Any] = {}
    for name, asking in (("program_prompt", programs), ("grid_prompt", grids), ("repair_prompt", repairs)):
        if asking is not None:
            values |= {"encoder": asking.spec, name: asking.version.name}
    if programs is None or grids is None:
        values["direct_share"] = 0.0 if programs is not None else 1.0
    return values if programs or grids else {}  # nobody knows what chats ask


def _heaviest(mix: Mix, kind: AnswerKind, *, repairs: bool) -> Asking | None:
    """The part that most often asks for an answer to examples, of this kind."""
    serving = [
        (part.weight, part.asking)
        for part in mix.parts
        if part.asking is not None
        and part.asking.version.kind is kind
        and part.asking.repairs == repairs
        and "pairs" in part.asking.version.needs
        and (kind is AnswerKind.PROGRAM or "input" in part.asking.version.needs)
    ]
    return max(serving, key=lambda entry: entry[0])[1] if serving else None
