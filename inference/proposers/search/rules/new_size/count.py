"""Outputs that count, list or classify: a colour chosen by a property, colours in order, so many cells, bars,
or one of the training outputs looked up by a property of the whole grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from arc import Grid, grid_key
from inference.proposers.search.language import compile_program, values_of
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.colours import THINGS, colours_for
from inference.proposers.search.rules.driver import Draft, new_size, rule
from inference.proposers.search.rules.numbers import expressions_for, numbers, sizes_for

_SMALL = 100  # cells of the largest output that these rules look at


def _small(problem: Problem) -> bool:
    return max(out.size for out in problem.outputs) <= _SMALL


def _plain(problem: Problem) -> bool:
    """True if each output shows one colour, not always the same."""
    colours = {int(out[0, 0]) for out in problem.outputs}
    return len(colours) > 1 and all((out == out[0, 0]).all() for out in problem.outputs)


@rule(new_size, _plain)
def one_colour(problem: Problem) -> Iterator[Draft]:
    """The output is one colour throughout: a block of the colour that a property chooses."""
    wanted = [int(out[0, 0]) for out in problem.outputs]
    shapes = [out.shape for out in problem.outputs]
    sizes = sizes_for(problem, [(shape[0], shape[1]) for shape in shapes])
    for text, cost in colours_for(problem, wanted):
        for size, more in sizes[:3]:
            yield Draft((f"return blank({size}, {text})",), 2.0 + cost + more)


_ORDERS: tuple[tuple[str, float], ...] = (
    ("colour_counts(grid, background=0)", 0.5),
    ("list(colour_counts(grid, background=0))[::-1]", 1.0),
    ("colour_counts(grid)", 0.8),
    ("list(colour_counts(grid))[::-1]", 1.0),
    ("list(colour_counts(grid))[1:]", 1.2),
    ("list(colour_counts(grid, background=0))[1:]", 1.2),
    ("colours_of(grid, background=0)", 1.0),
)
_SORTED_BY = (
    "one.size",
    "one.row",
    "one.col",
    "sum(one.centre)",
    "one.area",
    "one.height",
    "one.width",
    "one.holes",
)


def _may_list(problem: Problem) -> bool:
    """True if the outputs look like lists or bars: lines, equal lines, or many colours."""
    return any(out.size > 1 for out in problem.outputs) and all(map(_like_list, problem.outputs))


def _like_list(out: Grid) -> bool:
    if 1 in out.shape or (out == out[0]).all() or (out == out[:, :1]).all():
        return True
    colours = len(np.unique(out[out != 0]))
    return colours in out.shape or colours >= 3


@rule(new_size, _small, _may_list)
def list_colours(problem: Problem) -> Iterator[Draft]:
    """The output lists colours in an order: in a row, in a column, as bars as long as what they count."""
    line = 1 in problem.outputs[0].shape
    orders = list(_ORDERS)
    for things, cost in THINGS:
        for by in _SORTED_BY:
            for sign in ("", "-"):
                text = f"[one.colour for one in sorted({things}, key=lambda one: {sign}{by})]"
                orders.append((text, 1.5 + cost))
    for text, cost in orders:
        start = values_of(text, problem.train[:1])
        if start is None or not _plausible(list(start[0]), problem.outputs[0]):
            continue
        colours = values_of(text, problem.train)
        if colours is None:
            continue
        lists = [list(found) for found in colours]
        if line:
            yield from _lines(problem, lists, text, cost)
        else:
            yield from _filled(problem, lists, text, cost)
    if line:
        for things, cost in THINGS:
            yield Draft((f"return colour_line({things})",), 2.5 + cost)
            yield Draft((f"return remove_repeats(colour_line({things}))",), 4.0 + cost)
    yield from _histograms(problem)


def _plausible(colours: list[int], out: Grid) -> bool:
    """The colours may be what the output lists: its colours in their order, or the first of them."""
    shown = out.ravel().tolist()
    if 1 in out.shape:
        return colours[: len(shown)] == shown
    line = out[0] if (out == out[0]).all() else out[:, 0] if (out == out[:, :1]).all() else None
    if line is not None:
        return colours == line.tolist()
    return 1 < len(colours) <= len(shown) and colours[0] in (shown[0], out[0, -1], out[-1, 0])


def _lines(problem: Problem, lists: list[list[int]], text: str, cost: float) -> Iterator[Draft]:
    wanted = [out.ravel().tolist() for out in problem.outputs]
    for number, more in ((None, 0.0), (len(wanted[0]), 0.5)):
        if all(found[:number] == line for found, line in zip(lists, wanted, strict=True)):
            source = text if number is None else f"{_as_list(text)}[:{number}]"
            if all(out.shape[0] == 1 for out in problem.outputs):
                yield Draft((f"return colour_row({source})",), 1.5 + cost + more)
            elif all(out.shape[1] == 1 for out in problem.outputs):
                yield Draft((f"return colour_column({source})",), 1.5 + cost + more)
            else:
                row, column = "colour_row(colours)", "colour_column(colours)"
                choice = f"return {row} if grid.shape[1] > grid.shape[0] else {column}"
                lines = (f"colours = {source}", choice)
                yield Draft(lines, 3.0 + cost + more)
            return


def _filled(problem: Problem, lists: list[list[int]], text: str, cost: float) -> Iterator[Draft]:
    """A grid filled with the colours line by line, or one line of them repeated."""
    source = _as_list(text)
    if len({out.shape for out in problem.outputs}) == 1:
        high, wide = problem.outputs[0].shape
        for form in (
            f"fill_reading({high}, {wide}, {source})",
            f"fill_snake({high}, {wide}, {source})",
            f"transpose(fill_reading({wide}, {high}, {source}))",
            f"transpose(fill_snake({wide}, {high}, {source}))",
        ):
            if _first_fits(problem, (f"return {form}",)):
                yield Draft((f"return {form}",), 3.5 + cost)
    for word, axis, factors in (("colour_row", 0, "{0}, 1"), ("colour_column", 1, "1, {0}")):
        if all(
            np.array_equal(np.repeat([found], out.shape[axis], 0), out if axis == 0 else out.T)
            for found, out in zip(lists, problem.outputs, strict=True)
        ):
            lengths = [out.shape[axis] for out in problem.outputs]
            sizes = [(str(lengths[0]), 0.5)] if len(set(lengths)) == 1 else []
            if lengths == [len(found) for found in lists]:
                sizes.append(("len(colours)", 0.7))
            for size, more in sizes:
                end = f"return scale_up({word}(colours), {factors.format(size)})"
                yield Draft((f"colours = {source}", end), 3.0 + cost + more)


def _as_list(text: str) -> str:
    return text if text.startswith("[") else f"list({text})"


_COUNTS = (
    ("colour_counts(grid)", 0.5),
    ("colour_counts(grid, background=0)", 0.5),
    ("colour_counts(grid, background=most_common_colour(grid))", 1.0),
    ("{one.colour: len(parts_of(one)) for one in colour_objects(grid)}", 1.5),
    ("{one.colour: one.size for one in by_size(find_objects(grid))}", 1.5),
)
_BAR_ORDERS = (
    ("", 0.0),
    ("counts = dict(sorted(counts.items(), key=lambda item: item[1]))", 0.5),
    ("counts = dict(sorted(counts.items()))", 1.0),
)
_BAR_TURNS = (
    ("bars", 0.0),
    ("flip_up_down(bars)", 0.5),
    ("rotate(bars)", 0.5),
    ("transpose(bars)", 0.8),
    ("rotate(bars, 3)", 0.8),
    ("transpose(flip_up_down(bars))", 0.8),
)


def _histograms(problem: Problem) -> Iterator[Draft]:
    """Bars as long as the colours' counts."""
    out = problem.outputs[0]
    if len(set(np.unique(out).tolist()) - {0}) not in out.shape:
        return
    for counts, cost in _COUNTS:
        found = values_of(counts, problem.train[:1])
        if found is None or sorted([len(found[0]), max(found[0].values(), default=0)]) != sorted(out.shape):
            continue
        for (order, more), (end, extra) in product(_BAR_ORDERS, _BAR_TURNS):
            bars = "bars = bar_chart(list(counts.values()), list(counts))"
            lines = (f"counts = {counts}", *((order,) if order else ()), bars, f"return {end}")
            if _first_fits(problem, lines):
                yield Draft(lines, 4.0 + cost + more + extra)


def _first_fits(problem: Problem, lines: tuple[str, ...]) -> bool:
    grid, out = problem.pairs[0]
    try:
        return bool(np.array_equal(compile_program(lines)(grid), out))
    except Exception:
        return False


@rule(new_size, _small)
def count_cells(problem: Problem) -> Iterator[Draft]:
    """The output shows a number: as many cells in reading order, a row that long, a diagonal that long."""
    inks = [set(np.unique(out).tolist()) - {0} for out in problem.outputs]
    if any(len(ink) > 1 for ink in inks) or not any(inks):
        return
    used = [ink.pop() if ink else -1 for ink in inks]
    colours = _inkcolours_for(problem, used)
    filled = [int((out != 0).sum()) for out in problem.outputs]
    counts = expressions_for(problem, filled, low=0, high=100)
    if len(set(filled)) == 1:
        counts = counts[:1]
    if len({out.shape for out in problem.outputs}) == 1:
        high, wide = problem.outputs[0].shape
        for count, cost in counts:
            for colour, more in colours:
                for text, extra in (
                    (f"fill_reading({high}, {wide}, [{colour}] * ({count}))", 0.0),
                    (f"fill_snake({high}, {wide}, [{colour}] * ({count}))", 1.0),
                    (f"fill_checkered({high}, {wide}, [{colour}] * ({count}))", 1.0),
                    (f"transpose(fill_reading({wide}, {high}, [{colour}] * ({count})))", 1.0),
                    (f"fit_into(diagonal_grid({count}, {colour}), {high}, {wide})", 1.0),
                ):
                    yield Draft((f"return {text}",), 3.0 + cost + more + extra)
        return
    for colour, more in colours:
        for size, cost in sizes_for(problem, [out.shape for out in problem.outputs]):
            yield Draft((f"return blank({size}, {colour})",), 2.5 + cost + more)
            side, other = size.split(", ", 1)
            if side == other:
                yield Draft((f"return diagonal_grid({side}, {colour})",), 2.5 + cost + more)


def _inkcolours_for(problem: Problem, used: Sequence[int]) -> list[tuple[str, float]]:
    known = [colour for colour in used if colour >= 0]
    if len(set(known)) == 1:
        return [(str(known[0]), 0.5)]
    if len(known) < len(used):
        return []
    return sorted(colours_for(problem, used), key=lambda found: found[1])[:3]


def _property_values(problem: Problem) -> Iterator[tuple[str, float, list[Any]]]:
    yield from numbers(problem)
    for text, cost in (
        ("is_symmetric(grid)", 1.0),
        ("is_symmetric(grid, 'left_right')", 1.0),
        ("is_symmetric(grid, 'up_down')", 1.0),
        ("is_symmetric(grid, 'diagonal')", 1.0),
        ("is_symmetric(grid, 'rotate_180')", 1.2),
        ("most_common_colour(grid)", 1.0),
        ("most_common_colour(grid, background=0)", 1.0),
        ("least_common_colour(grid)", 1.2),
        ("largest(find_objects(grid)).is_rectangle", 1.5),
        ("find_objects(grid)[0].holes", 1.5),
        ("any(one.holes for one in find_objects(grid))", 1.5),
        ("len({one.colour for one in find_objects(grid)})", 1.5),
        ("len({one.shape_key for one in find_objects(grid)})", 1.5),
        ("max(len(one.colours) for one in find_objects(grid, multicolour=True))", 1.8),
        ("(grid != 0).tobytes()", 2.5),
    ):
        values = values_of(text, problem.grids)
        if values is not None:
            yield text, cost, values


def _repeats_outputs(problem: Problem) -> bool:
    keys = set(map(grid_key, problem.outputs))
    return max(out.size for out in problem.outputs) <= 36 and 2 <= len(keys) < len(problem.outputs)


@rule(new_size, _repeats_outputs)
def classify(problem: Problem) -> Iterator[Draft]:
    """The output is one of the training outputs, looked up by a property of the whole grid.

    There must be twice as many pairs as values of the property, so that it is tested, not only fitted.
    """
    keys = list(map(grid_key, problem.outputs))
    train = len(keys)
    for text, cost, values in _property_values(problem):
        table: dict[Any, int] = {}
        for place, value in enumerate(values[:train]):
            if keys[table.setdefault(value, place)] != keys[place]:
                break
        else:
            if set(values[train:]) <= set(table) and 2 * len(table) <= train:
                shown = sorted(table.items(), key=lambda item: str(item[0]))
                grids = [(value, problem.outputs[place]) for value, place in shown]
                entries = ", ".join(
                    f"{value!r}: {(*out.shape, out.ravel().tolist())}" for value, out in grids
                )
                extra = len(table) - len(set(keys))
                yield Draft(
                    (f"return fill_reading(*{{{entries}}}[{text}])",), 4.0 + cost + 1.5 * len(table) + extra
                )
