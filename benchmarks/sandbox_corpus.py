"""The corpus of the sandbox benchmarks: our own programs, fast, slow, wrong and failing, in fixed shares."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from arc import Grid, GridType, as_grid
from sandbox import Job

_HONEST = Path(__file__).parents[1] / "tests" / "sandbox" / "data" / "honest.txt"
_LOOPS = """
def transform(grid):
    h, w = len(grid), len(grid[0])
    out = [[0] * w for _ in range(h)]
    for _ in range({rounds}):
        for r in range(h):
            for c in range(w):
                total = 0
                for dr in (-1, 0, 1):
                    for dc in (-1, 0, 1):
                        if 0 <= r + dr < h and 0 <= c + dc < w:
                            total += grid[r + dr][c + dc]
                out[r][c] = total % 10
        grid = [row[:] for row in out]
    return out
"""
_FAILING = (
    "def transform(grid):\n    return grid[100][100]",
    "def transform(grid):\n    return np.rot90(grid)",
    "def transform(grid):\n    raise ValueError('no pattern')",
    "def transform(grid)\n    return grid",
    "import numpy as np\ndef transform(grid):\n    return np.array(grid).reshape(7, 13)",
    "def transform(grid):\n    return None",
    "def helper(grid):\n    return grid",
    "import torch\ndef transform(grid):\n    return torch.tensor(grid)",
)
_LOOP = "def transform(grid):\n    while True:\n        pass"


@dataclass(frozen=True, eq=False)
class Item:
    """One program of the corpus; `accepted` ones stand for those that verification would run twice."""

    job: Job
    kind: str
    accepted: bool


def inputs() -> tuple[Grid, ...]:
    """Four inputs of usual sizes."""
    rng = np.random.default_rng(0)
    return tuple(as_grid(rng.integers(0, 5, size=size)) for size in ((6, 6), (10, 10), (12, 9), (16, 16)))


def corpus(size: int, *, accepted: float = 0.05, timeouts: int = 1, seed: int = 0) -> list[Item]:
    """`size` distinct programs in random order.

    29% are the honest programs of the tests (tiny, in all styles), 29% pixel loops of 1-5 ms, 18% pixel
    loops of 5-40 ms, 4% slow ones, 20% failing.
    `accepted` is the share, of each kind of program that runs through, which verification would accept:
    models' samples reach 1% to 5% on ARC's evaluation sets.
    """
    rng = random.Random(seed)
    fast = _fast_programs()
    given = inputs()
    items = []
    counts: Counter[str] = Counter()
    for number in range(size):
        draw = rng.random()
        grid_type = GridType.LIST
        if number < timeouts:
            kind, source = "timeout", _LOOP
        elif draw < 0.29:
            kind, source = "short loops", _LOOPS.format(rounds=rng.randint(1, 5))
        elif draw < 0.58:
            kind = "fast"
            source, grid_type = rng.choice(fast)
        elif draw < 0.76:
            kind, source = "loops", _LOOPS.format(rounds=rng.randint(6, 40))
        elif draw < 0.80:
            kind, source = "slow", _LOOPS.format(rounds=rng.randint(150, 400))
        else:
            kind, source = "failing", rng.choice(_FAILING)
        runs = kind in ("fast", "short loops", "loops", "slow")
        distinct = f"{source}\n_number = {number}\n"
        job = Job(number, distinct, given, grid_type=grid_type)
        counts[kind] += 1
        taken = runs and int(counts[kind] * accepted + 0.5) > int((counts[kind] - 1) * accepted + 0.5)
        items.append(Item(job, kind, taken))
    rng.shuffle(items)
    return items


def _fast_programs() -> list[tuple[str, GridType]]:
    programs = []
    for part in _HONEST.read_text(encoding="utf-8").split("#### ")[1:]:
        head, source = part.split("\n", 1)
        _, _, option = (field.strip() for field in head.partition("|"))
        if not any(word in source for word in ("skimage", "scipy.s", "scipy.o", "scipy import stats")):
            programs.append((source, GridType(option) if option else GridType.ARRAY))
    return programs
