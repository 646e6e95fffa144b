"""Varied concepts on grids of one row; tests are longer, with more bars."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from benchmarks.concepts.drawing import Draw, Drawn, colours
from benchmarks.concepts.varied import upto, varied

Bar = tuple[int, int, int]  # where it begins, its length, its colour
_Bars = Callable[[np.ndarray, list[Bar], list[int]], np.ndarray | None]


def on_bars(
    own: int = 0, count: tuple[int, int] = (2, 3), length: tuple[int, int] = (1, 4), gap: int = 1
) -> Callable[[_Bars], _Bars]:
    """What is done to a copy of a row of bars, from the left or, in some tasks, from the right."""

    def register(act: _Bars) -> _Bars:
        def make(rule: Random) -> Draw:
            fixed, back = colours(rule, own), rule.random() < 0.5

            def draw(random: Random) -> Drawn | None:
                found: list[Bar] = []
                place, free = random.randint(0, 2), tuple(fixed)
                for _ in range(upto(random, *count)):
                    long = upto(random, *length, 1)
                    found.append((place, long, colours(random, 1, free)[0]))
                    place += long + random.randint(gap, gap + 2)
                row = np.zeros((1, place + random.randint(0, 4)), int)
                for start, long, shade in found:
                    row[0, start : start + long] = shade
                out = act(row.copy(), found, fixed) if row.size <= 30 else None
                if out is None:
                    return None
                return (row[:, ::-1], out[:, ::-1]) if back else (row, out)

            return draw

        make.__name__, make.__module__ = act.__name__, act.__module__
        varied(make)
        return act

    return register


def _set(row: np.ndarray, start: int, long: int, shade: int) -> bool:
    if start < 0 or start + long > row.size or row[0, start : start + long].any():
        return False
    row[0, start : start + long] = shade
    return True


@on_bars(count=(1, 2), gap=4)
def line_move_by_length(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """Each bar moves by its own length."""
    out = np.zeros_like(row)
    return out if all(_set(out, start + long, long, shade) for start, long, shade in bars) else None


@varied
def line_over_the_mark(rule: Random) -> Draw:
    """What is left of the mark goes to its mirror place on the right, the mark stays."""
    mark, kept = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        half = upto(random, 4, 7)
        left = np.zeros((1, half), int)
        for place in random.sample(range(half), random.randint(2, 3)):
            left[0, place] = random.choice(colours(random, 2, (mark,)))
        middle, empty = np.array([[mark]]), np.zeros_like(left)
        return np.hstack([left, middle, empty]), np.hstack([left if kept else empty, middle, left[:, ::-1]])

    return draw


@on_bars(own=1, gap=3)
def line_with_ends(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """Each bar gets a cell of a fixed colour at both ends."""
    pairs = [(start - 1, start + long) for start, long, _ in bars]
    return row if all(_set(row, one, 1, own[0]) and _set(row, two, 1, own[0]) for one, two in pairs) else None


@on_bars(count=(2, 4), length=(1, 5))
def line_longest_kept(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    lengths = [long for _, long, _ in bars]
    if lengths.count(max(lengths)) > 1:
        return None
    start, long, shade = bars[lengths.index(max(lengths))]
    out = np.zeros_like(row)
    out[0, start : start + long] = shade
    return out


@on_bars(own=2, count=(3, 4))
def line_first_and_last(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """The first bar takes one colour, the last another."""
    for (start, long, _), shade in zip((bars[0], bars[-1]), own, strict=True):
        row[0, start : start + long] = shade
    return row


@on_bars(count=(2, 2), length=(2, 5))
def line_exchange_colours(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """Two bars exchange their colours."""
    for (start, long, _), (_, _, shade) in zip(bars, bars[::-1], strict=True):
        row[0, start : start + long] = shade
    return row if bars[0][2] != bars[1][2] else None


@on_bars(count=(2, 3))
def line_packed(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """All bars to the left, a cell between two."""
    out, place = np.zeros_like(row), 0
    for _, long, shade in bars:
        _set(out, place, long, shade)
        place += long + 1
    return out


@on_bars(count=(2, 3))
def line_pushed_together(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """All cells to the right end, without gaps."""
    cells = row[row > 0]
    out = np.zeros_like(row)
    out[0, row.size - cells.size :] = cells
    return out


@on_bars(count=(1, 3), length=(1, 3))
def line_twice_as_long(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """The whole row at twice its length."""
    return np.repeat(row, 2, axis=1) if row.size <= 15 else None


@on_bars(count=(1, 3), length=(1, 3))
def line_there_and_back(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """The row, and then the row from its end."""
    return np.hstack([row, row[:, ::-1]]) if row.size <= 15 else None


@on_bars(own=1, count=(2, 3), length=(2, 4), gap=2)
def line_gaps_filled(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """What lies between two bars, not what lies before the first or behind the last."""
    first, last = bars[0][0], bars[-1][0] + bars[-1][1]
    part = row[:, first:last]
    part[part == 0] = own[0]
    return row


@on_bars(own=1, count=(2, 3), length=(3, 6))
def line_every_second_cell(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """In each bar every second cell takes a fixed colour."""
    for start, long, _ in bars:
        row[0, start + 1 : start + long : 2] = own[0]
    return row


@on_bars(count=(1, 1), length=(2, 5))
def line_spread_out(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """The cells of a bar apart: a free cell behind each."""
    (start, long, shade), out = bars[0], np.zeros_like(row)
    if start + 2 * long - 1 > row.size:
        return None
    out[0, start : start + 2 * long - 1 : 2] = shade
    return out


@on_bars(count=(3, 3), length=(1, 5))
def line_sorted(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """The bars from the shortest to the longest, a cell between two, from the left."""
    if len({long for _, long, _ in bars}) < len(bars):
        return None
    return line_packed(row, sorted(bars, key=lambda bar: bar[1]), own)


@varied
def line_towards_its_head(rule: Random) -> Draw:
    """A bar with a head at one of its ends moves by two in the head's direction."""
    head, steps = rule.randint(1, 9), rule.randint(1, 3)

    def draw(random: Random) -> Drawn | None:
        long, shade, wide = upto(random, 2, 4), colours(random, 1, (head,))[0], upto(random, 12, 15, 4)
        grid, out = np.zeros((1, wide), int), np.zeros((1, wide), int)
        start = random.randint(0, wide - long - 1 - steps)
        bar = [shade] * long + [head]
        grid[0, start : start + long + 1] = bar
        out[0, start + steps : start + steps + long + 1] = bar
        return (grid, out) if random.random() < 0.5 else (grid[:, ::-1], out[:, ::-1])

    return draw
