"""Samples from servers that speak the OpenAI protocol: `vllm serve`, llama.cpp, hosted ones.

With `prefill`, the prompt asks the server to continue the assistant's message (`continue_final_message`,
which vLLM knows); a server that refuses it, or starts afresh, is asked without. Servers differ in what they
accept and how they refuse: server_reply.py reads their replies, server_options.py remembers what they accept.
Temporary failures (a lost connection, a rate limit, a restart) are waited out until the run ends.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from inference.errors import ModelError
from inference.proposers.models.backend import Completion, Request
from inference.proposers.models.chat import one_line
from inference.proposers.models.endpoint import Endpoint
from inference.proposers.models.engines import EnginesOf
from inference.proposers.models.proposer import ModelProposer
from inference.proposers.models.server_reply import Answer, Refusal, read_reply
from inference.proposers.models.settings import ModelSettings
from prompts import Prompt

_TRIES = 3  # for failures that do not pass: a server's fault, an answer that never came
_LEAST_FAILURES = 8
_IDLE_SECONDS = 0.5
_CONNECT_SECONDS = 10.0
_PAUSE = 0.5


class OpenAIBackend:
    """Sends up to `running` requests at once to each server, each in a thread."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self.capacity = settings.running * len(settings.base_url)
        self.context_length: int | None = None
        self._todo: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Completion] = queue.SimpleQueue()
        self._live: set[int] = set()
        self._threads: list[threading.Thread] = []
        self._failures = 0
        self._last_error = ""
        self._closing = threading.Event()
        self._client: Any = None
        self._endpoints: list[Endpoint] = []
        self._choosing = threading.Lock()
        self._busy_before = 0.0
        self._busy_since: float | None = None

    @property
    def busy_seconds(self) -> float:
        """Time with at least one request under way, as seen from here."""
        now = time.monotonic()
        return self._busy_before + (now - self._busy_since if self._busy_since is not None else 0.0)

    @property
    def trouble(self) -> str:
        """Which servers do not answer now."""
        return "; ".join(endpoint.trouble for endpoint in self._endpoints if endpoint.trouble)

    @property
    def about(self) -> dict[str, Any]:
        """The servers and the model that each serves."""
        return {"servers": {endpoint.url: endpoint.model for endpoint in self._endpoints}}

    def check(self) -> None:
        """Find the servers and their model; ModelError if one does not answer, or has no such model."""
        try:
            import httpx
        except ImportError:
            raise ModelError("httpx is not installed: pip install 'omni-arc[openai]'") from None
        settings = self._settings
        key = os.environ.get(settings.api_key_env, "")
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(settings.request_seconds, connect=_CONNECT_SECONDS, pool=None),
            limits=httpx.Limits(max_connections=self.capacity),
        )
        self._endpoints = [Endpoint(url, self._client) for url in settings.base_url]
        try:
            for endpoint in self._endpoints:
                endpoint.find(settings.model, settings.api_key_env)
        except ModelError:
            self.close()
            raise

    def start(self, log: Path | None = None) -> None:
        """Find the servers, unless `check` has."""
        if not self._endpoints:
            self.check()

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
        if self._failures >= max(_LEAST_FAILURES, self.capacity):
            raise ModelError(f"the last {self._failures} requests failed: {self._last_error}")
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
            failed = bool(completion.error) and not completion.too_long
            self._failures = self._failures + 1 if failed else 0
            self._last_error = completion.error
        return ended

    def abort(self, keys: Collection[int]) -> None:
        """Forget requests: those not yet sent never are, the others' answers are dropped."""
        self._live.difference_update(keys)

    takes_adapters = False

    def release(self, adapter: str) -> None:
        """A server has no adapters of ours."""

    def close(self) -> None:
        """Drop everything under way."""
        self._closing.set()
        self._live.clear()
        if self._client is not None:
            self._client.close()

    def _serve(self) -> None:
        """One thread: sends requests, one after another."""
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
        """One request, sent again as long as its failures may be temporary."""
        began, tries = time.monotonic(), _TRIES
        prefill, bare = True, False
        while (endpoint := self._choose(request.key)) is not None:
            body = endpoint.options.body(endpoint.model, request, bare=bare, prefill=prefill)
            try:
                reply = self._send(endpoint, body)
            finally:
                with self._choosing:
                    endpoint.live -= 1
            if isinstance(reply, Answer):
                endpoint.options.answered(bare)
                prefilled = "continue_final_message" in body
                if prefilled and not endpoint.options.goes_on(request, reply.text):
                    prefill = False
                    continue
                return _completion(request, reply, began, prefilled)
            if reply is None:
                continue
            tries -= 1
            if reply.too_long:
                return Completion(request.key, error=f"{endpoint.url}: {reply}", too_long=True)
            if bare:
                endpoint.options.bare_refused()
            if not bare and endpoint.options.learn(reply, body):
                tries = _TRIES
            elif tries > 0 and reply.status in (200, 500):
                self._closing.wait(_PAUSE)
            elif not bare and reply.may_be_options and endpoint.options.may_be_bare:
                bare = True
            else:
                return Completion(request.key, error=f"{endpoint.url}: {reply}")
        return Completion(request.key, error="the run is over")

    def _choose(self, key: int) -> Endpoint | None:
        """Of the servers that answer, the one with the fewest requests; waits for one; None if too late."""
        while not self._closing.is_set() and key in self._live:
            now = time.monotonic()
            with self._choosing:
                free = [endpoint for endpoint in self._endpoints if endpoint.down_until <= now]
                if free:
                    endpoint = min(free, key=lambda endpoint: endpoint.live)
                    endpoint.live += 1
                    return endpoint
            self._closing.wait(min(endpoint.down_until for endpoint in self._endpoints) - now)
        return None

    def _send(self, endpoint: Endpoint, body: dict[str, Any]) -> Answer | Refusal | None:
        """The server's reply to `body`; None if it should be asked again later."""
        import httpx

        try:
            response = endpoint.post(body)
        except httpx.ReadTimeout:
            return Refusal(500, f"no answer in {self._settings.request_seconds:g} s")
        except httpx.HTTPError as error:
            endpoint.failed(f"{endpoint.url} does not answer ({type(error).__name__})")
            return None
        reply = read_reply(response)
        if isinstance(reply, Refusal) and reply.passing:
            endpoint.failed(f"{endpoint.url} asks to wait ({reply})", _retry_after(response))
            return None
        endpoint.answered()
        return reply


def _completion(request: Request, answer: Answer, began: float, prefilled: bool) -> Completion:
    return Completion(
        key=request.key,
        text=answer.text,
        complete=answer.complete,
        log_probability=answer.log_probability,
        tokens=answer.tokens,
        prompt_tokens=answer.prompt_tokens,
        seconds=time.monotonic() - began,
        prefilled=prefilled or not request.prompt.chat,
    )


def _retry_after(response: Any) -> float:
    try:
        return max(float(response.headers.get("Retry-After", 0)), 0.0)
    except ValueError:
        return 0.0


def make(name: str, settings: ModelSettings, _: EnginesOf) -> ModelProposer:
    """For the registry."""
    return ModelProposer(name, OpenAIBackend(settings), settings)
