"""What a model's answer holds: a program, or a grid.

Answers are untrusted text. They are only searched, never parsed as Python here: that is the sandbox's work.
"""

from __future__ import annotations

import re

from arc import Grid
from prompts.encoders import GridEncoder
from prompts.errors import AnswerError

ENTRY_POINTS = ("transform", "task", "solve")
MAX_PROGRAM_CHARS = 100_000

_FENCE = "```"
_THINKING = (("<think>", "</think>"), ("<thinking>", "</thinking>"), ("[THINK]", "[/THINK]"))
# a line that may stand at the start of a statement or of its continuation at column 0
_CODE_LINE = re.compile(
    r"\s|@|#|[)\]}\"']|(?:def|class|import|from|if|else|elif|for|while|try|except|finally|with|return|pass|"
    r"global|assert|raise|del|async|match|lambda)\b|[A-Za-z_][\w.]*\s*(?:[=(\[:]|[-+*/|&^%]=|,\s*\w+\s*=)"
)
_FIRST_CODE_LINE = re.compile(r"(?:import|from|def|class|@)\s*\w")


def find_program(answer: str, *, complete: bool = True, entry_point: str | None = None) -> str:
    """The program in an answer, fenced or bare, after any thinking aloud.

    Of several fenced blocks the last complete one that defines an entry function wins, then the last
    complete one that defines any function. `complete` says that the model ended by itself: only then does
    an unclosed last block, or bare text, count. Raises AnswerError if there is none.
    """
    text = strip_thinking(answer)
    closed, rest = _blocks(text)
    blocks = [*closed, rest] if rest is not None and complete else closed
    names = (entry_point,) if entry_point else ENTRY_POINTS
    for test in (lambda block: _defines(block, names), lambda block: "def " in block):
        for block in reversed(blocks):
            if test(block):
                return _program(block)
    if complete and not blocks:
        bare = _bare_code(text)
        if _defines(bare, names):
            return _program(bare)
    if not complete:
        raise AnswerError("the answer was cut off before its program ended")
    raise AnswerError("the answer holds no program with a function " + " or ".join(names))


def find_grid(answer: str, encoder: GridEncoder, *, complete: bool = True) -> Grid:
    """The grid in an answer, read strictly with the encoder's inverse.

    The last fenced block is read, or the whole text if there is none; AnswerError says what is wrong.
    """
    text = strip_thinking(answer).strip()
    closed, rest = _blocks(text, keep_fences=bool(encoder.opening))
    if rest is not None:
        if not complete:
            raise AnswerError("the answer was cut off before its grid ended")
        return encoder.decode(f"{rest}\n{_FENCE}" if encoder.opening else rest)
    if closed:
        return encoder.decode(closed[-1])
    if not complete:
        raise AnswerError("the answer was cut off before its grid ended")
    return encoder.decode(text)


def strip_thinking(answer: str) -> str:
    """The answer after its thinking; AnswerError if the thinking never ends."""
    for opening, closing in _THINKING:
        _, end, after = answer.rpartition(closing)
        if end:
            answer = after
        elif answer.lstrip().startswith(opening):
            raise AnswerError("the answer was cut off while thinking")
    return answer


def _blocks(text: str, keep_fences: bool = False) -> tuple[list[str], str | None]:
    """The complete fenced blocks of `text`, and the unclosed last one, if any."""
    closed: list[str] = []
    current: list[str] | None = None
    head = ""
    for line in text.split("\n"):
        if current is None:
            if line.lstrip().startswith(_FENCE):
                current, head = [], line.strip()
        elif line.strip() == _FENCE:
            closed.append("\n".join([head, *current, _FENCE] if keep_fences else current))
            current = None
        else:
            current.append(line)
    if current is None:
        return closed, None
    return closed, "\n".join([head, *current] if keep_fences else current)


def _defines(source: str, names: tuple[str, ...]) -> bool:
    pattern = "|".join(map(re.escape, names))
    return bool(re.search(rf"^(?:def\s+(?:{pattern})\s*\(|(?:{pattern})\s*=[^=])", source, re.MULTILINE))


def _bare_code(text: str) -> str:
    """From the first line that looks like code to the last one before prose goes on."""
    lines = text.split("\n")
    start = next((n for n, line in enumerate(lines) if _FIRST_CODE_LINE.match(line)), len(lines))
    end = start
    while end < len(lines) and (not lines[end].strip() or _CODE_LINE.match(lines[end])):
        end += 1
    return "\n".join(lines[start:end])


def _program(block: str) -> str:
    if len(block) > MAX_PROGRAM_CHARS:
        raise AnswerError(f"a program of {len(block)} characters is too long (at most {MAX_PROGRAM_CHARS})")
    return block.strip("\n") + "\n"
