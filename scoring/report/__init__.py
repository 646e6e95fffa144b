"""Reports of a run, in the terminal and as a self-contained page."""

from scoring.report.contents import (
    ErrorGroup,
    NearMiss,
    ProgramGroup,
    TaskRow,
    TaskView,
    task_rows,
    task_view,
)

__all__ = ["ErrorGroup", "NearMiss", "ProgramGroup", "TaskRow", "TaskView", "task_rows", "task_view"]
