"""Grids as coloured SVG, for notebooks and pages.

Everything here returns text: an `<svg>` element. Colours are those of the ARC Prize's own viewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate

from arc.grid import Grid

PALETTE = (
    "#000000",
    "#1e93ff",
    "#f93c31",
    "#4fcc30",
    "#ffdc00",
    "#999999",
    "#e53aa3",
    "#ff851b",
    "#87d8f1",
    "#921231",
)
_LINE = "#5c6470"
_MOST_PIXELS = 220  # of a grid's longer side
_MOST_CELL = 22
_LABEL = 18  # pixels of height for a line of text
_GAP = 14


@dataclass(frozen=True)
class Picture:
    """Part of a drawing: SVG elements without the surrounding `<svg>`, and their size in pixels."""

    body: str
    width: int
    height: int

    def svg(self) -> str:
        """The whole element, with a white background so that it can be read on dark pages too."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" font-family="sans-serif" font-size="12">'
            f'<rect width="100%" height="100%" fill="#ffffff"/>{self.body}</svg>'
        )


def draw_grid(grid: Grid | None) -> Picture:
    """One grid, its longer side at most 220 pixels; a question mark for None."""
    if grid is None:
        return Picture('<text x="30" y="48" font-size="36" fill="#8a919b">?</text>', 80, 66)
    height, width = grid.shape
    cell = max(2, min(_MOST_CELL, _MOST_PIXELS // max(height, width)))
    runs = "".join(_row(row.tolist(), number, cell) for number, row in enumerate(grid))
    lines = "".join(f"M0 {y * cell}h{width * cell}" for y in range(height + 1))
    lines += "".join(f"M{x * cell} 0v{height * cell}" for x in range(width + 1))
    return Picture(
        f'{runs}<path d="{lines}" stroke="{_LINE}" stroke-width="0.5"/>', width * cell + 1, height * cell + 1
    )


def _row(colours: Sequence[int], number: int, cell: int) -> str:
    """One rectangle for each run of equal colours."""
    parts = []
    start = 0
    for place in range(1, len(colours) + 1):
        if place == len(colours) or colours[place] != colours[start]:
            parts.append(
                f'<rect x="{start * cell}" y="{number * cell}" width="{(place - start) * cell}" '
                f'height="{cell}" fill="{PALETTE[colours[start]]}"/>'
            )
            start = place
    return "".join(parts)


def labelled(picture: Picture, label: str) -> Picture:
    """The picture with a line of text above it."""
    width = max(picture.width, 7 * len(label))
    text = f'<text x="0" y="13" fill="#30363d">{escape(label)}</text>'
    return Picture(
        f'{text}<g transform="translate(0 {_LABEL})">{picture.body}</g>', width, picture.height + _LABEL
    )


def beside(pictures: Sequence[Picture]) -> Picture:
    """Pictures from left to right."""
    places, width = _places([picture.width for picture in pictures])
    body = _placed((f"{place} 0", picture) for place, picture in zip(places, pictures, strict=True))
    return Picture(body, width, max((picture.height for picture in pictures), default=0))


def below(pictures: Sequence[Picture]) -> Picture:
    """Pictures from top to bottom."""
    places, height = _places([picture.height for picture in pictures])
    body = _placed((f"0 {place}", picture) for place, picture in zip(places, pictures, strict=True))
    return Picture(body, max((picture.width for picture in pictures), default=0), height)


def _places(lengths: Sequence[int]) -> tuple[list[int], int]:
    """Where each length begins, with gaps between them, and their total length."""
    ends = list(accumulate((length + _GAP for length in lengths), initial=0))
    return ends[:-1], max(0, ends[-1] - _GAP)


def _placed(pictures: Iterable[tuple[str, Picture]]) -> str:
    return "".join(f'<g transform="translate({place})">{picture.body}</g>' for place, picture in pictures)


def draw_pairs(pairs: Iterable[tuple[str, Grid, Grid | None]]) -> Picture:
    """Pairs (label, input, output) side by side, each input above its output."""
    return beside(
        [labelled(below([draw_grid(given), draw_grid(output)]), label) for label, given, output in pairs]
    )
