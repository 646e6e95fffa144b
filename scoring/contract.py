"""What was proposed for a task, and what was found out about it: the types that every room shares.

Candidate  --sandbox-->  Execution  --verify-->  Verdict
GridPrediction: an output grid written directly, with no program
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape

from arc import IDENTITY, Augmentation, Grid, GridType
from arc.pictures import beside, draw_grid, labelled
from scoring.evidence import ProgramEvidence


@dataclass(frozen=True)
class Candidate:
    """A program proposed for one task.

    `sample` numbers the answers of one sampler for one task, from 0, and `reading` the programs read from one
    answer, the likeliest first: (task_id, sampler, sample, reading) is unique in a run. The program is
    written for the task as `augmentation` shows it. `log_probability` is the natural log of the whole
    answer's probability, over `tokens` tokens, where a model wrote it; `description_length` the program's
    length in bits under a grammar, where a search found it, by the rule named `rule`; `doubt` that rule's
    leave-one-out penalty in bits (0: no pair contradicts it; None: not tried). `source` is empty
    where the answer had no program; `answer` is the model's whole text (of the first reading). `grid_type`
    None means that the type which the program takes is found by reading and trying it.
    """

    task_id: str
    sampler: str
    sample: int
    source: str
    augmentation: Augmentation = IDENTITY
    log_probability: float | None = None
    tokens: int | None = None
    prompt_tokens: int | None = None
    description_length: float | None = None
    seconds: float | None = None
    prompt: str | None = None
    entry_point: str | None = None
    grid_type: GridType | None = None
    answer: str | None = None
    reading: int = 0
    rule: str | None = None
    doubt: float | None = None

    @property
    def mean_log_probability(self) -> float | None:
        """Log-probability per token, or None if unknown."""
        if self.log_probability is None or not self.tokens:
            return None
        return self.log_probability / self.tokens

    def _repr_html_(self) -> str:
        """How Jupyter shows the candidate: where it comes from, and its source."""
        return f"<b>{escape(self.task_id)}</b>, {escape(self.sampler)}<pre>{escape(self.source)}</pre>"


@dataclass(frozen=True, eq=False)
class GridPrediction:
    """An output grid proposed directly for one test input, in the task's own view (augmentation undone).

    `sample` is as in Candidate; below 0 it marks a provisional grid, which counts only as long as its
    predictor has given no other for the test input. `grid` is None where the answer had no valid grid.
    `confidence` is the predictor's own probability of being right (0..1), where it has one.
    """

    task_id: str
    predictor: str
    sample: int
    test_index: int
    grid: Grid | None
    augmentation: Augmentation = IDENTITY
    confidence: float | None = None
    log_probability: float | None = None
    tokens: int | None = None
    prompt_tokens: int | None = None
    seconds: float | None = None
    prompt: str | None = None
    answer: str | None = None

    @property
    def provisional(self) -> bool:
        """True if any other grid of its predictor takes its place."""
        return self.sample < 0

    @property
    def mean_log_probability(self) -> float | None:
        """Log-probability per token, or None if unknown."""
        if self.log_probability is None or not self.tokens:
            return None
        return self.log_probability / self.tokens

    def _repr_svg_(self) -> str:
        """How Jupyter shows the grid."""
        return labelled(draw_grid(self.grid), f"{self.task_id}, test {self.test_index}").svg()


@dataclass(frozen=True, eq=False)
class GridScore:
    """A model's likelihood of a grid as the output of one test input, in one view of the task.

    `grid` is in the task's own view; `log_probability` is the natural log over the `tokens` tokens of the
    grid's text in `augmentation`'s view. `model` names what scored it.
    """

    task_id: str
    model: str
    test_index: int
    grid: Grid
    augmentation: Augmentation
    log_probability: float
    tokens: int


@dataclass(frozen=True)
class TaskFinished:
    """The proposer is done with this task; `error` is one line if it gave up."""

    task_id: str
    proposer: str
    error: str = ""
    seconds: float = 0.0


class VerdictKind(StrEnum):
    """The kinds of verdicts on a candidate."""

    VERIFIED = "verified"  # every training pair reproduced, twice the same
    PARTIAL = "partial"  # some training pairs
    WRONG = "wrong"  # grids, but no training pair
    ERROR = "error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    INVALID = "invalid"
    REJECTED = "rejected"
    UNPARSABLE = "unparsable"
    INFRASTRUCTURE = "infrastructure"


@dataclass(frozen=True, eq=False)
class Verdict:
    """The judgement of one program on one task.

    `train_correct` has one entry per training pair (in the task's own order); `train_outputs` and
    `test_outputs` hold the grids the program gave, in the task's own view, None where it gave none.
    `error` is one line. `grid_type` is the type with which the program was run for this verdict, None where
    nothing was run.
    """

    kind: VerdictKind
    train_correct: tuple[bool, ...]
    train_outputs: tuple[Grid | None, ...]
    test_outputs: tuple[Grid | None, ...]
    error: str = ""
    cpu_seconds: float = 0.0
    grid_type: GridType | None = None

    @property
    def train_accuracy(self) -> float:
        """Share of training pairs reproduced, 0..1."""
        return sum(self.train_correct) / len(self.train_correct)


@dataclass(frozen=True, eq=False)
class JudgedProgram:
    """A distinct program of one task with its verdict and everything that proposed it.

    `key` is the hash of the normalised source (and of the augmentation it was written in). `evidence` is what
    was measured of it beyond its verdict.
    """

    key: str
    source: str
    verdict: Verdict
    proposals: tuple[Candidate, ...] = field(default=())
    evidence: ProgramEvidence | None = None

    def _repr_html_(self) -> str:
        """How Jupyter shows the program: its verdict, its source, and the grids that it gave."""
        grids = [(f"train {n}", grid) for n, grid in enumerate(self.verdict.train_outputs)]
        grids += [(f"test {n}", grid) for n, grid in enumerate(self.verdict.test_outputs)]
        picture = beside([labelled(draw_grid(grid), label) for label, grid in grids])
        error = f" ({escape(self.verdict.error)})" if self.verdict.error else ""
        return f"<b>{self.verdict.kind}</b>{error}<pre>{escape(self.source)}</pre>{picture.svg()}"


def digest(*parts: str) -> str:
    """A short stable hash (16 hex digits) of text parts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
