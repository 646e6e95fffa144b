"""The quick check: may a program, compiled as it is, share a process with others?

Plain bytecode reaches attributes and modules only by the names in `co_names` and the constants of match
patterns, and the built-ins that take a name as text are guarded in every program. So a program whose names
are all shared ones (`sandbox/shared.py`), or name nothing but what it made itself, can neither reach what
others see nor get out. One that does not pass is no worse for it: it goes through the full policy, in a
process of its own.
"""

from __future__ import annotations

import ast
import dis
import string
import types
from collections.abc import Sequence

from sandbox.names import STORERS, NameTable, forbidden, is_dunder
from sandbox.shared import shared_dunder

_STORE_ATTRIBUTES = {dis.opmap[name]: 0 for name in ("STORE_ATTR", "DELETE_ATTR")}
_STORES = tuple(_STORE_ATTRIBUTES)
# What an attribute may be stored on: a local variable, or an item of something.
_OWN_LOADS = frozenset(
    number for name, number in dis.opmap.items() if name.startswith(("LOAD_FAST", "BINARY_SUBSCR"))
)
_CACHE, _COPY, _SWAP = (dis.opmap.get(name, -1) for name in ("CACHE", "COPY", "SWAP"))
# How bytecode reaches something by name, with the bits that the name's number is shifted by.
_REACHES = {
    dis.opmap[name]: shift
    for name, shift in {
        "LOAD_ATTR": 0 if "LOAD_METHOD" in dis.opmap else 1,
        "LOAD_METHOD": 0,
        "LOAD_SUPER_ATTR": 2,
        "IMPORT_FROM": 0,
        "IMPORT_NAME": 0,
        "STORE_ATTR": 0,
        "DELETE_ATTR": 0,
    }.items()
    if name in dis.opmap
}
_STORE_NAMES = {dis.opmap[name]: 0 for name in ("STORE_NAME", "STORE_GLOBAL", "DELETE_NAME", "DELETE_GLOBAL")}
_EXTENDED = dis.EXTENDED_ARG
_IMPORT_STAR = dis.opmap.get("IMPORT_STAR", -1)
_MATCH_CLASS = dis.opmap["MATCH_CLASS"]
# Protocol methods that a class may define, though none may be read off an object.
_METHODS = frozenset(
    f"__{name}__" for name in ("enter", "exit", "copy", "deepcopy", "class_getitem", "getattr")
)
_GENERATORS = 0x20 | 0x80 | 0x200  # generator, coroutine, asynchronous generator
_MAX_CODE_OBJECTS = 5000


Parts = Sequence[types.CodeType]


def code_objects(code: types.CodeType) -> Parts:
    """`code` and all code objects nested in it, `code` first."""
    found = [code]
    for current in found:
        found += [value for value in current.co_consts if isinstance(value, types.CodeType)]
    return found


def shareable(parts: Parts, source: str, table: NameTable, lonely: frozenset[str]) -> bool:
    """True if the program may run after others in one process; `lonely` are libraries that forbid it."""
    if len(parts) > _MAX_CODE_OBJECTS:
        return False
    stars = _imports_star(parts[0])
    for part in parts:
        names = part.co_names
        if not lonely.isdisjoint(names):
            return False
        if any(name[:1] == "_" and _odd_private(part, name) for name in names):
            return False
        if not table.unshared.isdisjoint(names):
            found = set(names) if stars else _names_at(part, _REACHES)
            found &= table.unshared
            if found and (found != {"format"} or _formats_freely(part)):
                return False
        if _MATCH_CLASS in part.co_code[::2] and any(
            _odd_constant(value, table) for value in part.co_consts if type(value) is tuple
        ):
            return False
        if _stores_elsewhere(part) or any(map(is_dunder, _names_at(part, _STORE_ATTRIBUTES))):
            return False
    return "ndarray" not in source or _names_array_as_type_only(source)


def stores_attributes(parts: Parts) -> bool:
    """True if the program assigns to attributes of anything."""
    return mentions(parts, STORERS) or any(map(_has_store, parts))


def mentions(parts: Parts, names: frozenset[str]) -> bool:
    """True if any of `names` is a name in the program."""
    return any(not names.isdisjoint(part.co_names) for part in parts)


def has_finalisers(parts: Parts) -> bool:
    """True if the program has generators with a `try` or `with`, which may end when they are collected."""
    return any(part.co_flags & _GENERATORS and _handles_errors(part) for part in parts)


def _handles_errors(code: types.CodeType) -> bool:
    # from 3.12 on, every generator handles StopIteration
    return code.co_name != "<genexpr>" and bool(code.co_exceptiontable)


def _imports_star(code: types.CodeType) -> bool:
    if _IMPORT_STAR >= 0:
        return _IMPORT_STAR in code.co_code[::2]
    return any(instruction.argrepr == "INTRINSIC_IMPORT_STAR" for instruction in dis.get_instructions(code))


def _names_at(code: types.CodeType, operations: dict[int, int]) -> set[str]:
    """The names that these operations of the code use."""
    kinds, arguments = code.co_code[::2], code.co_code[1::2]
    found = set()
    for operation, shift in operations.items():
        place = kinds.find(operation)
        while place >= 0:
            number, before, bits = arguments[place], place - 1, 8
            while before >= 0 and kinds[before] == _EXTENDED:
                number |= arguments[before] << bits
                before, bits = before - 1, bits + 8
            found.add(code.co_names[number >> shift])
            place = kinds.find(operation, place + 1)
    return found


def _odd_private(code: types.CodeType, name: str) -> bool:
    if name == "__annotations__":  # dataclasses turn its keys into code: only annotations may write them
        return name in _names_at(code, {**_REACHES, **_STORE_NAMES})
    if is_dunder(name) and not shared_dunder(name):
        return name not in _METHODS or name in _names_at(code, _REACHES)
    return name.startswith("_guarded_")


def _formats_freely(code: types.CodeType) -> bool:
    """True if `.format` is read off anything but a constant template without attributes."""
    before = None
    for instruction in dis.get_instructions(code):
        reads = instruction.argval == "format" and instruction.opcode in _REACHES
        if reads and (instruction.is_jump_target or before is None or not _is_plain_template(before)):
            return True
        before = instruction
    return False


def _is_plain_template(instruction: dis.Instruction) -> bool:
    """True for a constant text whose replacement fields are bare names and numbers: formatting it follows
    no attribute."""
    if instruction.opname != "LOAD_CONST" or type(instruction.argval) is not str:
        return False
    try:
        fields = list(string.Formatter().parse(instruction.argval))
    except ValueError:
        return False
    return all(field is None or _is_plain_field(field, spec or "") for _, field, spec, _ in fields)


def _is_plain_field(field: str, spec: str) -> bool:
    return (not field or field.isidentifier() or field.isdecimal()) and "{" not in spec


def _odd_constant(value: tuple[object, ...], table: NameTable) -> bool:
    """A tuple of texts that may be the attribute names of a match pattern."""
    return any(isinstance(item, str) and (item in table.unshared or forbidden(item)) for item in value)


def _has_store(code: types.CodeType) -> bool:
    operations = code.co_code[::2]
    return any(store in operations for store in _STORES)


def _stores_elsewhere(code: types.CodeType) -> bool:
    """True if the code assigns to an attribute of anything but a variable or an item (`np.x = ...`)."""
    if not _has_store(code):
        return False
    before = -1
    augments_others = False
    for operation in code.co_code[::2]:
        if operation == _COPY and before not in _OWN_LOADS:
            augments_others = True
        if operation in _STORES and before not in _OWN_LOADS and (before != _SWAP or augments_others):
            return True
        if operation != _CACHE:
            before = operation
    return False


def _names_array_as_type_only(source: str) -> bool:
    """True if `ndarray` stands in annotations and `isinstance` only, never called (on raw memory)."""
    allowed: set[int] = set()
    tree = ast.parse(source)
    for node in ast.walk(tree):
        places: list[ast.AST | None] = []
        if isinstance(node, ast.arg | ast.AnnAssign):
            places = [node.annotation]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            places = [node.returns]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            places = list(node.args[1:]) if node.func.id in ("isinstance", "issubclass") else []
        allowed.update(id(part) for place in places if place is not None for part in ast.walk(place))
    return all(
        id(node) in allowed
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr == "ndarray")
        or (isinstance(node, ast.Name) and node.id == "ndarray" and isinstance(node.ctx, ast.Load))
    )
