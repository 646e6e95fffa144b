"""Finishers: programs that join what several states show, found by looking at all states together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from arc import COLOURS
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.emission import Program, both_lines, prefix_lines
from inference.proposers.search.expressions import Choices, fill, filled, free
from inference.proposers.search.goals import Grids
from inference.proposers.search.rules.relations import colour_table, untested
from inference.proposers.search.states import State, shapes_of

_LAYERS = 700  # the most layers whose pairs are tried
_SAMPLED = 96  # cells on which pairs are tried first
_SCREEN = 5  # of these every fifth before the others
_OFFERED = 12  # programs from one look
_ENTRY_BITS = 0.5
_UNSEEN = 4.0  # bits more where tests hold pairs of colours that training does not
_HALVING = 4.0  # bits of a state's cost that are worth half of what it leaves open

Cells = npt.NDArray[np.int8]
Codes = npt.NDArray[np.int16]


class Layer(NamedTuple):
    """A state whose grids have the outputs' shapes: its training cells and its test cells end to end."""

    state: State
    train: Cells
    test: Cells


class Joiner:
    """Looks at the states that have the outputs' shapes, each only once, for programs that join some."""

    def __init__(self, outputs: Grids, inputs: Grids) -> None:
        self._count = len(outputs)
        self._shapes = shapes_of(outputs)
        self._wanted = np.concatenate([grid.ravel() for grid in outputs])
        self._layers: list[Layer] = []
        self._looked_at = 0
        self._sample = _sampled_cells(inputs, outputs, self._wanted)
        self._short = np.empty((_LAYERS, self._sample.size), np.int16)

    def join(self, states: Sequence[State], budget: TaskBudget) -> Iterator[Program]:
        """Programs that the states after the last call's make possible: recoloured, merged in pairs."""
        old = len(self._layers)
        new = [state for state in states[self._looked_at :] if state.shapes == self._shapes]
        self._looked_at = len(states)
        for state in new:
            charge(prices.LAYER)
            rest = np.concatenate([grid.ravel() for grid in state.values[self._count :]])
            layer = Layer(state, np.frombuffer(state.train_bytes, np.int8), rest)
            table = colour_table([layer.train], [self._wanted])
            if table is not None and table.keys() >= set(layer.test.tolist()):
                changed = {old: new for old, new in table.items() if old != new}
                if changed:
                    cost = state.cost + 1.5 + 2 * _ENTRY_BITS * len(changed)
                    cost += untested(state.values[: self._count], changed)
                    lines = (*prefix_lines(state), f"return map_colours(grid, {changed})")
                    yield Program(lines, cost, "recoloured")
            elif len(self._layers) < _LAYERS:
                self._short[len(self._layers)] = layer.train[self._sample]
                self._layers.append(layer)
        found: list[Program] = []
        for place in range(max(1, old), len(self._layers)):
            if budget.spent():
                return
            charge(prices.MERGED[0] + prices.MERGED[1] * place)
            found.extend(self._merged(place))
        yield from sorted(found, key=lambda program: program.cost)[:_OFFERED]

    def _merged(self, place: int) -> Iterator[Program]:
        """Earlier layers whose colours, cell by cell, determine the output's together with this one's."""
        wanted = self._wanted[self._sample]
        few = slice(None, None, _SCREEN)
        hopeful = _determined(self._short[:place, few], self._short[place, few], wanted[few])
        likely = hopeful[_determined(self._short[hopeful], self._short[place], wanted)].tolist()
        layers = self._layers
        yield from filter(None, [_merging(layers[one], layers[place], self._wanted) for one in likely])


def _determined(lefts: Codes, right: Codes, wanted: Cells) -> npt.NDArray[np.intp]:
    """The numbers of the rows of `lefts` whose colours, with those of `right`, determine the wanted ones."""
    index = lefts * 10 + right + (np.arange(len(lefts)) * 100)[:, None]
    table = np.full(len(lefts) * 100, 99, np.int8)
    table[index] = wanted
    return np.flatnonzero((table[index] == wanted).all(1))


def _sampled_cells(inputs: Grids, outputs: Grids, wanted: Cells) -> npt.NDArray[np.int64]:
    """Numbers of training cells, half of them where input and output differ if their shapes are equal."""
    generator = np.random.default_rng(0)
    cells = np.arange(wanted.size)
    if cells.size <= _SAMPLED:
        return cells
    chosen = generator.choice(cells, _SAMPLED, replace=False)
    if shapes_of(inputs) == shapes_of(outputs):
        changed = np.flatnonzero(np.concatenate([grid.ravel() for grid in inputs]) != wanted)
        if changed.size:
            chosen[: _SAMPLED // 2] = generator.choice(changed, _SAMPLED // 2)
    return np.unique(chosen)


def _merging(left: Layer, right: Layer, wanted: Cells) -> Program | None:
    """The program if two layers' colours determine the output's, in the plainest form that says the same.

    If tests hold pairs of colours that training does not, only a form that says what becomes of them.
    """
    if left.test.size != right.test.size:
        return None
    codes, tests = left.train * np.int16(10) + right.train, left.test * np.int16(10) + right.test
    made = np.full(100, 99, np.int8)
    made[codes] = wanted
    if not np.array_equal(made[codes], wanted):
        return None
    seen = not (made[tests] == 99).any()
    table = {divmod(code, 10): int(made[code]) for code in np.flatnonzero(made < 99).tolist()}
    lines, one, other = both_lines(left.state, right.state)
    cost = left.state.cost + right.state.cost
    colours = sorted(set(table.values()))
    # what the first change of either layer by the other would be
    by_other = next(((b, colour) for (a, b), colour in table.items() if colour != a), (0, 0))
    by_one = next(((a, colour) for (a, b), colour in table.items() if colour != b), (0, 0))
    slots = zip(("_mark", "_new", "_other_mark", "_other_new"), (*by_other, *by_one), strict=True)
    two = dict.fromkeys(("_on", "_off"), free(colours if len(colours) == 2 else ()))
    choices: Choices = {slot: free([colour]) for slot, colour in slots} | two
    shown = np.array([[*table]], np.int8).transpose(2, 0, 1)
    for way in filled("two layers", choices):
        if np.array_equal(way.run("one", "other")(*shown)[0], [*table.values()]):
            text, bits = fill(way.text, one=one, other=other), way.bits + (0.0 if seen else _UNSEEN)
            return Program((*lines, f"return {text}"), cost + bits, way.text.split("(")[0])
    if not seen:
        return None
    changed = {pair: colour for pair, colour in table.items() if colour != pair[0]}
    ending = f"return merge_parts(({one}, {other}), {changed})"
    return Program((*lines, ending), cost + 2.0 + 3 * _ENTRY_BITS * len(changed), "merged")


def left_open(state: State, wanted: Cells) -> float:
    """The bits of the wanted cells that the colours of a state leave open, more if it is long."""
    seen = np.frombuffer(state.train_bytes, np.int8).astype(np.int64)
    counts = np.bincount(COLOURS * seen + wanted, minlength=COLOURS**2).reshape(COLOURS, COLOURS)
    shares = counts / np.maximum(1, counts.sum(1, keepdims=True))
    bits = -(counts * np.log2(np.where(counts, shares, 1))).sum()
    return float((1.0 + bits) * 2.0 ** (state.cost / _HALVING))
