"""Which names candidates may use freely, which are guarded, and which are refused.

A name is *plain* (no opinion), *guarded* (harmless on most objects, a way out on some: checked where it is
read), or *forbidden* (a way to the interpreter's inside on every object).
"""

from __future__ import annotations

import dis
import types
from collections.abc import Iterable, Iterator

MODULE = "candidate"  # the name of the module that a program is


class PolicyError(Exception):
    """The program uses what the policy refuses."""


class PolicyImportError(PolicyError, ModuleNotFoundError):
    """The program imports what it may not; an ImportError, so that `try: import x` finds its other branch."""


class PolicyFileError(PolicyError, FileNotFoundError):
    """The program opens a file; a FileNotFoundError, so that a program ready for that goes on."""


class PolicyAttributeError(PolicyError, AttributeError):
    """The program reads or writes an attribute that it may not."""


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set of names."""
    return frozenset(text.split())


def _dunders(text: str) -> frozenset[str]:
    return frozenset(f"__{name}__" for name in text.split())


# Protocol methods and harmless data; all other names of the form __x__ are forbidden.
SAFE_DUNDERS = _dunders("""
    abs add aenter aexit aiter all and anext annotations args array_finalize array_function array_priority
    array_ufunc array_wrap author await bool bytes call cause ceil class_getitem classcell complex contains
    context copy copyright credits date debug deepcopy delete delitem dir divmod doc email enter eq exit file
    float floor floordiv format future ge get getitem gt hash iadd iand ifloordiv ilshift imatmul
    imod imul index init init_subclass instancecheck int invert ior ipow irshift isub iter itruediv ixor le
    len length_hint license lshift lt main maintainer match_args matmul members missing mod module mul name ne
    neg next notes or origin package pos post_init pow prepare qualname radd rand rdivmod repr reversed
    rfloordiv rlshift rmatmul rmod rmul ror round rpow rrshift rshift rsub rtruediv rxor set set_name setitem
    sizeof slots status stderr stdout str sub subclasscheck subclasshook suppress_context traceback truediv
    trunc version xor
""")
# Written in a class or on an object of the program's own these are ordinary; elsewhere they are a way out.
GUARDED_DUNDERS = _dunders("""
    array bases class code defaults delattr dict func getattr getattribute getstate kwdefaults mro new setattr
    setstate subclasses wrapped
""")
# What Python itself puts into the namespace of a class.
CLASS_DUNDERS = _dunders("""
    abstractmethods classdict classdictcell conditional_annotations firstlineno orig_bases parameters
    static_attributes type_params
""")

# Attributes that lead to frames, code objects and tracebacks.
FORBIDDEN = words("""
    tb_frame tb_next f_back f_builtins f_code f_generator f_globals f_locals f_trace f_lineno co_code
    co_consts gi_frame gi_code gi_yieldfrom cr_await cr_frame cr_code cr_origin ag_await ag_frame ag_code
    func_globals func_code im_func im_self _flavour
""")
# Functions that execute text or follow names in it: programs may have attributes of their own so called.
EXECUTING = words("""
    get_type_hints ForwardRef evaluate_forward_ref eval_type _evaluate _eval_type singledispatch
    singledispatchmethod LowLevelCallable global_enum from_callable _convert_ _convert get_field
    vformat _vformat
""")
# Built-in functions that candidates don't get.
REFUSED_BUILTINS = words("""
    open eval exec compile input breakpoint help exit quit __import__ copyright credits license
""")
# Functions of numpy and its like that read or write files, hold raw addresses or change numpy for all.
DANGEROUS_FUNCTIONS = words("""
    load save savez savez_compressed fromfile fromregex memmap DataSource tofile cffi
    dump dumps ctypes ctypeslib f2py distutils get_include show_config show_runtime info source lookfor
    seterrcall setbufsize set_numeric_ops bmat open_memmap add_newdoc add_docstring test
    imread imsave loadmat savemat __array_interface__ __array_struct__ recarray chararray
""")
# Names whose reading goes through a check of the object at run time.
_ALWAYS_GUARDED = words("""
    format format_map Formatter attrgetter methodcaller getattr mro resize data frombuffer
""")
MATCH_ARGS = "__match_args__"
# Attributes that are assigned in the body of a class, if anywhere.
WRITTEN_IN_CLASSES = (MATCH_ARGS, "__module__", "__code__", "__defaults__", "__kwdefaults__")
_MATCH_CLASS = dis.opmap["MATCH_CLASS"]
SCIENCE = ("numpy", "scipy", "skimage")


def is_dunder(name: str) -> bool:
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def forbidden(name: str) -> bool:
    """True if no program may read or write an attribute `name`, of whatever object."""
    if name.startswith("_guarded_"):
        return True
    if is_dunder(name):
        return name not in SAFE_DUNDERS and name not in GUARDED_DUNDERS
    return name in FORBIDDEN


def check_name(name: object) -> None:
    """Raise PolicyAttributeError if `name` is no plain text or is forbidden everywhere."""
    if type(name) is not str:
        raise PolicyAttributeError("an attribute's name must be plain text")
    if forbidden(name):
        raise PolicyAttributeError(f"the name {name!r} is not allowed")


def check_written(name: str) -> None:
    """The same for a name that is written to; some are written in a class, and nowhere else."""
    check_name(name)
    if name in WRITTEN_IN_CLASSES:
        raise PolicyAttributeError(f"{name!r} is written in the class itself")


class NameTable:
    """The guarded names, worked out from the modules that candidates can reach.

    Guarded is every attribute by which a reachable module holds one that is not, and every private name of a
    module, besides fixed lists.
    """

    def __init__(self, modules: Iterable[types.ModuleType], allowed: frozenset[str]) -> None:
        """`allowed` names the modules that may be read off others as they are."""
        self.guarded = _ALWAYS_GUARDED | DANGEROUS_FUNCTIONS | GUARDED_DUNDERS | EXECUTING
        for module in modules:
            self.guarded |= set(_ways_out(module, allowed))
        self._watched = self.guarded | FORBIDDEN

    def plain(self, code: types.CodeType) -> bool:
        """True if no name in the code, and in what is nested in it, is guarded or forbidden, nor read by a
        class pattern."""
        codes = [code]
        for part in codes:
            names = {*part.co_names, *part.co_varnames, *part.co_cellvars, *part.co_freevars}
            for value in part.co_consts:
                if type(value) is tuple:  # keyword arguments, attributes in patterns, what is imported
                    names.update(filter(_is_text, value))
                elif type(value) is types.CodeType:
                    codes.append(value)
            if not self._watched.isdisjoint(names) or _MATCH_CLASS in part.co_code[::2]:
                return False
            for name in names:
                if "." in name and not self._watched.isdisjoint(name.split(".")):
                    return False
                if "__" in name and not all(map(_harmless, name.split("."))):
                    return False
        return True

    def dangerous_on_module(self, module: str, name: str) -> bool:
        """True if `name` may not be read off the module of that name."""
        private = name.startswith("_") and name != "_" and name not in SAFE_DUNDERS
        if module == MODULE:
            return is_dunder(name) and private
        dangerous = module.partition(".")[0] in SCIENCE and name in DANGEROUS_FUNCTIONS
        return private or dangerous or name in EXECUTING


def _is_text(value: object) -> bool:
    return type(value) is str


def _harmless(name: str) -> bool:
    return name in CLASS_DUNDERS or (name != MATCH_ARGS and not forbidden(name))


def _ways_out(module: types.ModuleType, allowed: frozenset[str]) -> Iterator[str]:
    listed = getattr(module, "__all__", ())  # modules under old names find these only when asked
    for name in {*vars(module), *listed}:
        value = getattr(module, name, None)
        private = name.startswith("_") and not is_dunder(name) and name != "_"
        if private or (isinstance(value, types.ModuleType) and value.__name__ not in allowed):
            yield name
