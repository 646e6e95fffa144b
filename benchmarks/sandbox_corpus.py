"""The corpus of the sandbox benchmarks: our own programs, fast, slow, wrong and failing, in a fixed mixture.

Nothing is drawn. 500 programs are a block, in which the kinds are interleaved as evenly as their numbers
allow; a larger corpus repeats the block, a smaller one is its beginning. So figures of different sizes and
runs can be compared.

    145 of the tests' honest programs    tiny, in all styles, evenly spaced in their file
    145 short loops                      over pixels, 1 to 5 rounds, 1 to 5 ms
    90 loops                             6 to 40 rounds, 5 to 40 ms
    20 slow loops                        150 to 400 rounds, 150 to 400 ms
    100 failing programs                 each of eight ways as often

No program runs out of time: both sides would spend the limit on it, whatever the sandbox costs.
"""

from __future__ import annotations

from collections.abc import Iterator
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
BLOCK = 500
_COUNTS = {"fast": 145, "short loops": 145, "loops": 90, "slow": 20, "failing": 100}
_ROUNDS = {"short loops": (1, 5), "loops": (6, 40), "slow": (150, 400)}
_SHORT = ("fast", "short loops", "failing")
_GOLDEN = 0.6180339887498949  # its multiples, modulo 1, are spread evenly however many are taken
_ACCEPTED_EVERY, _ACCEPTED_AT = 20, 9


@dataclass(frozen=True, eq=False)
class Item:
    """One program of the corpus; `accepted` ones stand for those that verification would run twice."""

    job: Job
    kind: str
    accepted: bool

    @property
    def short(self) -> bool:
        """True for programs of less than 5 ms."""
        return self.kind in _SHORT


def inputs() -> tuple[Grid, ...]:
    """Four inputs of usual sizes."""
    rng = np.random.default_rng(0)
    return tuple(as_grid(rng.integers(0, 5, size=size)) for size in ((6, 6), (10, 10), (12, 9), (16, 16)))


def corpus(size: int = 2 * BLOCK) -> list[Item]:
    """`size` distinct programs: the block, as often as it takes.

    One in twenty of each kind is accepted, but for failing ones: models' samples reach 1% to 5% on ARC's
    evaluation sets.
    """
    given = inputs()
    block = [program for _, program in sorted(_block(), key=lambda placed: placed[0])]
    items = []
    for number in range(size):
        kind, source, grid_type, accepted = block[number % BLOCK]
        job = Job(number, f"{source}\n_number = {number}\n", given, grid_type=grid_type)
        items.append(Item(job, kind, accepted))
    return items


def _block() -> Iterator[tuple[float, tuple[str, str, GridType, bool]]]:
    """The programs of a block, each with its place between 0 and 1."""
    fast = _fast_programs()
    for kind, count in _COUNTS.items():
        for number in range(count):
            spread = number * _GOLDEN % 1
            grid_type = GridType.LIST
            if kind == "fast":
                source, grid_type = fast[int(spread * len(fast))]
            elif kind == "failing":
                source = _FAILING[number % len(_FAILING)]
            else:
                least, most = _ROUNDS[kind]
                source = _LOOPS.format(rounds=least + int(spread * (most - least + 1)))
            accepted = kind != "failing" and number % _ACCEPTED_EVERY == _ACCEPTED_AT
            yield (number + 0.5) / count, (kind, source, grid_type, accepted)


def _fast_programs() -> list[tuple[str, GridType]]:
    programs = []
    for part in _HONEST.read_text(encoding="utf-8").split("#### ")[1:]:
        head, source = part.split("\n", 1)
        _, _, option = (field.strip() for field in head.partition("|"))
        if not any(word in source for word in ("skimage", "scipy.s", "scipy.o", "scipy import stats")):
            programs.append((source, GridType(option) if option else GridType.ARRAY))
    return programs
