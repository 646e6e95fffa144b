"""The quick check: a program compiled as it is, judged by the names in its code objects.

What passes can reach nothing that the guarded built-ins don't give it, because plain bytecode reaches
attributes only by the names listed in `co_names` and in the constants of match patterns. What does not pass
is no worse for it: it goes through the full policy, in a process of its own.
"""

from __future__ import annotations

import dis
import types
from collections.abc import Iterator

from sandbox.names import SAFE_DUNDERS, NameTable, is_dunder

_STORES = tuple(dis.opmap[name] for name in ("STORE_ATTR", "DELETE_ATTR"))
_LOCAL_LOADS = frozenset(number for name, number in dis.opmap.items() if name.startswith("LOAD_FAST"))
_CACHE = dis.opmap.get("CACHE", -1)
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
        if count > _MAX_CODE_OBJECTS or not table.suspicious.isdisjoint(part.co_names):
            return True
        if any(_odd_name(name) for name in part.co_names):
            return True
        if any(_odd_constant(value, table) for value in part.co_consts):
            return True
        if _stores_elsewhere(part):
            return True
    return False


def stores_attributes(code: types.CodeType) -> bool:
    """True if the program assigns to attributes of anything."""
    return any(_has_store(part) for part in code_objects(code))


def _odd_name(name: str) -> bool:
    if name[:1] != "_":
        return False
    return name.startswith("_guarded_") or (is_dunder(name) and name not in SAFE_DUNDERS)


def _odd_constant(value: object, table: NameTable) -> bool:
    """A text that may name an attribute (match patterns, keyword names, text built for getattr)."""
    if isinstance(value, str):
        return value in table.guarded or ("__" in value and len(value) < 100 and value not in SAFE_DUNDERS)
    if isinstance(value, (tuple, frozenset)):
        return any(_odd_constant(item, table) for item in value)
    return False


def _has_store(code: types.CodeType) -> bool:
    operations = code.co_code[::2]
    return any(store in operations for store in _STORES)


def _stores_elsewhere(code: types.CodeType) -> bool:
    """True if the code assigns to an attribute of something that is not a local variable (`np.x = ...`)."""
    if not _has_store(code):
        return False
    if code.co_varnames[:1] in (("self",), ("cls",)) and code.co_argcount:
        return False
    before = -1
    for operation in code.co_code[::2]:
        if operation in _STORES and before not in _LOCAL_LOADS:
            return True
        if operation != _CACHE:
            before = operation
    return False
