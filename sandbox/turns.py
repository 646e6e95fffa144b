"""Threads, pools and event loops in a process of one thread: each part runs to its end, one after the other.

A thread runs when it is started, a pool's call when it is submitted; where every coroutine waits, the clock
goes on to the next that is due. Programs that only divide their work give the same outputs as elsewhere.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import itertools
import queue
import threading
import time
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sandbox.imports import Partial
from sandbox.substitutes import nothing


def settle_threads() -> None:
    """Have the standard library's threads, pools and event loops take turns, in this process and for good."""
    thread, timer = threading.Thread, threading.Timer
    thread.start, thread.join, thread.is_alive = _run_now, nothing, lambda _: False  # type: ignore[method-assign,assignment]
    # its time comes when the program waits for it, and never otherwise
    timer.start, timer.join = nothing, _run_if_waited_for  # type: ignore[method-assign,assignment]
    threading.Event.wait = lambda self, timeout=None: self.is_set()  # type: ignore[method-assign]
    threading.Condition.wait = lambda self, timeout=None: True  # type: ignore[method-assign]
    threading.Barrier.wait = lambda self, timeout=None: 0  # type: ignore[method-assign]
    pools = {"ThreadPoolExecutor": _Executor, "ProcessPoolExecutor": _Executor}
    for module in (concurrent.futures, concurrent.futures.thread):
        vars(module).update(pools)
    asyncio.DefaultEventLoopPolicy._loop_factory = _Loop  # type: ignore[attr-defined]


def _run_now(thread: threading.Thread) -> None:
    """What a thread raises ends it alone."""
    with contextlib.suppress(Exception, SystemExit):
        thread.run()


def _run_if_waited_for(timer: threading.Timer, timeout: float | None = None) -> None:
    if timeout is None:
        timer.run()


class _Executor(concurrent.futures.Executor):
    """An executor of `concurrent.futures` whose calls are done when they are submitted."""

    def __init__(self, workers: Any = None, initializer: Any = None, initargs: Any = (), **_: Any) -> None:
        if callable(initializer):
            initializer(*initargs)

    def submit(self, function: Callable[..., Any], /, *values: Any, **named: Any) -> Any:
        done = _Result()
        try:
            done.set_result(function(*values, **named))
        except Exception as error:
            done.set_exception(error)
        return done


class _Result(concurrent.futures.Future[Any]):
    """A call that is done: also `multiprocessing.pool.AsyncResult`."""

    get = concurrent.futures.Future.result
    ready = concurrent.futures.Future.done


class _Pool(_Executor):
    """A pool of `multiprocessing`."""

    def imap(self, function: Callable[..., Any], values: Iterable[Any], chunksize: int = 1) -> Iterator[Any]:
        return map(function, values)

    def starmap(self, function: Callable[..., Any], values: Iterable[Any], chunksize: int = 1) -> list[Any]:
        return list(itertools.starmap(function, values))

    def map(self, function: Callable[..., Any], values: Iterable[Any], chunksize: int = 1) -> list[Any]:  # type: ignore[override]
        return list(map(function, values))

    def map_async(self, *values: Any, **named: Any) -> Any:
        return self.submit(self.map, *values, **named)

    def apply(self, function: Callable[..., Any], args: Any = (), kwds: Any = None) -> Any:
        return function(*args, **(kwds or {}))

    def apply_async(self, function: Any, args: Any = (), kwds: Any = None, callback: Any = nothing) -> Any:
        done = self.submit(function, *args, **(kwds or {}))
        done.add_done_callback(lambda done: callback(done.result()))
        return done

    imap_unordered = imap
    close = join = terminate = nothing


class _Loop(asyncio.base_events.BaseEventLoop):
    """An event loop without files to wait for."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = self

    def select(self, timeout: float | None) -> tuple[()]:
        """Nothing is ready: the clock goes on to the next timer."""
        if timeout is None:
            raise RuntimeError("a coroutine waits for what never comes")
        time.sleep(timeout)
        return ()

    _process_events = _write_to_self = nothing


def _array(_: Any, values: Any, **__: Any) -> list[Any]:
    """`multiprocessing.Array`: a number of zeros, or values."""
    return [0] * values if isinstance(values, int) else list(values)


def _value(_: Any = None, value: Any = 0, **__: Any) -> Any:
    """`multiprocessing.Value`."""
    return types.SimpleNamespace(value=value, get_lock=threading.Lock)


class _Manager(contextlib.nullcontext[Any]):
    """`multiprocessing.Manager`, whose values are plain ones."""

    dict, list, Queue, Namespace, shutdown = dict, list, queue.Queue, types.SimpleNamespace, nothing

    def __enter__(self) -> Any:
        return self


def process_modules() -> dict[str, types.ModuleType]:
    """`multiprocessing`, of one process."""
    names: dict[str, Any] = {"Pool": _Pool, "ThreadPool": _Pool, "Process": threading.Thread}
    names |= {"cpu_count": lambda: 1, "Manager": _Manager, "Value": _value, "Array": _array}
    names |= {"Lock": threading.Lock, "RLock": threading.RLock, "Event": threading.Event}
    names |= dict.fromkeys(("Queue", "SimpleQueue", "JoinableQueue"), queue.Queue)
    names |= dict.fromkeys(("freeze_support", "set_start_method"), nothing)
    names["current_process"] = threading.current_thread
    made: Partial
    made = Partial("multiprocessing", types.SimpleNamespace(get_context=lambda method=None: made, **names))
    vars(made).update(pool=made, dummy=made)
    return dict.fromkeys(("multiprocessing", "multiprocessing.pool", "multiprocessing.dummy"), made)
