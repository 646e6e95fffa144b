"""Lines and shapes laid over each other, pieces of lines that go on, frames, rays in their own ground.

Written after the code that finds them; nothing was fixed for them.
"""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.drawing import Draw, Drawn, canvas, colours, concept, in_a_direction

_FORMS = ("row", "column", "diagonal", "square", "cross")


def _form(grid: np.ndarray, name: str, row: int, col: int) -> np.ndarray:
    rows, cols = np.indices(grid.shape)
    down, right = abs(rows - row), abs(cols - col)
    forms = {
        "row": down == 0,
        "column": right == 0,
        "diagonal": rows - row == cols - col,
        "square": (down < 3) & (right < 3),
        "cross": (down == 0) | (right == 0),
    }
    return np.array(forms[name])


def _laid(names: tuple[str, ...], rule: Random) -> Draw:
    """A form around every mark by its colour; the later ones lie on top, all below the marks."""
    shades = colours(rule, len(names))

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 14)
        for shade in shades:
            for _ in range(random.randint(1, 2)):
                row, col = (random.randrange(side) for side in grid.shape)
                if grid[row].any() or grid[:, col].any():
                    return None
                grid[row, col] = shade
        out = grid.copy()
        for name, shade in zip(names, shades, strict=True):
            for row, col in np.argwhere(grid == shade).tolist():
                out[_form(grid, name, row, col)] = shade
        return grid, out

    return draw


@concept
def rows_on_columns(rule: Random) -> Draw:
    """Marks of one colour make columns, those of two others rows on top of them."""
    return in_a_direction(_laid(("column", "row", "row"), rule), rule)


@concept
def forms_on_forms(rule: Random) -> Draw:
    """Marks of two colours each make a form of their own, one kind on top of the other."""
    return _laid(tuple(rule.sample(_FORMS, 2)), rule)


@concept
def three_forms(rule: Random) -> Draw:
    """The same with three colours."""
    return _laid(tuple(rule.sample(_FORMS[:4], 3)), rule)


@concept
def lines_from_two_edges(rule: Random) -> Draw:
    """Cells at one edge make rows, cells at the next one columns, in any colours; the former are on top."""

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 8, 13)
        for row in random.sample(range(1, grid.shape[0]), random.randint(1, 3)):
            grid[row, 0] = random.randint(1, 9)
        for col in random.sample(range(1, grid.shape[1]), random.randint(1, 3)):
            grid[0, col] = random.randint(1, 9)
        out = grid.copy()
        out[:, 1:] = np.where(grid[0, 1:] > 0, grid[0, 1:], out[:, 1:])
        out[1:] = np.where(grid[1:, :1] > 0, grid[1:, :1], out[1:])
        return grid, out

    return in_a_direction(draw, rule)


@concept
def framed_within_marks(rule: Random) -> Draw:
    """A frame just inside the box of four marks, in the colour of what lies in it."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 16)
        height, width = (random.randint(8, side - 2) for side in grid.shape)
        top, left = random.randint(0, grid.shape[0] - height), random.randint(0, grid.shape[1] - width)
        box = grid[top : top + height, left : left + width]
        for edge in (box[0], box[-1], box[:, 0], box[:, -1]):
            edge[random.randint(1, edge.size - 2)] = mark
        shade = colours(random, 1, (mark,))[0]
        row, col = random.randint(3, height - 5), random.randint(3, width - 5)
        box[row : row + 2, col : col + 2] = random.choice([shade, np.array([[shade, 0], [shade, shade]])])
        out = grid.copy()
        inside = out[top + 1 : top + height - 1, left + 1 : left + width - 1]
        inside[[0, -1]] = shade
        inside[:, [0, -1]] = shade
        return grid, out

    return draw


def _grounds(random: Random, mark: int) -> np.ndarray:
    """A grid of two to four stripes and perhaps two halves, each of a colour of its own."""
    grid = np.zeros((random.randint(10, 15), random.randint(8, 13)), int)
    edges = sorted(random.sample(range(3, grid.shape[0] - 2), random.randint(1, 2)))
    shades = iter(colours(random, 8, (mark,)))
    for start, end in zip([0, *edges], [*edges, grid.shape[0]], strict=True):
        grid[start:end] = next(shades)
    return grid


def _in_grounds(ways: tuple[tuple[int, int], ...], rule: Random) -> Draw:
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = _grounds(random, mark)
        if random.random() < 0.3:
            grid = grid.T.copy() if len(ways) == 4 else grid
        out = grid.copy()
        marks = [tuple(random.randrange(side) for side in grid.shape) for _ in range(random.randint(2, 3))]
        for row, col in marks:
            for down, right in ways:
                y, x = row, col
                while 0 <= y < grid.shape[0] and 0 <= x < grid.shape[1] and grid[y, x] == grid[row, col]:
                    out[y, x] = mark
                    y, x = y + down, x + right
        for cell in marks:
            grid[cell] = mark
        return grid, out

    return draw


@concept
def lines_in_their_stripe(rule: Random) -> Draw:
    """Marks on stripes of colours make lines across their own stripe."""
    return in_a_direction(_in_grounds(((1, 0), (-1, 0)), rule), rule)


@concept
def crosses_in_their_stripe(rule: Random) -> Draw:
    """Marks on stripes make crosses that end where the stripe does."""
    return _in_grounds(((1, 0), (-1, 0), (0, 1), (0, -1)), rule)


@concept
def slants_in_their_stripe(rule: Random) -> Draw:
    """The same with diagonal crosses."""
    return _in_grounds(((1, 1), (-1, 1), (1, -1), (-1, -1)), rule)


def _gone_on(grid: np.ndarray, row: int, cols: range) -> np.ndarray:
    """The row in which the cells of these columns are repeated to both sides."""
    part = grid[row, cols.start : cols.stop]
    return part[(np.arange(grid.shape[1]) - cols.start) % part.size]


def _segments(singles: bool, both: bool, rule: Random) -> Draw:
    first = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 14)
        lines = []
        for number in range(random.randint(2, 4)):
            down = both and number % 2 == 0
            seen = grid.T if down else grid
            size = random.randint(2, 3)
            row, col = random.randrange(seen.shape[0]), random.randrange(seen.shape[1] - size)
            if seen[row].any() or seen[:, col : col + size].any():
                return None
            seen[row, col : col + size] = colours(random, size)
            lines.append((down, row, range(col, col + size)))
        for _ in range(random.randint(1, 3) if singles else 0):
            row, col = (random.randrange(side) for side in grid.shape)
            if not grid[row].any() and not grid[:, col].any():
                grid[row, col] = random.randint(1, 9)
        out = grid.copy()
        for down, row, cols in sorted(lines, key=lambda line: line[0] == first):
            (out.T if down else out)[row] = _gone_on(grid.T if down else grid, row, cols)
        return grid, out

    return draw


@concept
def segments_go_on(rule: Random) -> Draw:
    """Short coloured pieces of rows are repeated along their rows; single cells stay."""
    return in_a_direction(_segments(True, False, rule), rule)


@concept
def segments_cross(rule: Random) -> Draw:
    """Pieces of rows and of columns are repeated along them, the ones over the others."""
    return _segments(False, True, rule)


@concept
def crosses_go_on(rule: Random) -> Draw:
    """The two arms of a coloured cross are repeated to the edges."""

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 14)
        row, col = (random.randint(1, side - 2) for side in grid.shape)
        high, wide = random.choice([2, 3]), random.choice([2, 3])
        top, left = row - random.randrange(high), col - random.randrange(wide)
        if top + high > grid.shape[0] or left + wide > grid.shape[1] or top < 0 or left < 0:
            return None
        grid[top : top + high, col] = colours(random, high)
        grid[row, left : left + wide] = np.where(
            np.arange(left, left + wide) == col, grid[row, col], colours(random, wide, (int(grid[row, col]),))
        )
        out = grid.copy()
        out.T[col] = _gone_on(grid.T, col, range(top, top + high))
        out[row] = _gone_on(grid, row, range(left, left + wide))
        return (grid, out) if out[row, col] == grid[row, col] else None

    return draw
