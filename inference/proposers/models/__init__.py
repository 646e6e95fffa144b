"""What language-model backends share: settings, plans of samples, the queue, the stream, the numbers.

`ModelProposer` (proposer.py) asks a backend for samples and turns the answers into candidates and grids; a
backend (inference/proposers/) only generates text.
"""

from inference.proposers.models.backend import Backend, Completion, Request
from inference.proposers.models.proposer import ModelProposer
from inference.proposers.models.settings import ModelSettings

__all__ = ["Backend", "Completion", "ModelProposer", "ModelSettings", "Request"]
