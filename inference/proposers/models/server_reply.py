"""What servers of the OpenAI protocol say, in the many ways in which they say it: answers and refusals."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from prompts import content_text

_MAX_REPLY_BYTES = 32 << 20
_MESSAGE_CHARS = 300
_MOST_TOKENS = 1 << 31  # of one answer; more is no count, and no run can store it

_TOO_LONG = re.compile(
    r"context[ _]length|maximum context|context window|context size|max_model_len|too long|longer than the "
    r"(?:maximum|model)|exceeds? the (?:available|model'?s?) (?:context|token)|reduce the length|too many "
    r"(?:input )?tokens|input length|prompt length|token limit|request too large|payload too large"
)
# what never passes by waiting, though some servers give it the status of what does
_EXHAUSTED = (
    "insufficient_quota",
    "billing",
    "quota exceeded",
    "exceeded your current quota",
    "credit balance",
)
_PASSING = frozenset({408, 409, 425, 429, 502, 503, 504, 520, 522, 524, 529})
_PASSING_WORDS = ("rate limit", "rate_limit", "overloaded", "loading model", "try again later", "unavailable")
_MAY_BE_OPTIONS = frozenset({400, 404, 405, 422, 500, 501})


@dataclass(frozen=True)
class Answer:
    """A generated text; `complete` says that the model ended by itself. Numbers are None where not given."""

    text: str
    complete: bool
    log_probability: float | None = None
    tokens: int = 0
    prompt_tokens: int = 0


@dataclass(frozen=True)
class Refusal:
    """Why there is no answer: the HTTP status (or the error's own), and what the server says, in one line."""

    status: int
    message: str
    param: str = ""
    code: str = ""

    def __str__(self) -> str:
        return f"HTTP {self.status}: {self.message}" if self.status != 200 else self.message

    @property
    def words(self) -> str:
        """Everything it says, in lower case."""
        return " ".join((self.code, self.param, self.message)).lower()

    @property
    def too_long(self) -> bool:
        """The prompt and its answer do not fit the model's context."""
        return self.status == 413 or bool(_TOO_LONG.search(self.words))

    @property
    def passing(self) -> bool:
        """The same request may be answered later."""
        if any(word in self.words for word in _EXHAUSTED):
            return False
        return self.status in _PASSING or (
            self.status in (200, 500) and any(word in self.words for word in _PASSING_WORDS)
        )

    @property
    def may_be_options(self) -> bool:
        """A request with fewer options may be answered."""
        return self.status in _MAY_BE_OPTIONS and not any(word in self.words for word in _EXHAUSTED)


def read_reply(response: Any) -> Answer | Refusal:
    """What an HTTP response to a chat request holds."""
    if len(response.content) > _MAX_REPLY_BYTES:
        return Refusal(response.status_code, "the server's answer is too large")
    try:
        record = response.json()
    except ValueError:
        return Refusal(response.status_code, f"no JSON but {_page_text(response.text)}")
    if response.status_code != 200 or (isinstance(record, dict) and _has_error(record)):
        return _refusal(response.status_code, record)
    try:
        return _answer(record)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError):
        return Refusal(200, "the server's answer is malformed: it holds no choices[0].message.content")


def _has_error(record: dict[str, Any]) -> bool:
    return bool(record.get("error")) or record.get("object") == "error" or "choices" not in record


def _answer(record: dict[str, Any]) -> Answer:
    choice = record["choices"][0]
    message = choice.get("message")
    content = choice["text"] if message is None else message.get("content")
    text = content_text(content) or _called(message)
    thought = (
        "" if message is None else content_text(message.get("reasoning_content") or message.get("reasoning"))
    )
    finished = choice.get("finish_reason") != "length"
    if thought and not text:
        # nothing but thinking: kept, as the thinking that it is, which never ended where it was cut off
        text = f"<think>{thought}</think>" if finished else f"<think>{thought}"
    elif thought:
        text = f"<think>{thought}</think>{text}"
    elif message is not None and not text:
        text = content_text(message.get("refusal"))
    usage = record.get("usage")
    return Answer(
        text,
        finished,
        _log_probability(choice),
        _token_count(usage, "completion_tokens"),
        _token_count(usage, "prompt_tokens"),
    )


def _called(message: Any) -> str:
    """What a model that calls a tool, though it was given none, sends it: it may be the program."""
    calls = [] if message is None else message.get("tool_calls") or []
    return "\n\n".join(content_text(call["function"].get("arguments")) for call in calls)


def _token_count(usage: Any, name: str) -> int:
    """A count of the reply's usage; 0 where it says nothing that may be one."""
    try:
        count = int(usage[name])
    except (LookupError, TypeError, ValueError, OverflowError):
        return 0
    return count if 0 <= count <= _MOST_TOKENS else 0


def _log_probability(choice: dict[str, Any]) -> float | None:
    logprobs = choice.get("logprobs")
    if not isinstance(logprobs, dict):
        return None
    entries = logprobs.get("content") or ()
    values: list[Any] = [entry.get("logprob") for entry in entries if isinstance(entry, dict)]
    values = values or logprobs.get("token_logprobs") or []
    if not values or any(not isinstance(value, (int, float)) for value in values):
        return None
    total = float(sum(values))
    return total if math.isfinite(total) else None


def _refusal(status: int, record: Any) -> Refusal:
    """Read the shapes that errors come in: OpenAI's, vLLM's old flat one, FastAPI's `detail`, plain texts."""
    error = record
    if isinstance(record, dict):
        error = record.get("error") or record.get("detail") or record
    if isinstance(error, list) and error and isinstance(error[0], dict):  # one entry a wrong field
        places = [str(entry.get("loc", [""])[-1]) for entry in error if entry.get("loc")]
        texts = [f"{entry.get('loc', [''])[-1]}: {entry.get('msg', '')}" for entry in error]
        return Refusal(status, _line("; ".join(texts)), places[0] if places else "")
    if not isinstance(error, dict):
        return Refusal(status, _line(str(error)))
    message = error.get("message") or error.get("msg") or error.get("error") or error
    code, param, kind = (str(error.get(name) or "") for name in ("code", "param", "type"))
    if status == 200 and code.isdigit():
        status = int(code)
    return Refusal(status, _line(str(message)), param, f"{code} {kind}".strip())


def _page_text(text: str) -> str:
    """What a page that is no JSON says: its title, or its first words."""
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    if title:
        return f"a page {_line(title[1])!r}"
    return repr(_line(re.sub(r"<[^>]*>", " ", text))[:80]) if text.strip() else "nothing"


def _line(text: str) -> str:
    return " ".join(text.split())[:_MESSAGE_CHARS]
