"""Outputs of the parts that lines or equal cuts give: combined cell by cell, or one cell for each part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.search.expressions import Choices, fill, filled, free, section
from inference.proposers.search.language import values_of, values_on
from inference.proposers.search.learning import lookup
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, fits_inside, new_size, rule
from inference.proposers.search.rules.pieces import MOST_PARTS, cuts, listed

_MOST_COMBINED = 9


def _row_splits(problem: Problem) -> Iterator[tuple[str, float, list[list[list[Grid]]]]]:
    """(expression of rows of parts, bits, its values) for the ways to cut every grid into several parts."""
    seen = set()
    for text, cost in cuts(problem):
        values = values_of(text, problem.grids)
        if values is None:
            continue
        counts = [len(rows) * len(rows[0]) for rows in values]
        key = tuple([(*part.shape, part.tobytes()) for part in chain(*chain(*values))])
        if min(counts) > 1 and max(counts) <= MOST_PARTS and key not in seen:
            seen.add(key)
            yield text, cost, values


@rule(new_size, fits_inside)
def combine_parts(problem: Problem) -> Iterator[Draft]:
    """Three parts or more of the output's shape, looked up cell by cell (finishers join two)."""
    for text, cost, rows in _row_splits(problem):
        found = [list(chain(*parts)) for parts in rows]
        shapes, counts = {part.shape for part in chain(*found)}, {len(parts) for parts in found}
        if shapes != {problem.outputs[0].shape} or len(counts) > 1 or not 2 < counts.pop() <= _MOST_COMBINED:
            continue
        stacks = [np.stack(parts, axis=-1).reshape(-1, len(parts)) for parts in found]
        yield from _table(problem, stacks, listed(text), cost)
        shown = f"[part != 0 for part in {listed(text)}]"
        yield from _table(problem, [one != 0 for one in stacks], shown, cost + 0.5)


def _table(problem: Problem, stacks: Sequence[npt.NDArray[Any]], text: str, cost: float) -> Iterator[Draft]:
    """The outputs' colours by what the parts have there; (cells, parts) of each grid."""
    keys = [list(map(tuple, cells.astype(int).tolist())) for cells in stacks]
    table = lookup(keys, [out.ravel().tolist() for out in problem.outputs])
    if table is None or not set(chain(*keys)) <= set(table):
        return
    if len(set(table.values())) > 1 and len(table) <= max(16, sum(o.size for o in problem.outputs) // 4):
        body = (f"parts = {text}", f"return merge_parts(parts, {dict(sorted(table.items()))})")
        yield Draft(body, 1.5 + cost + 0.5 * len(table))


@rule(new_size, fits_inside)
def summarise_parts(problem: Problem) -> Iterator[Draft]:
    """The output has one cell (or bar) for each part, its colour looked up by what the part holds."""
    for text, cost, rows in _row_splits(problem):
        for wrap, more, targets in _spreads([(len(one), len(one[0])) for one in rows], problem.outputs):
            for cell, extra in _cells(problem, [list(chain(*one)) for one in rows], targets):
                summary = fill(wrap, _a=f"map_parts(rows, {cell})")
                yield Draft((f"rows = {text}", f"return {summary}"), 2.0 + cost + more + extra)


def _spreads(
    shapes: Sequence[tuple[int, int]], outputs: Sequence[Grid]
) -> Iterator[tuple[str, float, list[Grid]]]:
    """(wrap, cost, one colour for each part) for the ways an output can show one colour a part."""
    train = shapes[: len(outputs)]
    if all(out.shape == shape for out, shape in zip(outputs, train, strict=True)):
        yield "_a", 0.0, list(outputs)
        yield "flip_left_right(_a)", 1.5, [out[:, ::-1] for out in outputs]
        yield "flip_up_down(_a)", 1.5, [out[::-1] for out in outputs]
    elif all(out.shape == shape[::-1] for out, shape in zip(outputs, train, strict=True)):
        yield "transpose(_a)", 1.0, [out.T for out in outputs]
    elif all(shape[0] == 1 and out.shape[0] == shape[1] for out, shape in zip(outputs, train, strict=True)):
        widths = {out.shape[1] for out in outputs}
        if len(widths) == 1 and all((out == out[:, :1]).all() for out in outputs):
            yield f"scale_up(transpose(_a), 1, {widths.pop()})", 2.0, [out[:, :1].T for out in outputs]


def _cells(
    problem: Problem, parts: Sequence[Sequence[Grid]], targets: Sequence[Grid]
) -> Iterator[tuple[str, float]]:
    """Functions of a part, as lambdas, that give the targets' colours."""
    colours = [target.ravel().tolist() for target in targets]
    shared: Choices = {"_c": free(shared_colours(problem.grids))}
    for one in (*section("summary of a part"), *filled("summary of a part and a colour", shared)):
        values = values_on(fill(one.text, part="one"), problem.grids, parts)
        table = lookup(values or (), colours)  # no values if a part is blank
        if not values or not table or (len(set(table.values())) < 2 and len(table) > 1):
            continue
        same = all(value == colour for value, colour in table.items())
        known = {value for row in values for value in row} <= set(table)
        if same and not isinstance(next(iter(table)), bool):
            yield f"lambda part: {one.text}", one.bits
        elif known and 2 * len(table) <= sum(len(row) for row in colours):
            yield f"lambda part: {table}[{one.text}]", one.bits + 1.0 + 0.5 * len(table)
