"""Larger outputs: scaled by an inferred factor, tiled, laid out in turned copies, one block for each cell, a
continued pattern, copies along a diagonal, margins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from arc import Grid
from inference.proposers.search.expressions import Choices, fill, filled, free, section
from inference.proposers.search.language import values_of
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, fits_first, new_size, rule
from inference.proposers.search.rules.numbers import once, sizes_for
from omniarc import find_pattern


def _grows(problem: Problem) -> bool:
    return all(o.shape[0] >= g.shape[0] and o.shape[1] >= g.shape[1] for g, o in problem.pairs)


@rule(new_size, _grows)
def enlarge(problem: Problem) -> Iterator[Draft]:
    """Every way of this file, for outputs larger than their grids."""
    ratios = [
        (out.shape[0] // grid.shape[0], out.shape[1] // grid.shape[1])
        for grid, out in problem.pairs
        if out.shape[0] % grid.shape[0] == 0 and out.shape[1] % grid.shape[1] == 0
    ]
    if len(ratios) < len(problem.outputs):
        ratios = []
    yield from _whole(problem, ratios)
    if len(set(ratios)) == 1:
        yield from _arranged(problem, *ratios[0])
        yield from _by_colour(problem, *ratios[0])
    lined = {tuple(np.divide(np.add(out.shape, 1), np.add(grid.shape, 1))) for grid, out in problem.pairs}
    for rows, cols in lined if len(lined) == 1 else ():
        for colour in shared_colours(problem.outputs) if rows == int(rows) and cols == int(cols) else ():
            yield from _arranged(problem, int(rows), int(cols), f", gap=1, colour={colour}")


def _whole(problem: Problem, ratios: list[tuple[int, int]]) -> Iterator[Draft]:
    """Words that do the whole change, if they give the first output."""
    times = sizes_for(problem, ratios) if ratios else []
    before = shared_colours(problem.train)
    spots = set.intersection(*(set(find_pattern(out, grid)) for grid, out in problem.pairs))
    margins = {(out.shape[axis] - grid.shape[axis]) / 2 for grid, out in problem.pairs for axis in (0, 1)}
    even = free(int(margin) for margin in margins if len(margins) == 1 and margin == int(margin))
    choices: Choices = {
        "_margin": even if spots else [],
        "_row": free(sorted({row for row, _ in spots})[:3]),
        "_col": free(sorted({col for _, col in spots})[:3]),
        "_factor": [(once(text), cost) for text, cost in times if once(text) != text],
        "_times": [(text, cost) for text, cost in times if once(text) == text],
        "_size": sizes_for(problem, [out.shape for out in problem.outputs])[:4],
        "_new": free(shared_colours(problem.outputs)),
        "_gone": free(one for one in before if not any((out == one).any() for out in problem.outputs)),
    }
    for one in filled("whole change, larger", choices):
        if fits_first(problem, (f"return {one.text}",)):
            yield Draft((f"return {one.text}",), one.bits)


# what a block of a larger grid may be: the grid, turned or not, its colours exchanged, or blank
_TURNED = [fill(turn.text, _a="grid") for turn in section("turn")]
_COPIES = ("grid", *_TURNED, "invert(grid)", "blank(*grid.shape)")


def _arranged(problem: Problem, rows: int, cols: int, end: str = "") -> Iterator[Draft]:
    """Each block a turned copy of the grid, or blank: a learned arrangement."""
    if not 2 <= rows * cols <= 25:
        return
    shared = [colour for colour in shared_colours(problem.outputs) if colour]
    copies = (*_COPIES, *(f"paint({one}, {one} != 0, {c})" for c in shared for one in ("grid", *_TURNED)))
    made = {text: grids for text in copies if (grids := values_of(text, problem.train)) is not None}
    chosen = [
        [text for text, grids in made.items() if _stand_at(problem, row, col, bool(end), grids)]
        for row, col in product(range(rows), range(cols))
    ]
    for preferred in (copies, (_COPIES[-1], *copies)) if all(chosen) else ():
        names = [min(fitting, key=preferred.index) for fitting in chosen]
        table = [names[row * cols : (row + 1) * cols] for row in range(rows)]
        text = ", ".join(f"[{', '.join(row)}]" for row in table)
        yield Draft(
            (f"return join([{text}]{end})",), 2.0 + bool(end) + 0.7 * len({*names}) + 0.15 * len(names)
        )


def _stand_at(problem: Problem, row: int, col: int, gap: int, grids: Sequence[Grid]) -> bool:
    """True if each of these grids is the block at this place of its output."""
    for (grid, out), made in zip(problem.pairs, grids, strict=True):
        top, left = row * (grid.shape[0] + gap), col * (grid.shape[1] + gap)
        if not np.array_equal(out[top : top + grid.shape[0], left : left + grid.shape[1]], made):
            return False
    return True


def _by_colour(problem: Problem, high: int, wide: int) -> Iterator[Draft]:
    """Each cell a block that depends on its colour alone."""
    if not 2 <= high * wide <= 36:
        return
    blocks: dict[int, Grid] = {}
    for grid, out in problem.pairs:
        for (row, col), colour in np.ndenumerate(grid):
            block = out[row * high : (row + 1) * high, col * wide : (col + 1) * wide]
            if not np.array_equal(blocks.setdefault(int(colour), block), block):
                return
    if all(np.isin(grid, list(blocks)).all() for grid in problem.test):
        entries = ", ".join(f"{colour}: {block.tolist()}" for colour, block in sorted(blocks.items()))
        yield Draft((f"return blocks_by_colour(grid, {{{entries}}})",), 2.0 + len(blocks) * 0.3 * high * wide)
