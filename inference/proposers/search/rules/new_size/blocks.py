"""Larger outputs: scaled by an inferred factor, tiled, laid out in turned copies, one block for each cell, a
continued pattern, copies along a diagonal, margins."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product

import numpy as np

from inference.proposers.search.expressions import Choices, fill, filled, free, section
from inference.proposers.search.language import values_of
from inference.proposers.search.learning import lookup
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, fits_first, new_size, rule
from inference.proposers.search.rules.numbers import once, sizes_for
from omniarc import crop, find_pattern, split_equal


@rule(new_size, lambda problem: all(np.greater_equal(o.shape, g.shape).all() for g, o in problem.pairs))
def enlarge(problem: Problem) -> Iterator[Draft]:
    """Every way of this file, for outputs larger than their grids."""
    ratios = _ratios(problem, 0)
    yield from _whole(problem, ratios)
    if len(set(ratios)) == 1:
        yield from _arranged(problem, *ratios[0])
        yield from _by_colour(problem, *ratios[0])
    lined = set(_ratios(problem, 1))
    for (rows, cols), colour in product(lined, shared_colours(problem.outputs) if len(lined) == 1 else ()):
        yield from _arranged(problem, rows, cols, f", gap=1, colour={colour}")


def _ratios(problem: Problem, gap: int) -> list[tuple[int, int]]:
    """How often each grid goes into its output, down and across, such a gap apart; none if one does not."""
    sides = [(np.add(out.shape, gap), np.add(grid.shape, gap)) for grid, out in problem.pairs]
    found = [tuple((out // grid).tolist()) for out, grid in sides if not (out % grid).any()]
    return found if len(found) == len(sides) else []


def _whole(problem: Problem, ratios: list[tuple[int, int]]) -> Iterator[Draft]:
    """Words that do the whole change, if they give the first output."""
    times = sizes_for(problem, ratios) if ratios else []
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
        "_gone": free(c for c in shared_colours(problem.train) if not any(c in o for o in problem.outputs)),
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
    chosen, gap = [], bool(end)
    for at in product(range(rows), range(cols)):
        blocks = [crop(o, (*np.multiply(at, np.add(g.shape, gap)), *g.shape)) for g, o in problem.pairs]
        chosen.append([text for text, grids in made.items() if all(map(np.array_equal, grids, blocks))])
    for preferred in (copies, (_COPIES[-1], *copies)) if all(chosen) else ():
        names = [min(fitting, key=preferred.index) for fitting in chosen]
        table = [names[row * cols : (row + 1) * cols] for row in range(rows)]
        text = ", ".join(f"[{', '.join(row)}]" for row in table)
        cost = 2.0 + gap + 0.7 * len({*names}) + 0.15 * len(names)
        yield Draft((f"return join([{text}]{end})",), cost)


def _by_colour(problem: Problem, high: int, wide: int) -> Iterator[Draft]:
    """Each cell a block that depends on its colour alone."""
    if not 2 <= high * wide <= 36:
        return
    cells = [grid.ravel().tolist() for grid in problem.train]
    parts = [map(np.ndarray.tolist, chain(*split_equal(out, *grid.shape))) for grid, out in problem.pairs]
    table = lookup(cells, parts)
    if table is not None and all(np.isin(grid, list(table)).all() for grid in problem.test):
        line = f"return blocks_by_colour(grid, {dict(sorted(table.items()))})"
        yield Draft((line,), 2.0 + len(table) * 0.3 * high * wide)
