"""Export of a run's candidates as Parquet, under the column names of published ARC program data sets.

One row per proposal, in the run's order. The names up to `model` are SOAR's (arXiv:2507.14172):

    task_id, code                      the task, the program's source
    correct_train_input                list<bool>, one a training pair: was it reproduced
    predicted_train_output             list<grid>, null where the program gave none
    correct_test_input                 list<bool>, one a test input; null where the answers are unknown
    predicted_test_output              list<grid>
    model                              the model's name, or the sampler's where there is none

then what else the run knows: sampler, sample, reading, program (the key of equal programs), verdict,
error, augmentation ("symmetry/colours/order", null for the task's own view), prompt, log_probability, tokens,
prompt_tokens, description_length (bits), seconds, cpu_seconds, entry_point, grid_type (with which the verdict
was found), answer (the whole text); and the evidence from copies of the task (scoring/evidence.py), null
where it was not measured: turned, turned_tests, recoloured, recoloured_tests (shares from 0 to 1), nodes (of
the syntax tree). A grid is list<list<int8>>, rows of cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from arc import ArcError, Grid, Task, same_grid
from scoring.contract import JudgedProgram
from scoring.evidence import ProgramEvidence
from scoring.files import replacing
from scoring.record.reader import Run
from scoring.record.schema import augmentation_text
from scoring.report.contents import known_answers

_ROWS = 5_000


class ExportError(ArcError):
    """An export that needs a package that is not installed; the message names it."""


def export_parquet(run: Run, path: Path) -> int:
    """Write every judged candidate of `run` to `path`, whole or not at all; returns the number of rows."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise ExportError("Parquet needs pyarrow: pip install 'omni-arc[export]'") from None
    grids = pa.list_(pa.list_(pa.list_(pa.int8())))
    text, whole, real = pa.string(), pa.int64(), pa.float64()
    schema = pa.schema(
        {
            "task_id": text,
            "code": text,
            "correct_train_input": pa.list_(pa.bool_()),
            "predicted_train_output": grids,
            "correct_test_input": pa.list_(pa.bool_()),
            "predicted_test_output": grids,
            "model": text,
            "sampler": text,
            "sample": whole,
            "reading": whole,
            "program": text,
            "verdict": text,
            "error": text,
            "augmentation": text,
            "prompt": text,
            "log_probability": real,
            "tokens": whole,
            "prompt_tokens": whole,
            "description_length": real,
            "seconds": real,
            "cpu_seconds": real,
            "entry_point": text,
            "grid_type": text,
            "answer": text,
            "turned": real,
            "turned_tests": real,
            "recoloured": real,
            "recoloured_tests": real,
            "nodes": whole,
        }
    )
    count = 0
    with replacing(path) as new, pq.ParquetWriter(new, schema, compression="zstd") as writer:
        for rows in _batches(_rows(run)):
            writer.write_table(pa.Table.from_pylist(rows, schema))
            count += len(rows)
    return count


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def _rows(run: Run) -> Iterator[dict[str, Any]]:
    tasks = known_answers(run)
    settings = run.config.get("model")
    model = settings.get("model") if isinstance(settings, dict) else None
    for task_id in run.task_ids:
        for program in run.programs(task_id):
            yield from _program_rows(tasks[task_id], program, model)


def _program_rows(task: Task, program: JudgedProgram, model: str | None) -> Iterator[dict[str, Any]]:
    verdict, expected = program.verdict, task.solved_outputs
    shared = {
        "task_id": task.id,
        "correct_train_input": list(verdict.train_correct),
        "predicted_train_output": [_rows_of(grid) for grid in verdict.train_outputs],
        "correct_test_input": None
        if expected is None
        else [same_grid(grid, right) for grid, right in zip(verdict.test_outputs, expected, strict=True)],
        "predicted_test_output": [_rows_of(grid) for grid in verdict.test_outputs],
        "program": program.key,
        "verdict": verdict.kind.value,
        "error": verdict.error or None,
        "cpu_seconds": verdict.cpu_seconds,
        **asdict(program.evidence or ProgramEvidence()),
    }
    for proposal in program.proposals:
        yield {
            **shared,
            "code": proposal.source,
            "model": model or proposal.sampler,
            "sampler": proposal.sampler,
            "sample": proposal.sample,
            "reading": proposal.reading,
            "augmentation": augmentation_text(proposal.augmentation),
            "prompt": proposal.prompt,
            "log_probability": proposal.log_probability,
            "tokens": proposal.tokens,
            "prompt_tokens": proposal.prompt_tokens,
            "description_length": proposal.description_length,
            "seconds": proposal.seconds,
            "entry_point": proposal.entry_point,
            "grid_type": None if verdict.grid_type is None else verdict.grid_type.value,
            "answer": proposal.answer,
        }


def _rows_of(grid: Grid | None) -> list[list[int]] | None:
    return None if grid is None else grid.tolist()
