"""Outputs that count, list or classify: a colour chosen by a property, colours in order, so many cells, bars,
or one of the training outputs looked up by a property of the whole grid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, product, starmap
from typing import Any

import numpy as np

from arc import Grid
from inference.proposers.search.expressions import Choices, Expression, Kind, fill, filled, free, section
from inference.proposers.search.language import attempted, values_of
from inference.proposers.search.learning import Bools, lookup
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.colours import colours_for, inks_for
from inference.proposers.search.rules.driver import Draft, fits_first, new_size, one_shape, rule, same_size
from inference.proposers.search.rules.numbers import expressions_for, numbers, once, sizes_for

_UNTESTED = 5.0  # bits of a table by which grids are told apart, one of its values seen once
_SMALL = 100  # cells of the largest output that lists or counts


@rule(new_size)
def one_colour(problem: Problem) -> Iterator[Draft]:
    """The output is one colour throughout, not always the same: a block of that which a property chooses."""
    wanted = [int(out[0, 0]) for out in problem.outputs]
    if len(set(wanted)) == 1 or any((out != out[0, 0]).any() for out in problem.outputs):
        return
    sizes = sizes_for(problem, [out.shape for out in problem.outputs])[:3]
    for (colour, cost), (size, more) in product(colours_for(problem, wanted), sizes):
        yield Draft((f"return blank({size}, {colour})",), 2.0 + cost + more)


def _like_list(out: Grid) -> bool:
    """True if an output may be a list or bars: a line, equal lines, or many colours."""
    lines = 1 in out.shape or (out == out[0]).all() or (out == out[:, :1]).all()
    colours = len(np.unique(out[out != 0]))
    return bool(lines) or colours in out.shape or colours >= 3


@rule(new_size, lambda problem: all(map(_like_list, problem.outputs)))
def list_colours(problem: Problem) -> Iterator[Draft]:
    """The output lists colours in an order: in a row, in a column, as bars as long as what they count."""
    if 1 < max(out.size for out in problem.outputs) <= _SMALL:
        yield from _in_order(problem)
        yield from _bars(problem)


def _in_order(problem: Problem) -> Iterator[Draft]:
    """The outputs as the listed colours, in a line or in a grid filled with them."""
    orders = list(section("colours in order"))
    for things, order in product(section("objects"), section("order of objects")):
        text = f"[one.colour for one in {fill(order.text, _of=fill(things.text, _a='grid'))}]"
        orders.append(Expression(text, 0.5 + things.bits + order.bits, Kind.KEY))
    one_size = one_shape(problem)
    high, wide = problem.outputs[0].shape
    choices: Choices = {"_h": [(high, 0.0)] * one_size, "_w": [(wide, 0.0)] * one_size}
    grids = [one.filled(2.0) for one in filled("list as a grid", choices)]
    forms = (*filled("list as a line", choices), *grids)
    fitting: dict[tuple[int, ...], list[Expression]] = {}
    for order in orders:
        start = values_of(order.text, problem.train[:1])
        if start is None:
            continue
        key = tuple(start[0])
        if key not in fitting:
            first = {"grid": problem.train[:1], "colours": start}
            fitting[key] = [form for form in forms if _makes(form, problem.outputs[:1], first)]
        lists = values_of(order.text, problem.train) if fitting[key] else None
        for form in fitting[key]:
            if lists and _makes(form, problem.outputs, {"grid": problem.train, "colours": lists}):
                yield Draft((f"colours = {order.text}", f"return {form.text}"), 1.5 + order.bits + form.bits)
                if not form.bits:  # one that cuts the list would never have cut it
                    break


def _makes(form: Expression, outputs: Iterable[Any], given: Mapping[str, Sequence[Any]]) -> bool:
    """True if an expression makes the outputs of what is given for each by name."""
    # a list may be longer than a side, or not as long as the grid has cells
    return bool(attempted(lambda: all(map(np.array_equal, map(form.run(*given), *given.values()), outputs))))


def _bars(problem: Problem) -> Iterator[Draft]:
    """Bars as long as the colours' counts, in the grid or of each object, in an order."""
    out, one_size = problem.outputs[0], one_shape(problem)
    for shown, order in product(section("counts of colours"), section("counts in order")):
        counts = order.filled(shown.bits, _counts=shown.text)
        found = values_of(counts.text, problem.train[:1])
        if not found or len(found[0]) not in out.shape:
            continue
        high, longest = out.size // len(found[0]), max(found[0].values())
        if longest == high or (longest < high and one_size):
            height = f", height={high}" if one_size else ""
            bars = f"bars = bar_chart(list(counts.values()), list(counts){height})"
            for turn in section("bars"):
                lines = (f"counts = {counts.text}", bars, f"return {turn.text}")
                if fits_first(problem, lines):
                    yield Draft(lines, 4.0 + counts.bits + turn.bits)


def _from_a_corner(out: Grid) -> bool:
    """True if an output shows no more than a line from a corner on."""
    length = int((out != 0).sum())
    return any(line.ravel()[:length].all() for line in (out, out.T, np.diagonal(out)))


@rule(lambda problem: max(out.size for out in problem.outputs) <= _SMALL)
def count_cells(problem: Problem) -> Iterator[Draft]:
    """The output shows a number: as many cells in reading order, a row that long, a diagonal that long."""
    if not new_size(problem) and not (same_size(problem) and all(map(_from_a_corner, problem.outputs))):
        return
    inks = [set(np.unique(out).tolist()) - {0} for out in problem.outputs]
    if any(len(ink) > 1 for ink in inks) or not any(inks):
        return
    used = [colour for ink in inks for colour in ink]
    colours = inks_for(problem, used) if len(set(used)) == 1 or all(inks) else []
    shapes, drawn = [out.shape for out in problem.outputs], [out != 0 for out in problem.outputs]
    if one_shape(problem):
        shown = [int(one.sum()) for one in drawn]
        forms = _shown(drawn, shown) if drawn[0].size > 1 else []
        counts = expressions_for(problem, shown, counted=True) if forms and colours else []
        for form, (count, cost) in product(forms, counts[: 1 if len(set(shown)) == 1 else None]):
            for colour, more in colours:
                made = fill(form.text, colours=f"[{colour}] * ({count})", _n=count, _c=colour)
                yield Draft((f"return {made}",), 3.0 + cost + more + form.bits)
        return
    given = {"_size": shapes, "_side": [shape[0] for shape in shapes], "_c": [1] * len(shapes)}
    large = [one for one in section("number as a size") if _makes(one, drawn, given)]
    sizes = sizes_for(problem, shapes, counted=True) if large and colours else []
    for (colour, more), (size, cost), form in product(colours, sizes, large):
        if "_side" not in form.text or once(size) != size:
            text = fill(form.text, _c=colour, _size=size, _side=once(size))
            yield Draft((f"return {text}",), 2.5 + cost + more + form.bits)


def _shown(masks: Sequence[Bools], counts: Sequence[int]) -> list[Expression]:
    """The ways that these show `_n` cells of colour `_c`, the list `colours`."""
    shape: Choices = {"_h": free([len(masks[0])]), "_w": free([masks[0].shape[1]])}
    forms = (*filled("list as a grid", shape), *filled("number as a grid", shape))
    given = [([1] * number, max(1, number), 1) for number in counts]
    made = [[*starmap(form.run("colours", "_n", "_c"), given)] for form in forms]
    return [form for form, grids in zip(forms, made, strict=True) if all(map(np.array_equal, grids, masks))]


@rule(lambda problem: max(out.size for out in problem.outputs) <= 36)
def classify(problem: Problem) -> Iterator[Draft]:
    """The output is one of the training outputs, looked up by a property of the whole grid.

    There must be twice as many pairs as values of the property, so that it is tested, not only fitted. Three
    pairs may do for a truth.
    """
    made = [f"{(*out.shape, out.ravel().tolist())}" for out in problem.outputs]
    train = len(made)
    if not 2 <= len(set(made)) < train:
        return
    colours = free(shared_colours(problem.grids))
    of_two = filled("property of a grid and two colours", {"_c": colours, "_d": colours})
    properties = (*section("property of a grid"), *of_two)
    told = ((one.text, one.bits, values_of(one.text, problem.grids)) for one in properties)
    for text, cost, values in chain(numbers(problem), told):
        table = lookup([values[:train]], [made]) if values else None
        if not values or table is None or not set(values[train:]) <= set(table):
            continue
        tested = 2 * len(table) <= train
        if tested or (train == 3 and set(map(type, table)) == {bool} and one_shape(problem)):
            entries = ", ".join(f"{key!r}: {table[key]}" for key in sorted(table, key=str))
            extra = len(table) - len(set(made)) + (0.0 if tested else _UNTESTED)
            bits = 4.0 + cost + 1.5 * len(table) + extra
            yield Draft((f"return fill_reading(*{{{entries}}}[{text}])",), bits)
