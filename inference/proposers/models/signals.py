"""What other threads tell a stream: stop a task, end it all."""

from __future__ import annotations

import threading


class Signals:
    """Left by any thread, read by the stream's loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stops: set[str] = set()
        self._closing = threading.Event()

    def stop(self, task_id: str) -> None:
        """Ask for nothing more on this task."""
        with self._lock:
            self._stops.add(task_id)

    def take_stops(self) -> set[str]:
        """The tasks to stop since the last call."""
        with self._lock:
            stops, self._stops = self._stops, set()
        return stops

    def close(self) -> None:
        """End the stream."""
        self._closing.set()

    @property
    def closing(self) -> bool:
        return self._closing.is_set()
