"""What zygotes have imported before they are confined: nothing can be read from disk afterwards.

A fork costs the more the more is loaded, so there are four kinds of zygote, and a program gets the smallest
one that its imports need.
"""

from __future__ import annotations

import contextlib
import importlib
import re
import sys
import types
from collections.abc import Mapping
from pathlib import Path

# Modules of the standard library that candidates may import.
STANDARD = (
    "__future__",
    "abc",
    "array",
    "bisect",
    "cmath",
    "collections",
    "collections.abc",
    "contextlib",
    "copy",
    "dataclasses",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "itertools",
    "json",
    "math",
    "numbers",
    "operator",
    "queue",
    "random",
    "re",
    "statistics",
    "string",
    "textwrap",
    "typing",
)
_NUMPY = (
    "numpy",
    "numpy.lib",
    "numpy.lib.stride_tricks",
    "numpy.linalg",
    "numpy.random",
    "numpy.typing",
    "numpy.ma",
    "numpy.fft",
    "numpy.char",
    "numpy.polynomial",
    "numpy.exceptions",
)
# What the interpreter loads behind a program's back; candidates can't import them.
INTERNAL = ("unicodedata", "encodings.ascii", "encodings.latin_1", "encodings.utf_8", "encodings.utf_16")
_NDIMAGE = ("scipy", "scipy.ndimage")
_SCIPY = (
    "scipy.signal",
    "scipy.spatial",
    "scipy.spatial.distance",
    "scipy.optimize",
    "scipy.stats",
    "scipy.sparse",
    "scipy.sparse.csgraph",
    "scipy.interpolate",
    "skimage",
    "skimage.measure",
    "skimage.morphology",
    "skimage.segmentation",
    "skimage.transform",
    "skimage.util",
    "skimage.feature",
    "skimage.draw",
    "skimage.filters",
    "skimage.graph",
    "skimage.color",
)
PROFILES = ("numpy", "omniarc", "ndimage", "scipy")

_NEEDS_SCIPY = re.compile(r"skimage|scipy(?!\s*\.\s*ndimage\b|\s+import\s+ndimage\b)")


def modules_of(profile: str) -> tuple[str, ...]:
    """The modules that a zygote of this profile imports."""
    modules: tuple[str, ...] = STANDARD + _NUMPY
    if profile != "numpy":
        modules += ("omniarc",)
    if profile in ("ndimage", "scipy"):
        modules += _NDIMAGE
    if profile == "scipy":
        modules += _SCIPY
    return modules


def preload(profile: str) -> None:
    """Import everything that a program of this profile may import; optional packages may be absent."""
    for name in INTERNAL + modules_of(profile):
        with contextlib.suppress(ImportError):
            module = importlib.import_module(name)
            _settle_lazy_parts(module)


def _settle_lazy_parts(module: types.ModuleType) -> None:
    """Load what scikit-image loads on first use; elsewhere, leave such parts out of star imports."""
    names = getattr(module, "__all__", None)
    if not isinstance(names, list):
        return
    if module.__name__.startswith("skimage"):
        for name in names:
            with contextlib.suppress(ImportError, AttributeError):
                getattr(module, name)
    module.__dict__["__all__"] = [name for name in names if name in vars(module)]


def profile_for(source: str, libraries: Mapping[str, str]) -> str:
    """The smallest profile that has what `source` may import, read off its text (too large is harmless).

    `libraries` tells for each trusted library the profile that it needs itself.
    """
    if _NEEDS_SCIPY.search(source):
        return "scipy"
    needed = [profile for name, profile in libraries.items() if name in source]
    if "scipy" in source:
        needed.append("ndimage")
    elif "omniarc" in source:
        needed.append("omniarc")
    return max(needed, key=PROFILES.index, default=PROFILES[0])


def profile_of_library(path: str) -> str:
    """The smallest profile for programs that use the library in this file."""
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    return max("omniarc", profile_for(text, {}), key=PROFILES.index)


def importable_modules(libraries: tuple[str, ...]) -> tuple[str, ...]:
    """All modules that candidates may import, in any profile."""
    language = tuple(name for name in sys.modules if name.startswith("omniarc."))
    return modules_of("scipy") + language + libraries


def reserved_names() -> frozenset[str]:
    """Top-level names that a user's library may not take."""
    names = {name.partition(".")[0] for profile in PROFILES for name in modules_of(profile)}
    return frozenset(names | set(sys.stdlib_module_names) | {"candidate", "sandbox", "arc"})
