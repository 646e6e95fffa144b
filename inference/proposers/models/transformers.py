"""Samples from transformers' own `generate`: a fallback for models or machines that vLLM does not serve.

It generates one sample after the other, and is many times slower than vLLM.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from inference.errors import ModelError
from inference.proposers.models.adapters import read_adapter
from inference.proposers.models.backend import Completion, Request
from inference.proposers.models.chat import (
    ChatTokenizer,
    check_model,
    one_line,
    silence_transformers,
    versions,
)
from inference.proposers.models.engines import EnginesOf
from inference.proposers.models.proposer import ModelProposer
from inference.proposers.models.settings import ModelSettings
from prompts import Prompt

_WAITING = 2  # one being generated, one ready
_ENDING = 60.0  # seconds that a token may take to end


class TransformersBackend:
    """A model in this process; it generates in its own thread, so that an abort takes effect at once."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self.capacity = _WAITING
        self.context_length: int | None = settings.context_length
        self.busy_seconds = 0.0
        self._model: Any = None
        self._plain: Any = None  # the same without the wrapper that adapters need
        self._adapters: dict[str, str] = {}  # folder -> name in the model
        self._adapter_number = 0
        self._released: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._tokenizer: ChatTokenizer | None = None
        self._todo: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Completion | ModelError] = queue.SimpleQueue()
        self._live: set[int] = set()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True, name="transformers")

    trouble = ""

    def check(self) -> None:
        """ModelError if the model's folder is none, or transformers is not installed."""
        check_model(self._settings.model)
        if find_spec("transformers") is None or find_spec("torch") is None:
            raise ModelError("transformers is not installed: pip install 'omni-arc[llm]'")

    @property
    def about(self) -> dict[str, Any]:
        """Versions."""
        return {"versions": versions("transformers", "torch")}

    def start(self, log: Path | None = None) -> None:
        """Load the model, on a GPU if there is one; ModelError with one line if that fails."""
        settings = self._settings
        self._tokenizer = ChatTokenizer.load(settings.model, settings.remote_code)
        self._model = self._plain = load_model(settings)
        if settings.adapter:
            self._load_adapter(settings.adapter)
        if self.context_length is None:
            self.context_length = int(getattr(self._model.config, "max_position_embeddings", 4096))
        self._thread.start()

    def tokenize(self, prompt: Prompt) -> list[int] | None:
        """The prompt's tokens, with the model's chat template."""
        assert self._tokenizer is not None
        return self._tokenizer.encode(prompt)

    def submit(self, request: Request) -> None:
        """Queue a request."""
        self._live.add(request.key)
        self._todo.put(request)

    def poll(self, seconds: float) -> list[Completion]:
        """What has been generated."""
        try:
            ended = self._done.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return []
        if isinstance(ended, ModelError):
            raise ended
        if ended.key not in self._live:
            return []
        self._live.discard(ended.key)
        return [ended]

    def abort(self, keys: Collection[int]) -> None:
        """Forget requests; one that is being generated ends at its next token."""
        self._live.difference_update(keys)

    takes_adapters = True

    def release(self, adapter: str) -> None:
        """Let an adapter go before the next sample."""
        self._released.put(adapter)

    def close(self) -> None:
        """End the generation under way and let the model go."""
        self._closing.set()
        self._live.clear()
        if self._thread.is_alive():
            self._thread.join(
                _ENDING
            )  # a thread that still computes at the interpreter's end aborts the process
        self._model = self._plain = None

    def _serve(self) -> None:
        tokenizer = self._tokenizer
        assert tokenizer is not None
        while not self._closing.is_set():
            try:
                request = self._todo.get(timeout=0.2)
            except queue.Empty:
                continue
            if request.key not in self._live:
                continue
            began = time.monotonic()
            try:
                self._done.put(self._generate(tokenizer, request))
            except Exception as error:
                line = f"{self._settings.model}: {type(error).__name__}: {one_line(error)}"
                self._done.put(ModelError(line))
                return
            finally:
                self.busy_seconds += time.monotonic() - began

    def _generate(self, tokenizer: ChatTokenizer, request: Request) -> Completion:
        import torch

        began = time.monotonic()
        tokens = request.tokens if request.tokens is not None else tokenizer.encode(request.prompt)
        prompt = torch.tensor([list(tokens)], device=self._model.device)
        drawn: dict[str, Any] = {"do_sample": request.temperature > 0}
        if request.temperature > 0:
            drawn |= {"temperature": request.temperature, "top_p": request.top_p, "top_k": 0, **request.more}
        with self._adapted(request.adapter) as model:
            torch.manual_seed(request.seed)
            result = model.generate(
                prompt,
                attention_mask=torch.ones_like(prompt),
                **drawn,
                max_new_tokens=request.max_tokens,
                return_dict_in_generate=True,
                output_logits=True,
                pad_token_id=tokenizer.end,
                stop_strings=list(request.prompt.stop) or None,
                tokenizer=tokenizer.raw,
                stopping_criteria=[lambda ids, scores, **_: self._stopped(ids, request.key)],
            )
        chosen = result.sequences[0, prompt.shape[1] :]
        logs = torch.stack([step[0] for step in result.logits]).float().log_softmax(-1)
        text = tokenizer.decode(chosen.tolist())
        ended = chosen[-1].item() == tokenizer.end or text.rstrip().endswith(request.prompt.stop or ("\0",))
        return Completion(
            key=request.key,
            text=text,
            complete=bool(ended) or len(chosen) < request.max_tokens,
            log_probability=float(logs.gather(1, chosen[:, None]).sum()),
            tokens=len(chosen),
            prompt_tokens=prompt.shape[1],
            seconds=time.monotonic() - began,
        )

    @contextmanager
    def _adapted(self, folder: str) -> Iterator[Any]:
        """The model with a request's adapter, or plain; adapters that were released go."""
        while not self._released.empty():
            name = self._adapters.pop(self._released.get(), None)
            if name is not None:
                self._model.delete_adapter(name)
        if folder:
            if folder not in self._adapters:
                self._load_adapter(folder)
            self._model.set_adapter(self._adapters[folder])
            yield self._model
        elif self._adapters:
            self._model.set_adapter(next(iter(self._adapters.values())))  # the active one may be gone
            with self._model.disable_adapter():
                yield self._model
        elif self._adapter_number:
            yield self._plain  # peft fails without any adapter
        else:
            yield self._model

    def _load_adapter(self, folder: str) -> None:
        """Put one more LoRA adapter into the model. (transformers' own way resets the others.)"""
        read_adapter(folder)
        try:
            from peft import PeftModel

            name = f"adapter_{self._adapter_number}"
            if self._adapter_number:
                self._model.load_adapter(folder, adapter_name=name)
            else:
                self._model = PeftModel.from_pretrained(self._model, folder, adapter_name=name).eval()
        except ImportError:
            raise ModelError("adapters need peft: pip install 'omni-arc[train]'") from None
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelError(f"{folder}: does not fit {self._settings.model}: {one_line(error)}") from None
        self._adapter_number += 1
        self._adapters[folder] = name

    def _stopped(self, ids: Any, key: int) -> Any:
        import torch

        return torch.full((ids.shape[0],), key not in self._live, device=ids.device)


def load_model(settings: ModelSettings) -> Any:
    """The model, ready to generate; ModelError with one line if that fails."""
    check_model(settings.model)
    try:
        import torch
        from safetensors import SafetensorError
        from transformers import AutoModelForCausalLM
    except ImportError as error:
        raise ModelError(f"{settings.model}: can't be loaded: {one_line(error)}") from None
    silence_transformers()
    try:
        model = AutoModelForCausalLM.from_pretrained(
            settings.model, dtype=settings.dtype, trust_remote_code=settings.remote_code
        )
        return model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        raise ModelError(f"{settings.model}: can't be loaded: {one_line(error)}") from None


def make(name: str, settings: ModelSettings, _: EnginesOf) -> ModelProposer:
    """For the registry."""
    return ModelProposer(name, TransformersBackend(settings), settings)
