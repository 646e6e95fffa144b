"""What a server accepts: the fields of a request, except those that it refused.

A server that refuses a field by name is asked without it from then on; `max_tokens` is renamed where
`max_completion_tokens` is required. A refusal that names nothing is answered once with the bare request.
"""

from __future__ import annotations

import ast
import re
import threading
from typing import Any

from inference.proposers.models.backend import Request
from inference.proposers.models.server_reply import Refusal
from prompts import AnswerKind

_PREFILL = "prefill"
# how a refusal names a field, where that is not the field's own name
_NAMES = {
    _PREFILL: (
        r"continue_final_message|add_generation_prompt|prefill|(?:last|final) message|end with an? user|"
        r"roles? must alternate|role.{0,3} ?assistant|assistant (?:message|role|response)"
    ),
    "max_tokens": r"max_tokens|max_completion_tokens",
    "chat_template_kwargs": r"chat_template_kwargs|enable_thinking",
    "stop": r"\bstop\b|stop sequences?",
    "logprobs": r"log_?probs?|log ?probabilit",
}
_AT_MOST = re.compile(r"(?:at most|less than or equal to|maximum(?: value)?(?: is| of)?|<=) (\d+)")
_CODE = re.compile(r"(?:def|class|import|from)\s+\w|[@#]")
_ENOUGH = 2  # answers that started afresh, with none that went on


class ServerOptions:
    """The fields that one server is sent. Threads share it."""

    def __init__(self) -> None:
        self._extra: set[str] = set()
        self._lock = threading.Lock()
        self._dropped: set[str] = set()
        self._renamed = False
        self._cap: int | None = None
        self._full = False
        self._bare: bool | None = None
        self._goes_on: bool | None = None
        self._afresh = 0

    def body(
        self, model: str, request: Request, *, bare: bool = False, prefill: bool = True
    ) -> dict[str, Any]:
        """A request's fields; `bare` leaves out all that can be left out."""
        if not request.prompt.chat:
            return self._text_body(model, request, bare)
        prompt, messages = request.prompt, request.prompt.messages
        self._extra.update(request.more)
        fields: dict[str, Any] = {
            "temperature": request.temperature,
            "top_p": request.top_p,
            "seed": request.seed,
            "logprobs": True,
            **request.more,
        }
        if prompt.template_arguments:
            fields["chat_template_kwargs"] = dict(prompt.template_arguments)
        prefill = prefill and bool(prompt.prefill) and not bare and _PREFILL not in self._dropped
        if prefill:
            messages = [*messages, {"role": "assistant", "content": prompt.prefill}]
            fields |= {"add_generation_prompt": False, "continue_final_message": True}
            if prompt.stop:
                fields["stop"] = list(prompt.stop)
        return {"model": model, **self._kept(request, {} if bare else fields), "messages": messages}

    def _text_body(self, model: str, request: Request, bare: bool) -> dict[str, Any]:
        """A request to continue text, for prompts without a chat template."""
        fields = {
            "temperature": request.temperature,
            "top_p": request.top_p,
            "seed": request.seed,
            "logprobs": 1,
            **request.more,
        }
        if request.prompt.stop:
            fields["stop"] = list(request.prompt.stop)
        return {"model": model, **self._kept(request, {} if bare else fields), "prompt": request.prompt.text}

    def _kept(self, request: Request, fields: dict[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in fields.items() if name not in self._dropped}
        tokens = request.max_tokens if self._cap is None else min(request.max_tokens, self._cap)
        if "max_tokens" not in self._dropped:
            kept["max_completion_tokens" if self._renamed else "max_tokens"] = tokens
        return kept

    def learn(self, refusal: Refusal, body: dict[str, Any]) -> bool:
        """Leave out or rename what a refusal of `body` names; True if the request is worth sending again."""
        with self._lock:
            field = _named(refusal, body)
            if field is None:
                return False
            if field != "max_tokens":
                self._dropped.add(field)
            elif "max_completion_tokens" in refusal.words and "max_tokens" in body:
                self._renamed = True
            elif match := _AT_MOST.search(refusal.words):
                self._cap = int(match[1])
            else:
                self._dropped.add(field)
            return True

    @property
    def may_be_bare(self) -> bool:
        """True while the bare request is worth a try: no full one was answered, and no bare one refused."""
        return not self._full and self._bare is not False

    def answered(self, bare: bool) -> None:
        """A request was answered; where only the bare one is, all are bare from now on."""
        with self._lock:
            if not bare:
                self._full = self._full or self._bare is None
            elif not self._full:
                self._bare = True
                self._dropped |= {"temperature", "top_p", "seed", "logprobs", _PREFILL, *self._extra}

    def bare_refused(self) -> None:
        """The bare request was refused as well: its fields were not the reason."""
        with self._lock:
            self._bare = bool(self._bare)

    def goes_on(self, request: Request, text: str) -> bool:
        """False if `text` started afresh after a prefill: the request is repeated without.

        Once an answer has gone on where the prefill ended, all are taken to; when two have started afresh and
        none has gone on, the prefill is left out from then on.
        """
        if self._goes_on:
            return True
        with self._lock:
            if went_on(request, text):
                self._goes_on = True
                return True
            self._afresh += 1
            if self._afresh >= _ENOUGH:
                self._dropped.add(_PREFILL)
            return False


def _named(refusal: Refusal, body: dict[str, Any]) -> str | None:
    """The field of `body` that a refusal names, by its `param` before its words."""
    fields = [name for name in body if name not in ("model", "messages", "prompt", "add_generation_prompt")]
    fields = [_PREFILL if name == "continue_final_message" else name for name in fields]
    fields = ["max_tokens" if name == "max_completion_tokens" else name for name in fields]
    for words in (refusal.param.lower(), refusal.words):
        for field in fields:
            if words and re.search(_NAMES.get(field, rf"\b{re.escape(field)}\b"), words):
                return field
    return None


def went_on(request: Request, text: str) -> bool:
    """True if `text` continues the prompt's prefill instead of starting a new answer."""
    prefill, stripped = request.prompt.prefill, text.lstrip()
    if stripped.startswith("```") or (prefill.strip() and stripped.startswith(prefill.strip())):
        return False
    if request.prompt.kind is not AnswerKind.PROGRAM:
        return not re.match(r"[A-Z]\w* (?:[a-z]+ ){2}", stripped)  # prose; colour names are capitalised
    before = prefill.split("\n", 1)[1] if prefill.startswith("```") and "\n" in prefill else ""
    code = before + re.split(r"^```", text, maxsplit=1, flags=re.MULTILINE)[0]
    if not code.strip():
        return False
    try:
        ast.parse(code)
    except SyntaxError as error:
        # a fault further down is the model's, or the end of its tokens
        first = before.count("\n") + 1 + text[: len(text) - len(stripped)].count("\n")
        return (error.lineno or 0) > first or bool(_CODE.match(stripped))
    except (ValueError, RecursionError, MemoryError):
        return True
    return True
