"""Raw memory behind numpy arrays: no array of objects may lie over bytes, nor bytes over an array of objects.

Either would make Python objects of any address. numpy's own constructor is the one way to such an array that
names can't close (`type(grid)(...)`, `grid.__new__(...)`, a subclass), so it is replaced where it stands: in
the type's slot, with the function that Python itself puts there for a class with a `__new__`.
"""

from __future__ import annotations

import ctypes
import functools
import gc
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from sandbox.classes import class_of
from sandbox.names import PolicyAttributeError, PolicyFileError

# the place of tp_new in PyTypeObject
_TP_NEW = object.__basicsize__ + 37 * ctypes.sizeof(ctypes.c_void_p)
_PARAMETERS = ("shape", "dtype", "buffer", "offset", "strides", "order")
_CONSTRUCTOR = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.py_object, ctypes.py_object)


class _WithNew:
    def __new__(cls) -> _WithNew:
        return super().__new__(cls)


def restrict_numpy() -> None:
    """Have numpy, in this process and for good, make no arrays over raw memory and open no files by name."""
    for name in ("loadtxt", "genfromtxt", "savetxt"):
        setattr(np, name, _without_files(getattr(np, name)))
    _close_raw_memory()


def _without_files(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numpy that reads or writes text, where its first argument names no file."""

    def checked(fname: Any, *values: Any, **named: Any) -> Any:
        if isinstance(fname, (str, bytes, os.PathLike)):
            raise PolicyFileError(f"numpy.{function.__name__}() opens no files here")
        return function(fname, *values, **named)

    return checked


def _close_raw_memory() -> None:
    slot = ctypes.c_void_p.from_address(id(np.ndarray) + _TP_NEW)
    original = _CONSTRUCTOR(slot.value or 0)
    frombuffer = np.frombuffer

    def new(kind: Any, *values: Any, **named: Any) -> Any:
        if len(values) > 2 or "buffer" in named:
            named |= dict(zip(_PARAMETERS, values, strict=False))
            values = ()
            named["dtype"] = np.dtype(named.get("dtype", float))
            if named["buffer"] is not None and named["dtype"].hasobject:
                raise PolicyAttributeError("an array of objects over a buffer is not allowed")
            refuse_objects(named["buffer"])
        return original(kind, values, named)

    def from_buffer(buffer: Any, *values: Any, **named: Any) -> Any:
        refuse_objects(buffer)
        return frombuffer(buffer, *values, **named)

    slot.value = ctypes.c_void_p.from_address(id(_WithNew) + _TP_NEW).value
    write_type(np.ndarray, __new__=staticmethod(new))
    np.frombuffer = from_buffer


def write_type(kind: type, **members: Any) -> None:
    """Replace members of a type that is written in C, for good."""
    gc.get_referents(kind.__dict__)[0].update(members)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


def refuse_objects(value: Any) -> None:
    """Raise PolicyAttributeError if the memory of `value` holds Python objects."""
    try:
        holds = "O" in memoryview(value).format
    except (TypeError, ValueError, BufferError):
        return
    if holds:
        raise PolicyAttributeError("the memory of an array of objects is not to be had")


def is_array(value: Any) -> bool:
    return issubclass(class_of(value), (np.ndarray, np.generic))


def resize(array: Any, *shape: Any, refcheck: bool = True) -> None:
    """`ndarray.resize`, which without its check would leave others the memory that it frees."""
    if not refcheck:
        raise PolicyAttributeError("resize(refcheck=False) is not allowed")
    if _references(array) > _REFERENCES + 1:  # the caller's variable
        raise ValueError("cannot resize an array that is referenced by another object")
    array.resize(*shape, refcheck=False)


def _references(array: Any) -> int:
    return sys.getrefcount(array)


_REFERENCES = functools.partial(lambda array: _references(array), np.zeros(1))()


def guarded_memoryview(value: Any) -> memoryview:
    """`memoryview` of anything but an array of objects."""
    refuse_objects(value)
    return memoryview(value)
