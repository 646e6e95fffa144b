"""The quick check: a program compiled as it is, judged by the names in its code objects.

What passes can reach nothing that the guarded built-ins don't give it, because plain bytecode reaches
attributes only by the names listed in `co_names` and in the constants of match patterns, and the built-ins
that take a name as text are guarded in every program. What does not pass
is no worse for it: it goes through the full policy, in a process of its own.
"""

from __future__ import annotations

import dis
import string
import types
from collections.abc import Iterator

from sandbox.names import SAFE_DUNDERS, STORING_BUILTINS, NameTable, forbidden, is_dunder

_STORES = tuple(dis.opmap[name] for name in ("STORE_ATTR", "DELETE_ATTR"))
_LOCAL_LOADS = frozenset(number for name, number in dis.opmap.items() if name.startswith("LOAD_FAST"))
_CACHE, _COPY, _SWAP = (dis.opmap.get(name, -1) for name in ("CACHE", "COPY", "SWAP"))
# how bytecode reaches an attribute by name; the same text may also be a variable's or a module's name
_ATTRIBUTE_READS = frozenset(
    {"LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM", "LOAD_SUPER_ATTR", "STORE_ATTR", "DELETE_ATTR"}
)
_MAX_CODE_OBJECTS = 5000


def code_objects(code: types.CodeType) -> Iterator[types.CodeType]:
    """`code` and all code objects nested in it."""
    waiting = [code]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += [value for value in current.co_consts if isinstance(value, types.CodeType)]


def suspicious(code: types.CodeType, table: NameTable) -> bool:
    """True if the program must go through the full policy in a process of its own."""
    for count, part in enumerate(code_objects(code)):
        if count > _MAX_CODE_OBJECTS or any(_odd_name(name) for name in part.co_names):
            return True
        if not table.always_suspicious.isdisjoint(part.co_names):
            return True
        if not table.guarded.isdisjoint(part.co_names) and _reads_guarded(part, table):
            return True
        if any(_odd_constant(value, table) for value in part.co_consts if type(value) is tuple):
            return True
        if _stores_elsewhere(part):
            return True
    return False


def stores_attributes(code: types.CodeType) -> bool:
    """True if the program assigns to attributes of anything."""
    return mentions(code, STORING_BUILTINS) or any(_has_store(part) for part in code_objects(code))


def mentions(code: types.CodeType, names: frozenset[str]) -> bool:
    """True if any of `names` is a name in the program."""
    return any(not names.isdisjoint(part.co_names) for part in code_objects(code))


def _odd_name(name: str) -> bool:
    if name[:1] != "_":
        return False
    return name.startswith("_guarded_") or (is_dunder(name) and name not in SAFE_DUNDERS)


def _reads_guarded(code: types.CodeType, table: NameTable) -> bool:
    before = None
    for instruction in dis.get_instructions(code):
        if instruction.opname in _ATTRIBUTE_READS and instruction.argval in table.guarded:
            formats = instruction.argval == "format" and not instruction.is_jump_target
            if not (formats and before is not None and _is_plain_template(before)):
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
    return any(isinstance(item, str) and (item in table.guarded or forbidden(item)) for item in value)


def _has_store(code: types.CodeType) -> bool:
    operations = code.co_code[::2]
    return any(store in operations for store in _STORES)


def _stores_elsewhere(code: types.CodeType) -> bool:
    """True if the code assigns to an attribute of something that is not a local variable (`np.x = ...`)."""
    if not _has_store(code):
        return False
    before = -1
    augments_others = False
    for operation in code.co_code[::2]:
        if operation == _COPY and before not in _LOCAL_LOADS:
            augments_others = True
        if operation in _STORES and before not in _LOCAL_LOADS and (before != _SWAP or augments_others):
            return True
        if operation != _CACHE:
            before = operation
    return False
