"""What a failing program got wrong, in words for a repair prompt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from arc import Grid, Task, same_grid
from prompts.encoders import GridEncoder

_LINE = re.compile(r"\(line (\d+)\)|line (\d+)")
_FEW = 0.5  # share of wrong cells up to which they are shown in the grid of cells


@dataclass(frozen=True)
class Attempt:
    """An earlier program and how many of the training pairs it reproduces."""

    source: str
    right: int
    pairs: int


def describe_mistake(
    task: Task, outputs: Sequence[Grid | None], error: str, encoder: GridEncoder, code: str = ""
) -> str:
    """Every training pair that the program fails: which cells differ, or the error with its line of `code`.

    `outputs` are the program's grids for the training inputs of `task`, None where it gave none. Cells are
    shown as a table: `.` where a cell is right, `got>wanted` where it is wrong. Where the shape or most
    cells are wrong, the output is shown as `encoder` writes it.
    """
    right = [same_grid(pair.output, output) for pair, output in zip(task.train, outputs, strict=True)]
    if all(right):
        return error or "It reproduces every pair, but not reliably."
    parts = []
    silent = [n for n, output in enumerate(outputs, 1) if output is None]
    if silent:
        pairs = "every pair" if len(silent) == len(outputs) else f"pair {', '.join(map(str, silent))}"
        parts.append(f"On the input of {pairs} it fails: {_with_line(error or 'no grid was returned', code)}")
    for number, (pair, output) in enumerate(zip(task.train, outputs, strict=True), start=1):
        if output is not None and not right[number - 1]:
            parts.append(f"On the input of pair {number} {_difference(pair.answer, output, encoder)}")
    if any(right):
        good = ", ".join(str(number) for number, fits in enumerate(right, 1) if fits)
        parts.append(f"It reproduces pair {good}.")
    return "\n\n".join(parts)


def describe_attempts(attempts: Sequence[Attempt]) -> str:
    """Earlier programs with their scores, the best last; empty for none."""
    parts = [
        f"An earlier attempt, which reproduces {attempt.right} of {attempt.pairs} pairs:\n\n"
        f"```python\n{attempt.source.strip()}\n```\n\n"
        for attempt in sorted(attempts, key=lambda attempt: attempt.right)
    ]
    return "".join(parts)


def _with_line(error: str, code: str) -> str:
    """The error, with the text of the line that it names."""
    match = _LINE.search(error)
    lines = code.split("\n")
    number = int(match[1] or match[2]) if match else 0
    if not 0 < number <= len(lines) or not lines[number - 1].strip():
        return error
    return f"{error}\n\nLine {number} is: `{lines[number - 1].strip()}`"


def _difference(expected: Grid, output: Grid, encoder: GridEncoder) -> str:
    if expected.shape != output.shape:
        (height, width), (wanted_height, wanted_width) = output.shape, expected.shape
        shapes = f"{height}x{width}, not {wanted_height}x{wanted_width}"
        return f"the shape is wrong, {shapes}: it returns\n\n{encoder.encode(output)}"
    wrong = expected != output
    count = f"{int(wrong.sum())} of {expected.size} cells are wrong"
    if wrong.mean() > _FEW:
        return f"{count}: it returns\n\n{encoder.encode(output)}"
    rows = [
        " ".join(f"{got}>{wanted}" if got != wanted else "." for got, wanted in zip(*pair, strict=True))
        for pair in zip(output.tolist(), expected.tolist(), strict=True)
    ]
    return f"{count} (`.` right, `got>wanted` wrong):\n\n" + "\n".join(rows)
