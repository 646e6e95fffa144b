"""What candidates get for the dangerous built-ins: checked imports and attribute reads, stand-ins."""

from __future__ import annotations

import abc
import builtins
import collections
import contextlib
import dataclasses
import enum
import functools
import itertools
import string
import sys
import types
import typing
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from sandbox.arrays import refuse_objects
from sandbox.modules import COPIED, copied_modules, plain_modules, quiet_modules
from sandbox.names import (
    CLASS_DUNDERS,
    EXECUTING,
    MATCH_ARGS,
    MODULE,
    REFUSED_BUILTINS,
    WRITTEN_IN_CLASSES,
    NameTable,
    PolicyAttributeError,
    PolicyError,
    PolicyFileError,
    PolicyImportError,
    forbidden,
    is_dunder,
    words,
)
from sandbox.standins import Partial, StandIn, module, tried_imports

_C_CALLERS = ("numpy", "scipy", "skimage", "_strptime")  # whose C code imports parts of its own
# what reads the attributes that it does not have off another object
_FORWARDING = (
    *(weakref.ProxyType, weakref.CallableProxyType, types.MethodType, types.GenericAlias),
    typing._BaseGenericAlias,  # type: ignore[attr-defined]
)
_OF_METHODS = words("__class__ __code__ __defaults__ __func__ __kwdefaults__ __wrapped__")
_GUARDED_TYPES = (str, type, np.ndarray, np.generic)


class Guards:
    """The guarded functions over one table of names and one set of importable modules.

    `source` is the text of the program that runs; `stars` are the stand-ins that it has imported with *.
    """

    def __init__(self, table: NameTable, importable: frozenset[str]) -> None:
        self._table = table
        self._importable = importable
        self.source = ""
        self.stars: list[str] = []
        self.builtins = self._make_builtins()
        self._copies = self._given_modules()
        self._names = {
            id(module): module.__name__ for module in sys.modules.values() if _is_a(module, types.ModuleType)
        }
        _trust_classes()
        _WATCHED.update(table.guarded)
        self._namedtuple, collections.namedtuple = collections.namedtuple, self.namedtuple
        self._guard_library()
        for meta in (abc.ABCMeta, enum.EnumType):
            _guard_metaclass(meta)

    def _guard_library(self) -> None:
        """Have parts of the standard library that follow names in a text read as programs may."""
        text: Any = collections.UserString
        text.format = lambda subject, /, *values, **named: self.format(str(subject), *values, **named)
        text.format_map = lambda subject, named, /: self.format_map(str(subject), named)
        if "argparse" in sys.modules:
            vars(sys.modules["argparse"]).update(
                getattr=self.getattr, setattr=self.setattr, hasattr=self.hasattr
            )

    def _given_modules(self) -> dict[str, Partial]:
        """What programs get for the modules that lead out."""
        formatter = self._formatter_class()
        self._formatter = formatter()
        given = copied_modules(
            {
                "operator": {"attrgetter": self.attrgetter, "methodcaller": self.methodcaller},
                "string": {"Formatter": formatter},
                "dataclasses": {"dataclass": self.dataclass, "make_dataclass": self.make_dataclass},
                "inspect": {"getmembers": self.getmembers},
            }
        )
        given |= {**plain_modules(), **quiet_modules()}
        given["builtins"] = module("builtins", self.builtins)
        given["importlib"] = module("importlib", {"import_module": self.import_module})
        given["importlib.util"] = module("importlib.util", {"find_spec": self.find_spec})
        for name, part in given.items():
            package, _, last = name.rpartition(".")
            if package in given:
                setattr(given[package], last, part)
        return given

    def _make_builtins(self) -> dict[str, Any]:
        kept = {name: value for name, value in vars(builtins).items() if not name.startswith("_")}
        for name in REFUSED_BUILTINS:
            if name in kept:
                kept[name] = _refused(name)
        return kept | {
            "__build_class__": builtins.__build_class__,
            "__name__": "builtins",
            "__debug__": True,
            "__import__": self.import_,
            "getattr": self.getattr,
            "hasattr": self.hasattr,
            "setattr": self.setattr,
            "delattr": self.delattr,
            "type": _GuardedType,
            "vars": _vars,
            "globals": _globals,
            "locals": _locals,
            "memoryview": _memoryview,
            "print": _print,
        }

    def import_(
        self,
        name: str,
        globals_: Mapping[str, object] | None = None,
        locals_: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """The import of candidates: allowlisted modules and trusted libraries, stand-ins for all others."""
        if type(fromlist) is list and name.partition(".")[0] in _C_CALLERS:
            # C code imports its own parts through the built-ins of the frame that called it
            return builtins.__import__(name, None, None, fromlist, level)
        if level:
            raise PolicyImportError("relative imports have nothing to refer to")
        if name in self._copies or name not in self._importable:
            return self._given(name, fromlist)
        found = builtins.__import__(name, None, None, tuple(fromlist or ()), 0)
        if not fromlist:
            return found
        return self._public(found) if "*" in fromlist else self._picked(found, fromlist)

    def _given(self, name: str, fromlist: Sequence[str] | None) -> Any:
        """A copy, or what stands for a module that programs can't have.

        Raises ImportError where the program expects one.
        """
        given = self._copies.get(name)
        if given is None and name in tried_imports(self.source):
            raise PolicyImportError(f"import of {name!r} is not allowed")
        top, _, rest = name.partition(".")
        if fromlist or not rest:
            self.stars += [name] * (given is None and "*" in (fromlist or ()))
            return given or StandIn(name)
        if top in self._copies or top not in self._importable:
            return self._copies.get(top) or StandIn(top)
        part = rest.partition(".")[0]
        if f"{top}.{part}" in self._importable - self._copies.keys():
            return builtins.__import__(top)
        shown = self._copies.get(f"{top}.{part}") or StandIn(f"{top}.{part}")
        return module(top, {**vars(builtins.__import__(top)), part: shown})

    def import_module(self, name: str, *_: Any, **__: Any) -> Any:
        """`importlib.import_module`."""
        return self.import_(name, None, None, ("__name__",))

    def import_top(self, name: str, *values: Any, **named: Any) -> Any:
        """`__import__` as programs call it."""
        names = named.get("fromlist") or (values[2] if len(values) > 2 else ())
        return self.import_(name, None, None, tuple(names))

    def find_spec(self, name: str, *_: Any) -> Any:
        """`importlib.util.find_spec`, which says whether programs have the module."""
        return types.SimpleNamespace(name=name) if name in {*self._copies, *self._importable} else None

    def getmembers(self, value: Any, predicate: Any = None) -> list[tuple[str, Any]]:
        """`inspect.getmembers`, of what may be read."""
        names = [name for name in sorted(dir(value)) if self.hasattr(value, name)]
        found = [(name, self.getattr(value, name)) for name in names]
        return [pair for pair in found if predicate is None or predicate(pair[1])]

    def getattr(self, value: Any, name: str, *default: Any) -> Any:
        """`getattr` that refuses forbidden names, and guarded ones where they lead out."""
        self.check_name(name)
        if _is_a(value, types.ModuleType):
            return self._read_module(value, name, *default)
        if name not in self._table.guarded:
            return getattr(value, name, *default)
        if _is_a(value, _FORWARDING) and name not in _OF_METHODS:
            raise PolicyAttributeError(f"{name!r} is not allowed by way of another object")
        subject = object.__getattribute__(value, "__self__") if type(value) is super else value
        if name in ("format", "format_map"):
            if _is_a(subject, str):
                return functools.partial(self.format if name == "format" else self.format_map, subject)
            if _is_a(subject, type) and issubclass(subject, str):
                return self.format if name == "format" else self.format_map
        if name == "__class__":
            return _seen_as(getattr(value, name, *default))
        if name == "__new__" and type(value) is super:
            _check_constructor(object.__getattribute__(value, "__thisclass__"))
        if _is_array(subject):
            if self._table.dangerous_on_array(name):
                raise PolicyAttributeError(f"{name!r} of an array is not allowed")
            if name == "resize":
                return _resize if _is_a(subject, type) else functools.partial(_resize, subject)
            if name == "data":
                refuse_objects(subject)
        if name == "__dict__" and not (_is_own(subject) or _is_own_function(subject)):
            raise PolicyAttributeError("'__dict__' is allowed on the program's own objects only")
        if name == "__dict__":
            return _space_of(value)
        if name in ("__setattr__", "__delattr__"):
            return self._checked_setter(getattr(value, name, *default), -2 if name == "__setattr__" else -1)
        if name == "__getattribute__":
            return self._checked_getter(getattr(value, name, *default), subject)
        if name == "__code__":
            return _code(value)
        if name in ("__wrapped__", "__func__", "__defaults__", "__kwdefaults__"):
            found = getattr(value, name, *default)
            if not _is_own_function(value if name.endswith("defaults__") else found):
                raise PolicyAttributeError(f"{name!r} is allowed on the program's own functions only")
            return found
        own = type(value) is not super and _is_own_member(subject, name)
        if (name in EXECUTING or name in ("__getstate__", "__setstate__")) and not own:
            raise PolicyAttributeError(f"{name!r} is not allowed here")
        if name in ("mro", "__subclasses__") and _is_a(subject, type) and issubclass(subject, type):
            raise PolicyAttributeError(f"{name!r} of a metaclass is not allowed")
        if name in ("__getattr__", "mro", "__mro__", "__bases__", "__subclasses__") and not _is_own(subject):
            raise PolicyAttributeError(f"{name!r} is not allowed here")
        return getattr(value, name, *default)

    def _checked_setter(self, write: Callable[..., None], place: int) -> Callable[..., None]:
        def checked(*values: Any) -> None:
            self._check_written(values[place])
            write(*values)

        return checked

    def _checked_getter(self, read: Callable[..., Any], subject: Any) -> Callable[..., Any]:
        def checked(*values: Any) -> Any:
            *first, name = values
            owner = first[0] if first else subject
            self.check_name(name)
            if name in self._table.guarded and (not _is_own(owner) or _is_a(owner, _GUARDED_TYPES)):
                raise PolicyAttributeError(f"{name!r} is not allowed here")
            return read(*values)

        return checked

    def _read_module(self, origin: types.ModuleType, name: str, *default: Any) -> Any:
        origin = self._copies.get(self._name_of(origin), origin)
        found = getattr(origin, name, *default)
        if _is_a(found, types.ModuleType):
            found = self._copies.get(self._name_of(found), found)
        if not self._may_read(origin, name, found):
            raise PolicyImportError(f"{self._name_of(origin)}.{name} is not allowed")
        return found

    def _name_of(self, module: types.ModuleType) -> str:
        """The name under which a module was loaded, whatever the program has called it since."""
        return self._names.get(id(module)) or str(module.__name__)

    def hasattr(self, value: Any, name: str) -> bool:
        """`hasattr`; what may not be read is not there."""
        try:
            return not isinstance(self.getattr(value, name), StandIn)
        except (AttributeError, PolicyImportError):
            return False

    def setattr(self, value: Any, name: str, new: Any) -> None:
        """`setattr` with a plain name."""
        self._check_written(name)
        setattr(value, name, new)

    def _check_written(self, name: str) -> None:
        self.check_name(name)
        if name in WRITTEN_IN_CLASSES:
            raise PolicyAttributeError(f"{name!r} is written in the class itself")

    def delattr(self, value: Any, name: str) -> None:
        """`delattr` with a plain name."""
        self.check_name(name)
        delattr(value, name)

    def check_name(self, name: object) -> None:
        """Raise PolicyAttributeError if `name` is no plain text or is forbidden everywhere."""
        if type(name) is not str:
            raise PolicyAttributeError("an attribute's name must be plain text")
        if forbidden(name):
            raise PolicyAttributeError(f"the name {name!r} is not allowed")

    def format(self, text: str, /, *values: Any, **named: Any) -> str:
        """`str.format` whose fields follow attributes only as `getattr` may."""
        return self._formatter.vformat(text, values, named)

    def format_map(self, text: str, named: Mapping[str, Any], /) -> str:
        """`str.format_map`, guarded in the same way."""
        return self._formatter.vformat(text, (), named)

    def dataclass(self, kind: type | None = None, /, **options: Any) -> Any:
        """`dataclasses.dataclass` on classes whose annotated names are plain: it turns them into code."""
        if kind is None:
            return functools.partial(self.dataclass, **options)
        annotated = vars(kind).get("__annotations__")
        if annotated is not None:
            # a plain dict from now on, whatever it was: it says the same each time that it is asked
            kind.__annotations__ = {self._identifier(name): value for name, value in annotated.items()}
        for base in type.mro(kind):  # their fields become code of this class too
            for field in vars(base).get("__dataclass_fields__", {}).values():
                self._identifier(field.name)
        return _with_plain_patterns(dataclasses.dataclass(kind, **options))

    def namedtuple(self, typename: str, field_names: Any, **options: Any) -> Any:
        """`collections.namedtuple` whose fields are names that a class pattern may read."""
        options["module"] = options.get("module") or MODULE
        made: Any = self._namedtuple(typename, field_names, **options)
        for name in made._fields:
            self.check_name(name)
        return _with_plain_patterns(made)

    def make_dataclass(self, name: str, fields: Iterable[Any], **options: Any) -> Any:
        """`dataclasses.make_dataclass` with plain names."""
        plain: list[Any] = []
        for field in fields:
            first, *rest = (field,) if isinstance(field, str) else field
            plain.append((self._identifier(first), *rest) if rest else self._identifier(first))
        options["namespace"] = {
            self._identifier(member): value for member, value in dict(options.get("namespace") or {}).items()
        }
        return _with_plain_patterns(dataclasses.make_dataclass(name, plain, **options))

    def _identifier(self, name: Any) -> str:
        self.check_name(name)
        if not name.isidentifier():
            raise PolicyAttributeError(f"{name!r} is no name")
        return str(name)

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

    def _may_read(self, origin: types.ModuleType, name: str, found: Any) -> bool:
        if _is_a(origin, Partial):
            return True
        if _is_a(found, types.ModuleType) and found is not self._copies.get(self._name_of(found)):
            return self._name_of(found) in self._importable - COPIED
        return not self._table.dangerous_on_module(self._name_of(origin), name)

    def _picked(self, origin: types.ModuleType, names: Iterable[str]) -> types.ModuleType:
        """What `from origin import names` reads from: `origin`, or a copy where something is refused."""
        found: dict[str, Any] = {}
        for name in names:
            try:
                found[name] = self._read_module(origin, name)
            except PolicyImportError:
                found[name] = StandIn(f"{origin.__name__}.{name}")
            except AttributeError:
                return origin  # Python's own error
        same = all(value is getattr(origin, name) for name, value in found.items())
        return origin if same else module(origin.__name__, found)

    def _public(self, origin: types.ModuleType) -> types.ModuleType:
        """What a star import may bring: the module's public names, less modules that are not allowed."""
        listed: Iterable[str] = getattr(origin, "__all__", None) or [
            name for name in vars(origin) if not name.startswith("_")
        ]
        public = types.ModuleType(origin.__name__)
        for name in listed:
            if self._table.dangerous_on_module(origin.__name__, name) or forbidden(name):
                continue
            with contextlib.suppress(AttributeError, ImportError, OSError):  # a part loaded on first use
                setattr(public, name, self._read_module(origin, name))
        public.__dict__["__all__"] = [name for name in public.__dict__ if not name.startswith("__")]
        return public

    def _formatter_class(self) -> type[string.Formatter]:
        guarded = self

        class Formatter(string.Formatter):
            """`string.Formatter` that reads attributes as the policy allows."""

            def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
                first, rest = string._string.formatter_field_name_split(field_name)  # type: ignore[attr-defined]
                value = self.get_value(first, args, kwargs)
                for is_attribute, key in rest:
                    value = guarded.getattr(value, key) if is_attribute else value[key]
                return value, first

        return Formatter


class _TypeMeta(type):
    def __instancecheck__(cls, value: object) -> bool:
        return _is_a(value, type) if cls is _GuardedType else type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, value: type) -> bool:
        return issubclass(value, type) if cls is _GuardedType else type.__subclasscheck__(cls, value)

    def __eq__(cls, other: object) -> bool:
        return other is cls or (cls is _GuardedType and other is type)

    def __hash__(cls) -> int:
        return hash(type) if cls is _GuardedType else type.__hash__(cls)


class _GuardedType(type, metaclass=_TypeMeta):
    """`type` for candidates: tells an object's class, or makes a class whose members have allowed names.

    Subclasses are the metaclasses of candidates.
    """

    def __new__(cls, *arguments: Any, **named: Any) -> Any:
        if cls is _GuardedType and len(arguments) == 1 and not named:
            return _seen_as(type(arguments[0]))
        if len(arguments) != 3:
            raise TypeError("type() takes 1 or 3 arguments")
        name, bases, members = arguments[0], arguments[1], dict(arguments[2])
        _check_members(members)
        members.setdefault("__module__", MODULE)
        if cls is _GuardedType:
            return type(name, bases, members, **named)
        return type.__new__(cls, name, bases, members, **named)


def _seen_as(kind: Any) -> Any:
    """A class as candidates see it: a metaclass that is not their own could make any class."""
    foreign = _is_a(kind, type) and issubclass(kind, type) and not _is_own(kind)
    return _GuardedType if foreign else kind


def _check_members(members: dict[str, Any]) -> None:
    for member in dict.keys(members):
        value = dict.__getitem__(members, member)
        odd = type(member) is not str or (forbidden(member) and member not in CLASS_DUNDERS)
        if odd or _odd_match_args(member, value):
            raise PolicyAttributeError(f"the name {member!r} is not allowed")


def _odd_match_args(member: str, value: object) -> bool:
    """True for names of attributes that a class pattern would read although no program may."""
    plain = type(value) is tuple and _read_by_patterns(value) == value
    return member == MATCH_ARGS and not plain


def _read_by_patterns(names: tuple[Any, ...]) -> tuple[str, ...]:
    """The first of `names`, up to one that only the guarded `getattr` may read: a pattern asks nobody."""
    plain = itertools.takewhile(
        lambda name: type(name) is str and not (forbidden(name) or is_dunder(name) or name in _WATCHED), names
    )
    return tuple(plain)


def _with_plain_patterns(kind: Any) -> Any:
    if MATCH_ARGS in vars(kind):
        setattr(kind, MATCH_ARGS, _read_by_patterns(kind.__match_args__))
    return kind


_WATCHED: set[str] = set()  # the guarded names


def _guard_metaclass(meta: Any) -> None:
    """Have a metaclass of the standard library check the members of the classes that it makes from now on."""
    make = meta.__new__

    def new(kind: type, name: str, bases: Any, members: dict[str, Any], /, **named: Any) -> Any:
        if type(members) is not enum._EnumDict:
            members = dict(members)  # one of the program's own could change after the check
        _check_members(members)
        return make(kind, name, bases, members, **named)

    meta.__new__ = staticmethod(new)


def pattern_class(kind: Any) -> Any:
    """A class whose instances' attributes a pattern may read, whatever they are called: the program's own."""
    of_own = type(kind) is type and all(_is_own(base) or base in (object, tuple) for base in kind.__mro__)
    if not of_own:
        raise PolicyAttributeError("a pattern reads such a name off the program's own classes only")
    return kind


def _check_constructor(start: type) -> None:
    """Refuse `super(start, ...).__new__` that would leave the check of `type` out."""
    if issubclass(start, type) and not _is_own(start):
        raise PolicyAttributeError("super() of a metaclass starts from the program's own classes")


def _trust_classes() -> None:
    """Note the classes that are there before the program: it may write the name of its module on them."""
    kinds: list[type] = [object]
    while kinds:
        kind = kinds.pop()
        if id(kind) not in _TRUSTED:
            _TRUSTED.add(id(kind))
            kinds += type.__subclasses__(kind)


_TRUSTED: set[int] = set()


def _is_a(value: Any, kind: Any) -> bool:
    """`isinstance` by the type itself: an object may lie about its class."""
    return issubclass(type(value), kind)


def _is_own(value: Any) -> bool:
    """True for instances of classes that the program itself defined, and those classes."""
    kind = value if _is_a(value, type) else type(value)
    made_here = getattr(kind, "__module__", None) == MODULE and id(kind) not in _TRUSTED
    borrowed = _is_a(value, (types.ModuleType, *_FORWARDING))  # a module may be given a class, too
    return (made_here and not borrowed) or kind is types.SimpleNamespace


def _is_own_function(value: Any) -> bool:
    return type(value) is types.FunctionType and value.__globals__ is vars(sys.modules[MODULE])


def _is_own_member(value: Any, name: str) -> bool:
    """True if it is the program itself that gave `value` an attribute of that name."""
    kind = value if _is_a(value, type) else type(value)
    return _is_own(next((base for base in type.mro(kind) if name in vars(base)), kind))


def _code(function: Any) -> Any:
    """What programs may know of a function of theirs by its code."""
    if not _is_own_function(function):
        raise PolicyAttributeError("'__code__' is allowed on the program's own functions only")
    known = words("co_argcount co_kwonlyargcount co_posonlyargcount co_varnames co_name co_nlocals co_flags")
    return types.SimpleNamespace(**{name: getattr(function.__code__, name) for name in known})


def _is_array(value: Any) -> bool:
    kind = value if _is_a(value, type) else type(value)
    return issubclass(kind, (np.ndarray, np.generic))


def _resize(array: Any, *shape: Any, refcheck: bool = True) -> None:
    """`ndarray.resize`, which without its check would leave others the memory that it frees."""
    if not refcheck:
        raise PolicyAttributeError("resize(refcheck=False) is not allowed")
    if _references(array) > _REFERENCES + 1:  # the caller's variable
        raise ValueError("cannot resize an array that is referenced by another object")
    array.resize(*shape, refcheck=False)


def _references(array: Any) -> int:
    return sys.getrefcount(array)


_REFERENCES = functools.partial(lambda array: _references(array), np.zeros(1))()


def _memoryview(value: Any) -> memoryview:
    """`memoryview` of anything but an array of objects."""
    refuse_objects(value)
    return memoryview(value)


class _Readable(dict[str, Any]):
    """What `globals()` and `locals()` give: a copy, for reading."""

    def __setitem__(self, key: str, value: Any) -> None:
        raise PolicyError("globals() and locals() are for reading")

    def update(self, *_: Any, **__: Any) -> None:
        raise PolicyError("globals() and locals() are for reading")


def _readable(space: Mapping[str, Any]) -> dict[str, Any]:
    return _Readable({name: value for name, value in space.items() if not forbidden(name)})


def _globals() -> dict[str, Any]:
    return _readable(_caller().f_globals)


def _locals() -> dict[str, Any]:
    return _readable(_caller().f_locals)


def _caller() -> types.FrameType:
    """The frame that called our caller: the program's, not a library's that was given `globals` to call."""
    frame = sys._getframe(2)
    if frame.f_globals is not vars(sys.modules[MODULE]):
        raise PolicyError("globals() and locals() are allowed in the program itself only")
    return frame


def _vars(*values: Any) -> dict[str, Any]:
    """`vars` of an object of the program's own, or of the caller's names."""
    if not values:
        return _readable(_caller().f_locals)
    if not (_is_own(values[0]) or _is_own_function(values[0])):
        raise PolicyAttributeError("vars() is allowed on the program's own objects only")
    found: dict[str, Any] = _space_of(values[0])
    return found


def _space_of(value: Any) -> Any:
    """An object's `__dict__`; a class's in copy, since a mapping proxy hands out what it stands for."""
    space = value.__dict__
    return types.MappingProxyType(dict(space)) if type(space) is types.MappingProxyType else space


def _refused(name: str) -> Callable[..., Any]:
    error = PolicyFileError if name == "open" else PolicyError

    def refuse(*_: Any, **__: Any) -> Any:
        raise error(f"{name}() is not allowed")

    refuse.__name__ = name
    return refuse


def _print(
    *values: Any, sep: str | None = " ", end: str | None = "\n", file: Any = None, flush: Any = None
) -> None:
    """`print` into nothing; values are turned into text as the real one does, since that may have effects."""
    if file is not None and hasattr(file, "write"):
        file.write((sep or " ").join(map(str, values)))
        return
    for value in values:
        str(value)
