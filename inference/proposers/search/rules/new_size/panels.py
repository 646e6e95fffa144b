"""Outputs made from the parts of a grid that lines or equal cuts give: laid over each other, combined cell by
cell, or one cell for each part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from arc import Grid
from inference.proposers.search.expressions import fill, section
from inference.proposers.search.language import function, values_of, values_on
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.colours import colours_for
from inference.proposers.search.rules.driver import Draft, fits_inside, new_size, rule
from inference.proposers.search.rules.learning import lookup
from inference.proposers.search.rules.relations import relate

_MOST_PARTS = 144


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


def row_splits(problem: Problem) -> Iterator[Split]:
    """The ways to cut every grid into more than one part, same-shaped within a grid or not."""
    texts = [("split_by_lines(grid)", 1.0)]
    texts += [(f"split_by_lines(grid, {c})", 1.5) for c in shared_colours(problem.grids)]
    texts += [("[halves(grid)]", 1.3)]
    texts += [(f"split_equal(grid, {rows}, {cols})", 1.5) for rows, cols in _cuts(problem)]
    seen = set()
    for text, cost in texts:
        values = values_of(text, problem.grids)
        if values is None:
            continue
        counts = [len(rows) * len(rows[0]) for rows in values]
        key = tuple([(*part.shape, part.tobytes()) for rows in values for row in rows for part in row])
        if min(counts) > 1 and max(counts) <= _MOST_PARTS and key not in seen:
            seen.add(key)
            yield Split(text, cost, [[list(row) for row in rows] for rows in values])


def _cuts(problem: Problem) -> list[tuple[int, int]]:
    """Equal cuts into parts of the output's shape, or into one part for each output cell."""
    cuts = set()
    for grid, out in problem.pairs:
        (height, width), (high, wide) = grid.shape, out.shape
        if height % high == 0 and width % wide == 0:
            cuts |= {(height // high, width // wide), (high, wide)}
    return sorted(cut for cut in cuts if 1 < cut[0] * cut[1] <= _MOST_PARTS)


@rule(new_size, fits_inside)
def combine_parts(problem: Problem) -> Iterator[Draft]:
    """The parts have the output's shape, and each output cell follows from the parts' cells at its place."""
    for split in row_splits(problem):
        parts = [[part for row in rows for part in row] for rows in split.rows]
        same = all(p.shape == o.shape for ps, o in zip(parts, problem.outputs, strict=False) for p in ps)
        if same and all(len({p.shape for p in found}) == 1 for found in parts):
            flat = _flat(split.text)
            yield from _overlays(problem, parts, flat, split.cost)
            counts = {len(found) for found in parts}
            if counts == {2}:
                yield from _logic(problem, parts, flat, split.cost)
                yield from _folded(problem, split, parts, flat)
            if len(counts) == 1 and len(parts[0]) <= 9:
                yield from _tables(problem, parts, flat, split.cost)
            yield from _counted(problem, parts, flat, split.cost)


def _folded(problem: Problem, split: Split, parts: list[list[Grid]], flat: str) -> Iterator[Draft]:
    """The second of two parts turned onto the first, then laid over or combined."""
    beside = split.shapes[0] == (1, 2)
    turns: tuple[tuple[str, Callable[[Grid], Grid]], ...] = (
        ("flip_left_right(other)" if beside else "flip_up_down(other)", np.fliplr if beside else np.flipud),
        ("rotate(other, 2)", lambda grid: grid[::-1, ::-1]),
    )
    for turn, change in turns:
        folded = [[one, change(other)] for one, other in parts]
        lines = (f"one, other = {flat}", f"parts = [one, {turn}]")
        for found in (
            *_overlays(problem, folded, "parts", split.cost),
            *_logic(problem, folded, "parts", split.cost),
            *_tables(problem, folded, "parts", split.cost),
        ):
            body = [line for line in found.lines if line != "parts = parts"]
            yield Draft((*lines, *body), found.cost + 2.0)


def _counted(problem: Problem, parts: Sequence[Sequence[Grid]], text: str, cost: float) -> Iterator[Draft]:
    """Each output cell looked up by how many parts have a colour there, or by which have one."""
    made = [np.sum([part != 0 for part in found], axis=0).ravel().tolist() for found in parts]
    table = lookup(made, [out.ravel().tolist() for out in problem.outputs])
    if table and {number for grid in made for number in grid} <= set(table) and len(set(table.values())) > 1:
        body = (f"count = sum(part != 0 for part in {text})", f"return map_colours(count, {table})")
        yield Draft(body, 2.0 + cost + 0.7 * len(table))


def _flat(text: str) -> str:
    """The parts in reading order."""
    if text.startswith("split_by_lines"):
        return "parts_by_lines" + text.removeprefix("split_by_lines")
    return text[1:-1] if text.startswith("[") else f"sum({text}, [])"


def _overlays(problem: Problem, parts: Sequence[Sequence[Grid]], text: str, cost: float) -> Iterator[Draft]:
    """The parts laid on each other in a learned order, then recoloured or turned."""
    count = len(parts[0])
    orders: list[tuple[str, float]] = [("overlay(*parts)", 1.0), ("overlay(*parts[::-1])", 1.3)]
    if count <= 5 and len({len(found) for found in parts}) == 1:
        names = [f"parts[{number}]" for number in range(count)]
        ordered = [p for p in permutations(names) if list(p) not in (names, names[::-1])]
        orders += [(f"overlay({', '.join(order)})", 2.0 + 0.3 * count) for order in ordered]
    for order, more in orders:
        lay = function(f"lambda parts: {order}")
        try:
            made = [lay(found) for found in parts[: len(problem.outputs)]]
        except Exception:  # parts of several shapes
            return
        for wrap, extra in relate(made, problem.outputs):
            body = (f"parts = {text}", f"return {fill(wrap, _a=order)}")
            yield Draft(body, 1.0 + cost + more + extra)


def _logic(problem: Problem, parts: Sequence[Sequence[Grid]], text: str, cost: float) -> Iterator[Draft]:
    """Two parts as truth values, combined by one operation and drawn in learned colours."""
    for operation in (*section("logic of two parts"), *section("logic of two parts, seldom")):
        run = operation.run("one", "other")
        masks = [run(*found) for found in parts[: len(problem.outputs)]]
        pairs = list(zip(masks, problem.outputs, strict=True))
        yes = [set(out[mask].tolist()) for mask, out in pairs]
        no = {colour for mask, out in pairs for colour in out[~mask].tolist()}
        if len(no) != 1 or any(len(found) != 1 for found in yes):
            continue
        wanted = [found.pop() for found in yes]
        if no & set(wanted):
            continue
        ground = f", {no.pop()}" if no != {0} else ""
        inks = [(str(wanted[0]), 0.0)] if len(set(wanted)) == 1 else colours_for(problem, wanted)[:3]
        for ink, extra in inks:
            body = (f"one, other = {text}", f"return mask_to_grid({operation.text}, {ink}{ground})")
            yield Draft(body, 1.5 + cost + operation.bits + extra + (0.5 if ground else 0.0))


def _tables(problem: Problem, parts: Sequence[Sequence[Grid]], text: str, cost: float) -> Iterator[Draft]:
    """Each output cell looked up by the parts' cells, where training shows all that the tests need."""
    yield from _table(problem, parts, text, cost)
    if len(parts[0]) > 2:
        shapes = [[(part != 0).astype(np.int8) for part in found] for found in parts]
        yield from _table(problem, shapes, f"[part != 0 for part in {text}]", cost + 0.5)


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
    parts = [[part for row in rows for part in row] for rows in split.rows]
    colours = [target.ravel().tolist() for target in targets]
    for one in section("summary of a part"):
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


@rule(new_size)
def blocks_from_parts(problem: Problem) -> Iterator[Draft]:
    """One part as colours, another as shape: each cell of the one a block in the shape of the other."""
    out = problem.outputs[0]
    for split in row_splits(problem):
        flat = [[part for row in rows for part in row] for rows in split.rows]
        if not all(len(found) == 2 for found in flat):
            continue
        one, other = flat[0]
        if (one.shape[0] * other.shape[0], one.shape[1] * other.shape[1]) == out.shape:
            for way in section("two objects"):
                two = f"one, other = {_flat(split.text)}"
                yield Draft((two, f"return {way.text}"), 2.5 + split.cost + way.bits)
            lines = (
                f"parts = {_flat(split.text)}",
                "mask = min(parts, key=lambda part: len(colours_of(part)))",
                "colours = max(parts, key=lambda part: len(colours_of(part)))",
            )
            yield Draft((*lines, "return colour_blocks(colours, mask)"), 4.0 + split.cost)


@rule(new_size, fits_inside)
def colour_from_small_part(problem: Problem) -> Iterator[Draft]:
    """The largest part, coloured by the smallest part scaled up to its size."""
    for split in row_splits(problem):
        flat = [part for row in split.rows[0] for part in row]
        big, small = max(flat, key=np.size), min(flat, key=np.size)
        if big.shape == small.shape or big.shape != problem.outputs[0].shape:
            continue
        down, across = big.shape[0] // small.shape[0], big.shape[1] // small.shape[1]
        if (down * small.shape[0], across * small.shape[1]) != big.shape:
            continue
        lines = [f"parts = {_flat(split.text)}", "small = min(parts, key=lambda part: part.size)"]
        lines.append("large = max(parts, key=lambda part: part.size)")
        factors = "large.shape[0] // small.shape[0], large.shape[1] // small.shape[1]"
        end = f"return paint(scale_up(small, {factors}), large == 0, 0)"
        yield Draft((*lines, end), 5.0 + split.cost)
