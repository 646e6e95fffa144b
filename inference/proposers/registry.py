"""Every sampler and predictor, by name. A new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from inference.errors import InferenceError
from inference.proposers.contract import Proposer
from inference.proposers.models.engines import EnginesOf, ProcessEngines
from inference.proposers.models.settings import ModelSettings
from inference.proposers.worker_pool import Embedded

# name -> the embedded proposer that the worker pool runs
EMBEDDED = {
    "search": Embedded("search", "inference.proposers.search:propose", (5e5, 3e6, 2e6)),
    "cells": Embedded("cells", "inference.proposers.cells:predict", (5e4, 3e6)),
}

# name -> the factory of its stream: a function `make(name, settings, engines) -> Proposer`
STREAMS = {
    "vllm": "inference.proposers.models.fleet",
    "openai": "inference.proposers.models.openai",
    "transformers": "inference.proposers.models.transformers",
    "replay": "inference.proposers.replay",
}


def proposer_names() -> tuple[str, ...]:
    """Every name, the embedded proposers first."""
    return (*EMBEDDED, *STREAMS)


def make_stream(name: str, settings: ModelSettings, engines: EnginesOf = ProcessEngines) -> Proposer:
    """Make the proposer called `name` of STREAMS. Nothing is loaded before its stream begins.

    `engines` makes the engines of a model that runs in some, where they are to run.

    Raises InferenceError for an unknown name.
    """
    if name not in STREAMS:
        raise InferenceError(f"no sampler {name!r} (there are {', '.join(proposer_names())})")
    factory: Callable[[str, ModelSettings, EnginesOf], Proposer] = import_module(STREAMS[name]).make
    return factory(name, settings, engines)
