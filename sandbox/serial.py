"""Threads, pools and event loops for programs with one process and one thread: each part runs to its end.

A thread runs when it is started, a pool's call when it is submitted, a coroutine when it is awaited. Programs
that only divide their work give the same outputs as with real ones.
"""

from __future__ import annotations

import _thread
import itertools
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Iterator
from typing import Any

from sandbox.standins import Partial, module


class Thread:
    """`threading.Thread`; what it raises ends it alone, as there."""

    def __init__(
        self, group: None = None, target: Any = None, name: str = "Thread-1", args: Any = (), **options: Any
    ) -> None:
        self._call = (target, args, options.get("kwargs") or {})
        self.name, self.daemon, self.ident = name, bool(options.get("daemon")), 1

    def run(self) -> None:
        target, args, named = self._call
        if target is not None:
            target(*args, **named)

    def start(self) -> None:
        try:
            self.run()
        except Exception:
            return

    def join(self, timeout: float | None = None) -> None:
        """It has ended already."""

    def is_alive(self) -> bool:
        return False


class Future:
    """A call that is done: `concurrent.futures.Future` and `multiprocessing.pool.AsyncResult`."""

    def __init__(self, function: Callable[..., Any], values: Iterable[Any], named: dict[str, Any]) -> None:
        self._value: Any = None
        self._error: Exception | None = None
        try:
            self._value = function(*values, **named)
        except Exception as error:
            self._error = error

    def result(self, timeout: float | None = None) -> Any:
        if self._error is not None:
            raise self._error
        return self._value

    get = result

    def exception(self, timeout: float | None = None) -> Exception | None:
        return self._error

    def done(self) -> bool:
        return True

    ready = done

    def cancel(self) -> bool:
        return False

    def add_done_callback(self, function: Callable[[Future], object]) -> None:
        function(self)


class Pool:
    """An executor of `concurrent.futures`, or a pool of `multiprocessing`, of one worker."""

    def __init__(
        self, workers: int | None = None, initializer: Any = None, initargs: Any = (), **options: Any
    ) -> None:
        initializer = initializer or options.get("initializer")
        if initializer is not None:
            initializer(*(initargs or options.get("initargs", ())))

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def submit(self, function: Callable[..., Any], /, *values: Any, **named: Any) -> Future:
        return Future(function, values, named)

    def apply_async(
        self, function: Callable[..., Any], args: Any = (), kwds: Any = None, callback: Any = None
    ) -> Future:
        done = Future(function, args, kwds or {})
        if callback is not None:
            callback(done.result())
        return done

    def apply(self, function: Callable[..., Any], args: Any = (), kwds: Any = None) -> Any:
        return function(*args, **(kwds or {}))

    def imap(self, function: Callable[..., Any], *values: Iterable[Any], **_: Any) -> Iterator[Any]:
        wanted = [each for each in values if not isinstance(each, int)]  # an int is the size of chunks
        return iter([function(*each) for each in zip(*wanted, strict=False)])

    def starmap(self, function: Callable[..., Any], values: Iterable[Any], chunksize: int = 1) -> list[Any]:
        return list(itertools.starmap(function, values))

    def close(self, *_: Any, **__: Any) -> None:
        """Nothing is left to do."""

    join = terminate = shutdown = close
    imap_unordered = imap


class _Executor(Pool):
    map = Pool.imap


class _ProcessPool(Pool):
    def map(self, *values: Any, **named: Any) -> list[Any]:
        return list(self.imap(*values, **named))

    def map_async(self, *values: Any, **named: Any) -> Future:
        return Future(self.map, values, named)


class _Event:
    """`threading.Event`: nobody else could set it while one waits."""

    def __init__(self) -> None:
        self._set = False

    def set(self) -> None:
        self._set = True

    def clear(self) -> None:
        self._set = False

    def is_set(self) -> bool:
        return self._set

    def wait(self, timeout: float | None = None) -> bool:
        return self._set


class _Context:
    """A lock or a semaphore where nobody competes, for `with` and `async with`."""

    def __init__(self, *_: Any) -> None: ...

    def __enter__(self) -> _Context:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    async def __aenter__(self) -> _Context:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None


class _Task:
    """A coroutine of `asyncio`: runs when it is awaited, or else before `asyncio.run` returns."""

    def __init__(self, work: Awaitable[Any], waiting: list[_Task]) -> None:
        self._work, self._done, self._value = work, False, None
        waiting.append(self)

    def __await__(self) -> Generator[Any, Any, Any]:
        if not self._done:
            self._done = True
            self._value = yield from self._work.__await__()
        return self._value

    def result(self) -> Any:
        return self._value

    def done(self) -> bool:
        return self._done

    def cancel(self) -> bool:
        return False


def _asyncio_module(sleep: Callable[[float], None]) -> Partial:
    waiting: list[_Task] = []

    async def whole(work: Coroutine[Any, Any, Any]) -> Any:
        value = await work
        while waiting:
            await waiting.pop(0)
        return value

    def run(work: Coroutine[Any, Any, Any], **_: Any) -> Any:
        running = whole(work)
        try:
            running.send(None)
        except StopIteration as stopped:
            return stopped.value
        raise RuntimeError("a coroutine waits for what never comes")

    def create_task(work: Awaitable[Any], **_: Any) -> _Task:
        return work if isinstance(work, _Task) else _Task(work, waiting)

    async def gather(*works: Awaitable[Any], return_exceptions: bool = False) -> list[Any]:
        found: list[Any] = []
        for work in works:
            try:
                found.append(await work)
            except Exception as error:
                if not return_exceptions:
                    raise
                found.append(error)
        return found

    async def wait_for(work: Awaitable[Any], timeout: float | None = None) -> Any:
        return await work

    async def sleep_awhile(seconds: float, result: Any = None) -> Any:
        sleep(seconds)
        return result

    members: dict[str, Any] = {
        "run": run,
        "create_task": create_task,
        "ensure_future": create_task,
        "gather": gather,
    }
    members |= {"wait_for": wait_for, "sleep": sleep_awhile, "TimeoutError": TimeoutError}
    return module("asyncio", members | dict.fromkeys(("Lock", "Semaphore", "BoundedSemaphore"), _Context))


def _as_completed(futures: Iterable[Future], timeout: float | None = None) -> Iterator[Future]:
    return iter(list(futures))


def _wait(futures: Iterable[Future], *_: Any, **__: Any) -> tuple[set[Future], set[Future]]:
    return set(futures), set()


def _nothing(*_: Any, **__: Any) -> None:
    return None


def serial_modules(sleep: Callable[[float], None]) -> dict[str, Partial]:
    """The modules of this file by name; `sleep` is what sleeping means to programs."""
    thread = Thread(name="MainThread")
    threads = {
        **{"Thread": Thread, "Lock": _thread.allocate_lock, "RLock": _thread.RLock, "Event": _Event},
        **{"Semaphore": _Context, "BoundedSemaphore": _Context, "local": types.SimpleNamespace},
        **dict.fromkeys(("current_thread", "main_thread"), lambda: thread),
        **{"get_ident": lambda: 1, "active_count": lambda: 1, "stack_size": _nothing},
    }
    pools = {"ThreadPoolExecutor": _Executor, "ProcessPoolExecutor": _Executor, "Future": Future}
    futures = module("concurrent.futures", {**pools, "as_completed": _as_completed, "wait": _wait})
    processes: dict[str, Any] = {"Pool": _ProcessPool, "ThreadPool": _ProcessPool, "Process": Thread}
    processes |= {"cpu_count": lambda: 1, "Lock": _thread.allocate_lock}
    processes |= dict.fromkeys(("freeze_support", "set_start_method"), _nothing)
    parts = ("multiprocessing", "multiprocessing.pool", "multiprocessing.dummy")
    return {
        "threading": module("threading", threads),
        "asyncio": _asyncio_module(sleep),
        "concurrent": module("concurrent", {}),
        "concurrent.futures": futures,
        "concurrent.futures.thread": futures,
        "concurrent.futures.process": futures,
        **{name: module(name, processes) for name in parts},
    }
