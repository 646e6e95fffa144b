"""Static analysis of programs: the canonical text that identifies duplicates, and the grid types to try.

It is the supervisor's largest cost per candidate. On a cluster the nodes do it:
`AnalyseAhead` sits between the proposers and the engine, keeps the order, and attaches a node's analysis to
each candidate.
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
SourceAndEntry = tuple[str, str | None]  # source, entry point


@dataclass(frozen=True)
class ProgramAnalysis:
    """A program's canonical text, and the grid types to try, the likeliest first."""

    text: str
    grid_types: tuple[GridType, ...]


def analyse(program: SourceAndEntry) -> ProgramAnalysis:
    """Analyse one program."""
    source, entry_point = program
    return ProgramAnalysis(normalise(source), likely_grid_types(source, entry_point))


class Analyser(Protocol):
    """Analyses many programs at once, elsewhere. One thread may use it; any may close it."""

    def analyse(self, programs: Sequence[SourceAndEntry]) -> list[ProgramAnalysis]: ...

    def close(self) -> None: ...


class AnalyseAhead(Generic[Message]):
    """Passes messages on in order, adding their analyses to candidates.

    `put` adds one, and waits while the queue is full; `forward` is called for each from its thread, with the
    analysis or None, and returns False when no more is needed.
    """

    def __init__(
        self, analyser: Analyser, forward: Callable[[Message, ProgramAnalysis | None], bool]
    ) -> None:
        self._analyser = analyser
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
        """Stop passing messages on."""
        self._ended.set()
        self._analyser.close()

    def _run(self) -> None:
        while not self._ended.is_set():
            batch = self._take()
            places = [place for place, one in enumerate(batch) if isinstance(one, Candidate)]
            programs = [(one.source, one.entry_point) for one in batch if isinstance(one, Candidate)]
            analyses = dict(zip(places, self._analyser.analyse(programs) if programs else [], strict=True))
            for place, message in enumerate(batch):
                if not self._forward(message, analyses.get(place)):
                    return

    def _take(self) -> list[Message]:
        """Everything that waits; nothing after a moment without any."""
        batch: list[Message] = []
        try:
            batch.append(self._waiting.get(timeout=_TICK_SECONDS))
            while len(batch) < _MOST:
                batch.append(self._waiting.get_nowait())
        except queue.Empty:
            pass
        return batch
