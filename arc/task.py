"""Tasks: training pairs that show a transformation, and test inputs to apply it to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from arc.grid import ARC_SIDE, MAX_SIDE, ArcError, Grid, GridError, as_grid, same_grid, to_rows
from arc.pictures import draw_pairs


class TaskError(ArcError):
    """Something that is not an ARC task; the message says where and why."""


@dataclass(frozen=True, eq=False)
class Pair:
    """An input grid and its output grid, or None if unknown."""

    input: Grid
    output: Grid | None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pair):
            return NotImplemented
        both_unknown = self.output is None and other.output is None
        return same_grid(self.input, other.input) and (both_unknown or same_grid(self.output, other.output))

    __hash__ = None  # type: ignore[assignment]

    @property
    def answer(self) -> Grid:
        """The output grid of a pair that has one; raises TaskError for one that has none."""
        if self.output is None:
            raise TaskError("this pair has no known output")
        return self.output


@dataclass(frozen=True)
class Task:
    """One ARC task.

    `train` pairs always have outputs; `test` pairs have them only where the data set gives the solutions.
    Whatever proposes answers gets `hidden()`, which has none.
    """

    id: str
    train: tuple[Pair, ...]
    test: tuple[Pair, ...]

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def train_inputs(self) -> tuple[Grid, ...]:
        return tuple(pair.input for pair in self.train)

    @cached_property
    def train_outputs(self) -> tuple[Grid, ...]:
        return tuple(pair.answer for pair in self.train)

    @cached_property
    def test_inputs(self) -> tuple[Grid, ...]:
        return tuple(pair.input for pair in self.test)

    @cached_property
    def inputs(self) -> tuple[Grid, ...]:
        """All inputs: the training inputs, then the test inputs."""
        return self.train_inputs + self.test_inputs

    @property
    def solved_outputs(self) -> tuple[Grid, ...] | None:
        """The expected test outputs, or None if any is unknown."""
        outputs = tuple(pair.output for pair in self.test)
        known = tuple(grid for grid in outputs if grid is not None)
        return known if len(known) == len(outputs) else None

    @property
    def largest_side(self) -> int:
        """The largest height or width of its grids."""
        grids = [grid for pair in (*self.train, *self.test) for grid in (pair.input, pair.output)]
        return int(max(side for grid in grids if grid is not None for side in grid.shape))

    @property
    def side_limit(self) -> int:
        """The most rows or columns an answer may have: ARC's 30, or 255 if the task itself goes beyond."""
        return ARC_SIDE if self.largest_side <= ARC_SIDE else MAX_SIDE

    def with_outputs(self, outputs: Any) -> Task:
        """The same task with its test outputs from Kaggle's form: a list of grids, [] or None if unknown.

        Raises TaskError for a list of another length, or one that holds no grids.
        """
        if not isinstance(outputs, list) or len(outputs) != len(self.test):
            raise TaskError(f"task {self.id}: solutions should be a list of {_count(len(self.test), 'grid')}")
        grids = [_output(self.id, f"solution {n}", grid) for n, grid in enumerate(outputs)]
        pairs = zip(self.test, grids, strict=True)
        return replace(self, test=tuple(Pair(pair.input, grid) for pair, grid in pairs))

    def hidden(self) -> Task:
        """The same task without its test outputs."""
        return replace(self, test=tuple(Pair(pair.input, None) for pair in self.test))

    def _repr_svg_(self) -> str:
        """How Jupyter shows the task: each input above its output, training pairs first."""
        pairs = [(f"train {n}", pair.input, pair.output) for n, pair in enumerate(self.train)]
        pairs += [(f"test {n}", pair.input, pair.output) for n, pair in enumerate(self.test)]
        return draw_pairs(pairs).svg()

    def to_json(self) -> dict[str, list[dict[str, Any]]]:
        """The task in the ARC JSON form ({"train": [...], "test": [...]})."""
        return {"train": list(_pairs_to_json(self.train)), "test": list(_pairs_to_json(self.test))}


def _pairs_to_json(pairs: tuple[Pair, ...]) -> Iterator[dict[str, Any]]:
    for pair in pairs:
        record = {"input": to_rows(pair.input)}
        if pair.output is not None:
            record["output"] = to_rows(pair.output)
        yield record


def task_from_json(task_id: str, record: Any) -> Task:
    """Build a task from its ARC JSON form; an unknown test output may be absent, null or [].

    Raises TaskError naming the task, the pair and the fault.
    """
    if not isinstance(record, Mapping) or "train" not in record or "test" not in record:
        raise TaskError(f"task {task_id}: a task is an object with 'train' and 'test'")
    for part in ("train", "test"):
        if not isinstance(record[part], list) or not record[part]:
            raise TaskError(f"task {task_id}: '{part}' is not a non-empty list of pairs")
    train = tuple(_pair(task_id, "train", n, pair) for n, pair in enumerate(record["train"]))
    test = tuple(_pair(task_id, "test", n, pair) for n, pair in enumerate(record["test"]))
    for number, pair in enumerate(train):
        if pair.output is None:
            raise TaskError(f"task {task_id}: train pair {number} has no output")
    return Task(task_id, train, test)


def _pair(task_id: str, part: str, number: int, record: Any) -> Pair:
    if not isinstance(record, Mapping) or "input" not in record:
        raise TaskError(f"task {task_id}: {part} pair {number} is not an object with 'input'")
    given = _grid(task_id, f"{part} pair {number} input", record["input"])
    return Pair(given, _output(task_id, f"{part} pair {number} output", record.get("output")))


def _output(task_id: str, place: str, value: Any) -> Grid | None:
    return None if value is None or value == [] else _grid(task_id, place, value)


def _grid(task_id: str, place: str, value: Any) -> Grid:
    try:
        return as_grid(value)
    except GridError as error:
        raise TaskError(f"task {task_id}: {place}: {error}") from None


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'s' * (number != 1)}"
