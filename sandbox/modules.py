"""Copies of modules that lead out, which candidates get in their place, and the guards within the library."""

from __future__ import annotations

import builtins
import functools
import inspect
import random
import sys
import types
from collections.abc import Callable
from typing import Any

from sandbox.classes import is_own, is_own_function
from sandbox.names import MODULE, PolicyAttributeError, PolicyError, words
from sandbox.quiet import quiet_modules, redirect
from sandbox.standins import Partial, copy_of, module
from sandbox.substitutes import Clock, harmless_modules


def _signature(function: Any) -> inspect.Signature:
    """`inspect.signature` without its option to evaluate text."""
    return inspect.signature(function)


def _signature_of_text(read: Callable[..., Any], kind: Any, subject: Any, text: str, *rest: Any) -> Any:
    """`inspect`'s reader of signatures in docstrings, which looks names up: for what is written in C only."""
    if type(subject) not in _WRITTEN_IN_C:
        raise ValueError("no signature found")
    return read(kind, subject, text, *rest)


_WRITTEN_IN_C = {types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType}


def _annotated(annotation: Any) -> Any:
    """What an annotation says; of a text only a name is looked up."""
    if not isinstance(annotation, str):
        return annotation
    known = {**vars(builtins), **vars(sys.modules[MODULE]), "None": type(None)}.get(annotation)
    if not isinstance(known, type):
        raise PolicyError(f"the annotation {annotation!r} is text, which is not evaluated")
    return known


def _type_hints(subject: Any, *_: Any, **__: Any) -> dict[str, Any]:
    """`typing.get_type_hints` of the program's own functions and classes."""
    if isinstance(subject, type):
        spaces = [vars(base).get("__annotations__", {}) for base in reversed(type.mro(subject))]
    else:
        spaces = [subject.__annotations__]
    return {name: _annotated(hint) for space in spaces for name, hint in space.items()}


def _singledispatch(function: Callable[..., Any]) -> Any:
    """`functools.singledispatch` that takes a class from an annotation, and evaluates no text."""
    dispatcher = _real_singledispatch(function)
    add = dispatcher.register

    def register(kind: Any, func: Any = None) -> Any:
        if func is not None or isinstance(kind, (type, types.UnionType)):
            return add(kind, func) if func is not None else lambda found: add(kind, found)
        return add(_annotated(next(iter(kind.__annotations__.values()))), kind)

    dispatcher.register = register  # type: ignore[method-assign,assignment]
    return dispatcher


def _gzip_compress(data: bytes, compresslevel: int = 9, **_: Any) -> bytes:
    """`gzip.compress` without the time."""
    compressed: bytes = sys.modules["gzip"].compress(data, compresslevel, mtime=0)
    return compressed


def _update_wrapper(wrapper: Any, wrapped: Any, *_: Any, **__: Any) -> Any:
    """`functools.update_wrapper`, which else would hand out what is guarded on `wrapped`."""
    kept = ("__dict__",) if is_own_function(wrapped) else ()
    return _real_update_wrapper(wrapper, wrapped, ("__name__", "__qualname__", "__doc__"), kept)


def _update_own_wrapper(wrapper: Any, wrapped: Any, *_: Any, **__: Any) -> Any:
    """The same as programs call it: on what is their own."""
    if not (is_own_function(wrapper) or is_own(wrapper)):
        raise PolicyAttributeError("update_wrapper() is allowed on the program's own functions only")
    return _update_wrapper(wrapper, wrapped)


def _wraps(wrapped: Any, *_: Any, **__: Any) -> Callable[[Any], Any]:
    """`functools.wraps` in the same way."""
    return functools.partial(_update_own_wrapper, wrapped=wrapped)


def _stands_in(property_: Any, kind: type) -> bool:
    name = property_.attrname
    return type(name) is str and any(vars(base).get(name) is property_ for base in type.mro(kind))


def _cached(self: Any, instance: Any, owner: Any = None) -> Any:
    """`functools.cached_property.__get__`, which reads and writes any name.

    It may on the program's own objects, and where the property stands in the object's class by that name.
    """
    if not (instance is None or is_own(instance) or _stands_in(self, type(instance))):
        raise PolicyAttributeError("a cached property belongs to the program's own classes")
    return _real_cached(self, instance, owner)


_real_update_wrapper, _real_singledispatch = functools.update_wrapper, functools.singledispatch
_real_cached = functools.cached_property.__get__


def guard_functools() -> None:
    """Guard it where it stands: what lies in a base class, or what other modules call, can be reached."""
    vars(functools).update(update_wrapper=_update_wrapper, singledispatch=_singledispatch)
    functools.cached_property.__get__ = _cached  # type: ignore[method-assign]


def _uuid4() -> Any:
    return sys.modules["uuid"].UUID(int=random.getrandbits(128), version=4)


# Modules of which programs get the public functions and classes, less some, where they are loaded ...
_HIDDEN = {
    **dict.fromkeys(words("random enum operator string functools dataclasses pprint"), ""),
    **dict.fromkeys(words("base64 calendar csv contextvars"), "main"),
    **{"typing": "NamedTupleMeta", "copy": "dispatch_table", "contextlib": "chdir", "struct": "pack_into"},
    **{"argparse": "FileType", "weakref": "finalize"},
}
# ... and those of which they get some.
_CHOSEN = {
    **dict.fromkeys(words("bz2 gzip lzma"), "compress decompress"),
    "ast": "literal_eval",
    "shlex": "split join quote",
    "io": "StringIO BytesIO",
    "inspect": """
        isfunction isclass ismethod ismodule isbuiltin isroutine isgenerator isgeneratorfunction isabstract
        iscoroutinefunction Parameter getdoc cleandoc getfullargspec
    """,
    "uuid": "UUID uuid3 uuid5 NAMESPACE_DNS NAMESPACE_URL",
    "types": """
        SimpleNamespace MappingProxyType GenericAlias UnionType NoneType EllipsisType NotImplementedType
        MethodType FunctionType LambdaType GeneratorType BuiltinFunctionType BuiltinMethodType ModuleType
    """,
}
_REPLACED: dict[str, dict[str, Any]] = {
    "functools": {
        "update_wrapper": _update_own_wrapper,
        "wraps": _wraps,
        "singledispatch": _singledispatch,
        "singledispatchmethod": functools.singledispatchmethod,
    },
    "contextlib": {f"redirect_{name}": redirect(name) for name in ("stdout", "stderr")},
    "inspect": {"signature": _signature},
    "typing": {"get_type_hints": _type_hints},
    "enum": {"property": types.DynamicClassAttribute},
    "uuid": {"uuid4": _uuid4},
    "gzip": {"compress": _gzip_compress},
}
COPIED = frozenset(
    {
        *_HIDDEN,
        *_CHOSEN,
        "numpy.testing",
        "builtins",
        "datetime",
        *harmless_modules(Clock()),
        *quiet_modules(),
    }
)


def copied_modules(replaced: dict[str, dict[str, Any]]) -> dict[str, Partial]:
    """Copies of loaded modules without what leads out; `replaced` are names of theirs that are guarded."""
    copies: dict[str, Partial] = {}
    if "argparse" in sys.modules:  # arguments named in files, of which there are none
        sys.modules["argparse"].ArgumentParser._read_args_from_files = lambda _, arguments: arguments
    vars(inspect)["_signature_fromstr"] = functools.partial(_signature_of_text, inspect._signature_fromstr)  # type: ignore[attr-defined]
    for name in (name for name in (*_HIDDEN, *_CHOSEN, "numpy.testing") if name in sys.modules):
        original = sys.modules[name]
        others = _REPLACED.get(name, {}) | replaced.get(name, {})
        if name in _HIDDEN:
            copies[name] = copy_of(original, **dict.fromkeys(_HIDDEN[name].split()), **others)
        else:
            chosen = _CHOSEN[name].split() if name in _CHOSEN else _assertions(original)
            copies[name] = module(name, {key: getattr(original, key) for key in chosen} | others)
    return copies


def _assertions(testing: types.ModuleType) -> list[str]:
    return [name for name in vars(testing) if name.startswith("assert_")]
