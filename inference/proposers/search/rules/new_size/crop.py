"""Outputs that are a box of their grid, each of its four edges told by a landmark or by the grid's size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.expressions import filled, free
from inference.proposers.search.language import values_of
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, fits_inside, new_size, rule
from omniarc import Object, find_pattern

Spots = Sequence[set[tuple[int, int]]]  # (first, one past the last) line of each box that shows the output
Landmark = tuple[str, float, list[Object]]  # expression, bits, the object on every grid
_RANGES = 8  # ways to tell the rows that are kept, or the columns
_EDGES = 20  # ways to tell where they begin, or end
_DRAFTS = 16
_MOST_SPOTS = 40


@dataclass(frozen=True)
class _Edge:
    """Where a box may begin or end on every grid: an expression, its bits, and the landmark it asks."""

    text: str
    bits: float
    values: list[int]
    landmark: str = ""
    landmark_bits: float = 0.0


@rule(new_size, fits_inside, lambda problem: min(out.size for out in problem.outputs) > 1)
def crop_at(problem: Problem) -> Iterator[Draft]:
    """A box between landmarks, at a distance from the grid's edges, or in its middle."""
    charge(prices.RELATION * len(problem.outputs))
    found = [find_pattern(grid, out) for grid, out in problem.pairs]
    if not all(0 < len(spots) <= _MOST_SPOTS for spots in found):
        return
    landmarks = list(_landmarks(problem))
    ranges = []
    for axis in (0, 1):
        sides = [out.shape[axis] for out in problem.outputs]
        spots = [{(at[axis], at[axis] + n) for at in some} for some, n in zip(found, sides, strict=True)]
        edges = sorted(_edges(problem, axis, landmarks), key=lambda one: one.bits + one.landmark_bits)
        ranges.append(sorted(_ranges(problem, axis, edges, spots), key=_bits)[:_RANGES])
    ways = []
    for rows, cols in product(*ranges):
        corners = zip(rows[0].values, cols[0].values, strict=True)
        if all(map(tuple.__contains__, found, corners)):
            ways.append((*rows, *cols))
    for box in sorted(ways, key=_bits)[:_DRAFTS]:
        used = dict.fromkeys(edge.landmark for edge in box if edge.landmark)
        names = {text: f"mark_{number}" for number, text in enumerate(used)}
        lines = [f"{name} = {text}" for text, name in names.items()]
        top, bottom, left, right = (edge.text.format(names.get(edge.landmark)) for edge in box)
        yield Draft((*lines, f"return grid[{top}:{bottom}, {left}:{right}]"), 1.5 + _bits(box))


def _bits(edges: Sequence[_Edge]) -> float:
    """The bits of edges, each landmark counted once."""
    landmarks = {edge.landmark: edge.landmark_bits for edge in edges}
    return sum(edge.bits for edge in edges) + sum(landmarks.values())


def _landmarks(problem: Problem) -> Iterator[Landmark]:
    """The cheapest of the landmarks that have the same boxes."""
    landmarks = filled("landmark", {"_c": free(shared_colours(problem.grids))})
    seen = set()
    for one in sorted(landmarks, key=lambda one: one.bits):
        objects = values_of(one.text, problem.grids)
        if objects is not None and (boxes := tuple([found.box for found in objects])) not in seen:
            seen.add(boxes)
            yield one.text, one.bits, objects


def _ranges(problem: Problem, axis: int, edges: list[_Edge], spots: Spots) -> Iterator[tuple[_Edge, _Edge]]:
    """The ways to tell which rows (or columns) are kept in every grid."""
    starts, ends = (
        [one for one in edges if all(map(set.__contains__, lines, one.values))]
        for lines in ([{spot[end] for spot in some} for some in spots] for end in (0, 1))
    )
    for start, end in product(starts[:_EDGES], ends[:_EDGES]):
        both = list(zip(start.values, end.values, strict=True))
        if all(0 <= first < last for first, last in both) and all(map(set.__contains__, spots, both)):
            yield start, end
    lengths = {last - first for some in spots for first, last in some}
    if len(lengths) == 1:
        length = lengths.pop()
        for one in (*(start for start in starts if start.text), *_fixed(problem, axis, length, spots)):
            values = [value + length for value in one.values]
            yield one, replace(one, text=f"{one.text} + {length}", values=values, bits=1.0)


def _edges(problem: Problem, axis: int, landmarks: Sequence[Landmark]) -> Iterator[_Edge]:
    """Where boxes may begin or end: at the grid's edges, or at, before or behind a landmark's."""
    sizes = [grid.shape[axis] for grid in problem.grids]
    yield _Edge("", 0.0, [0] * len(sizes))
    yield _Edge(f"grid.shape[{axis}]", 0.3, sizes)
    for text, bits, objects in landmarks:
        for number, side in enumerate((("row", "bottom"), ("col", "right"))[axis]):
            for step in (number - 1, number, number + 1):
                more = f"{{0}}.{side}" + (f" {'-' if step < 0 else '+'} {abs(step)}" if step else "")
                places = [getattr(one, side) + step for one in objects]
                yield _Edge(more, 0.5 + 0.3 * (step != number), places, text, bits)


def _fixed(problem: Problem, axis: int, length: int, spots: Spots) -> Iterator[_Edge]:
    """Starts at one distance from the start of all grids, from their end, or from their middle."""
    sizes = [grid.shape[axis] for grid in problem.grids]
    size = f"grid.shape[{axis}]"
    for text, places in (
        ("{0}", [0] * len(sizes)),
        (f"{size} - {length} + {{0}}", [side - length for side in sizes]),
        (f"({size} - {length}) // 2 + {{0}}", [(side - length) // 2 for side in sizes]),
    ):
        pairs = zip(spots, places, strict=False)
        steps = set.intersection(*({first - place for first, _ in some} for some, place in pairs))
        for step in sorted(steps, key=abs)[:2]:
            yield _Edge(text.format(step), 1.0 + 0.5 * bool(step), [place + step for place in places])
