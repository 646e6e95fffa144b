"""The programs: each one solves its tasks in the sandbox, is short, and is a program of its own."""

from __future__ import annotations

import ast
import builtins
import inspect
import statistics

import pytest

import omniarc
from arc import Grid, load_dataset, same_grid
from programs.catalogue import ProgramError, ReferenceProgram, check, programs, solves
from sandbox import Job, Sandbox, Status

KNOWN = programs()
DATASET = load_dataset("arc-agi-1/development")
DISTINCT = {id(program): program for program in KNOWN.values()}.values()


def test_all_are_development_tasks() -> None:
    assert set(KNOWN) <= set(DATASET.ids)
    assert len(KNOWN) >= 290


@pytest.mark.parametrize("task_id", KNOWN)
def test_program_solves_its_task_in_this_process(task_id: str) -> None:
    result = check(DATASET[task_id], KNOWN[task_id].function)
    assert result.solved, f"{result.right} {result.error}"


def test_every_program_solves_its_task_in_the_sandbox() -> None:
    ids = list(KNOWN)
    jobs = [
        Job(
            number,
            KNOWN[task_id].source(),
            tuple(pair.input for pair in DATASET[task_id].train + DATASET[task_id].test),
        )
        for number, task_id in enumerate(ids)
    ]
    failed = {}
    with Sandbox() as sandbox:
        for execution in sandbox.run(jobs):
            task = DATASET[ids[execution.key]]
            answers = [pair.answer for pair in task.train + task.test]
            right = [same_grid(*both) for both in zip(execution.outputs, answers, strict=True)]
            if execution.status is not Status.OK or not all(right):
                failed[task.id] = (execution.status, execution.error, right)
    assert failed == {}


def test_programs_are_short() -> None:
    lengths = {program.name: program.lines() for program in DISTINCT}
    assert {name: lines for name, lines in lengths.items() if lines > 18} == {}
    assert statistics.median(lengths.values()) <= 5


@pytest.mark.parametrize("program", DISTINCT, ids=lambda program: program.name)
def test_program_stands_alone(program: ReferenceProgram) -> None:
    tree = ast.parse(program.source())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assigned = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    assigned |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    arguments = {argument.arg for argument in ast.walk(tree) if isinstance(argument, ast.arg)}
    known = set(omniarc.vocabulary()) | set(dir(builtins)) | {"np"}
    assert names - assigned - arguments - known == set()
    function = tree.body[-1]
    assert isinstance(function, ast.FunctionDef) and ast.get_docstring(function)
    assert next(iter(inspect.signature(program.function).parameters)) == "grid"


def test_a_task_has_one_program() -> None:
    task_id = next(iter(KNOWN))
    with pytest.raises(ProgramError, match="already"):
        solves(task_id)(lambda grid: grid)


def test_a_program_that_changes_its_input_fails() -> None:
    task = DATASET["25ff71a9"]

    def changes(grid: Grid) -> Grid:
        grid[:] = omniarc.shift(grid, 1, 0)
        return grid

    assert not check(task, changes).solved
    assert check(task, KNOWN["25ff71a9"].function).solved
