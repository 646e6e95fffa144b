"""Concepts on grids of one row, where place and length are all there is."""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.drawing import Draw, Drawn, colours, concept


def _bars(random: Random, width: int, lengths: list[int]) -> list[int] | None:
    """Where bars of these lengths begin, with a gap at least between two; None if there is no room."""
    free = width - sum(lengths) - (len(lengths) - 1)
    if free < 0:
        return None
    cuts = sorted(random.randint(0, free) for _ in lengths)
    starts, place = [], 0
    for number, (cut, length) in enumerate(zip(cuts, lengths, strict=True)):
        starts.append(cut + place + number)
        place += length
    return starts


def _row(width: int) -> np.ndarray:
    return np.zeros((1, width), int)


def _turned_round(draw: Draw, rule: Random) -> Draw:
    """The same concept, from right to left in some tasks."""
    if rule.random() < 0.5:
        return draw

    def turned(random: Random) -> Drawn | None:
        found = draw(random)
        return None if found is None else (found[0][:, ::-1], found[1][:, ::-1])

    return turned


@concept
def row_move(rule: Random) -> Draw:
    steps = rule.randint(1, 3)

    def draw(random: Random) -> Drawn | None:
        width, length, shade = random.randint(12, 18), random.randint(2, 5), random.randint(1, 9)
        grid, out = _row(width), _row(width)
        start = random.randint(0, width - length - steps)
        grid[0, start : start + length] = out[0, start + steps : start + steps + length] = shade
        return grid, out

    return _turned_round(draw, rule)


@concept
def row_move_to_the_mark(rule: Random) -> Draw:
    """The bar goes up to the mark, or as many steps towards it as it is long."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        width, length = random.randint(12, 18), random.randint(2, 5)
        shade = colours(random, 1, (mark,))[0]
        grid, out = _row(width), _row(width)
        start = random.randint(0, width - length - 4)
        place = random.randint(start + length + 2, width - 1)
        grid[0, place] = out[0, place] = mark
        grid[0, start : start + length] = out[0, place - length : place] = shade
        return grid, out

    return _turned_round(draw, rule)


@concept
def row_fill_between(rule: Random) -> Draw:
    """Between two cells of a pair everything is filled, not between the pairs."""
    new = rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        width, lengths = random.randint(14, 24), [random.randint(3, 6) for _ in range(random.randint(2, 3))]
        starts = _bars(random, width, lengths)
        if starts is None:
            return None
        grid, out, shade = _row(width), _row(width), colours(random, 1, () if new is None else (new,))[0]
        for start, length in zip(starts, lengths, strict=True):
            out[0, start : start + length] = new or shade
            grid[0, [start, start + length - 1]] = out[0, [start, start + length - 1]] = shade
        return grid, out

    return draw


@concept
def row_hollow(rule: Random) -> Draw:
    """Of each bar only the ends stay."""

    def draw(random: Random) -> Drawn | None:
        width, lengths = random.randint(14, 24), [random.randint(2, 6) for _ in range(random.randint(2, 3))]
        starts = _bars(random, width, lengths)
        if starts is None:
            return None
        grid, out = _row(width), _row(width)
        for start, length in zip(starts, lengths, strict=True):
            grid[0, start : start + length] = shade = random.randint(1, 9)
            out[0, [start, start + length - 1]] = shade
        return grid, out

    return draw


@concept
def row_turn_round(rule: Random) -> Draw:
    """A bar of several colours turned round in its place, or repeated so behind the mark in its middle."""
    mirrored, mark = rule.random() < 0.5, rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        length = random.randint(3, 5)
        width, shades = random.randint(2 * length + 2, 18), colours(random, 3, (mark,))
        bar = [random.choice(shades) for _ in range(length)]
        grid, out = _row(width), _row(width)
        start = random.randint(0, width - 2 * length - 1)
        grid[0, start : start + length] = bar
        if not mirrored:
            out[0, start : start + length] = bar[::-1]
            return grid, out
        grid[0, start + length] = mark
        out[:] = grid
        out[0, start + length + 1 : start + 2 * length + 1] = bar[::-1]
        return grid, out

    return _turned_round(draw, rule)


@concept
def row_clean(rule: Random) -> Draw:
    """Single cells go: those beside the bars, and those of other colours in them."""
    inside = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        width, length = random.randint(14, 20), random.randint(5, 9)
        out, start = _row(width), random.randint(1, width - length - 1)
        shade, other = colours(random, 2)
        out[0, start : start + length] = shade
        grid = out.copy()
        for _ in range(random.randint(2, 3)):
            place = random.randrange(width)
            near = out[0, max(0, place - 1) : place + 2]
            if inside and (near == shade).all():
                grid[0, place] = other
            elif not inside and not near.any():
                grid[0, place] = shade
        return grid, out

    return draw


@concept
def row_copy_to_the_marks(rule: Random) -> Draw:
    """Single cells become the middle of the bar that stands at the beginning."""
    several = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        width, shades = random.randint(16, 24), colours(random, 3)
        bar = [shades[1], shades[0], shades[2]] if several else [shades[0]] * 3
        starts = _bars(random, width, [3] * random.randint(2, 3))
        if starts is None:
            return None
        grid, out = _row(width), _row(width)
        for number, start in enumerate(starts):
            out[0, start : start + 3] = bar
            if number:
                grid[0, start + 1] = shades[0]
            else:
                grid[0, start : start + 3] = bar
        return grid, out

    return _turned_round(draw, rule)


@concept
def row_colours_by_length(rule: Random) -> Draw:
    """Bars take a colour by their length, whether it is odd, or the greatest or least."""
    base, *table = colours(rule, 4)
    kind = rule.choice(("odd", "longest", "shortest", "length"))

    def shade(length: int, lengths: list[int]) -> int:
        if kind == "odd":
            return table[length % 2]
        if kind == "length":
            return table[length - 1]
        return table[0] if length == (max if kind == "longest" else min)(lengths) else base

    def draw(random: Random) -> Drawn | None:
        most = 3 if kind == "length" else 5
        lengths = [random.randint(1, most) for _ in range(random.randint(3, 4))]
        width = random.randint(14, 22)
        starts = _bars(random, width, lengths)
        if starts is None or (kind in ("longest", "shortest") and len(set(lengths)) < len(lengths)):
            return None
        grid, out = _row(width), _row(width)
        for start, length in zip(starts, lengths, strict=True):
            grid[0, start : start + length] = base
            out[0, start : start + length] = shade(length, lengths)
        return grid, out

    return draw


@concept
def row_grow_to_the_mark(rule: Random) -> Draw:
    """The bar grows until it touches the mark."""

    def draw(random: Random) -> Drawn | None:
        width, length = random.randint(12, 18), random.randint(1, 4)
        shade, mark = colours(random, 2)
        grid = _row(width)
        start = random.randint(0, width - length - 3)
        place = random.randint(start + length + 1, width - 1)
        grid[0, start : start + length], grid[0, place] = shade, mark
        out = grid.copy()
        out[0, start:place] = shade
        return grid, out

    return _turned_round(draw, rule)


@concept
def row_count_to_bar(rule: Random) -> Draw:
    """As many cells of the bar as there are single cells, from the border on."""

    def draw(random: Random) -> Drawn | None:
        width, count = random.randint(12, 18), random.randint(1, 5)
        shade = random.randint(1, 9)
        grid, out = _row(width), _row(width)
        grid[0, random.sample(range(width), count)] = shade
        out[0, :count] = shade
        return grid, out

    return _turned_round(draw, rule)


@concept
def row_continue(rule: Random) -> Draw:
    """A pattern of two to four cells goes on to the border."""

    def draw(random: Random) -> Drawn | None:
        width, length = random.randint(14, 20), random.randint(2, 4)
        shades = colours(random, 3)
        tile = [random.choice((0, *shades)) for _ in range(length)]
        tile[0] = shades[0]
        out = np.array([[tile[place % length] for place in range(width)]])
        grid = out.copy()
        grid[0, random.randint(2 * length, width - length) :] = 0
        return (grid, out) if len(set(tile)) > 1 else None

    return _turned_round(draw, rule)


@concept
def row_steps_down(rule: Random) -> Draw:
    """Under a bar in the first row each row has one cell less, or one more."""
    more = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        width, length, shade = random.randint(6, 12), random.randint(2, 5), random.randint(1, 9)
        grid = np.zeros((random.randint(3, 6), width), int)
        grid[0, :length] = shade
        out = grid.copy()
        for row in range(1, len(grid)):
            out[row, : max(0, min(width, length + (row if more else -row)))] = shade
        return grid, out

    return _turned_round(draw, rule)
