"""The kernel layer: seccomp, landlock, resource limits and a dropped uid, all by plain system calls.

It needs no root, no container and no helper library. Order matters: a zygote loads its modules, calls
`confine_zygote` once, then forks; each child applies its `ChildLimits` before it reads its first program.
Nothing that is given up here can be regained.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from dataclasses import asdict, dataclass

from sandbox.syscalls import CANDIDATE, FORBIDDEN_AGAIN, ZYGOTE_ONLY, Machine, this_machine

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long
_LIBC_HOLDING_GIL = ctypes.PyDLL(None)

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 1  # the call fails with EPERM
_KILL = 0x80000000
_LOAD, _JUMP_EQUAL, _JUMP_BITS, _JUMP_GREATER, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER_AT, _ARCH_AT, _FIRST_ARGUMENT_AT, _THIRD_ARGUMENT_AT = 0, 4, 16, 32
_LAST_CLOCK = 15  # greater and negative numbers are the clocks of processes and devices
_PROT_EXEC = 4
_X32_BIT = 0x40000000
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
# an uid that no account has, so that no other process can be touched even where a layer is missing
_NOBODY = (1_870_912_345, 65_534)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


@dataclass(frozen=True)
class KernelLayers:
    """Which parts of the kernel layer hold in a zygote.

    `landlock` is the kernel's landlock version, 0 where there is none; `dropped_uid` is the uid taken
    instead of root, None if we were not root or could not.
    """

    seccomp: bool
    landlock: int
    no_new_privileges: bool
    dropped_uid: int | None

    def as_dict(self) -> dict[str, bool | int | None]:
        return asdict(self)


def confine_zygote() -> KernelLayers:
    """Give up privileges for this process and all that it will fork; report what could be done."""
    dropped = _drop_root()
    _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    no_new = _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    landlock = _landlock() if no_new else 0
    machine = this_machine()
    seccomp = bool(no_new and machine and _install(_program(_allow_only(machine, CANDIDATE + ZYGOTE_ONLY))))
    return KernelLayers(seccomp, landlock, no_new, dropped)


@dataclass(frozen=True)
class ChildLimits:
    """What each child of a zygote gives up, worked out beforehand: a forked process pays for every page of
    memory that it touches, so that the child itself does nothing but the system calls.

    `limits` are resource limits with their values; `filter` is the second seccomp filter, None to go without.
    """

    limits: tuple[tuple[int, int], ...]
    filter: _Program | None

    def apply(self) -> None:
        """Confine this process; raises OSError if the seccomp filter is refused."""
        _LIBC.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)
        for limit, value in self.limits:
            resource.setrlimit(limit, (value, value))
        if self.filter is not None and not _install(self.filter):
            raise OSError(ctypes.get_errno(), "the child's seccomp filter was refused")


def child_limits(cpu_seconds: int, memory_bytes: int) -> ChildLimits:
    """The limits of this zygote's children; called before the zygote is confined, while /proc can be read.

    `memory_bytes` is the address space that a child may map beyond what the zygote has now; `cpu_seconds` is
    a backstop, the supervisor watches the exact limit.
    """
    with open("/proc/self/statm", "rb") as file:
        address_space = int(file.read().split()[0]) * resource.getpagesize()
    wanted = (
        (resource.RLIMIT_AS, address_space + memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_NOFILE, 0),
    )
    limits = []
    for limit, value in wanted:
        hard = resource.getrlimit(limit)[1]
        limits.append((limit, value if hard == resource.RLIM_INFINITY else min(value, hard)))
    machine = this_machine()
    return ChildLimits(tuple(limits), _program(_refuse(machine, FORBIDDEN_AGAIN)) if machine else None)


def fork() -> int:
    """Fork without Python's own after-work, which touches a fifth of a warm process; -1 if it fails.

    For a process of one thread, whose child only runs candidates: locks, threads and random generators of
    the standard library are not made anew.
    """
    return int(_LIBC_HOLDING_GIL.fork())


def _drop_root() -> int | None:
    if os.geteuid() != 0:
        return None
    for uid in _NOBODY:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        except OSError:
            continue
        return uid
    return None


def _landlock() -> int:
    """Refuse every file and (newer kernels) TCP, abstract sockets and signals outwards; 0 if unsupported."""
    version = int(_LIBC.syscall(_LANDLOCK_CREATE, None, 0, 1))
    if version < 1:
        return 0
    files = (1 << (13 if version < 2 else 14 if version < 3 else 15 if version < 5 else 16)) - 1
    network = 3 if version >= 4 else 0
    scoped = 3 if version >= 6 else 0
    form = struct.pack("<QQQ", files, network, scoped)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = int(_LIBC.syscall(_LANDLOCK_CREATE, form, size, 0))
    if ruleset < 0:
        return 0
    try:
        return version if _LIBC.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0 else 0
    finally:
        os.close(ruleset)


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("<HBBI", code, yes, no, value)


def _head(machine: Machine) -> list[bytes]:
    """Kill what speaks another machine's calls, whose numbers mean other things; then load the number."""
    steps = [
        _step(_LOAD, _ARCH_AT),
        _step(_JUMP_EQUAL, machine.audit, yes=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
    ]
    if machine.name == "x86_64":
        steps += [_step(_JUMP_GREATER, _X32_BIT, no=1), _step(_RETURN, _KILL)]
    return steps


def _allow_only(machine: Machine, names: tuple[str, ...]) -> bytes:
    """A filter that refuses all calls but `names`, new executable memory, and to ask of other processes."""
    steps = _head(machine)
    for number in machine.numbers(("mmap", "mprotect")):
        steps += [
            _step(_JUMP_EQUAL, number, no=4),
            _step(_LOAD, _THIRD_ARGUMENT_AT),
            _step(_JUMP_BITS, _PROT_EXEC, no=1),
            _step(_RETURN, _REFUSE),
            _step(_RETURN, _ALLOW),
        ]
    for number in machine.numbers(("clock_gettime", "clock_getres")):  # no clock of another process
        steps += _allow_first_argument(number, _step(_JUMP_GREATER, _LAST_CLOCK, yes=1))
    for number in machine.numbers(("sched_getaffinity",)):
        steps += _allow_first_argument(number, _step(_JUMP_EQUAL, 0, no=1))
    checked = ("mmap", "mprotect", "clock_gettime", "clock_getres", "sched_getaffinity")
    for number in machine.numbers(tuple(name for name in names if name not in checked)):
        steps += [_step(_JUMP_EQUAL, number, no=1), _step(_RETURN, _ALLOW)]
    return b"".join([*steps, _step(_RETURN, _REFUSE)])


def _allow_first_argument(number: int, test: bytes) -> list[bytes]:
    """Steps that allow call `number` if its first argument passes; the test skips one step if it does not."""
    return [
        _step(_JUMP_EQUAL, number, no=4),
        _step(_LOAD, _FIRST_ARGUMENT_AT),
        test,
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _REFUSE),
    ]


def _refuse(machine: Machine, names: tuple[str, ...]) -> bytes:
    """A filter that refuses `names` and leaves the rest to the filters before it."""
    steps = _head(machine)
    for number in machine.numbers(names):
        steps += [_step(_JUMP_EQUAL, number, no=1), _step(_RETURN, _REFUSE)]
    return b"".join([*steps, _step(_RETURN, _ALLOW)])


def _program(steps: bytes) -> _Program:
    return _Program(len(steps) // 8, steps)


def _install(program: _Program) -> bool:
    done = _LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
    return int(done) == 0
