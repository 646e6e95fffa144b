"""A long run of the sandbox: is the supervisor's memory flat, are there zombies or leaked descriptors?

    python -m benchmarks.sandbox_soak [--size 100000] [--workers 2]

Exits with 1 if memory grew by more than 20 MB after the first tenth, or anything was left behind.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator

from benchmarks.sandbox_corpus import inputs
from sandbox import Job, Limits, Sandbox, SandboxConfig

_GROWTH_MB = 20.0
_PROGRAMS = (
    "def transform(g):\n    return g[::-1]",
    "def transform(g):\n    return [[v for v in row] for row in g.tolist()]",
    "def transform(g):\n    raise ValueError('x' * 1000)",
    "def transform(g):\n    return None",
    "import os\ndef transform(g):\n    return g",
    "def transform(g)\n    return g",
)
_RARE = (
    "def transform(g):\n    return [bytearray(1 << 36)]",
    "import numpy as np\nnp.pi = 3\ndef transform(g):\n    return g",
    "import sys\nsys.setrecursionlimit(10**6)\ndef transform(g):\n    return transform(g)",
    "def transform(g):\n    while True: pass",
)


def _jobs(size: int) -> Iterator[Job]:
    given = inputs()
    for number in range(size):
        rare = number % 500 == 499
        source = _RARE[number // 500 % len(_RARE)] if rare else _PROGRAMS[number % len(_PROGRAMS)]
        yield Job(number, f"{source}\n# {number}", given)


def _memory_mb() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _zombies() -> int:
    count = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            continue
        count += fields[0] == b"Z" and int(fields[1]) == os.getpid()
    return count


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    descriptors = len(os.listdir("/proc/self/fd"))
    statuses: Counter[str] = Counter()
    early, memory, started = 0.0, 0.0, time.monotonic()
    open_at_most = 0
    limits = Limits(cpu_seconds=0.5, memory_mb=256)
    with Sandbox(SandboxConfig(workers=chosen.workers, limits=limits)) as sandbox:
        for count, done in enumerate(sandbox.run(_jobs(chosen.size)), 1):
            statuses[done.status.value] += 1
            if count % max(1, chosen.size // 10) == 0:
                memory = _memory_mb()
                early = early or memory
                open_at_most = max(open_at_most, len(os.listdir("/proc/self/fd")))
                print(
                    f"{count} done, {memory:.0f} MB, {count / (time.monotonic() - started):.0f}/s", flush=True
                )
    left = len(os.listdir("/proc/self/fd")) - descriptors
    result = {
        "candidates": sum(statuses.values()),
        "statuses": dict(statuses.most_common()),
        "memory_growth_mb": round(memory - early, 1),
        "descriptors_open_at_most": open_at_most,
        "descriptors_left": left,
        "zombies": _zombies(),
    }
    print(json.dumps(result))
    fine = memory - early < _GROWTH_MB and left == 0 and not result["zombies"]
    sys.exit(0 if fine and result["candidates"] == chosen.size else 1)


if __name__ == "__main__":
    main()
