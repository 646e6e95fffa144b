"""`learn`: rounds of solve, train on what was found, and solve again.

    folder/run-0        the model as it is
    folder/model-1      trained on the mix and on run-0, in hindsight
    folder/run-1        the trained model; model-2 learns from run-0 and run-1, and so on

Every stage can be resumed: finished stages are kept, killed ones continue. `rounds.json` holds the table.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, get_type_hints

from arc import check_value, check_values, load_dataset, read_toml
from inference.proposers.models.settings import ModelSettings
from inference.run.settings import Settings, parse_duration
from inference.run.solve import solve
from scoring.contract import VerdictKind
from scoring.evaluation import evaluate
from scoring.files import write_whole
from scoring.record.reader import Run
from training.errors import TrainingError
from training.hindsight import run_parts
from training.mixes import parse_part
from training.settings import RESULT, MixSettings, TrainSettings, mix_values, train_values

CONFIG = "learn.json"
ROUNDS = "rounds.json"

_SOLVE_FIELDS = (
    "tasks",
    "limit",
    "samplers",
    "predictors",
    "samples",
    "workers",
    "seed",
    "agree",
    "time_limit",
)


@dataclass(frozen=True)
class LearnConfig:
    """What `learn` does. `going_on` trains each round from the last round's adapter instead of a new one."""

    folder: Path
    rounds: int
    going_on: bool
    solve: Settings
    model: ModelSettings
    train: Mapping[str, Any]
    mix: MixSettings

    def to_json(self) -> dict[str, Any]:
        """All settings as plain values, without the folder."""
        return {
            "rounds": self.rounds,
            "going_on": self.going_on,
            "solve": self.solve.to_json(),
            "model": asdict(self.model),
            "train": dict(self.train),
            "mix": asdict(self.mix),
        }


@dataclass(frozen=True)
class Round:
    """One run of the loop: shares of test inputs covered and solved (None where answers are unknown), tasks
    with a verified program, and the tasks in all."""

    run: str
    tasks: int
    verified: int
    coverage: float | None
    vote_2: float | None


def read_config(path: Path) -> LearnConfig:
    """Read a TOML file with `folder`, `dataset`, `rounds`, `going_on`, and the tables `solve`, `model`,
    `train`, `mix`; TrainingError names what is wrong."""
    values = _with_underscores(read_toml(path, TrainingError))
    known = ("folder", "dataset", "rounds", "going_on", "solve", "model", "train", "mix")
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise TrainingError(f"{path}: no setting {unknown[0]} (there are {', '.join(known)})")
    for name in ("folder", "dataset"):
        if not isinstance(values.get(name), str):
            raise TrainingError(f"{path}: name a {name}")
    try:
        return _config(values)
    except TrainingError as error:
        raise TrainingError(f"{path}: {error}") from None


def _config(values: dict[str, Any]) -> LearnConfig:
    """The configuration of these values; TrainingError or another ArcError if one is wrong."""
    rounds = check_value(int, values.get("rounds", 1), "rounds", TrainingError)
    going_on = check_value(bool, values.get("going_on", False), "going-on", TrainingError)
    if rounds < 1:
        raise TrainingError("rounds is at least 1")
    model_kinds = get_type_hints(ModelSettings)
    model = ModelSettings(**check_values(model_kinds, values.get("model", {}), "model.", TrainingError))
    train = {"model": model.model, **train_values(values.get("train", {}))}
    TrainSettings(**train)  # checked before anything is computed
    mix = mix_values(values.get("mix", {}))
    for text in mix.get("data", ()):
        parse_part(text)
    return LearnConfig(
        folder=Path(values["folder"]),
        rounds=rounds,
        going_on=going_on,
        solve=_solve_settings(values["dataset"], values.get("solve", {})),
        model=model,
        train=train,
        mix=MixSettings(**{"profile": model.profile_source, "encoder": model.encoder, "data": (), **mix}),
    )


def learn(config: LearnConfig, listener: Callable[[str], None] = lambda _: None) -> tuple[list[Round], bool]:
    """Run the rounds, or continue them; the table, and whether it was interrupted.

    `listener` is called with a line at each stage. Raises ArcError for bad input, and where another
    configuration began in the folder.
    """
    folder = config.folder
    _claim(folder, config)
    table: list[Round] = []
    for number in range(config.rounds + 1):
        if number and not (folder / f"model-{number}" / RESULT).is_file():
            listener(f"round {number}: training")
            if _train(config, number):
                return table, True
        if not (folder / f"run-{number}" / "summary.json").is_file():
            listener(f"round {number}: solving")
            if _solve(config, number, listener):
                return table, True
        table.append(summarise(folder / f"run-{number}"))
        write_whole(folder / ROUNDS, json.dumps([asdict(row) for row in table], indent=2) + "\n")
        listener(render([table[-1]]).splitlines()[-1])
    return table, False


def summarise(directory: Path) -> Round:
    """One line of the table."""
    with Run.open(directory) as run:
        counts = run.counts().values()
        known = load_dataset(str(run.config["dataset"])).has_solutions
    verified = sum(count.of(VerdictKind.VERIFIED) > 0 for count in counts)
    total = evaluate(directory).total if known else None
    return Round(
        directory.name,
        len(counts),
        verified,
        total.coverage if total else None,
        total.vote_2 if total else None,
    )


def render(table: list[Round]) -> str:
    """The table as text."""
    lines = [f"{'run':8} {'tasks':>6} {'verified':>9} {'coverage':>9} {'vote@2':>7}"]
    for row in table:
        coverage = "-" if row.coverage is None else f"{row.coverage:.1%}"
        vote = "-" if row.vote_2 is None else f"{row.vote_2:.1%}"
        lines.append(f"{row.run:8} {row.tasks:6} {row.verified:9} {coverage:>9} {vote:>7}")
    return "\n".join(lines)


def _claim(folder: Path, config: LearnConfig) -> None:
    """Begin in an empty folder, or continue under the same configuration (with more rounds, if asked for)."""
    record = json.loads(json.dumps(config.to_json()))
    file = folder / CONFIG
    if file.is_file():
        try:
            before = dict(json.loads(file.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            raise TrainingError(f"{file}: broken JSON; name another folder, or delete this one") from None
        changed = [name for name in record if name != "rounds" and record[name] != before.get(name)]
        if changed and (folder / "run-0").exists():
            raise TrainingError(
                f"{folder}: began with other settings ({', '.join(changed)}); name another folder for these"
            )
    elif folder.is_dir() and any(folder.iterdir()):
        raise TrainingError(f"{folder}: not empty, and no learning began here; name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps(record, indent=2) + "\n")


def _train(config: LearnConfig, number: int) -> bool:
    """Train the model of a round; True if that was interrupted."""
    from training.trainer import is_training, resume, train

    target = config.folder / f"model-{number}"
    if is_training(target):
        return resume(target).interrupted
    shutil.rmtree(target, ignore_errors=True)  # killed before it began
    parts = list(config.mix.data)
    for earlier in range(number):
        run = config.folder / f"run-{earlier}"
        parts += run_parts(run)
    if not parts:
        raise TrainingError(f"{config.folder}: the runs found nothing to learn from; add data to [mix]")
    settings = TrainSettings(**config.train)
    if config.going_on and number > 1 and not settings.all_weights:
        settings = replace(settings, adapter=str(config.folder / f"model-{number - 1}"))
    mix = replace(config.mix, data=tuple(parts), seed=config.mix.seed + number)
    return train(settings, mix, target).interrupted


def _solve(config: LearnConfig, number: int, listener: Callable[[str], None]) -> bool:
    """Solve with the model of a round; True if that was interrupted."""
    directory = config.folder / f"run-{number}"
    model = config.model
    if number:
        trained = str(config.folder / f"model-{number}")
        all_weights = TrainSettings(**config.train).all_weights
        model = replace(model, model=trained) if all_weights else replace(model, adapter=trained)
    settings = replace(config.solve, model=model)
    solved = solve(settings, directory, resume=(directory / "run.sqlite").is_file())
    for line in solved.outcome.errors:
        listener(f"round {number}: {line}")
    return solved.outcome.interrupted


def _solve_settings(dataset: str, values: Any) -> Settings:
    if isinstance(values, Mapping) and "time_limit" in values:
        values = {**values, "time_limit": parse_duration(str(values["time_limit"]))}
    kinds = get_type_hints(Settings)
    chosen = {name: kinds[name] for name in _SOLVE_FIELDS}
    return Settings(dataset, **check_values(chosen, values, "solve.", TrainingError))


def _with_underscores(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name.replace("-", "_"): _with_underscores(value) if isinstance(value, dict) else value
        for name, value in values.items()
    }
