"""Composed concepts: something is done to the objects that a property picks, any property with any act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np

from benchmarks.concepts.drawing import CONCEPTS, SHAPES, Draw, Drawn, block, canvas, fits, frame, stamp

_OBJECTS = 4
_MARGIN = 1  # free cells at the border, so that there is room for what is done


@dataclass(frozen=True)
class Thing:
    """A shape at (row, col) in one colour."""

    row: int
    col: int
    shape: np.ndarray
    colour: int

    @property
    def bottom(self) -> int:
        return self.row + int(self.shape.shape[0])

    @property
    def right(self) -> int:
        return self.col + int(self.shape.shape[1])


Pick = Callable[[list[Thing]], list[bool] | None]  # None: the property picks nothing for certain here
Act = Callable[[np.ndarray, Thing, int], np.ndarray]  # the grid, the thing and the task's colour


def _most(measure: Callable[[Thing], int], sign: int = 1) -> Pick:
    def pick(things: list[Thing]) -> list[bool] | None:
        values = [sign * measure(thing) for thing in things]
        marks = [value == max(values) for value in values]
        return marks if sum(marks) == 1 else None

    return pick


def _all(holds: Callable[[Thing], bool]) -> Pick:
    def pick(things: list[Thing]) -> list[bool] | None:
        marks = [holds(thing) for thing in things]
        return marks if 0 < sum(marks) < len(marks) else None

    return pick


def _alone(key: Callable[[Thing], object]) -> Pick:
    def pick(things: list[Thing]) -> list[bool] | None:
        keys = [key(thing) for thing in things]
        marks = [keys.count(one) == 1 for one in keys]
        return marks if sum(marks) == 1 and len(set(map(str, keys))) == 2 else None

    return pick


def _cells(thing: Thing) -> int:
    return int(thing.shape.sum())


PICKS: dict[str, Pick] = {
    "largest": _most(_cells),
    "smallest": _most(_cells, -1),
    "topmost": _most(lambda thing: thing.row, -1),
    "rightmost": _most(lambda thing: thing.right),
    "highest": _most(lambda thing: thing.shape.shape[0]),
    "full": _all(lambda thing: bool(thing.shape.all())),
    "with a hole": _all(lambda thing: min(thing.shape.shape) > 2 and not thing.shape[1:-1, 1:-1].all()),
    "lying": _all(lambda thing: thing.shape.shape[1] > thing.shape.shape[0]),
    "square": _all(lambda thing: thing.shape.shape[0] == thing.shape.shape[1]),
    "mirrored": _all(lambda thing: bool((thing.shape == thing.shape[:, ::-1]).all())),
    "alone in colour": _alone(lambda thing: thing.colour),
    "alone in shape": _alone(lambda thing: thing.shape.tolist()),
    "at the border": _all(lambda thing: thing.row == 0 or thing.col == 0),
}


def _drawn(grid: np.ndarray, thing: Thing, colour: int | None = None) -> np.ndarray:
    out = grid.copy()
    stamp(out, thing.shape, thing.row, thing.col, thing.colour if colour is None else colour)
    return out


def _moved(grid: np.ndarray, thing: Thing, row: int, col: int) -> np.ndarray:
    gone = _drawn(grid, thing, 0)
    if gone[row : row + thing.shape.shape[0], col : col + thing.shape.shape[1]].any():
        raise ValueError
    return _drawn(gone, Thing(row, col, thing.shape, thing.colour))


def _fall(grid: np.ndarray, thing: Thing, _: int) -> np.ndarray:
    below = grid[thing.bottom :, thing.col : thing.right]
    if below.any():
        raise ValueError
    return _moved(grid, thing, grid.shape[0] - thing.shape.shape[0], thing.col)


def _outline(grid: np.ndarray, thing: Thing, colour: int) -> np.ndarray:
    out = grid.copy()
    top, left = max(0, thing.row - 1), max(0, thing.col - 1)
    around = out[top : thing.bottom + 1, left : thing.right + 1]
    around[:] = np.where(around == 0, colour, around)
    inside = out[thing.row : thing.bottom, thing.col : thing.right]
    inside[:] = grid[thing.row : thing.bottom, thing.col : thing.right]
    return out


def _fill_box(grid: np.ndarray, thing: Thing, colour: int) -> np.ndarray:
    return _drawn(_drawn(grid, Thing(thing.row, thing.col, block(*thing.shape.shape), colour)), thing)


def _beam(grid: np.ndarray, thing: Thing, colour: int) -> np.ndarray:
    out = grid.copy()
    beam = out[thing.bottom :, thing.col : thing.right]
    if beam.any():
        raise ValueError
    beam[:] = colour
    return out


def _copy_right(grid: np.ndarray, thing: Thing, _: int) -> np.ndarray:
    if thing.right + thing.shape.shape[1] > grid.shape[1]:
        raise ValueError
    if grid[thing.row : thing.bottom, thing.right : thing.right + thing.shape.shape[1]].any():
        raise ValueError
    return _drawn(grid, Thing(thing.row, thing.right, thing.shape, thing.colour))


def _flip(grid: np.ndarray, thing: Thing, _: int) -> np.ndarray:
    return _drawn(_drawn(grid, thing, 0), Thing(thing.row, thing.col, thing.shape[::-1], thing.colour))


def _rows(grid: np.ndarray, thing: Thing, colour: int) -> np.ndarray:
    out = grid.copy()
    lines = out[thing.row : thing.bottom]
    lines[:] = np.where(lines == 0, colour, lines)
    return out


def _aside(grid: np.ndarray, thing: Thing, _: int) -> np.ndarray:
    return _moved(grid, thing, thing.row, thing.col + 1)


ACTS: dict[str, Act] = {
    "recolour": lambda grid, thing, colour: _drawn(grid, thing, colour),
    "remove": lambda grid, thing, colour: _drawn(grid, thing, 0),
    "let_fall": _fall,
    "outline": _outline,
    "fill_box": _fill_box,
    "beam_down": _beam,
    "copy_right": _copy_right,
    "flip": _flip,
    "draw_rows": _rows,
    "step_aside": _aside,
}


def scene(random: Random, base: int | None, used: int) -> tuple[np.ndarray, list[Thing]] | None:
    grid = canvas(random, 13, 16)
    shades = random.sample([colour for colour in range(1, 10) if colour != used], 2)
    shapes = random.sample([*SHAPES, frame(3, 4), frame(4, 4), block(3, 3), block(1, 2)], 3)
    things: list[Thing] = []
    for number in range(_OBJECTS):
        shape = shapes[0] if number == 1 else shapes[number % 3]
        shade = base or (shades[1] if number == 2 else shades[0])
        for _ in range(30):
            row = random.randint(0, grid.shape[0] - shape.shape[0] - 1)
            col = random.randint(0, grid.shape[1] - shape.shape[1] - 1)
            if fits(grid, shape, row, col, 1 + _MARGIN):
                things.append(Thing(row, col, shape, shade))
                stamp(grid, shape, row, col, shade)
                break
        else:
            return None
    random.shuffle(things)
    return grid, things


def _composed(act: Act) -> Callable[[Random], Draw]:
    def make(rule: Random) -> Draw:
        name = rule.choice(list(PICKS))
        colour, base = rule.sample(range(1, 10), 2)
        one_colour = None if name == "alone in colour" or rule.random() < 0.4 else base

        def draw(random: Random) -> Drawn | None:
            made = scene(random, one_colour, colour)
            marks = None if made is None else PICKS[name](made[1])
            if made is None or marks is None:
                return None
            out = made[0].copy()
            try:
                for thing, marked in zip(made[1], marks, strict=True):
                    out = act(out, thing, colour) if marked else out
            except ValueError:  # no room for it
                return None
            return made[0], out

        return draw

    return make


def _cropped(rule: Random) -> Draw:
    name = rule.choice(list(PICKS))

    def draw(random: Random) -> Drawn | None:
        made = scene(random, None, 0)
        marks = None if made is None else PICKS[name](made[1])
        if made is None or marks is None or sum(marks) != 1:
            return None
        thing = made[1][marks.index(True)]
        return made[0], thing.shape * thing.colour

    return draw


for _name, _act in ACTS.items():
    CONCEPTS[f"{_name}_the_picked"] = _composed(_act)
CONCEPTS["crop_the_picked"] = _cropped
