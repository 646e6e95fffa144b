"""The SQLite schema of a run, and the compact forms of grids and augmentations in it.

Tables only grow: rows are inserted, never deleted. Two are completed in place: a verdict that was our own
failure (`infrastructure`) gives way to a real one, and a task's votes to its later votes.

A list of grids is one blob. Each grid is its height and width (a byte each), then its cells in row order, two
to a byte, the first in the high half. A missing grid is the single byte 0.

An answer is the whole text that a model wrote, compressed with zlib (about a third of its size).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import numpy as np

from arc import IDENTITY, Augmentation, Grid

SCHEMA_VERSION = 4

DATABASE = "run.sqlite"

# `at` is the run's own clock: seconds of running, over all sessions, pauses between them left out.
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE tasks (task INTEGER PRIMARY KEY, task_id TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
CREATE TABLE programs (task INTEGER NOT NULL, key TEXT NOT NULL, source TEXT NOT NULL,
    UNIQUE (task, key));
CREATE TABLE candidates (candidate INTEGER PRIMARY KEY, task INTEGER NOT NULL, sampler TEXT NOT NULL,
    sample INTEGER NOT NULL, key TEXT NOT NULL, augmentation TEXT, log_probability REAL, tokens INTEGER,
    prompt_tokens INTEGER, description_length REAL, seconds REAL, prompt TEXT, entry_point TEXT,
    grid_type TEXT, at REAL NOT NULL, source TEXT, answer BLOB, reading INTEGER NOT NULL,
    rule TEXT, doubt REAL,
    UNIQUE (task, sampler, sample, reading));
CREATE TABLE verdicts (task INTEGER NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL,
    train_correct TEXT NOT NULL, cpu_seconds REAL NOT NULL, at REAL NOT NULL, error TEXT NOT NULL,
    train_outputs BLOB NOT NULL, test_outputs BLOB NOT NULL, grid_type TEXT, UNIQUE (task, key));
CREATE TABLE evidence (task INTEGER NOT NULL, key TEXT NOT NULL, turned REAL, turned_tests REAL,
    recoloured REAL, recoloured_tests REAL, nodes INTEGER, at REAL NOT NULL, UNIQUE (task, key));
CREATE INDEX verdict_kinds ON verdicts (task, kind);
CREATE TABLE predictions (prediction INTEGER PRIMARY KEY, task INTEGER NOT NULL, predictor TEXT NOT NULL,
    sample INTEGER NOT NULL, test_index INTEGER NOT NULL, grid BLOB NOT NULL, augmentation TEXT,
    confidence REAL, log_probability REAL, tokens INTEGER, prompt_tokens INTEGER, seconds REAL, prompt TEXT,
    answer BLOB, at REAL NOT NULL, UNIQUE (task, predictor, sample, test_index));
CREATE TABLE scores (task INTEGER NOT NULL, model TEXT NOT NULL, test_index INTEGER NOT NULL,
    grid BLOB NOT NULL, augmentation TEXT NOT NULL, log_probability REAL NOT NULL, tokens INTEGER NOT NULL,
    at REAL NOT NULL, UNIQUE (task, model, test_index, grid, augmentation));
CREATE TABLE finished (task INTEGER NOT NULL, proposer TEXT NOT NULL, error TEXT NOT NULL,
    seconds REAL NOT NULL, at REAL NOT NULL, PRIMARY KEY (task, proposer));
CREATE TABLE votes (task INTEGER PRIMARY KEY, ballots TEXT NOT NULL, attempts TEXT NOT NULL,
    at REAL NOT NULL);
CREATE TABLE events (event INTEGER PRIMARY KEY, kind TEXT NOT NULL, task_id TEXT, data TEXT NOT NULL,
    at REAL NOT NULL, clock TEXT NOT NULL);
"""


def pack_grids(grids: Iterable[Grid | None]) -> bytes:
    """Grids (None for a missing one) as one blob; see the module's text for its form."""
    # In hexadecimal each cell is "0c"; dropping the zeros packs two cells to a byte, at the speed of C.
    parts = []
    for grid in grids:
        if grid is None:
            parts.append(b"\0")
            continue
        digits = grid.tobytes().hex()[1::2]
        parts.append(bytes(grid.shape) + bytes.fromhex(digits + "0" * (len(digits) % 2)))
    return b"".join(parts)


def unpack_grids(blob: bytes) -> tuple[Grid | None, ...]:
    """The inverse of `pack_grids`: read-only int8 grids of shape (height, width)."""
    grids: list[Grid | None] = []
    place = 0
    while place < len(blob):
        height = blob[place]
        if height == 0:
            grids.append(None)
            place += 1
            continue
        width = blob[place + 1]
        size = (height * width + 1) // 2
        digits = blob[place + 2 : place + 2 + size].hex().encode()
        cells = np.frombuffer(digits, np.int8, height * width) - np.int8(ord("0"))
        grid = cells.reshape(height, width)
        grid.flags.writeable = False
        grids.append(grid)
        place += 2 + size
    return tuple(grids)


def pack_text(text: str | None) -> bytes | None:
    """The text, compressed; lone surrogates, which a model can write, become question marks."""
    return None if text is None else zlib.compress(text.encode("utf-8", "replace"))


def unpack_text(blob: bytes | None) -> str | None:
    """The inverse of `pack_text`."""
    return None if blob is None else zlib.decompress(blob).decode("utf-8")


def augmentation_text(augmentation: Augmentation) -> str | None:
    """ "symmetry/colours/order", as in "5/0213456789/2,0,1"; None for the task's own view."""
    if augmentation == IDENTITY:
        return None
    colours = "".join(map(str, augmentation.colours))
    return f"{augmentation.symmetry}/{colours}/{','.join(map(str, augmentation.order))}"


def augmentation_from_text(text: str | None) -> Augmentation:
    """The inverse of `augmentation_text`."""
    if text is None:
        return IDENTITY
    symmetry, colours, order = text.split("/")
    return Augmentation(
        int(symmetry), tuple(map(int, colours)), tuple(map(int, order.split(","))) if order else ()
    )


def to_json(value: Any, indent: int | None = None) -> str:
    """JSON, compact unless indented; dataclasses become objects, grids lists of rows, enums their values."""
    return json.dumps(value, default=_plain, indent=indent, separators=(",", ": " if indent else ":"))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    return str(value)
