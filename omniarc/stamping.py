"""Stamping: the same small picture drawn at many places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from omniarc.cellmaps import CellMap, Mask

OWN = 10  # in a picture: the colour of the cell that the picture is hooked to
SKIP = -1  # in a picture: leave the cell as it is


def stamp_at(
    grid: npt.NDArray,
    picture: Sequence[Sequence[int]],
    places: Iterable[tuple[int, int]],
    hook: tuple[int, int],
    onto: int | None = None,
) -> npt.NDArray[np.int8]:
    """Draw `picture` at each of `places` so that its cell `hook` comes to lie there.

    In the picture -1 leaves a cell as it is and 10 stands for the colour the grid has at the place. With
    `onto`, only cells of that colour are painted over. What leaves the grid is cut off.
    """
    out = np.array(grid, dtype=np.int8)
    height, width = out.shape
    drawn = [
        (r - hook[0], c - hook[1], colour)
        for r, line in enumerate(picture)
        for c, colour in enumerate(line)
        if colour != SKIP
    ]
    for row, column in places:
        own = grid[row, column]
        for dr, dc, colour in drawn:
            y, x = row + dr, column + dc
            if 0 <= y < height and 0 <= x < width and (onto is None or grid[y, x] == onto):
                out[y, x] = own if colour == OWN else colour
    return out


def places_of(mask: Mask) -> list[tuple[int, int]]:
    """(row, column) of each cell of `mask`, in reading order."""
    return [(int(r), int(c)) for r, c in np.argwhere(mask)]


def corners_of(parts: CellMap) -> list[tuple[int, int]]:
    """(row, column) of the top left corner of each region's bounding box."""
    return [(box[0].start, box[1].start) for box in ndimage.find_objects(parts) if box is not None]
