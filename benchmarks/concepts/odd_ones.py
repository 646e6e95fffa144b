"""Concepts with outputs of another size: a piece picked by what the others are, a box by landmarks."""

from __future__ import annotations

from collections import Counter
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
    fits,
    frame,
    in_a_direction,
    put,
    stamp,
)


def _picture(random: Random, high: int, wide: int, shades: list[int], share: float = 0.6) -> np.ndarray:
    """Cells of some colours; no side is empty."""
    while True:
        cells = [random.choice(shades) if random.random() < share else 0 for _ in range(high * wide)]
        made = np.array(cells).reshape(high, wide)
        if made[0].any() and made[-1].any() and made[:, 0].any() and made[:, -1].any():
            return made


def _mirrored(random: Random, side: int, shades: list[int], share: float = 0.7) -> np.ndarray:
    made = _picture(random, side, side, shades, share)
    for col in range(side // 2):
        made[:, -1 - col] = made[:, col]
    return made if made[:, 0].any() and made[0].any() and made[-1].any() else _mirrored(random, side, shades)


def _is_mirrored(made: np.ndarray) -> bool:
    return any((made == turned).all() for turned in (made[:, ::-1], made[::-1], made.T, made[::-1, ::-1].T))


def _laid(random: Random, grid: np.ndarray, picture: np.ndarray, ground: int = 0) -> bool:
    """The picture somewhere on the grid, apart from everything; `ground` is what lies between."""
    high, wide = picture.shape
    for _ in range(40):
        row, col = random.randint(0, len(grid) - high), random.randint(0, grid.shape[1] - wide)
        if fits(grid - ground, np.ones_like(picture), row, col):
            grid[row : row + high, col : col + wide] = picture
            return True
    return False


def _scattered(
    random: Random, pictures: list[np.ndarray], low: int = 13, high: int = 17
) -> np.ndarray | None:
    grid = canvas(random, low, high)
    order = random.sample(pictures, len(pictures))
    return grid if all(_laid(random, grid, one) for one in order) else None


def _one_cell_changed(random: Random, picture: np.ndarray, shades: list[int]) -> np.ndarray:
    made = picture.copy()
    spot = random.randrange(made.size)
    made.flat[spot] = random.choice([shade for shade in shades if shade != made.flat[spot]])
    return made


def _answer(grid: np.ndarray | None, out: np.ndarray) -> Drawn | None:
    return None if grid is None else (grid, out.copy())


@concept
def odd_in_one_cell(rule: Random) -> Draw:
    """The same square picture several times; in one of them a single cell has another colour."""

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 2)
        same = _picture(random, 3, 3, shades, 1.0)
        odd = _one_cell_changed(random, same, shades)
        return _answer(_scattered(random, [same] * random.randint(2, 4) + [odd]), odd)

    return draw


@concept
def odd_when_turned(rule: Random) -> Draw:
    """Several objects are one shape turned in all ways; one is of another shape."""

    def draw(random: Random) -> Drawn | None:
        rows = ("10/11", "111/010", "111/100", "110/011", "1111/1000")
        names = [np.array([list(map(int, row)) for row in one.split("/")]) for one in rows]
        same, odd = random.sample(names, 2)
        shades = colours(random, 4)
        made = [
            np.rot90(same, turn) * shade
            for turn, shade in zip(random.sample(range(4), 3), shades, strict=False)
        ]
        odd = np.rot90(odd, random.randrange(4)) * shades[3]
        return _answer(_scattered(random, [*made, odd]), odd)

    return draw


@concept
def only_one_symmetric(rule: Random) -> Draw:
    """Of square pictures one is its own mirror image, or one alone is not."""
    symmetric = rule.random() < 0.6

    def draw(random: Random) -> Drawn | None:
        shades, side = colours(random, 2), random.choice((3, 4))
        count, made = random.randint(3, 4), []
        for number in range(count):
            if (number == 0) == symmetric:
                made.append(_mirrored(random, side, shades))
            else:
                made.append(_picture(random, side, side, shades, 0.7))
        if [_is_mirrored(one) for one in made] != [(number == 0) == symmetric for number in range(count)]:
            return None
        return _answer(_scattered(random, made), made[0])

    return draw


@concept
def most_holes_cropped(rule: Random) -> Draw:
    """Rectangles with different numbers of holes: that with most of them."""

    def draw(random: Random) -> Drawn | None:
        counts, made = random.sample((1, 2, 3, 4), 3), []
        for count, shade in zip(counts, colours(random, 3), strict=True):
            wide = 2 * max(2, (count + 1) // 2) + random.randint(1, 2)
            shape = block(5, wide)
            spots = [(row, col) for row in (1, 3) for col in range(1, wide - 1, 2)]
            if len(spots) < count:
                return None
            for row, col in random.sample(spots, count):
                shape[row, col] = 0
            made.append(shape * shade)
        return _answer(_scattered(random, made, 14, 18), made[counts.index(max(counts))])

    return draw


@concept
def most_frequent_picture(rule: Random) -> Draw:
    """Square pictures of two colours, some of them several times: the one that occurs most often."""

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 2)
        made = [_picture(random, 3, 3, shades, 1.0) for _ in range(3)]
        if len({one.tobytes() for one in made}) < 3:
            return None
        return _answer(
            _scattered(random, [made[0]] * 3 + [made[1]] * random.randint(1, 2) + [made[2]]), made[0]
        )

    return draw


@concept
def most_dots_in_it(rule: Random) -> Draw:
    """Rectangles with dots of a fixed colour: the one with most, fewest or no dots, with or without them."""
    dot, which, clean = rule.randint(1, 9), rule.choice(("most", "fewest", "none")), rule.random() < 0.4

    def draw(random: Random) -> Drawn | None:
        shades, made, answers = colours(random, 3, (dot,)), [], []
        counts = random.sample((0, 1, 2, 3, 4) if which == "none" else (1, 2, 3, 4, 5), 3)
        if which == "none" and 0 not in counts:
            return None
        for count, shade in zip(counts, shades, strict=True):
            one = block(random.randint(3, 5), random.randint(3, 5)) * shade
            answers.append(one.copy())
            one.flat[random.sample(range(one.size), count)] = dot
            made.append(one)
        wanted = counts.index(max(counts) if which == "most" else min(counts))
        return _answer(_scattered(random, made), (answers if clean else made)[wanted])

    return draw


@concept
def nearest_to_the_dot(rule: Random) -> Draw:
    """A dot of a fixed colour marks the object next to it."""
    dot = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 15)
        shapes, shades = random.sample(SHAPES, 3), colours(random, 3, (dot,))
        places = [put(random, grid, shape, shade, 2, 3) for shape, shade in zip(shapes, shades, strict=True)]
        if not all(places):
            return None
        row, col = places[0] or (0, 0)
        side = random.choice(((-2, 0), (0, -2), (-2, -2)))
        grid[row + side[0], col + side[1]] = dot
        return grid, shapes[0] * shades[0]

    return in_a_direction(draw, rule)


@concept
def full_block_in_noise(rule: Random) -> Draw:
    """Noise of one colour, and a full rectangle of another; or a free rectangle in dense noise."""
    free = rule.random() < 0.4

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        shade, other = colours(random, 2)
        grid[np.array([[random.random() < 0.55 for _ in row] for row in grid])] = shade
        high, wide = random.randint(3, 5), random.randint(3, 5)
        row, col = random.randint(1, len(grid) - high - 1), random.randint(1, grid.shape[1] - wide - 1)
        grid[row : row + high, col : col + wide] = 0 if free else other
        if not free:
            grid[row + random.randrange(high), col + random.randrange(wide)] = other
        return grid, block(high, wide) * (0 if free else other)

    return draw


@concept
def panel_unlike_the_others(rule: Random) -> Draw:
    """A lattice of panels of equal size between lines: all alike but one."""
    line, whole = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        side, rows, cols = random.choice((2, 3, 4)), random.randint(2, 3), random.randint(2, 3)
        shades = colours(random, 2, (line,))
        same = _picture(random, side, side, shades[:1])
        odd = (
            _one_cell_changed(random, same, [0, *shades])
            if whole
            else _picture(random, side, side, shades[:1])
        )
        if same.tobytes() == odd.tobytes():
            return None
        grid = np.full((rows * (side + 1) - 1, cols * (side + 1) - 1), line)
        chosen = random.randrange(rows), random.randrange(cols)
        for row in range(rows):
            for col in range(cols):
                part = odd if (row, col) == chosen else same
                grid[
                    row * (side + 1) : row * (side + 1) + side, col * (side + 1) : col * (side + 1) + side
                ] = part
        return grid, odd

    return draw


@concept
def panel_by_a_property(rule: Random) -> Draw:
    """A lattice of panels: the fullest, the emptiest, the symmetric one, that with a colour of its own."""
    line, which = rule.randint(1, 9), rule.choice(("fullest", "emptiest", "symmetric", "colour"))

    def draw(random: Random) -> Drawn | None:
        side, rows, cols = random.choice((3, 4)), 2, random.randint(2, 3)
        shades = colours(random, 2, (line,))
        parts = [
            _picture(random, side, side, shades[:1], random.uniform(0.3, 0.8)) for _ in range(rows * cols)
        ]
        counts = [int((part > 0).sum()) for part in parts]
        if which == "symmetric":
            parts[0] = _mirrored(random, side, shades[:1])
            if [_is_mirrored(part) for part in parts] != [True] + [False] * (len(parts) - 1):
                return None
        elif which == "colour":
            parts[0] = np.where(parts[0], shades[1], 0)
        else:
            best = max(counts) if which == "fullest" else min(counts)
            if counts.count(best) > 1:
                return None
            at = counts.index(best)
            parts[0], parts[at] = parts[at], parts[0]
        answer = parts[0]
        random.shuffle(parts)
        grid = np.full((rows * (side + 1) - 1, cols * (side + 1) - 1), line)
        for number, part in enumerate(parts):
            row, col = number // cols * (side + 1), number % cols * (side + 1)
            grid[row : row + side, col : col + side] = part
        return grid, answer

    return draw


@concept
def inside_of_the_framed(rule: Random) -> Draw:
    """Framed pictures; the one in the fixed colour's frame, without the frame or with it."""
    wanted, kept = rule.randint(1, 9), rule.random() < 0.4

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 4, (wanted,))
        made = []
        for edge in (wanted, *shades[:2]):
            inner = _picture(random, random.randint(2, 4), random.randint(2, 4), shades[2:])
            made.append(np.pad(inner, 1, constant_values=edge))
        return _answer(_scattered(random, made, 14, 18), made[0] if kept else made[0][1:-1, 1:-1])

    return draw


@concept
def like_the_key_outside(rule: Random) -> Draw:
    """A small shape in a fixed colour; of the others the one of its shape."""
    key = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        shapes = random.sample(SHAPES, 4)
        shades = colours(random, 4, (key,))
        made = [shape * shade for shape, shade in zip(shapes, shades, strict=True)]
        return _answer(_scattered(random, [*made, shapes[0] * key]), made[0])

    return draw


@concept
def second_largest_cropped(rule: Random) -> Draw:
    """Rectangles (with a spot): neither the largest nor the smallest."""

    def draw(random: Random) -> Drawn | None:
        sides = random.sample((2, 3, 4, 5, 6), 3)
        shades = colours(random, 4)
        made = []
        for side, shade in zip(sides, shades, strict=False):
            one = block(side, random.randint(max(2, side - 1), side)) * shade
            one.flat[random.randrange(one.size)] = shades[3]
            made.append(one)
        return _answer(_scattered(random, made, 14, 18), made[sides.index(sorted(sides)[1])])

    return draw


@concept
def crop_between_bars(rule: Random) -> Draw:
    """Two standing bars of a colour as high as each other, and what lies between them."""
    edge, kept = rule.randint(1, 9), rule.random() < 0.4

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        grid[np.array([[random.random() < 0.3 for _ in row] for row in grid])] = colours(random, 1, (edge,))[
            0
        ]
        high, wide = random.randint(3, 6), random.randint(3, 6)
        row, col = random.randint(0, len(grid) - high), random.randint(0, grid.shape[1] - wide - 2)
        grid[row : row + high, col] = grid[row : row + high, col + wide + 1] = edge
        return grid, grid[row : row + high, col + 1 - kept : col + wide + 1 + kept].copy()

    return in_a_direction(draw, rule)


@concept
def crop_by_two_corners(rule: Random) -> Draw:
    """Two marks are opposite corners of the box: with them, without them, or without its border."""
    mark, kept = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        spots = np.array([[random.random() < 0.4 for _ in row] for row in grid])
        for spot in np.argwhere(spots):
            grid[tuple(spot)] = random.choice(colours(random, 8, (mark,)))
        high, wide = random.randint(4, 6), random.randint(4, 6)
        row, col = random.randint(0, len(grid) - high), random.randint(0, grid.shape[1] - wide)
        grid[row, col] = grid[row + high - 1, col + wide - 1] = mark
        inner = 0 if kept else 1
        return grid, grid[row + inner : row + high - inner, col + inner : col + wide - inner].copy()

    return draw


@concept
def crop_by_marks_at_the_sides(rule: Random) -> Draw:
    """Marks in the first column and the first row say which rows and columns are taken."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 13)
        shades = colours(random, 3, (mark,))
        grid[1:, 1:] = np.array([[random.choice([0, *shades]) for _ in row[1:]] for row in grid[1:]])
        top, low = sorted(random.sample(range(1, len(grid)), 2))
        left, right = sorted(random.sample(range(1, grid.shape[1]), 2))
        if low - top < 2 or right - left < 2:
            return None
        grid[[top, low], 0] = mark
        grid[0, [left, right]] = mark
        return grid, grid[top : low + 1, left : right + 1].copy()

    return in_a_direction(draw, rule)


@concept
def crop_where_lines_cross(rule: Random) -> Draw:
    """Two lines across and two lines down: what they enclose."""
    lines, kept = colours(rule, 2), rule.random() < 0.3
    one_colour = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        shades = colours(random, 2, tuple(lines))
        for spot in random.sample(range(grid.size), grid.size // 4):
            grid.flat[spot] = random.choice(shades)
        top, left = random.randint(1, 4), random.randint(1, 4)
        low, right = random.randint(top + 3, len(grid) - 2), random.randint(left + 3, grid.shape[1] - 2)
        grid[[top, low]] = lines[0]
        grid[:, [left, right]] = lines[0 if one_colour else 1]
        inner = 0 if kept else 1
        return grid, grid[top + inner : low + 1 - inner, left + inner : right + 1 - inner].copy()

    return draw


@concept
def pattern_under_the_cover(rule: Random) -> Draw:
    """A repeated tile (or a symmetric picture) with a rectangle of one colour on it: what it hides."""
    cover, tiled = rule.choice((0, rule.randint(1, 9))), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 4, (cover,))
        if tiled:
            tile = _picture(random, random.randint(2, 4), random.randint(2, 4), shades, 1.1)
            full = np.tile(tile, (8, 8))[: random.randint(10, 14), : random.randint(10, 14)]
        else:
            part = _picture(random, 6, 6, shades, 1.1)
            part = np.vstack([part, part[::-1]])
            full = np.hstack([part, part[:, ::-1]])
        high, wide = random.randint(2, 4), random.randint(2, 4)
        row, col = random.randint(0, len(full) - high), random.randint(0, full.shape[1] - wide)
        if not tiled and not (row + high <= 6 or row >= 6 or col + wide <= 6 or col >= 6):
            return None
        grid = full.copy()
        grid[row : row + high, col : col + wide] = cover
        return grid, full[row : row + high, col : col + wide].copy()

    return draw


@concept
def most_common_line(rule: Random) -> Draw:
    """Rows of which several are equal: the row that occurs most often, or the one that occurs once."""
    common = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        wide, shades = random.randint(4, 7), colours(random, 2)
        rows = [_picture(random, 1, wide, shades, 1.1) for _ in range(3)]
        counts = (4, 2, 2) if common else (1, 3, 2)
        if len({row.tobytes() for row in rows}) < 3:
            return None
        made = [row for row, count in zip(rows, counts, strict=True) for _ in range(count)]
        random.shuffle(made)
        return np.vstack(made), rows[0]

    return in_a_direction(draw, rule)


@concept
def colour_shared_by_all(rule: Random) -> Draw:
    """Pictures of several colours: the one colour that all hold, as a cell or a block."""
    side = rule.choice((1, 2, 3))

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 5)
        made = [_picture(random, 3, 3, [shades[0], shade], 1.1) for shade in shades[1 : random.randint(4, 5)]]
        counts = Counter(shade for one in made for shade in set(one.ravel().tolist()))
        if counts[shades[0]] != len(made) or any(len(np.unique(one)) < 2 for one in made):
            return None
        return _answer(_scattered(random, made), block(side, side) * shades[0])

    return draw


@concept
def with_a_twin_in_another_colour(rule: Random) -> Draw:
    """One of the objects has the same shape as another one, larger by two: the small one, or the colour."""

    def draw(random: Random) -> Drawn | None:
        shapes = random.sample([shape for shape in SHAPES if min(shape.shape) > 1], 3)
        shades = colours(random, 4)
        small = [shape * shade for shape, shade in zip(shapes, shades, strict=False)]
        large = np.kron(shapes[0], block(2, 2)) * shades[3]
        return _answer(_scattered(random, [*small, large]), small[0])

    return draw


@concept
def bordered_by_a_frame_or_not(rule: Random) -> Draw:
    """Objects, one of them inside of a frame: it alone, or with the frame's colour."""
    edge, takes = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 16)
        place = put(random, grid, frame(5, 5), edge)
        if place is None:
            return None
        shape, shades = random.choice(SHAPES[3:]), colours(random, 3, (edge,))
        row, col = (
            place[0] + 1 + random.randint(0, 3 - shape.shape[0]),
            place[1] + 1 + random.randint(0, 3 - shape.shape[1]),
        )
        stamp(grid, shape, row, col, shades[0])
        for _ in range(2):
            if put(random, grid, random.choice(SHAPES), random.choice(shades)) is None:
                return None
        return grid, shape * (edge if takes else shades[0])

    return draw
