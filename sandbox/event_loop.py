"""`asyncio` for programs with one thread and nothing outside to wait for: tasks take turns until all is done.

Whoever waits says for what, as a function that tells whether it has come. Where nobody can go on, time jumps
to the next moment that somebody sleeps for, and where nobody sleeps either, nothing will ever come.
"""

from __future__ import annotations

import contextlib
import functools
import heapq
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable
from typing import Any, Self

from sandbox.names import words
from sandbox.standins import Partial, module

_ALL = "ALL_COMPLETED"


class _CancelledError(BaseException):
    """`asyncio.CancelledError`."""


class _Until:
    """Waits until `come` is true, or till the moment `due` (seconds on the loop's clock)."""

    def __init__(self, come: Callable[[], object], due: float | None = None) -> None:
        self.come = come
        self.due = due

    def __await__(self) -> Generator[Any, Any, None]:
        yield self


async def _value_of(work: Awaitable[Any]) -> Any:
    return await work


class _Task:
    """`asyncio.Task`, and with no work `asyncio.Future`."""

    def __init__(self, work: Awaitable[Any] | None = None, name: str = "Task") -> None:
        self._steps: Any = work if hasattr(work, "send") else work and _value_of(work)
        self._name = name
        self._waits: _Until | None = None
        self._value: Any = None
        self._error: BaseException | None = None
        self._done = self._cancelled = False
        self._callbacks: list[Callable[[Any], object]] = []

    def step(self) -> None:
        """Go on to where the work waits next, or to its end."""
        try:
            waits = self._steps.throw(_CancelledError()) if self._cancelled else self._steps.send(None)
            self._waits = waits if isinstance(waits, _Until) else None
        except StopIteration as stopped:
            self.set_result(stopped.value)
        except (Exception, _CancelledError) as error:
            self.set_exception(error)

    def ready(self) -> bool:
        return self._waits is None or self._cancelled or bool(self._waits.come())

    def due(self) -> float | None:
        return self._waits.due if self._waits else None

    def wake(self) -> None:
        self._waits = None

    def set_result(self, value: Any) -> None:
        self._done, self._value = True, value
        for call in self._callbacks:
            call(self)

    def set_exception(self, error: BaseException) -> None:
        self._error = error
        self.set_result(None)

    def add_done_callback(self, call: Callable[[Any], object]) -> None:
        self._callbacks.append(call)
        if self._done:
            call(self)

    def __await__(self) -> Generator[Any, Any, Any]:
        if not self._done:
            yield _Until(self.done)
        return self.result()

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._value

    def exception(self) -> BaseException | None:
        return self._error

    def done(self) -> bool:
        return self._done

    def cancel(self) -> bool:
        self._cancelled = not self._done
        return self._cancelled

    def cancelled(self) -> bool:
        return isinstance(self._error, _CancelledError)

    def get_name(self) -> str:
        return self._name


class _Loop:
    """The one event loop; `now` reads the program's clock in seconds, and `jump` moves it on."""

    def __init__(self, now: Callable[[], float], jump: Callable[[float], None]) -> None:
        self.time = now
        self._jump = jump
        self._tasks: list[_Task] = []

    def create_task(self, work: Awaitable[Any], **named: Any) -> _Task:
        if isinstance(work, _Task):
            return work
        task = _Task(work, **named)
        self._tasks.append(task)
        return task

    ensure_future = shield = create_task

    def create_future(self) -> _Task:
        return _Task()

    def run_until_complete(self, work: Awaitable[Any]) -> Any:
        main = self.create_task(work)
        while not main.done():
            turn = [task for task in self._tasks if task.ready()]
            if not turn:
                self._wake_the_first()
            for task in turn:
                task.step()
            self._tasks = [task for task in self._tasks if not task.done()]
        return main.result()

    def _wake_the_first(self) -> None:
        moments = [(due, task) for task in self._tasks if (due := task.due()) is not None]
        if not moments:
            raise RuntimeError("a coroutine waits for what never comes")
        due, task = min(moments, key=lambda moment: moment[0])
        self._jump(max(0.0, due - self.time()))
        task.wake()

    def run(self, work: Awaitable[Any], **_: Any) -> Any:
        try:
            return self.run_until_complete(work)
        finally:
            left, self._tasks = self._tasks, []
            for task in left:
                if task.cancel():
                    task.step()

    async def sleep(self, delay: float, result: Any = None) -> Any:
        due = self.time() + delay
        await _Until(lambda: delay <= 0 or self.time() >= due, due)
        return result

    def gather(self, *works: Awaitable[Any], return_exceptions: bool = False) -> _Task:
        tasks = [self.create_task(work) for work in works]
        return self.create_task(_collect(tasks, return_exceptions=return_exceptions))

    async def wait(
        self, works: Iterable[Awaitable[Any]], *, timeout: float | None = None, return_when: str = _ALL
    ) -> tuple[set[_Task], set[_Task]]:
        tasks = [self.create_task(work) for work in works]
        enough = all if return_when == _ALL else any
        due = None if timeout is None else self.time() + timeout
        await _Until(lambda: enough(task.done() for task in tasks), due)
        return {task for task in tasks if task.done()}, {task for task in tasks if not task.done()}

    async def wait_for(self, work: Awaitable[Any], timeout: float | None = None) -> Any:
        done, _ = await self.wait([work], timeout=timeout)
        if done:
            return await done.pop()
        raise TimeoutError

    def as_completed(self, works: Iterable[Awaitable[Any]], **_: Any) -> Iterable[Awaitable[Any]]:
        tasks = [self.create_task(work) for work in works]
        return [_next_of(tasks) for _ in tasks]

    async def to_thread(self, function: Callable[..., Any], /, *values: Any, **named: Any) -> Any:
        return function(*values, **named)

    async def run_in_executor(self, _: Any, function: Callable[..., Any], *values: Any) -> Any:
        return function(*values)

    def close(self) -> None:
        """Nothing is left to do."""

    def is_running(self) -> bool:
        return False

    def is_closed(self) -> bool:
        return False


async def _collect(tasks: list[_Task], *, return_exceptions: bool) -> list[Any]:
    found: list[Any] = []
    for task in tasks:
        try:
            found.append(await task)
        except Exception as error:
            if not return_exceptions:
                raise
            found.append(error)
    return found


async def _next_of(tasks: list[_Task]) -> Any:
    """The value of the task that is done first, which is taken from the list."""
    await _Until(lambda: any(task.done() for task in tasks))
    task = next(task for task in tasks if task.done())
    tasks.remove(task)
    return await task


class _Lock:
    """`asyncio.Lock`, and `Semaphore` with the number that it starts from."""

    def __init__(self, value: int = 1) -> None:
        self._left = value

    async def acquire(self) -> bool:
        if not self._left:
            await _Until(lambda: self._left)
        self._left -= 1
        return True

    def release(self) -> None:
        self._left += 1

    def locked(self) -> bool:
        return not self._left

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *_: object) -> None:
        self.release()


class _Event:
    """`asyncio.Event`."""

    def __init__(self) -> None:
        self._set = False

    def set(self) -> None:
        self._set = True

    def clear(self) -> None:
        self._set = False

    def is_set(self) -> bool:
        return self._set

    async def wait(self) -> bool:
        if not self._set:
            await _Until(self.is_set)
        return True


class _QueueEmpty(Exception):
    """`asyncio.QueueEmpty`."""


class _QueueFull(Exception):
    """`asyncio.QueueFull`."""


class _Queue:
    """`asyncio.Queue`."""

    def __init__(self, maxsize: int = 0) -> None:
        self.maxsize = maxsize
        self._items: list[Any] = []
        self._unfinished = 0

    def _store(self, item: Any) -> None:
        self._items.append(item)

    def _take(self) -> Any:
        return self._items.pop(0)

    def qsize(self) -> int:
        return len(self._items)

    def empty(self) -> bool:
        return not self._items

    def full(self) -> bool:
        return 0 < self.maxsize <= len(self._items)

    def put_nowait(self, item: Any) -> None:
        if self.full():
            raise _QueueFull
        self._store(item)
        self._unfinished += 1

    def get_nowait(self) -> Any:
        if self.empty():
            raise _QueueEmpty
        return self._take()

    def task_done(self) -> None:
        self._unfinished -= 1

    async def put(self, item: Any) -> None:
        if self.full():
            await _Until(lambda: not self.full())
        self.put_nowait(item)

    async def get(self) -> Any:
        if self.empty():
            await _Until(self.qsize)
        return self._take()

    async def join(self) -> None:
        if self._unfinished:
            await _Until(lambda: not self._unfinished)


class _PriorityQueue(_Queue):
    def _store(self, item: Any) -> None:
        heapq.heappush(self._items, item)

    def _take(self) -> Any:
        return heapq.heappop(self._items)


class _LifoQueue(_Queue):
    def _take(self) -> Any:
        return self._items.pop()


class _TaskGroup:
    """`asyncio.TaskGroup`."""

    def __init__(self, loop: _Loop) -> None:
        self._loop = loop
        self._tasks: list[_Task] = []

    def create_task(self, work: Awaitable[Any], **named: Any) -> _Task:
        self._tasks.append(self._loop.create_task(work, **named))
        return self._tasks[-1]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: Any, error: BaseException | None, _: object) -> None:
        await _Until(lambda: all(task.done() for task in self._tasks))
        found = [task.exception() for task in self._tasks]
        errors = [one for one in (error, *found) if isinstance(one, Exception)]
        if errors:
            raise ExceptionGroup("unhandled errors in a TaskGroup", errors) from None


@contextlib.asynccontextmanager
async def _timeout(_: float | None) -> AsyncIterator[None]:
    yield


def asyncio_module(now: Callable[[], float], jump: Callable[[float], None]) -> Partial:
    """The module; `now` reads the program's clock in seconds, and `jump` moves it on."""
    loop = _Loop(now, jump)
    done_by_loop = words(
        "run sleep gather wait wait_for create_task ensure_future shield as_completed to_thread"
    )
    members: dict[str, Any] = {name: getattr(loop, name) for name in done_by_loop}
    loops = words("get_event_loop get_running_loop new_event_loop set_event_loop")
    members |= dict.fromkeys(loops, lambda *_: loop)
    members |= dict.fromkeys(words("Lock Semaphore BoundedSemaphore"), _Lock)
    members |= {"Task": _Task, "Future": _Task, "Event": _Event, "AbstractEventLoop": _Loop}
    members |= {"Queue": _Queue, "PriorityQueue": _PriorityQueue, "LifoQueue": _LifoQueue}
    members |= {"TaskGroup": functools.partial(_TaskGroup, loop), "timeout": _timeout}
    members |= {"TimeoutError": TimeoutError, "CancelledError": _CancelledError}
    members |= {"QueueEmpty": _QueueEmpty, "QueueFull": _QueueFull}
    members |= {name: name for name in (_ALL, "FIRST_COMPLETED", "FIRST_EXCEPTION")}
    members |= {name: getattr(inspect, name) for name in ("iscoroutine", "iscoroutinefunction")}
    return module("asyncio", members)
