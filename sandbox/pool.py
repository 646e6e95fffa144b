"""The sandbox: a pool of zygotes that runs candidate programs and returns what they gave, as data.

    with Sandbox(SandboxConfig(workers=2)) as sandbox:
        for execution in sandbox.run(jobs):
            ...

Programs share a child process with up to 255 others, one after the other, unless they need one of their own.
When a child dies or is killed, the program that it was running gets the verdict and the others run again.
"""

from __future__ import annotations

import contextlib
import heapq
import os
import select
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from arc import Grid, GridType
from sandbox.contract import Company, Execution, Job, Policy, SandboxConfig, SandboxError, Status
from sandbox.preload import PROFILES, profile_for, profile_of_library
from sandbox.protocol import ProtocolError, ResultReader, WireResult, encode_job
from sandbox.worker import START_SECONDS, Child, Ticket, Zygote
from sandbox.zygote import ZygoteConfig

# programs a child serves before it is replaced
_SERVED = {Company.ANY: 256, Company.ACCEPTED: 32, Company.NONE: 1}
# To wake a process costs as much as a short program: children get work for some naps ahead, and their
# results are looked at after a nap, several at a time.
_NAP = 0.002
_SECONDS_AHEAD = 0.008
_MOST_AHEAD = 32
_CHUNK = 1 << 18
_TRIES = 3
_MAX_WALL_EXTENSIONS = 10
_BUSY_SHARE = 0.02  # of the wall time: a process that got less CPU was waiting for something else
_QUEUE_AHEAD = 256


class _Slot:
    """A place for one running child: its zygotes by profile, and which of them is at work.

    `verdict` is the status that the first ticket of a dying child gets; None means read it off its end.
    """

    def __init__(self) -> None:
        self.zygotes: dict[str, Zygote] = {}
        self.zygote: Zygote | None = None
        self.child: Child | None = None
        self.dying = False
        self.verdict: tuple[Status, str] | None = None
        self.extensions = 0


class Sandbox:
    """Runs candidate programs. A context manager; one thread may use it.

    Work goes on only inside its own calls: whoever submits must collect. Raises SandboxError on creation if
    the kernel's confinement is missing (and not waived by `unconfined`) or a library can't be used.
    """

    def __init__(self, config: SandboxConfig | None = None) -> None:
        self._config = config or SandboxConfig()
        if self._config.workers < 1:
            raise SandboxError(f"a sandbox has at least 1 worker, not {self._config.workers}")
        self._libraries = check_libraries(self._config.libraries)
        self._needs = {Path(path).stem: profile_of_library(path) for path in self._libraries}
        self._waiting: dict[tuple[str, Company], list[tuple[int, Ticket]]] = {}
        self._count = 0
        self._pending = 0
        self._finished: list[Execution] = []
        self._closed = False
        self._slots = [_Slot() for _ in range(self._config.workers)]
        self.layers: dict[str, Any] = {}
        try:
            started = [self._start_zygote(slot, PROFILES[1 if self._needs else 0]) for slot in self._slots]
            for zygote in started:
                self._await(zygote)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pending(self) -> int:
        """Jobs submitted whose executions have not been collected."""
        return self._pending + len(self._finished)

    def submit(self, job: Job) -> None:
        """Queue a job; returns at once."""
        if self._closed:
            raise SandboxError("this sandbox is closed")
        company = Company.NONE if self._config.policy is Policy.KERNEL else job.company
        profile = profile_for(job.source, self._needs)
        ticket = Ticket(self._count, job, profile, company)
        self._count += 1
        self._pending += 1
        self._enqueue(ticket)
        for slot in self._slots:
            self._feed(slot)

    def collect(self, timeout: float | None = 0.0) -> list[Execution]:
        """The executions that are finished, in the order they finished.

        Waits up to `timeout` seconds (for ever if None) for at least one, if any job is pending.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        self._pump(0.0)
        if self._pending and not self._finished and self._brisk():
            time.sleep(_NAP if timeout is None else max(0.0, min(timeout, _NAP)))
            self._pump(0.0)
        while self._pending and not self._finished:
            left = 1.0 if deadline is None else deadline - time.monotonic()
            if left <= 0:
                break
            self._pump(min(left, 1.0))
        finished, self._finished = self._finished, []
        return finished

    def _brisk(self) -> bool:
        """True if some child's programs are so short that several results come in a nap."""
        children = (slot.child for slot in self._slots)
        return any(child is not None and child.usual_seconds < _NAP for child in children)

    def run(self, jobs: Iterable[Job]) -> Iterator[Execution]:
        """Run all jobs and yield their executions as they finish; reads `jobs` only a little ahead."""
        source = iter(jobs)
        exhausted = False
        while True:
            while not exhausted and self._pending < _QUEUE_AHEAD:
                job = next(source, None)
                if job is None:
                    exhausted = True
                else:
                    self.submit(job)
            if exhausted and not self.pending:
                return
            yield from self.collect(None)

    def cpu_seconds(self) -> float:
        """CPU time that the sandbox's processes have used so far."""
        children = sum(slot.child.cpu_seconds() for slot in self._slots if slot.child is not None)
        return children + sum(
            zygote.cpu_seconds() for slot in self._slots for zygote in slot.zygotes.values()
        )

    def close(self) -> None:
        """End all processes; what is pending is dropped."""
        self._closed = True
        for slot in self._slots:
            if slot.child is not None:
                slot.child.channel.close()
                slot.child = None
            for zygote in slot.zygotes.values():
                zygote.close()
            slot.zygotes.clear()
            slot.zygote = None

    # -- zygotes and children

    def _start_zygote(self, slot: _Slot, profile: str) -> Zygote:
        config = self._config
        zygote = Zygote(
            ZygoteConfig(
                profile=profile,
                libraries=self._libraries if profile != PROFILES[0] else (),
                language=config.policy is Policy.FULL,
                unconfined=config.unconfined,
                cpu_seconds=config.limits.cpu_seconds,
                memory_mb=config.limits.memory_mb,
                error_chars=config.limits.error_chars,
            )
        )
        slot.zygotes[profile] = zygote
        return zygote

    def _await(self, zygote: Zygote) -> None:
        self._learn(zygote.wait_ready())

    def _learn(self, report: dict[str, Any]) -> None:
        self.layers = report
        if not self.layers["seccomp"] and not self._config.unconfined:
            raise SandboxError(
                "this kernel offers no seccomp filter, so candidates can't be confined; run `omni-arc "
                "doctor` for what is missing, or accept the risk with --unconfined"
            )

    def _enqueue(self, ticket: Ticket) -> None:
        kind = ticket.profile, ticket.company
        heapq.heappush(self._waiting.setdefault(kind, []), (ticket.number, ticket))

    def _next_kind(self) -> tuple[str, Company] | None:
        """Profile and company of the job that has waited longest."""
        heads = [(queue[0][0], kind) for kind, queue in self._waiting.items() if queue]
        return min(heads)[1] if heads else None

    def _pump(self, timeout: float) -> None:
        """Hand out work, move bytes, note what ended; waits up to `timeout` for something to happen."""
        for slot in self._slots:
            self._feed(slot)
        busy = [slot for slot in self._slots if slot.zygote is not None]
        if not busy:
            return
        poll = select.poll()
        owners: dict[int, tuple[_Slot, bool]] = {}
        for slot in busy:
            assert slot.zygote is not None
            poll.register(slot.zygote.control, select.POLLIN)
            owners[slot.zygote.control.fileno()] = (slot, True)
            if slot.child is not None and not slot.dying:
                events = select.POLLIN | (select.POLLOUT if slot.child.outgoing else 0)
                poll.register(slot.child.channel, events)
                owners[slot.child.channel.fileno()] = (slot, False)
        wait = min([timeout, *(self._until_check(slot) for slot in busy)])
        for descriptor, _ in poll.poll(max(0.0, wait) * 1000):
            slot, control = owners[descriptor]
            if control:
                self._hear_zygote(slot)
            else:
                self._hear_child(slot)
        for slot in busy:
            self._check_limits(slot)
            self._feed(slot)

    def _feed(self, slot: _Slot) -> None:
        """Give the slot's child more to do, or fork one if there is work and it is free."""
        if slot.dying:
            return
        child = slot.child
        if child is not None and child.retiring and not child.tickets:
            child.channel.close()
            slot.child = child = None
        if child is None:
            kind = self._next_kind()
            if kind is None:
                return
            child = self._fork(slot, *kind)
            if child is None:
                return
        assert slot.zygote is not None
        queue = self._waiting.get((slot.zygote.profile, child.company), [])
        ahead = max(2, min(_MOST_AHEAD, int(_SECONDS_AHEAD / max(child.usual_seconds, 1e-6))))
        while queue and not child.retiring and len(child.tickets) < ahead:
            self._send(child, heapq.heappop(queue)[1])
        if not child.tickets and not child.retiring and not queue and self._next_kind():
            child.retiring = True  # there is work, but of another kind
        if child.retiring and not child.tickets:
            self._feed(slot)
            return
        self._flush(child)

    def _fork(self, slot: _Slot, profile: str, company: Company) -> Child | None:
        zygote = slot.zygotes.get(profile)
        try:
            if zygote is None:
                zygote = self._start_zygote(slot, profile)
            child = zygote.fork(ResultReader(self._config.limits.error_chars), company)
        except OSError:
            self._replace_zygote(slot, profile)
            return None
        if slot.zygote is not None and slot.zygote is not zygote:
            with contextlib.suppress(OSError):
                slot.zygote.ask_to_reap()
                slot.zygote.reaps_ignored += 1
        slot.zygote, slot.child, slot.verdict, slot.extensions = zygote, child, None, 0
        child.wall_base = time.monotonic()
        return child

    def _replace_zygote(self, slot: _Slot, profile: str) -> None:
        """Drop a dead zygote; the next fork starts a new one."""
        zygote = slot.zygotes.pop(profile, None)
        if zygote is not None:
            zygote.close()
        if slot.zygote is zygote:
            slot.zygote = None

    def _send(self, child: Child, ticket: Ticket) -> None:
        try:
            frame = encode_job(child.index, ticket.job, alone=child.company is Company.NONE)
        except ProtocolError as error:
            self._finish(ticket, Status.UNPARSABLE, error=str(error))
            return
        if not child.tickets:
            self._mark_start(child)
        ticket.sent = time.monotonic()
        child.tickets.append(ticket)
        child.index += 1
        child.outgoing += frame
        if child.index >= _SERVED[child.company]:
            child.retiring = True

    def _flush(self, child: Child) -> None:
        while child.outgoing:
            try:
                sent = child.channel.send(memoryview(child.outgoing)[:_CHUNK])
            except BlockingIOError:
                return
            except OSError:
                return  # the child is gone; its end is read where results are
            del child.outgoing[:sent]

    # -- what comes back

    def _hear_child(self, slot: _Slot) -> None:
        child = slot.child
        if child is None or slot.dying:
            return
        self._flush(child)
        try:
            data = child.channel.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end_child(slot, None)
            return
        child.reader.feed(data)
        try:
            self._take_results(child)
        except ProtocolError as error:
            self._end_child(slot, (Status.CRASHED, f"wrote to its result channel: {error}"))

    def _take_results(self, child: Child) -> None:
        while child.tickets:
            ticket = child.tickets[0]
            result = child.reader.take(child.taken, len(ticket.job.inputs))
            if result is None:
                return
            if result.status is None and ticket.company is Company.NONE:
                raise ProtocolError("asked for a process of its own twice")
            child.tickets.popleft()
            child.taken += 1
            child.retired = result.retire
            child.retiring = child.retiring or child.retired
            child.usual_seconds += 0.2 * (result.cpu_seconds - child.usual_seconds)
            self._accept(child, ticket, result)
            self._mark_start(child)
        if child.reader.leftover:
            raise ProtocolError("bytes that answer no job")

    def _accept(self, child: Child, ticket: Ticket, result: WireResult) -> None:
        if result.status is None:
            ticket.company = Company.NONE
            self._enqueue(ticket)
            return
        if child.taken > 1 and result.status is Status.MEMORY:
            self._try_again(ticket, Company.NONE)  # others may have used it up
            return
        limits = self._config.limits
        status, outputs, error = result.status, result.outputs, result.error
        if result.cpu_seconds > limits.cpu_seconds:
            status, outputs, error = Status.TIMEOUT, (None,) * len(outputs), self._timeout_text()
        self._finish(ticket, status, outputs, error[: limits.error_chars], result.cpu_seconds)

    def _mark_start(self, child: Child) -> None:
        child.cpu_base = child.cpu_seconds()
        child.wall_base = time.monotonic()

    def _end_child(self, slot: _Slot, verdict: tuple[Status, str] | None) -> None:
        """Have the child killed and reaped; what it was doing is settled when the zygote answers."""
        child, zygote = slot.child, slot.zygote
        if child is None or zygote is None:
            return
        slot.dying, slot.verdict = True, verdict
        try:
            zygote.ask_to_reap()
        except OSError:
            self._lose_zygote(slot)

    def _hear_zygote(self, slot: _Slot) -> None:
        assert slot.zygote is not None
        if not slot.zygote.ready:
            self._learn(slot.zygote.read_report())
            return
        kind, value, seconds = slot.zygote.message()
        if kind == b"":
            self._lose_zygote(slot)
        elif kind == b"P":
            slot.zygote.forks_awaited -= 1
            if slot.child is not None and slot.zygote.forks_awaited == 0:
                slot.child.pid = value or None
                slot.child.wall_base = time.monotonic()
            if value == 0:
                self._lose_zygote(slot)
        elif slot.zygote.reaps_ignored:
            slot.zygote.reaps_ignored -= 1
        elif slot.dying:
            self._bury(slot, value, seconds)

    def _bury(self, slot: _Slot, wait_status: int, seconds: float) -> None:
        """The child is reaped: settle its first ticket, queue the others again."""
        child = slot.child
        assert child is not None
        verdict = slot.verdict
        if verdict is None or verdict[0] is Status.TIMEOUT:  # else nothing more is believed of it
            self._drain(child)
        tickets = list(child.tickets)
        child.channel.close()
        slot.child, slot.dying, slot.verdict = None, False, None
        if tickets and not (child.retired and verdict is None):
            first = tickets.pop(0)
            self._settle_death(child, first, verdict or _read_end(wait_status), seconds)
        for ticket in tickets:
            self._enqueue(ticket)

    def _drain(self, child: Child) -> None:
        """Take the results that a dead child had still written."""
        with contextlib.suppress(OSError):
            while data := child.channel.recv(_CHUNK):
                child.reader.feed(data)
        with contextlib.suppress(ProtocolError):
            self._take_results(child)

    def _settle_death(
        self, child: Child, ticket: Ticket, verdict: tuple[Status, str], seconds: float
    ) -> None:
        status, error = verdict
        if status is Status.INFRASTRUCTURE:
            self._try_again(ticket, Company.NONE)
        elif status is not Status.TIMEOUT and ticket.company is not Company.NONE and child.taken:
            self._try_again(ticket, Company.NONE)  # another program may have prepared this end
        else:
            used = max(0.0, seconds - child.cpu_base)
            self._finish(ticket, status, error=error, cpu_seconds=used)

    def _try_again(self, ticket: Ticket, company: Company) -> None:
        ticket.tries += 1
        if ticket.tries >= _TRIES:
            self._finish(ticket, Status.INFRASTRUCTURE, error="the sandbox lost its process several times")
            return
        ticket.company = company
        self._enqueue(ticket)

    def _lose_zygote(self, slot: _Slot) -> None:
        """The zygote died, which no candidate can cause by right: start anew and run its work again."""
        assert slot.zygote is not None
        child = slot.child
        slot.child, slot.dying, slot.verdict = None, False, None
        self._replace_zygote(slot, slot.zygote.profile)
        if child is not None:
            child.channel.close()
            for place, ticket in enumerate(child.tickets):
                if place == 0:
                    self._try_again(ticket, ticket.company)
                else:
                    self._enqueue(ticket)

    # -- limits

    def _until_check(self, slot: _Slot) -> float:
        """Seconds until the slot's child can have reached a limit."""
        child = slot.child
        if child is None or slot.dying or not child.tickets:
            return 3600.0
        if child.pid is None:
            return START_SECONDS
        limits = self._config.limits
        wall_left = limits.wall_seconds * (1 + slot.extensions) - (time.monotonic() - child.wall_base)
        cpu_left = limits.cpu_seconds - (child.cpu_seconds() - child.cpu_base)
        return max(0.001, min(wall_left, cpu_left + 0.001))

    def _check_limits(self, slot: _Slot) -> None:
        child = slot.child
        if child is None or slot.dying or not child.tickets:
            return
        if child.pid is None:  # the zygote is still starting
            if time.monotonic() - child.wall_base > START_SECONDS:
                self._lose_zygote(slot)
            return
        limits = self._config.limits
        if child.retired:  # it only tidies up: its time is nobody's, and the others need not wait
            self._end_child(slot, None)
        elif child.cpu_seconds() - child.cpu_base >= limits.cpu_seconds:
            self._end_child(slot, (Status.TIMEOUT, self._timeout_text()))
        elif time.monotonic() - child.wall_base >= limits.wall_seconds * (1 + slot.extensions):
            used = child.cpu_seconds() - child.cpu_base
            busy = used >= _BUSY_SHARE * limits.wall_seconds * (1 + slot.extensions)
            if busy and child.runnable() and slot.extensions < _MAX_WALL_EXTENSIONS:
                slot.extensions += 1
            else:
                text = f"used more than {limits.wall_seconds:g} s of wall time"
                self._end_child(slot, (Status.TIMEOUT, text))

    def _timeout_text(self) -> str:
        return f"used more than {self._config.limits.cpu_seconds:g} s of CPU time"

    def _finish(
        self,
        ticket: Ticket,
        status: Status,
        outputs: tuple[Grid | None, ...] | None = None,
        error: str = "",
        cpu_seconds: float = 0.0,
    ) -> None:
        wall = time.monotonic() - ticket.sent if ticket.sent else 0.0
        if outputs is None:
            outputs = (None,) * len(ticket.job.inputs)
        self._pending -= 1
        self._finished.append(
            Execution(ticket.job.key, status, outputs, error, cpu_seconds, wall, ticket.company)
        )


def _read_end(wait_status: int) -> tuple[Status, str]:
    """What a child's wait status says about the program it was running."""
    if os.WIFSIGNALED(wait_status):
        number = os.WTERMSIG(wait_status)
        if number == signal.SIGXCPU:
            return Status.TIMEOUT, "used too much CPU time"
        try:
            name = signal.Signals(number).name
        except ValueError:
            name = f"signal {number}"
        if number == signal.SIGKILL:
            # we kill only with a verdict; this one came from the kernel or the machine's owner
            return Status.CRASHED, "its process was killed"
        return Status.CRASHED, f"its process died of {name}"
    return Status.CRASHED, f"its process exited (status {os.WEXITSTATUS(wait_status)}) without a result"


def check_libraries(paths: Iterable[str]) -> tuple[str, ...]:
    """Absolute paths of trusted libraries; raises SandboxError for one that can't be imported by its stem."""
    from sandbox.preload import reserved_names

    checked: list[str] = []
    for path in paths:
        file = Path(path)
        if not file.is_file():
            raise SandboxError(f"{path}: no such library file; name a Python file that exists")
        name = file.stem
        if file.suffix != ".py" or not name.isidentifier():
            raise SandboxError(f"{path}: a library is a .py file whose name programs can import")
        if name in reserved_names():
            raise SandboxError(
                f"{path}: {name!r} is a module that programs may import already; rename the file"
            )
        if name in {Path(other).stem for other in checked}:
            raise SandboxError(f"{path}: two libraries are called {name!r}; rename one")
        checked.append(str(file.resolve()))
    return tuple(checked)


def run_one(
    source: str,
    inputs: Iterable[Grid],
    *,
    entry_point: str | None = None,
    grid_type: GridType = GridType.ARRAY,
    config: SandboxConfig | None = None,
) -> Execution:
    """Run one program in a sandbox of its own (which takes about a second to start)."""
    with Sandbox(config) as sandbox:
        sandbox.submit(Job(0, source, tuple(inputs), entry_point, grid_type))
        return sandbox.collect(None)[0]
