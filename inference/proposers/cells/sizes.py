"""How tall and wide an output is, if not as large as a window: learned from what can be counted in inputs.

A side follows a rule `times * number + more` or `number * other number`. Rules that hold for every training
pair vote for each test input, simple ones with more weight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import ndimage

from arc import ARC_SIDE, MAX_SIDE, Grid
from inference.proposers.cells.choice import Guess
from inference.proposers.cells.object_layers import label_colours
from inference.proposers.cells.regularity import separators
from inference.proposers.cells.windows import Box

Numbers = dict[str, int]
Shape = tuple[int, int]


_FULL = np.ones((3, 3), int)
_GUESSES = 3
_ALIKE = 3.0  # how much likelier two sides are that follow one rule
_ACROSS = re.compile("height|width|tallest|widest|tall|wide|rows|columns")
_TIMES, _MORE = (1, 2, 3, 4), (0, 1, -1, 2, -2, 3, -3, 4, -4)
_LENGTHS = (("height", "width", "shorter"), ("width", "height", "shorter"))


@dataclass(frozen=True)
class _Rule:
    """A side is `times` x the number `name` x the number `other` + `more`; rules vote with `weight`."""

    weight: float
    name: str
    other: str
    times: int
    more: int

    def value(self, numbers: Numbers) -> int:
        """The side, 0 for a grid without the number."""
        if self.name not in numbers:
            return 0
        return self.times * numbers[self.name] * numbers[self.other] + self.more

    @property
    def both_ways(self) -> tuple[str, str, int, int]:
        """Equal for the rules that say the same of a height and of a width."""
        return _ACROSS.sub("side", self.name), _ACROSS.sub("side", self.other), self.times, self.more


def numbers_of(grid: Grid, background: int) -> Numbers:
    """What can be counted or measured in a grid, by name, the likeliest to matter first."""
    height, width = grid.shape
    counts = np.bincount(grid.ravel(), minlength=10)
    filled = np.delete(counts, background)
    filled = np.sort(filled[filled > 0])[::-1]
    _, rows, columns = separators(grid)
    numbers = {"one": 1, "height": height, "width": width, "kinds": len(filled)}
    for name, labels in (
        ("objects", label_colours(grid, diagonal=True, without=background)),
        ("groups", ndimage.label(grid != background, _FULL)[0]),
        ("straight", label_colours(grid, diagonal=False, without=background)),
    ):
        sizes = np.bincount(labels.ravel())[1:]
        boxes = ndimage.find_objects(labels)
        numbers[name] = len(sizes)
        if len(sizes):
            rows_, columns_ = boxes[int(sizes.argmax())]
            numbers[f"{name}_tallest"] = rows_.stop - rows_.start
            numbers[f"{name}_widest"] = columns_.stop - columns_.start
            numbers[f"{name}_biggest"] = int(sizes.max())
            numbers[f"{name}_smallest"] = int(sizes.min())
    place = np.argwhere(grid != background)
    if len(place):
        tall, wide = place.max(0) - place.min(0) + 1
        numbers |= {"filled_tall": int(tall), "filled_wide": int(wide)}
        numbers |= {"commonest": int(filled[0]), "rarest": int(filled[-1])}
    numbers |= {"panel_rows": len(rows), "panel_columns": len(columns), "panels": len(rows) * len(columns)}
    numbers |= {"panel_height": rows[0][1] - rows[0][0], "panel_width": columns[0][1] - columns[0][0]}
    numbers |= {"filled": int(filled.sum()), "empty": int(counts[background])}
    numbers |= {"half_height": height // 2, "half_width": width // 2, "third_height": height // 3}
    numbers |= {"third_width": width // 3, "longer": max(height, width), "shorter": min(height, width)}
    numbers |= {"highest_colour": int(grid.max())}
    numbers["different_rows"] = 1 + int((grid[1:] != grid[:-1]).any(1).sum())
    numbers["different_columns"] = 1 + int((grid[:, 1:] != grid[:, :-1]).any(0).sum())
    for colour in range(10):
        if colour != background:
            numbers[f"count_{colour}"] = int(counts[colour])
        if counts[colour]:
            place = np.argwhere(grid == colour)
            numbers[f"tall_{colour}"], numbers[f"wide_{colour}"] = (np.ptp(place, axis=0) + 1).tolist()
    return numbers


def sizes(
    numbers: Sequence[Numbers], shapes: Sequence[Shape]
) -> tuple[tuple[bool, ...], tuple[tuple[Guess, ...], ...]]:
    """Which training shapes the other pairs would have predicted, and ranked guesses for the other grids.

    `numbers` are those of all grids, the first of them of the training inputs with their outputs' `shapes`.
    Where no rule holds, the training shapes themselves are guessed, the commonest first.
    """
    rules = [list(_rules(numbers[0], shapes[0][side], side)) for side in (0, 1)]
    known = len(shapes)
    predicted = []
    for held in range(known):
        others = [n for n in range(known) if n != held]
        if not others:
            predicted.append(False)
            continue
        again = rules if held else [list(_rules(numbers[1], shapes[1][side], side)) for side in (0, 1)]
        guesses = _guesses(again, numbers, shapes, others, numbers[held])
        predicted.append(bool(guesses) and guesses[0].box.shape == shapes[held])
    told = [_guesses(rules, numbers, shapes, range(known), mine) or _seen(shapes) for mine in numbers[known:]]
    return tuple(predicted), tuple(told)


def _rules(numbers: Numbers, wanted: int, side: int) -> Iterator[_Rule]:
    """The rules by which these numbers give the side wanted, with their weights."""
    lengths = _LENGTHS[side]
    yield _Rule(0.4, "one", "one", 0, wanted)
    for place, (name, value) in enumerate(numbers.items()):
        weight = 0.97**place * (1.0 if name == lengths[0] else 0.5)
        for times, more in product(_TIMES, _MORE):
            if times * value + more == wanted:
                yield _Rule(weight * 0.5 ** (abs(more) + times - 1), name, "one", times, more)
        for length in lengths:
            if name != "one" and value * numbers[length] == wanted:
                yield _Rule(0.4 * weight * (1.0 if length == lengths[0] else 0.5), name, length, 1, 0)


def _guesses(
    rules: Sequence[Sequence[_Rule]],
    numbers: Sequence[Numbers],
    shapes: Sequence[Shape],
    known: Sequence[int] | range,
    mine: Numbers,
) -> tuple[Guess, ...]:
    """Ranked shapes by the rules that hold for the `known` pairs; empty if a side has none."""
    sides: list[dict[int, float]] = [{}, {}]
    said: list[dict[int, set[tuple[str, str, int, int]]]] = [{}, {}]
    # no output is longer than ARC's, unless grids seen here are
    longest = max(ARC_SIDE, *map(max, shapes), *(mine[lengths[0]] for lengths in _LENGTHS))
    for side in (0, 1):
        for rule in rules[side]:
            if all(rule.value(numbers[n]) == shapes[n][side] for n in known):
                value = rule.value(mine)
                if 1 <= value <= min(longest, MAX_SIDE):
                    sides[side][value] = sides[side].get(value, 0.0) + rule.weight
                    said[side].setdefault(value, set()).add(rule.both_ways)
    joint = {(h, w): a * b for h, a in sides[0].items() for w, b in sides[1].items()}
    for (height, width), weight in joint.items():
        if said[0][height] & said[1][width]:
            joint[height, width] = weight * _ALIKE
    whole = sum(joint.values())
    ranked = sorted(joint.items(), key=lambda item: -item[1])[:_GUESSES]
    return tuple(Guess(Box(0, 0, *shape), weight / whole) for shape, weight in ranked)


def _seen(shapes: Sequence[Shape]) -> tuple[Guess, ...]:
    """The training outputs' shapes, the commonest first."""
    often = {shape: shapes.count(shape) / len(shapes) for shape in shapes}
    ranked = sorted(often.items(), key=lambda item: -item[1])[:_GUESSES]
    return tuple(Guess(Box(0, 0, *shape), share * 0.2) for shape, share in ranked)
