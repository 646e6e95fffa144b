"""Concepts with outputs of another size: a part is taken out and changed, or the grid enlarged and drawn on.

Any way to lie in a larger grid, or to become one, with any act; which way is drawn for each task.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from benchmarks.concepts.drawing import (
    CONCEPTS,
    SHAPES,
    Draw,
    Drawn,
    block,
    canvas,
    colours,
    fits,
    frame,
    put,
)

Picture = Callable[[Random, list[int]], np.ndarray | None]
Hide = Callable[[Random, np.ndarray, int], np.ndarray | None]
Enlarge = Callable[[np.ndarray], np.ndarray]
Act = Callable[[np.ndarray, int], np.ndarray]

_SIDES = (5, 8)


def _dots(random: Random, shades: list[int]) -> np.ndarray:
    grid = canvas(random, *_SIDES)
    for cell in random.sample(range(grid.size), random.randint(3, 5)):
        grid.flat[cell] = random.choice(shades)
    return grid


def _shapes(random: Random, shades: list[int]) -> np.ndarray | None:
    grid = canvas(random, 7, 9)
    for shape in random.sample(SHAPES, 2):
        if put(random, grid, shape, random.choice(shades)) is None:
            return None
    return grid


def _frames(random: Random, shades: list[int]) -> np.ndarray | None:
    grid = canvas(random, 8, 10)
    first = put(random, grid, frame(random.randint(3, 5), random.randint(3, 4)), shades[0])
    return grid if first and put(random, grid, frame(3, 3), shades[0]) else None


def _noisy(random: Random, shades: list[int]) -> np.ndarray | None:
    grid = canvas(random, 7, 9)
    if put(random, grid, block(3, random.randint(2, 4)), shades[0]) is None:
        return None
    for _ in range(3):
        put(random, grid, block(1, 1), shades[0])
    return grid


def _pairs(random: Random, shades: list[int]) -> np.ndarray:
    grid = canvas(random, *_SIDES)
    for row in random.sample(range(0, grid.shape[0], 2), 2):
        grid[row, sorted(random.sample(range(0, grid.shape[1], 2), 2))] = random.choice(shades)
    return grid


def _alone(random: Random, picture: np.ndarray, mark: int) -> np.ndarray | None:
    """On an empty grid, as wide and high as what it shows."""
    sides = (picture[0], picture[-1], picture[:, 0], picture[:, -1])
    if not all(side.any() for side in sides):
        return None
    return _laid(random, canvas(random, 13, 16), picture)


def _framed(random: Random, picture: np.ndarray, mark: int) -> np.ndarray | None:
    """In a frame, with shapes outside of it."""
    framed = np.pad(picture, 1, constant_values=mark)
    return _littered(random, _laid(random, canvas(random, 14, 17), framed), mark)


def _cornered(random: Random, picture: np.ndarray, mark: int) -> np.ndarray | None:
    """Between four marks."""
    marked = np.pad(picture, 1)
    marked[:: marked.shape[0] - 1, :: marked.shape[1] - 1] = mark
    return _laid(random, canvas(random, 14, 17), marked)


def _on_ground(random: Random, picture: np.ndarray, mark: int) -> np.ndarray | None:
    """On a ground of its own, with shapes beside it."""
    ground = np.where(picture == 0, mark, picture)
    return _littered(random, _laid(random, canvas(random, 14, 17), ground), mark)


def _beyond_a_line(random: Random, picture: np.ndarray, mark: int) -> np.ndarray | None:
    """On the larger side of a line, the other being empty."""
    rest = np.zeros((picture.shape[0], random.randint(2, picture.shape[1] - 2)), int)
    line = np.full((picture.shape[0], 1), mark)
    parts = (picture, line, rest) if random.random() < 0.5 else (rest, line, picture)
    return np.hstack(parts)


def _laid(random: Random, grid: np.ndarray, picture: np.ndarray) -> np.ndarray:
    row = random.randint(1, grid.shape[0] - picture.shape[0] - 1)
    col = random.randint(1, grid.shape[1] - picture.shape[1] - 1)
    grid[row : row + picture.shape[0], col : col + picture.shape[1]] = picture
    return grid


def _littered(random: Random, grid: np.ndarray, mark: int) -> np.ndarray | None:
    for _ in range(random.randint(1, 2)):
        shape = random.choice(SHAPES)
        spots = np.argwhere(np.ones_like(grid))
        random.shuffle(found := [tuple(spot) for spot in spots.tolist() if fits(grid, shape, *spot)])
        if not found:
            return None
        row, col = found[0]
        where = grid[row : row + shape.shape[0], col : col + shape.shape[1]]
        where[shape > 0] = random.choice(colours(random, 3, (mark,)))
    return grid


HIDDEN: tuple[Hide, ...] = (_alone, _framed, _cornered, _on_ground, _beyond_a_line)


def _mirrored(picture: np.ndarray, _: int) -> np.ndarray:
    return picture[:, ::-1]


def _half_filled(random: Random, shades: list[int]) -> np.ndarray:
    grid = _dots(random, shades)
    grid[:, (grid.shape[1] + 1) // 2 :] = 0
    grid[random.randrange(len(grid)), :: grid.shape[1] - 1] = shades[0]
    return grid


def _completed(picture: np.ndarray, _: int) -> np.ndarray:
    found: np.ndarray = np.maximum(picture, picture[:, ::-1])
    return found


def _filled(picture: np.ndarray, colour: int) -> np.ndarray:
    out, seen = picture.copy(), picture != 0
    left, right = np.maximum.accumulate(seen, 1), np.maximum.accumulate(seen[:, ::-1], 1)[:, ::-1]
    up, down = np.maximum.accumulate(seen, 0), np.maximum.accumulate(seen[::-1], 0)[::-1]
    near = np.zeros_like(seen)
    for row, col in np.argwhere(~seen & left & right & up & down):
        around = picture[max(0, row - 1) : row + 2, max(0, col - 1) : col + 2]
        near[row, col] = (around != 0).sum() >= 2
    out[near] = colour
    return out


def _connected(picture: np.ndarray, _: int) -> np.ndarray:
    out = picture.copy()
    for row in out:
        marks = np.flatnonzero(row)
        if marks.size == 2:
            row[marks[0] : marks[1]] = row[marks[0]]
    return out


def _fallen(picture: np.ndarray, _: int) -> np.ndarray:
    out = np.zeros_like(picture)
    for column, after in zip(picture.T, out.T, strict=True):
        stones = column[column != 0]
        after[len(column) - len(stones) :] = stones
    return out


def _beams(picture: np.ndarray, _: int) -> np.ndarray:
    out = picture.copy()
    for row in range(1, len(out)):
        out[row] = np.where(out[row] == 0, out[row - 1], out[row])
    return out


def _cleaned(picture: np.ndarray, _: int) -> np.ndarray:
    seen = np.pad(picture != 0, 1)
    near = seen[1:-1, 2:] | seen[2:, 1:-1] | seen[1:-1, :-2] | seen[:-2, 1:-1]
    return np.where(near, picture, 0)


def _bordered(picture: np.ndarray, colour: int) -> np.ndarray:
    out = picture.copy()
    out[:: out.shape[0] - 1] = out[:, :: out.shape[1] - 1] = colour
    return out


def _crossed(picture: np.ndarray, colour: int) -> np.ndarray:
    out = picture.copy()
    in_line = picture.any(1, keepdims=True) | picture.any(0, keepdims=True)
    out[in_line & (picture == 0)] = colour
    return out


def _recoloured(picture: np.ndarray, colour: int) -> np.ndarray:
    return np.where(picture != 0, colour, 0)


def _doubled(picture: np.ndarray, _: int) -> np.ndarray:
    return picture.repeat(2, 0).repeat(2, 1)


def _quartered(picture: np.ndarray, _: int) -> np.ndarray:
    half = np.hstack((picture, picture[:, ::-1]))
    return np.vstack((half, half[::-1]))


def _chequered(picture: np.ndarray, colour: int) -> np.ndarray:
    rows, cols = np.indices(picture.shape)
    return np.where((picture == 0) & ((rows + cols) % 2 == 0), colour, picture)


def _striped(picture: np.ndarray, colour: int) -> np.ndarray:
    return np.where((picture == 0) & (np.indices(picture.shape)[0] % 2 == 1), colour, picture)


def _corners_marked(picture: np.ndarray, colour: int) -> np.ndarray:
    out = picture.copy()
    out[:: out.shape[0] - 1, :: out.shape[1] - 1] = colour
    return out


PARTS: dict[str, tuple[Picture, Act]] = {
    "mirror": (_dots, _mirrored),
    "complete": (_half_filled, _completed),
    "fill": (_frames, _filled),
    "connect": (_pairs, _connected),
    "let_fall": (_dots, _fallen),
    "beam": (_dots, _beams),
    "clean": (_noisy, _cleaned),
    "border": (_shapes, _bordered),
    "cross": (_dots, _crossed),
    "recolour": (_shapes, _recoloured),
    "double": (_dots, _doubled),
    "quarter": (_dots, _quartered),
}
ENLARGED: dict[str, Enlarge] = {
    "tiled": lambda picture: np.tile(picture, (2, 2)),
    "tiled across": lambda picture: np.tile(picture, (1, 3)),
    "doubled": lambda picture: _doubled(picture, 0),
    "mirrored": lambda picture: _quartered(picture, 0),
    "in a corner": lambda picture: np.pad(picture, ((0, picture.shape[0]), (0, picture.shape[1]))),
    "with margins": lambda picture: np.pad(picture, 2),
    "on a square": lambda picture: np.pad(picture, ((0, picture.shape[1]), (0, picture.shape[0]))),
}
DRAWN: dict[str, Act] = {
    "beam": _beams,
    "border": _bordered,
    "stripe": _striped,
    "cross": _crossed,
    "chequer": _chequered,
    "mark_corners": _corners_marked,
}


def _in_a_part(picture_of: Picture, act: Act) -> Callable[[Random], Draw]:
    def make(rule: Random) -> Draw:
        mark, colour, *shades = colours(rule, 5)
        hide = rule.choice(HIDDEN)

        def draw(random: Random) -> Drawn | None:
            picture = picture_of(random, shades[: random.randint(1, 2)])
            grid = None if picture is None else hide(random, picture, mark)
            if picture is None or grid is None:
                return None
            out = act(picture, colour)
            if hide is _on_ground:
                out = np.where(out == 0, mark, out)
            return None if out.shape == picture.shape and (out == picture).all() else (grid, out)

        return draw

    return make


def _enlarged(act: Act) -> Callable[[Random], Draw]:
    def make(rule: Random) -> Draw:
        colour, *shades = colours(rule, 4)
        enlarge = rule.choice([*ENLARGED.values()])

        def draw(random: Random) -> Drawn | None:
            picture = np.zeros((random.randint(2, 5), random.randint(2, 5)), int)
            for cell in random.sample(range(picture.size), random.randint(2, 3)):
                picture.flat[cell] = random.choice(shades)
            large = enlarge(picture)
            out = act(large, colour)
            return None if (out == large).all() else (picture, out)

        return draw

    return make


for _name, (_picture, _act) in PARTS.items():
    CONCEPTS[f"{_name}_a_part"] = _in_a_part(_picture, _act)
for _name, _act in DRAWN.items():
    CONCEPTS[f"{_name}_when_enlarged"] = _enlarged(_act)
