"""Views of a run: the same facts for the terminal and for the self-contained page."""

from scoring.report.views import ErrorGroup, NearMiss, ProgramGroup, TaskRow, TaskView, task_rows, task_view

__all__ = ["ErrorGroup", "NearMiss", "ProgramGroup", "TaskRow", "TaskView", "task_rows", "task_view"]
