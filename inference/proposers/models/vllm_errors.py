"""What vLLM raises, as one line that says what to do."""

from __future__ import annotations

import re

from inference.proposers.models.chat import one_line
from inference.proposers.models.settings import ModelSettings

_FITS = re.compile(r"estimated maximum model length is (\d+)")
_FREE = re.compile(r"free memory on device.*?\(([\d.]+)/([\d.]+) ?gib\)")


def explain(error: BaseException, settings: ModelSettings) -> str:
    """One line for what the engine raised: what, and what to do."""
    text = f"{type(error).__name__}: {error}"
    low = " ".join(text.lower().split())
    memory = _memory_advice(low, settings)
    if memory:
        return f"not enough memory for {settings.model}: {memory} ({one_line(error, 160)})"
    if "batch" in low and "invarian" in low:
        why = one_line(error, 160)
        return f"{settings.model} can't be batch invariant: set batch_invariant to false ({why})"
    if "no gpu" in low or "cuda driver" in low or "no cuda" in low or "nvidia driver" in low:
        return f"no usable GPU: {one_line(error, 160)}"
    if isinstance(error, OSError) or "is not a valid model" in low or "repo id" in low:
        return (
            f"{settings.model}: neither a model's folder nor available from the hub: {one_line(error, 160)}"
        )
    if isinstance(error, TypeError) and settings.engine_arg:
        return f"engine_arg: vLLM says: {one_line(error)}"
    return f"vLLM fails with {settings.model}: {type(error).__name__}: {one_line(error)}"


def _memory_advice(low: str, settings: ModelSettings) -> str:
    """What to change; "" if memory is not what is missing. `low` is the error in lower case, on one line."""
    cache = "kv_cache_gb" if settings.kv_cache_gb is not None else "memory_share"
    now = settings.kv_cache_gb if settings.kv_cache_gb is not None else settings.memory_share
    if "kv cache is needed" in low or ("kv cache" in low and "larger than the available" in low):
        fits = _FITS.search(low)
        shorter = (
            f"set context_length to {fits[1]}, the longest that fits," if fits else "lower context_length,"
        )
        return f"the cache has no room for one request: {shorter} or raise {cache} (now {now:g})"
    if "cache blocks" in low:
        return f"the cache has no room at all: raise {cache} (now {now:g}), or quantise the model"
    if free := _FREE.search(low):
        share = int(100 * float(free[1]) / float(free[2])) / 100
        return (
            f"others use the card, {free[1]} of {free[2]} GiB are free: lower memory_share to {share:g} "
            f"(now {settings.memory_share:g}), or end them"
        )
    if "out of memory" in low:
        return (
            f"the card is full: lower memory_share (now {settings.memory_share:g}) or running "
            f"(now {settings.running}), quantise, or spread it with tensor_parallel"
        )
    return ""
