"""Files of candidates, our own and other people's, JSON lines or Parquet: one reader for replay and verify.

One object per line (or row); `task_id` and one of `source`, `code`, `answer` and `grid` are needed:

    {"task_id": "0d3d703e", "source": "def transform(grid): ...", "id": "mine-7",
     "augmentation": {"symmetry": 3, "colours": [0, 2, 1, 3, 4, 5, 6, 7, 8, 9], "order": [1, 0, 2]},
     "log_probability": -12.5, "tokens": 180, "prompt_tokens": 900, "seconds": 2.1, "description_length": 9.5,
     "entry_point": "transform", "grid_type": "array", "prompt": "code-from-examples-v1"}
    {"task_id": "0d3d703e", "code": "def transform(grid): ..."}        the name that public sets use
    {"task_id": "0d3d703e", "answer": "Here it is: ...", "complete": true}
    {"task_id": "0d3d703e", "grid": [[0, 1]], "test_index": 0, "confidence": 0.4}

An `answer` is a model's whole text, read as a model's answers are (even beside an empty source). A program's
function is the `entry_point`, else `transform`, `task` or `solve`, else the one that a model's answer with it
would mean. What may mean several programs gives several candidates. `grid` is in the task's own view (null
where the answer had no grid). An augmentation may also be the string "symmetry/colours/order" of our Parquet
exports. Unknown keys are ignored.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeVar

from arc import IDENTITY, Augmentation, GridError, GridType, Task, as_grid
from inference.errors import InferenceError
from prompts import AnswerError, Reading, read_programs, read_source
from scoring.contract import Candidate, GridPrediction
from scoring.record.schema import augmentation_from_text

Line = TypeVar("Line", bound=bytes | str)

_TOO_LARGE = 1e15  # also false for NaN and infinity
_PARQUET = b"PAR1"
_ROWS = 1000
_LINE_BYTES = 16 << 20  # the longest line
_TEXTS = ("source", "code", "answer")
_KEYS = (
    *("task_id", "id", *_TEXTS, "grid", "test_index", "confidence", "complete", "augmentation", "prompt"),
    *(
        "log_probability",
        "tokens",
        "prompt_tokens",
        "description_length",
        "seconds",
        "entry_point",
        "grid_type",
    ),
)


class CandidateFileError(InferenceError):
    """A candidates file that is missing or malformed; names the file, the line and the fault."""


@dataclass(frozen=True)
class Record:
    """One line: its number, from 1, and its contents; `id` is the number if the line has none."""

    number: int
    id: str | int
    task_id: str
    values: Mapping[str, Any]


@dataclass
class SkippedLines:
    """Counts of skipped lines: about other tasks, or (`grids`) without a program to verify."""

    lines: int = 0
    grids: int = 0
    of: int = 0
    tasks: Counter[str] = field(default_factory=Counter)

    def count(self, record: Record, known: bool) -> None:
        """Count a line."""
        self.of += 1
        if not known:
            self.lines += 1
            self.tasks[record.task_id] += 1

    def refuse_all(self, name: str) -> None:
        """CandidateFileError if there were lines, and none was about a known task."""
        if self.lines and self.lines == self.of:
            raise CandidateFileError(
                f"{name}: none of its {self.of} lines is about a task of this data set (the first is about "
                f"{next(iter(self.tasks))!r}): name the data set that they are for"
            )

    def reasons(self) -> tuple[str, ...]:
        """What was skipped, a line for each reason."""
        grids = (f"{self.grids} of {self.of} lines skipped: direct grids, nothing to verify",)
        return ((str(self),) if self.lines else ()) + (grids if self.grids else ())

    def __str__(self) -> str:
        examples = ", ".join(list(self.tasks)[:3])
        return (
            f"{self.lines} of {self.of} lines skipped: about {len(self.tasks)} other task"
            f"{'s' * (len(self.tasks) > 1)} ({examples}{', ...' * (len(self.tasks) > 3)})"
        )


def open_lines(path: str | Path) -> IO[bytes]:
    """The file's lines, one JSON object each; a Parquet file's rows are written to a temporary file first.

    Raises CandidateFileError for a file that can't be read.
    """
    try:
        with Path(path).open("rb") as file:
            parquet = file.read(len(_PARQUET)) == _PARQUET
        return _parquet_lines(path) if parquet else _opened(path)
    except OSError as error:
        raise CandidateFileError(
            f"{path}: {error.strerror}: name a JSONL or Parquet file of candidates"
        ) from None


def _opened(path: str | Path) -> IO[bytes]:
    return Path(path).open("rb")


def _parquet_lines(path: str | Path) -> IO[bytes]:
    with tempfile.NamedTemporaryFile() as spool:
        for row in _parquet_rows(path):
            kept = {name: value for name, value in row.items() if value is not None}
            spool.write(json.dumps(kept, default=str).encode() + b"\n")
        spool.flush()
        return _opened(spool.name)  # an open file outlives its name


def _parquet_rows(path: str | Path) -> Iterator[dict[str, Any]]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise CandidateFileError(f"{path}: Parquet needs pyarrow: pip install 'omni-arc[export]'") from None
    try:
        with pq.ParquetFile(path) as table:
            names = set(table.schema_arrow.names)
            if "task_id" not in names or not names & {*_TEXTS, "grid"}:
                raise CandidateFileError(
                    f'{path}: needs the columns "task_id" and one of "code", "source" and "answer" '
                    f"(it has {', '.join(sorted(names)[:8])})"
                )
            for batch in table.iter_batches(_ROWS, columns=[name for name in _KEYS if name in names]):
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise CandidateFileError(f"{path}: not a readable Parquet file: {error}") from None


def read_records(name: str, lines: Iterable[bytes | str]) -> Iterator[Record]:
    """The records of a file's lines, one at a time; CandidateFileError names the first that is not one."""
    for number, line in enumerate(bounded(lines), 1):
        if line.strip():
            try:
                yield parse_record(line, number)
            except CandidateFileError as error:
                raise CandidateFileError(f"{name}: line {number}: {error}") from None


def bounded(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, of a file none further than one byte beyond what `parse_record` takes."""
    readline = getattr(lines, "readline", None)
    if readline is None:
        yield from lines
        return
    while line := readline(_LINE_BYTES + 1):
        yield line


def parse_record(line: bytes | str, number: int) -> Record:
    """One line's record; CandidateFileError says what is wrong with it."""
    if len(line) > _LINE_BYTES:
        raise CandidateFileError(f"longer than {_LINE_BYTES >> 20} MiB")
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        raise CandidateFileError("not a JSON object") from None
    if not isinstance(values, dict) or not isinstance(values.get("task_id"), str):
        raise CandidateFileError('needs "task_id", a string')
    if "grid" not in values and not any(isinstance(values.get(name), str) for name in _TEXTS):
        raise CandidateFileError('needs "source", "code" or "answer", a string, or "grid"')
    label = values.get("id", number)
    if isinstance(label, bool) or not isinstance(label, (str, int)):
        raise CandidateFileError('"id" is neither a string nor a whole number')
    return Record(number, label, values["task_id"], values)


def proposals(
    record: Record,
    task: Task,
    sampler: str,
    sample: int,
    *,
    entry_point: str | None = None,
    grid_type: GridType | None = None,
) -> list[Candidate] | list[GridPrediction]:
    """What a record proposes for `task`: a direct grid, or a candidate for each reading of its program.

    `entry_point` is for records that name none, `grid_type` goes over what they say.
    """
    values = record.values
    common: dict[str, Any] = {
        "augmentation": _augmentation(values.get("augmentation"), task),
        "log_probability": _number(values, "log_probability", float),
        "tokens": _number(values, "tokens", int),
        "prompt_tokens": _number(values, "prompt_tokens", int),
        "seconds": _number(values, "seconds", float),
        "prompt": _text(values, "prompt"),
        "answer": _text(values, "answer"),
    }
    if "grid" in values:
        grid = None if values["grid"] is None else as_grid(values["grid"])
        index = _number(values, "test_index", int) or 0
        if not 0 <= index < len(task.test):
            raise CandidateFileError(f"task {task.id} has {len(task.test)} test inputs, not number {index}")
        confidence = _number(values, "confidence", float)
        return [GridPrediction(task.id, sampler, sample, index, grid, confidence=confidence, **common)]
    common["description_length"] = _number(values, "description_length", float)
    common["grid_type"] = grid_type or _grid_type(values.get("grid_type"))
    named = _text(values, "entry_point") or entry_point
    return [
        Candidate(task.id, sampler, sample, one.source, entry_point=one.entry_point, reading=number, **common)
        for number, one in enumerate(_readings(values, named))
    ]


def _readings(values: Mapping[str, Any], entry_point: str | None) -> tuple[Reading, ...]:
    """The programs of a record, of its source or its answer; an empty one if there is none."""
    source = _text(values, "source") or _text(values, "code") or ""
    answer = _text(values, "answer")
    if not source.strip() and answer:
        try:
            return read_programs(
                answer, complete=values.get("complete") is not False, entry_point=entry_point
            )
        except AnswerError:
            pass
    return (Reading(source, entry_point),) if entry_point else read_source(source)


def _augmentation(value: Any, task: Task) -> Augmentation:
    if value is None:
        return IDENTITY
    if isinstance(value, str):
        try:
            view = augmentation_from_text(value)
        except (ValueError, GridError):
            raise CandidateFileError('"augmentation" as a string is "symmetry/colours/order"') from None
    else:
        view = _augmentation_of(value)
    if view.order and len(view.order) != len(task.train):
        raise CandidateFileError(
            f"task {task.id} has {len(task.train)} training pairs, order has {len(view.order)}"
        )
    return view


def _augmentation_of(value: Any) -> Augmentation:
    if not isinstance(value, dict) or set(value) - {"symmetry", "colours", "order"}:
        raise CandidateFileError('"augmentation" holds "symmetry", "colours" and "order"')
    symmetry, parts = value.get("symmetry", 0), []
    for name, default in (("colours", IDENTITY.colours), ("order", ())):
        part = value.get(name, default)
        if not isinstance(part, (list, tuple)) or any(type(entry) is not int for entry in part):
            raise CandidateFileError(f'"{name}" is a list of integers')
        parts.append(tuple(part))
    if type(symmetry) is not int:
        raise CandidateFileError('"symmetry" is an integer, 0 to 7')
    return Augmentation(symmetry, *parts)


def _number(values: Mapping[str, Any], name: str, kind: type[int] | type[float]) -> Any:
    value = values.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, kind)) or not abs(value) < _TOO_LARGE:
        raise CandidateFileError(f'"{name}" is not {"an integer" if kind is int else "a number"}')
    return kind(value)


def _text(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise CandidateFileError(f'"{name}" is not a string')
    return value


def _grid_type(value: Any) -> GridType | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in set(GridType):
        raise CandidateFileError(f'"grid_type" is one of {", ".join(GridType)}')
    return GridType(value)
