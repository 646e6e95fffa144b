"""Tasks composed at random: a chain of words of the language over drawn grids, with its program.

Each chain, such as `transpose+crop_to_content`, is an item and a family. Colours and inputs are
drawn for each example: grids of noise, lines and rectangles, or the inputs of a development task. A drawn
example is kept if no output is constant, not all equal their inputs, and each word of the chain changes
something.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from arc import ArcError, Grid, Pair, as_grid, load_dataset, same_grid
from omniarc import vocabulary
from training.errors import NotDrawn
from training.examples import Asking, Example, Room, ask_about_pairs

# One step each: `grid` is what came before, <c> and <d> are two colours of the inputs, <new> one that is in
# none.
WORDS: Mapping[str, str] = {
    "flip_left_right": "flip_left_right(grid)",
    "flip_up_down": "flip_up_down(grid)",
    "rotate": "rotate(grid)",
    "rotate_half": "rotate(grid, 2)",
    "rotate_back": "rotate(grid, 3)",
    "transpose": "transpose(grid)",
    "anti_transpose": "anti_transpose(grid)",
    "crop_to_content": "crop_to_content(grid)",
    "remove_border": "remove_border(grid)",
    "remove_repeats": "remove_repeats(grid)",
    "scale_up": "scale_up(grid, 2)",
    "scale_up_three": "scale_up(grid, 3)",
    "mirror_tile": "mirror_tile(grid)",
    "tile": "tile(grid, 2, 2)",
    "tile_across": "tile(grid, 1, 2)",
    "pad": "pad(grid, 1, <new>)",
    "draw_border": "draw_border(grid, <new>)",
    "repeat_edges": "repeat_edges(grid)",
    "gravity": "gravity(grid)",
    "gravity_left": "gravity(grid, LEFT)",
    "gravity_up": "gravity(grid, UP)",
    "shift_down": "shift(grid, 1, 0)",
    "shift_right": "shift(grid, 0, 1)",
    "roll_down": "shift(grid, 1, 0, wrap=True)",
    "roll_right": "shift(grid, 0, 1, wrap=True)",
    "replace_colour": "replace_colour(grid, <c>, <new>)",
    "swap_colours": "swap_colours(grid, <c>, <d>)",
    "keep_colour": "keep_colour(grid, <c>)",
    "fill_enclosed": "fill_enclosed(grid, <new>)",
    "remove_small": "remove_small(grid)",
    "majority_filter": "majority_filter(grid)",
    "beside_mirrored": "beside(grid, flip_left_right(grid))",
    "stack_mirrored": "stack(grid, flip_up_down(grid))",
    "overlay_mirrored": "overlay(flip_left_right(grid), grid)",
    "make_symmetric": "make_symmetric(grid, 'left_right')",
}

_PAIRS = 4
_TRIES = 30


class CompositionSource:
    """Chains of up to `longest` of the given words. `side` is the longest side of a drawn grid; `inputs`
    (0..1) the share of examples over a development task's inputs instead."""

    def __init__(
        self,
        asking: Asking,
        words: Sequence[str] = tuple(WORDS),
        longest: int = 2,
        side: int = 8,
        inputs: float = 0.5,
    ) -> None:
        self._asking = asking
        self._side = side
        self._inputs = inputs
        self._items = [
            "+".join(chain)
            for length in range(1, longest + 1)
            for chain in product(words, repeat=length)
            if len(set(chain)) == length
        ]

    @property
    def families(self) -> dict[str, str]:
        """Each chain by itself."""
        return {item: item for item in self._items}

    def draw(self, item: str, generator: random.Random, room: Room) -> Example:
        """A task for this chain; NotDrawn if no drawn inputs suit it."""
        chain = [WORDS[word] for word in item.split("+")]
        for _ in range(_TRIES):
            grids = self._draw_inputs(generator)
            pairs, source = _compose(chain, grids, generator)
            if pairs:
                return ask_about_pairs(self._asking, item, pairs, source, generator, room)
        raise NotDrawn(f"{item}: {_TRIES} draws of inputs did not suit it")

    def _draw_inputs(self, generator: random.Random) -> list[Grid]:
        if generator.random() < self._inputs:
            own = generator.choice(_development_inputs())
            return generator.sample(own, min(len(own), _PAIRS))
        colours = generator.sample(range(1, 10), generator.randint(1, 3))
        return [random_grid(generator, self._side, colours) for _ in range(_PAIRS)]


def random_grid(generator: random.Random, side: int, colours: Sequence[int]) -> Grid:
    """A grid of 2 to `side` rows and columns: noise, or lines and rectangles, on black."""
    height, width = generator.randint(2, side), generator.randint(2, side)
    grid = np.zeros((height, width), dtype=np.int8)
    if generator.random() < 0.5:
        density = generator.uniform(0.2, 0.8)
        for cell in np.ndindex(height, width):
            if generator.random() < density:
                grid[cell] = generator.choice(colours)
        return as_grid(grid)
    for _ in range(generator.randint(1, 4)):
        top, left = generator.randrange(height), generator.randrange(width)
        bottom, right = generator.randint(top, height - 1), generator.randint(left, width - 1)
        grid[top : bottom + 1, left : right + 1] = generator.choice(colours)
    return as_grid(grid)


def _compose(chain: list[str], grids: list[Grid], generator: random.Random) -> tuple[list[Pair], str]:
    """The pairs that the chain makes of `grids`, and its program; no pairs if they do not suit it."""
    steps = _with_colours(chain, grids, generator)
    if not steps or len(grids) < 2:
        return [], ""
    body = "".join(f"    grid = {step}\n" for step in steps[:-1])
    source = f"from omniarc import *\n\n\ndef transform(grid):\n{body}    return {steps[-1]}\n"
    try:
        stages = [_stages(steps, grid) for grid in grids]
    except (ArcError, ValueError, IndexError, TypeError, ArithmeticError):
        return [], ""
    if not all(_changes(stages, number) for number in range(len(steps))):
        return [], ""
    outputs = [stage[-1] for stage in stages]
    if any(output.min() == output.max() for output in outputs):
        return [], ""
    if all(same_grid(grid, output) for grid, output in zip(grids, outputs, strict=True)):
        return [], ""
    return [Pair(grid, output) for grid, output in zip(grids, outputs, strict=True)], source


def _with_colours(chain: list[str], grids: list[Grid], generator: random.Random) -> list[str]:
    """The steps with their colours filled in; empty if the inputs have too few colours in common."""
    present = {int(colour) for grid in grids for colour in np.unique(grid)}
    common = sorted(set.intersection(*({int(c) for c in np.unique(grid)} for grid in grids)) - {0})
    absent = sorted(set(range(1, 10)) - present)
    generator.shuffle(common)
    text = "\n".join(chain)
    if ("<c>" in text and not common) or ("<d>" in text and len(common) < 2) or not absent:
        return []
    slots = {"<c>": common[0:1], "<d>": common[1:2], "<new>": [generator.choice(absent)]}
    for slot, colour in slots.items():
        text = text.replace(slot, str(colour[0]) if colour else slot)
    return text.split("\n")


def _stages(steps: list[str], grid: Grid) -> list[Grid]:
    """The grid, and what each step makes of it."""
    stages = [grid]
    for step in steps:
        # the steps come from this module only, never from outside
        value = eval(_compiled(step), _language(), {"grid": np.array(stages[-1])})
        stages.append(as_grid(value))
    return stages


def _changes(stages: list[list[Grid]], number: int) -> bool:
    """True if step `number` changes at least half of the grids."""
    changed = sum(not same_grid(stage[number], stage[number + 1]) for stage in stages)
    return 2 * changed >= len(stages)


@cache
def _compiled(step: str) -> Any:
    return compile(step, "<composition>", "eval")


@cache
def _language() -> dict[str, Any]:
    return vocabulary()


@cache
def _development_inputs() -> tuple[tuple[Grid, ...], ...]:
    return tuple(task.inputs for task in load_dataset("arc-agi-1/development"))
