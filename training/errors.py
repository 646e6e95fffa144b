"""What goes wrong in training."""

from __future__ import annotations

from arc import ArcError


class TrainingError(ArcError):
    """No examples can be made, or no model trained, as asked; the message says why."""


class NotDrawn(TrainingError):
    """A draw that gave no example; the next one may."""
