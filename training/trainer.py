"""`train`: a mix in, a LoRA adapter or a model out, resumable to the step.

The output folder holds `settings.json`, `metrics.jsonl`, `checkpoint.pt` (the last one, replaced atomically)
and, at the end, the adapter in peft's form or the model as a Hugging Face folder, `profile.toml` and
`result.json`. A killed training that is resumed goes through the same steps on the same batches; on a CPU it
ends in the same weights to the bit.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch.utils.data import DataLoader

from arc import ArcError
from inference.errors import ModelError
from inference.proposers.models.chat import ChatTokenizer, one_line
from scoring.files import write_whole
from training.asked import write_profile
from training.errors import TrainingError
from training.learner import Learner, learning_rate, make_batch
from training.mixes import Mix
from training.models import choose_device, choose_dtype, load_base, save_result, writing
from training.records import Records, choose_tracker
from training.settings import (
    RESULT,
    MixSettings,
    TrainSettings,
    open_the_mix,
    settings_from_json,
    settings_to_json,
)
from training.tokens import Encoded, ExampleTokenizer, Row, Windows

SETTINGS = "settings.json"
CHECKPOINT = "checkpoint.pt"
START = "start"  # the folder of a model that begins from scratch

_WINDOW = 32  # examples that are packed together
_RECENT = 20  # steps that the rate of tokens is taken over


@dataclass(frozen=True)
class TrainProgress:
    """A training after a step: mean loss of its learned tokens (nats), tokens in all and per second, and the
    share of the time spent waiting for examples."""

    step: int
    steps: int
    loss: float
    learning_rate: float
    tokens: int
    tokens_per_second: float
    waiting: float
    seconds_left: float


@dataclass(frozen=True)
class Measured:
    """Held-out examples of one part: how many, mean loss (nats a token), share with the exact greedy
    answer."""

    examples: int
    loss: float
    exact_match: float


@dataclass(frozen=True)
class Trained:
    """What `train` leaves; `before` and `after` hold each part's held-out figures, by label."""

    folder: Path
    interrupted: bool
    step: int
    before: dict[str, Measured]
    after: dict[str, Measured]


def train(
    settings: TrainSettings,
    mix_settings: MixSettings,
    folder: Path,
    listener: Callable[[TrainProgress], None] | None = None,
    *,
    mix: Mix | None = None,
) -> Trained:
    """Begin a training in an empty or missing folder.

    `mix` takes the place of the one that `mix_settings` describes; `resume` has to be given it again. Raises
    ArcError for bad input; KeyboardInterrupt ends it after a checkpoint.
    """
    if folder.is_dir() and any(path.name != START for path in folder.iterdir()):
        raise TrainingError(f"{folder}: not empty; continue with --resume {folder}, or name another --output")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / START, ignore_errors=True)  # of a training that failed before it began
    training = _Training(settings, mix_settings, folder, mix)
    write_whole(folder / SETTINGS, json.dumps(settings_to_json(settings, mix_settings), indent=2) + "\n")
    return training.run(listener or (lambda _: None))


def resume(
    folder: Path, listener: Callable[[TrainProgress], None] | None = None, *, mix: Mix | None = None
) -> Trained:
    """Continue the training in `folder`, from its last checkpoint; `mix` is the one that `train` was
    given."""
    settings, mix_settings = read_settings(folder)
    if (folder / RESULT).is_file():
        return _read_result(folder)
    training = _Training(settings, mix_settings, folder, mix)
    return training.run(listener or (lambda _: None))


def is_training(folder: Path) -> bool:
    """True if a training has begun in `folder` that `resume` can continue."""
    return (folder / SETTINGS).is_file()


def read_settings(folder: Path) -> tuple[TrainSettings, MixSettings]:
    """The settings of the training in `folder`."""
    try:
        record = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    except OSError:
        raise TrainingError(f"{folder}: no training here (there is no {SETTINGS})") from None
    except ValueError:
        raise TrainingError(f"{folder}/{SETTINGS}: broken JSON") from None
    try:
        return settings_from_json(record)
    except TrainingError as error:
        raise TrainingError(f"{folder}/{SETTINGS}: {error}") from None


def _read_result(folder: Path) -> Trained:
    """What a training that has ended left."""
    try:
        record = json.loads((folder / RESULT).read_text(encoding="utf-8"))
        before, after = (
            {label: Measured(**value) for label, value in record[name].items()}
            for name in ("before", "after")
        )
        return Trained(folder, False, record["step"], before, after)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TrainingError(
            f"{folder}/{RESULT}: broken; delete it, and --resume ends the training again"
        ) from None


class _Training:
    def __init__(
        self, settings: TrainSettings, mix_settings: MixSettings, folder: Path, mix: Mix | None
    ) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # examples are drawn in forked processes
        choose_tracker(settings.tracker)
        self._settings = settings
        self._folder = folder
        device = choose_device(settings)
        dtype = choose_dtype(settings, device)
        torch.manual_seed(mix_settings.seed)
        self._mix = mix or open_the_mix(mix_settings)
        base = self._base_model(mix_settings)
        tokenizer = ChatTokenizer.load(base)
        self._tokenizer = tokenizer
        example_tokenizer = ExampleTokenizer(tokenizer)
        self._mix.room = example_tokenizer.room(settings.context)
        self._learner = Learner(load_base(settings, base, device, dtype), settings, device, dtype)
        self._windows = Windows(
            self._mix, example_tokenizer, settings.context, _WINDOW, packed=self._learner.packs
        )
        self._place = (0, 0)  # the window, and the row in it, that come next
        self._tokens = 0

    def _base_model(self, mix_settings: MixSettings) -> str:
        if self._settings.from_scratch is None:
            return self._settings.model
        from training.small_models import make_small_model

        start = self._folder / START
        if not (start / "config.json").is_file():
            with writing(start):
                make_small_model(start, self._settings.from_scratch, self._mix, mix_settings.seed)
        return str(start)

    def run(self, listener: Callable[[TrainProgress], None]) -> Trained:
        before = self._restore()
        records = Records(self._folder, self._settings.tracker, after=self._learner.step_number)
        try:
            held_out = self._held_out()
            if before is None:
                before = self._measure(held_out)
                records.write(0, {"eval": {label: asdict(value) for label, value in before.items()}})
                self._checkpoint(before)
            interrupted = self._steps(records, held_out, before, listener)
            after = before if interrupted else self._measure(held_out)
        except torch.cuda.OutOfMemoryError:
            raise ModelError(
                "the GPU's memory is full: lower --batch-size (raise --accumulate) or --context, "
                "or add --gradient-checkpointing"
            ) from None
        finally:
            records.close()
        trained = Trained(self._folder, interrupted, self._learner.step_number, before, after)
        if not interrupted:
            self._save(trained)
        return trained

    def _steps(
        self,
        records: Records,
        held_out: dict[str, list[Encoded]],
        before: dict[str, Measured],
        listener: Callable[[TrainProgress], None],
    ) -> bool:
        """The remaining steps; True if they were interrupted."""
        settings, learner = self._settings, self._learner
        rows = draw_rows(self._windows, self._place, settings.data_workers)
        times: list[tuple[float, float, int]] = []  # seconds, of them waiting, and tokens of the last steps
        try:
            while learner.step_number < settings.steps:
                began = time.monotonic()
                drawn = [
                    list(itertools.islice(rows, settings.batch_size)) for _ in range(settings.accumulate)
                ]
                waited = time.monotonic() - began
                tokens = sum(row.length for batch in drawn for row, _ in batch)
                rate = learning_rate(settings, learner.step_number)
                with _interrupts_held_back():
                    self._place = drawn[-1][-1][1]
                    loss = learner.step(
                        [make_batch([row for row, _ in batch], learner.device) for batch in drawn]
                    )
                    self._tokens += tokens
                    times = [*times[-_RECENT + 1 :], (time.monotonic() - began, waited, tokens)]
                    progress = self._progress(loss, rate, times)
                    self._note(records, progress)
                listener(progress)
                step = learner.step_number
                if settings.eval_every and step % settings.eval_every == 0:
                    measured = self._measure(held_out)
                    records.write(step, {"eval": {label: asdict(value) for label, value in measured.items()}})
                if step % settings.checkpoint_every == 0 or step == settings.steps:
                    self._checkpoint(before)
        except KeyboardInterrupt:
            self._checkpoint(before)
            return True
        return False

    def _progress(self, loss: float, rate: float, times: list[tuple[float, float, int]]) -> TrainProgress:
        seconds, waited, tokens = (sum(column) for column in zip(*times, strict=True))
        left = (self._settings.steps - self._learner.step_number) * seconds / len(times)
        return TrainProgress(
            self._learner.step_number,
            self._settings.steps,
            loss,
            rate,
            self._tokens,
            tokens / max(seconds, 1e-9),
            waited / max(seconds, 1e-9),
            left,
        )

    def _note(self, records: Records, progress: TrainProgress) -> None:
        record = {
            "loss": progress.loss,
            "learning_rate": progress.learning_rate,
            "tokens": progress.tokens,
            "tokens_per_second": round(progress.tokens_per_second, 1),
            "waiting": round(progress.waiting, 4),
        }
        records.write(progress.step, record)

    def _held_out(self) -> dict[str, list[Encoded]]:
        count = self._settings.eval_examples
        return {part.label: self._windows.held_out(part, count) for part in self._mix.parts}

    def _measure(self, held_out: dict[str, list[Encoded]]) -> dict[str, Measured]:
        measured = {}
        for label, examples in held_out.items():
            if not examples:
                continue
            results = self._learner.measure(examples)
            loss = sum(loss for loss, _ in results) / len(results)
            exact = sum(exact for _, exact in results) / len(results)
            measured[label] = Measured(len(results), loss, exact)
        return measured

    def _checkpoint(self, before: dict[str, Measured]) -> None:
        state: dict[str, Any] = self._learner.state()
        state |= {
            "place": list(self._place),
            "tokens": self._tokens,
            "before": {label: asdict(value) for label, value in before.items()},
        }
        partial = self._folder / f"{CHECKPOINT}.partial"
        with writing(partial), partial.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._folder / CHECKPOINT)

    def _restore(self) -> dict[str, Measured] | None:
        """Load the last checkpoint; returns the figures before training, or None without a checkpoint."""
        path = self._folder / CHECKPOINT
        if not path.is_file():
            return None
        try:
            state = torch.load(path, map_location=self._learner.device, weights_only=True)
            state["random"] = state["random"].cpu()
            state["random_cuda"] = [value.cpu() for value in state["random_cuda"]]
            self._learner.load_state(state)
            window, row = state["place"]
            before = {label: Measured(**value) for label, value in state["before"].items()}
        except (OSError, RuntimeError, UnpicklingError, EOFError, ValueError, KeyError, TypeError) as error:
            raise TrainingError(
                f"{path}: no checkpoint of this training ({one_line(error, 100)}); "
                "delete it, and --resume begins from the first step"
            ) from None
        self._place = (window, row)
        self._tokens = state["tokens"]
        return before

    def _save(self, trained: Trained) -> None:
        with writing(self._folder):
            save_result(self._learner.model, self._tokenizer.raw, self._folder, self._settings.all_weights)
        write_profile(self._folder, self._mix)
        figures = {name: asdict(trained)[name] for name in ("step", "before", "after")}
        write_whole(self._folder / RESULT, json.dumps(figures, indent=2) + "\n")


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Delay Ctrl-C to the end of the block: a checkpoint within a step could not be resumed exactly."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.getsignal(signal.SIGINT)
    held: list[Any] = []
    signal.signal(signal.SIGINT, lambda *given: held.append(given))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if held and callable(handler):
        handler(*held[0])


def draw_rows(
    windows: Windows, place: tuple[int, int], workers: int
) -> Iterator[tuple[Row, tuple[int, int]]]:
    """The rows from a place (window, row) on, each with the place after it, drawn ahead by `workers`
    processes."""
    window, row = place
    loader = DataLoader(
        windows,
        batch_size=None,
        sampler=itertools.count(window),
        num_workers=workers,
        collate_fn=_as_it_is,
        prefetch_factor=4 if workers else None,
    )
    for number, rows in enumerate(loader, start=window):
        if isinstance(rows, ArcError):
            raise rows
        for at in range(row, len(rows)):
            yield rows[at], ((number + 1, 0) if at + 1 == len(rows) else (number, at + 1))
        row = 0


def _as_it_is(rows: Any) -> Any:
    return rows
