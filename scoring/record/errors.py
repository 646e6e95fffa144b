"""The errors of run records.

ArcError            bad input, one line, exit code 2
  RunError          a run directory can't be used as asked
  StoreError        a run can't be read
"""

from arc import ArcError


class RunError(ArcError):
    """A run directory that is in use, not empty, of another configuration, or unreadable."""


class StoreError(ArcError):
    """A run that can't be read: missing, of another version, damaged; the message says which."""
