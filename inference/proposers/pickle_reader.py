"""The child that reads a pickle: standard input to JSON lines on standard output, and nothing else.

It is started by `pickle_pool.py`. Before it unpickles anything it gives up files, network, other processes
and most system calls (the sandbox's kernel layer). Its unpickler makes plain containers, numbers and arrays
of numpy only: a pickle that names anything else is refused before that is called.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import pickle
import re
import resource
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from sandbox import kernel

_MEMORY = 4 << 30
_CPU_SECONDS = 300
_ALLOWED = frozenset(
    {
        *(
            (module, name)
            for module in ("numpy.core.multiarray", "numpy._core.multiarray")
            for name in ("_reconstruct", "scalar")
        ),
        *((module, "_frombuffer") for module in ("numpy.core.numeric", "numpy._core.numeric")),
        *(("numpy", name) for name in ("ndarray", "dtype", *(f"int{n}" for n in (8, 16, 32, 64)))),
        *(("numpy", name) for name in ("uint8", "float16", "float32", "float64", "bool_")),
        *(("collections", name) for name in ("OrderedDict", "defaultdict", "deque")),
        *(
            ("builtins", name)
            for name in ("list", "dict", "set", "frozenset", "tuple", "int", "float", "str")
        ),
        ("_codecs", "encode"),  # how old protocols write bytes
    }
)
_GRIDS = ("grid", "output", "solution", "prediction", "answer")
_SCORES = ("log_probability", "logprob", "log_prob", "score", "beam_score", "loss", "nll")
_KEY = re.compile(r"(.+?)[_-](\d{1,2})$")


class Refused(Exception):
    """What can't be read; the message is one line."""


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise Refused(f"it holds {module}.{name}, which is no grid, number or plain container")
        return super().find_class(module, name)

    def persistent_load(self, pid: Any) -> Any:
        raise Refused("it refers to objects outside of it")


def read_pickle(data: bytes) -> Any:
    """The object in a pickle of plain containers, numbers and arrays; Refused for any other."""
    try:
        return _Unpickler(io.BytesIO(data)).load()
    except Refused:
        raise
    except MemoryError:
        raise Refused("it takes too much memory") from None
    except Exception as error:  # a broken pickle may raise anything
        raise Refused(f"it can't be read: {type(error).__name__}: {error}") from None


def records(pool: Any) -> Iterator[dict[str, Any]]:
    """The grids of a pool, {task id: {test index: entries}} or {"task id_index": entries}, in its order.

    An entry is a grid, (grid, score), or a mapping with a grid and perhaps a score.
    """
    if not isinstance(pool, Mapping):
        raise Refused(f"it holds a {type(pool).__name__}, no mapping from task ids to grids")
    for key, found in pool.items():
        if not isinstance(key, str):
            raise Refused(f"it has a key of type {type(key).__name__}, no task id")
        if isinstance(found, Mapping) and not _is_entry(found):
            for index, entries in found.items():
                yield from _entries(key, _index(key, index), entries)
        else:
            named = _KEY.match(key)
            yield from _entries(named[1], int(named[2]), found) if named else _entries(key, 0, found)


def _whole(grid: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Whole numbers that came as floating ones, made whole."""
    if grid.dtype.kind == "f" and np.isfinite(grid).all() and (grid == np.round(grid)).all():
        return grid.astype(np.int64)
    return grid


def _index(key: str, index: Any) -> int:
    try:
        return int(index)
    except (TypeError, ValueError, OverflowError):
        raise Refused(f"{key}: {str(index)[:40]!r} is no number of a test input") from None


def _entries(task_id: str, index: int, entries: Any) -> Iterator[dict[str, Any]]:
    if _is_entry(entries) or _is_grid(entries):
        entries = [entries]
    if isinstance(entries, Mapping):
        entries = list(entries.values())
    if not isinstance(entries, (Sequence, set, frozenset, np.ndarray)) or isinstance(entries, str):
        raise Refused(f"{task_id}: a {type(entries).__name__} where grids should be")
    for entry in entries:
        grid, score = _parts(task_id, entry)
        record = {"task_id": task_id, "test_index": index, "grid": _whole(np.asarray(grid)).tolist()}
        yield record if score is None else {**record, "log_probability": score}


def _is_entry(value: Any) -> bool:
    return isinstance(value, Mapping) and any(name in value for name in _GRIDS)


def _is_grid(value: Any) -> bool:
    try:
        array = np.asarray(value)
    except ValueError:  # rows of several lengths
        return False
    return bool(array.ndim == 2 and array.dtype.kind in "iufb")


def _parts(task_id: str, entry: Any) -> tuple[Any, float | None]:
    grid, score = entry, None
    if _is_entry(entry):
        grid = next(entry[name] for name in _GRIDS if name in entry)
        score = next((entry[name] for name in _SCORES if name in entry), None)
    elif isinstance(entry, (tuple, list)) and len(entry) == 2 and not _is_grid(entry) and _is_grid(entry[0]):
        grid, score = entry
    if not _is_grid(grid):
        raise Refused(f"{task_id}: an entry without a grid ({type(entry).__name__})")
    number = None if score is None else np.asarray(score)
    if number is None or number.size != 1 or number.dtype.kind not in "iuf":
        return grid, None
    return grid, float(number.reshape(-1)[0])


def _warm_up() -> None:
    """Load what unpickling imports as it goes: once confined, nothing more can be loaded."""
    known = [np.zeros((1, 1), kind) for kind in (np.int8, np.int64, np.float32)]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        list(records(read_pickle(pickle.dumps({"a": [(known[0], np.float64(1)), *known]}, protocol))))
    for module, _ in _ALLOWED:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)


def main() -> int:
    """Read standard input, confined; the exit code is 2 with a line on standard error if it can't be read."""
    warnings.simplefilter("ignore")
    _warm_up()
    data = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    layers = kernel.confine_zygote(_MEMORY)
    if not layers.seccomp:
        print("this kernel can't confine the reader (no seccomp)", file=sys.stderr)
        return 2
    try:
        for record in records(read_pickle(data)):
            sys.stdout.write(json.dumps(record) + "\n")
        sys.stdout.flush()
    except Refused as error:
        print(" ".join(str(error).split())[:300], file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # what libraries do at the end is no longer allowed
