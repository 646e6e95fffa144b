"""Concepts with outputs of another size, combined at random: what is picked, listed, counted, and how."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from benchmarks.concepts.drawing import SHAPES, Draw, Drawn, block, canvas, colours, concept, frame, put
from benchmarks.concepts.odd_ones import _laid, _mirrored, _picture

Pictures = list[np.ndarray]


def _apart(values: list[float]) -> bool:
    return values.count(max(values)) == 1


def _holed(random: Random, shade: int) -> np.ndarray:
    made = block(random.randint(3, 5), random.randint(3, 5)) * shade
    made[1:-1, 1:-1] = random.choice((0, shade))
    return made


def _spotted(random: Random, shade: int, spot: int) -> np.ndarray:
    made = block(random.randint(3, 4), random.randint(3, 5)) * shade
    for place in random.sample(range(made.size), random.randint(0, 4)):
        made.flat[place] = spot
    return made


_KINDS: tuple[Callable[[Random, int, int], np.ndarray], ...] = (
    lambda random, shade, spot: _spotted(random, shade, spot),
    lambda random, shade, _: random.choice(SHAPES) * shade,
    lambda random, shade, _: _holed(random, shade),
    lambda random, shade, spot: _picture(random, 3, 3, [shade, spot], 1.1),
    lambda random, shade, _: np.maximum(
        _picture(random, 3, 3, [shade]), np.eye(3, dtype=int)[:, ::-1] * shade
    ),
)

_PICKS: tuple[Callable[[np.ndarray], float], ...] = (
    lambda one: (one > 0).sum(),
    lambda one: -(one > 0).sum(),
    lambda one: one.size,
    lambda one: len(np.unique(one[one > 0])),
    lambda one: one.shape[0] - one.shape[1],
    lambda one: (one == 0).sum(),
    lambda one: (one == one[:, ::-1]).all(),
    lambda one: (one[0] > 0).sum() == one.shape[1] and (one[-1] > 0).sum() == one.shape[1],
    lambda one: sorted(np.bincount(one[one > 0]))[-1] - (one > 0).sum(),
)

_ACTS: tuple[Callable[[np.ndarray, int], np.ndarray], ...] = (
    lambda one, _: one,
    lambda one, _: one,
    lambda one, _: one[:, ::-1],
    lambda one, _: np.rot90(one),
    lambda one, new: np.where(one > 0, new, 0),
    lambda one, new: np.where(one == 0, new, one),
    lambda one, new: np.where(one == 0, new, 0),
    lambda one, _: np.kron(one, block(2, 2)),
    lambda one, _: np.hstack([one, one[:, ::-1]]),
    lambda one, new: np.pad(one, 1, constant_values=new),
    lambda one, _: one[1:-1, 1:-1],
    lambda one, _: one[: (one.shape[0] + 1) // 2],
    lambda one, _: np.where(one == np.bincount(one[one > 0]).argmax(), one, 0),
    lambda one, _: np.array([[np.bincount(one[one > 0]).argmax()]]),
    lambda one, _: block(*one.shape) * np.bincount(one[one > 0]).argmax(),
)


@concept
def picked_and_changed(rule: Random) -> Draw:
    """One of several objects is picked by what it is, and changed."""
    kind, pick, act = rule.choice(_KINDS), rule.choice(_PICKS), rule.choice(_ACTS)
    new, spot = colours(rule, 2)
    same = rule.random() < 0.3

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 4, (new, spot))
        made = [kind(random, shades[0] if same else shade, spot) for shade in shades]
        values = [float(pick(one)) for one in made]
        grid = canvas(random, 12, 16)
        if not _apart(values) or not all(_laid(random, grid, one) for one in made):
            return None
        return grid, act(made[values.index(max(values))], new)

    trial = Random(rule.random())
    found = [made for made in (draw(trial) for _ in range(60)) if made is not None and made[1].size]
    return draw if len(found) > 9 else picked_and_changed(rule)  # the objects do not differ in this


_ORDERS: tuple[Callable[[tuple[int, int], np.ndarray], float], ...] = (
    lambda place, one: place[0],
    lambda place, one: place[1],
    lambda place, one: (one > 0).sum(),
    lambda place, one: -(one > 0).sum(),
    lambda place, one: one.shape[0],
    lambda place, one: one.max(),
)

_GLYPHS: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda one: np.array([[one.max()]]),
    lambda one: np.array([[one.max()]]),
    lambda one: block(2, 2) * one.max(),
    lambda one: block(1, 3) * one.max(),
    lambda one: np.pad(one, ((0, 3 - one.shape[0]), (0, 3 - one.shape[1]))),
    lambda one: np.array([[one.max() * (number < (one > 0).sum()) for number in range(9)]]),
    lambda one: np.array([[one.max() * (number < one.shape[1]) for number in range(3)]]),
)


def _in_line(parts: Pictures, how: str) -> np.ndarray:
    if how in ("row", "column"):
        return np.hstack(parts) if how == "row" else np.vstack(parts)
    if how == "gaps":
        parts = [piece for one in parts for piece in (one, np.zeros((1, one.shape[1]), int))]
        return np.vstack(parts[:-1])
    high, wide = parts[0].shape
    out = np.zeros((high * len(parts), wide * len(parts)), int)
    for number, one in enumerate(parts):
        out[number * high : (number + 1) * high, number * wide : (number + 1) * wide] = one
    return out


@concept
def listed_in_order(rule: Random) -> Draw:
    """Every object becomes a picture of its own; these stand in an order, in some direction."""
    order, glyph, how = (
        rule.choice(_ORDERS),
        rule.choice(_GLYPHS),
        rule.choice(("row", "column", "gaps", "diagonal")),
    )
    shown = rule.choice((3, 3, 1, 2))

    def draw(random: Random) -> Drawn | None:
        grid, made = canvas(random, 11, 15), []
        for shade in colours(random, random.choice((3, 3, 4))):
            shape = random.choice([*SHAPES, block(1, 1), block(1, 2)])
            place = put(random, grid, shape, shade)
            if place is None:
                return None
            made.append((float(order(place, shape * shade)), shape * shade))
        if len({value for value, _ in made}) < len(made):
            return None
        ordered = [glyph(one) for _, one in sorted(made, key=lambda pair: pair[0])]
        out = _in_line(ordered if shown == 3 else ordered[:shown], how)
        return (grid, out) if max(out.shape) <= 30 else None

    return draw


_OPERATIONS: dict[str, Callable[[Pictures], np.ndarray]] = {
    "all": lambda parts: np.all([one > 0 for one in parts], 0),
    "any": lambda parts: np.any([one > 0 for one in parts], 0),
    "none": lambda parts: ~np.any([one > 0 for one in parts], 0),
    "odd": lambda parts: np.sum([one > 0 for one in parts], 0) % 2 == 1,
    "one": lambda parts: np.sum([one > 0 for one in parts], 0) == 1,
    "first only": lambda parts: (parts[0] > 0) & ~np.any([one > 0 for one in parts[1:]], 0),
    "most": lambda parts: 2 * np.sum([one > 0 for one in parts], 0) > len(parts),
    "first where last": lambda parts: (parts[0] > 0) & (parts[-1] > 0),
}


@concept
def panels_combined(rule: Random) -> Draw:
    """Panels side by side or in a square, cell by cell combined, then perhaps turned or enlarged."""
    count, line = rule.choice((2, 2, 3, 4)), rule.choice((0, rule.randint(1, 9)))
    operation = _OPERATIONS[rule.choice(list(_OPERATIONS))]
    new, other = colours(rule, 2, (line,))
    end = rule.choice((lambda out: out, lambda out: out, lambda out: out[:, ::-1], lambda out: np.rot90(out),
                       lambda out: np.kron(out, block(2, 2)), lambda out: np.pad(out, 1, constant_values=new),
                       lambda out: np.hstack([out, out[:, ::-1]])))  # fmt: skip
    own = rule.random() < 0.4
    down = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        high, wide = random.randint(3, 4), random.randint(3, 5)
        shades = colours(random, count, (line,)) if own else [other] * count
        parts = [_picture(random, high, wide, [shade], 0.5) for shade in shades]
        out = np.where(operation(parts), new, 0)
        pieces = [parts[0]]
        for one in parts[1:]:
            pieces += [np.full((1, wide) if down else (high, 1), line), one]
        if line == 0:
            pieces = parts
        grid = np.vstack(pieces) if down else np.hstack(pieces)
        return (grid, end(out)) if 0 < out.astype(bool).sum() < out.size else None

    return draw


def _scene(random: Random, shades: list[int]) -> tuple[np.ndarray, dict[str, int]] | None:
    grid = canvas(random, 12, 16)
    found = dict.fromkeys(("all", "first", "frames", "large", "dots", "colours", "most"), 0)
    seen: list[int] = []
    for _ in range(random.randint(3, 7)):
        shape = random.choice([block(1, 1), block(1, 1), frame(3, 3), block(2, 2), SHAPES[5], frame(3, 4)])
        shade = random.choice(shades)
        if put(random, grid, shape, shade) is None:
            return None
        seen.append(shade)
        found["all"] += 1
        found["first"] += shade == shades[0]
        found["frames"] += shape.size != shape.sum() and shape.shape[0] == 3 and not shape[1, 1]
        found["large"] += shape.size > 1
        found["dots"] += shape.size == 1
    found["colours"] = len(set(seen))
    found["most"] = max(map(seen.count, seen))
    return grid, found


_SHOWN = ("row", "square", "diagonal", "frame", "spaced", "stairs", "filled", "column")


@concept
def counted_and_shown(rule: Random) -> Draw:
    """Something is counted, and shown as so many cells, a square, a diagonal, stripes or steps."""
    what = rule.choice(("all", "first", "frames", "large", "dots", "colours", "most"))
    how, new, wide = rule.choice(_SHOWN), rule.randint(1, 9), rule.randint(2, 4)
    shades = colours(rule, 4, (new,))

    def draw(random: Random) -> Drawn | None:
        made = _scene(random, shades)
        if made is None or made[1][what] < 1:
            return None
        count = made[1][what]
        if how in ("row", "column"):
            out = block(1, count) if how == "row" else block(count, wide)
        elif how == "square":
            out = block(count, count)
        elif how == "diagonal":
            out = np.eye(count, dtype=int)
        elif how == "frame":
            out = frame(count + 2, count + 2)
        elif how == "spaced":
            out = np.zeros((1, 2 * count - 1), int)
            out[0, ::2] = 1
        elif how == "stairs":
            out = np.tril(block(count, count))
        else:
            out = (np.arange(9) < count).astype(int).reshape(3, 3)
        return made[0], out * new

    return draw


_BLOCKS: tuple[Callable[[np.ndarray, int, int], np.ndarray], ...] = (
    lambda grid, shade, new: grid,
    lambda grid, shade, new: grid[:, ::-1],
    lambda grid, shade, new: np.zeros_like(grid),
    lambda grid, shade, new: np.full_like(grid, shade),
    lambda grid, shade, new: np.full_like(grid, new),
    lambda grid, shade, new: np.where(grid == shade, shade, 0),
    lambda grid, shade, new: np.where(grid > 0, new, 0),
    lambda grid, shade, new: np.rot90(grid),
    lambda grid, shade, new: np.where(grid > 0, 0, max(shade, 1)),
)


@concept
def cells_become_blocks(rule: Random) -> Draw:
    """Every cell becomes a block as large as the grid: one kind for some cells, another for the rest."""
    yes, no = rule.sample(_BLOCKS, 2)
    which, new = rule.choice(("filled", "colour", "commonest", "rarest", "corner")), rule.randint(1, 9)
    marked = rule.choice(colours(rule, 3, (new,)))

    def draw(random: Random) -> Drawn | None:
        shades = [marked, *colours(random, 2, (marked, new))]
        grid = _picture(random, 3, 3, shades, 0.7)
        found, counts = np.unique(grid, return_counts=True)
        if (
            marked not in found
            or sorted(counts)[-1] == sorted(counts)[-2]
            or sorted(counts)[0] == sorted(counts)[1]
        ):
            return None
        chosen = {"filled": grid > 0, "colour": grid == marked, "commonest": grid == found[counts.argmax()],
                  "rarest": grid == found[counts.argmin()], "corner": grid == grid[0, 0]}[which]  # fmt: skip
        blocks = [[(yes if flag else no)(grid, int(shade), new) for flag, shade in zip(*rows, strict=True)]
                  for rows in zip(chosen, grid, strict=True)]  # fmt: skip
        return (grid, np.block(blocks)) if chosen.any() and not chosen.all() else None

    return draw


def _dotted(random: Random, grid: np.ndarray, shades: list[int], share: float) -> None:
    for place in random.sample(range(grid.size), int(share * grid.size)):
        grid.flat[place] = random.choice(shades)


@concept
def cropped_by_landmarks(rule: Random) -> Draw:
    """The upper and lower edge, and the left and right one, each stand beside a landmark."""
    kinds = [rule.choice(("edge", "line", "mark", "bar")) for _ in range(4)]
    marks, kept, end = colours(rule, 4), rule.choice((0, 0, 1)), rule.choice((0, 0, 1, 2))
    if rule.random() < 0.5:
        marks = [marks[0]] * 2 + [marks[1]] * 2

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 16)
        _dotted(random, grid, colours(random, 2, tuple(marks)), rule_share)
        box = []
        for length in grid.shape:
            low = random.randint(1, 4)
            box += [low, random.randint(low + 3, length - 2)]
        spots = [
            -1
            if kind == "edge" and number % 2 == 0
            else grid.shape[number // 2]
            if kind == "edge"
            else box[number]
            for number, kind in enumerate(kinds)
        ]
        for number, (kind, spot, mark) in enumerate(zip(kinds, spots, marks, strict=True)):
            lines = grid if number < 2 else grid.T
            if kind == "line":
                lines[spot] = mark
            if kind == "bar":
                first = max(spots[2 - number // 2 * 2], 0)
                lines[spot, first : first + random.randint(2, 3)] = mark
            if kind == "mark":
                lines[spot, random.choice((0, lines.shape[1] - 1))] = mark
        steps = [0 if kind == "edge" else kept for kind in kinds]
        out = grid[
            spots[0] + 1 - steps[0] : spots[1] + steps[1], spots[2] + 1 - steps[2] : spots[3] + steps[3]
        ]
        out = out[:, ::-1] if end == 1 else np.where(out > 0, marks[0], 0) if end == 2 else out
        return (
            (grid, out.copy())
            if all((grid == mark).any() or kind == "edge" for mark, kind in zip(marks, kinds, strict=True))
            else None
        )

    rule_share = rule.choice((0.15, 0.4))
    return draw if set(kinds) != {"edge"} else cropped_by_landmarks(rule)


@concept
def symmetric_picked_from_lattice(rule: Random) -> Draw:
    """Panels between lines: one that is symmetric, or differs in colour, size or shape; enlarged or not."""
    line, which, double = (
        rule.randint(1, 9),
        rule.choice(("symmetric", "colour", "twice", "fewest")),
        rule.random() < 0.3,
    )

    def draw(random: Random) -> Drawn | None:
        side, shades = random.choice((3, 4)), colours(random, 2, (line,))
        count = random.choice((3, 4, 6))
        parts = [_picture(random, side, side, shades[:1], random.uniform(0.4, 0.8)) for _ in range(count)]
        if which == "symmetric":
            parts[0] = _mirrored(random, side, shades[:1])
            if sum((one == one[:, ::-1]).all() for one in parts) > 1:
                return None
        elif which == "colour":
            parts[0] = parts[0] // shades[0] * shades[1]
        elif which == "twice":
            parts[0] = parts[-1]
        else:
            counts = [int((one > 0).sum()) for one in parts]
            parts.insert(0, parts.pop(counts.index(min(counts))))
            if counts.count(min(counts)) > 1:
                return None
        answer, wide = parts[0], 2 if count % 2 == 0 else 3
        random.shuffle(parts)
        grid = np.full((count // wide * (side + 1) - 1, wide * (side + 1) - 1), line)
        for number, part in enumerate(parts):
            row, col = number // wide * (side + 1), number % wide * (side + 1)
            grid[row : row + side, col : col + side] = part
        return grid, np.kron(answer, block(2, 2)) if double else answer

    return draw
