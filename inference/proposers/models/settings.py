"""Settings of the language-model backends."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from arc import GridType
from inference.errors import ModelError
from prompts import DEFAULT_PROFILE, Profile, PromptError, load_profile, load_version, parse_encoder

PROFILE_FILE = "profile.toml"  # beside a model or an adapter

_GRID_SHARE = 0.25


@dataclass(frozen=True)
class ModelSettings:
    """Which model to run and how to prompt it. Fields that only some backends use name them.

    "The profile" is the prompt profile below; a field that is None or "" by default falls back to it.

    Which model, and where
        model            folder or hub name; the server's name for it (openai); a candidates file (replay)
        adapter          folder of a LoRA adapter (vllm, transformers)
        adapters         folder with one LoRA adapter per task, named by task id; tasks without one use
                         adapter (vllm)
        max_loras        LoRA adapters that one engine serves at the same time (vllm)
        batch_invariant  make answers independent of the rest of the batch, on GPUs that support it; slower
                         (vllm)
        dtype            number format: auto, bfloat16, float16 or float32 (vllm, transformers)
        quantization     quantisation method, by vLLM's name; by default read from the model (vllm)
        tensor_parallel  GPUs per engine (vllm)
        engines          engines, each on its own GPUs, fed from one queue; 0 means one, or on a cluster as
                         many as its GPUs allow, or one per node if it has none (vllm)
        memory_share     fraction of a GPU's memory that an engine uses, 0 to 1 (vllm)
        kv_cache_gb      KV cache size in GiB; by default set by memory_share, or 2 on a CPU (vllm)
        context_length   tokens of prompt and answer together; by default the model's (openai: unlimited)
        eager            skip compilation and CUDA graphs: starts sooner, runs slower (vllm)
        running          concurrent requests per engine or server
        engine_arg       another vLLM engine argument, as key=value; repeatable (vllm)
        base_url         server URL, such as http://127.0.0.1:8000/v1; repeatable (openai)
        api_key_env      environment variable with the server's API key, if it needs one (openai)
        request_seconds  timeout for one answer, in seconds (openai)
        remote_code      allow Python code that comes with the model to run (vllm, transformers)

    Prompting and sampling
        profile              prompt profile: a name (see omni-arc profile list) or a FILE.toml; by default
                             profile.toml in the adapter's or the model's folder, else "default"
        temperature          sampling temperature; 0 is greedy; by default the profile's
        top_p                nucleus sampling threshold; by default the profile's
        top_k                sample from the k likeliest tokens only; 0 is off; by default the profile's
        min_p                least probability relative to the likeliest token; 0 is off; by default the
                             profile's
        sampling_arg         another sampling argument, as key=value; repeatable (vllm, openai)
        max_tokens           token limit for an answer with a program; by default the profile's
        grid_max_tokens      token limit for an answer with a grid; by default the profile's
        program_prompt       prompt version for programs, a name or a FILE.toml; by default the profile's
        grid_prompt          prompt version for direct grids; by default the profile's
        repair_prompt        prompt version for repairs; by default the profile's
        grid_type            what programs take: array, list or tuple; by default detected per program
        encoder              how grids are written (see prompts.encoders); by default the profile's
        prefill              begin the model's answer for it; by default as the profile says
        direct_share         share of samples that ask for a grid, 0 to 1; by default 0.25, or all or none
                             if the profile has one kind of prompt
        shots                solved training tasks to show before the question
        shot_choice          which ones: similar (by their grids) or random
        views                different views of a task (symmetry, colours, pair order); 1 shows it as it is
        round_size           samples of a task per round; they share a view, and so the prefix cache
        extra_share          samples freed by stopped tasks that another task may get, as a multiple of its
                             own
        refine_share         share of program samples that repair failing programs; below 1
        refine_pool          failing programs shown in one repair prompt
        refine_turns         answers per conversation; 1 asks for each repair in a new one

    Test-time training (vllm, transformers)
        test_time_steps      training steps on each task's own pairs before its grids are sampled; 0 is off
        test_time_rank       LoRA rank
        test_time_rate       learning rate
        test_time_batch      examples per step
        test_time_together   train one adapter on all tasks, with as many steps in total
        test_time_device     device to train on: cpu, cuda or cuda:1; auto uses the GPU if there is one
    """

    model: str = ""
    adapter: str = ""
    adapters: str = ""
    max_loras: int = 1
    batch_invariant: bool = True
    dtype: str = "auto"
    quantization: str | None = None
    tensor_parallel: int = 1
    engines: int = 0
    memory_share: float = 0.9
    kv_cache_gb: float | None = None
    context_length: int | None = None
    eager: bool = False
    running: int = 128
    engine_arg: tuple[str, ...] = ()
    base_url: tuple[str, ...] = ("http://127.0.0.1:8000/v1",)
    api_key_env: str = "OPENAI_API_KEY"
    request_seconds: float = 600.0
    remote_code: bool = False
    profile: str = ""
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    sampling_arg: tuple[str, ...] = ()
    max_tokens: int | None = None
    grid_max_tokens: int | None = None
    program_prompt: str = ""
    grid_prompt: str = ""
    repair_prompt: str = ""
    grid_type: str | None = None
    encoder: str = ""
    prefill: bool | None = None
    direct_share: float | None = None
    shots: int = 0
    shot_choice: str = "similar"
    views: int = 8
    round_size: int = 4
    extra_share: float = 1.0
    refine_share: float = 0.0
    refine_pool: int = 1
    refine_turns: int = 1
    test_time_steps: int = 0
    test_time_rank: int = 32
    test_time_rate: float = 2e-4
    test_time_batch: int = 2
    test_time_together: bool = False
    test_time_device: str = "auto"

    def __post_init__(self) -> None:
        for name in (
            "tensor_parallel",
            "running",
            "views",
            "round_size",
            "max_loras",
            "refine_pool",
            "refine_turns",
            "test_time_rank",
            "test_time_batch",
        ):
            _require(getattr(self, name) >= 1, f"{name} is at least 1")
        _require(self.engines >= 0, "engines is not negative")
        _require(0 < self.memory_share <= 1, "memory_share is above 0 and at most 1")
        _require(self.direct_share is None or 0 <= self.direct_share <= 1, "direct_share is 0 to 1")
        _require(self.shots >= 0, "shots is not negative")
        _require(self.shot_choice in ("similar", "random"), "shot_choice is similar or random")
        _require(self.test_time_steps >= 0, "test_time_steps is not negative")
        _require(self.test_time_rate > 0, "test_time_rate is above 0")
        _require(self.extra_share >= 0, "extra_share is not negative")
        _require(bool(self.base_url), "base_url names at least one server")
        _arguments("engine_arg", self.engine_arg)
        _arguments("sampling_arg", self.sampling_arg)
        _require(0 <= self.refine_share < 1, "refine_share is at least 0 and below 1")
        _require(
            self.grid_type is None or self.grid_type in set(GridType),
            f"grid_type is one of {', '.join(GridType)}",
        )
        profile = self.asking
        if self.context_length is not None:
            longest = self.longest_answer
            _require(
                self.context_length > longest,
                f"context_length is more than max_tokens and grid_max_tokens ({longest})",
            )
        _require(profile.grid is not None or not self.grid_share, f"profile {profile.name} asks for no grids")
        _require(
            profile.program is not None or self.grid_share == 1,
            f"profile {profile.name} asks for no programs",
        )

    @cached_property
    def asking(self) -> Profile:
        """The profile, with what these settings say otherwise."""
        try:
            return self._asking(load_profile(self.profile_source))
        except PromptError as error:
            raise ModelError(f"model settings: {error}") from None

    @property
    def profile_source(self) -> str:
        """The profile given, or else the one beside the adapter or the model, or else the default."""
        if self.profile:
            return self.profile
        beside = (Path(folder) / PROFILE_FILE for folder in (self.adapter, self.model) if folder)
        return next((str(file) for file in beside if file.is_file()), DEFAULT_PROFILE)

    def _asking(self, profile: Profile) -> Profile:
        drawn = ("temperature", "top_p", "top_k", "min_p", "max_tokens", "grid_max_tokens")
        sampling = {name: getattr(self, name) for name in drawn if getattr(self, name) is not None}
        changes: dict[str, Any] = {"sampling": replace(profile.sampling, **sampling)}
        for name in ("program", "grid", "repair"):
            version = getattr(self, f"{name}_prompt")
            if version:
                changes[name] = load_version(version)
        if self.encoder:
            changes["encoder"] = parse_encoder(self.encoder)
        if self.prefill is not None:
            changes["prefill"] = self.prefill
        if self.grid_type is not None:
            changes["grid_type"] = GridType(self.grid_type)
        return replace(profile, **changes)

    @property
    def longest_answer(self) -> int:
        """The most tokens of an answer of either kind that is asked for."""
        sampling, share = self.asking.sampling, self.grid_share
        wanted = [sampling.max_tokens] if share < 1 else []
        return max([*wanted, sampling.grid_max_tokens] if share else wanted)

    @property
    def grid_share(self) -> float:
        """The share of the samples that ask for a grid, 0..1."""
        if self.direct_share is not None:
            return self.direct_share
        if self.asking.program is None or self.asking.grid is None:
            return 1.0 if self.asking.program is None else 0.0
        return _GRID_SHARE

    @classmethod
    def from_mapping(cls, values: dict[str, Any]) -> ModelSettings:
        """Settings from plain values; ModelError names a key that there is not."""
        known = {field.name for field in fields(cls)}
        for name in values:
            _require(name in known, f"no model setting {name!r} (there are {', '.join(sorted(known))})")
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
        }
        return cls(**plain)

    @property
    def more_engine(self) -> dict[str, Any]:
        """The further engine arguments."""
        return _arguments("engine_arg", self.engine_arg)

    @property
    def more_sampling(self) -> dict[str, Any]:
        """The sampling arguments beyond temperature, top_p and seed that are set."""
        sampling = self.asking.sampling
        own = {name: value for name in ("top_k", "min_p") if (value := getattr(sampling, name))}
        return own | _arguments("sampling_arg", self.sampling_arg)


def _arguments(setting: str, texts: tuple[str, ...]) -> dict[str, Any]:
    """`key=value` texts as values: JSON where it is JSON, else text."""
    arguments: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip().replace("-", "_")
        _require(bool(equals) and name.isidentifier(), f"{setting} is key=value, not {text!r}")
        try:
            arguments[name] = json.loads(value)
        except ValueError:
            arguments[name] = value
    return arguments


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ModelError(f"model settings: {message}")
