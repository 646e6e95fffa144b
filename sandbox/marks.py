"""Marks: what a program left behind in the modules that the next program in the process would see."""

from __future__ import annotations

import resource
import types
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

_HEAP_TYPE = 1 << 9


class Marks:
    """Remembers the state of modules and tells whether it changed.

    `watched` and the classes in them are compared by the identity of their members; `owned` (the language and
    the libraries) also by the contents of their module-level lists, dicts, sets and arrays, and their caches
    are emptied.
    """

    def __init__(self, watched: Iterable[types.ModuleType], owned: Iterable[types.ModuleType]) -> None:
        self._spaces = [vars(module) for module in watched]
        kinds = {
            id(kind): kind for space in self._spaces for kind in space.values() if _is_mutable_class(kind)
        }
        self._spaces += [vars(kind) for kind in kinds.values()]
        self._members = [_identities(space) for space in self._spaces]
        self._containers: list[tuple[Any, Any]] = []
        self._caches: list[Any] = []
        for module in owned:
            for name, value in vars(module).items():
                if name.startswith("__"):
                    continue
                if isinstance(value, (list, dict, set, np.ndarray)):
                    self._containers.append((value, _contents(value)))
                if hasattr(value, "cache_clear"):
                    self._caches.append(value)
        self._errors = np.geterr()
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
        if any(not _same(value, before) for value, before in self._containers):
            return True
        return thorough and any(
            _identities(space) != members for space, members in zip(self._spaces, self._members, strict=True)
        )


def _is_mutable_class(value: Any) -> bool:
    return isinstance(value, type) and bool(value.__flags__ & _HEAP_TYPE)


def _identities(space: Mapping[str, Any]) -> list[int]:
    return list(map(id, space.values()))


def _contents(value: Any) -> Any:
    return value.copy()


def _same(value: Any, before: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.shape == before.shape and value.tobytes() == before.tobytes()
    if len(value) != len(before):
        return False
    if isinstance(value, dict):
        return _identities(value) == _identities(before) and list(value) == list(before)
    if isinstance(value, set):
        return bool(value == before)
    return all(now is then for now, then in zip(value, before, strict=True))


def _peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
