"""A limit on the CPU time of one call in this process, for code that does not check the clock itself."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN = 0.05  # seconds


class OutOfTime(BaseException):
    """The limit is spent. Not an Exception, so that code in between does not take it for its own failure."""


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime inside the block once the process has used `seconds` more of user CPU time.

    Python runs signal handlers in the main thread only, and another may have taken the signal: without it the
    block runs without a limit.
    """
    free = signal.getsignal(signal.SIGVTALRM) in (signal.SIG_DFL, signal.SIG_IGN, None)
    if threading.current_thread() is not threading.main_thread() or not free:
        yield
        return

    armed = True

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal armed
        if armed:
            armed = False
            raise OutOfTime

    before = signal.signal(signal.SIGVTALRM, stop)
    # It repeats: a signal that another thread receives may go unnoticed in a loop of the main thread.
    signal.setitimer(signal.ITIMER_VIRTUAL, max(0.001, seconds), _AGAIN)
    try:
        try:
            yield
        finally:
            armed = False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before if before is not None else signal.SIG_DFL)
