"""The settings of a training, as `omni-arc train` takes them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_type_hints

from arc import check_values
from prompts import DEFAULT_PROFILE
from training.errors import TrainingError
from training.mixes import Mix, open_mix, parse_part

SCHEDULES = ("cosine", "linear", "constant")
RESULT = "result.json"  # a training writes it last: held-out figures before and after
TRACKERS = ("auto", "none", "tensorboard", "trackio")


@dataclass(frozen=True)
class TrainSettings:
    """What to train, and how.

    Model
        model            Folder or hub name of the model
        from_scratch     Train a new small model of this size instead (micro, tiny, small, medium, large)
        adapter          LoRA adapter to continue from; by default a new one is created
        full             Train all weights instead of a LoRA adapter
        lora_rank        LoRA rank
        lora_alpha       LoRA scaling; by default twice the rank
        lora_dropout     LoRA dropout, 0 to 1

    Optimisation
        steps            Optimiser steps
        batch_size       Rows per batch; each row is packed with as many examples as fit into --context
        accumulate       Batches per step (gradient accumulation)
        context          Tokens per row, and the maximum length of an example
        learning_rate    Peak learning rate (default: 1e-4 for LoRA, 1e-5 for all weights, 1e-3 from scratch)
        schedule         Learning rate after the warm-up: cosine or linear decay to a tenth, or constant
        warmup           Warm-up steps
        weight_decay     Weight decay (AdamW)
        clip             Maximum gradient norm
        dtype            Number format: bfloat16 or float32; auto uses bfloat16 on GPUs that support it
        slow_dtype       Allow bfloat16 on a CPU where it is many times slower
        device           Device: cpu, cuda or cuda:N; auto uses the GPU if there is one
        gradient_checkpointing  Use less memory, for about a third more time

    Evaluation and checkpoints
        eval_every       Steps between evaluations on held-out tasks; 0 evaluates at the end only
        eval_examples    Held-out examples per part of the mix
        checkpoint_every  Steps between checkpoints
        data_workers     Processes that prepare examples; 0 prepares them in the training process
        tracker          Where else metrics go besides metrics.jsonl; auto uses TensorBoard or trackio if
                         installed
    """

    model: str = ""
    from_scratch: str | None = None
    adapter: str = ""
    full: bool = False
    lora_rank: int = 32
    lora_alpha: float | None = None
    lora_dropout: float = 0.0
    steps: int = 300
    batch_size: int = 8
    accumulate: int = 1
    context: int = 2048
    learning_rate: float | None = None
    schedule: str = "cosine"
    warmup: int = 10
    weight_decay: float = 0.0
    clip: float = 1.0
    dtype: str = "auto"
    slow_dtype: bool = False
    device: str = "auto"
    gradient_checkpointing: bool = False
    eval_every: int = 100
    eval_examples: int = 32
    checkpoint_every: int = 100
    data_workers: int = 1
    tracker: str = "auto"

    def __post_init__(self) -> None:
        if bool(self.model) == bool(self.from_scratch):
            raise TrainingError("name a --model to fine-tune, or a size with --from-scratch")
        if self.adapter and (self.full or self.from_scratch):
            raise TrainingError("--adapter continues a LoRA adapter: leave out --full and --from-scratch")
        for name in ("lora_rank", "steps", "batch_size", "accumulate", "checkpoint_every", "eval_examples"):
            _require(getattr(self, name) >= 1, f"{name} is at least 1")
        for name in ("warmup", "weight_decay", "eval_every", "data_workers"):
            _require(getattr(self, name) >= 0, f"{name} is not negative")
        _require(0 <= self.lora_dropout < 1, "lora_dropout is 0 to 1")
        _require(self.context >= 64, "context is at least 64")
        _require(self.clip > 0, "clip is above 0")
        for name in ("learning_rate", "lora_alpha"):
            value = getattr(self, name)
            _require(value is None or 0 < value < math.inf, f"{name} is above 0 and finite")
        _require(self.schedule in SCHEDULES, f"schedule is one of {', '.join(SCHEDULES)}")
        _require(self.tracker in TRACKERS, f"tracker is one of {', '.join(TRACKERS)}")
        _require(self.dtype in ("auto", "float32", "bfloat16"), "dtype is one of auto, float32, bfloat16")

    @property
    def rate(self) -> float:
        """The peak learning rate."""
        if self.learning_rate is not None:
            return self.learning_rate
        return 1e-3 if self.from_scratch else 1e-5 if self.full else 1e-4

    @property
    def all_weights(self) -> bool:
        """True if no adapter is trained."""
        return self.full or self.from_scratch is not None


@dataclass(frozen=True)
class MixSettings:
    """What is learned from; the fields are those of `training.mixes.open_mix`."""

    data: tuple[str, ...] = ("omni-arc",)
    profile: str = DEFAULT_PROFILE
    encoder: str = ""
    seed: int = 0
    fresh: float = 0.5
    held_out: float = 0.1
    right_weight: float = 1.0
    relabelled_weight: float = 0.5


def open_the_mix(settings: MixSettings) -> Mix:
    """The mix that the settings describe."""
    values = {name: value for name, value in asdict(settings).items() if name != "data"}
    return open_mix([parse_part(text) for text in settings.data], **values)


def settings_to_json(train: TrainSettings, mix: MixSettings) -> dict[str, Any]:
    """Both as plain values."""
    return {"train": asdict(train), "mix": asdict(mix)}


def settings_from_json(record: Any) -> tuple[TrainSettings, MixSettings]:
    """What `settings_to_json` gave; TrainingError names what is missing or wrong."""
    if not isinstance(record, Mapping) or not {"train", "mix"} <= set(record):
        raise TrainingError("no settings of a training: 'train' and 'mix' are missing")
    return TrainSettings(**train_values(record["train"])), MixSettings(**mix_values(record["mix"]))


def train_values(values: Any) -> dict[str, Any]:
    """Plain values for TrainSettings, checked by name and type."""
    return check_values(get_type_hints(TrainSettings), values, "train.", TrainingError)


def mix_values(values: Any) -> dict[str, Any]:
    """Plain values for MixSettings, checked by name and type."""
    return check_values(get_type_hints(MixSettings), values, "mix.", TrainingError)


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise TrainingError(f"training settings: {message}")
