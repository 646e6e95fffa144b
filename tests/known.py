"""Values of which the types say that they may be absent, in tests in which they must be there."""

from typing import TypeVar

from inference.proposers.models.proposer import ModelProposer
from inference.proposers.models.settings import ModelSettings
from inference.proposers.registry import make_stream

_T = TypeVar("_T")


def known(value: _T | None) -> _T:
    """`value`, which is not None."""
    assert value is not None
    return value


def model_proposer(name: str, settings: ModelSettings) -> ModelProposer:
    """The registry's proposer of that name, which asks a model."""
    proposer = make_stream(name, settings)
    assert isinstance(proposer, ModelProposer)
    return proposer
