"""Finishers: programs that join what several states show, found by looking at all states together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from arc import Grid
from inference.contracts import TaskBudget
from inference.samplers.search.emission import Program, statements
from inference.samplers.search.states import Kind, State
from inference.samplers.search.tables import (
    Cells,
    Layer,
    agreeing,
    layer_of,
    pair_table,
    single_table,
    unexplained,
)

Finisher = Callable[[Sequence[State], tuple[Grid, ...], TaskBudget], Iterator[Program]]

_PAIRED = 100  # layers whose pairs are tried
_SINGLE = 1500
_ENTRY_BITS = 0.5


def layers_of(states: Sequence[State], outputs: tuple[Grid, ...], limit: int) -> list[Layer]:
    """The cheapest states whose grids have the outputs' shapes, as layers."""
    shapes = tuple([grid.shape for grid in outputs])
    count = len(outputs)
    fitting = [state for state in states if state.kind is Kind.GRID and state.shapes[:count] == shapes]
    fitting.sort(key=lambda state: state.cost)
    return [layer_of(state, count) for state in fitting[:limit]]


def _wanted(outputs: tuple[Grid, ...]) -> Cells:
    return np.concatenate([grid.ravel() for grid in outputs])


def recoloured(states: Sequence[State], outputs: tuple[Grid, ...], budget: TaskBudget) -> Iterator[Program]:
    """States that a map of colours turns into the outputs."""
    wanted = _wanted(outputs)
    for layer in layers_of(states, outputs, _SINGLE):
        table = single_table(layer, wanted)
        if table is None:
            continue
        changed = {old: new for old, new in table.items() if old != new}
        if not changed:
            continue
        lines, (name,) = statements([layer.state])
        cost = layer.state.cost + 1.5 + 2 * _ENTRY_BITS * len(changed)
        yield Program((*lines, f"return map_colours({name}, {changed})"), cost, "recoloured")


def merged(states: Sequence[State], outputs: tuple[Grid, ...], budget: TaskBudget) -> Iterator[Program]:
    """Two states whose colours, cell by cell, determine the output's."""
    wanted = _wanted(outputs)
    layers = layers_of(states, outputs, _PAIRED)
    for place, right in enumerate(layers):
        if budget.spent():
            return
        for left in layers[:place]:
            table = pair_table(left, right, wanted)
            if table is not None:
                yield from _merging(left.state, right.state, table)


def _merging(left: State, right: State, table: dict[tuple[int, int], int]) -> Iterator[Program]:
    """The program for a table of pairs of colours, in the plainest form that says the same."""
    lines, (one, other) = statements([left, right])
    cost = left.cost + right.cost
    colours = sorted(set(table.values()))
    for below, top, under, over in ((one, other, 0, 1), (other, one, 1, 0)):
        if all(colour == (pair[over] or pair[under]) for pair, colour in table.items()):
            yield Program((*lines, f"return overlay({below}, {top})"), cost + 1.5, "overlay")
            return
    for word, test in _LOGIC:
        if len(colours) == 2:
            for on, off in (colours, colours[::-1]):
                if all(colour == (on if test(*pair) else off) for pair, colour in table.items()):
                    yield Program(
                        (*lines, f"return mask_to_grid({word}({one}, {other}), {on}, {off})"),
                        cost + 2.5,
                        "logic",
                    )
                    return
    for base, mask, kept, seen in ((one, other, 0, 1), (other, one, 1, 0)):
        shown = {pair[seen]: colour for pair, colour in table.items() if colour != pair[kept]}
        for key, colour in shown.items():
            if all(found == (colour if pair[seen] == key else pair[kept]) for pair, found in table.items()):
                yield Program(
                    (*lines, f"return paint({base}, {mask} == {key}, {colour})"), cost + 2.5, "masked"
                )
                return
    changed = {pair: colour for pair, colour in table.items() if colour != pair[0]}
    yield Program(
        (*lines, f"return merge_colours({one}, {other}, {changed})"),
        cost + 2.0 + 3 * _ENTRY_BITS * len(changed),
        "merged",
    )


_LOGIC: tuple[tuple[str, Callable[[int, int], bool]], ...] = (
    ("both", lambda one, other: bool(one and other)),
    ("either", lambda one, other: bool(one or other)),
    ("exactly_one", lambda one, other: bool(one) != bool(other)),
    ("first_only", lambda one, other: bool(one) and not other),
)


def covered(states: Sequence[State], outputs: tuple[Grid, ...], budget: TaskBudget) -> Iterator[Program]:
    """Three or four states, each right wherever it shows a colour, laid on each other to make the output."""
    wanted = _wanted(outputs)
    layers = agreeing(layers_of(states, outputs, _SINGLE), wanted)
    open_cells = wanted != 0
    chosen: list[Layer] = []
    while open_cells.any() and len(chosen) < 4:
        gains = [
            (int((open_cells & shown).sum()) / (1 + layer.state.cost), layer, shown)
            for layer, shown in layers
        ]
        if not gains:
            return
        gain, layer, shown = max(gains, key=lambda found: found[0])
        if gain == 0:
            return
        chosen.append(layer)
        open_cells &= ~shown
    if not open_cells.any() and len(chosen) > 2:
        lines, names = statements([layer.state for layer in chosen])
        cost = sum(layer.state.cost for layer in chosen) + 2.0
        yield Program((*lines, f"return overlay({', '.join(names)})"), cost, "covered")


FINISHERS: tuple[Finisher, ...] = (recoloured, merged, covered)

__all__ = ["FINISHERS", "covered", "layers_of", "merged", "recoloured", "unexplained"]
