"""What a process for every program costs: CPU time of a program plainly, after a bare fork, and sandboxed.

    python -m benchmarks.sandbox_fork [--programs 400] [--rounds 5]

A bare fork is what nobody can do without: a process with the same modules loaded forks, the child compiles
and runs the program, turns its output into a grid and exits, the parent waits. No limits, no channel, no
policy. Printed are medians of CPU milliseconds a program (all processes together), and the sandbox over the
bare fork.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.sandbox_corpus import inputs
from sandbox import Job, Sandbox, SandboxConfig

_PROGRAM = """import numpy as np
def transform(grid):
    out = np.zeros_like(grid)
    for r, row in enumerate(grid):
        for c, value in enumerate(row):
            out[r, -1 - c] = value if value else 3
    return out
"""
_BARE = """
import gc, json, os, resource, sys, types
sys.path.insert(0, sys.argv[1])
for name in ("arc", "sandbox"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [f"{sys.argv[1]}/{name}"]
import numpy as np
from sandbox import zygote
from sandbox.outputs import output_cells
from sandbox.preload import preload
preload("numpy")
source, count = sys.argv[2], int(sys.argv[3])
grids = [np.array(rows) for rows in json.loads(sys.argv[4])]
def run():
    space = {}
    exec(compile(source, "<plain>", "exec"), space)
    for grid in grids:
        output_cells(space["transform"](grid))
def used():
    ours, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return ours.ru_utime + ours.ru_stime + theirs.ru_utime + theirs.ru_stime
run()
gc.collect()
gc.freeze()
start = used()
for _ in range(count):
    run()
plain = used() - start
start = used()
for _ in range(count):
    pid = os.fork()
    if pid == 0:
        run()
        os._exit(0)
    os.waitpid(pid, 0)
print(json.dumps([plain / count, (used() - start) / count]))
"""


def plain_and_bare(count: int) -> tuple[float, float]:
    """CPU seconds of a program run in one process, and after a fork each."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    root = str(Path(__file__).resolve().parents[1])
    grids = json.dumps([grid.tolist() for grid in inputs()])
    command = [sys.executable, "-c", _BARE, root, _PROGRAM, str(count), grids]
    done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    plain, bare = json.loads(done.stdout)
    return plain, bare


def sandboxed(sandbox: Sandbox, count: int) -> float:
    """CPU seconds of a program in the sandbox, everything counted."""
    grids = inputs()
    before = time.process_time() + sandbox.cpu_seconds()
    assert sum(1 for _ in sandbox.run(Job(n, _PROGRAM, grids) for n in range(count))) == count
    return (time.process_time() + sandbox.cpu_seconds() - before) / count


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--programs", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    rounds = []
    with Sandbox(SandboxConfig(workers=2)) as sandbox:
        sandboxed(sandbox, 20)
        for _ in range(chosen.rounds):
            rounds.append((*plain_and_bare(chosen.programs), sandboxed(sandbox, chosen.programs)))
            print(" ".join(f"{1000 * value:.3f}" for value in rounds[-1]), flush=True)
    plain, bare, ours = (1000 * statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median((ours / bare) for _, bare, ours in rounds)
    print(
        f"plain {plain:.3f} ms, bare fork {bare:.3f} ms, sandbox {ours:.3f} ms: "
        f"{ours - plain:.3f} ms beyond the program's own time, {ratio:.2f} of a bare fork"
    )


if __name__ == "__main__":
    main()
