"""Outputs that count, list or classify: a colour chosen by a property, colours in order, so many cells, bars,
or one of the training outputs looked up by a property of the whole grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from arc import Grid, grid_key
from inference.proposers.search.expressions import fill, section
from inference.proposers.search.language import compile_program, values_of
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.colours import colours_for
from inference.proposers.search.rules.driver import Draft, new_size, rule, same_size
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
    things = section("objects")
    orders = [*section("colours in order")]
    orders += [
        order.filled(one.bits, _of=fill(one.text, _a="grid"))
        for one in things
        for order in section("colours of objects in order")
    ]
    for order in orders:
        text, cost = order.text, order.bits
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
        for one in things:
            row = f"colour_line({fill(one.text, _a='grid')})"
            yield Draft((f"return {row}",), 2.0 + one.bits)
            yield Draft((f"return remove_repeats({row})",), 3.5 + one.bits)
    yield from _histograms(problem)


def _plausible(colours: list[int], out: Grid) -> bool:
    """The colours may be what the output lists: its colours in their order, or the first of them."""
    shown = out.ravel().tolist()
    if 1 in out.shape:
        return colours[: len(shown)] == shown
    line = out[0] if (out == out[0]).all() else out[:, 0] if (out == out[:, :1]).all() else None
    if line is not None:
        return bool(colours == line.tolist())
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


def _histograms(problem: Problem) -> Iterator[Draft]:
    """Bars as long as the colours' counts."""
    out = problem.outputs[0]
    if len(set(np.unique(out).tolist()) - {0}) not in out.shape:
        return
    for counts in section("counts of colours"):
        found = values_of(counts.text, problem.train[:1])
        if found is None or sorted([len(found[0]), max(found[0].values(), default=0)]) != sorted(out.shape):
            continue
        for order, turn in product(section("counts in order"), section("bars")):
            bars = "bars = bar_chart(list(counts.values()), list(counts))"
            lines = (f"counts = {fill(order.text, _counts=counts.text)}", bars, f"return {turn.text}")
            if _first_fits(problem, lines):
                yield Draft(lines, 4.0 + counts.bits + order.bits + turn.bits)


def _first_fits(problem: Problem, lines: tuple[str, ...]) -> bool:
    grid, out = problem.pairs[0]
    try:
        return bool(np.array_equal(compile_program(lines)(grid), out))
    except Exception:
        return False


def _may_count(problem: Problem) -> bool:
    """True if the outputs have a size of their own, or show no more than a line from a corner on."""
    return new_size(problem) or (same_size(problem) and all(map(_from_a_corner, problem.outputs)))


def _from_a_corner(out: Grid) -> bool:
    length = int((out != 0).sum())
    return any(line.ravel()[:length].all() for line in (out, out.T, np.diagonal(out)))


@rule(_may_count, _small)
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
    return colours_for(problem, used)[:3]


def _property_values(problem: Problem) -> Iterator[tuple[str, float, list[Any]]]:
    yield from numbers(problem)
    for one in section("property of a grid"):
        values = values_of(one.text, problem.grids)
        if values is not None:
            yield one.text, one.bits, values


def _repeats_outputs(problem: Problem) -> bool:
    keys = set(map(grid_key, problem.outputs))
    return max(out.size for out in problem.outputs) <= 36 and 2 <= len(keys) < len(problem.outputs)


@rule(_repeats_outputs)
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
