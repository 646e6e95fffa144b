"""Omni-ARC: a language of pure functions over grids, masks and objects; programs do `from omniarc import *`.

A word is a function with its name in its file's `__all__`. docs/language.md lists them; omniarc/values.py has
the values and conventions.
"""

import sys as _sys
from typing import TYPE_CHECKING, Any

from omniarc.blocks import *
from omniarc.cellcolours import *
from omniarc.cellmaps import *
from omniarc.cleaning import *
from omniarc.colour import *
from omniarc.composition import *
from omniarc.copying import *
from omniarc.counting import *
from omniarc.drawing import *
from omniarc.geometry import *
from omniarc.jigsaw import *
from omniarc.logic import *
from omniarc.objects import *
from omniarc.panels import *
from omniarc.patterns import *
from omniarc.rays import *
from omniarc.regions import *
from omniarc.relations import *
from omniarc.selection import *
from omniarc.sorting import *
from omniarc.sweeping import *
from omniarc.symmetry import *
from omniarc.turning import *
from omniarc.values import *

_FILES = [module for name, module in sorted(_sys.modules.items()) if name.startswith("omniarc.")]


def vocabulary() -> dict[str, Any]:
    """Every word of the language with its value, in alphabetical order."""
    names = {name for file in _FILES for name in getattr(file, "__all__", ())}
    return {name: globals()[name] for name in sorted(names)}


# Type checkers read literal lists only; without one they take every public name, which comes to the same.
if not TYPE_CHECKING:
    __all__ = list(vocabulary())
