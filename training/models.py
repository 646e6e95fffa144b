"""Loading what is trained: device and number format, a base model with its adapter, and saving the result."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError

from inference.errors import ModelError
from inference.proposers.models.adapters import read_adapter
from inference.proposers.models.chat import check_model, one_line, silence_transformers
from training.errors import TrainingError
from training.settings import TrainSettings

_FAST_BF16 = ("amx_bf16", "avx512_bf16", "bf16")  # CPU flags: x86's two, and Arm's


def choose_device(settings: TrainSettings) -> torch.device:
    """The device to train on; TrainingError for one that is not there."""
    name = settings.device
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        raise TrainingError(f"no device {name!r}: cpu, cuda or cuda:N") from None
    if device.type not in ("cpu", "cuda"):
        raise TrainingError(f"no training on {name!r}: cpu, cuda or cuda:N")
    if device.type == "cuda" and not torch.cuda.is_available():
        raise TrainingError("there is no CUDA device here: train with --device cpu")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise TrainingError(f"no device {name!r}: there are {torch.cuda.device_count()} CUDA devices here")
    return device


def choose_dtype(settings: TrainSettings, device: torch.device) -> torch.dtype:
    """bfloat16 on cards that compute in it, float32 elsewhere; a slow format is refused."""
    if settings.dtype == "auto":
        fast = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.bfloat16 if fast else torch.float32
    if (
        settings.dtype == "bfloat16"
        and device.type == "cpu"
        and not settings.slow_dtype
        and not _cpu_has_bf16()
    ):
        raise TrainingError(
            "bfloat16 on this CPU is about 20 times slower than float32: "
            "leave --dtype out, or allow it with --slow-dtype"
        )
    return torch.bfloat16 if settings.dtype == "bfloat16" else torch.float32


def _cpu_has_bf16() -> bool:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    flags = {
        flag for line in text.splitlines() if line.startswith(("flags", "Features")) for flag in line.split()
    }
    return not flags.isdisjoint(_FAST_BF16)


def load_base(settings: TrainSettings, folder: str, device: torch.device, dtype: torch.dtype) -> Any:
    """The model to train, with a new or a given adapter unless all its weights are trained.

    With an adapter the base is held in `dtype`; weights that are trained are always float32.
    """
    check_model(folder)
    silence_transformers()
    try:
        from transformers import AutoModelForCausalLM

        held = torch.float32 if settings.all_weights else dtype
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=held)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        raise ModelError(f"{folder}: can't be loaded: {one_line(error)}") from None
    if settings.gradient_checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    if not settings.all_weights:
        model = _with_adapter(model, settings)
    return model.to(device)


def _with_adapter(model: Any, settings: TrainSettings) -> Any:
    try:
        from peft import PeftModel, get_peft_model
    except ImportError:
        raise TrainingError("peft is not installed: pip install 'omni-arc[train]'") from None
    if settings.adapter:
        read_adapter(settings.adapter)
        try:
            return PeftModel.from_pretrained(model, settings.adapter, is_trainable=True)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise ModelError(
                f"{settings.adapter}: no LoRA adapter for this model: {one_line(error)}"
            ) from None
    return get_peft_model(model, lora_config(settings))


def lora_config(settings: TrainSettings) -> Any:
    """peft's configuration: an adapter on every linear layer but the output."""
    from peft import LoraConfig

    return LoraConfig(
        r=settings.lora_rank,
        lora_alpha=settings.lora_alpha or 2 * settings.lora_rank,
        lora_dropout=settings.lora_dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what libraries raise when `path` can't be written into a TrainingError."""
    try:
        yield
    except (OSError, RuntimeError, SafetensorError) as error:
        raise TrainingError(f"{path}: can't be written: {one_line(error)}") from None


def save_result(model: Any, tokenizer: Any, folder: Path, all_weights: bool) -> None:
    """The adapter in peft's form, or the whole model with its tokenizer."""
    if all_weights:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return
    model.save_pretrained(folder, save_embedding_layers=False)
    readme = folder / "README.md"  # peft writes a model card of empty fields
    if readme.is_file():
        os.unlink(readme)
