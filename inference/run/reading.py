"""Reading programs: their canonical text, which tells equal ones, and the grid types that they may take.

It costs the supervisor more than all else that it does about a candidate. On a cluster the nodes do it:
`ReadAhead` stands between the proposers and the engine, keeps the order, and adds to every candidate what a
node has read.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from arc import GridType
from sandbox import normalise
from scoring.contract import Candidate
from scoring.grid_types import likely_grid_types

_MOST = 1024  # messages read at once
_TICK_SECONDS = 0.2

Message = TypeVar("Message")
Program = tuple[str, str | None]  # source, entry point


@dataclass(frozen=True)
class Reading:
    """A program's canonical text, and the grid types to try, the likeliest first."""

    text: str
    grid_types: tuple[GridType, ...]


def read(program: Program) -> Reading:
    """Read one program."""
    source, entry_point = program
    return Reading(normalise(source), likely_grid_types(source, entry_point))


class Reader(Protocol):
    """Reads many programs at once, elsewhere. One thread may use it; any may close it."""

    def read(self, programs: Sequence[Program]) -> list[Reading]: ...

    def close(self) -> None: ...


class ReadAhead(Generic[Message]):
    """Passes messages on in their order, candidates among them with their readings.

    `put` gives one to it and waits where it has enough; `forward` takes each from its thread, with the
    reading or None, and says False when nobody wants any more.
    """

    def __init__(self, reader: Reader, forward: Callable[[Message, Reading | None], bool]) -> None:
        self._reader = reader
        self._forward = forward
        self._waiting: queue.Queue[Message] = queue.Queue(_MOST)
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="reading", daemon=True).start()

    def put(self, message: Message) -> bool:
        """Queue a message; False if this is closed."""
        while not self._ended.is_set():
            try:
                self._waiting.put(message, timeout=_TICK_SECONDS)
                return True
            except queue.Full:
                continue
        return False

    def close(self) -> None:
        """Pass nothing on any more."""
        self._ended.set()
        self._reader.close()

    def _run(self) -> None:
        while not self._ended.is_set():
            batch = self._take()
            places = [place for place, one in enumerate(batch) if isinstance(one, Candidate)]
            programs = [(one.source, one.entry_point) for one in batch if isinstance(one, Candidate)]
            readings = dict(zip(places, self._reader.read(programs) if programs else [], strict=True))
            for place, message in enumerate(batch):
                if not self._forward(message, readings.get(place)):
                    return

    def _take(self) -> list[Message]:
        """All that waits; after a moment nothing."""
        batch: list[Message] = []
        try:
            batch.append(self._waiting.get(timeout=_TICK_SECONDS))
            while len(batch) < _MOST:
                batch.append(self._waiting.get_nowait())
        except queue.Empty:
            pass
        return batch
