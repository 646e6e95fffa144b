"""What a failing program got wrong, in words for a `repair` prompt."""

from __future__ import annotations

from collections.abc import Sequence

from arc import Grid, Task, same_grid
from prompts.encoders import GridEncoder


def describe_mistake(task: Task, outputs: Sequence[Grid | None], error: str, encoder: GridEncoder) -> str:
    """The first training pair that the program fails: its output beside the expected one, or the error.

    `outputs` are the program's grids for the training inputs of `task`, None where it gave none.
    """
    for number, (pair, output) in enumerate(zip(task.train, outputs, strict=True), start=1):
        if same_grid(pair.output, output):
            continue
        if output is None:
            reason = error or "no grid was returned"
            return f"On the input of pair {number} it fails: {reason}"
        return (
            f"On the input of pair {number} it returns\n\n{encoder.encode(output)}\n\n"
            f"instead of\n\n{encoder.encode(pair.answer)}\n\n{_difference(pair.answer, output)}"
        )
    return error or "It reproduces every pair, but not reliably."


def _difference(expected: Grid, output: Grid) -> str:
    if expected.shape != output.shape:
        return (
            f"The shape is {output.shape[0]}x{output.shape[1]}, not {expected.shape[0]}x{expected.shape[1]}."
        )
    wrong = int((expected != output).sum())
    return f"{wrong} of {expected.size} cells differ."
