"""The proposers that are streams of their own, by name. A new backend is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from inference.contracts import Proposer
from inference.errors import InferenceError
from inference.models.settings import ModelSettings

# name -> where its factory is: a function (name, settings) -> Proposer
_FACTORIES = {
    "vllm": "inference.samplers.vllm",
    "openai": "inference.samplers.openai",
    "transformers": "inference.samplers.transformers",
    "replay": "inference.samplers.replay",
}


def proposer_names() -> tuple[str, ...]:
    """The names that `make_proposer` knows."""
    return tuple(_FACTORIES)


def make_proposer(name: str, settings: ModelSettings) -> Proposer:
    """Make the proposer called `name`. Nothing is loaded before its stream begins.

    Raises InferenceError for an unknown name.
    """
    if name not in _FACTORIES:
        raise InferenceError(f"no sampler {name!r} (there are {', '.join(_FACTORIES)})")
    factory: Callable[[str, ModelSettings], Proposer] = import_module(_FACTORIES[name]).make
    return factory(name, settings)
