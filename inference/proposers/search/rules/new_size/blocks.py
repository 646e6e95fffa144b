"""Larger outputs: scaled by an inferred factor, tiled, laid out in turned copies, one block for each cell, a
continued pattern, copies along a diagonal, margins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from arc import Grid
from inference.proposers.search.expressions import Expression, Kind, fill, section
from inference.proposers.search.language import function
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, fits_first, new_size, rule
from inference.proposers.search.rules.numbers import expressions_for, once, sizes_for
from omniarc import LanguageError, find_pattern


def _grows(problem: Problem) -> bool:
    return all(o.shape[0] >= g.shape[0] and o.shape[1] >= g.shape[1] for g, o in problem.pairs)


@rule(new_size, _grows)
def enlarge(problem: Problem) -> Iterator[Draft]:
    """Every way of this file, for outputs larger than their grids."""
    ratios = [
        (out.shape[0] // grid.shape[0], out.shape[1] // grid.shape[1])
        for grid, out in problem.pairs
        if out.shape[0] % grid.shape[0] == 0 and out.shape[1] % grid.shape[1] == 0
    ]
    if len(ratios) == len(problem.outputs):
        yield from _scaled(problem, ratios)
        yield from _tiled(problem, ratios)
        if len(set(ratios)) == 1:
            yield from _arranged(problem, *ratios[0])
            yield from _by_colour(problem, *ratios[0])
            yield from _own_colour(problem, *ratios[0])
        if all(ratio == grid.shape for grid, ratio in zip(problem.train, ratios, strict=True)):
            yield from _self_similar(problem)
    yield from _with_lines(problem)
    yield from _unfolded(problem)
    yield from _margins(problem)
    yield from _continued(problem)
    yield from _shifted_on(problem)
    yield from _on_canvas(problem)


def _factors(problem: Problem, ratios: Sequence[tuple[int, int]]) -> Iterator[tuple[str, float]]:
    """("down, across" factors, cost)."""
    downs = expressions_for(problem, [down for down, _ in ratios])
    acrosses = expressions_for(problem, [across for _, across in ratios])
    for (down, cost), (across, more) in product(downs[:4], acrosses[:4]):
        yield f"{down}, {across}", cost + (0.0 if down == across else more)


def _scaled(problem: Problem, ratios: Sequence[tuple[int, int]]) -> Iterator[Draft]:
    if all(
        np.array_equal(grid.repeat(down, 0).repeat(across, 1), out)
        for (grid, out), (down, across) in zip(problem.pairs, ratios, strict=True)
    ):
        for text, cost in _factors(problem, ratios):
            yield Draft((f"return scale_up(grid, {once(text)})",), 1.5 + cost)


def _tiled(problem: Problem, ratios: Sequence[tuple[int, int]]) -> Iterator[Draft]:
    for word, more in (("tile(grid, {0})", 0.0), ("mirror_tile(grid, {0})", 1.0)):
        for text, cost in _factors(problem, ratios):
            yield Draft((f"return {word.format(text)}",), 1.5 + cost + more)


# what a block of a larger grid may be: the grid, turned or not, its colours exchanged, or blank
_TURNED = [fill(turn.text, _a="grid") for turn in section("turn")]
_COPIES = ("grid", *_TURNED, "invert(grid)", "blank(*grid.shape)")


def _arranged(problem: Problem, rows: int, cols: int, gap: int = 0, end: str = "") -> Iterator[Draft]:
    """Each block a turned copy of the grid, or blank: a learned arrangement."""
    if not 2 <= rows * cols <= 25:
        return
    chosen: list[list[str]] = []
    for row, col in product(range(rows), range(cols)):
        fitting = [text for text in _COPIES if _block_is(problem, row, col, gap, text)]
        if not fitting:
            return
        chosen.append(fitting)
    for preferred in (_COPIES, (_COPIES[-1], *_COPIES)):
        names = [min(fitting, key=preferred.index) for fitting in chosen]
        table = [names[row * cols : (row + 1) * cols] for row in range(rows)]
        cost = 2.0 + 0.7 * len({*names}) + 0.15 * len(names)
        text = ", ".join(f"[{', '.join(row)}]" for row in table)
        yield Draft((f"return join([{text}]{end})",), cost + (1.0 if gap else 0.0))


def _block_is(problem: Problem, row: int, col: int, gap: int, text: str) -> bool:
    made = function(f"lambda grid: {text}")
    for grid, out in problem.pairs:
        high, wide = grid.shape
        top, left = row * (high + gap), col * (wide + gap)
        try:
            if not np.array_equal(out[top : top + high, left : left + wide], made(grid)):
                return False
        except LanguageError:  # not two colours
            return False
    return True


def _with_lines(problem: Problem) -> Iterator[Draft]:
    """Copies of the grid with lines of one colour between them."""
    counts = {
        ((out.shape[0] + 1) / (grid.shape[0] + 1), (out.shape[1] + 1) / (grid.shape[1] + 1))
        for grid, out in problem.pairs
    }
    if len(counts) != 1:
        return
    rows, cols = counts.pop()
    if rows != int(rows) or cols != int(cols) or rows * cols < 2:
        return
    for colour in shared_colours(problem.outputs):
        yield from _arranged(problem, int(rows), int(cols), 1, f", gap=1, colour={colour}")


_UNFOLDED = (
    "beside({0}, flip_left_right({0})[:, 1:])",
    "beside(flip_left_right({0}), {0}[:, 1:])",
    "stack({0}, flip_up_down({0})[1:])",
    "stack(flip_up_down({0}), {0}[1:])",
)


def _unfolded(problem: Problem) -> Iterator[Draft]:
    """The grid and its mirror image, which share the line between them."""
    grid, out = problem.pairs[0]
    wider, higher = out.shape[1] == 2 * grid.shape[1] - 1, out.shape[0] == 2 * grid.shape[0] - 1
    across = _UNFOLDED[:2] if wider else ("{0}",)
    down = _UNFOLDED[2:] if higher else ("{0}",)
    if wider or higher:
        for one, other in product(across, down):
            lines = [f"grid = {one.format('grid')}"] if one != "{0}" else []
            yield Draft((*lines, f"return {other.format('grid')}"), 3.0 + (1.0 if lines else 0.0))


def _own_colour(problem: Problem, high: int, wide: int) -> Iterator[Draft]:
    """Each cell a block of one shape in the cell's colour."""
    grid, out = problem.pairs[0]
    spots = np.argwhere(grid != 0)
    if not len(spots) or not 2 <= high * wide <= 36:
        return
    row, col = spots[0]
    block = out[row * high : (row + 1) * high, col * wide : (col + 1) * wide]
    mask = (block == grid[row, col]).astype(int)
    for ground in np.unique(block).tolist():
        end = "" if ground == 0 or mask.all() else f", background={ground}"
        yield Draft((f"return colour_blocks(grid, {mask.tolist()}{end})",), 2.5 + 0.2 * high * wide)


def _by_colour(problem: Problem, high: int, wide: int) -> Iterator[Draft]:
    """Each cell a block that depends on its colour alone."""
    if high * wide < 2 or high * wide > 36:
        return
    blocks: dict[int, Grid] = {}
    for grid, out in problem.pairs:
        for row, col in np.ndindex(*grid.shape):
            block = out[row * high : (row + 1) * high, col * wide : (col + 1) * wide]
            if not np.array_equal(blocks.setdefault(int(grid[row, col]), block), block):
                return
    if not {int(c) for grid in problem.test for c in np.unique(grid)} <= set(blocks):
        return
    entries = ", ".join(f"{colour}: {block.tolist()}" for colour, block in sorted(blocks.items()))
    yield Draft((f"return blocks_by_colour(grid, {{{entries}}})",), 2.0 + len(blocks) * 0.3 * high * wide)


def _self_similar(problem: Problem) -> Iterator[Draft]:
    """A copy of the grid for each cell that meets a condition (a fractal), or the reverse."""
    masks = [*section("mask of a grid")]
    masks += [Expression(f"grid == {colour}", 1.0, Kind.MASK) for colour in shared_colours(problem.train)]
    tiles = [("grid", 0.0), ("invert(grid)", 1.0)]
    tiles += [(turned, 1.2) for turned in _TURNED]
    for mask, (tile, more) in product(masks, tiles):
        for text, bits in (
            (f"tile_where({mask.text}, {tile})", 2.0),
            (f"colour_blocks({tile}, {mask.text})", 2.5),
        ):
            if fits_first(problem, (f"return {text}",)):
                yield Draft((f"return {text}",), bits + mask.bits + more)


def _margins(problem: Problem) -> Iterator[Draft]:
    """The grid lies inside of the output: margins of one colour, or cells repeated from its edge."""
    spots: set[tuple[int, int, int, int]] = set()
    for grid, out in problem.pairs:
        sides = {
            (top, out.shape[0] - grid.shape[0] - top, left, out.shape[1] - grid.shape[1] - left)
            for top, left in find_pattern(out, grid)
        }
        spots = sides if not spots else spots & sides
        if not spots:
            return
    for top, bottom, left, right in sorted(spots, key=lambda s: abs(s[0] - s[1]) + abs(s[2] - s[3]))[:3]:
        word, height, width = "fit_into", f"grid.shape[0] + {top + bottom}", f"grid.shape[1] + {left + right}"
        margins = f"{height}, {width}, row={top}, col={left}, fill="
        if top == bottom == left == right:
            word, margins = "pad", f"{top}, "
        colours = [str(c) for c in shared_colours(problem.outputs)]
        for colour in [*colours, "most_common_colour(grid)", "least_common_colour(grid)"]:
            yield Draft((f"return {word}(grid, {margins}{colour})",), 2.5)
        if top == bottom == left == right:
            yield Draft((f"return repeat_edges(grid, {top})",), 2.5)
            yield Draft((f"return repeat_edges(grid, {top}, corners=0)",), 3.0)


def _continued(problem: Problem) -> Iterator[Draft]:
    """The smallest repeating tile of the grid, repeated over a larger shape."""
    for size, cost in sizes_for(problem, [out.shape for out in problem.outputs])[:3]:
        for tile in section("repeated tile"):
            yield Draft((f"return repeat_to({tile.text}, {size})",), 1.5 + cost + tile.bits)


def _shifted_on(problem: Problem) -> Iterator[Draft]:
    """A pattern that repeats under a shift, continued on a larger grid."""
    for size, cost in sizes_for(problem, [out.shape for out in problem.outputs])[:3]:
        yield Draft((f"return continue_shift(grid, {size})",), 2.5 + cost)
        table = {
            c: d
            for c in shared_colours(problem.train)
            for d in shared_colours(problem.outputs)
            if c != d and not any((out == c).any() for out in problem.outputs)
        }
        for old, new in table.items():
            yield Draft((f"return replace_colour(continue_shift(grid, {size}), {old}, {new})",), 4.0 + cost)


def _on_canvas(problem: Problem) -> Iterator[Draft]:
    """The grid laid into a larger one once, or repeated along a diagonal."""
    for size, cost in sizes_for(problem, [out.shape for out in problem.outputs])[:4]:
        for colour in shared_colours(problem.outputs):
            yield Draft((f"return fit_into(grid, {size}, fill={colour})",), 2.5 + cost)
        for rows, cols in ((1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (0, 1)):
            yield Draft((f"return diagonal_copies(grid, {rows}, {cols}, {size})",), 3.0 + cost)
        for step in ("grid.shape[0], grid.shape[1]", "-grid.shape[0], grid.shape[1]"):
            yield Draft((f"return diagonal_copies(grid, {step}, {size})",), 3.5 + cost)
        count = "(grid != 0).sum()"
        for number, more in ((f"int({count})", 1.0), ("len(colours_of(grid, background=0))", 1.0)):
            lines = (f"copies = [grid] * {number}", f"return arrange(copies, {size})")
            yield Draft(lines, 4.0 + cost + more)
