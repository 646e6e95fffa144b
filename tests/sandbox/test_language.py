"""The language layer: names, stand-ins, clocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from arc import as_grid
from sandbox import Execution, Job, Sandbox, Status
from sandbox.preload import PROFILES

GRID = as_grid([[1, 2], [3, 4]])
UNUSED = """
import os, sys, types, struct, traceback, inspect, datetime, hashlib, zlib, logging, io
import cv2, socket, ctypes, gc
import os.path, importlib.util, xml.etree.ElementTree as tree, numpy.testing, scipy.misc
import matplotlib.pyplot as plt, networkx as nx, sympy, pandas as pd, torch, torch.nn as nn
from pprint import pprint
from PIL import Image
from os import path, environ as env
from matplotlib import colors, pyplot
from numpy import load, save
from somewhere import *
__version__ = "1.0"
__author__ = "someone"
__all__ = ["transform"]
def show(grid: torch.Tensor, frame: "pd.DataFrame" = None, image: Image.Image | None = None) -> nn.Module:
    plt.imshow(grid)
def transform(g): return g
"""


def run(sandbox: Sandbox, source: str, inputs: int = 1) -> Execution:
    (execution,) = sandbox.run([Job(0, source, (GRID,) * inputs)])
    return execution


def test_common_functions_of_numpy_need_no_larger_process() -> None:
    """Some import a part of numpy when they are called, which would cost a second run."""
    calls = (
        "unique(g, return_counts=True) pad(g,1) isin(g,[1]) median(g) histogram(g) einsum('ij->j',g) "
        "array2string(g) linalg.matrix_rank(g) unique(g,axis=0)"
    )
    lines = "".join(f"    np.{call}\n" for call in calls.replace(", ", ",").split())
    source = f"import numpy as np\ndef transform(g):\n{lines}    return g"
    with Sandbox() as sandbox:
        execution = run(sandbox, source)
        assert execution.status is Status.OK, execution.error
        assert list(sandbox._zygotes) == [PROFILES[0]]


def test_imports_that_are_not_used_lose_nothing(sandbox: Sandbox) -> None:
    execution = run(sandbox, UNUSED)
    assert execution.status is Status.OK, execution.error


def test_programs_with_modules_that_are_not_here(
    sandbox: Sandbox, programs: Callable[[str], list[Any]]
) -> None:
    for program in programs("absent"):
        execution = run(sandbox, program.source)
        assert execution.status is Status.OK, f"{program.name}: {execution.error}"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import os\ndef transform(g): return os.listdir('.')", ("os.listdir()", "'os'", "line 2")),
        ("import os\ndef transform(g): return [x for x in os.environb]", ("iterating over os.environb",)),
        ("import cv2\ndef transform(g): return cv2.resize(g, (1, 1))", ("cv2.resize()", "'cv2'")),
        (
            "import torch\nclass A(torch.nn.Module): pass\ndef transform(g): return A()",
            ("an instance of torch.nn.Module", "'torch'"),
        ),
        (
            "from PIL import Image\ndef transform(g): return Image.fromarray(g)",
            ("PIL.Image.fromarray()", "'PIL'"),
        ),
        ("import sys\ndef transform(g): return sys._current_frames()", ("sys._current_frames()", "'sys'")),
        ("import gc\ndef transform(g): return gc.get_objects()", ("gc.get_objects()", "'gc'")),
        ("import pandas as pd\ndef transform(g):\n    with pd.x: pass", ("with pandas.x",)),
    ],
)
def test_using_a_stand_in_names_it(sandbox: Sandbox, source: str, words: tuple[str, ...]) -> None:
    execution = run(sandbox, source)
    assert execution.status is Status.REJECTED
    assert all(word in execution.error for word in words), execution.error


def test_names_that_a_star_import_did_not_bring(sandbox: Sandbox) -> None:
    execution = run(sandbox, "from dsl import *\ndef transform(g): return rot90(g)")
    assert execution.status is Status.ERROR
    assert "'rot90'" in execution.error and "'dsl'" in execution.error


@pytest.mark.parametrize("module", ["cv2", "socket", "torch.nn"])
@pytest.mark.parametrize(
    "caught", ["ImportError", "ModuleNotFoundError", "Exception", "(ValueError, ImportError)", ""]
)
def test_a_program_that_is_ready_for_a_missing_module_finds_it_missing(
    sandbox: Sandbox, module: str, caught: str
) -> None:
    source = f"try:\n    import {module}\n    found = 1\nexcept {caught}:\n    found = 2\n".replace(
        "except :", "except:"
    )
    if caught == "ModuleNotFoundError":
        source = source.replace("ModuleNotFoundError", "(ModuleNotFoundError, ImportError)")
    execution = run(sandbox, f"{source}def transform(g): return [[found]]")
    assert execution.outputs[0] is not None and execution.outputs[0].tolist() == [[2]], execution.error


def test_globals_locals_and_vars_are_plain(sandbox: Sandbox) -> None:
    source = (
        "size = 3\nglobals()['more'] = 4\ndef transform(g):\n    x = 1\n"
        "    return [[globals()['size'], more, locals()['x'], len(vars())]]"
    )
    execution = run(sandbox, source)
    assert execution.outputs[0] is not None and execution.outputs[0].tolist() == [[3, 4, 1, 2]]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def transform(g):\n    return g.__globals__", 2),
        ("x = [\n  1,\n  (lambda: 0).__closure__]", 3),
        ("try: pass\nexcept E as e:\n    e.__traceback__.tb_frame", 3),
        ("class A:\n    def f(self): return self.f.__self__", 2),
        ("from x import __loader__", 1),
        ("def f(__builtins__): pass", 1),
        ("\nmatch g:\n    case A(gi_frame=x): pass", 3),
        ("f(__spec__=1)", 1),
        ("async def f():\n    return [y.cr_frame async for y in z]", 2),
    ],
)
def test_names_that_lead_inside_are_refused_with_their_line(sandbox: Sandbox, source: str, line: int) -> None:
    execution = run(sandbox, f"{source}\n")
    assert execution.status is Status.REJECTED
    assert execution.error.startswith(f"PolicyError: Line {line}: the name "), execution.error


def test_variables_may_have_the_names_of_such_attributes(sandbox: Sandbox) -> None:
    assert run(sandbox, "f_back = 1\ndef transform(g, tb_next=2): return g + 0 * f_back").status is Status.OK


WAITING = """
import asyncio, queue, threading, time
from concurrent.futures import ThreadPoolExecutor, as_completed
async def producer(shelf):
    for value in range(3):
        await asyncio.sleep(3600)
        await shelf.put(value)
async def main():
    shelf, began = asyncio.Queue(), time.time()
    task = asyncio.create_task(producer(shelf))
    found = [await shelf.get() for _ in range(3)]
    await task
    try:
        await asyncio.wait_for(shelf.get(), 10)
    except asyncio.TimeoutError:
        found.append(int(time.time() - began) // 3600)
    return found
def transform(g):
    done, lines = [], queue.Queue()
    threads = [threading.Thread(target=lambda k=k: lines.put(k)) for k in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    with ThreadPoolExecutor(4) as pool:
        done = sorted(f.result() for f in as_completed([pool.submit(pow, n, 2) for n in range(3)]))
    return [asyncio.run(main()), [lines.get(), lines.get(), *done[1:]]]
"""


def test_tasks_and_threads_take_turns(sandbox: Sandbox) -> None:
    execution = run(sandbox, WAITING)
    assert execution.outputs[0] is not None, execution.error
    assert execution.outputs[0].tolist() == [[0, 1, 2, 3], [0, 1, 1, 4]]


CLOCKS = """
import time, datetime
def transform(g):
    began, turns = time.time(), 0
    while time.time() - began < 0.2:
        turns += 1
    time.sleep(3)
    slept = time.time() - began
    now = datetime.datetime.now()
    return [[turns % 10, turns // 10 % 10, turns // 100, int(slept), now.year % 10]]
"""


def test_clocks_advance_and_repeat(sandbox: Sandbox) -> None:
    first, second = run(sandbox, CLOCKS), run(sandbox, CLOCKS)
    assert first.outputs[0] is not None and second.outputs[0] is not None, first.error
    assert first.outputs[0].tolist() == second.outputs[0].tolist() == [[9, 9, 1, 3, 3]]


@pytest.mark.parametrize("clock", ["time", "perf_counter", "monotonic", "process_time", "thread_time"])
def test_a_loop_of_heavy_turns_ends_by_its_own_clock(sandbox: Sandbox, clock: str) -> None:
    source = (
        f"from time import {clock} as now\ndef transform(g):\n    end = now() + 0.3\n"
        "    while now() < end:\n        sum(range(1000000))\n    return g"
    )
    assert run(sandbox, source).status is Status.OK
