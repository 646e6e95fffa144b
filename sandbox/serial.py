"""Threads and pools for programs with one process and one thread: each part runs to its end.

A thread runs when it is started, a pool's call when it is submitted. Programs that only divide their work
give the same outputs as with real ones.
"""

from __future__ import annotations

import _thread
import importlib
import itertools
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Iterator
from typing import Any, Self

from sandbox.standins import Partial, module, nothing


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
    """A semaphore, a condition or a manager where nobody competes: all is there at once."""

    def __init__(self, *_: Any) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def acquire(self, *_: Any, **__: Any) -> bool:
        return True

    wait = wait_for = acquire

    def release(self, *_: Any) -> None:
        """Nobody waits for it."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    notify = notify_all = release


class _Timer(Thread):
    """`threading.Timer`: its time comes when the program waits for it, and never otherwise."""

    def __init__(self, interval: float, function: Any, args: Any = (), kwargs: Any = None) -> None:
        super().__init__(target=function, args=args or (), kwargs=kwargs)
        self._open = False

    def start(self) -> None:
        self._open = True

    def join(self, timeout: float | None = None) -> None:
        if self._open and timeout is None:
            self._open = False
            super().start()

    def cancel(self) -> None:
        self._open = False


def _queue(*values: Any) -> Any:
    """`multiprocessing.Queue`; the module is not in the smallest zygote."""
    return importlib.import_module("queue").Queue(*values)


class _Manager(_Context):
    """`multiprocessing.Manager`, whose values are plain ones."""

    dict, list, Queue = dict, list, staticmethod(_queue)
    Namespace = types.SimpleNamespace


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


def asyncio_module(sleep: Callable[[float], None]) -> Partial:
    """`asyncio` for programs that divide their work: a coroutine runs when it is awaited."""
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

    async def to_thread(function: Callable[..., Any], /, *values: Any, **named: Any) -> Any:
        return function(*values, **named)

    async def sleep_awhile(seconds: float, result: Any = None) -> Any:
        sleep(seconds)
        return result

    members: dict[str, Any] = {
        "run": run,
        "create_task": create_task,
        "ensure_future": create_task,
        "gather": gather,
    }
    members |= {
        "wait_for": wait_for,
        "sleep": sleep_awhile,
        "to_thread": to_thread,
        "TimeoutError": TimeoutError,
    }
    return module("asyncio", members | dict.fromkeys(("Lock", "Semaphore", "BoundedSemaphore"), _Context))


def _as_completed(futures: Iterable[Future], timeout: float | None = None) -> Iterator[Future]:
    return iter(list(futures))


def _wait(futures: Iterable[Future], *_: Any, **__: Any) -> tuple[set[Future], set[Future]]:
    return set(futures), set()


def _value(_: Any = None, value: Any = 0, **__: Any) -> Any:
    """`multiprocessing.Value`."""
    return types.SimpleNamespace(value=value, get_lock=_Context)


def _array(_: Any, values: Any, **__: Any) -> list[Any]:
    """`multiprocessing.Array`: a number of zeros, or values."""
    return [0] * values if isinstance(values, int) else list(values)


def serial_modules() -> dict[str, Partial]:
    """The modules of this file by name."""
    thread = Thread(name="MainThread")
    threads = {
        **{"Thread": Thread, "Lock": _thread.allocate_lock, "RLock": _thread.RLock, "Event": _Event},
        **dict.fromkeys(("Semaphore", "BoundedSemaphore", "Condition", "Barrier"), _Context),
        **dict.fromkeys(("current_thread", "main_thread"), lambda: thread),
        **{"Timer": _Timer, "local": types.SimpleNamespace, "stack_size": nothing},
        **dict.fromkeys(("get_ident", "active_count"), lambda: 1),
    }
    pools = {"ThreadPoolExecutor": _Executor, "ProcessPoolExecutor": _Executor, "Future": Future}
    waits: dict[str, Any] = dict.fromkeys(("ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"), "")
    waits |= {"TimeoutError": TimeoutError, "as_completed": _as_completed, "wait": _wait}
    futures = module("concurrent.futures", {**pools, **waits})
    processes: dict[str, Any] = {"Pool": _ProcessPool, "ThreadPool": _ProcessPool, "Process": Thread}
    processes |= {"cpu_count": lambda: 1, "Lock": _thread.allocate_lock, "Manager": _Manager}
    processes |= {"Value": _value, "Array": _array, "current_process": lambda: thread}
    processes |= dict.fromkeys(("Queue", "SimpleQueue", "JoinableQueue"), _queue)
    processes |= dict.fromkeys(("freeze_support", "set_start_method"), nothing)
    parts = ("multiprocessing", "multiprocessing.pool", "multiprocessing.dummy")
    processes["get_context"] = lambda method=None: module("multiprocessing", processes)
    return {
        "threading": module("threading", threads),
        "concurrent": module("concurrent", {}),
        "concurrent.futures": futures,
        "concurrent.futures.thread": futures,
        "concurrent.futures.process": futures,
        **{name: module(name, processes) for name in parts},
    }
