"""The oracle's view: right grids that were proposed but not chosen, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from arc import same_grid
from scoring.ballot import VoteOptions, deciding
from scoring.contract import VerdictKind
from scoring.record.merge import TaskRecord
from scoring.vote import InputVote

NO_VOTE = "proposed only by programs that are wrong on every pair, or that failed: they have no vote"


@dataclass(frozen=True)
class Missed:
    """A test input whose right grid was proposed but is neither attempt.

    `rank` is the right grid's place among the ballots, from 1 (None: it has no ballot); `cause` names what
    put the second attempt before it; `why_right` and `why_chosen` say what spoke for the right grid and for
    the second attempt.
    """

    task_id: str
    test_index: int
    rank: int | None
    cause: str
    why_right: str
    why_chosen: str


def missed(found: TaskRecord, votes: Sequence[InputVote], options: VoteOptions) -> list[Missed]:
    """The test inputs of a task that a better choice among the proposed grids would have solved, in order."""
    expected = found.task.solved_outputs
    if expected is None:
        raise ValueError(f"task {found.task.id} has no known test outputs")
    misses = []
    for index, (vote, right) in enumerate(zip(votes, expected, strict=True)):
        if any(same_grid(grid, right) for grid in vote.attempts):
            continue
        chosen = vote.ballots[1] if len(vote.ballots) > 1 else None
        for rank, ballot in enumerate(vote.ballots, 1):
            if chosen is not None and same_grid(ballot.grid, right):
                cause = deciding(chosen, ballot, options)
                misses.append(Missed(found.task.id, index, rank, cause, ballot.why, chosen.why))
                break
        else:
            kinds = Counter(
                program.verdict.kind
                for program in found.programs
                if options.use_programs and same_grid(program.verdict.test_outputs[index], right)
            )
            if kinds:
                why = _said(kinds)
                shown = chosen.why if chosen is not None else "nothing was proposed"
                misses.append(Missed(found.task.id, index, None, NO_VOTE, why, shown))
    return misses


def _said(kinds: Counter[VerdictKind]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())


def causes(misses: Iterable[Missed]) -> list[tuple[str, int]]:
    """How many test inputs each cause lost, the commonest first."""
    return Counter(miss.cause for miss in misses).most_common()
