"""omni-arc's public names: what a script or a notebook needs, in one place.

    from omni_arc import Settings, solve

    solved = solve(Settings("arc-agi-1/training", limit=3))
    print(solved.evaluation.total.solved, solved.directory)

Everything else is reached through the rooms (`arc`, `scoring`, `inference`, ...), whose names may change.
"""

from arc import (
    ArcError,
    Dataset,
    DatasetError,
    Grid,
    GridError,
    GridType,
    Pair,
    Task,
    TaskError,
    as_grid,
    load_dataset,
)
from inference.errors import InferenceError, ModelError
from inference.proposers.models.settings import ModelSettings
from inference.run.settings import Settings
from inference.run.solve import Solved, solve
from sandbox import Execution, Job, Limits, Sandbox, SandboxConfig, SandboxError, Status
from scoring.ballot import VoteOptions, VoteRule
from scoring.contract import Candidate, GridPrediction, JudgedProgram, Verdict, VerdictKind
from scoring.evaluation import Evaluation, evaluate
from scoring.record.errors import RunError, StoreError
from scoring.record.reader import Run
from scoring.vote import InputVote, vote

__all__ = [
    "ArcError",
    "Candidate",
    "Dataset",
    "DatasetError",
    "Evaluation",
    "Execution",
    "Grid",
    "GridError",
    "GridPrediction",
    "GridType",
    "InferenceError",
    "InputVote",
    "Job",
    "JudgedProgram",
    "Limits",
    "ModelError",
    "ModelSettings",
    "Pair",
    "Run",
    "RunError",
    "Sandbox",
    "SandboxConfig",
    "SandboxError",
    "Settings",
    "Solved",
    "Status",
    "StoreError",
    "Task",
    "TaskError",
    "Verdict",
    "VerdictKind",
    "VoteOptions",
    "VoteRule",
    "as_grid",
    "evaluate",
    "load_dataset",
    "solve",
    "vote",
]
