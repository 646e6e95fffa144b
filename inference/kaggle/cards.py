"""The machine's GPUs, and the flags and environment that a model needs on them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.kaggle.mounts import AttachError

_QUERY = ["nvidia-smi", "--query-gpu=name,compute_cap,memory.total", "--format=csv,noheader,nounits"]
_BF16_FROM = (8, 0)
_VLLM_FROM = (7, 0)
_MIB = 2**20
# Besides its weights, an engine needs room for the KV cache, activations and CUDA graphs.
_ROOM = 0.6


@dataclass(frozen=True)
class Card:
    """One GPU: its name, compute capability such as (8, 9), and memory in MiB."""

    name: str
    capability: tuple[int, int]
    memory_mb: int


def cards() -> tuple[Card, ...]:
    """The GPUs that nvidia-smi lists; none where there is no driver."""
    try:
        done = subprocess.run(_QUERY, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return parse_cards(done.stdout)


def parse_cards(text: str) -> tuple[Card, ...]:
    """The GPUs in nvidia-smi's output, one per line; other lines are ignored."""
    found = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.split(",")]
        if len(parts) == 3 and parts[2].isdigit():
            major, _, minor = parts[1].partition(".")
            if major.isdigit() and minor.isdigit():
                found.append(Card(parts[0], (int(major), int(minor)), int(parts[2])))
    return tuple(found)


def model_flags(found: Sequence[Card], model: Path, given: Sequence[str]) -> list[str]:
    """The flags of `omni-arc solve` that vLLM needs on these cards for this model, beyond those `given`.

    float16 where a card has no bfloat16; an engine for each card if the weights fit into 60% of one, else one
    engine over all of them. Raises AttachError where vLLM can't run.
    """
    if not found:
        raise AttachError("a model needs a GPU, and there is none: choose an accelerator in the settings")
    weakest = min(found, key=lambda card: card.capability)
    if weakest.capability < _VLLM_FROM:
        version = ".".join(map(str, weakest.capability))
        raise AttachError(
            f"vLLM does not run on a {weakest.name} (compute capability {version}, it needs 7.0): "
            "choose another accelerator, or use --sampler transformers"
        )
    flags = []
    if weakest.capability < _BF16_FROM and not _names(given, "--dtype"):
        flags += ["--dtype", "float16"]
    if len(found) > 1 and not _names(given, "--engines", "--tensor-parallel"):
        fits = weights_mb(model) <= _ROOM * min(card.memory_mb for card in found)
        flags += ["--engines" if fits else "--tensor-parallel", str(len(found))]
    return flags


def weights_mb(model: Path) -> int:
    """The size of a model's weights in MiB; of two formats side by side, the safetensors count."""
    for suffix in (".safetensors", ".gguf", ".bin", ".pt"):
        size = sum(file.stat().st_size for file in model.glob(f"*{suffix}"))
        if size:
            return size // _MIB
    return 0


def environment() -> dict[str, str]:
    """Environment variables for vLLM on Kaggle: no downloads, and no FlashInfer where it can't compile."""
    variables = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1"}
    if shutil.which("nvcc") is None or shutil.which("ninja") is None:
        variables["VLLM_USE_FLASHINFER_SAMPLER"] = "0"
    return variables


def _names(given: Sequence[str], *flags: str) -> bool:
    return any(word.partition("=")[0] in flags for word in given)
