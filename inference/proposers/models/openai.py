"""Samples from a server that speaks the OpenAI protocol: `vllm serve`, llama.cpp, hosted ones.

With `prefill`, the prompt asks the server to go on with the assistant's message (`continue_final_message`,
which vLLM knows); a server that refuses it is asked without, once and for all. Answers are complete texts:
their log-probability is known only where the server gives token log-probabilities.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Collection
from typing import Any

from inference.errors import ModelError
from inference.proposers.models.backend import Completion, Request
from inference.proposers.models.chat import one_line
from inference.proposers.models.proposer import ModelProposer
from inference.proposers.models.settings import ModelSettings
from prompts import Prompt

_TRIES = 5
_LEAST_FAILURES = 8
_IDLE_SECONDS = 0.5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_CONNECT_SECONDS = 10.0
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_TOO_LONG = (
    "context length",
    "context_length",
    "maximum context",
    "too long",
    "context size",
    "max_model_len",
)
_MAX_ANSWER_BYTES = 32 << 20
# what a server may refuse: our option, the field that it adds, how an error names it
_OPTIONS = (
    ("prefill", "continue_final_message", ("continue_final_message", "add_generation_prompt", "assistant")),
    ("logprobs", "logprobs", ("logprobs",)),
    ("seed", "seed", ("seed",)),
)


class OpenAIBackend:
    """Sends up to `running` requests at once, each in a thread; retries what may pass."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self.capacity = settings.running
        self.context_length: int | None = None
        self._todo: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Completion] = queue.SimpleQueue()
        self._live: set[int] = set()
        self._threads: list[threading.Thread] = []
        self._failures = 0
        self._closing = threading.Event()
        self._client: Any = None
        self._model = settings.model
        self._options = {option: True for option, _, _ in _OPTIONS}
        self._busy_before = 0.0
        self._busy_since: float | None = None

    @property
    def busy_seconds(self) -> float:
        """Time with at least one request at the server, as far as it can be seen from here."""
        now = time.monotonic()
        return self._busy_before + (now - self._busy_since if self._busy_since is not None else 0.0)

    def start(self) -> None:
        """Find the server and its model; ModelError if it does not answer, or has no such model."""
        try:
            import httpx
        except ImportError:
            raise ModelError("httpx is not installed: pip install 'omni-arc[openai]'") from None
        key = os.environ.get(self._settings.api_key_env, "")
        self._client = httpx.Client(
            base_url=self._settings.base_url.rstrip("/") + "/",
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(self._settings.request_seconds, connect=_CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=self._settings.running),
        )
        names = self._served_models()
        if not self._model and names:
            self._model = names[0]
        if names and self._model not in names:
            listed = ", ".join(names[:5])
            raise ModelError(
                f"{self._settings.base_url} serves no model {self._model!r} (it serves {listed})"
            )
        if not self._model:
            raise ModelError(f"{self._settings.base_url} does not list its models: name one")

    def tokenize(self, prompt: Prompt) -> list[int] | None:
        """None: only the server knows."""
        return None

    def submit(self, request: Request) -> None:
        """Send a request in the background."""
        if self._busy_since is None:
            self._busy_since = time.monotonic()
        self._live.add(request.key)
        self._todo.put(request)
        if len(self._threads) < min(len(self._live), self.capacity):
            # daemons: a server that hangs must not keep the run from ending
            thread = threading.Thread(target=self._serve, daemon=True, name=f"openai-{len(self._threads)}")
            self._threads.append(thread)
            thread.start()

    def poll(self, seconds: float) -> list[Completion]:
        """What has been answered, or failed for good; ModelError when nothing but failures comes."""
        ended: list[Completion] = []
        with contextlib.suppress(queue.Empty):
            ended.append(self._done.get(timeout=max(seconds, 0.0)))
            while True:
                ended.append(self._done.get_nowait())
        ended = [completion for completion in ended if completion.key in self._live]
        self._live.difference_update(completion.key for completion in ended)
        if not self._live and self._busy_since is not None:
            self._busy_before, self._busy_since = self.busy_seconds, None
        for completion in ended:
            self._failures = self._failures + 1 if completion.error and not completion.too_long else 0
        if self._failures >= max(_LEAST_FAILURES, self.capacity):
            raise ModelError(f"the last {self._failures} requests failed: {ended[-1].error}")
        return ended

    def abort(self, keys: Collection[int]) -> None:
        """Forget requests: those not yet sent never are, the others' answers are dropped."""
        self._live.difference_update(keys)

    def close(self) -> None:
        """Drop everything that is under way."""
        self._closing.set()
        self._live.clear()
        if self._client is not None:
            self._client.close()

    def _served_models(self) -> list[str]:
        import httpx

        url = self._settings.base_url
        try:
            response = self._client.get("models", timeout=_CONNECT_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ModelError(f"{url}: no server answers there ({one_line(error)}): start it first") from None
        if response.status_code in (401, 403):
            raise ModelError(f"{url} refuses the key: set {self._settings.api_key_env}")
        try:
            return [str(entry["id"]) for entry in response.json()["data"]]
        except (ValueError, KeyError, TypeError):
            return []

    def _serve(self) -> None:
        """One thread: sends requests, one after the other."""
        while not self._closing.is_set():
            try:
                request = self._todo.get(timeout=_IDLE_SECONDS)
            except queue.Empty:
                continue
            if request.key not in self._live:
                continue
            try:
                completion = self._ask(request)
            except Exception as error:
                completion = Completion(request.key, error=f"{type(error).__name__}: {one_line(error)}")
            self._done.put(completion)

    def _ask(self, request: Request) -> Completion:
        """One request, repeated with growing pauses while its failure may pass."""
        import httpx

        began = time.monotonic()
        error, pause, failures = "", 0.0, 0
        while failures < _TRIES and not self._closing.wait(pause):
            body = self._body(request)
            pause = min(_FIRST_PAUSE * 2**failures, _LONGEST_PAUSE)
            try:
                response = self._client.post("chat/completions", json=body)
            except httpx.HTTPError as failure:
                error = f"{self._settings.base_url}: {type(failure).__name__} {one_line(failure)}"
                failures += 1
                continue
            if response.status_code == 200:
                return _completion(request, response, began, "continue_final_message" in body)
            error = f"{self._settings.base_url}: HTTP {response.status_code}: {_reason(response)}"
            if response.status_code in _AGAIN:
                pause = max(pause, _retry_after(response))
                failures += 1
            elif any(sign in error.lower() for sign in _TOO_LONG):
                return Completion(request.key, error=error, too_long=True)
            elif self._simplify(error, body):
                pause = 0.0
            else:
                break
        return Completion(request.key, error=error or "the run is over")

    def _simplify(self, error: str, body: dict[str, Any]) -> bool:
        """Leave out, from now on, an option of `body` that the server's error names; True if there is one."""
        for option, field, names in _OPTIONS:
            if field in body and any(name in error for name in names):
                self._options[option] = False
                return True
        return False

    def _body(self, request: Request) -> dict[str, Any]:
        prompt = request.prompt
        messages = prompt.messages
        body: dict[str, Any] = {
            "model": self._model,
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "top_p": request.top_p,
        }
        if self._options["seed"]:
            body["seed"] = request.seed
        if self._options["logprobs"]:
            body["logprobs"] = True
        if prompt.template_arguments:
            body["chat_template_kwargs"] = dict(prompt.template_arguments)
        if prompt.prefill and self._options["prefill"]:
            messages = [*messages, {"role": "assistant", "content": prompt.prefill}]
            body |= {"add_generation_prompt": False, "continue_final_message": True}
            if prompt.stop:
                body["stop"] = list(prompt.stop)
        return {**body, "messages": messages}


def _completion(request: Request, response: Any, began: float, prefilled: bool) -> Completion:
    if len(response.content) > _MAX_ANSWER_BYTES:
        return Completion(request.key, error="the server's answer is too large")
    try:
        record = response.json()
        choice = record["choices"][0]
        text = str(choice["message"]["content"] or "")
        usage = record.get("usage") or {}
        return Completion(
            key=request.key,
            text=text,
            complete=choice.get("finish_reason") != "length",
            log_probability=_log_probability(choice),
            tokens=int(usage.get("completion_tokens") or 0),
            prompt_tokens=int(usage.get("prompt_tokens") or 0),
            seconds=time.monotonic() - began,
            # some servers ignore the wish and start afresh
            prefilled=prefilled and not text.lstrip().startswith("```"),
        )
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        return Completion(request.key, error=f"the server's answer is malformed: {one_line(error)}")


def _log_probability(choice: dict[str, Any]) -> float | None:
    entries = (choice.get("logprobs") or {}).get("content") or []
    values = [entry.get("logprob") for entry in entries]
    if not values or any(not isinstance(value, (int, float)) for value in values):
        return None
    return float(sum(values))


def _reason(response: Any) -> str:
    try:
        record = response.json()
        error = record.get("error", record)
        message = error.get("message", error) if isinstance(error, dict) else error
    except (ValueError, AttributeError):
        message = response.text
    return " ".join(str(message).split())[:300]


def _retry_after(response: Any) -> float:
    try:
        return min(max(float(response.headers.get("Retry-After", 0)), 0.0), _LONGEST_PAUSE)
    except ValueError:
        return 0.0


def make(name: str, settings: ModelSettings) -> ModelProposer:
    """For the registry."""
    return ModelProposer(name, OpenAIBackend(settings), settings)
