"""Reading tasks from the files people have, with a report of what was found and what was skipped.

One task file; an object of tasks by id (Kaggle's challenges, with the solutions beside it); a list of tasks;
JSON lines; a folder of any of these, however nested; Kaggle's folder of a competition.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arc.forms import HINTS, Form, form_of
from arc.grid import ARC_SIDE, ArcError
from arc.task import Task, TaskError, task_from_json
from arc.text import visible

_ID_KEYS = ("id", "task_id", "name")
_SUFFIXES = (".json", ".jsonl")
_IGNORED_FOLDERS = ("__MACOSX", "node_modules")
_TAKEN = "another task has this id already"


class DatasetError(ArcError):
    """A data set that is unknown, unreadable or malformed; the message names the file and the fault."""


@dataclass(frozen=True)
class Skipped:
    """A file, or a task in a file, that was skipped: where it is, and why."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True)
class LoadReport:
    """What loading a data set found.

    `files` were read for tasks or solutions. `beside` are recognised files that hold no tasks to
    load (sample submissions, the other files of a Kaggle folder). `skipped` are faulty or stray files and
    tasks. `warnings` are about tasks that were kept.
    """

    files: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()

    def lines(self, most: int = 3) -> tuple[str, ...]:
        """The report for people: the count of what was skipped, the first `most` of it, and warnings."""
        lines = []
        if self.beside:
            lines.append(f"read {', '.join(self.files)}; left {_count(len(self.beside), 'other file')}")
        if self.skipped:
            lines.append(f"skipped {len(self.skipped)} (--strict refuses them):")
            lines += [f"  {one}" for one in self.skipped[:most]]
            if len(self.skipped) > most:
                lines.append(f"  and {len(self.skipped) - most} more")
        return tuple(visible(line) for line in (*lines, *self.warnings))


def load_path(path: Path) -> tuple[tuple[Task, ...], LoadReport]:
    """The tasks of a file (in its order) or a folder (by id), and the report.

    Raises DatasetError with one line if there is not a single usable task.
    """
    reading = _Reading(path)
    if path.is_char_device() or path.is_block_device():
        raise DatasetError(f"{path}: a device, not a file or a folder of tasks")
    if path.is_dir():
        reading.read_folder()
        tasks = sorted(reading.tasks.values(), key=lambda task: task.id)
    else:
        reading.read_tasks_file(path)
        tasks = list(reading.tasks.values())
    if not tasks:
        raise DatasetError(reading.why_nothing())
    return tuple(tasks), reading.report()


class _Reading:
    """One loading under way."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.tasks: dict[str, Task] = {}
        self._files: list[str] = []
        self._beside: list[str] = []
        self._skipped: list[Skipped] = []

    def report(self) -> LoadReport:
        large = [task for task in self.tasks.values() if task.largest_side > ARC_SIDE]
        warnings = []
        if large:
            largest = max(task.largest_side for task in large)
            warnings.append(
                f"{_count(len(large), 'task')} with grids of more than {ARC_SIDE} rows or columns (first: "
                f"{large[0].id}; up to {largest}): Kaggle takes no such answer"
            )
        return LoadReport(tuple(self._files), tuple(self._beside), tuple(self._skipped), tuple(warnings))

    def why_nothing(self) -> str:
        """Why no task was found, in one line."""
        if self._skipped:
            first, more = self._skipped[0], len(self._skipped) - 1
            return str(first) + (f" (and {more} more that hold no usable task)" if more else "")
        if self._beside:
            line = self._beside[0]
            return line if line.startswith(f"{self._root}: ") else f"{self._root}: no tasks here; {line}"
        return f"{self._root}: no task files (*.json, *.jsonl) in this folder"

    def read_folder(self) -> None:
        files = list(self._files_below())
        challenges = [file for file in files if "challenges" in file.name]
        if challenges:
            self._read_kaggle_folder(challenges, files)
            return
        for file in files:
            self.read_tasks_file(file)

    def _files_below(self) -> Iterator[Path]:
        for folder, names, files in os.walk(self._root):
            names[:] = sorted(n for n in names if not n.startswith(".") and n not in _IGNORED_FOLDERS)
            for name in sorted(files):
                file = Path(folder, name)
                if file.suffix.lower() not in _SUFFIXES:
                    continue
                if name.startswith("."):
                    self._skip(file, "a hidden file")
                elif file.exists() and not file.is_file():
                    self._skip(file, "no regular file")
                else:
                    yield file

    def _read_kaggle_folder(self, challenges: list[Path], files: list[Path]) -> None:
        """A competition's folder: its test file, or its only challenges."""
        tests = [file for file in challenges if "test" in file.name]
        chosen = tests or challenges
        if len(chosen) > 1:
            names = ", ".join(str(file.relative_to(self._root)) for file in chosen)
            raise DatasetError(f"{self._root}: several challenges files ({names}); name one of them")
        self.read_tasks_file(chosen[0])
        read = {str(chosen[0]), *self._files}
        self._beside += [f"{file}: another file of the folder" for file in files if str(file) not in read]

    def read_tasks_file(self, file: Path) -> None:
        """Take the tasks of one file; anything else becomes a line of the report."""
        try:
            text = _text(file)
            records = _lines(text) if file.suffix.lower() == ".jsonl" else _values(text)
        except (DatasetError, ValueError) as error:
            self._skip(file, str(error).removeprefix(f"{file}: "))
            return
        form = form_of(list(records.values()) if isinstance(records, _Lines) else records)
        if form not in (Form.TASK, Form.TASKS, Form.TASK_LIST):
            self._leave(file, form)
            return
        self._files.append(str(file))
        if isinstance(records, _Lines):
            for number, reason in records.broken:
                self._skip(file, reason, f"line {number}")
            for number, record in records.items():
                self._add(_id_of(record, f"{file.stem}-{number}"), record, file)
        elif form is Form.TASK:
            self._add(file.stem, records, file)
        elif form is Form.TASKS:
            for task_id in records.doubled if isinstance(records, _Doubled) else ():
                self._skip(file, _TAKEN, f"task {task_id}")
            solutions = self._solutions_beside(file)
            for task_id, record in records.items():
                self._add(task_id, record, file, solutions)
        else:
            for number, record in enumerate(records):
                self._add(_id_of(record, f"{file.stem}-{number}"), record, file)

    def _leave(self, file: Path, form: Form) -> None:
        what = "no tasks" if form is Form.OTHER else f"{form}, no tasks"
        line = f"holds {what}; {HINTS[form]}"
        if form in (Form.PAIRS, Form.OTHER):
            self._skip(file, line)
        else:
            self._beside.append(f"{file}: {line}")

    def _solutions_beside(self, file: Path) -> dict[str, Any]:
        beside = file.with_name(file.name.replace("challenges", "solutions"))
        if beside == file or not beside.is_file():
            return {}
        try:
            solutions = load_solutions(beside)
        except DatasetError as error:
            self._skip(beside, str(error).removeprefix(f"{beside}: "))
            return {}
        self._files.append(str(beside))
        return solutions

    def _add(self, task_id: str, record: Any, file: Path, solutions: Mapping[str, Any] | None = None) -> None:
        try:
            task_id.encode()
        except UnicodeEncodeError:
            self._skip(file, "its id is not valid Unicode", f"task {task_id}")
            return
        if task_id in self.tasks:
            self._skip(file, _TAKEN, f"task {task_id}")
            return
        try:
            task = task_from_json(task_id, record)
        except TaskError as error:
            self._skip(file, str(error))
            return
        self.tasks[task_id] = self._with_outputs(task, file, (solutions or {}).get(task_id))

    def _with_outputs(self, task: Task, file: Path, solutions: Any) -> Task:
        if solutions is None:
            return task
        try:
            return task.with_outputs(solutions)
        except TaskError as error:
            self._skip(file, f"{error}; its test outputs count as unknown")
            return task

    def _skip(self, file: Path, reason: str, part: str = "") -> None:
        self._skipped.append(Skipped(f"{file}, {part}" if part else str(file), reason))


class _Lines(dict[int, Any]):
    """The values of JSON lines by line number; `broken` lines are (number, reason)."""

    def __init__(self) -> None:
        super().__init__()
        self.broken: list[tuple[int, str]] = []


class _Doubled(dict[str, Any]):
    """An object with duplicate keys: the first value of each, and the names of the duplicates."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__()
        self.doubled: list[str] = []
        for name, value in pairs:
            if name in self:
                self.doubled.append(name)
            self.setdefault(name, value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    return values if len(values) == len(pairs) else _Doubled(pairs)


def _id_of(record: Any, otherwise: str) -> str:
    if isinstance(record, Mapping):
        for key in _ID_KEYS:
            if isinstance(record.get(key), (str, int)):
                return str(record[key])
    return otherwise


def load_solutions(path: str | Path) -> dict[str, Any]:
    """Read a Kaggle solutions file: task id to the list of test output grids, still unchecked."""
    record = read_json(path)
    form = form_of(record)
    if form is not Form.SOLUTIONS:
        raise DatasetError(f"{path}: holds {form}, no solutions (an object of lists of grids by task id)")
    solutions: dict[str, Any] = record
    return solutions


def read_json(path: str | Path) -> Any:
    """Parse a JSON file; raises DatasetError with one line for an unreadable or broken one."""
    text = _text(path)
    try:
        return _parse(text)
    except ValueError as error:
        raise DatasetError(f"{path}: {error}") from None


def _text(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DatasetError(f"{path}: {_unreadable(Path(path), error)}") from None
    except UnicodeDecodeError:
        raise DatasetError(f"{path}: not a UTF-8 text file") from None


def _unreadable(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        return f"a link to {os.readlink(path)}, which is not there"
    return error.strerror or str(error)


def _values(text: str) -> Any:
    """The value of JSON text, or the values of its lines (JSON lines); ValueError for neither."""
    try:
        return _parse(text)
    except ValueError as error:
        lines = _lines(text)
        if len(lines) < 2 or lines.broken:
            raise error from None
        return lines


def _lines(text: str) -> _Lines:
    lines = _Lines()
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                lines[number] = _parse(line)
            except ValueError as error:
                lines.broken.append((number, str(error)))
    return lines


def _parse(text: str) -> Any:
    """The value of JSON text; ValueError with a readable message if it is broken."""
    try:
        try:
            return json.loads(text, object_pairs_hook=_object)
        except json.JSONDecodeError as error:
            place = f"line {error.lineno} column {error.colno}"
            raise ValueError(f"broken JSON at {place}: {error.msg}") from None
        except ValueError:  # a number of thousands of digits is no cell, but the other tasks may be fine
            return json.loads(text, object_pairs_hook=_object, parse_int=_integer)
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 1000 else float("inf")


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'s' * (number != 1)}"
