"""The kernel layer: seccomp, landlock, resource limits and a dropped uid, all by plain system calls.

It needs no root, no container and no helper library. Order matters: a zygote loads its modules, calls
`confine_zygote` once, then forks; each child takes its `child_steps` before it reads its program. Nothing
that is given up here can be regained. The large filter is installed once, in the zygote; each child adds a
tiny one, against what only the zygote and the child's own start need.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import resource
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.syscalls import ALLOWED, CHECKED, FORBIDDEN_AGAIN, NOT_FOUND, UNKNOWN, Machine, this_machine

_LIBC = ctypes.PyDLL(None)
_LIBC.syscall.restype = ctypes.c_long

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_SET_FILTER, _ALL_THREADS = 1, 1
_SIGKILL = 9
# bytes: up to the first Python allocates in pools, beyond it on the heap; a pool, and its head
_SMALL, _LARGE, _POOL, _POOL_HEAD, _MOST_GAPS = 512, 1 << 16, 1 << 14, 48, 4_000
_HUGE = "/sys/kernel/mm/transparent_hugepage"
_READ, _WRITE, _EXECUTE, _PRIVATE, _ANONYMOUS, _HUGE_PAGE, _TO_A_PLACE = 1, 2, 4, 2, 0x20, 14, 3
# where the files whose code programs run most lie in memory, without what is written
_CODE = re.compile(r"^(\w+)-(\w+) r-[-x]p .*/(?:(?:lib)?python3|_multiarray_umath)[^/\n]*$", re.MULTILINE)
CHANNEL = 0  # the one descriptor of a child
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 1  # the call fails with EPERM
_NOT_FOUND = 0x00050000 | 2  # with ENOENT
_UNKNOWN = 0x00050000 | 38  # with ENOSYS
_KILL = 0x80000000
_LOAD, _JUMP_EQUAL, _JUMP_BITS, _JUMP_GREATER, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16
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


def confine_zygote(memory_bytes: int) -> KernelLayers:
    """Give up privileges for this process and all that it will fork; report what could be done.

    `memory_bytes` is the address space that a child may map beyond what this process has now.
    """
    address_space = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # where memory runs out, candidates go first
    dropped = _drop_root()
    _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    wanted = {
        resource.RLIMIT_AS: address_space + memory_bytes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if any(call(*values) for call, values in map(_limit, wanted, wanted.values())):
        raise OSError("a limit of resources was refused")
    no_new = _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    landlock = _landlock() if no_new else 0
    machine = this_machine()
    large = _filter(machine, _allow_only(machine)) if no_new and machine else None
    seccomp = bool(large and _LIBC.syscall(*large) == 0)
    return KernelLayers(seccomp, landlock, no_new, dropped)


def settle_code() -> None:
    """Move the code of the interpreter and of numpy to huge pages, in this process and for good.

    A fork hands these on at once; of a file, each child has pages mapped anew as it comes to them. Nothing is
    done on a machine without huge pages.
    """
    with contextlib.suppress(OSError):
        if "[never]" not in Path(f"{_HUGE}/enabled").read_text():
            _move_code(int(Path(f"{_HUGE}/hpage_pmd_size").read_text()))


def _move_code(size: int) -> None:
    spans: list[tuple[int, int]] = []
    for span in _CODE.findall(Path("/proc/self/maps").read_text()):
        start, end = (int(edge, 16) for edge in span)
        spans.append((spans.pop()[0] if spans and spans[-1][1] == start else start, end))
    places = [at for start, end in spans for at in range(-(-start // size) * size, end - size + 1, size)]
    fresh = _call("mmap", 0, (len(places) + 1) * size, _READ | _WRITE, _PRIVATE | _ANONYMOUS, -1, 0)
    for at in places if fresh > 0 else ():
        fresh += -fresh % size
        _call("madvise", fresh, size, _HUGE_PAGE)
        ctypes.memmove(fresh, at, size)
        if _call("mprotect", fresh, size, _READ | _EXECUTE) == 0:
            _call("mremap", fresh, size, size, _TO_A_PLACE, at)  # and what was there is gone
        fresh += size


def fill_gaps() -> None:
    """Take what is free between objects, so that what a child makes lies together, on few pages."""
    end, size = _call("malloc", _LARGE), _LARGE
    while size:
        places = (_call("PyObject_Malloc", size) for _ in range(_MOST_GAPS))
        fresh = (at for at in places if (at >= end if size > _SMALL else at % _POOL == _POOL_HEAD))
        _call("PyObject_Free", next(fresh, 0))
        size -= max(16, size >> 6 & -16)


def _call(name: str, *values: int) -> int:
    function = _LIBC[name]
    function.restype = ctypes.c_long
    return int(function(*map(ctypes.c_long, values)))


def _limit(limit: int, value: int) -> tuple[Any, tuple[Any, ...]]:
    """The call that sets a limit of resources, to what is allowed at most."""
    hard = resource.getrlimit(limit)[1]
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    return _LIBC.setrlimit, (limit, (ctypes.c_ulong * 2)(most, most))


def child_steps(cpu_seconds: int, layers: KernelLayers) -> tuple[Any, ...]:
    """What each child of a confined zygote gives up, worked out beforehand: a forked process pays for every
    page of memory that it touches, so that the child itself does nothing but the system calls.

    Each step is a function and what it is called with; it returns 0 unless it fails. `cpu_seconds` is a
    backstop behind the supervisor's. The last step sets a seccomp filter for all the child's threads.
    """
    wanted = {resource.RLIMIT_CPU: cpu_seconds, resource.RLIMIT_NPROC: 0, resource.RLIMIT_NOFILE: 0}
    steps = [*map(_limit, wanted, wanted.values()), (_LIBC.prctl, (_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0))]
    machine = this_machine()
    if layers.seccomp and machine:
        steps.append((_LIBC.syscall, _filter(machine, _refuse(machine, FORBIDDEN_AGAIN))))
    return tuple(steps)


# Forks without the after-work of Python and of libraries, which touches a fifth of a warm process; -1 if it
# fails. It is for a process of one thread, whose child only runs candidates: no lock is made anew.
fork = getattr(_LIBC, "_Fork", _LIBC.fork)


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


def _allow_only(machine: Machine) -> list[bytes]:
    """A filter that refuses all calls but the allowed ones, and those whose arguments do not pass."""
    steps = _head(machine)
    for name, place, how, values in CHECKED:
        for number in machine.numbers(name):
            steps += _refuse_unless(number, place, how, values)
    checked = dict.fromkeys(name for name, *_ in CHECKED)
    steps += _answer(machine, (*checked, *ALLOWED), _ALLOW)
    steps += _answer(machine, NOT_FOUND, _NOT_FOUND) + _answer(machine, UNKNOWN, _UNKNOWN)
    return [*steps, _step(_RETURN, _REFUSE)]


def _answer(machine: Machine, names: tuple[str, ...], answer: int) -> list[bytes]:
    numbers = machine.numbers(*names)
    return [step for n in numbers for step in (_step(_JUMP_EQUAL, n, no=1), _step(_RETURN, answer))]


def _refuse_unless(number: int, place: int, how: str, values: tuple[int, ...]) -> list[bytes]:
    """Steps that refuse call `number` unless the lower half of an argument passes."""
    load = _step(_LOAD, _ARGUMENTS_AT + 8 * place)
    if how == "in":
        jumps = [_step(_JUMP_EQUAL, value, yes=left) for left, value in enumerate(reversed(values), 1)][::-1]
    else:
        jumps = [_step(_JUMP_GREATER if how == "most" else _JUMP_BITS, values[0], no=1)]
    rest = [load, *jumps, _step(_RETURN, _REFUSE), _step(_LOAD, _NUMBER_AT)]
    return [_step(_JUMP_EQUAL, number, no=len(rest)), *rest]


def _refuse(machine: Machine, names: tuple[str, ...]) -> list[bytes]:
    """A filter that refuses `names` and leaves the rest to the filters before it."""
    return [*_head(machine), *_answer(machine, names, _REFUSE), _step(_RETURN, _ALLOW)]


def _filter(machine: Machine, steps: list[bytes]) -> tuple[Any, ...]:
    """The system call that sets a seccomp filter for all threads."""
    program = ctypes.byref(_Program(len(steps), b"".join(steps)))
    return *machine.numbers("seccomp"), _SET_FILTER, _ALL_THREADS, program
