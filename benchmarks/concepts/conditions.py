"""Varied concepts whose rules ask two things of an object, or whose grids hold what tells nothing."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from benchmarks.concepts.composed import Thing
from benchmarks.concepts.drawing import SHAPES, Draw, Drawn, block, colours, frame, in_a_direction, put, stamp
from benchmarks.concepts.varied import (
    a_bar,
    a_block,
    a_dot,
    a_frame,
    a_shape,
    acting,
    an_odd_square,
    box,
    either,
    paint,
    room,
    scene,
    size,
    upto,
    varied,
)


def _specks(random: Random, grid: np.ndarray, count: int, shades: list[int]) -> None:
    """So many single cells of some colours on what is empty."""
    free = [tuple(cell) for cell in np.argwhere(grid == 0).tolist()]
    for cell in random.sample(free, min(count, len(free))):
        grid[cell] = random.choice(shades)


def _dotted_frame(random: Random, grid: np.ndarray, edge: int, dot: int, count: int) -> Thing | None:
    """A frame with so many dots in it."""
    shape = frame(random.randint(4, 6), random.randint(4, 6))
    place = put(random, grid, shape, edge)
    if place is None:
        return None
    thing = Thing(*place, shape, edge)
    _specks(random, box(grid, thing)[1:-1, 1:-1], count, [dot])
    return thing


def _is_hollow(thing: Thing) -> bool:
    return min(thing.shape.shape) > 2 and not thing.shape[1:-1, 1:-1].any()


@varied
def hollow_above_the_line_go(rule: Random) -> Draw:
    """Of what lies above a line, the hollow goes; below it, and all that is full, stays."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 11, 14), colours(random, 3, (line,))
        row = random.randint(5, len(grid) - 6)
        grid[row] = line
        made = scene(random, upto(random, 4, 5), shades, either(a_block, a_frame), grid)
        if made is None:
            return None
        out = grid.copy()
        gone = [one for one in made[1] if _is_hollow(one) and one.row < row]
        for one in gone:
            paint(out, one, 0)
        return (grid, out) if gone else None

    return in_a_direction(draw, rule)


@acting(own=2, count=(3, 5), shape=either(a_block, an_odd_square, a_bar))
def centre_of_odd_squares_only(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray:
    """The middle of what is square and odd takes one colour; other things stay."""
    for one in things:
        if one.shape.shape[0] == one.shape.shape[1] and len(one.shape) % 2:
            grid[(one.row + one.bottom) // 2, (one.col + one.right) // 2] = own[0]
    return grid


@acting(own=1, count=(2, 3), shape=an_odd_square, margin=1)
def centre_lines_to_the_border(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray:
    """From the middle of the upper side of each odd square a line to the border, under what it meets."""
    for one in things:
        line = grid[: one.row, (one.col + one.right) // 2]
        line[line == 0] = own[0]
    return grid


@varied
def clean_outside_of_frames(rule: Random) -> Draw:
    """Specks go, but not those in frames."""

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 2)
        made = scene(random, upto(random, 2, 2), shades[:1], a_frame, room(random, 11, 14))
        if made is None:
            return None
        out = made[0].copy()
        grid = made[0].copy()
        _specks(random, grid, upto(random, 8, 14, 6), shades[1:])
        for one in made[1]:
            box(out, one)[:] = box(grid, one)
        return grid, out

    return draw


@varied
def clean_the_lattice_lines(rule: Random) -> Draw:
    """Lattice lines with cells of other colours in them are whole again; specks in rooms stay."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        step, grid = random.randint(3, 5), room(random, 11, 14)
        grid[random.randint(1, step - 1) :: step] = line
        grid[:, random.randint(1, step - 1) :: step] = line
        out, shades = grid.copy(), colours(random, 2, (line,))
        for cell in random.sample(range(grid.size), upto(random, 9, 16, 6)):
            grid.flat[cell] = random.choice(shades)
            if not out.flat[cell]:
                out.flat[cell] = grid.flat[cell]
        return grid, out

    return draw


@varied
def complete_bitten_rings(rule: Random) -> Draw:
    """Frames with some cells missing are completed in a second colour; full blocks with a dent stay."""
    new = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 2, 3), colours(random, 2, (new,)), a_frame)
        if made is None:
            return None
        grid = made[0].copy()
        out = made[0].copy()
        for one in made[1]:
            edge = [cell for cell in np.argwhere(one.shape).tolist() if random.random() < 0.2][:2]
            for row, col in edge:
                grid[one.row + row, one.col + col], out[one.row + row, one.col + col] = 0, new
        return grid, out

    return draw


@varied
def complete_like_the_whole_one(rule: Random) -> Draw:
    """One shape is whole; each other copy, in a colour of its own, lacks one cell and gets it."""

    def draw(random: Random) -> Drawn | None:
        shape = random.choice([one for one in SHAPES if one.sum() > 4])
        made = scene(random, upto(random, 3, 3), colours(random, 3), lambda _: shape)
        if made is None:
            return None
        grid = made[0].copy()
        for one in made[1][1:]:
            row, col = random.choice(np.argwhere(shape).tolist())
            grid[one.row + row, one.col + col] = 0
        return grid, made[0]

    return draw


@varied
def copy_into_empty_frames(rule: Random) -> Draw:
    """What one frame holds is copied into the empty ones, in each frame's own colour."""

    def draw(random: Random) -> Drawn | None:
        shades, side = colours(random, 4), random.randint(3, 4)
        dots = block(side, side) * 0
        _specks(random, dots, random.randint(3, 5), [1])
        made = scene(random, upto(random, 3, 3, 1), shades[:3], lambda _: frame(side + 2, side + 2),
                     room(random, 13, 15))  # fmt: skip
        if made is None:
            return None
        grid, out = made[0].copy(), made[0].copy()
        for number, one in enumerate(made[1]):
            stamp(out, dots, one.row + 1, one.col + 1, one.colour)
            if number == 0:
                stamp(grid, dots, one.row + 1, one.col + 1, one.colour)
        return grid, out

    return draw


@varied
def copy_over_its_own_line(rule: Random) -> Draw:
    """Things that stand on a line are mirrored below it; those with no line are not."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 12, 14), colours(random, 3, (line,))
        out = grid.copy()
        for number in range(upto(random, 2, 3)):
            shape = random.choice(SHAPES)
            high, wide = shape.shape
            whole = np.vstack([shape, block(1, wide) * 2, shape[::-1]]) if number else shape
            place = put(random, out, whole, 1)
            if place is None:
                return None
            shade = random.choice(shades)
            for one in (grid, out):
                stamp(one, shape, *place, shade)
            if number:
                for one in (grid, out):
                    one[place[0] + high, place[1] : place[1] + wide] = line
                out[place[0] + high + 1 :, :][:high, place[1] : place[1] + wide] = shape[::-1] * shade
        return grid, out

    return in_a_direction(draw, rule)


@varied
def count_shown_beside_the_frame(rule: Random) -> Draw:
    """The upper side of each frame goes on to the right, by as many cells as it holds dots."""
    dot, new = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid, edge = room(random, 11, 13), colours(random, 1, (dot, new))[0]
        out = np.zeros_like(grid)
        for _ in range(upto(random, 1, 2, 1)):
            count, shape = random.randint(1, 4), frame(random.randint(4, 5), random.randint(4, 5))
            wide = shape.shape[1]
            place = put(random, out, np.pad(shape, ((0, 0), (0, count))) + 1, 1)
            if place is None:
                return None
            thing = Thing(*place, shape, edge)
            box(out, thing)[:] = 0
            out[place[0] : thing.bottom, thing.right : thing.right + count] = 0
            paint(grid, thing, edge)
            _specks(random, box(grid, thing)[1:-1, 1:-1], count, [dot])
            box(out, thing)[:] = box(grid, thing)
            out[place[0], place[1] + wide : place[1] + wide + count] = new
        return grid, out

    return in_a_direction(draw, rule)


@varied
def recoloured_if_they_hold_as_many(rule: Random) -> Draw:
    """Frames that hold as many dots as the key's frame take the key's colour."""
    key, dot = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid, edge = room(random, 14, 16), colours(random, 1, (key, dot))[0]
        counts = [random.randint(1, 3) for _ in range(upto(random, 3, 3, 1))]
        if counts.count(counts[0]) in (1, len(counts)):
            return None
        made = [_dotted_frame(random, grid, key if not number else edge, dot, count)
                for number, count in enumerate(counts)]  # fmt: skip
        out = grid.copy()
        for one, count in zip(made, counts, strict=True):
            if one is None:
                return None
            if count == counts[0]:
                paint(out, one, key)
        return grid, out

    return draw


@varied
def extend_to_the_wall_or_not_at_all(rule: Random) -> Draw:
    """From dots at the border a line goes to the wall; where there is no wall the dot stays alone."""
    wall, hit = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 10, 12)
        top, col = random.randint(1, 4), random.randint(5, grid.shape[1] - 2)
        low = random.randint(top + 2, len(grid) - 3)
        grid[top : low + 1, col] = wall
        rows = random.sample(range(0, len(grid), 2), upto(random, 2, 3))
        for row in rows:
            grid[row, 0] = random.choice(colours(random, 2, (wall, hit)))
        out = grid.copy()
        for row in rows:
            if grid[row, col]:
                out[row, :col], out[row, col] = grid[row, 0], hit
        return grid, out

    return in_a_direction(draw, rule)


@acting(own=0, count=(3, 4), shape=either(a_bar, a_bar, a_dot))
def extend_bars_but_not_dots(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Bars grow both ways to the border, those that stand over those that lie; dots stay."""
    bars = [one for one in things if size(one) > 1]
    for lie in (True, False):
        for one in bars:
            if (one.shape.shape[0] == 1) == lie:
                grid[one.row if lie else slice(None), slice(None) if lie else one.col] = one.colour
    for one in things:
        paint(grid, one, one.colour) if size(one) == 1 else None
    return grid if bars else None


@acting(own=2, count=(2, 4), shape=a_frame)
def filled_by_their_inner_size(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray:
    """Frames around one cell are filled in one colour, those around more in another."""
    for one in things:
        inner = box(grid, one)[1:-1, 1:-1]
        inner[:] = own[int(inner.size > 1)]
    return grid


@acting(own=2, count=(4, 5), shape=a_bar, shades=1)
def longest_lying_and_standing(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """The longest bar that lies takes one colour, the longest that stands another."""
    for way in range(2):
        bars = sorted((one for one in things if one.shape.shape[way] == 1), key=size)
        if len(bars) < 2 or size(bars[-1]) == size(bars[-2]):
            return None
        paint(grid, bars[-1], own[way])
    return grid


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
        _specks(random, grid, upto(random, 9, 13), [dot])
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
        _specks(random, tile, side + 1, colours(random, 2, (line,)))
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
        _specks(random, inner, upto(random, 8, 12), shades)
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
        _specks(random, grid[1:, 2:], upto(random, 9, 14), [dot])
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
            _specks(random, grid[part][1:-1, 1:-1], random.randint(4, 6), shades)
            out[part] = mirror(grid[part])
        for _ in range(2):
            shape = random.choice(SHAPES)
            place = put(random, grid, shape, shades[0])
            if place is None:
                return None
            stamp(out, shape, *place, shades[0])
        return grid, out

    return draw
