"""The sandbox: runs candidate programs, each in a process of its own, and returns what they gave, as data.

    with Sandbox(SandboxConfig(workers=2)) as sandbox:
        for execution in sandbox.run(jobs):
            ...

Children are forked ahead of need, by one zygote for a few workers and each kind of program. A child gets one
job, answers and is killed.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import select
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

from arc import Grid
from sandbox.contract import SOURCE_CHARS, Execution, Job, Policy, SandboxConfig, SandboxError, Status
from sandbox.preload import PROFILES, modules_of, profile_for, profiles_of_libraries
from sandbox.protocol import ProtocolError, encode_job, read_result
from sandbox.worker import START_SECONDS, Child, Ticket, Zygote
from sandbox.zygote import ZygoteConfig

_AHEAD = 16  # idle children of a zygote at most; many at a time, as a zygote that forks copies pages anew
_WORKERS_A_ZYGOTE = 4
_CHUNK = 1 << 16
_EVENTS = 64  # read in one call
_TRIES = 3
_EVERY_COUNT = 1 << 60  # more jobs than a sandbox ever gets
_LONGEST = 10  # wall times: then a program is ended even if others kept the CPUs from it
_QUEUE_AHEAD = 256


class Sandbox:
    """An Executor: runs candidate programs on this machine. A context manager; one thread may use it.

    Work goes on only inside its own calls: whoever submits must collect. Raises SandboxError on creation if
    the kernel's confinement is missing (and not waived by `unconfined`) or a library can't be used.
    """

    def __init__(self, config: SandboxConfig | None = None) -> None:
        self._config = config or SandboxConfig()
        if self._config.workers < 1:
            raise SandboxError(f"a sandbox has at least 1 worker, not {self._config.workers}")
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        fitting = memory // (self._config.limits.memory_mb << 20)
        self._at_once = max(1, min(self._config.workers, fitting))
        self._libraries = check_libraries(self._config.libraries)
        self._needs = profiles_of_libraries(self._libraries)
        self._waiting: dict[str, list[tuple[int, Ticket]]] = {}
        self._running: dict[int, Child] = {}
        self._zygotes: dict[str, list[Zygote]] = {}
        self._controls: dict[int, Zygote] = {}
        self._timeout_text = f"used more than {self._config.limits.cpu_seconds:g} s of CPU time"
        self._count = 0
        self._pending = 0
        self._finished: list[Execution] = []
        self._closed = False
        self._poll = select.epoll()
        self.layers: dict[str, Any] = {}
        try:
            for zygote in self._zygotes_of(PROFILES[1 if self._needs else 0]):
                self._learn(zygote.read_report(START_SECONDS))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def workers(self) -> int:
        """Programs that run side by side, where memory suffices."""
        return self._config.workers

    @property
    def pending(self) -> int:
        """Jobs submitted whose executions have not been collected."""
        return self._pending + len(self._finished)

    def submit(self, job: Job, *, first: bool = False) -> None:
        """Queue a job, before all that wait but others that were `first`; returns at once."""
        if self._closed:
            raise SandboxError("this sandbox is closed")
        self._pending += 1
        self._count += 1
        if len(job.source) > SOURCE_CHARS:
            text = f"the program has {len(job.source)} characters; at most {SOURCE_CHARS} are run"
            self._finish(job, Status.REJECTED, error=text)
            return
        number = self._count - _EVERY_COUNT if first else self._count
        self._enqueue(Ticket(number, job, profile_for(job.source, self._needs)))
        self._start()

    def collect(self, timeout: float | None = 0.0) -> list[Execution]:
        """The executions that are finished, in the order they finished.

        Waits up to `timeout` seconds (for ever if None) for at least one, if any job is pending.
        """
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            wanting = self._pending and not self._finished
            left = min(1.0, deadline - time.monotonic()) if wanting else 0.0
            self._pump(left)
            if left <= 0 or self._finished or not self._pending:
                break
        finished, self._finished = self._finished, []
        return finished

    def run(self, jobs: Iterable[Job]) -> Iterator[Execution]:
        """Run all jobs and yield their executions as they finish; reads `jobs` only a little ahead."""
        source = iter(jobs)
        while True:
            for job in itertools.islice(source, max(0, _QUEUE_AHEAD - self._pending)):
                self.submit(job)
            if not self.pending:
                return
            yield from self.collect(None)

    def cpu_seconds(self) -> float:
        """CPU time that the sandbox's processes have used so far."""
        running = sum(child.cpu_seconds() for child in self._running.values())
        return running + sum(zygote.cpu_seconds() for zygote in self._controls.values())

    def close(self) -> None:
        """End all processes; what is pending is dropped."""
        self._closed = True
        for child in self._running.values():
            child.channel.close()
        for zygote in self._controls.values():
            zygote.close()
        self._running.clear()
        self._controls.clear()
        self._zygotes.clear()
        self._poll.close()

    # -- zygotes and children

    def _zygotes_of(self, profile: str) -> list[Zygote]:
        """The zygotes of a profile, started where there are too few."""
        found = self._zygotes.setdefault(profile, [])
        while len(found) * _WORKERS_A_ZYGOTE < self._config.workers:
            zygote = Zygote(
                ZygoteConfig(
                    profile=profile,
                    libraries=self._libraries if profile != PROFILES[0] else (),
                    language=self._config.policy is Policy.FULL,
                    unconfined=self._config.unconfined,
                    cpu_seconds=self._config.limits.cpu_seconds,
                    memory_mb=self._config.limits.memory_mb,
                    error_chars=self._config.limits.error_chars,
                )
            )
            found.append(zygote)
            self._controls[zygote.control.fileno()] = zygote
            self._poll.register(zygote.control.fileno(), select.EPOLLIN)
        return found

    def _learn(self, report: dict[str, Any]) -> None:
        self.layers = {**report, "programs_at_once": self._at_once}
        if not self.layers["seccomp"] and not self._config.unconfined:
            raise SandboxError(
                "this kernel offers no seccomp filter, so candidates can't be confined; run `omni-arc "
                "doctor` for what is missing, or accept the risk with --unconfined"
            )

    def _enqueue(self, ticket: Ticket) -> None:
        heapq.heappush(self._waiting.setdefault(ticket.profile, []), (ticket.number, ticket))

    def _start(self) -> None:
        """Give waiting jobs to idle children, the oldest first, and have more children made."""
        if len(self._running) >= self._at_once:
            return
        queues = sorted((queue[0][0], profile) for profile, queue in self._waiting.items() if queue)
        for _, profile in queues:
            queue = self._waiting[profile]
            for zygote in sorted(self._zygotes_of(profile), key=lambda zygote: -len(zygote.idle)):
                while queue and zygote.idle and len(self._running) < self._at_once:
                    self._give(zygote.idle.popleft(), heapq.heappop(queue)[1])
                self._make_ahead(zygote, len(queue))

    def _make_ahead(self, zygote: Zygote, wanted: int) -> None:
        there = len(zygote.idle) + len(zygote.coming)
        if zygote.ready and there <= _AHEAD // 4 and (wanted > there or not there):
            try:
                zygote.ask(min(_AHEAD, max(wanted, 1)) - there)
            except OSError:
                self._lose(zygote)

    def _give(self, child: Child, ticket: Ticket) -> None:
        try:
            frame = encode_job(ticket.job)
        except ProtocolError as error:
            child.zygote.idle.appendleft(child)
            self._finish(ticket.job, Status.REJECTED, error=str(error))
            return
        child.ticket = ticket
        child.cpu_began = child.cpu_seconds()
        child.began = time.monotonic()
        child.look_at = child.began + min(self._config.limits.cpu_seconds, self._config.limits.wall_seconds)
        self._running[child.channel.fileno()] = child
        self._poll.register(child.channel.fileno(), select.EPOLLIN)
        with contextlib.suppress(OSError):  # it is gone; its end is read where results are
            child.channel.sendall(frame)

    def _pump(self, timeout: float) -> None:
        """Read what came, note what ended, hand out work; waits up to `timeout` for something to happen."""
        now = time.monotonic()
        wait = min([timeout, *(child.look_at - now for child in self._running.values())])
        for descriptor, _ in self._poll.poll(max(0.0, wait), _EVENTS):
            child = self._running.get(descriptor)
            if child is not None:
                self._hear(child)
            elif descriptor in self._controls:
                self._hear_zygote(self._controls[descriptor])
        self._check_limits()
        self._start()

    # -- what comes back

    def _hear(self, child: Child) -> None:
        assert child.ticket is not None
        job, limits = child.ticket.job, self._config.limits
        try:
            data = child.channel.recv(_CHUNK)
        except OSError:
            data = b""
        if not data:
            self._ask_how_it_ended(child)
            return
        child.data += data
        try:
            result = read_result(child.data, len(job.inputs), limits.error_chars)
            if result is not None and result.status is None and child.ticket.profile == PROFILES[-1]:
                raise ProtocolError("asked for more than there is")
        except ProtocolError as error:
            self._settle(child, Status.CRASHED, error=f"wrote to its result channel: {error}")
            return
        if result is None:
            return
        if result.status is None:
            child.ticket.profile = PROFILES[PROFILES.index(child.ticket.profile) + 1]
            self._enqueue(child.ticket)
            self._drop(child)
        else:
            self._settle(child, result.status, result.outputs, result.error[: limits.error_chars])

    def _settle(
        self, child: Child, status: Status, outputs: tuple[Grid | None, ...] | None = None, error: str = ""
    ) -> None:
        """Finish the child's job and end the child, whatever it is still doing."""
        assert child.ticket is not None
        used = max(0.0, child.cpu_seconds() - child.cpu_began)
        if outputs is not None and used > self._config.limits.cpu_seconds:
            status, outputs, error = Status.TIMEOUT, None, self._timeout_text
        job = child.ticket.job
        self._drop(child)
        self._finish(job, status, outputs, error, used, time.monotonic() - child.began)

    def _drop(self, child: Child) -> None:
        del self._running[child.channel.fileno()]
        child.end()
        child.zygote.forget(child)

    def _ask_how_it_ended(self, child: Child) -> None:
        del self._running[child.channel.fileno()]
        child.end()
        try:
            child.zygote.ask_how_it_ended(child)
        except OSError:
            self._retry(child)
            self._lose(child.zygote)

    def _hear_zygote(self, zygote: Zygote) -> None:
        if not zygote.ready:
            self._learn(zygote.read_report())
            return
        try:
            ended = zygote.hear()
        except OSError:
            self._lose(zygote)
            return
        if ended is not None:
            child, wait_status, seconds = ended
            assert child.ticket is not None
            status, error = _read_end(wait_status)
            used = max(0.0, seconds - child.cpu_began)
            if used > self._config.limits.cpu_seconds:  # nobody looked, and the kernel ended it
                status, error = Status.TIMEOUT, self._timeout_text
            self._finish(child.ticket.job, status, None, error, used, time.monotonic() - child.began)

    def _retry(self, child: Child) -> None:
        """Run a child's job again, whose end was our fault."""
        ticket, child.ticket = child.ticket, None
        if ticket is None:
            return
        ticket.tries += 1
        if ticket.tries < _TRIES:
            self._enqueue(ticket)
        else:
            text = "the sandbox lost its process several times"
            self._finish(ticket.job, Status.INFRASTRUCTURE, error=text)

    def _lose(self, zygote: Zygote) -> None:
        """The zygote died, which no candidate can cause by right: its work runs again under another."""
        if self._controls.pop(zygote.control.fileno(), None) is None:
            return
        self._zygotes[zygote.profile].remove(zygote)
        self._poll.unregister(zygote.control.fileno())
        for child in [child for child in self._running.values() if child.zygote is zygote]:
            del self._running[child.channel.fileno()]
            child.channel.close()
            self._retry(child)
        for child in zygote.dying:
            self._retry(child)
        zygote.close()

    # -- limits

    def _check_limits(self) -> None:
        now = time.monotonic()
        for child in [child for child in self._running.values() if child.look_at <= now]:
            self._check(child, now)
        for zygote in [zygote for zygote in self._controls.values() if not zygote.ready]:
            if now - zygote.started > START_SECONDS:
                self._lose(zygote)

    def _check(self, child: Child, now: float) -> None:
        limits = self._config.limits
        used = child.cpu_seconds() - child.cpu_began
        waited = now - child.began - used
        if limits.wall_seconds <= waited < _LONGEST * limits.wall_seconds:
            waited -= child.queued_seconds()
        if used >= limits.cpu_seconds:
            self._settle(child, Status.TIMEOUT, error=self._timeout_text)
        elif waited >= limits.wall_seconds:
            text = f"used more than {limits.wall_seconds:g} s of wall time"
            self._settle(child, Status.TIMEOUT, error=text)
        else:
            child.look_at = now + 0.002 + min(limits.cpu_seconds - used, limits.wall_seconds - waited)

    def _finish(
        self,
        job: Job,
        status: Status,
        outputs: tuple[Grid | None, ...] | None = None,
        error: str = "",
        cpu_seconds: float = 0.0,
        wall_seconds: float = 0.0,
    ) -> None:
        if outputs is None:
            outputs = (None,) * len(job.inputs)
        self._pending -= 1
        self._finished.append(Execution(job.key, status, outputs, error, cpu_seconds, wall_seconds))


def _read_end(wait_status: int) -> tuple[Status, str]:
    """What a child's wait status says about the program it was running."""
    if os.WIFSIGNALED(wait_status):
        number = os.WTERMSIG(wait_status)
        name = next((known.name for known in signal.Signals if known == number), f"signal {number}")
        if number == signal.SIGKILL:
            # we kill only with a verdict; this one came from the kernel or the machine's owner,
            # or the child had closed its channel
            return Status.CRASHED, "its process was killed"
        return Status.CRASHED, f"its process died of {name}"
    return Status.CRASHED, f"its process exited (status {os.WEXITSTATUS(wait_status)}) without a result"


def check_libraries(paths: Iterable[str]) -> tuple[str, ...]:
    """Absolute paths of trusted libraries; raises SandboxError for one that can't be imported by its stem."""
    checked: list[str] = []
    taken = {*modules_of(PROFILES[-1]), *sys.stdlib_module_names, "candidate", "sandbox", "arc"}
    for path in paths:
        file = Path(path)
        if not file.is_file():
            raise SandboxError(f"{path}: no such library file; name a Python file that exists")
        name = file.stem
        if file.suffix != ".py" or not name.isidentifier():
            raise SandboxError(f"{path}: a library is a .py file whose name programs can import")
        if name in taken:
            raise SandboxError(f"{path}: {name!r} is a module that programs may import; rename the file")
        if name in {Path(other).stem for other in checked}:
            raise SandboxError(f"{path}: two libraries are called {name!r}; rename one")
        checked.append(str(file.resolve()))
    return tuple(checked)
