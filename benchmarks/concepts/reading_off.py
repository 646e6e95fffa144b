"""Concepts with outputs of another size read off: tables, keys, units, joined and scaled objects."""

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
from benchmarks.concepts.odd_ones import _laid, _picture


@concept
def table_of_colours_and_shapes(rule: Random) -> Draw:
    """A row for each colour of the rule: as many cells as it has dots, then as many as it has squares."""
    shades = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid, out = canvas(random, 11, 14), np.zeros((2, 2), int)
        for _ in range(random.randint(4, 7)):
            row, col = random.randrange(2), random.randrange(2)
            if put(random, grid, (block(1, 1), block(2, 2))[col], shades[row]) is None:
                return None
            out[row, col] = shades[row]
        return (grid, out) if 1 < (out > 0).sum() < 4 else None

    return draw


@concept
def unscaled_whatever_the_scale(rule: Random) -> Draw:
    """Every cell stands as a block, larger in some pairs than in others: the picture at its own size."""
    on_ground = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        small, factor = _picture(random, 3, random.randint(3, 4), colours(random, 3)), random.randint(2, 4)
        big = np.kron(small, block(factor, factor))
        if not on_ground:
            return big, small
        grid = np.zeros((len(big) + random.randint(1, 4), big.shape[1] + random.randint(1, 4)), int)
        row, col = random.randint(0, len(grid) - len(big)), random.randint(0, grid.shape[1] - big.shape[1])
        grid[row : row + len(big), col : col + big.shape[1]] = big
        return grid, small

    return draw


@concept
def recoloured_by_a_legend(rule: Random) -> Draw:
    """Pairs of cells tell which colour becomes which; the large picture is taken out, recoloured."""

    def draw(random: Random) -> Drawn | None:
        shades, grid = colours(random, 4), canvas(random, 11, 14)
        made = _picture(random, random.randint(3, 5), random.randint(3, 5), shades[:2], 1.1)
        keys = [np.array([shades[:3:2]]), np.array([shades[1::2]])]
        if len(np.unique(made)) < 2 or not all(_laid(random, grid, one) for one in (made, *keys)):
            return None
        return grid, np.where(made == shades[0], shades[2], shades[3])

    return draw


@concept
def joined_at_the_mark(rule: Random) -> Draw:
    """Two objects, each with one cell of the mark's colour: laid together so that these cells meet."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 2, (mark,))
        upper, lower = (_picture(random, 3, 3, [shade], 0.7) for shade in shades)
        upper[2, 2] = lower[0, 0] = mark
        grid = canvas(random, 10, 14)
        if not (_laid(random, grid, upper) and _laid(random, grid, lower)):
            return None
        out = np.zeros((5, 5), int)
        out[:3, :3] = upper
        out[2:, 2:] = np.where(lower > 0, lower, out[2:, 2:])
        return grid, out

    return draw


@concept
def unit_of_a_pattern(rule: Random) -> Draw:
    """A tile repeated over the whole grid, cut at the edges: the tile; with spots or not."""
    spot = rule.choice((0, 0, 1))

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 4)
        tile = _picture(random, random.randint(2, 3), random.randint(2, 4), shades[:3], 1.1)
        full = np.tile(tile, (6, 6))[: random.randint(8, 11), : random.randint(9, 12)]
        if spot:
            for place in random.sample(range(full.size), 4):
                full.flat[place] = 0
        return full, tile

    return draw


@concept
def quarter_of_a_mirrored_picture(rule: Random) -> Draw:
    """A picture symmetric in both axes, perhaps with a hidden square: its upper left quarter."""
    hidden = rule.choice((0, rule.randint(1, 9)))

    def draw(random: Random) -> Drawn | None:
        side = random.randint(3, 5)
        quarter = _picture(random, side, side, colours(random, 4, (hidden,)), 1.1)
        full = np.vstack([quarter, quarter[::-1]])
        full = np.hstack([full, full[:, ::-1]])
        if hidden:
            row, col = random.randint(0, side - 2), random.randint(0, side - 2)
            full[row : row + 2, col : col + 2] = hidden
        return full, quarter

    return draw


@concept
def shape_of_the_hole(rule: Random) -> Draw:
    """A rectangle with a hole of some shape: the shape, in the rectangle's colour or a fixed one."""
    colour = rule.choice((0, rule.randint(1, 9)))

    def draw(random: Random) -> Drawn | None:
        grid, shade = canvas(random, 10, 14), random.choice(colours(random, 3, (colour,)))
        shape = random.choice(SHAPES[1:])
        solid = block(6, 6)
        row, col = random.randint(1, 5 - shape.shape[0]), random.randint(1, 5 - shape.shape[1])
        stamp(solid, shape, row, col, 0)
        return (grid, shape * (colour or shade)) if _laid(random, grid, solid * shade) else None

    return draw


@concept
def glyphs_by_colour(rule: Random) -> Draw:
    """Each cell becomes a block of three by three that its colour tells."""
    shades = colours(rule, 3)
    glyphs = {shade: _picture(rule, 3, 3, [shade]) for shade in shades} | {0: np.zeros((3, 3), int)}

    def draw(random: Random) -> Drawn | None:
        small = _picture(random, random.randint(2, 3), random.randint(2, 4), shades, 0.9)
        if set(np.unique(small)) - {0} != set(shades):
            return None
        return small, np.block([[glyphs[int(cell)] for cell in row] for row in small])

    return draw


@concept
def enlarged_and_drawn_on(rule: Random) -> Draw:
    """Twice as large, then diagonals from the object's corners, a frame, or a line through the object."""
    how, colour = rule.choice(("frame", "diagonals", "line", "around")), rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = np.zeros((random.randint(4, 7),) * 2, int)
        row, col, shade = random.randint(1, len(grid) - 2), random.randint(1, len(grid) - 2), 0
        shade = colours(random, 1, (colour,))[0]
        grid[row, col] = shade
        out = np.kron(grid, block(2, 2))
        if how == "frame":
            out[[0, -1]] = out[:, [0, -1]] = colour
        elif how == "line":
            out[2 * row : 2 * row + 2] = np.where(out[2 * row : 2 * row + 2] > 0, shade, colour)
        elif how == "around":
            part = out[2 * row - 1 : 2 * row + 3, 2 * col - 1 : 2 * col + 3]
            part[part == 0] = colour
        else:
            for step in range(1, len(out)):
                for down, right in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
                    spot = (2 * row + (down > 0) + down * step, 2 * col + (right > 0) + right * step)
                    if min(spot) >= 0 and max(spot) < len(out):
                        out[spot] = colour
        return grid, out

    return draw


@concept
def one_object_in_the_size_of_another(rule: Random) -> Draw:
    """The small picture enlarged to the size of the empty frame, drawn in it or alone."""
    alone, edge = rule.random() < 0.5, rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        small, factor = _picture(random, 3, 3, colours(random, 2, (edge,))), random.randint(1, 3)
        grid = canvas(random, 15, 18)
        if not (
            _laid(random, grid, frame(3 * factor + 2, 3 * factor + 2) * edge) and _laid(random, grid, small)
        ):
            return None
        big = np.kron(small, block(factor, factor))
        return grid, big if alone else np.pad(big, 1, constant_values=edge)

    return draw


@concept
def stripes_and_their_order(rule: Random) -> Draw:
    """Lines across the whole grid: their colours from top to bottom; other lines or dots don't count."""
    reverse = rule.random() < 0.4

    def draw(random: Random) -> Drawn | None:
        grid, count = canvas(random, 10, 14), random.randint(3, 4)
        shades = colours(random, count + 1)
        for place in random.sample(range(grid.size), grid.size // 8):
            grid.flat[place] = shades[count]
        rows = sorted(random.sample(range(0, len(grid), 2), count))
        grid[rows] = np.array(shades[:count])[:, None]
        order = shades[:count][:: -1 if reverse else 1]
        return grid, np.array(order)[:, None]

    return in_a_direction(draw, rule)


@concept
def colour_of_the_crossing(rule: Random) -> Draw:
    """Lines across and down; a cell for each crossing, in the colour of the line on top there."""

    def draw(random: Random) -> Drawn | None:
        grid, (one, other) = canvas(random, 11, 15), colours(random, 2)
        rows = sorted(random.sample(range(1, len(grid) - 1, 2), random.randint(2, 3)))
        cols = sorted(random.sample(range(1, grid.shape[1] - 1, 2), random.randint(2, 3)))
        grid[rows], grid[:, cols] = one, other
        out = np.array([[random.choice((one, other)) for _ in cols] for _ in rows])
        grid[np.ix_(rows, cols)] = out
        return (grid, out) if len(np.unique(out)) > 1 else None

    return draw


@concept
def rows_that_hold_something(rule: Random) -> Draw:
    """Only rows with a cell of the colour stay, or those without one; or rows of one colour go."""
    mark, how = rule.randint(1, 9), rule.choice(("with", "without", "plain"))

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 2, (mark,))
        grid = _picture(random, random.randint(5, 8), random.randint(4, 7), shades, 1.1)
        for row in random.sample(range(len(grid)), len(grid) // 2):
            if how == "plain":
                grid[row] = random.choice(shades)
            else:
                grid[row, random.randrange(grid.shape[1])] = mark
        keep = (grid != grid[:, :1]).any(1) if how == "plain" else (grid == mark).any(1) == (how == "with")
        return (grid, grid[keep]) if 1 < keep.sum() < len(grid) else None

    return in_a_direction(draw, rule)


@concept
def counted_for_each_object(rule: Random) -> Draw:
    """For each rectangle a row, from top to bottom, of as many cells as it has dots."""
    dot = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, row, rows = canvas(random, 12, 15), 0, []
        for shade in colours(random, random.randint(2, 3), (dot,)):
            one = block(3, random.randint(3, 5)) * shade
            count = random.randint(1, 4)
            one.flat[random.sample(range(one.size), count)] = dot
            if row + 3 > len(grid):
                return None
            col = random.randint(0, grid.shape[1] - one.shape[1])
            grid[row : row + 3, col : col + one.shape[1]] = one
            row += random.randint(4, 5)
            rows.append([shade] * count + [0] * (4 - count))
        return grid, np.array(rows)

    return draw


@concept
def panel_like_the_template(rule: Random) -> Draw:
    """Two small pictures and a template in grey; the picture of its shape, or the other's colour."""
    grey, swap = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        one, other = colours(random, 2, (grey,))
        shapes = [_picture(random, 3, 3, [1]) for _ in range(2)]
        if (shapes[0] == shapes[1]).all():
            return None
        grid = canvas(random, 10, 14)
        if not all(
            _laid(random, grid, made) for made in (shapes[0] * one, shapes[1] * other, shapes[0] * grey)
        ):
            return None
        return grid, shapes[0] * (other if swap else one)

    return draw


@concept
def lines_between_parts_doubled(rule: Random) -> Draw:
    """Rows between lines: each part keeps its first row only."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        wide, shades = random.randint(4, 6), colours(random, 3, (line,))
        parts, out = [], []
        for _ in range(random.randint(2, 3)):
            first = _picture(random, 1, wide, shades, 1.1)
            parts += [np.repeat(first, random.randint(2, 4), 0), np.full((1, wide), line)]
            out += [first, np.full((1, wide), line)]
        return np.vstack(parts[:-1]), np.vstack(out[:-1])

    return in_a_direction(draw, rule)


@concept
def smallest_box_around_two_colours(rule: Random) -> Draw:
    """The box around all of one colour, in which the other colour's cells are left out or kept."""
    wanted, kept = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid, shades = canvas(random, 11, 14), colours(random, 3, (wanted,))
        for place in random.sample(range(grid.size), grid.size // 5):
            grid.flat[place] = random.choice(shades)
        row, col = random.randint(1, 5), random.randint(1, 5)
        high, wide = random.randint(3, 5), random.randint(3, 5)
        part = grid[row : row + high, col : col + wide]
        part[:] = np.where(_picture(random, high, wide, [1], 0.6) > 0, wanted, part)
        return grid, part.copy() if kept else np.where(part == wanted, wanted, 0)

    return draw


@concept
def repeated_up_to_a_size(rule: Random) -> Draw:
    """A row of colours repeated along a longer row, and each next row shifted by one, or the same."""
    shifted, colour = rule.random() < 0.5, rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        count = random.randint(2, 4)
        row = colours(random, count, (colour,))
        out = np.array(
            [[row[(col + line * shifted) % count] for col in range(9)] for line in range(count + 2)]
        )
        return np.array([row]), out if shifted else out[:count]

    return in_a_direction(draw, rule)


@concept
def biggest_by_an_outer_mark(rule: Random) -> Draw:
    """A mark on the border tells the side; the object nearest to that side is taken out."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, shades = canvas(random, 12, 15), colours(random, 4, (mark,))
        found = []
        for shade in shades[:3]:
            shape = random.choice(SHAPES)
            place = put(random, grid, shape, shade, 2)
            if place is None:
                return None
            found.append((place[0], place[0] + len(shape), shape * shade))
        upper = random.random() < 0.5
        edges = [one[0] if upper else -one[1] for one in found]
        if edges.count(min(edges)) > 1:
            return None
        grid[0 if upper else -1, random.randrange(grid.shape[1])] = mark
        return grid, found[edges.index(min(edges))][2]

    return in_a_direction(draw, rule)
