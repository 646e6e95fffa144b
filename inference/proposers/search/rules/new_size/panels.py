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
    table = lookup(keys, [out.ravel().tolist() for out in problem.outputs]) or {}
    few = max(16, sum(out.size for out in problem.outputs) // 4)
    if set(chain(*keys)) <= set(table) and len(set(table.values())) > 1 and len(table) <= few:
        body = (f"parts = {text}", f"return merge_parts(parts, {dict(sorted(table.items()))})")
        yield Draft(body, 1.5 + cost + 0.5 * len(table))


@rule(new_size, fits_inside)
def summarise_parts(problem: Problem) -> Iterator[Draft]:
    """The output has one cell (or bar) for each part, its colour looked up by what the part holds."""
    for text, cost, rows in _row_splits(problem):
        for wrap, more, targets in _spreads(problem, [(len(one), len(one[0])) for one in rows]):
            for cell, extra in _cells(problem, [list(chain(*one)) for one in rows], targets):
                summary = fill(wrap, _a=f"map_parts(rows, {cell})")
                yield Draft((f"rows = {text}", f"return {summary}"), 2.0 + cost + more + extra)


def _spreads(problem: Problem, shapes: list[tuple[int, int]]) -> Iterator[tuple[str, float, list[Grid]]]:
    """(wrap, cost, one colour for each part) for the ways an output can show one colour a part."""
    outputs, train = problem.outputs, shapes[: len(problem.outputs)]
    if [out.shape for out in outputs] == train:
        yield "_a", 0.0, list(outputs)
        yield "flip_left_right(_a)", 1.5, [out[:, ::-1] for out in outputs]
        yield "flip_up_down(_a)", 1.5, [out[::-1] for out in outputs]
    elif [out.shape[::-1] for out in outputs] == train:
        yield "transpose(_a)", 1.0, [out.T for out in outputs]
    elif [(1, len(out)) for out in outputs] == train:
        widths = {out.shape[1] for out in outputs}
        if len(widths) == 1 and all((out == out[:, :1]).all() for out in outputs):
            yield f"scale_up(transpose(_a), 1, {widths.pop()})", 2.0, [out[:, :1].T for out in outputs]


def _cells(problem: Problem, parts: list[list[Grid]], targets: list[Grid]) -> Iterator[tuple[str, float]]:
    """Functions of a part, as lambdas, that give the targets' colours."""
    colours = [target.ravel().tolist() for target in targets]
    shared: Choices = {"_c": free(shared_colours(problem.grids))}
    for one in (*section("summary of a part"), *filled("summary of a part and a colour", shared)):
        values = values_on(fill(one.text, part="one"), problem.grids, parts)
        table = lookup(values or (), colours)  # no values if a part is blank
        if not values or not table or (len(set(table.values())) < 2 and len(table) > 1):
            continue
        if all(v == colour for v, colour in table.items()) and not isinstance(next(iter(table)), bool):
            yield f"lambda part: {one.text}", one.bits
        elif set(chain(*values)) <= set(table) and 2 * len(table) <= sum(map(len, colours)):
            yield f"lambda part: {table}[{one.text}]", one.bits + 1.0 + 0.5 * len(table)
