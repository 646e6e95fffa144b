"""Outputs made from the parts of a grid that lines or equal cuts give: laid over each other, combined cell by
cell, or one cell for each part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from arc import Grid
from inference.proposers.search.expressions import Choices, fill, filled, free, section
from inference.proposers.search.language import function, values_of, values_on
from inference.proposers.search.learning import lookup
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, fits_inside, new_size, rule
from inference.proposers.search.rules.pieces import MOST_PARTS, cuts, listed
from inference.proposers.search.rules.relations import relate

_MOST_COMBINED = 9


@dataclass(frozen=True)
class Split:
    """An expression of `grid` that gives rows of parts, and those rows for every grid of the problem."""

    text: str
    cost: float
    rows: list[list[list[Grid]]]

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """(rows, columns) of parts in each grid."""
        return [(len(rows), len(rows[0])) for rows in self.rows]

    @property
    def parts(self) -> list[list[Grid]]:
        """The parts of each grid in reading order."""
        return [[part for row in rows for part in row] for rows in self.rows]


def row_splits(problem: Problem) -> Iterator[Split]:
    """The ways to cut every grid into more than one part, same-shaped within a grid or not."""
    seen = set()
    for text, cost in cuts(problem):
        values = values_of(text, problem.grids)
        if values is None:
            continue
        counts = [len(rows) * len(rows[0]) for rows in values]
        key = tuple([(*part.shape, part.tobytes()) for rows in values for row in rows for part in row])
        if min(counts) > 1 and max(counts) <= MOST_PARTS and key not in seen:
            seen.add(key)
            yield Split(text, cost, [[list(row) for row in rows] for rows in values])


@rule(new_size, fits_inside)
def combine_parts(problem: Problem) -> Iterator[Draft]:
    """Three parts or more of the output's shape, laid on each other or looked up cell by cell.

    Two are joined by the finishers.
    """
    for split in row_splits(problem):
        shapes = {part.shape for found in split.parts for part in found}
        counts = {len(found) for found in split.parts}
        if shapes == {problem.outputs[0].shape} and len(counts) == 1 and 2 < counts.pop() <= _MOST_COMBINED:
            yield from _overlays(problem, split)
            parts = listed(split.text)
            yield from _table(problem, split.parts, parts, split.cost)
            shown = [[(part != 0).astype(np.int8) for part in found] for found in split.parts]
            yield from _table(problem, shown, f"[part != 0 for part in {parts}]", split.cost + 0.5)


def _overlays(problem: Problem, split: Split) -> Iterator[Draft]:
    """The parts laid on each other in a learned order, then recoloured or turned."""
    count = len(split.parts[0])
    names = [f"parts[{number}]" for number in range(count)]
    orders: list[tuple[str, float]] = [("*parts", 1.0), ("*parts[::-1]", 1.3)]
    if count <= 5:
        ordered = [p for p in permutations(names) if list(p) not in (names, names[::-1])]
        orders += [(", ".join(order), 2.0 + 0.3 * count) for order in ordered]
    for order, more in orders:
        lay = function(f"lambda parts: overlay({order})")
        made = [lay(found) for found in split.parts[: len(problem.outputs)]]
        for wrap, extra in relate(made, problem.outputs):
            body = (f"parts = {listed(split.text)}", f"return {fill(wrap, _a=f'overlay({order})')}")
            yield Draft(body, 1.0 + split.cost + more + extra)


def _table(problem: Problem, parts: Sequence[Sequence[Grid]], text: str, cost: float) -> Iterator[Draft]:
    keys = [list(zip(*[part.ravel().tolist() for part in found], strict=True)) for found in parts]
    table = lookup(keys, [out.ravel().tolist() for out in problem.outputs])
    if table is None or not {key for found in keys for key in found} <= set(table):
        return
    if len(set(table.values())) < 2 or len(table) > max(16, sum(o.size for o in problem.outputs) // 4):
        return
    body = (f"parts = {text}", f"return merge_parts(parts, {dict(sorted(table.items()))})")
    yield Draft(body, 1.5 + cost + 0.5 * len(table))


@rule(new_size, fits_inside)
def summarise_parts(problem: Problem) -> Iterator[Draft]:
    """The output has one cell (or bar) for each part, its colour looked up by what the part holds."""
    for split in row_splits(problem):
        for wrap, more, targets in _spreads(split.shapes, problem.outputs):
            for cell, extra in _cells(problem, split, targets):
                summary = fill(wrap, _a=f"map_parts(rows, {cell})")
                body = (f"rows = {split.text}", f"return {summary}")
                yield Draft(body, 2.0 + split.cost + more + extra)


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


def _cells(problem: Problem, split: Split, targets: Sequence[Grid]) -> Iterator[tuple[str, float]]:
    """Functions of a part, as lambdas, that give the targets' colours."""
    parts = split.parts
    colours = [target.ravel().tolist() for target in targets]
    shared: Choices = {"_c": free(shared_colours(problem.grids))}
    for one in (*section("summary of a part"), *filled("summary of a part and a colour", shared)):
        values = values_on(fill(one.text, part="one"), problem.grids, parts)
        if values is None:  # a part is blank
            continue
        table = lookup(values, colours)
        if table is None or (len(set(table.values())) < 2 and len(table) > 1):
            continue
        same = all(value == colour for value, colour in table.items())
        known = {value for row in values for value in row} <= set(table)
        if same and not isinstance(next(iter(table)), bool):
            yield f"lambda part: {one.text}", one.bits
        elif known and 2 * len(table) <= sum(len(row) for row in colours):
            yield f"lambda part: {table}[{one.text}]", one.bits + 1.0 + 0.5 * len(table)
    yield from _tops(parts, colours)


def _tops(parts: Sequence[Sequence[Grid]], colours: Sequence[Sequence[int]]) -> Iterator[tuple[str, float]]:
    """One colour for the parts that have most (or least) of something, another for the rest."""
    for one in section("rank of a part"):
        measure = one.run("part")
        for word, best in (("max", max), ("min", min)):
            values = [[measure(part) for part in found] for found in parts]
            table = lookup([[value == best(row) for value in row] for row in values], colours)
            if table is not None and set(table) == {True, False} and table[True] != table[False]:
                top = f"{word}({fill(one.text, part='one')} for row in rows for one in row)"
                yield f"lambda part: {table[True]} if {one.text} == {top} else {table[False]}", one.bits + 2.5
