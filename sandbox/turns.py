"""Threads, pools and event loops that take turns: one thread of a program runs at a time, until it waits.

Threads are the system's, made before the process is confined, and parked until a program starts one; where
none is left, a thread runs to its end when it is started. A lock that is polled for long passes the turn on
too. Where all wait, the clock goes on to the first whose time is up: nobody waits in truth, and a program
takes the same turns in each run.
"""

from __future__ import annotations

import _thread
import _threading_local
import asyncio
import concurrent.futures.thread
import contextlib
import contextvars
import math
import multiprocessing.dummy
import queue
import re
import threading
import time
import types
from collections.abc import Callable
from multiprocessing import pool
from typing import Any

from sandbox.imports import Partial
from sandbox.substitutes import advance, elapsed, nothing

_SEATS = 24
_STACK_BYTES = 2 << 20  # of each thread; it counts as the program's memory
_POLL, _TURN = 2e-5, 0.02  # seconds of the clock: what a poll takes, and after which it passes the turn on
_NAMED = re.compile(rb"[Tt]hread|asyncio|concurrent|multiprocessing|queue|sched")
_raw_lock = _thread.allocate_lock


class _Seat:
    """A thread of the process, that runs when its `baton` is free, and waits for `ready` or a time."""

    def __init__(self) -> None:
        self.baton = _raw_lock()
        self.baton.acquire()
        self.ready: Callable[[], bool] = bool  # never
        self.until = math.inf
        self.thread: Any = None


_MAIN = _Seat()
_here = [_MAIN]  # whose turn it is
_began = [0.0]  # when the turn began
_waiting: list[_Seat] = []  # the longest first
_free: list[_Seat] = []
_alive: list[threading.Thread] = []


def make_seats(job: bytes) -> bytes:
    """The job, once the threads that its program may start are made; fewer where the system refuses."""
    _thread.stack_size(_STACK_BYTES)
    with contextlib.suppress(RuntimeError):
        for _ in range(_SEATS if _NAMED.search(job) else 0):
            seat = _Seat()
            _thread.start_new_thread(_serve, (seat,))
            _free.append(seat)
    return job


def _serve(seat: _Seat) -> None:
    seat.baton.acquire()
    while True:
        _run(seat.thread)
        _free.append(seat)
        _pass_on(seat, _next())


def _pass_on(seat: _Seat, to: _Seat) -> None:
    """Give the turn from one to another, and wait until it comes back."""
    _here[0], _began[0] = to, elapsed()
    if to is not seat:
        to.baton.release()
        seat.baton.acquire()


def _next() -> _Seat:
    """Whose turn is next: who has waited the longest of those that may go on, or whose time comes first."""
    now = elapsed()
    found = next((seat for seat in _waiting if seat.until <= now or seat.ready()), None)
    if found is None:
        found = min(_waiting, key=lambda seat: (seat.until, seat is not _MAIN))
        advance(found.until - now if found.until < math.inf else 0.0)
    _waiting.remove(found)
    return found


def _wait(ready: Callable[[], bool], seconds: float | None = None) -> bool:
    """Let others go on until `ready()`, or for some seconds of the clock; returns whether it is ready."""
    if ready():
        return True
    seat = _here[0]
    seat.ready, seat.until = ready, math.inf if seconds is None else elapsed() + seconds
    _waiting.append(seat)
    _pass_on(seat, _next())
    if not ready() and seconds is None:
        raise RuntimeError("all threads wait for what never comes")
    return ready()


def _poll() -> bool:
    """Pass the turn on if it is long; returns True."""
    advance(_POLL)
    if _waiting and elapsed() - _began[0] > _TURN:
        _wait(bool, 0.0)
    return True


class _Lock:
    """`threading.Lock`."""

    def __init__(self) -> None:
        self._held = False

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        _poll()
        free = _wait(lambda: not self._held, None if timeout < 0 else timeout) if blocking else not self._held
        self._held = True
        return free

    def release(self) -> None:
        if not self._held:
            raise RuntimeError("release unlocked lock")
        self._held = False

    def locked(self) -> bool:
        return _poll() and self._held

    __enter__ = acquire

    def __exit__(self, *_: Any) -> None:
        self.release()


def _start(thread: Any) -> None:
    if thread._started.is_set():
        raise RuntimeError("threads can only be started once")
    thread._started.set()
    _alive.append(thread)
    if not _wait(lambda: bool(_free), 0.0):
        _run(thread)
        return
    seat, here = _free.pop(), _here[0]
    seat.thread, here.ready = thread, lambda: True
    _waiting.insert(0, here)
    _pass_on(here, seat)


def _run(thread: Any) -> None:
    active = vars(threading)["_active"]
    thread._ident = number = _thread.get_ident()
    before, active[number] = active.get(number), thread
    try:
        contextvars.Context().run(thread.run)
    except BaseException:
        with contextlib.suppress(BaseException):
            thread._invoke_excepthook(thread)
    active[number] = before
    if before is None:
        del active[number]
    _alive.remove(thread)


def settle_threads() -> None:
    """Have the standard library's threads, pools and event loops take turns, in this process and for good."""
    thread: Any = threading.Thread
    event: Any = threading.Event
    made: Any = pool
    thread.start = _start
    thread.join = lambda self, timeout=None: nothing(_wait(lambda: self not in _alive, timeout))
    thread.is_alive = lambda self: _poll() and self in _alive
    event.is_set = lambda self: _poll() and self._flag
    vars(time).update(sleep=lambda seconds: nothing(_wait(bool, seconds)))
    lock = {"Lock": _Lock, "_allocate_lock": _Lock, "RLock": vars(threading)["_PyRLock"]}
    vars(threading).update(lock, local=_threading_local.local)
    vars(threading).update(stack_size=lambda size=0: [_free.pop() for _ in _free[:]])  # ours is large
    vars(queue).update(SimpleQueue=vars(queue)["_PySimpleQueue"])
    vars(concurrent.futures.thread).update(_global_shutdown_lock=_Lock())
    processes = _without(concurrent.futures.ThreadPoolExecutor, "mp_context", "max_tasks_per_child")
    vars(concurrent.futures).update(ProcessPoolExecutor=processes)
    vars(pool).update(get_context=lambda: types.SimpleNamespace(SimpleQueue=queue.SimpleQueue))
    made.ThreadPool._get_sentinels = lambda self: []
    made.Pool._wait_for_updates = staticmethod(lambda sentinels, told, timeout=None: told.get())
    asyncio.DefaultEventLoopPolicy._loop_factory = _Loop  # type: ignore[attr-defined]


def _without(kind: Any, *dropped: str) -> Any:
    return lambda *given, **named: kind(*given, **{name: named[name] for name in named.keys() - dropped})


class _Loop(asyncio.base_events.BaseEventLoop):
    """An event loop without files to wait for."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = self

    def select(self, timeout: float | None) -> tuple[()]:
        """Wait until a thread has called, or for the next timer."""
        ready: Any = vars(self)["_ready"]
        _wait(lambda: bool(ready), timeout)
        return ()

    _process_events = _write_to_self = nothing


class _Manager(contextlib.nullcontext[Any]):
    """`multiprocessing.Manager`, whose values are plain ones."""

    dict, list, Queue, Namespace, shutdown = dict, list, queue.Queue, types.SimpleNamespace, nothing

    def __enter__(self) -> Any:
        return self


def process_modules() -> dict[str, types.ModuleType]:
    """`multiprocessing`, of one process, whose parts are threads."""
    dummy: Any = multiprocessing.dummy
    dummy.Process.terminate = dummy.Process.kill = dummy.Process.close = nothing
    dummy.Process.pid = threading.Thread.ident
    space = types.SimpleNamespace
    names: dict[str, Any] = {name: vars(dummy)[name] for name in dummy.__all__}
    names |= {"ThreadPool": pool.ThreadPool, "Manager": _Manager, "cpu_count": lambda: 1}
    names["Pool"] = _without(pool.ThreadPool, "maxtasksperchild", "context")
    names["Value"] = lambda kind=None, value=0, **_: space(value=value, get_lock=threading.RLock)
    names["Array"] = lambda kind, values, **_: [0] * values if isinstance(values, int) else list(values)
    names |= {name: vars(threading)[name] for name in ("Lock", "RLock")}
    names |= {"SimpleQueue": queue.Queue, "TimeoutError": multiprocessing.TimeoutError}
    names |= {"get_context": lambda method=None: made, "set_start_method": nothing}
    made: Partial
    made = Partial("multiprocessing", space(**names))
    vars(made).update(pool=made, dummy=made)
    return dict.fromkeys(("multiprocessing", "multiprocessing.pool", "multiprocessing.dummy"), made)
