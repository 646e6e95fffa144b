"""What a backend does: generate text for requests, side by side, until stopped.

A backend lives in the thread of the stream that uses it; only the proposer is called from other threads.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from prompts import Prompt


@dataclass(frozen=True)
class Request:
    """One requested sample. `key` is the caller's; `tokens` are the prompt's token ids, if it was counted.

    `more` are further sampling arguments, by the backend's own names. `adapter` is the folder of the LoRA
    adapter to answer with, "" for none. `probe` asks for the time to the first token, which costs a little.
    """

    key: int
    prompt: Prompt
    tokens: tuple[int, ...] | None
    seed: int
    max_tokens: int
    temperature: float
    top_p: float
    more: dict[str, Any] = field(default_factory=dict)
    adapter: str = ""
    probe: bool = False


@dataclass(frozen=True)
class Completion:
    """One sample, or why there is none.

    `text` continues the prompt's prefill if `prefilled`; `complete` means that the model finished on its own.
    `log_probability` is the natural log over all `tokens` generated. `first_token_seconds` counts from the
    submission. `error` is one line; `too_long` says that the prompt did not fit.
    """

    key: int
    text: str = ""
    complete: bool = True
    log_probability: float | None = None
    tokens: int = 0
    prompt_tokens: int = 0
    seconds: float = 0.0
    first_token_seconds: float | None = None
    error: str = ""
    too_long: bool = False
    prefilled: bool = True


class Tokenizing(Protocol):
    """What it takes to fit a prompt to a context."""

    @property
    def context_length(self) -> int | None: ...

    def tokenize(self, prompt: Prompt) -> list[int] | None:
        """The prompt's token ids, or None if only the server knows them."""
        ...


class Backend(Protocol):
    """Generates text.

    `about` says what generates: versions, device, whether answers depend on the batch. `check` tells what is
    missing without loading anything: ModelError with one line. `start` loads the model or finds the server:
    ModelError with one line if it can't. After it, `capacity` is how many requests are worth having in
    flight, and `context_length` the tokens of prompt and answer together (None if unknown). `poll` waits at
    most `seconds` for something to end and gives what did; ModelError if nothing more can be generated.
    An aborted request gives no completion. `busy_seconds` is the time during which something was generated.
    """

    @property
    def capacity(self) -> int: ...

    @property
    def context_length(self) -> int | None: ...

    @property
    def busy_seconds(self) -> float: ...

    @property
    def takes_adapters(self) -> bool:
        """True if each request may name its own adapter."""
        ...

    @property
    def trouble(self) -> str:
        """What it waits for or has lost, in a phrase ("the server does not answer"); usually empty."""
        ...

    @property
    def about(self) -> dict[str, Any]: ...

    def check(self) -> None: ...

    def start(self, log: Path | None = None) -> None:
        """Load the model or find the server; what its libraries say goes to the file `log`, if one is
        given."""
        ...

    def tokenize(self, prompt: Prompt) -> list[int] | None:
        """The prompt's token ids, or None if only the server knows them."""
        ...

    def submit(self, request: Request) -> None: ...

    def poll(self, seconds: float) -> list[Completion]: ...

    def abort(self, keys: Collection[int]) -> None: ...

    def release(self, adapter: str) -> None:
        """Free an adapter's weights: no request will name it again."""
        ...

    def close(self) -> None: ...
