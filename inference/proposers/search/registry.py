"""All rules of the search, in the order in which they are called."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from inference.proposers.search import rules as room
from inference.proposers.search.problem import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """The rules of every module of the rules folder that has `RULES`, modules in the order of their names."""
    found: list[Rule] = []
    for module in sorted(pkgutil.iter_modules(room.__path__), key=lambda module: module.name):
        found.extend(getattr(import_module(f"{room.__name__}.{module.name}"), "RULES", ()))
    return tuple(found)
