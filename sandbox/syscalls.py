"""System call numbers of the two supported machines, and which of them candidates and zygotes may use."""

from __future__ import annotations

import platform
from dataclasses import dataclass

from sandbox.preload import words

# Each call's name and its numbers on x86_64 and aarch64; "-" where the machine has no such call.
_TABLE = """
    read 0 63; write 1 64; close 3 57; stat 4 -; lstat 6 -; lseek 8 62; mmap 9 222; mprotect 10 226;
    munmap 11 215; brk 12 214; rt_sigprocmask 14 135; rt_sigreturn 15 139; sched_yield 24 124;
    mremap 25 216; madvise 28 233; getpid 39 172; recvmsg 47 212; dup2 33 -; dup3 292 24; clone 56 220;
    exit 60 93; wait4 61 260; gettimeofday 96 169; getrusage 98 165; sigaltstack 131 132; prctl 157 167;
    gettid 186 178; futex 202 98; sched_getaffinity 204 123; restart_syscall 219 128;
    clock_gettime 228 113; clock_getres 229 114; exit_group 231 94; open 2 -; access 21 -; openat 257 56;
    newfstatat 262 79; faccessat 269 48; statx 332 291; set_robust_list 273 99; prlimit64 302 261;
    seccomp 317 277; getrandom 318 278; rseq 334 293; clone3 435 435; close_range 436 436
"""
_NUMBERS = {name: numbers for name, *numbers in map(str.split, _TABLE.split(";"))}


# What Python, numpy and the C library need to compute (memory, the one channel, clocks, exit), and the zygote
# to hand its children their channel, confine and reap them.
ALLOWED = words("""
    read write close lseek recvmsg close_range munmap mremap brk getrandom rseq set_robust_list rt_sigprocmask
    rt_sigreturn sigaltstack restart_syscall sched_yield getpid gettid gettimeofday getrusage wait4 exit
    exit_group seccomp
""")
# Calls that name a file: none is found. Refused like the rest, but as programs expect it.
NOT_FOUND = words("open openat stat lstat newfstatat statx access faccessat")
# Calls whose arguments can't be seen: refused as unknown, so that the C library takes an older one.
UNKNOWN = ("clone3",)
_PROT_EXEC = 4
_MAP_SHARED = 1  # such memory stays, beyond the limit of address space, while any page of it is mapped
_LAST_CLOCK = 15  # greater and negative numbers are the clocks of processes and devices
# a process (SIGCHLD, with or without SETTID, CLEARTID) or a thread of this one, and no namespace
_FORK_FLAGS = (0x01200011, 0x11, 0x3D0F00)
_PDEATHSIG = 1
# wait and wake within the process, with and without a bit set; not those by which processes that map the same
# file meet, nor those with priorities and queues
_FUTEX = (0x80, 0x81, 0x89, 0x189, 0x8A)
_DONT_NEED, _FREE, _HUGE_PAGES = 4, 8, 14
# Calls that are allowed if their arguments pass, each by its place, how, and values.
CHECKED: tuple[tuple[str, int, str, tuple[int, ...]], ...] = (
    ("mmap", 2, "without", (_PROT_EXEC,)),
    ("mmap", 3, "without", (_MAP_SHARED,)),
    ("mprotect", 2, "without", (_PROT_EXEC,)),
    ("clock_gettime", 0, "most", (_LAST_CLOCK,)),
    ("clock_getres", 0, "most", (_LAST_CLOCK,)),
    ("madvise", 2, "in", (_DONT_NEED, _FREE, _HUGE_PAGES)),
    ("futex", 1, "in", _FUTEX),
    ("sched_getaffinity", 0, "in", (0,)),  # of this process only, and so are limits
    ("prlimit64", 0, "in", (0,)),
    ("clone", 0, "in", _FORK_FLAGS),
    ("dup2", 1, "in", (0,)),
    ("dup3", 1, "in", (0,)),
    ("prctl", 0, "in", (_PDEATHSIG,)),
)
# The child's own filter forbids these again.
FORBIDDEN_AGAIN = words("clone clone3 recvmsg wait4 prctl seccomp prlimit64 dup2 dup3 close_range")


@dataclass(frozen=True)
class Machine:
    """One machine's calls: its audit number, the column in the table, and the width of jumps we rely on."""

    name: str
    audit: int
    column: int

    def numbers(self, *names: str) -> list[int]:
        """The numbers of those of the calls that this machine has."""
        return [int(number) for number in (_NUMBERS[name][self.column] for name in names) if number != "-"]


MACHINES = {
    "x86_64": Machine("x86_64", 0xC000003E, 0),
    "aarch64": Machine("aarch64", 0xC00000B7, 1),
}


def this_machine() -> Machine | None:
    """The table for the machine we run on, or None if there is none."""
    return MACHINES.get(platform.machine())
