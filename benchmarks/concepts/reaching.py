"""Concepts in which one thing leads to another: growth, rays, paths, order of colours, hidden parts, keys."""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.drawing import (
    SHAPES,
    Draw,
    Drawn,
    block,
    canvas,
    colours,
    concept,
    frame,
    in_a_direction,
    put,
    stamp,
)

_AROUND = ((0, 1), (1, 0), (0, -1), (-1, 0))


def _inside(grid: np.ndarray, row: int, col: int) -> bool:
    return bool(0 <= row < grid.shape[0] and 0 <= col < grid.shape[1])


@concept
def turn_at_obstacles(rule: Random) -> Draw:
    """A ray that turns at whatever stops it, always to the same hand, until it leaves the grid."""
    start, wall = colours(rule, 2)
    hand, new = rule.choice((1, -1)), rule.choice([start, *colours(rule, 1, (start, wall))])

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 13)
        for row, col in np.argwhere(np.ones_like(grid)):
            if random.random() < 0.08:
                grid[row, col] = wall
        row, col = random.randrange(2, grid.shape[0] - 2), 0
        grid[row, col] = start
        out = grid.copy()
        way = turns = 0
        for _ in range(80):
            down, right = _AROUND[way]
            if not _inside(grid, row + down, col + right):
                return (grid, out) if turns > 1 else None
            if grid[row + down, col + right]:
                way, turns = (way + hand) % 4, turns + 1
                continue
            row, col = row + down, col + right
            out[row, col] = new
        return None

    return in_a_direction(draw, rule)


@concept
def path_through_the_maze(rule: Random) -> Draw:
    """The one way through corridors between two cells."""
    wall, one, other, new = colours(rule, 4)

    def draw(random: Random) -> Drawn | None:
        side = random.choice((9, 11, 13))
        grid = np.full((side, side), wall)
        grid[1, 1] = 0
        cells, ways = [(1, 1)], {(1, 1): [(1, 1)]}
        while cells:
            row, col = cells[-1]
            steps = [(row + 2 * d, col + 2 * r, row + d, col + r) for d, r in _AROUND]
            free = [s for s in steps if _inside(grid, *s[:2]) and grid[s[0], s[1]] == wall]
            if not free:
                cells.pop()
                continue
            there = random.choice(free)
            grid[there[:2]] = grid[there[2:]] = 0
            cells.append(there[:2])
            ways[there[:2]] = [*ways[row, col], there[2:], there[:2]]
        way = ways[random.choice([cell for cell in ways if len(ways[cell]) > 8] or [(1, 1)])]
        if len(way) < 5:
            return None
        grid[way[0]], grid[way[-1]] = one, other
        out = grid.copy()
        for cell in way[1:-1]:
            out[cell] = new
        return grid, out

    return draw


@concept
def fall_and_flow(rule: Random) -> Draw:
    """What drips from a source falls straight down, and to both sides where a wall stops it."""
    source, wall = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 12)
        for row in range(3, grid.shape[0] - 1, 3):
            width = random.randint(2, 4)
            col = random.randint(1, grid.shape[1] - width - 1)
            grid[row, col : col + width] = wall
        grid[0, random.randrange(1, grid.shape[1] - 1)] = source
        out = grid.copy()
        before = None
        while before is None or (before != out).any():
            before = out.copy()
            for row, col in np.argwhere(before == source).tolist():
                if not _inside(out, row + 1, col):
                    continue
                if out[row + 1, col] == 0:
                    out[row + 1, col] = source
                elif out[row + 1, col] == wall:
                    for side in (col - 1, col + 1):
                        if _inside(out, row, side) and out[row, side] == 0:
                            out[row, side] = source
        return (grid, out) if np.unique(np.nonzero(out == source)[1]).size > 1 else None

    return in_a_direction(draw, rule)


@concept
def grow_where_two_meet(rule: Random) -> Draw:
    """A cell between a coloured neighbour in its row and one in its column takes their colour, and so on."""
    shade, wall = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 12)
        for _ in range(3):
            row, col = random.randrange(grid.shape[0] - 4), random.randrange(grid.shape[1] - 4)
            for step in range(random.randint(2, 4)):
                grid[row + step, col + step] = shade
        for _ in range(4):
            grid[random.randrange(grid.shape[0]), random.randrange(grid.shape[1])] = wall
        out, before = grid.copy(), None
        while before is None or (before != out).any():
            before = out.copy()
            edge = np.pad(before == shade, 1)
            across, along = edge[1:-1, :-2] | edge[1:-1, 2:], edge[:-2, 1:-1] | edge[2:, 1:-1]
            out = np.where((before == 0) & across & along, shade, before)
        return grid, out

    return draw


@concept
def colours_in_another_order(rule: Random) -> Draw:
    """Rings whose colours change places: the other way round, or each with the next one's."""
    turned, step = rule.random() < 0.4, rule.choice((1, -1))

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, random.randint(2, 4))
        new = shades[::-1] if turned else [*shades[step:], *shades[:step]]
        grid = np.zeros((2 * len(shades) + random.randint(0, 2), 2 * len(shades) + random.randint(0, 2)), int)
        out = grid.copy()
        for depth, (old, shade) in enumerate(zip(shades, new, strict=True)):
            last = len(grid) - depth, grid.shape[1] - depth
            inside = np.s_[depth : last[0], depth : last[1]]
            grid[inside], out[inside] = old, shade
        return grid, out

    return draw


@concept
def beams_to_the_block(rule: Random) -> Draw:
    """Cells in line with the block are joined to it, if nothing is between; the others stay alone."""
    base = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        height, width = random.randint(2, 3), random.randint(2, 3)
        top, left = random.randint(3, 7), random.randint(3, 7)
        grid[top : top + height, left : left + width] = base
        for shade in colours(random, 2, (base,)) * 4:
            row, col = random.randrange(grid.shape[0]), random.randrange(grid.shape[1])
            if grid[row, col] == 0:
                grid[row, col] = shade
        out, joined = grid.copy(), 0
        for row, col in np.argwhere((grid > 0) & (grid != base)).tolist():
            for down, right in _AROUND:
                line = []
                place = row + down, col + right
                while _inside(grid, *place) and grid[place] == 0:
                    line.append(place)
                    place = place[0] + down, place[1] + right
                if _inside(grid, *place) and grid[place] == base and line:
                    joined += 1
                    for cell in line:
                        out[cell] = grid[row, col]
        return (grid, out) if joined > 1 else None

    return draw


@concept
def shadows_on_the_block(rule: Random) -> Draw:
    """Each cell in line with the block colours the place where it would meet it."""
    base = rule.randint(1, 9)
    stays = rule.random() < 0.6

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 14)
        height, width = random.randint(3, 5), random.randint(3, 5)
        top, left = random.randint(2, 5), random.randint(2, 5)
        grid[top : top + height, left : left + width] = base
        out = grid.copy()
        for _ in range(random.randint(2, 4)):
            shade = colours(random, 1, (base,))[0]
            if random.random() < 0.5:
                row, (col, edge) = (
                    random.randrange(top, top + height),
                    random.choice(((0, left), (grid.shape[1] - 1, left + width - 1))),
                )
                place, met = (row, col), (row, edge)
            else:
                col, (row, edge) = (
                    random.randrange(left, left + width),
                    random.choice(((0, top), (grid.shape[0] - 1, top + height - 1))),
                )
                place, met = (row, col), (edge, col)
            if out[met] != base or grid[place]:
                return None
            grid[place], out[met] = shade, shade
            if stays:
                out[place] = shade
        return grid, out

    return draw


@concept
def mark_between_two(rule: Random) -> Draw:
    """A small picture drawn half-way between two cells."""
    shade, new = colours(rule, 2)
    shape = rule.choice([SHAPES[5], SHAPES[8], SHAPES[9]])

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 13)
        row, col, apart = random.randint(1, grid.shape[0] - 2), random.randint(0, 3), random.choice((4, 6, 8))
        if col + apart >= grid.shape[1]:
            return None
        grid[row, col] = grid[row, col + apart] = shade
        out = grid.copy()
        stamp(out, shape, row - 1, col + apart // 2 - 1, new)
        return grid, out

    return in_a_direction(draw, rule)


def _figure(random: Random, turning: bool) -> np.ndarray:
    """A figure of several colours with one axis, or that looks the same after a quarter turn."""
    shades, half = colours(random, 2), random.randint(2, 3)
    quarter = np.array([[random.choice((0, *shades)) for _ in range(half)] for _ in range(half)])
    quarter[-1, -1] = shades[0]
    if turning:
        top = np.hstack([quarter, np.rot90(quarter, -1)])
        return np.vstack([top, np.rot90(top, 2)])
    rows = np.vstack([quarter, quarter[: random.randint(1, half)]])
    rows[:, -1] = shades[0]
    return np.hstack([rows, rows[:, ::-1]])


@concept
def uncover_the_figure(rule: Random) -> Draw:
    """A symmetric figure, a part of which lies under a block: without the block, and whole."""
    cover, turning = rule.randint(1, 9), rule.random() < 0.3

    def draw(random: Random) -> Drawn | None:
        out = canvas(random, 10, 14)
        figure = _figure(random, turning)
        if (figure == cover).any():
            return None
        row, col = (random.randint(1, n - m - 1) for n, m in zip(out.shape, figure.shape, strict=True))
        out[row : row + figure.shape[0], col : col + figure.shape[1]] = figure
        grid = out.copy()
        corner = random.choice((row - 1, row + 2)), random.choice((col - 1, col + figure.shape[1] - 1))
        grid[corner[0] : corner[0] + 2, corner[1] : corner[1] + 2] = cover
        hidden = (grid == cover) & (out > 0)
        return (grid, out) if hidden.any() and (grid == cover).sum() == 4 else None

    return in_a_direction(draw, rule)


@concept
def finish_the_figure(rule: Random) -> Draw:
    """A figure that has lost one of its arms gets it back."""

    def draw(random: Random) -> Drawn | None:
        out = canvas(random, 9, 12)
        figure = _figure(random, True)
        row, col = (random.randint(0, n - m) for n, m in zip(out.shape, figure.shape, strict=True))
        out[row : row + figure.shape[0], col : col + figure.shape[1]] = figure
        grid = out.copy()
        half = len(figure) // 2
        corner = np.s_[row : row + half - 1, col : col + half - 1]
        grid[corner] = 0
        return grid, out

    return in_a_direction(draw, rule)


@concept
def pictures_of_the_same_shape(rule: Random) -> Draw:
    """Plain shapes take the colours, cell by cell, of the object of their shape in several colours."""
    base = rule.randint(1, 9)
    stays = rule.random() < 0.6

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 15)
        out = np.zeros_like(grid)
        for shape in random.sample([s for s in SHAPES if s.sum() > 3], 2):
            shades = colours(random, 3, (base,))
            picture = np.array([[random.choice(shades) for _ in line] for line in shape]) * shape
            for number in range(random.randint(2, 3)):
                place = put(random, grid, shape, base)
                if place is None:
                    return None
                row, col = place
                inside = np.s_[row : row + shape.shape[0], col : col + shape.shape[1]]
                if number == 0:
                    grid[inside][shape > 0] = picture[shape > 0]
                if number or stays:
                    out[inside][shape > 0] = picture[shape > 0]
        return grid, out

    return draw


@concept
def clean_then_fill(rule: Random) -> Draw:
    """Scattered cells go, and frames are filled."""
    edge, dirt, new = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 15)
        out = grid.copy()
        for _ in range(2):
            shape = frame(random.randint(3, 5), random.randint(4, 6))
            place = put(random, grid, shape, edge)
            if place is None:
                return None
            stamp(out, block(*shape.shape), *place, new)
            stamp(out, shape, *place, edge)
        for row, col in np.argwhere(grid == 0).tolist():
            if random.random() < 0.1:
                grid[row, col] = dirt
        return grid, out

    return draw


@concept
def continue_the_row(rule: Random) -> Draw:
    """A pattern of two or three objects goes on at its own pace to the border."""

    def draw(random: Random) -> Drawn | None:
        height, width = random.randint(3, 7), random.randint(12, 18)
        out = np.zeros((height, width), int)
        shapes = [s for s in SHAPES if s.shape[0] <= height and s.shape[1] < 4]
        cycle = [(random.choice(shapes), random.randint(1, 9)) for _ in range(random.randint(1, 2))]
        row, gap = random.randint(0, height - 3), random.randint(1, 2)
        col, number, seen = random.randint(0, 1), 0, 0
        while col < width:
            shape, shade = cycle[number % len(cycle)]
            part = shape[: height - row, : width - col]
            out[row : row + len(part), col : col + part.shape[1]] = part * shade
            col += shape.shape[1] + gap
            number += 1
            if number == 2 * len(cycle):
                seen = col
        grid = out.copy()
        grid[:, seen:] = 0
        return (grid, out) if width - seen > 3 else None

    return in_a_direction(draw, rule)
