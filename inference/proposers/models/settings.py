"""Settings of the language-model backends."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from arc import GridType
from inference.errors import ModelError
from prompts import DEFAULT_ENCODER, AnswerKind, load_version, parse_encoder


@dataclass(frozen=True)
class ModelSettings:
    """What a model is and how it is asked. Each field says which backends use it, if not all do.

    What to run
        model            folder or hub name, the server's name for it (openai), or candidates file (replay)
        adapter          folder of a LoRA adapter; "" for none (vllm, transformers)
        dtype            "auto", "bfloat16", "float16" or "float32" (vllm, transformers)
        quantization     vLLM's name of a quantisation method; None reads it from the model (vllm)
        tensor_parallel  GPUs that one engine is spread over (vllm)
        engines          engine processes, each with its own GPUs, fed from one queue (vllm)
        memory_share     share of a GPU's memory that an engine takes, 0..1 (vllm)
        kv_cache_gb      GiB for the KV cache; None leaves it to memory_share, or takes 2 on a CPU (vllm)
        context_length   tokens of prompt and answer together; None takes the model's (openai: unlimited)
        eager            no compilation and CUDA graphs: starts sooner, runs slower (vllm)
        running          requests generated side by side by one engine, or sent at once to a server
        base_url         server, such as http://127.0.0.1:8000/v1 (openai)
        api_key_env      environment variable that holds the server's key, if it is set (openai)
        request_seconds  the longest a server may take for one answer, in seconds (openai)
        remote_code      run Python code that comes with the model (vllm, transformers)

    How it is asked
        temperature, top_p   of sampling
        max_tokens           of one answer
        program_prompt       prompt version for programs
        grid_prompt          prompt version for direct grids
        repair_prompt        prompt version for refinement
        grid_type            force what programs take: array, list or tuple; None finds it for each
        encoder              how grids are written (see prompts.encoders)
        prefill              the answer's start is put into the model's mouth; off for models that think first
        direct_share         share of the samples that ask for a grid instead of a program, 0..1
        views                different views of a task (symmetry, colours, pair order); 1 shows it as it is
        round_size           samples of a task in one round; they share a view, so a prefix cache serves them
        extra_share          how many samples of stopped tasks another task may get, as a multiple of its own
        refine_rounds        rounds in which failing programs go back to the model; 0 for none
        refine_programs      programs of a task that go back in one round
    """

    model: str = ""
    adapter: str = ""
    dtype: str = "auto"
    quantization: str | None = None
    tensor_parallel: int = 1
    engines: int = 1
    memory_share: float = 0.9
    kv_cache_gb: float | None = None
    context_length: int | None = None
    eager: bool = False
    running: int = 128
    base_url: str = "http://127.0.0.1:8000/v1"
    api_key_env: str = "OPENAI_API_KEY"
    request_seconds: float = 600.0
    remote_code: bool = False
    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 2048
    program_prompt: str = "code-from-examples-v1"
    grid_prompt: str = "output-from-examples-v1"
    repair_prompt: str = "repair-v0"
    grid_type: str | None = None
    encoder: str = DEFAULT_ENCODER
    prefill: bool = True
    direct_share: float = 0.25
    views: int = 8
    round_size: int = 4
    extra_share: float = 1.0
    refine_rounds: int = 0
    refine_programs: int = 4

    def __post_init__(self) -> None:
        for name in ("tensor_parallel", "engines", "running", "max_tokens", "views", "round_size"):
            _require(getattr(self, name) >= 1, f"{name} is at least 1")
        _require(0 < self.memory_share <= 1, "memory_share is above 0 and at most 1")
        _require(0 <= self.direct_share <= 1, "direct_share is 0 to 1")
        _require(0 < self.top_p <= 1, "top_p is above 0 and at most 1")
        _require(
            self.temperature >= 0 and self.extra_share >= 0, "temperature and extra_share are not negative"
        )
        _require(self.refine_rounds >= 0, "refine_rounds is not negative")
        _require(self.refine_programs >= 1, "refine_programs is at least 1")
        if self.context_length is not None:
            _require(self.context_length > self.max_tokens, "context_length is more than max_tokens")
        _require(
            self.grid_type is None or self.grid_type in set(GridType),
            f"grid_type is one of {', '.join(GridType)}",
        )
        parse_encoder(self.encoder)
        for name, kind in (
            ("program_prompt", "program"),
            ("grid_prompt", "grid"),
            ("repair_prompt", "program"),
        ):
            version = load_version(getattr(self, name))
            _require(version.kind is AnswerKind(kind), f"{name}: {version.name} does not ask for a {kind}")
            repairs = bool(version.needs & {"code", "mistake"})
            _require(repairs == (name == "repair_prompt"), f"{name}: {version.name} is not for that")

    @classmethod
    def from_mapping(cls, values: dict[str, Any]) -> ModelSettings:
        """Settings from plain values; ModelError names a key that there is not."""
        known = {field.name for field in fields(cls)}
        for name in values:
            _require(name in known, f"no model setting {name!r} (there are {', '.join(sorted(known))})")
        return cls(**values)


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ModelError(f"model settings: {message}")
