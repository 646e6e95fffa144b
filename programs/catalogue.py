"""The registry of programs: which function solves which task, and its source as a stand-alone program.

No solver uses it: the programs serve tests, training examples and statistics of the language.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from arc import ArcError, Grid, Task, as_grid, same_grid

Solution = Callable[[Grid], Any]


class ProgramError(ArcError):
    """No such program, or a program that is registered wrongly."""


@dataclass(frozen=True)
class ReferenceProgram:
    """A function of one grid, written in the language, that solves one task or several."""

    function: Solution
    task_ids: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.function.__name__

    def source(self) -> str:
        """The program alone: imports and a function `transform`, as the sandbox runs it."""
        tree = ast.parse(textwrap.dedent(inspect.getsource(self.function)))
        function = tree.body[0]
        assert isinstance(function, ast.FunctionDef)
        function.decorator_list = []
        function.name = "transform"
        function.returns = None
        for argument in function.args.args:
            argument.annotation = None
        body = ast.unparse(tree)
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        numpy = "import numpy as np\n" if "np" in names else ""
        return f"{numpy}from omniarc import *\n\n\n{body}\n"

    def lines(self) -> int:
        """Lines of the function's body, its docstring left out."""
        tree = ast.parse(textwrap.dedent(inspect.getsource(self.function)))
        function = tree.body[0]
        assert isinstance(function, ast.FunctionDef)
        first = function.body[1] if ast.get_docstring(function) is not None else function.body[0]
        return (function.end_lineno or first.lineno) - first.lineno + 1


_BY_TASK: dict[str, ReferenceProgram] = {}


def solves(*task_ids: str) -> Callable[[Solution], Solution]:
    """Register the function as the program of these tasks."""

    def register(function: Solution) -> Solution:
        program = ReferenceProgram(function, task_ids)
        for task_id in task_ids:
            if task_id in _BY_TASK:
                raise ProgramError(f"task {task_id} has a program already: {_BY_TASK[task_id].name}")
            _BY_TASK[task_id] = program
        return function

    return register


def programs() -> dict[str, ReferenceProgram]:
    """Every program by task id, sorted; imports all files of programs/solutions."""
    package = import_module("programs.solutions")
    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"programs.solutions.{module.name}")
    return dict(sorted(_BY_TASK.items()))


@dataclass(frozen=True)
class CheckResult:
    """How a program did on one task's pairs, training pairs first; `error` is one line, empty if none."""

    task_id: str
    right: tuple[bool, ...]
    error: str = ""

    @property
    def solved(self) -> bool:
        return not self.error and all(self.right)


def check(task: Task, function: Solution) -> CheckResult:
    """Run a trusted program in this process on all pairs of a task that has its solutions."""
    right: list[bool] = []
    error = ""
    for number, pair in enumerate(task.train + task.test):
        before = pair.input.copy()
        before.flags.writeable = True
        try:
            output = as_grid(function(before))
        except Exception as problem:
            error = error or f"pair {number}: {type(problem).__name__}: {problem}"
            right.append(False)
            continue
        if not same_grid(before.astype(pair.input.dtype), pair.input):
            error = error or f"pair {number}: the program changed its input"
        right.append(same_grid(output, pair.answer))
    return CheckResult(task.id, tuple(right), error)
