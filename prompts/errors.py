"""The errors of this room.

ArcError                 bad input, one line
  PromptError            an unknown prompt version, a broken template or a bad encoder spec
    PromptTooLong        the prompt does not fit, even with the fewest pairs
  AnswerError            the model's answer contains no program, or no grid in the requested form
"""

from __future__ import annotations

from arc import ArcError


class PromptError(ArcError):
    """An unknown prompt version, a broken template or a bad encoder spec; says what to use instead."""


class PromptTooLong(PromptError):
    """The prompt does not fit the context, even with the fewest pairs: the task is skipped, not cut."""


class AnswerError(ArcError):
    """An answer with no program, or no grid in the requested form."""
