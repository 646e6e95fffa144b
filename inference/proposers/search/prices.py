"""The prices of the search's work, in units of effort (about microseconds).

The prices of words, `prices.json`, were measured on development tasks by `python -m benchmarks.effort`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files

STEP = 10.0  # a step applied to the values of a state
STATE = 15.0  # a state looked up
CALL = 100.0  # a rule called
RULES_ORDER = 400.0  # the features of a problem and the order of rules that they give
PROGRAM = 150.0  # a program compiled and run, without its words
EXPRESSION = 30.0  # an expression compiled and run on all grids, without its words
STAMPED = 60.0  # what is around one place read off the outputs
NUMBER = 10.0  # a number told of a grid, words included
RELATION = 30.0  # two grids looked at for how one became the other
LAYER = 20.0  # a state laid out as cells
MERGED = (30.0, 0.5)  # a layer joined with the others: for itself, for each of them
FEATURE = (9.0, 0.004)  # a feature: for each view, for each cell
LITERAL = (5.0, 0.007)  # a literal: for itself, for each cell
PROPERTY = (100.0, 4.0)  # a property of objects: for itself, for each object
LEARN = (200.0, 0.001)  # a condition learned: for itself, for each literal of each cell
LEARN_PAIRS = (100.0, 0.001, 0.02)  # pairs of literals: for themselves, literals times cells, pairs

# word -> (for a call, for each cell of its first argument); `usual` for those that have no price of their own
_read = json.loads(files(__package__).joinpath("prices.json").read_text(encoding="utf-8"))
WORDS: Mapping[str, tuple[float, float]] = {word: (base, cell) for word, (base, cell) in _read.items()}
