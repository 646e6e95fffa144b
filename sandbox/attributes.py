"""Attributes as candidates read and write them: `getattr` and everything that follows names in a text.

Attributes with a guarded name are read here even where a program writes them with a dot.
"""

from __future__ import annotations

import functools
import string
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox import classes
from sandbox.arrays import is_array, refuse_objects, resize
from sandbox.classes import (
    FORWARDING,
    giver,
    is_a,
    is_own,
    is_own_function,
    seen_as,
)
from sandbox.imports import Imports
from sandbox.names import (
    DANGEROUS_FUNCTIONS,
    EXECUTING,
    SCIENCE,
    NameTable,
    PolicyAttributeError,
    PolicyImportError,
    check_name,
    check_written,
    words,
)
from sandbox.standins import StandIn

_Reader = Callable[..., Any]
_OF_METHODS = words("__class__ __code__ __defaults__ __func__ __kwdefaults__ __wrapped__")
_OF_OWN_MEMBERS = EXECUTING | {"__getstate__", "__setstate__"}


class Attributes:
    """The guarded `getattr` and its like, over one table of names.

    A reader for a name takes the object, what it speaks for (itself, but for `super()`), and how to read the
    attribute plainly; it raises PolicyAttributeError where that would lead out.
    """

    def __init__(self, table: NameTable, imports: Imports) -> None:
        self._table = table
        self._imports = imports
        self._readers: dict[str, _Reader] = {
            **{name: functools.partial(_read_of_science, name=name) for name in DANGEROUS_FUNCTIONS},
            **{name: functools.partial(_read_member, name=name) for name in _OF_OWN_MEMBERS},
            **dict.fromkeys(words("__getattr__ __mro__ __bases__"), _read_of_own),
            **dict.fromkeys(words("mro __subclasses__"), _read_line),
            **dict.fromkeys(words("__wrapped__ __func__"), _read_function),
            **dict.fromkeys(words("__defaults__ __kwdefaults__"), _read_defaults),
            "__class__": lambda value, subject, read: seen_as(read()),
            "__code__": _read_code,
            "__delattr__": lambda value, subject, read: _checked_setter(read(), -1),
            "__dict__": _read_dict,
            "__getattribute__": self._read_getter,
            "__new__": _read_new,
            "__setattr__": lambda value, subject, read: _checked_setter(read(), -2),
            "data": _read_data,
            "format": functools.partial(_read_format, format_=self.format),
            "format_map": functools.partial(_read_format, format_=self.format_map),
            "resize": _read_resize,
        }
        self.formatter = self._formatter_class()
        self._format = self.formatter()

    def getattr(self, value: Any, name: str, *default: Any) -> Any:
        """`getattr` that refuses forbidden names, and guarded ones where they lead out."""
        check_name(name)
        if is_a(value, types.ModuleType):
            return self._imports.read(value, name, *default)
        if name not in self._table.guarded:
            return getattr(value, name, *default)
        if is_a(value, FORWARDING) and name not in _OF_METHODS:
            raise PolicyAttributeError(f"{name!r} is not allowed by way of another object")
        reader = self._readers.get(name)
        if reader is None:
            return getattr(value, name, *default)
        subject = object.__getattribute__(value, "__self__") if type(value) is super else value
        try:
            return reader(value, subject, functools.partial(getattr, value, name))
        except PolicyAttributeError:
            raise
        except AttributeError:
            if default:
                return default[0]
            raise

    def hasattr(self, value: Any, name: str) -> bool:
        """`hasattr`; what may not be read is not there."""
        try:
            return not isinstance(self.getattr(value, name), StandIn)
        except (AttributeError, PolicyImportError):
            return False

    def setattr(self, value: Any, name: str, new: Any) -> None:
        """`setattr` with a plain name."""
        check_written(name)
        setattr(value, name, new)

    def delattr(self, value: Any, name: str) -> None:
        """`delattr` with a plain name."""
        check_name(name)
        delattr(value, name)

    def getmembers(self, value: Any, predicate: Any = None) -> list[tuple[str, Any]]:
        """`inspect.getmembers`, of what may be read."""
        names = [name for name in sorted(dir(value)) if self.hasattr(value, name)]
        found = [(name, self.getattr(value, name)) for name in names]
        return [pair for pair in found if predicate is None or predicate(pair[1])]

    def format(self, text: str, /, *values: Any, **named: Any) -> str:
        """`str.format` whose fields follow attributes only as `getattr` may."""
        return self._format.vformat(text, values, named)

    def format_map(self, text: str, named: Mapping[str, Any], /) -> str:
        """`str.format_map`, guarded in the same way."""
        return self._format.vformat(text, (), named)

    def attrgetter(self, *names: str) -> Callable[[Any], Any]:
        """`operator.attrgetter` over the guarded `getattr`."""
        paths = [name.split(".") for name in names]

        def get(value: Any) -> Any:
            found = [functools.reduce(self.getattr, path, value) for path in paths]
            return found[0] if len(found) == 1 else tuple(found)

        return get

    def methodcaller(self, name: str, /, *values: Any, **named: Any) -> Callable[[Any], Any]:
        """`operator.methodcaller` over the guarded `getattr`."""
        return lambda value: self.getattr(value, name)(*values, **named)

    def _formatter_class(self) -> type[string.Formatter]:
        read = self.getattr

        class Formatter(string.Formatter):
            """`string.Formatter` that reads attributes as the policy allows."""

            def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
                first, rest = string._string.formatter_field_name_split(field_name)  # type: ignore[attr-defined]
                value = self.get_value(first, args, kwargs)
                for is_attribute, key in rest:
                    value = read(value, key) if is_attribute else value[key]
                return value, first

        return Formatter

    def _read_getter(self, value: Any, subject: Any, read: _Reader) -> Any:
        """`__getattribute__`, which reads plain names, and of the program's own objects guarded ones too."""
        getter = read()

        def checked(*values: Any) -> Any:
            *first, name = values
            owner = first[0] if first else subject
            check_name(name)
            if name in self._table.guarded:
                source = giver(owner, name)
                if is_a(owner, type) or not (is_own(owner) and (is_own(source) or source is object)):
                    raise PolicyAttributeError(f"{name!r} is not allowed here")
            return getter(*values)

        return functools.partial(checked)  # no function of a program's


def _checked_setter(write: Callable[..., None], place: int) -> Callable[..., None]:
    """What stands for `write`, a `__setattr__` or `__delattr__` that has the attribute's name at a place."""

    def checked(*values: Any) -> None:
        check_written(values[place])
        write(*values)

    return functools.partial(checked)


def _read_format(value: Any, subject: Any, read: _Reader, format_: Callable[..., str]) -> Any:
    if is_a(subject, str):
        return functools.partial(format_, subject)
    return format_ if is_a(subject, type) and issubclass(subject, str) else read()


def _read_data(value: Any, subject: Any, read: _Reader) -> Any:
    if is_array(subject):
        refuse_objects(subject)
    return read()


def _read_resize(value: Any, subject: Any, read: _Reader) -> Any:
    if not is_array(subject):
        return read()
    return resize if is_a(subject, type) else functools.partial(resize, subject)


def _read_new(value: Any, subject: Any, read: _Reader) -> Any:
    if type(value) is super:
        classes.check_constructor(object.__getattribute__(value, "__thisclass__"))
    return read()


def _read_dict(value: Any, subject: Any, read: _Reader) -> Any:
    """An object's `__dict__`; a class's in copy, since a mapping proxy hands out what it stands for."""
    if not (is_own(subject) or is_own_function(subject)):
        raise PolicyAttributeError("'__dict__' is allowed on the program's own objects only")
    space = read()
    return types.MappingProxyType(dict(space)) if type(space) is types.MappingProxyType else space


def space_of(value: Any) -> Any:
    """What `vars` gives of an object of the program's own."""
    return _read_dict(value, value, lambda: value.__dict__)


def _read_code(value: Any, subject: Any, read: _Reader) -> Any:
    """What programs may know of a function of theirs by its code."""
    if not is_own_function(value):
        raise PolicyAttributeError("'__code__' is allowed on the program's own functions only")
    known = words("co_argcount co_kwonlyargcount co_posonlyargcount co_varnames co_name co_nlocals co_flags")
    return types.SimpleNamespace(**{name: getattr(value.__code__, name) for name in known})


def _read_function(value: Any, subject: Any, read: _Reader) -> Any:
    found = read()
    if not is_own_function(found):
        raise PolicyAttributeError("a library's own functions are not to be had")
    return found


def _read_defaults(value: Any, subject: Any, read: _Reader) -> Any:
    if not is_own_function(value):
        raise PolicyAttributeError("defaults are those of the program's own functions")
    return read()


def _read_member(value: Any, subject: Any, read: _Reader, name: str) -> Any:
    if type(value) is super or not is_own(giver(subject, name)):
        raise PolicyAttributeError(f"{name!r} is not allowed here")
    return read()


def _read_of_own(value: Any, subject: Any, read: _Reader) -> Any:
    if not is_own(subject):
        raise PolicyAttributeError("this is allowed on the program's own classes only")
    return read()


def _read_line(value: Any, subject: Any, read: _Reader) -> Any:
    if is_a(subject, type) and issubclass(subject, type):
        raise PolicyAttributeError("this is not allowed of a metaclass")
    return _read_of_own(value, subject, read)


def _read_of_science(value: Any, subject: Any, read: _Reader, name: str) -> Any:
    """What writes files or holds raw addresses where numpy and its like give it to their objects."""
    if str(giver(subject, name).__module__).partition(".")[0] in SCIENCE:
        raise PolicyAttributeError(f"{name!r} is not allowed here")
    return read()
