"""Fenced code blocks in Markdown as models write it.

The rules are CommonMark's (https://spec.commonmark.org/0.31.2/#fenced-code-blocks): three or more backticks
or tildes open a block, at least as many of the same kind close it; blocks may be indented, be in quotes
and list items, and end with the text if they are not closed. In addition, fences directly before or after
text count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CONTAINER = r"(?P<container>(?:[ \t]*(?:>|[-*+](?=\s)|\d{1,9}[.)](?=\s)))*[ \t]*)"
_OPENING = re.compile(_CONTAINER + r"(?P<fence>`{3,}|~{3,})(?P<info>[^`\n]*)\Z")
# "Here it is:```python": text, then a fence with at most a language after it
_GLUED_OPENING = re.compile(r"[^`~\n]*[^`~\s](?P<fence>`{3,}|~{3,})(?P<info>[\w+#.-]*)[ \t]*\Z")
_LANGUAGE = re.compile(
    r"(?:python3?|py3?|json|text|txt|grid|plaintext|markdown|md|numpy|grid[^`]*)", re.IGNORECASE
)
_CODE_IN_INFO = re.compile(r"\s*[\w+#.-]*\s+((?:def|import|from|class)\b.*|@\w.*)\Z")
_QUOTE = re.compile(r"[ \t]{0,3}>[ ]?")


@dataclass(frozen=True)
class Block:
    """A fenced block: its text without the fences, what follows the opening fence, and if it is closed."""

    text: str
    info: str
    closed: bool


@dataclass
class _Open:
    fence: str
    info: str
    indent: int
    quotes: int
    lines: list[str]


def fenced_blocks(text: str) -> tuple[list[Block], str]:
    """The fenced blocks of `text` in order, and the text outside of them."""
    blocks: list[Block] = []
    prose: list[str] = []
    current: _Open | None = None
    for line in text.splitlines():
        if current is None:
            current = _opened(line, prose)
            continue
        ended, rest = _ended(current, line)
        if not ended:
            continue
        blocks.append(_block(current, True))
        current = _reopened(current, rest)
        if current is None and rest.strip():
            prose.append(rest)
    if current is not None:
        blocks.append(_block(current, False))
    return blocks, "\n".join(prose)


def opened_at(text: str) -> bool:
    """True if `text` ends inside a fenced block."""
    blocks, _ = fenced_blocks(text)
    return bool(blocks) and not blocks[-1].closed


def _opened(line: str, prose: list[str]) -> _Open | None:
    """The block that `line` opens, if any; text before the fence, and other lines, go to `prose`."""
    match = _OPENING.match(line)
    if match is None:
        match = _GLUED_OPENING.match(line)
        if match is None:
            prose.append(line)
            return None
        prose.append(line[: match.start("fence")])
        return _Open(match["fence"], match["info"].strip(), 0, 0, [])
    container, info = match["container"], match["info"]
    code = _CODE_IN_INFO.match(info)
    lines = [code[1]] if code else []
    info = info[: code.start(1)] if code else info
    inside = container.rpartition(">")[2]
    indent = len(inside.removeprefix(" ") if ">" in container else inside)
    return _Open(match["fence"], info.strip(), indent, container.count(">"), lines)


def _ended(block: _Open, line: str) -> tuple[bool, str]:
    """Whether `line` closes the block, and the text after the fence; otherwise the line joins the block."""
    for _ in range(block.quotes):
        line = _QUOTE.sub("", line, count=1)
    stripped = line.lstrip()
    run = len(stripped) - len(stripped.lstrip(block.fence[0]))
    if run >= len(block.fence):
        rest = stripped[run:]
        if block.fence[0] not in rest:
            return True, rest
    elif line.rstrip().endswith(block.fence) and _closes_glued(block, line.rstrip()):
        block.lines.append(_dedented(line.rstrip().rstrip(block.fence[0]), block.indent))
        return True, ""
    block.lines.append(_dedented(line, block.indent))
    return False, ""


def _closes_glued(block: _Open, line: str) -> bool:
    """True for "return grid```", not for a line of code that quotes something in backticks."""
    before = line.rstrip(block.fence[0])
    return block.fence[0] not in before


def _reopened(block: _Open, rest: str) -> _Open | None:
    """A fence with a language does not close a block: it opens one where the last was left open."""
    if _LANGUAGE.fullmatch(rest.strip()):
        return _Open(block.fence, rest.strip(), block.indent, block.quotes, [])
    return None


def _dedented(line: str, indent: int) -> str:
    """The line without its leading spaces, at most as many as the opening fence has."""
    leading = len(line) - len(line.lstrip(" \t"))
    return line[min(leading, indent) :]


def _block(block: _Open, closed: bool) -> Block:
    return Block("\n".join(block.lines), block.info, closed)
