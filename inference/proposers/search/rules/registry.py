"""All rules of the search: those of every module of the folders `new_size` and `same_size`."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from inference.proposers.search import rules
from inference.proposers.search.rules.driver import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """The rules in the order in which they are called where nothing was learned: folder, module, place."""
    found: list[Rule] = []
    for place in pkgutil.walk_packages(rules.__path__, f"{rules.__name__}."):
        things = vars(import_module(place.name)).values()
        found += [one for one in things if isinstance(one, Rule) and one.drafts.__module__ == place.name]
    return tuple(found)
