"""The primitives of the omniarc language as a prompt shows them: a signature and a sentence each."""

from __future__ import annotations

import inspect
from functools import lru_cache


@lru_cache(maxsize=1)
def primitives_text() -> str:
    """One line a public function of `omniarc`: its signature, then the first line of its docstring."""
    import omniarc  # only few prompts need it, and it is slow to import

    lines = [_line(name, value) for name, value in omniarc.vocabulary().items()]
    return "\n".join(line for line in lines if line)


def _line(name: str, value: object) -> str:
    if inspect.isfunction(value):
        return f"{name}{_signature(value)}  # {_summary(value)}"
    if inspect.isclass(value):
        return f"class {name}  # {_summary(value)}"
    return ""


def _signature(function: object) -> str:
    text = str(inspect.signature(function))  # type: ignore[arg-type]
    return text.replace("'", "").replace("numpy.", "np.")


def _summary(value: object) -> str:
    lines = (inspect.getdoc(value) or "").splitlines()
    return lines[0].strip() if lines else ""
