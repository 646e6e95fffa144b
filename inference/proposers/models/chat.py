"""From a prompt to a model's text and tokens, with its chat template or, for a base model, without."""

from __future__ import annotations

import contextlib
import warnings
from importlib import metadata
from pathlib import Path
from typing import Any

from inference.errors import ModelError
from prompts import Prompt


class ChatTokenizer:
    """A Hugging Face tokenizer that writes prompts.

    The chat template opens the assistant's turn and the prompt's prefill follows, so that the model continues
    the prefilled answer; templates that refuse a system message get it before the user's.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._chat = bool(getattr(tokenizer, "chat_template", None))

    @classmethod
    def load(cls, model: str, remote_code: bool = False) -> ChatTokenizer:
        """Load the tokenizer of a model; ModelError with one line if there is none."""
        check_model(model)
        try:
            from transformers import AutoTokenizer
        except ImportError:
            raise ModelError("transformers is not installed: pip install 'omni-arc[llm]'") from None
        try:
            return cls(AutoTokenizer.from_pretrained(model, trust_remote_code=remote_code))
        except (OSError, ValueError, KeyError, ImportError) as error:
            raise ModelError(f"{model}: no tokenizer could be loaded: {one_line(error)}") from None

    def text(self, prompt: Prompt) -> str:
        """The whole text that the model continues."""
        if not self._templated(prompt):
            return prompt.text
        try:
            opened = self._apply(prompt)
        except Exception as error:  # from jinja2; templates raise what they like
            if not prompt.system:
                raise ModelError(f"the model's chat template fails: {one_line(error)}") from None
            opened = self._apply(prompt.without_system())
        return opened + prompt.prefill

    def encode(self, prompt: Prompt) -> list[int]:
        """The token ids of `text`; special tokens are the chat template's own."""
        ids: list[int] = self._tokenizer.encode(
            self.text(prompt), add_special_tokens=not self._templated(prompt)
        )
        return ids

    def encode_rest(self, text: str) -> list[int]:
        """The token ids of text that follows a prompt, with the token that ends an answer."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return ids if self.end is None else [*ids, self.end]

    def decode(self, tokens: list[int]) -> str:
        """The text of generated tokens, without special ones."""
        text: str = self._tokenizer.decode(tokens, skip_special_tokens=True)
        return text

    @property
    def end(self) -> int | None:
        """The token that ends an answer."""
        token: int | None = self._tokenizer.eos_token_id
        return token

    @property
    def raw(self) -> Any:
        """The tokenizer itself."""
        return self._tokenizer

    def _templated(self, prompt: Prompt) -> bool:
        return self._chat and prompt.chat

    def _apply(self, prompt: Prompt) -> str:
        text: str = self._tokenizer.apply_chat_template(
            prompt.messages, tokenize=False, add_generation_prompt=True, **dict(prompt.template_arguments)
        )
        return text


def silence_transformers() -> None:
    """Silence transformers' progress bars, long reports and deprecation notices; we report errors in one
    line."""
    from transformers.utils.logging import disable_progress_bar, set_verbosity_error

    disable_progress_bar()
    set_verbosity_error()
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")


def check_model(model: str) -> None:
    """Refuse an empty name or a missing path early, before anything slow."""
    if not model:
        raise ModelError("name a model (--model): its folder, or its name on the hub")
    looks_like_path = model.startswith(("/", "./", "../", "~")) or model.count("/") > 1
    if looks_like_path and not Path(model).is_dir():
        raise ModelError(f"{model}: no such folder; a model is a folder with config.json, or a hub name")
    if Path(model).is_dir() and not (Path(model) / "config.json").is_file():
        raise ModelError(f"{model}: this folder has no config.json, so it is no model")


def versions(*packages: str) -> dict[str, str]:
    """The versions of those packages that are installed."""
    found = {}
    for name in packages:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def one_line(error: BaseException, limit: int = 300) -> str:
    """The first informative line of an error's message."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:limit]
