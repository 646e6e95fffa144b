"""What surrounds an answer: reasoning, channels and end marks of chat formats, message parts, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from arc import encodable
from prompts.errors import AnswerError
from prompts.fences import opened_at

_THINKING = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<reflection>", "</reflection>"),
    ("[THINK]", "[/THINK]"),
    ("<seed:think>", "</seed:think>"),
    ("◁think▷", "◁/think▷"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
)
_CHANNEL = re.compile(r"<\|channel\|>\s*(\w+)[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>")
_CHANNEL_END = re.compile(r"<\|(?:end|return|call|start|channel)\|>")
# the same where the tokenizer has dropped the special tokens
_BARE_CHANNELS = re.compile(r"\A\s*(?:assistant)?analysis\b.*assistant\s*final(?![a-z])", re.DOTALL)
_END_OF_TURN = re.compile(
    r"<\|(?:im_end|im_start|eot_id|eom_id|end_of_text|endoftext|end|return|end_of_turn|user|eos)\|>"
    r"|<(?:end_of_turn|start_of_turn)>|<｜end▁of▁sentence｜>|</s>\s*\Z"
)
_JSON_START = re.compile(r'[{\[]\s*["{\[]')
_JSON_TRIES = 20
_JSON_DEPTH = 20


def content_text(content: Any) -> str:
    """The text of a chat message's content: a string, nothing, or a list of parts whose texts are joined.

    Raises TypeError for anything else.
    """
    if isinstance(content, str):
        return content
    if isinstance(content, (list, tuple)):
        parts = (
            part.get("text") or part.get("content") if isinstance(part, dict) else part for part in content
        )
        return "".join(map(content_text, parts))
    if content is None:
        return ""
    raise TypeError(f"a message's content is a string or a list of parts, not {type(content).__name__}")


def spoken(answer: str) -> str:
    """The answer proper, without reasoning, channels and end marks.

    Raises AnswerError if the answer ends inside its reasoning.
    """
    text = _after_thinking(_final_channel(_without_parts(encodable(answer))))
    end = _END_OF_TURN.search(text)
    return text[: end.start()] if end else text


def texts_in_json(text: str) -> list[str]:
    """The strings in the JSON values that `text` is or contains, in order; empty if there are none."""
    decoder = json.JSONDecoder(strict=False)
    found: list[str] = []
    place, tries = 0, 0
    stripped = text.strip()
    if stripped.startswith('"'):
        try:
            whole, end = decoder.raw_decode(stripped)
        except (ValueError, RecursionError):
            return []
        return [whole] if isinstance(whole, str) and end == len(stripped) else []
    while tries < _JSON_TRIES:
        start = _JSON_START.search(text, place)
        if start is None:
            break
        tries += 1
        try:
            value, place = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            place = start.start() + 1
            continue
        found += _texts(value)
    return found


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)) and depth < _JSON_DEPTH:
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part, depth + 1)


def _without_parts(answer: str) -> str:
    """The text of an answer that was stored as a list of message parts."""
    if not answer.lstrip().startswith("[{"):
        return answer
    try:
        parts = json.loads(answer, strict=False)
    except (ValueError, RecursionError):
        return answer
    if all(isinstance(part, dict) and "type" in part for part in parts):
        return content_text([part for part in parts if part["type"] in ("text", "output_text")])
    return answer


def _final_channel(text: str) -> str:
    """The last final message of a harmony answer; AnswerError if it has only other channels."""
    channels = list(_CHANNEL.finditer(text))
    if channels:
        finals = [channel for channel in channels if channel[1] == "final"]
        if not finals:
            raise AnswerError("the answer was cut off while thinking")
        start = finals[-1].end()
        end = _CHANNEL_END.search(text, start)
        return text[start : end.start() if end else len(text)]
    bare = _BARE_CHANNELS.match(text)
    return text[bare.end() :] if bare else text


def _after_thinking(text: str) -> str:
    for opening, closing in _THINKING:
        before = len(text)
        for place in list(_places(text, closing)):
            place -= before - len(text)
            if not _is_code(text, place):
                text = text[place + len(closing) :]
        starts = [place for place in _places(text, opening) if not _is_code(text, place)]
        if starts:
            text = text[: starts[0]]
            if not text.strip():
                raise AnswerError("the answer was cut off while thinking")
    return text


def _places(text: str, mark: str) -> Iterator[int]:
    place = text.find(mark)
    while place >= 0:
        yield place
        place = text.find(mark, place + 1)


def _is_code(text: str, place: int) -> bool:
    """True for a mark in a comment or a string of a program."""
    line = text[text.rfind("\n", 0, place) + 1 : place]
    quoted = line.endswith(('"', "'"))
    if "#" not in line and not quoted:
        return False
    before = text[:place]
    bare = "```" not in before and re.search(r"^\s*(?:def|class|import|from) ", before, re.MULTILINE)
    return bool(bare) or opened_at(before)
