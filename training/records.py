"""What a training records: metrics as JSONL, and in TensorBoard or trackio if installed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from training.errors import TrainingError

METRICS = "metrics.jsonl"


class Records:
    """Writes one JSON object per line, each with its `step`, and numbers to a tracker."""

    def __init__(self, folder: Path, tracker: str, *, after: int | None = None) -> None:
        """`after`: what was written beyond this step is dropped, since a resumed training writes it again
        (trackio keeps both)."""
        self._path = folder / METRICS
        if after is not None:
            _cut(self._path, after)
        self._tracker = _open_tracker(choose_tracker(tracker), folder, after or 0)
        self._file = self._path.open("a", encoding="utf-8")

    def write(self, step: int, values: Mapping[str, Any]) -> None:
        """Record what a step gave; nested names are joined by slashes for trackers."""
        self._file.write(json.dumps({"step": step, **values}) + "\n")
        self._file.flush()
        if self._tracker is not None:
            self._tracker(step, _flat(values))

    def close(self) -> None:
        self._file.close()
        if self._tracker is not None:
            self._tracker.close()


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """The lines of a training's metrics; other lines (the last may be torn) are left out."""
    records = []
    for line in (folder / METRICS).read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and isinstance(record.get("step"), int):
            records.append(record)
    return records


def _cut(path: Path, step: int) -> None:
    if path.is_file():
        kept = [record for record in read_metrics(path.parent) if record["step"] <= step]
        path.write_text("".join(json.dumps(record) + "\n" for record in kept), encoding="utf-8")


def choose_tracker(name: str) -> str:
    """The tracker that `name` means here; TrainingError for one that is not installed."""
    if name == "auto":
        return next((known for known in ("tensorboard", "trackio") if find_spec(known)), "none")
    if name != "none" and not find_spec(name):
        raise TrainingError(f"{name} is not installed: pip install {name}, or leave --tracker out")
    return name


def _open_tracker(name: str, folder: Path, after: int) -> Any:
    if name == "none":
        return None
    return _TensorBoard(folder, after) if name == "tensorboard" else _Trackio(folder, after)


class _TensorBoard:
    def __init__(self, folder: Path, after: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder / "tensorboard"), purge_step=after + 1 if after else None)

    def __call__(self, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        self._writer.close()


class _Trackio:
    def __init__(self, folder: Path, after: int) -> None:
        import trackio

        self._trackio = trackio
        trackio.init(project="omni-arc", name=folder.name, resume="allow" if after else "never")

    def __call__(self, step: int, values: Mapping[str, float]) -> None:
        self._trackio.log(dict(values), step=step)

    def close(self) -> None:
        self._trackio.finish()


def _flat(values: Mapping[str, Any], before: str = "") -> dict[str, float]:
    flat: dict[str, float] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{before}{name}/")
        elif isinstance(value, int | float):
            flat[before + name] = value
    return flat
