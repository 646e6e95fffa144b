"""How one grid may have become another: equal, turned, recoloured, scaled, bordered, trimmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

import numpy as np

from arc import COLOURS, Grid, grid_key
from inference.proposers.effort import charge, uncounted
from inference.proposers.search import prices
from inference.proposers.search.expressions import Expression, Kind, fill, filled, free, section
from inference.proposers.search.language import attempted, function, values_of


def colour_table(made: Sequence[Grid], outputs: Sequence[Grid]) -> dict[int, int] | None:
    """What each colour of `made` becomes in `outputs` of the same shapes; None if one becomes two."""
    table = np.full(COLOURS, -1, np.int8)
    for grid, output in zip(made, outputs, strict=True):
        if grid.shape != output.shape:
            return None
        table[grid] = output
    if any(not np.array_equal(table[grid], out) for grid, out in zip(made, outputs, strict=True)):
        return None
    return {old: int(new) for old, new in enumerate(table) if new >= 0}


_UNDONE = {"rotate(_a)": "rotate(_a, 3)", "rotate(_a, 3)": "rotate(_a)"}  # other turns undo themselves


@cache
def turns() -> tuple[tuple[Expression, Expression], ...]:
    """The ways to turn a grid, each with the one that turns it back."""
    by_text = {turn.text: turn for turn in section("turn")}
    return tuple([(turn, by_text[_UNDONE.get(text, text)]) for text, turn in by_text.items()])


_SAME = Expression("_a", 0.0, Kind.GRID)
_SEEN_ONCE = 3.0  # bits for colours changed of which none is seen in two of three or more grids


def untested(grids: Sequence[Grid], changed: Iterable[int]) -> float:
    """Bits against a change of colours that no second one of several grids shows."""
    seen = [sum(old in grid for grid in grids) for old in changed]
    return _SEEN_ONCE if len(grids) > 2 and max(seen) == 1 else 0.0


def relate(made: Sequence[Grid], outputs: Sequence[Grid]) -> Iterator[tuple[str, float]]:
    """Expressions of `_a` that may turn each of `made` into its output, with their costs."""
    common = common_kinds([[grid] for grid in made], outputs)
    for turn in (_SAME, *section("turn")):
        if turn.text in common:
            yield turn.text, turn.bits
            return
    for one in (_SAME, *section("sized"), *section("trimmed")):
        if one.text in common:
            yield one.text, one.bits
            return
        if one.text + " map" in common:
            sized = list(map(one.run("_a"), made))
            yield from ((more, one.bits + extra) for more, extra in _recoloured(sized, outputs, one.text))


def common_kinds(made: Iterable[Iterable[Grid]], outputs: Sequence[Grid]) -> set[str]:
    """The kinds of relation (see `_kinds`) that one of its grids has to every output; stops where none is."""
    common: set[str] | None = None
    for grids, out in zip(made, outputs, strict=False):
        found: set[str] = set()
        for grid in grids:
            charge(prices.RELATION)
            found |= _kinds(grid_key(grid), grid_key(out))
        common = found if common is None else common & found
        if not common:
            break
    return common or set()


@lru_cache(maxsize=100_000)
@uncounted
def _kinds(grid_data: bytes, out_data: bytes) -> frozenset[str]:
    """How one grid may have become another; grids are given by their keys.

    Equal ("_a"), a turn, a word that changes its size; equal or such a word and then a map ("... map").
    """
    grid, out = (np.frombuffer(key[2:], np.int8).reshape(*key[:2]) for key in (grid_data, out_data))
    turned = section("turn") if grid.shape in (out.shape, out.shape[::-1]) else ()
    found = {turn.text for turn in turned if np.array_equal(turn.run("_a")(grid), out)}
    trims = section("trimmed") if out.size < grid.size else ()
    fitting = (one for one in section("sized") if _shape(one.text, grid.shape) == out.shape)
    for one in (_SAME, *trims, *fitting):
        sized = attempted(one.run("_a"), grid)
        if sized is not None and colour_table([sized], [out]) is not None:
            found |= {one.text + " map", *[one.text] * np.array_equal(sized, out)}
    return frozenset(found)


@cache
def _shape(text: str, shape: tuple[int, int]) -> tuple[int, ...]:
    """The shape that a word gives grids of this shape; none if it refuses them."""
    made: Grid | None = attempted(function(f"lambda _a: {text}"), np.zeros(shape, np.int8))
    return () if made is None else made.shape


def _recoloured(made: Sequence[Grid], outputs: Sequence[Grid], text: str) -> Iterator[tuple[str, float]]:
    table = colour_table(made, outputs) or {}
    changed = {old: new for old, new in table.items() if old != new}
    # some entry is seen in two grids, and there are many more cells than entries
    seen = [sum(old in grid for grid in made) for old in changed]
    tested = max(seen, default=0) > 1 and sum(grid.size for grid in made) > 4 * len(changed)
    if len(changed) == 1:
        ((old, new),) = changed.items()
        yield f"replace_colour({text}, {old}, {new})", 1.5 + untested(made, changed)
    elif len(set(table.values())) > 1 and tested:
        yield f"map_colours({text}, {changed})", 1.0 + 1.5 * len(changed)
    lost = [set(np.unique(grid[grid != out]).tolist()) for grid, out in zip(made, outputs, strict=True)]
    for one in filled("recoloured", {"_c": free(sorted(set.intersection(*lost)))}):
        shown = values_of(fill(one.text, _a="grid"), made)
        if shown is not None and all(map(np.array_equal, shown, outputs)):
            yield fill(one.text, _a=text), one.bits
