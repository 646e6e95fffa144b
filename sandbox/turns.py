"""Threads, pools and event loops in a process of one thread: each part runs to its end, one after the other.

A thread runs when it is started, a pool's call when it is submitted; one that waits for what has not come is
left, and begins again when another waits. Where every coroutine waits, the clock goes on to the next that is
due. Programs that only divide their work give the same outputs as elsewhere.
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
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.imports import Partial
from sandbox.substitutes import nothing


def settle_threads() -> None:
    """Have the standard library's threads, pools and event loops take turns, in this process and for good."""
    thread: Any = threading.Thread
    timer: Any = threading.Timer
    condition: Any = threading.Condition
    sleep: Any = time.sleep
    thread.start, thread.join = _start, lambda self, timeout=None: (_go_on(), None)[1]
    thread.is_alive = lambda self: self in _go_on()
    condition.wait, condition.notify = _wait, lambda self, n=1: self.__dict__.update(told=True)
    time.sleep = lambda seconds: (_go_on(), sleep(seconds))[1]
    # its time comes when the program waits for it, and never otherwise
    timer.start, timer.join = nothing, lambda self, timeout=None: self.run() if timeout is None else None
    vars(queue).update(SimpleQueue=vars(queue)["_PySimpleQueue"])
    threading.Barrier.wait = lambda self, timeout=None: 0  # type: ignore[method-assign]
    pools = {"ThreadPoolExecutor": _Executor, "ProcessPoolExecutor": _Executor}
    for module in (concurrent.futures, concurrent.futures.thread):
        vars(module).update(pools)
    asyncio.DefaultEventLoopPolicy._loop_factory = _Loop  # type: ignore[attr-defined]


class _Left(BaseException):
    """Ends a thread that waits for what has not come."""


_left: list[threading.Thread] = []  # those that start again
_running: list[bool] = []  # for each thread, within another: whether it was just started


def _start(thread: threading.Thread, just: bool = True) -> None:
    """Run a thread to its end; what it raises ends it alone."""
    made = dict(vars(thread))
    _running.append(just)
    try:
        thread.run()
    except _Left:
        vars(thread).update(made)
        _left.append(thread)
    except (Exception, SystemExit):
        pass
    finally:
        _running.pop()


def _go_on() -> list[threading.Thread]:
    """Start those again that were left, as often as one may have waited for another; returns who is left."""
    for _ in _left[:]:
        left, _left[:] = _left[:], []
        for thread in left:
            _start(thread, just=False)
    return _left


def _wait(condition: Any, timeout: float | None = None) -> bool:
    """Whether the condition was told of a change, by now."""
    held = condition._release_save()
    _go_on()
    condition._acquire_restore(held)
    told = bool(vars(condition).pop("told", False))
    if not told and _running and (timeout is None or _running[-1]):
        raise _Left
    if not told and timeout is not None:
        time.sleep(timeout)
    return told


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

    imap = imap_unordered = concurrent.futures.Executor.map

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


class _Manager(contextlib.nullcontext[Any]):
    """`multiprocessing.Manager`, whose values are plain ones."""

    dict, list, Queue, Namespace, shutdown = dict, list, queue.Queue, types.SimpleNamespace, nothing

    def __enter__(self) -> Any:
        return self


def process_modules() -> dict[str, types.ModuleType]:
    """`multiprocessing`, of one process."""
    names: dict[str, Any] = {"Pool": _Pool, "ThreadPool": _Pool, "Process": threading.Thread}
    names |= {"cpu_count": lambda: 1, "Manager": _Manager}
    space = types.SimpleNamespace
    names["Value"] = lambda kind=None, value=0, **_: space(value=value, get_lock=threading.Lock)
    names["Array"] = lambda kind, values, **_: [0] * values if isinstance(values, int) else list(values)
    names |= {"Lock": threading.Lock, "RLock": threading.RLock, "Event": threading.Event}
    names |= dict.fromkeys(("Queue", "SimpleQueue", "JoinableQueue"), queue.Queue)
    names |= dict.fromkeys(("freeze_support", "set_start_method"), nothing)
    names["current_process"] = threading.current_thread
    made: Partial
    made = Partial("multiprocessing", space(get_context=lambda method=None: made, **names))
    vars(made).update(pool=made, dummy=made)
    return dict.fromkeys(("multiprocessing", "multiprocessing.pool", "multiprocessing.dummy"), made)
