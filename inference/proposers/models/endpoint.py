"""One server of the OpenAI protocol: its address, what it serves, and whether it answers now."""

from __future__ import annotations

import threading
import time
from typing import Any

from inference.errors import ModelError
from inference.proposers.models.chat import one_line
from inference.proposers.models.server_options import ServerOptions

_CONNECT_SECONDS = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_LOADING_SECONDS = 300.0  # wait for a server that says it is loading its model


class Endpoint:
    """One server with `live` requests under way; nothing is sent before `down_until` (monotonic seconds)."""

    def __init__(self, url: str, client: Any) -> None:
        self.url = url.rstrip("/")
        self.client = client
        self.options = ServerOptions()
        self.model = ""
        self.live = 0
        self.down_until = 0.0
        self.trouble = ""
        self._failures = 0
        self._lock = threading.Lock()

    def find(self, model: str, api_key_env: str) -> None:
        """Find the interface and the model; ModelError with one line if either is missing.

        A URL without `/v1` is tried with it. An empty `model` takes the first that is served.
        """
        names = self._served(self.url, api_key_env)
        if names is None and not self.url.endswith("/v1"):
            names = self._served(f"{self.url}/v1", api_key_env)
            if names is not None:
                self.url += "/v1"
        if not model and not names:
            raise ModelError(f"{self.url} does not list its models: name one with --model")
        self.model = same_model(model, names or [])
        if not self.model:
            listed = ", ".join((names or [])[:5])
            raise ModelError(f"{self.url} serves no model {model!r} (it serves {listed})")

    def post(self, body: dict[str, Any]) -> Any:
        """Send a request, with messages or with text; httpx.HTTPError if no answer comes."""
        path = "chat/completions" if "messages" in body else "completions"
        return self.client.post(f"{self.url}/{path}", json=body)

    def failed(self, trouble: str, least: float = 0.0) -> None:
        """It does not answer, or asks to wait: pause for a growing time, at least `least`
        seconds."""
        with self._lock:
            if time.monotonic() < self.down_until:  # another request has just met the same
                return
            pause = min(_FIRST_PAUSE * 2**self._failures, _LONGEST_PAUSE)
            self._failures = min(self._failures + 1, 10)
            self.down_until = time.monotonic() + max(pause, min(least, 2 * _LONGEST_PAUSE))
            self.trouble = trouble

    def answered(self) -> None:
        """It answers."""
        with self._lock:
            self._failures, self.down_until, self.trouble = 0, 0.0, ""

    def _served(self, url: str, api_key_env: str) -> list[str] | None:
        """The names of the models at `url`; None if it does not list them."""
        import httpx

        until = time.monotonic() + _LOADING_SECONDS
        while True:
            try:
                response = self.client.get(f"{url}/models", timeout=_CONNECT_SECONDS)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                raise ModelError(
                    f"{url}: no server answers there ({one_line(error)}): start it first"
                ) from None
            if response.status_code not in (429, 503) or time.monotonic() > until:
                break
            time.sleep(_FIRST_PAUSE)
        if response.status_code in (401, 403):
            raise ModelError(f"{url} refuses the key (HTTP {response.status_code}): set {api_key_env}")
        try:
            record = response.json()
            entries = record if isinstance(record, list) else record.get("data") or record["models"]
            return [str(entry.get("id") or entry["name"]) for entry in entries]
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def same_model(model: str, names: list[str]) -> str:
    """The name by which a server serves `model`; "" if it serves another.

    A server may list it in another case, with a tag (`:latest`), a folder or a file's ending.
    """
    if not names or model in names:
        return model
    if not model:
        return names[0]
    for plain in (_untagged, _base):
        same = [name for name in names if plain(name) == plain(model)]
        if len(same) == 1:
            return same[0]
    return ""


def _untagged(name: str) -> str:
    return name.strip().lower().removesuffix(":latest")


def _base(name: str) -> str:
    return _untagged(name).rstrip("/").rsplit("/", 1)[-1].removesuffix(".gguf")
