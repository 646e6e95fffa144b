"""System call numbers of the two supported machines, and which of them candidates and zygotes may use."""

from __future__ import annotations

import platform
from dataclasses import dataclass

# name -> (x86_64, aarch64); None where the machine has no such call
_NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "getpid": (39, 172),
    "dup2": (33, None),
    "dup3": (292, 24),
    "sendmsg": (46, 211),
    "recvmsg": (47, 212),
    "sendto": (44, 206),
    "clone": (56, 220),
    "clone3": (435, 435),
    "fork": (57, None),
    "exit": (60, 93),
    "wait4": (61, 260),
    "kill": (62, 129),
    "fcntl": (72, 25),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "sigaltstack": (131, 132),
    "prctl": (157, 167),
    "setrlimit": (160, 164),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "set_tid_address": (218, 96),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "exit_group": (231, 94),
    "set_robust_list": (273, 99),
    "prlimit64": (302, 261),
    "seccomp": (317, 277),
    "getrandom": (318, 278),
    "rseq": (334, 293),
    "close_range": (436, 436),
}

# What Python, numpy and the C library need to compute: memory, the one channel, clocks, exit.
CANDIDATE = (
    "read",
    "write",
    "close",
    "lseek",
    "mmap",
    "mprotect",
    "munmap",
    "mremap",
    "brk",
    "madvise",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigaltstack",
    "sched_yield",
    "sched_getaffinity",
    "getpid",
    "gettid",
    "futex",
    "gettimeofday",
    "clock_gettime",
    "clock_getres",
    "getrandom",
    "getrusage",
    "rseq",
    "restart_syscall",
    "exit",
    "exit_group",
)
# What a zygote needs beyond it, to fork children, hand them their channel, confine and reap them.
ZYGOTE_ONLY = (
    "clone",
    "clone3",
    "fork",
    "wait4",
    "kill",
    "recvmsg",
    "sendmsg",
    "sendto",
    "dup2",
    "dup3",
    "fcntl",
    "prctl",
    "seccomp",
    "setrlimit",
    "prlimit64",
    "close_range",
    "rt_sigaction",
    "set_tid_address",
    "set_robust_list",
)
# The child's own filter forbids these again, except what glibc asks for in every new process or thread.
FORBIDDEN_AGAIN = tuple(name for name in ZYGOTE_ONLY if name != "set_robust_list")


@dataclass(frozen=True)
class Machine:
    """One machine's calls: its audit number, the column in the table, and the width of jumps we rely on."""

    name: str
    audit: int
    column: int

    def number(self, name: str) -> int | None:
        """The number of call `name` here, or None if this machine has no such call."""
        return _NUMBERS[name][self.column]

    def numbers(self, names: tuple[str, ...]) -> list[int]:
        found = (self.number(name) for name in names)
        return [number for number in found if number is not None]


_MACHINES = {
    "x86_64": Machine("x86_64", 0xC000003E, 0),
    "aarch64": Machine("aarch64", 0xC00000B7, 1),
}


def this_machine() -> Machine | None:
    """The table for the machine we run on, or None if there is none."""
    return _MACHINES.get(platform.machine())
