"""Which names a program may use and still share a process with others: an allowlist, not a blocklist.

Everything by which a program can reach into modules, classes and objects that it did not make itself goes
through a name: of an attribute, of a module, of what is imported from it. Of all names that lie in reach,
those listed here neither change what others see nor lead out. A program that uses another one is no worse for
it: it runs in a process of its own, under the full policy.
"""

from __future__ import annotations

import builtins
import itertools
import math
import re
import sys
import types
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator
from enum import Enum
from fractions import Fraction

import numpy as np

from sandbox.names import DANGEROUS_FUNCTIONS, REFUSED_BUILTINS, SAFE_DUNDERS, is_dunder, words

# Modules that may be imported, with the names that may be taken from them or read off them.
_MODULES = {
    "__future__": "annotations division print_function",
    "abc": "ABC abstractmethod",
    "array": "",
    "bisect": "bisect bisect_left bisect_right insort insort_left insort_right",
    "collections": "ChainMap Counter OrderedDict defaultdict deque namedtuple abc",
    "collections.abc": "",
    "contextlib": "ExitStack callback contextmanager enter_context nullcontext redirect_stdout suppress",
    "copy": "copy deepcopy replace",
    "dataclasses": "asdict astuple dataclass field fields replace",
    "decimal": "Decimal ROUND_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP",
    "enum": "Enum Flag IntEnum IntFlag StrEnum auto unique",
    "fractions": "Fraction",
    "functools": """
        cache cached_property cmp_to_key lru_cache partial reduce total_ordering update_wrapper wraps
        cache_info hits misses currsize
    """,
    "heapq": "heapify heappop heappush heappushpop heapreplace merge nlargest nsmallest",
    "itertools": "",
    "json": "dumps loads",
    "math": "",
    "numbers": "Integral Number Rational Real",
    "operator": """
        add and_ attrgetter contains eq floordiv ge getitem gt index invert is_ is_not itemgetter le lshift lt
        matmul methodcaller mod mul ne neg not_ or_ pos rshift sub truediv truth xor
    """,
    "random": "choice choices gauss random randint randrange sample seed shuffle uniform",
    "re": """
        compile escape findall finditer fullmatch match search split sub subn A ASCII DOTALL I IGNORECASE M
        MULTILINE S VERBOSE X
    """,
    "statistics": "fmean mean median median_high median_low mode multimode pstdev stdev variance",
    "string": "ascii_letters ascii_lowercase ascii_uppercase digits hexdigits punctuation whitespace",
    "sys": "exit flush getrecursionlimit getsizeof intern maxsize setrecursionlimit stderr stdout write",
    "time": "monotonic perf_counter perf_counter_ns process_time sleep time time_ns",
    "typing": """
        Any Callable ClassVar Collection Counter DefaultDict Deque Dict Final FrozenSet Generator Generic
        Hashable Iterable Iterator List Literal Mapping MutableMapping MutableSequence NamedTuple NewType
        NoReturn Optional OrderedDict Protocol Reversible Self Sequence Set Sized SupportsInt TYPE_CHECKING
        Tuple Type TypeAlias TypeVar TypedDict Union cast overload
    """,
    "warnings": "catch_warnings filterwarnings resetwarnings simplefilter warn",
    "numpy": "lib linalg random",
    "numpy.lib": "stride_tricks",
    "numpy.lib.stride_tricks": "sliding_window_view",
    "numpy.linalg": """
        LinAlgError det eig eigh eigvals inv lstsq matrix_power matrix_rank norm pinv qr solve svd
    """,
    "numpy.random": """
        choice default_rng integers normal permutation rand randint randn random seed shuffle uniform
    """,
    "numpy.typing": "ArrayLike NDArray",
    "scipy": "ndimage",
    "scipy.ndimage": "",
}
# Of these every public name is fine: they hold pure functions only.
_WHOLE_MODULES = (math, itertools)
_TYPES = (
    list, dict, set, frozenset, tuple, str, int, float, complex, bool, bytes, bytearray, range, slice, deque,
    Counter, defaultdict, OrderedDict, ChainMap, Fraction, Enum, np.ndarray, np.generic, property,
    BaseException, types.GeneratorType, itertools.chain, re.Match, re.Pattern,
)  # fmt: skip
# Members of types that are out of reach or harmless, and too common as a program's own names to keep apart.
_COMMON = words("L c names coords f kind path r read _asdict _fields _make _replace")
# Of the names of those types and of numpy: text templates, raw memory, files, settings and shared objects.
_NOT_OF_TYPES = DANGEROUS_FUNCTIONS | words("""
    format format_map gi_frame gi_code gi_yieldfrom setflags with_traceback add_note strides
""")
_NOT_OF_NUMPY = DANGEROUS_FUNCTIONS | words("""
    array_interface c_ r_ s_ mgrid ogrid index_exp char core dtypes emath exceptions fft finfo frombuffer
    frompyfunc getbufsize geterr geterrcall iinfo ma matlib matrix nested_iters polynomial poly1d printoptions
    rec recarray sctypeDict set_string_function strings testing typecodes typing asmatrix chararray record
    from_dlpack
""")
# Dunders that have a meaning on foreign objects; elsewhere (`__init__` of a class) they are ordinary.
_NOT_SHARED_DUNDERS = frozenset(
    f"__{name}__" for name in ("class", "enter", "exit", "match_args", "deepcopy", "copy", "class_getitem")
)
# Those that store where no name is stored to; a class may define them.
_NOT_READ_DUNDERS = frozenset(f"__{name}__" for name in ("get", "set", "delete", "set_name"))
_SHARED_BUILTINS = frozenset(vars(builtins)) - REFUSED_BUILTINS - {"format"}


def shared_modules(libraries: Iterable[str]) -> frozenset[str]:
    """The modules that a program in shared company may import."""
    return frozenset((*_MODULES, "omniarc", *libraries))


def safe_names(libraries: Iterable[str]) -> frozenset[str]:
    """The names that may be used in shared company; made once everything importable is loaded."""
    safe: set[str] = set(_SHARED_BUILTINS)
    for listed in _MODULES.values():
        safe |= words(listed)
    for module in _WHOLE_MODULES:
        safe.update(_public(vars(module)))
    safe.update(set(np.__all__) - _NOT_OF_NUMPY)
    image = sys.modules.get("scipy.ndimage")
    safe.update(getattr(image, "__all__", ()))
    for kind in _TYPES:
        for base in kind.__mro__:
            safe.update(set(_public(vars(base))) - _NOT_OF_TYPES)
    for name, module in sys.modules.items():
        if name.partition(".")[0] == "omniarc":
            safe |= _own_names(module)
    for library in libraries:
        safe |= _own_names(sys.modules[library])
    safe |= shared_modules(libraries) | _COMMON | {"multi_index"}
    safe |= SAFE_DUNDERS - _NOT_SHARED_DUNDERS - _NOT_READ_DUNDERS
    return frozenset(safe)


def reachable_names(modules: Iterable[types.ModuleType], libraries: Iterable[str]) -> frozenset[str]:
    """Every name by which a program that imports shared modules only can reach what it did not make itself.

    These are the members of those modules, of their classes and of Python's own types, the private attributes
    that their functions use, and the names of all other modules.
    """
    shared = shared_modules(libraries)
    found: set[str] = set()
    kinds: set[type] = {kind for kind in vars(builtins).values() if isinstance(kind, type)}
    kinds |= {types.FunctionType, types.CodeType, types.FrameType, types.TracebackType, types.GeneratorType}
    kinds |= {types.CoroutineType, types.AsyncGeneratorType, types.MethodType, types.BuiltinFunctionType}
    for module in modules:
        found.add(module.__name__)
        if module.__name__ not in shared:
            continue
        for name, value in vars(module).items():
            found.add(name)
            if isinstance(value, type):
                kinds.add(value)
            elif isinstance(value, types.FunctionType):
                found.update(_private_names(value.__code__))
    for kind in kinds:
        for base in kind.__mro__:
            for name, value in vars(base).items():
                found.add(name)
                if isinstance(value, types.FunctionType):
                    found.update(_private_names(value.__code__))
    return frozenset(found)


def shared_dunder(name: str) -> bool:
    """True for a name of the form __x__ that a program in shared company may use."""
    return is_dunder(name) and name in SAFE_DUNDERS and name not in _NOT_SHARED_DUNDERS


def _own_names(module: types.ModuleType) -> set[str]:
    """What a module of the language or a library defines itself, and the members of its classes."""
    names = set()
    for name, value in vars(module).items():
        origin = getattr(value, "__module__", module.__name__)
        if (
            isinstance(value, types.ModuleType)
            or name.startswith("__")
            or origin not in (module.__name__, None)
        ):
            continue
        names.add(name)
        if isinstance(value, type):
            names.update(_public(vars(value)))
    return names


def _public(space: Iterable[str]) -> Iterator[str]:
    return (name for name in space if not name.startswith("_"))


def _private_names(code: types.CodeType) -> Iterator[str]:
    """Private names that a function of a module reads or writes, attributes of its instances among them."""
    return (name for name in code.co_names if name.startswith("_") and not is_dunder(name))
