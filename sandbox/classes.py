"""Classes that programs make: which are their own, their members' names, what patterns read off them."""

from __future__ import annotations

import abc
import dataclasses
import enum
import functools
import sys
import types
import typing
import weakref
from collections.abc import Iterable
from typing import Any

from sandbox.names import (
    CLASS_DUNDERS,
    MATCH_ARGS,
    MODULE,
    PolicyAttributeError,
    check_name,
    forbidden,
    is_dunder,
)

# what reads the attributes that it does not have off another object
FORWARDING = (
    *(weakref.ProxyType, weakref.CallableProxyType, types.MethodType, types.GenericAlias),
    typing._BaseGenericAlias,  # type: ignore[attr-defined]
)
# of which an instance has no attribute that leads out
_HARMLESS_BASES = (
    *(object, tuple, list, dict, set, frozenset, int, float, Exception),
    *(abc.ABC, typing.Generic, typing.Protocol),
)
WATCHED: set[str] = set()  # the guarded names
_TRUSTED: set[int] = set()


def trust_classes() -> None:
    """Note the classes that are there before the program: it may write the name of its module on them."""
    kinds: list[type] = [object]
    while kinds:
        kind = kinds.pop()
        if id(kind) not in _TRUSTED:
            _TRUSTED.add(id(kind))
            kinds += type.__subclasses__(kind)


def is_a(value: Any, kind: Any) -> bool:
    """`isinstance` by the type itself: an object may lie about its class."""
    return issubclass(type(value), kind)


def class_of(value: Any) -> Any:
    """A class as it is; for anything else its class."""
    return value if is_a(value, type) else type(value)


def is_own(value: Any) -> bool:
    """True for instances of classes that the program itself defined, and those classes."""
    kind = class_of(value)
    made_here = getattr(kind, "__module__", None) == MODULE and id(kind) not in _TRUSTED
    borrowed = is_a(value, (types.ModuleType, *FORWARDING))  # a module may be given a class, too
    return (made_here and not borrowed) or kind is types.SimpleNamespace


def is_own_function(value: Any) -> bool:
    return type(value) is types.FunctionType and value.__globals__ is vars(sys.modules[MODULE])


def giver(value: Any, name: str) -> Any:
    """The class that gives `value` an attribute of that name; its own class where none does."""
    kind = class_of(value)
    return next((base for base in type.mro(kind) if name in vars(base)), kind)


class _TypeMeta(type):
    def __instancecheck__(cls, value: object) -> bool:
        return is_a(value, type) if cls is GuardedType else type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, value: type) -> bool:
        return issubclass(value, type) if cls is GuardedType else type.__subclasscheck__(cls, value)

    def __eq__(cls, other: object) -> bool:
        return other is cls or (cls is GuardedType and other is type)

    def __hash__(cls) -> int:
        return hash(type) if cls is GuardedType else type.__hash__(cls)


class GuardedType(type, metaclass=_TypeMeta):
    """`type` for candidates: tells an object's class, or makes a class whose members have allowed names.

    Subclasses are the metaclasses of candidates.
    """

    def __new__(cls, *arguments: Any, **named: Any) -> Any:
        if cls is GuardedType and len(arguments) == 1 and not named:
            return seen_as(type(arguments[0]))
        if len(arguments) != 3:
            raise TypeError("type() takes 1 or 3 arguments")
        name, bases, members = arguments[0], arguments[1], dict(arguments[2])
        _check_members(members)
        members.setdefault("__module__", MODULE)
        if cls is GuardedType:
            return type(name, bases, members, **named)
        return type.__new__(cls, name, bases, members, **named)


def seen_as(kind: Any) -> Any:
    """A class as candidates see it: a metaclass that is not their own could make any class."""
    foreign = is_a(kind, type) and issubclass(kind, type) and not is_own(kind)
    return GuardedType if foreign else kind


def _check_members(members: dict[str, Any]) -> None:
    for member in dict.keys(members):
        if type(member) is not str or (forbidden(member) and member not in CLASS_DUNDERS):
            raise PolicyAttributeError(f"the name {member!r} is not allowed")


def guard_metaclass(meta: Any) -> None:
    """Have a metaclass of the standard library check the members of the classes that it makes from now on."""
    make = meta.__new__

    def new(kind: type, name: str, bases: Any, members: dict[str, Any], /, **named: Any) -> Any:
        if type(members) is not enum._EnumDict:
            members = dict(members)  # one of the program's own could change after the check
        _check_members(members)
        return make(kind, name, bases, members, **named)

    meta.__new__ = staticmethod(new)


def check_constructor(start: type) -> None:
    """Refuse `super(start, ...).__new__` that would leave the check of `type` out."""
    if issubclass(start, type) and not is_own(start):
        raise PolicyAttributeError("super() of a metaclass starts from the program's own classes")


class _Pattern(type):
    """Stands in patterns for a class of the program's own, with the `__match_args__` that were checked.

    Where the pattern asks for guarded names, only what is the program's own through and through matches: no
    metaclass and no `register` makes anything else an instance.
    """

    kind: type
    asks: bool

    def __instancecheck__(cls, value: object) -> bool:
        if not cls.asks:
            return isinstance(value, cls.kind)
        line = type.__dict__["__mro__"].__get__(type(value))
        own = [is_own(base) for base in line]
        return cls.kind in line and all(
            mine or base in _HARMLESS_BASES for mine, base in zip(own, line, strict=True)
        )


def pattern_class(kind: Any, asks: bool) -> Any:
    """What a class pattern tests and reads, since a pattern asks nobody: the class, or what stands for it.

    `asks` says whether keywords of the pattern are guarded names, which are read off own classes only.
    """
    if not (is_a(kind, type) and is_own(kind)):
        if asks:
            raise PolicyAttributeError("a pattern reads such a name off the program's own classes only")
        return kind
    names = getattr(kind, MATCH_ARGS, None)
    if not (asks or names):
        return kind
    members: dict[str, Any] = {"kind": kind, "asks": asks}
    if type(names) is tuple:
        for name in names:
            check_name(name)
            if is_dunder(name):
                raise PolicyAttributeError(f"{name!r} is not read by patterns")
        members["asks"] = asks or not WATCHED.isdisjoint(names)
    if names is not None:
        members[MATCH_ARGS] = names
    return _Pattern(kind.__name__, (), members)


def dataclass(kind: type | None = None, /, **options: Any) -> Any:
    """`dataclasses.dataclass` on classes whose annotated names are plain: it turns them into code."""
    if kind is None:
        return functools.partial(dataclass, **options)
    annotated = vars(kind).get("__annotations__")
    if annotated is not None:
        # a plain dict from now on, whatever it was: it says the same each time that it is asked
        kind.__annotations__ = {_identifier(name): value for name, value in annotated.items()}
    for base in type.mro(kind):  # their fields become code of this class too
        for field in vars(base).get("__dataclass_fields__", {}).values():
            _identifier(field.name)
    return dataclasses.dataclass(kind, **options)


def make_dataclass(name: str, fields: Iterable[Any], **options: Any) -> Any:
    """`dataclasses.make_dataclass` with plain names."""
    plain: list[Any] = []
    for field in fields:
        first, *rest = (field,) if isinstance(field, str) else field
        plain.append((_identifier(first), *rest) if rest else _identifier(first))
    options["namespace"] = {
        _identifier(member): value for member, value in dict(options.get("namespace") or {}).items()
    }
    return dataclasses.make_dataclass(name, plain, **options)


def _identifier(name: Any) -> str:
    check_name(name)
    if not name.isidentifier():
        raise PolicyAttributeError(f"{name!r} is no name")
    return str(name)
