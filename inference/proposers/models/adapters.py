"""LoRA adapters: one for all tasks, or a folder with one for each, named by the task's id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from inference.errors import ModelError
from inference.proposers.models.settings import ModelSettings

_CONFIG = "adapter_config.json"


def read_adapter(folder: str) -> dict[str, Any]:
    """The configuration of a LoRA adapter's folder ({} for no adapter); ModelError if it is not one."""
    if not folder:
        return {}
    try:
        config = json.loads((Path(folder) / _CONFIG).read_text(encoding="utf-8"))
    except OSError:
        raise ModelError(f"{folder}: no {_CONFIG} there, so no LoRA adapter") from None
    except ValueError:
        raise ModelError(f"{folder}/{_CONFIG}: broken JSON") from None
    if not isinstance(config, dict) or not isinstance(config.get("r"), int):
        raise ModelError(f"{folder}/{_CONFIG}: names no rank, so it is no LoRA adapter")
    return config


def task_adapter(settings: ModelSettings, task_id: str) -> str:
    """The folder of the adapter that answers for a task: its own, or the one for all, or "" for none."""
    own = Path(settings.adapters) / task_id
    if settings.adapters and (own / _CONFIG).is_file():
        return str(own)
    return settings.adapter


def highest_rank(settings: ModelSettings) -> int:
    """The highest rank of all adapters, 0 if there are none; ModelError for a folder without any.

    Adapters trained at test time start from the settings' adapter, and so have its rank.
    """
    ranks = [read_adapter(settings.adapter)["r"]] if settings.adapter else []
    ranks += [settings.test_time_rank] if settings.test_time_steps else []
    if settings.adapters:
        found = sorted(Path(settings.adapters).glob(f"*/{_CONFIG}"))
        if not found:
            raise ModelError(
                f"{settings.adapters}: no TASK/{_CONFIG} there: the adapters' folders are named by task ids"
            )
        ranks += [read_adapter(str(path.parent))["r"] for path in found]
    return max(ranks, default=0)
