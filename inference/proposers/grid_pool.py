"""Pools of grids that another pipeline proposed, to join a run's own in the vote.

The file is one of candidates (candidate_file.py) that holds grids: JSON lines or Parquet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from arc import ArcError, Task
from inference.proposers.candidate_file import (
    CandidateFileError,
    SkippedLines,
    open_lines,
    proposals,
    read_records,
)
from scoring.contract import GridPrediction


def read_grid_pool(
    path: str | Path, tasks: Iterable[Task]
) -> tuple[Mapping[str, list[GridPrediction]], SkippedLines]:
    """The grids of a pool by task id, in the file's order, and the lines about other tasks.

    A grid's predictor is the file's name. Raises CandidateFileError for a line that is malformed or holds a
    program (which only `omni-arc solve --sampler replay` can judge), and where no line is about these tasks.
    """
    known = {task.id: task for task in tasks}
    found: dict[str, list[GridPrediction]] = defaultdict(list)
    skipped = SkippedLines()
    with open_lines(path) as lines:
        for record in read_records(str(path), lines):
            task = known.get(record.task_id)
            skipped.count(record, task is not None)
            if task is None:
                continue
            try:
                proposed = proposals(record, task, str(path), len(found[task.id]))
            except ArcError as error:
                raise CandidateFileError(f"{path}: line {record.number}: {error}") from None
            for grid in proposed:
                if not isinstance(grid, GridPrediction):
                    raise CandidateFileError(
                        f"{path}: line {record.number} holds a program; judge it first, with "
                        f"`omni-arc solve --sampler replay --model {path}`"
                    )
                found[task.id].append(grid)
    skipped.refuse_all(str(path))
    return found, skipped
