"""The errors of this room.

ArcError                      bad input, one line, exit code 2
  InferenceError              a proposer can't work as asked
    ModelError                the model, adapter or server is missing or refuses
"""

from arc import ArcError


class InferenceError(ArcError):
    """A proposer can't work as asked; the message says what to do."""


class ModelError(InferenceError):
    """The model, the adapter, the device or the server is missing or refuses."""
