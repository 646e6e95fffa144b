"""Marks: what a program left behind in the modules that the next program in the process would see."""

from __future__ import annotations

import operator
import resource
import types
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

_HEAP_TYPE = 1 << 9


class Marks:
    """Remembers the state of modules and tells whether it changed.

    `watched` and the classes in them are compared by their members; `owned` (the language and the libraries)
    also by the contents of every container in reach of them, and their caches are emptied.
    """

    def __init__(self, watched: Iterable[types.ModuleType], owned: Iterable[types.ModuleType]) -> None:
        self._spaces = [vars(module) for module in watched]
        kinds = {
            id(kind): kind for space in self._spaces for kind in space.values() if _is_mutable_class(kind)
        }
        self._spaces += [vars(kind) for kind in kinds.values()]
        self._spaces += [vars(value) for space in self._spaces for value in space.values() if _is_ours(value)]
        self._members = [list(space.values()) for space in self._spaces]
        state = _State()
        for module in owned:
            state.explore(module)
        self._containers = [(value, _contents(value)) for value in state.containers]
        self._caches = state.caches
        self._errors = np.geterr()
        self._error_call = np.geterrcall()
        self._print_options = np.get_printoptions()
        self._memory_limit = 1 << 62

    def start(self, memory_bytes: int) -> None:
        """Note the process's memory; growth beyond `memory_bytes` counts as a mark."""
        self._memory_limit = _peak_memory() + memory_bytes

    def restore_settings(self) -> None:
        """Give numpy the settings for errors and printing that it had."""
        np.seterr(**self._errors)
        np.set_printoptions(**self._print_options)

    def found(self, *, thorough: bool) -> bool:
        """True if the state differs from the remembered one; module members are compared if `thorough`."""
        for cache in self._caches:
            cache.cache_clear()
        if _peak_memory() > self._memory_limit or np.geterr() != self._errors:
            return True
        if np.geterrcall() is not self._error_call:
            return True
        if any(not _same(value, before) for value, before in self._containers):
            return True
        return thorough and any(
            not _same_items(space.values(), members)
            for space, members in zip(self._spaces, self._members, strict=True)
        )


class _State:
    """What can change in reach of a module: its containers, its caches, and whether there is more than these.

    Followed are members, items, attributes, default arguments and closures, within the module's own code and
    data; `hidden` is True if something was met whose state can't be compared (a generator, a random stream).
    """

    def __init__(self) -> None:
        self.containers: list[Any] = []
        self.caches: list[Any] = []
        self.hidden = False
        self._seen: set[int] = set()
        self._waiting: list[Any] = []
        self._home = ""

    def explore(self, module: types.ModuleType) -> None:
        self._home = module.__name__
        self._waiting = [value for name, value in vars(module).items() if not name.startswith("__")]
        while self._waiting:
            value = self._waiting.pop()
            if id(value) not in self._seen:
                self._seen.add(id(value))
                self._meet(value)

    def _meet(self, value: Any) -> None:
        if isinstance(value, (*_PLAIN, types.ModuleType)):
            return
        if isinstance(value, _CONTAINERS):
            self.containers.append(value)
            self._follow(value)
        elif isinstance(value, (tuple, frozenset)):
            self._waiting.extend(value)
        elif isinstance(value, (staticmethod, classmethod)):
            self._waiting.append(value.__func__)
        elif isinstance(value, property):
            self._waiting.extend(part for part in (value.fget, value.fset, value.fdel) if part)
        elif hasattr(value, "cache_clear"):
            self.caches.append(value)
            self._waiting.append(value.__wrapped__)
        elif isinstance(value, types.FunctionType):
            self._meet_function(value)
        elif isinstance(value, type):
            if value.__module__ == self._home:
                self._waiting.extend(vars(value).values())
        elif hasattr(value, "__dict__"):
            self.containers.append(vars(value))
            self._waiting.extend(vars(value).values())
        elif type(value).__module__ not in ("builtins", "typing", "functools", "operator", "re", "numpy"):
            self.hidden = True

    def _follow(self, value: Any) -> None:
        if isinstance(value, Mapping):
            self._waiting.extend(value.keys())
            self._waiting.extend(value.values())
        elif isinstance(value, np.ndarray):
            self._waiting.extend(value.ravel().tolist() if value.dtype == object else ())
        elif not isinstance(value, bytearray):
            self._waiting.extend(value)

    def _meet_function(self, value: types.FunctionType) -> None:
        if value.__module__ != self._home:
            return
        if vars(value):
            self.containers.append(vars(value))
        self._waiting.extend(value.__defaults__ or ())
        self._waiting.extend((value.__kwdefaults__ or {}).values())
        for cell in value.__closure__ or ():
            self._waiting.append(cell.cell_contents)


_PLAIN = (
    int,
    float,
    complex,
    str,
    bytes,
    bool,
    type(None),
    range,
    slice,
    np.generic,
    np.dtype,
    type(Ellipsis),
)
_CONTAINERS = (list, dict, set, deque, bytearray, np.ndarray)


def has_hidden_state(module: types.ModuleType) -> bool:
    """True if a library holds state that can't be compared, so that its programs must not share a process."""
    state = _State()
    try:
        state.explore(module)
    except Exception:  # an object of the library's own that does not want to be looked at
        return True
    return state.hidden


def _is_ours(value: Any) -> bool:
    """True for the guards that candidates get as functions: they take attributes."""
    return isinstance(value, types.FunctionType) and value.__module__ == "sandbox.guards"


def _is_mutable_class(value: Any) -> bool:
    return isinstance(value, type) and bool(value.__flags__ & _HEAP_TYPE)


def _same_items(now: Iterable[Any], then: list[Any]) -> bool:
    """True if the items are the same objects in the same order."""
    found = list(now)
    return len(found) == len(then) and all(map(operator.is_, found, then))


def _contents(value: Any) -> Any:
    """A snapshot of a container in the form that `_same` compares with."""
    if isinstance(value, np.ndarray):
        return value.copy(), value.flags.writeable
    if isinstance(value, dict):
        return list(value), list(value.values())
    return value.copy() if isinstance(value, (set, bytearray)) else list(value)


def _same(value: Any, before: Any) -> bool:
    if isinstance(value, np.ndarray):
        then, writeable = before
        same = (value.shape, value.dtype, value.flags.writeable) == (then.shape, then.dtype, writeable)
        if value.dtype == object:
            return same and _same_items(value.ravel().tolist(), then.ravel().tolist())
        return same and value.tobytes() == then.tobytes()
    if isinstance(value, dict):
        keys, values = before
        return _same_items(value.values(), values) and list(value) == keys
    if isinstance(value, (set, bytearray)):
        return bool(value == before)
    return _same_items(value, before)


def _peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
