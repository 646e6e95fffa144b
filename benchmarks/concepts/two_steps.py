"""Two concepts in one task: acts on two picked objects, or any concept and an act more.

The acts that come after a concept are done to the whole grid, and are short; noise comes before it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from benchmarks.concepts.composed import ACTS, PICKS, scene
from benchmarks.concepts.drawing import CONCEPTS, Draw, Drawn

_TRIALS = 60

After = Callable[[np.ndarray, int], np.ndarray]  # the concept's output and a colour of the task's own
Join = Callable[[Random, Drawn, int], Drawn | None]


def _likely(choose: Callable[[Random], Draw]) -> Callable[[Random], Draw]:
    """Choose again until what is chosen can be drawn often enough."""

    def make(rule: Random) -> Draw:
        while True:
            draw, trial = choose(rule), Random(rule.random())
            if sum(draw(trial) is not None for _ in range(_TRIALS)) >= _TRIALS // 10:
                return draw

    return make


def _on_two(first: str) -> Callable[[Random], Draw]:
    """An act on what one property picks, another act on what another picks, told of the same scene."""

    def choose(rule: Random) -> Draw:
        acts = [ACTS[first], ACTS[rule.choice([name for name in ACTS if name != first])]]
        picks = [PICKS[name] for name in rule.sample(list(PICKS), 2)]
        *shades, base = rule.sample(range(1, 10), 3)

        def draw(random: Random) -> Drawn | None:
            made = scene(random, None, base)
            marks = [] if made is None else [pick(made[1]) or [] for pick in picks]
            if made is None or [] in marks or any((made[0] == shade).any() for shade in shades):
                return None
            if any(all(chosen) for chosen in zip(*marks, strict=True)):
                return None
            out = made[0].copy()
            try:
                for act, colour, marked in zip(acts, shades, marks, strict=True):
                    for thing, chosen in zip(made[1], marked, strict=True):
                        out = act(out, thing, colour) if chosen else out
            except ValueError:  # no room for it
                return None
            return made[0], out

        return draw

    return choose


def _with(join: Join) -> Callable[[Random], Draw]:
    """Any concept whose outputs have the size of its inputs, and what `join` makes of them."""

    def choose(rule: Random) -> Draw:
        base, colour = CONCEPTS[rule.choice(_WHOLE)](rule), rule.randint(1, 9)

        def draw(random: Random) -> Drawn | None:
            made = base(random)
            if made is None or made[0].shape != made[1].shape or (made[0] == made[1]).all():
                return None
            return None if any((grid == colour).any() for grid in made) else join(random, made, colour)

        return draw

    return choose


def _after(act: After) -> Join:
    def join(_: Random, made: Drawn, colour: int) -> Drawn | None:
        out = act(made[1], colour)
        return None if (out == made[1]).all() else (made[0], out)

    return join


def _after_noise(random: Random, made: Drawn, colour: int) -> Drawn | None:
    """First some cells of one colour are taken away."""
    free, grid = np.argwhere(made[0] == 0).tolist(), made[0].copy()
    for row, col in random.sample(free, min(len(free), random.randint(3, 6))):
        grid[row, col] = colour
    return grid, made[1]


def _near(mask: np.ndarray) -> np.ndarray:
    """The cells of the mask and all around them."""
    wide = np.pad(mask, 1)
    rows, cols = mask.shape
    found: np.ndarray = np.any([wide[r : r + rows, c : c + cols] for r in range(3) for c in range(3)], axis=0)
    return found


def _bordered(grid: np.ndarray, colour: int) -> np.ndarray:
    out = np.where(grid == 0, colour, grid)
    out[1:-1, 1:-1] = grid[1:-1, 1:-1]
    return out


def _enclosed(grid: np.ndarray, colour: int) -> np.ndarray:
    """What the outside does not reach is filled."""
    empty = np.pad(grid == 0, 1, constant_values=True)
    outside = np.zeros_like(empty)
    outside[0] = True
    while True:
        wider = outside.copy()
        for axis in (0, 1):
            for step in (-1, 1):
                wider |= np.roll(outside, step, axis) & empty
        if (wider == outside).all():
            return np.where((empty & ~outside)[1:-1, 1:-1], colour, grid)
        outside = wider


def _ringed(grid: np.ndarray, colour: int) -> np.ndarray:
    return np.where(_near(grid > 0) & (grid == 0), colour, grid)


def _shadowed(grid: np.ndarray, colour: int) -> np.ndarray:
    """Empty cells right below coloured ones."""
    return np.where(np.pad(grid > 0, ((1, 0), (0, 0)))[:-1] & (grid == 0), colour, grid)


def _empty_rows(grid: np.ndarray, colour: int) -> np.ndarray:
    return np.where((grid == 0).all(1, keepdims=True), colour, grid)


def _grounded(grid: np.ndarray, colour: int) -> np.ndarray:
    return np.where(grid == 0, colour, grid)


def _doubled(grid: np.ndarray, _: int) -> np.ndarray:
    """The mirror image shows where nothing is."""
    return np.where(grid == 0, grid[:, ::-1], grid)


_WHOLE = sorted(CONCEPTS)
for _act in (_bordered, _enclosed, _ringed, _shadowed, _empty_rows, _grounded, _doubled):
    CONCEPTS[f"any_then{_act.__name__}"] = _likely(_with(_after(_act)))
CONCEPTS["any_after_noise"] = _likely(_with(_after_noise))
for _name in ACTS:
    CONCEPTS[f"{_name}_one_and_another"] = _likely(_on_two(_name))
