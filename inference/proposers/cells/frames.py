"""How an output's cells correspond to the input's: size rules, and the layers each rule gives an output cell.

same      the output has the input's size
scale     it is a constant factor larger: each cell relates to the source cell of its block and to the source
          cell at its place in a tiling
panels    it has the size of the input's equal parts (between separators, or halves): each cell relates to
          the tuple of corresponding cells
blocks    each cell stands for one equal part of the input
window    it shows a window of the input: cells know their source and its surroundings
free      it has a size of its own: cells know the whole input, their position, and what may correspond
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from arc import Grid, Task
from inference.proposers.cells.choice import Guess, choices
from inference.proposers.cells.described_grid import DescribedGrid
from inference.proposers.cells.layers import OUTSIDE, Layers, most_common
from inference.proposers.cells.local import add_position
from inference.proposers.cells.placed import add_palette_of, describe_free, describe_window
from inference.proposers.cells.regularity import separators
from inference.proposers.cells.sizes import numbers_of, sizes
from inference.proposers.cells.windows import Box


@dataclass(frozen=True)
class Frame:
    """One size rule: its kind and its two factors (rows, columns).

    The kinds `window` and `free` know the `boxes` of the training outputs, which of these were `predicted` by
    the other pairs, and for each test input `guesses`, the likelier first.
    """

    kind: str
    rows: int = 1
    columns: int = 1
    boxes: tuple[Box, ...] = ()
    predicted: tuple[bool, ...] = ()
    guesses: tuple[tuple[Guess, ...], ...] = ()

    def transposed(self) -> Frame:
        """The rule for transposed grids."""
        return replace(self, rows=self.columns, columns=self.rows)

    def describe(self, source: DescribedGrid, box: Box | None = None) -> Layers | None:
        """Layers over the output's cells, or None if the rule does not fit this input.

        The kinds `window` and `free` need the output's `box`.
        """
        if box is None:
            return _DESCRIBE[self.kind](self, source)
        if self.kind == "window":
            return describe_window(source, box)
        return describe_free(source, box.shape)


def frames_of(task: Task, backgrounds: Sequence[int]) -> list[Frame]:
    """The rules that every training pair obeys, the most specific first; `backgrounds` are of all inputs.

    If no other rule holds, outputs are free, and their size is guessed.
    """
    exact = [frame for frame in _proposals(task) if _holds(frame, task)][:2]
    if exact and exact[0].kind == "same":
        return exact
    windows = _windows(task, backgrounds)
    sure = [frame for frame in windows if all(frame.predicted)]
    unsure = [frame for frame in windows if not all(frame.predicted)]
    free = _free(task, backgrounds)
    if len(exact) == 2:
        return [*sure[:1], *exact, free]
    return [*sure[:1], *exact, *sure[1:2], free, *unsure[:1]]


def _holds(frame: Frame, task: Task) -> bool:
    return all(frame_shape(frame, p.input) == p.answer.shape for p in task.train) and all(
        frame_shape(frame, grid) is not None for grid in task.test_inputs
    )


def _windows(task: Task, backgrounds: Sequence[int]) -> list[Frame]:
    found = choices(task.train_inputs, task.train_outputs, task.test_inputs, backgrounds)
    different = {choice.boxes: choice for choice in reversed(found)}
    return [
        Frame("window", boxes=c.boxes, predicted=c.predicted, guesses=c.guesses)
        for c in found
        if different[c.boxes] is c
    ]


def _free(task: Task, backgrounds: Sequence[int]) -> Frame:
    numbers = [numbers_of(grid, b) for grid, b in zip(task.inputs, backgrounds, strict=True)]
    predicted, guesses = sizes(numbers, [grid.shape for grid in task.train_outputs])
    boxes = tuple(Box(0, 0, *grid.shape) for grid in task.train_outputs)
    return Frame("free", boxes=boxes, predicted=predicted, guesses=guesses)


def _proposals(task: Task) -> Iterator[Frame]:
    first = task.train[0]
    (height, width), (tall, wide) = first.input.shape, first.answer.shape
    if first.input.shape == first.answer.shape:
        yield Frame("same")
        return
    if tall % height == 0 and wide % width == 0:
        yield Frame("scale", tall // height, wide // width)
    _, rows, columns = separators(first.input)
    if len(rows) * len(columns) > 1:
        yield Frame("panels", len(rows), len(columns))
        yield Frame("blocks", -1, -1)
    if height % tall == 0 and width % wide == 0 and height * width > tall * wide:
        if (height // tall) * (width // wide) <= 16:
            yield Frame("panels", height // tall, width // wide)
        yield Frame("blocks", height // tall, width // wide)


def frame_shape(frame: Frame, grid: Grid) -> tuple[int, int] | None:
    """The output's shape for this input, or None if the rule does not fit it."""
    height, width = grid.shape
    if frame.kind == "same":
        return height, width
    if frame.kind == "scale":
        shape = height * frame.rows, width * frame.columns
        return shape if max(shape) <= 30 else None
    parts = _parts(frame, grid)
    if parts is None:
        return None
    return parts.shape[2:] if frame.kind == "panels" else parts.shape[:2]


def _parts(frame: Frame, grid: Grid) -> np.ndarray | None:
    """Equal parts of the grid, shape (part rows, part columns, height, width), or None."""
    _, rows, columns = separators(grid)
    if frame.kind == "blocks" and frame.rows > 0:
        if grid.shape[0] % frame.rows or grid.shape[1] % frame.columns:
            return None
        return _cut(grid, grid.shape[0] // frame.rows, grid.shape[1] // frame.columns)
    fits = (len(rows), len(columns)) == (frame.rows, frame.columns) or frame.rows < 0
    if fits and len(rows) * len(columns) > 1:
        sizes = {(b - a, d - c) for a, b in rows for c, d in columns}
        if len(sizes) > 1:
            return None
        return np.stack([np.stack([grid[a:b, c:d] for c, d in columns]) for a, b in rows])
    if frame.rows < 0 or grid.shape[0] % frame.rows or grid.shape[1] % frame.columns:
        return None
    return _cut(grid, frame.rows, frame.columns)


def _cut(grid: Grid, rows: int, columns: int) -> np.ndarray:
    height, width = grid.shape[0] // rows, grid.shape[1] // columns
    return grid.reshape(rows, height, columns, width).swapaxes(1, 2)


def _describe_same(frame: Frame, source: DescribedGrid) -> Layers:
    return source.layers


def _describe_scale(frame: Frame, source: DescribedGrid) -> Layers | None:
    grid, background = source.grid, source.background
    shape = frame_shape(frame, grid)
    if shape is None:
        return None
    layers = Layers(shape)
    row, column = np.indices(shape)
    (height, width), (up, across) = grid.shape, (frame.rows, frame.columns)
    own = source.layers
    for name, colours in own.colours.items():
        layers.colour(name, colours[row // up, column // across])
    for name, numbers in own.numbers.items():
        layers.number(name, numbers[row // up, column // across])
    place_row, place_column = row % height, column % width
    tiles = {
        "tile": grid,
        "tile_left_right": grid[:, ::-1],
        "tile_up_down": grid[::-1],
        "tile_half_turn": grid[::-1, ::-1],
    }
    square = height == width
    missing = np.full_like(grid, OUTSIDE)
    tiles["tile_transposed"] = grid.T if square else missing
    tiles["tile_turned"] = np.rot90(grid) if square else missing
    tiles["tile_turned_3"] = np.rot90(grid, 3) if square else missing
    for name, tile in tiles.items():
        layers.colour(name, tile[place_row, place_column])
    for name in ("row_common", "column_common"):
        layers.colour(f"tile_{name}", own.colours[name][place_row, place_column])
    for name, values in (
        ("row_in_block", row % up),
        ("column_in_block", column % across),
        ("tile_row", row // height),
        ("tile_column", column // width),
        ("tile_row_mod_2", row // height % 2),
        ("tile_column_mod_2", column // width % 2),
        ("output_row_mod_2", row % 2),
        ("output_column_mod_2", column % 2),
        ("tile_filled", grid[place_row, place_column] != background),
        ("block_diagonal", (row % up) - (column % across)),
        ("block_anti_diagonal", (row % up) + (column % across)),
    ):
        layers.number(name, values)
    return layers


def _describe_panels(frame: Frame, source: DescribedGrid) -> Layers | None:
    grid, background = source.grid, source.background
    parts = _parts(frame, grid)
    if parts is None:
        return None
    stack = parts.reshape(-1, *parts.shape[2:])
    if len(stack) != frame.rows * frame.columns:
        return None
    layers = Layers(stack.shape[1:])
    shown = stack != background
    for number, part in enumerate(stack):
        layers.colour(f"part_{number}", part)
        layers.number(f"part_{number}_filled", shown[number])
        layers.number(f"part_{number}_total", shown[number].sum())
    count = shown.sum(0)
    first = np.take_along_axis(stack, shown.argmax(0)[None], 0)[0]
    last = np.take_along_axis(stack[::-1], shown[::-1].argmax(0)[None], 0)[0]
    layers.colour("first_filled", first)
    layers.colour("last_filled", last)
    layers.colour("fullest_part", stack[shown.sum((1, 2)).argmax()])
    layers.colour("emptiest_part", stack[shown.sum((1, 2)).argmin()])
    layers.colour("odd_part", _odd_part(stack))
    layers.number("filled_parts", count)
    layers.number("kinds", (np.sort(stack, 0)[1:] != np.sort(stack, 0)[:-1]).sum(0))
    for name, turned in (("left_right", first[:, ::-1]), ("up_down", first[::-1])):
        layers.colour(f"first_{name}", turned)
    add_palette_of(layers, grid, background)
    add_position(layers)
    return layers


def _odd_part(stack: np.ndarray) -> np.ndarray:
    """The part that differs most from all the others."""
    apart = (stack[:, None] != stack[None, :]).sum((1, 2, 3))
    result: np.ndarray = stack[apart.argmax()]
    return result


def _describe_blocks(frame: Frame, source: DescribedGrid) -> Layers | None:
    grid, background = source.grid, source.background
    parts = _parts(frame, grid)
    if parts is None:
        return None
    rows, columns = parts.shape[:2]
    layers = Layers((rows, columns))
    shown = parts != background
    count = shown.sum((2, 3))
    common = np.full((rows, columns), OUTSIDE, np.int8)
    kinds = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            inside = parts[r, c][shown[r, c]]
            common[r, c] = most_common(inside, OUTSIDE)
            kinds[r, c] = len(np.unique(inside))
    layers.colour("block_common", common)
    layers.colour("block_middle", parts[:, :, parts.shape[2] // 2, parts.shape[3] // 2])
    for name, (r, c) in {"00": (0, 0), "01": (0, -1), "10": (-1, 0), "11": (-1, -1)}.items():
        layers.colour(f"block_corner_{name}", parts[:, :, r, c])
    layers.number("block_filled", count)
    layers.number("block_kinds", kinds)
    layers.number("block_full", shown.all((2, 3)))
    layers.number("block_fullest", count == count.max())
    layers.number("block_emptiest", count == count.min())
    layers.number("block_rank", np.unique(-count, return_inverse=True)[1].reshape(count.shape))
    outlines = [[parts[r, c].tobytes() for c in range(columns)] for r in range(rows)]
    flat = [o for line in outlines for o in line]
    layers.number("block_alike", [[flat.count(o) for o in line] for line in outlines])
    add_palette_of(layers, grid, background)
    add_position(layers)
    return layers


_DESCRIBE: dict[str, Callable[[Frame, DescribedGrid], Layers | None]] = {
    "same": _describe_same,
    "scale": _describe_scale,
    "panels": _describe_panels,
    "blocks": _describe_blocks,
}
