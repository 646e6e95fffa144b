"""Varied concepts in which what is around a thing decides: a frame, a ledge, an edge, a pile, its row."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from benchmarks.concepts.composed import Thing
from benchmarks.concepts.drawing import SHAPES, Draw, Drawn, block, colours, frame, in_a_direction, put, stamp
from benchmarks.concepts.varied import (
    a_bar,
    a_block,
    a_frame,
    a_shape,
    acting,
    an_odd_square,
    box,
    either,
    room,
    scene,
    size,
    specks,
    upto,
    varied,
)


@varied
def frame_and_dot_exchange(rule: Random) -> Draw:
    """Frame and the dot in it exchange their colours; dots in no frame go."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 10, 13)
        out = grid.copy()
        for number in range(upto(random, 3, 4)):
            edge, dot = colours(random, 2)
            side = random.choice((3, 3, 5))
            shape = frame(side, side) if number else block(1, 1)
            place = put(random, grid, shape, edge)
            if place is None:
                return None
            if number:
                grid[place[0] + side // 2, place[1] + side // 2] = dot
                stamp(out, shape, *place, dot)
                out[place[0] + side // 2, place[1] + side // 2] = edge
        return grid, out

    return draw


@varied
def inside_or_beside_the_block(rule: Random) -> Draw:
    """Dots inside of frames take one colour, dots that touch one from outside another; the rest stays."""
    dot, inner, outer = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 11, 13)
        made = scene(
            random, upto(random, 2, 2, 1), colours(random, 2, (dot, inner, outer)), a_frame, grid, margin=1
        )
        if made is None:
            return None
        specks(random, grid, upto(random, 9, 13), [dot])
        wide = np.pad(grid, 1)
        held = np.zeros_like(grid)
        for one in made[1]:
            box(held, one)[1:-1, 1:-1] = 1
        near = np.any(
            [
                np.roll((wide > 0) & (wide != dot), step, way)[1:-1, 1:-1]
                for step in (1, -1)
                for way in (0, 1)
            ],
            0,
        )
        out = np.where((grid == dot) & near & (held == 0), outer, grid)
        return grid, np.where((grid == dot) & (held > 0), inner, out)

    return draw


@acting(count=(3, 4), shape=either(a_bar, an_odd_square, a_frame))
def squares_one_way_bars_another(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """What is a bar goes to the left border, all else to the right one."""
    out = np.zeros_like(grid)
    for one in things:
        wide = one.shape.shape[1]
        col = 0 if 1 in one.shape.shape else grid.shape[1] - wide
        part = out[one.row : one.bottom, col : col + wide]
        if part.any():
            return None
        part[:] = one.shape * one.colour
    return out


@varied
def dots_to_the_edge_of_their_colour(rule: Random) -> Draw:
    """The four edges have colours; each dot goes to the edge of its own and leaves a trail."""

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 10, 12), colours(random, 4)
        grid[0], grid[-1], grid[:, 0], grid[:, -1] = shades
        grid[0, 0] = grid[0, -1] = grid[-1, 0] = grid[-1, -1] = 0
        out = grid.copy()
        for _ in range(upto(random, 2, 3)):
            shade = random.randrange(4)
            place = put(random, grid, block(1, 1), shades[shade], 2)
            if place is None:
                return None
            row, col = place
            way = (
                (slice(0, row + 1), col),
                (slice(row, None), col),
                (row, slice(0, col + 1)),
                (row, slice(col, None)),
            )
            if (out[way[shade]][1:-1] > 0).any():
                return None
            out[way[shade]] = shades[shade]
        return grid, out

    return draw


@varied
def tallest_and_shortest_exchange(rule: Random) -> Draw:
    """Bars stand on the lower border: the tallest and the shortest exchange their places."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 9, 11)
        count = min(upto(random, 3, 4), grid.shape[1] // 2)
        heights, shades = random.sample(range(1, len(grid)), count), colours(random, 4) * 2
        order = list(range(count))
        high, low = heights.index(max(heights)), heights.index(min(heights))
        order[high], order[low] = low, high
        out = grid.copy()
        for place, other in enumerate(order):
            grid[len(grid) - heights[place] :, 2 * place] = shades[place]
            out[len(grid) - heights[other] :, 2 * place] = shades[other]
        return grid, out

    return in_a_direction(draw, rule)


@varied
def same_shape_as_the_key_stay(rule: Random) -> Draw:
    """The key stands in a corner behind lines; things of its shape stay, others go."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, shapes = room(random, 12, 14), random.sample(SHAPES, 3)
        shades = colours(random, 3, (line,))
        grid[4, :5] = grid[:5, 4] = line
        stamp(grid, shapes[0], 0, 0, shades[0])
        out = grid.copy()
        for number in range(upto(random, 3, 4)):
            shape, shade = shapes[number] if number < 3 else random.choice(shapes), random.choice(shades)
            place = put(random, grid, shape, shade)
            if place is None:
                return None
            if shape is shapes[0]:
                stamp(out, shape, *place, shade)
        return grid, out

    return in_a_direction(draw, rule)


@varied
def unlike_tile_of_a_lattice_cleared(rule: Random) -> Draw:
    """Tiles between lines are all alike but one, which is filled with the colour of the lines."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        side, rows, cols = random.randint(2, 3), upto(random, 2, 3, 1), upto(random, 2, 3, 1)
        tile = block(side, side) * 0
        specks(random, tile, side + 1, colours(random, 2, (line,)))
        grid = np.tile(np.pad(tile, ((0, 1), (0, 1)), constant_values=line), (rows, cols))[:-1, :-1]
        row, col = random.randrange(rows) * (side + 1), random.randrange(cols) * (side + 1)
        part = grid[row : row + side, col : col + side]
        spot = random.randrange(side), random.randrange(side)
        part[spot] = 0 if part[spot] else tile.max()
        out = grid.copy()
        out[row : row + side, col : col + side] = line
        return grid, out

    return draw


@varied
def upper_of_the_pile_takes_the_lower(rule: Random) -> Draw:
    """Piles of blocks of one width: the uppermost takes the colour of the lowest."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 10, 12)
        out = grid.copy()
        for _ in range(upto(random, 1, 2)):
            shades, wide = colours(random, random.randint(2, 4)), random.randint(2, 3)
            heights = [random.randint(1, 2) for _ in shades]
            pile = np.repeat(np.array(shades)[:, None], heights, 0) * block(1, wide)
            place = put(random, out, np.ones_like(pile), 1)
            if place is None:
                return None
            for one in (grid, out):
                one[place[0] : place[0] + len(pile), place[1] : place[1] + wide] = pile
            out[place[0] : place[0] + heights[0], place[1] : place[1] + wide] = shades[-1]
        return grid, out

    return in_a_direction(draw, rule)


@varied
def fall_to_the_ledge_or_the_floor(rule: Random) -> Draw:
    """Dots fall; on a ledge they keep their colour, on the floor they take another."""
    ledge, dot, new = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 9, 11)
        row, cols = random.randint(4, len(grid) - 3), grid.shape[1]
        left = random.randint(0, cols - 6)
        grid[row, left : left + random.randint(3, 5)] = ledge
        out = grid.copy()
        for col in random.sample(range(cols), upto(random, 3, 4)):
            grid[random.randint(0, row - 2), col] = dot
            held = grid[row, col] == ledge
            out[row - 1 if held else -1, col] = dot if held else new
        return grid, out

    return in_a_direction(draw, rule)


@varied
def up_or_right_by_colour(rule: Random) -> Draw:
    """Dots of one colour shoot up, those of another to the right; where the lines cross a third shows."""
    up, right, cross = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 9, 12)
        out, crossed = grid.copy(), grid.copy()
        for number in range(upto(random, 2, 3)):
            place = put(random, grid, block(1, 1), (up, right)[number % 2])
            if place is None:
                return None
            line = (
                (slice(0, place[0] + 1), place[1]) if number % 2 == 0 else (place[0], slice(place[1], None))
            )
            out[line], crossed[line] = (up, right)[number % 2], crossed[line] + (1, 10)[number % 2]
        out[crossed > 10] = cross
        return (grid, out) if not (out[grid > 0] == cross).any() else None

    return draw


@varied
def rooms_of_one_seed(rule: Random) -> Draw:
    """Rooms between lines: one with seeds of one colour is filled, one with two colours is left alone."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 11, 13), colours(random, 2, (line,))
        for way, length in enumerate(grid.shape):
            cuts = [random.randint(3, 4), random.randint(7, length - 3)]
            (grid if way == 0 else grid.T)[cuts] = line
        rows = [row for row in range(len(grid)) if (grid[row] == line).all()]
        cols = [col for col in range(grid.shape[1]) if (grid[:, col] == line).all()]
        out = grid.copy()
        for top, low in zip([-1, *rows], [*rows, len(grid)], strict=True):
            for left, end in zip([-1, *cols], [*cols, grid.shape[1]], strict=True):
                inner = np.s_[top + 1 : low, left + 1 : end]
                seeds = random.choice(([], [], shades[:1], shades[1:], shades))
                free = random.sample(np.argwhere(grid[inner] == 0).tolist(), len(seeds))
                for (row, col), seed in zip(free, seeds, strict=True):
                    grid[inner][row, col] = out[inner][row, col] = seed
                if len(seeds) == 1:
                    out[inner] = seeds[0]
        return grid, out

    return draw


@acting(own=1, count=(2, 4), shape=either(a_block, a_shape), shades=2)
def checkers_on_large_blocks(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Full blocks of six cells and more become checkered, from their upper left cell; others stay."""
    large = [one for one in things if one.shape.all() and size(one) >= 6]
    for one in large:
        part = box(grid, one)
        part[np.indices(part.shape).sum(0) % 2 == 1] = own[0]
    return grid if large else None


@varied
def border_in_the_commonest(rule: Random) -> Draw:
    """The border takes the colour of most dots."""

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 8, 11), colours(random, 3)
        inner = grid[1:-1, 1:-1]
        specks(random, inner, upto(random, 8, 12), shades)
        counts = [(grid == shade).sum() for shade in shades]
        if counts.count(max(counts)) > 1:
            return None
        out = np.full_like(grid, shades[int(np.argmax(counts))])
        out[1:-1, 1:-1] = inner
        return grid, out

    return draw


@varied
def zigzag_from_the_dot(rule: Random) -> Draw:
    """From a dot at the left border a line goes up and down by a fixed number of rows."""
    depth = rule.randint(1, 2)

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 8, 11)
        row, shade = random.randint(depth, len(grid) - 1), random.randint(1, 9)
        grid[row, 0], out = shade, grid.copy()
        for col in range(grid.shape[1]):
            out[row - min(col % (2 * depth), 2 * depth - col % (2 * depth)), col] = shade
        return grid, out

    return in_a_direction(draw, rule)


@varied
def legend_colours_its_row_but_for_columns(rule: Random) -> Draw:
    """Dots take the colour at the left of their row, but not in columns that a mark on top forbids."""
    dot, mark = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 7, 9), colours(random, 4, (dot, mark))
        grid[1:, 0] = [random.choice(shades) for _ in grid[1:]]
        for col in random.sample(range(2, grid.shape[1]), upto(random, 1, 2)):
            grid[0, col] = mark
        specks(random, grid[1:, 2:], upto(random, 9, 14), [dot])
        return grid, np.where((grid == dot) & (grid[:1] != mark), grid[:, :1], grid)

    return in_a_direction(draw, rule)


_WAYS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "left_right": lambda part: part[:, ::-1],
    "up_down": lambda part: part[::-1],
}


@varied
def mirrored_in_its_frame(rule: Random) -> Draw:
    """What lies in frames is mirrored in its frame; things in no frame stay as they are."""
    mirror, edge = _WAYS[rule.choice(list(_WAYS))], rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 13, 15), colours(random, 3, (edge,))
        out = grid.copy()
        for _ in range(upto(random, 1, 2, 1)):
            side = random.randint(5, 6)
            place = put(random, grid, frame(side, side), edge)
            if place is None:
                return None
            part = np.s_[place[0] : place[0] + side, place[1] : place[1] + side]
            specks(random, grid[part][1:-1, 1:-1], random.randint(4, 6), shades)
            out[part] = mirror(grid[part])
        for _ in range(2):
            shape = random.choice(SHAPES)
            place = put(random, grid, shape, shades[0])
            if place is None:
                return None
            stamp(out, shape, *place, shades[0])
        return grid, out

    return draw
