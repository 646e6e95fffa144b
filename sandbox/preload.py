"""What zygotes have imported before they are confined: nothing can be read from disk afterwards.

A fork costs the more the more is loaded, so there are four kinds of zygote, and a program gets the smallest
one that its text asks for. Where the text did not tell, the program runs again in the next larger one.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import re
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def words(text: str) -> tuple[str, ...]:
    """The words of a text: names."""
    return tuple(text.split())


# Modules of the standard library that candidates may import: those in every zygote, and the others.
_COMMON = words("""
    __future__ abc bisect collections collections.abc contextlib copy dataclasses enum functools heapq io
    itertools math operator os.path pickle random re string time types typing warnings
""")
_RARE = words("""
    argparse array ast atexit base64 binascii bz2 calendar cmath colorsys contextvars csv datetime decimal
    difflib faulthandler fractions glob graphlib gzip hashlib hmac html inspect json keyword logging lzma
    numbers pathlib platform pprint reprlib resource secrets shlex shutil signal statistics struct textwrap
    timeit traceback tracemalloc unicodedata urllib urllib.parse uuid weakref zlib
""")
_CONCURRENT = words("""
    asyncio concurrent concurrent.futures concurrent.futures.thread multiprocessing multiprocessing.dummy
    multiprocessing.pool queue sched threading unittest unittest.mock
""")
_NUMPY = words("""
    numpy numpy.lib numpy.lib.array_utils numpy.lib.scimath numpy.lib.stride_tricks numpy.linalg numpy.typing
    numpy.exceptions numpy.dtypes numpy.lib.mixins numpy.ma
""")
# What the interpreter loads behind a program's back.
_INTERNAL = words("encodings.ascii encodings.latin_1 encodings.utf_8 encodings.utf_16 _strptime")
_PARTS = {
    "numpy.": "core core.records random fft char rec strings polynomial lib.recfunctions",
    "numpy.core.": "numeric fromnumeric multiarray umath shape_base function_base arrayprint numerictypes "
    "defchararray",
    "scipy.ndimage.": "measurements morphology filters interpolation fourier",
    "scipy.": "cluster.hierarchy cluster.vq constants fft fftpack integrate interpolate linalg optimize "
    "signal sparse sparse.csgraph spatial spatial.distance special stats",
    "skimage.": "color draw exposure feature filters graph measure metrics morphology restoration "
    "segmentation transform util",
}
_WITHIN = {package: tuple(package + name for name in names.split()) for package, names in _PARTS.items()}
_OLD_NDIMAGE = _WITHIN["scipy.ndimage."]
PROFILES = ("numpy", "omniarc", "ndimage", "scipy")
_MODULES = {
    "numpy": _COMMON + _NUMPY,
    "omniarc": (*_INTERNAL, *_RARE, *_WITHIN["numpy."], *_WITHIN["numpy.core."], "omniarc"),
    "ndimage": ("scipy", "scipy.ndimage", *_OLD_NDIMAGE),
    "scipy": (*_WITHIN["scipy."], "skimage", *_WITHIN["skimage."], "numpy.testing", *_CONCURRENT),
}
# Patterns that begin with a plain letter are found fast.
_IMPORT = re.compile(r"\n[ \t\f]*(?:import|from)\s[^#\n]*")
_NUMPY_PART = re.compile(r"n(?:p|umpy)\s*\.\s*(testing|random|fft|char|rec|strings|core|polynomial)\b")
_MORE_SCIPY = re.compile(r"scipy(?!\s*\.\s*ndimage\b|\s+import\s+ndimage\b)")


class NotLoaded(BaseException):
    """An importable module is not in this zygote."""


MISSED: list[str] = []  # the modules for which NotLoaded was raised, as a program may have caught it


class _NotLoadedFinder:
    """Raises NotLoaded for what another zygote has."""

    def find_spec(self, fullname: str, *_: Any) -> None:
        if fullname in modules_of(PROFILES[-1]):
            MISSED.append(fullname)
            raise NotLoaded(fullname)


def modules_of(profile: str) -> tuple[str, ...]:
    """The modules that a zygote of this profile imports."""
    return sum((_MODULES[name] for name in PROFILES[: PROFILES.index(profile) + 1]), start=())


def preload(profile: str) -> None:
    """Import everything that a program of this profile may import; optional packages may be absent."""
    for name in modules_of(profile):
        with contextlib.suppress(ImportError):
            _settle_lazy_parts(importlib.import_module(name))


def seal(profile: str) -> None:
    """From now on, an import of what only a larger zygote has raises NotLoaded."""
    if profile != PROFILES[-1]:
        sys.meta_path.insert(0, _NotLoadedFinder())


def _settle_lazy_parts(module: types.ModuleType) -> None:
    """Load what scikit-image loads on first use; elsewhere, leave such parts out of star imports."""
    names = getattr(module, "__all__", None)
    if not isinstance(names, list) or module.__name__ in _OLD_NDIMAGE:
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
    imported = set(re.findall(r"\w+", "".join(_IMPORT.findall("\n" + source))))
    parts = _NUMPY_PART.findall(source)
    concurrent = not imported.isdisjoint(_CONCURRENT)
    if concurrent or "testing" in parts or "skimage" in source or _MORE_SCIPY.search(source):
        return "scipy"
    needed = [profile for name, profile in libraries.items() if name in source]
    if "scipy" in source:
        needed.append("ndimage")
    elif "omniarc" in source or parts or not imported.isdisjoint(_RARE):
        needed.append("omniarc")
    return max(needed, key=PROFILES.index, default=PROFILES[0])


def profiles_of_libraries(paths: tuple[str, ...]) -> dict[str, str]:
    """For each trusted library, by name, the smallest profile for programs that use it."""
    texts = {Path(path).stem: Path(path).read_text(encoding="utf-8", errors="replace") for path in paths}
    found = dict.fromkeys(texts, "omniarc")
    for _ in texts:  # a library needs what those need that it imports
        for name, text in texts.items():
            found[name] = max("omniarc", profile_for(text, found), key=PROFILES.index)
    return found


def load_libraries(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Import trusted Python files under their stems, in whatever order they need each other.

    Returns the names. Raises ImportError that says which file fails and why, or which wait for each other.
    """
    files = {Path(path).stem: path for path in paths}
    finder = _Libraries(files)
    sys.meta_path.insert(0, finder)
    try:
        for name, path in files.items():
            try:
                importlib.import_module(name)
            except Exception as error:
                fault = f"{path} raises {type(error).__name__}: {error}"
                if isinstance(error, ModuleNotFoundError):
                    fault = f"{path} needs the module {error.name!r}, which is not here; give its file too"
                elif "circular import" in str(error) or "partially initialized" in str(error):
                    fault = f"libraries import each other: {', '.join(finder.asked)}"
                raise ImportError(fault) from None
    finally:
        sys.meta_path.remove(finder)
    return tuple(files)


class _Libraries:
    """Finds libraries by name in their files, and remembers in which order they were asked for."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self.asked: list[str] = []

    def find_spec(self, fullname: str, *_: Any) -> Any:
        if fullname not in self._files:
            return None
        self.asked.append(fullname)
        return importlib.util.spec_from_file_location(fullname, self._files[fullname])
