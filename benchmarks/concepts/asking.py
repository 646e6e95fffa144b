"""Concepts that ask of a scene: which object, how many, is it so, in which order?

The answer has a size of its own. Any property with any form of answer, on any background.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from benchmarks.concepts.composed import PICKS, Pick, Thing
from benchmarks.concepts.drawing import (
    CONCEPTS,
    SHAPES,
    Draw,
    Drawn,
    block,
    canvas,
    concept,
    fits,
    frame,
    stamp,
)

_Answer = Callable[[np.ndarray, Thing], np.ndarray]


def _scene(
    random: Random, count: int, ground: int, shades: list[int], shapes: list[np.ndarray]
) -> tuple[np.ndarray, list[Thing]] | None:
    """Objects of these colours on the ground; shapes and colours occur again."""
    grid = canvas(random, 10, 15)
    things: list[Thing] = []
    for _ in range(count):
        shape, shade = random.choice(shapes), random.choice(shades)
        for _ in range(30):
            row = random.randint(0, grid.shape[0] - shape.shape[0])
            col = random.randint(0, grid.shape[1] - shape.shape[1])
            if fits(grid, shape, row, col):
                things.append(Thing(row, col, shape, shade))
                stamp(grid, shape, row, col, shade)
                break
        else:
            return None
    return np.where(grid > 0, grid, ground), things


def _shapes(random: Random, count: int) -> list[np.ndarray]:
    return random.sample([*SHAPES, frame(3, 4), frame(5, 4), frame(4, 4), block(3, 3), block(1, 2)], count)


def _ground(rule: Random) -> tuple[int, list[int]]:
    """The background, black in two of three tasks, and the colours left for objects."""
    ground = 0 if rule.random() < 0.65 else rule.randint(1, 9)
    return ground, [colour for colour in range(1, 10) if colour != ground]


def _middle(things: list[Thing]) -> list[bool] | None:
    sizes = [int(thing.shape.sum()) for thing in things]
    if len(things) != 3 or len(set(sizes)) < 3:
        return None
    return [size == sorted(sizes)[1] for size in sizes]


def _twins(things: list[Thing]) -> list[bool]:
    keys = [thing.shape.tolist() for thing in things]
    return [keys.count(key) > 1 for key in keys]


_PICKS: dict[str, Pick] = {**PICKS, "middle": _middle}
_COUNTED: dict[str, Callable[[list[Thing]], list[bool] | None]] = {
    "full": PICKS["full"],
    "with a hole": PICKS["with a hole"],
    "lying": PICKS["lying"],
    "square": PICKS["square"],
    "mirrored": PICKS["mirrored"],
    "at the border": PICKS["at the border"],
    "of a shape twice": _twins,
    "all": lambda things: [True] * len(things),
}


def _which(answer: Callable[[Random, int], _Answer]) -> Callable[[Random], Draw]:
    def make(rule: Random) -> Draw:
        name = rule.choice(list(_PICKS))
        ground, shades = _ground(rule)
        coloured = name == "alone in colour" or answer is _its_colour
        one_colour = rule.choice(shades) if rule.random() < 0.25 and not coloured else None
        drawn = answer(rule, ground)

        def draw(random: Random) -> Drawn | None:
            count = 3 if name == "middle" else random.randint(2, 4)
            used = [one_colour] if one_colour else random.sample(shades, 2 if "alone" in name else 4)
            made = _scene(random, count, ground, used, _shapes(random, 2 if name == "alone in shape" else 5))
            marks = None if made is None else _PICKS[name](made[1])
            if made is None or marks is None or sum(marks) != 1:
                return None
            return made[0], drawn(made[0], made[1][marks.index(True)])

        return draw

    return make


def _cropped(rule: Random, ground: int) -> _Answer:
    black = rule.random() < 0.3
    return lambda grid, thing: np.where(thing.shape > 0, thing.colour, 0 if black else ground)


def _turned_crop(rule: Random, ground: int) -> _Answer:
    change = rule.choice((np.fliplr, np.flipud, np.transpose, lambda grid: np.rot90(grid, 2)))
    return lambda grid, thing: change(np.where(thing.shape > 0, thing.colour, ground))


def _in_one_colour(rule: Random, ground: int) -> _Answer:
    colour = rule.choice([colour for colour in range(1, 10) if colour != ground])
    return lambda grid, thing: np.where(thing.shape > 0, colour, ground)


def _its_colour(rule: Random, ground: int) -> _Answer:
    high, wide = rule.choice(((1, 1), (1, 1), (2, 2), (3, 3), (1, 3)))
    return lambda grid, thing: np.full((high, wide), thing.colour)


def _its_cells(rule: Random, ground: int) -> _Answer:
    """As many cells in its colour as it has, in a row or a column."""
    across = rule.random() < 0.5
    return lambda grid, thing: np.full((1, thing.shape.sum())[:: 1 if across else -1], thing.colour)


def _its_box(rule: Random, ground: int) -> _Answer:
    return lambda grid, thing: np.full(thing.shape.shape, thing.colour)


def _with_a_margin(rule: Random, ground: int) -> _Answer:
    colour = rule.choice([ground, rule.choice([colour for colour in range(1, 10) if colour != ground])])
    return lambda grid, thing: np.pad(
        np.where(thing.shape > 0, thing.colour, ground), 1, constant_values=colour
    )


for _name, _answer in {
    "crop_which": _cropped,
    "crop_which_turned": _turned_crop,
    "shape_of_which": _in_one_colour,
    "colour_of_which": _its_colour,
    "cells_of_which": _its_cells,
    "box_of_which": _its_box,
    "crop_which_with_a_margin": _with_a_margin,
}.items():
    CONCEPTS[_name] = _which(_answer)


def _show_count(rule: Random, ground: int) -> Callable[[int, int], np.ndarray]:
    """How a number is shown in a colour."""
    kind = rule.choice(("row", "column", "square", "diagonal", "in reading order", "in a row of five"))

    def show(count: int, colour: int) -> np.ndarray:
        if kind == "row":
            return np.full((1, count), colour)
        if kind == "column":
            return np.full((count, 1), colour)
        if kind == "square":
            return np.full((count, count), colour)
        if kind == "diagonal":
            return np.where(np.eye(count), colour, ground)
        cells = np.full(9 if kind == "in reading order" else 5, ground)
        cells[:count] = colour
        return cells.reshape((3, 3) if kind == "in reading order" else (1, 5))

    return show


@concept
def how_many_are_so(rule: Random) -> Draw:
    """The number of objects with a property, in a fixed colour."""
    name = rule.choice(list(_COUNTED))
    ground, shades = _ground(rule)
    colour, one_colour = rule.sample(shades, 2)
    show = _show_count(rule, ground)
    varied = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        used = random.sample(shades, 3) if varied else [one_colour]
        made = _scene(random, random.randint(2, 6), ground, used, _shapes(random, 5))
        marks = None if made is None else _COUNTED[name](made[1])
        if made is None or marks is None or not 1 <= sum(marks) <= 5:
            return None
        return made[0], show(sum(marks), colour)

    return draw


@concept
def how_many_of_a_colour(rule: Random) -> Draw:
    """The objects, or the cells, of one colour, counted in that colour."""
    ground, shades = _ground(rule)
    colour, cells = rule.choice(shades), rule.random() < 0.3
    show = _show_count(rule, ground)

    def draw(random: Random) -> Drawn | None:
        others = random.sample([shade for shade in shades if shade != colour], 2)
        shapes = [block(1, 1)] if cells else _shapes(random, 5)
        made = _scene(random, random.randint(3, 7), ground, [colour, colour, *others], shapes)
        count = 0 if made is None else sum(thing.colour == colour for thing in made[1])
        return (made[0], show(count, colour)) if made and 1 <= count <= 5 else None

    return draw


@concept
def how_many_of_the_commonest(rule: Random) -> Draw:
    """The colour, or the shape, of most objects, as often as there are."""
    ground, shades = _ground(rule)
    show = _show_count(rule, ground)
    least = rule.random() < 0.3

    def draw(random: Random) -> Drawn | None:
        used = random.sample(shades, 3)
        made = _scene(random, random.randint(4, 7), ground, used, _shapes(random, 4))
        if made is None:
            return None
        counts = {shade: sum(thing.colour == shade for thing in made[1]) for shade in used}
        wanted = min(counts.values()) if least else max(counts.values())
        if min(counts.values()) == 0 or list(counts.values()).count(wanted) > 1:
            return None
        return made[0], show(wanted, next(shade for shade in used if counts[shade] == wanted))

    return draw


@concept
def which_colour_has_more(rule: Random) -> Draw:
    """Of two colours the one with more objects, or with more cells; as a cell or a block."""
    ground, shades = _ground(rule)
    pair = rule.sample(shades, 2) if rule.random() < 0.5 else None
    cells, fewer = rule.random() < 0.5, rule.random() < 0.3
    size = rule.choice(((1, 1), (2, 2), (3, 1)))

    def draw(random: Random) -> Drawn | None:
        used = pair or random.sample(shades, 2)
        made = _scene(random, random.randint(3, 7), ground, used, _shapes(random, 5))
        if made is None:
            return None
        one, other = [
            sum(int(thing.shape.sum()) if cells else 1 for thing in made[1] if thing.colour == shade)
            for shade in used
        ]
        if one == other or not one * other:
            return None
        return made[0], np.full(size, used[0] if (one > other) != fewer else used[1])

    return draw


def _same_colour(things: list[Thing]) -> bool:
    return len({thing.colour for thing in things}) == 1


def _same_shape(things: list[Thing]) -> bool:
    return len({str(thing.shape.tolist()) for thing in things}) == 1


_ASKED: dict[str, Callable[[list[Thing]], bool]] = {
    "of one colour": _same_colour,
    "of one shape": _same_shape,
    "one with a hole": lambda things: any(PICKS["with a hole"](things) or [False]),
    "three": lambda things: len(things) == 3,
    "in one row": lambda things: len({thing.row for thing in things}) == 1,
    "in one column": lambda things: len({thing.col for thing in things}) == 1,
    "the first is lower": lambda things: things[0].row > things[1].row,
    "the largest is higher": lambda things: (
        max(things, key=lambda one: one.shape.sum()).row == min(thing.row for thing in things)
    ),
}


@concept
def is_it_so(rule: Random) -> Draw:
    """One of two answers, each a cell or a small picture, to a question about all objects."""
    name = rule.choice(list(_ASKED))
    ground, shades = _ground(rule)
    yes, no = rule.sample(shades, 2)
    fixed = [shade for shade in shades if shade not in (yes, no)][:2]
    rule.shuffle(fixed)
    pictures = rule.random() < 0.3
    picture = np.eye(3, dtype=int), np.ones((3, 3), int)
    turn = [0]

    def draw(random: Random) -> Drawn | None:
        turn[0] += 1
        wanted = turn[0] // 20 % 2 == 0
        fixes = name == "the first is lower"
        used = fixed if fixes else random.sample(shades, random.choice((1, 2)))
        shapes = _shapes(random, random.choice((1, 2, 4)))
        made = _scene(random, 2 if fixes else random.randint(2, 3), ground, used, shapes)
        if made is None or (fixes and [thing.colour for thing in made[1]] != fixed):
            return None
        if name in ("in one row", "in one column") and random.random() < 0.0:
            return None
        so = _ASKED[name](made[1])
        if so is not wanted:
            return None
        turn[0] = (turn[0] // 20 + 1) * 20
        if pictures:
            return made[0], picture[not so] * yes
        return made[0], np.array([[yes if so else no]])

    return draw


_ORDERS: dict[str, Callable[[Thing], int]] = {
    "size": lambda thing: int(thing.shape.sum()),
    "row": lambda thing: thing.row,
    "column": lambda thing: thing.col,
    "bottom": lambda thing: thing.bottom,
    "right": lambda thing: thing.right,
    "height": lambda thing: int(thing.shape.shape[0]),
    "width": lambda thing: int(thing.shape.shape[1]),
}


def _ordered(
    show: Callable[[Random, int], Callable[[list[Thing]], np.ndarray | None]],
) -> Callable[[Random], Draw]:
    def make(rule: Random) -> Draw:
        crops = show is _crops_in_order
        measure = _ORDERS[
            rule.choice([name for name in _ORDERS if not crops or name not in ("height", "width")])
        ]
        ground, shades = _ground(rule)
        descending, shown = rule.random() < 0.4, show(rule, ground)
        equal = rule.randint(2, 4) if rule.random() < 0.3 else None

        def draw(random: Random) -> Drawn | None:
            count = equal or random.randint(2, 4)
            used = random.sample(shades, count)
            shapes = [*_shapes(random, 5), block(2, 4), block(4, 1)]
            if crops:
                high = random.choice((2, 3))
                shapes = [shape for shape in (*SHAPES, frame(3, 4), block(2, 4)) if shape.shape[0] == high]
            made = _scene(random, count, ground, used, shapes)
            if made is None or len({thing.colour for thing in made[1]}) < count:
                return None
            values = [measure(thing) for thing in made[1]]
            if len(set(values)) < count:
                return None
            answer = shown(sorted(made[1], key=measure, reverse=descending))
            return None if answer is None else (made[0], answer)

        return draw

    return make


def _colours_in_a_line(rule: Random, ground: int) -> Callable[[list[Thing]], np.ndarray | None]:
    across = rule.random() < 0.5
    return lambda things: np.array([[thing.colour for thing in things]]).reshape(
        (1, -1) if across else (-1, 1)
    )


def _bars_in_order(rule: Random, ground: int) -> Callable[[list[Thing]], np.ndarray | None]:
    """A bar as long as each has cells, side by side or below each other."""
    turns = rule.randrange(4)

    def show(things: list[Thing]) -> np.ndarray:
        sizes = [int(thing.shape.sum()) for thing in things]
        out = np.full((len(things), max(sizes)), ground)
        for number, (size, thing) in enumerate(zip(sizes, things, strict=True)):
            out[number, :size] = thing.colour
        return np.rot90(out, turns)

    return show


def _lines_in_order(rule: Random, ground: int) -> Callable[[list[Thing]], np.ndarray | None]:
    """Whole lines in the colours, all as long as there are objects, or as a fixed number."""
    across, length = rule.random() < 0.5, rule.choice((None, 3, 4))

    def show(things: list[Thing]) -> np.ndarray:
        lines = np.array([[thing.colour] * (length or len(things)) for thing in things])
        return lines if across else lines.T

    return show


def _crops_in_order(rule: Random, ground: int) -> Callable[[list[Thing]], np.ndarray | None]:
    """The objects, all as high as each other, side by side."""
    gap = rule.random() < 0.3

    def show(things: list[Thing]) -> np.ndarray | None:
        crops = [np.where(thing.shape > 0, thing.colour, ground) for thing in things]
        parts = [crops[0]]
        for crop in crops[1:]:
            parts += [np.full((crop.shape[0], 1), ground), crop] if gap else [crop]
        return np.hstack(parts)

    return show


@concept
def colours_of_some_in_order(rule: Random) -> Draw:
    """Of the objects that have a property the colours in an order; the others are left out."""
    name = rule.choice([name for name in _COUNTED if name not in ("all", "of a shape twice")])
    measure, descending = _ORDERS[rule.choice(("size", "row", "column"))], rule.random() < 0.4
    ground, shades = _ground(rule)
    shape = (1, -1) if rule.random() < 0.5 else (-1, 1)

    def draw(random: Random) -> Drawn | None:
        made = _scene(random, random.randint(3, 6), ground, shades, _shapes(random, 6))
        marks = None if made is None else _COUNTED[name](made[1])
        if made is None or marks is None or not 2 <= sum(marks) < len(marks):
            return None
        things = [thing for thing, mark in zip(made[1], marks, strict=True) if mark]
        if len({thing.colour for thing in things}) < len(things) or len(set(map(measure, things))) < len(
            things
        ):
            return None
        listed = sorted(things, key=measure, reverse=descending)
        return made[0], np.array([thing.colour for thing in listed]).reshape(shape)

    return draw


for _name, _show in {
    "colours_in_order": _colours_in_a_line,
    "bars_in_order": _bars_in_order,
    "lines_in_order": _lines_in_order,
    "crops_in_order": _crops_in_order,
}.items():
    CONCEPTS[_name] = _ordered(_show)
