"""All rules of the search, by name: those of every module of the folders `new_size` and `same_size`."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from inference.proposers.search.rules import new_size, same_size
from inference.proposers.search.rules.driver import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """The rules in the order in which they are called where nothing was learned: folder, module, place.

    Raises ValueError if two have one name.
    """
    found: dict[str, Rule] = {}
    for folder in (new_size, same_size):
        for place in sorted(pkgutil.iter_modules(folder.__path__), key=lambda place: place.name):
            module = import_module(f"{folder.__name__}.{place.name}")
            for rule in vars(module).values():
                if isinstance(rule, Rule) and rule.drafts.__module__ == module.__name__:
                    if rule.name in found:
                        raise ValueError(f"{module.__name__}: another rule is named {rule.name!r}")
                    found[rule.name] = rule
    return tuple(found.values())
