"""Tasks whose grids lie in different ways: seen with all of them turned alike, as something in them tells.

A line that stands in one pair and lies in another, or a block at the top here and at the left there, says how
to turn each grid. What is then found for the grids turned alike is turned back. A turn is worth trying if
the changes of the pairs become more alike by it: where they lie, and whether they stand.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from arc import Grid
from inference.proposers.effort import charge, uncounted
from inference.proposers.search import prices
from inference.proposers.search.expressions import Expression, Kind, fill, filled, free
from inference.proposers.search.goals import Grids
from inference.proposers.search.language import function, values_of
from inference.proposers.search.learning import Bools
from inference.proposers.search.problem import shared_colours
from inference.proposers.search.states import State
from inference.proposers.search.views import View, view

_APART = 0.1  # changes that differ by less are alike as they are
_NOWHERE = 0.1  # of half a side: a change that lies no farther off lies nowhere
_CLOSER = 0.35  # of what they differ by, at most this may be left when turned


def turned_alike(root: State, outputs: Grids) -> Iterator[View]:
    """Each input turned as it lies, and the goal that is left then; nothing if none is likely.

    The turns differ among the training inputs.
    """
    inputs = root.values
    before = _spread(inputs, outputs)
    if before < _APART:
        return
    found: dict[tuple[int, ...], tuple[float, Expression]] = {}
    colours = free(filter(None, shared_colours(inputs)))
    for one in sorted(filled("way that a grid lies", {"_c": colours}), key=lambda one: one.bits):
        charge(prices.RELATION)
        turns = values_of(fill(one.text, _a="grid"), inputs)
        if turns is None or len(set(turns[: len(outputs)])) < 2:
            continue
        key = tuple(turns) if one.kind is Kind.TRUTH else tuple([(turn - turns[0]) % 4 for turn in turns])
        if key not in found:
            found[key] = _spread(*(_turned(grids, turns, one.kind) for grids in (inputs, outputs))), one
    for after, one in sorted(found.values(), key=lambda row: row[0])[:1]:
        if after <= _CLOSER * before:
            turn, back = _TURNS[one.kind is Kind.TRUTH]
            see, told = fill(turn, _turn=one.text), fill(one.text, _a="grid")
            there, back = fill(turn, _turn=told), fill(back, _turn=told)
            yield view(root, outputs, see, there, back, 0.5, "turned alike", 1.0 + one.bits)


# an expression of `_a` that turns it, by quarters or not at all, and the one that turns it back
_TURNS = (("rotate(_a, _turn)", "rotate(_a, -_turn)"), ("transpose(_a) if _turn else _a",) * 2)


@uncounted
def _turned(grids: Grids, turns: list[int], kind: Kind) -> Grids:
    turn = function(f"lambda _a, _turn: {_TURNS[kind is Kind.TRUTH][0]}")
    return tuple([np.ascontiguousarray(turn(*pair)) for pair in zip(grids, turns, strict=False)])


def _spread(inputs: Grids, outputs: Grids) -> float:
    """How much the pairs' changes differ: the variances of what `_lie` says of them, summed."""
    charge(prices.RELATION * len(outputs))
    lies = [_lie(grid, out) for grid, out in zip(inputs, outputs, strict=False)]
    return float(np.var([one for one in lies if one is not None] or [(0.0,) * 4], axis=0).sum())


def _lie(grid: Grid, out: Grid) -> tuple[float, ...] | None:
    """How far below and right of what is on the grid the change lies, how much its box and its lines stand.

    All are from -1 to 1. Of an output of another size only how much it and its lines stand; None if nothing
    changes.
    """
    if grid.shape != out.shape:
        alike = out[1:] == out[:-1], out[:, 1:] == out[:, :-1]
        return 0.0, 0.0, (out.shape[0] - out.shape[1]) / sum(out.shape), _stands(*alike)
    ground = np.bincount(grid.ravel()).argmax()
    changed = grid != out
    if not changed.any():
        return None
    gained = np.argwhere(changed & (out != ground))
    lost = np.argwhere((grid != ground) & (changed if (changed & (out == ground)).any() else True))
    way = np.zeros(2)
    if gained.size and lost.size:
        way = 2 * (gained.mean(0) - lost.mean(0)) / grid.shape
        way = way / (float(np.hypot(*way)) + _NOWHERE)
    high, wide = np.ptp(np.argwhere(changed), axis=0) + 1
    down, across = changed[1:] & changed[:-1], changed[:, 1:] & changed[:, :-1]
    return float(way[0]), float(way[1]), float((high - wide) / (high + wide)), _stands(down, across)


def _stands(down: Bools, across: Bools) -> float:
    """From -1 to 1, by neighbours below and beside each other that belong together."""
    runs = int(down.sum()), int(across.sum())
    return (runs[0] - runs[1]) / (1 + sum(runs))
