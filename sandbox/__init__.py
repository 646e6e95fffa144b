"""Runs candidate programs that nobody vouches for, and returns what they gave as plain grids.

from sandbox import Job, Sandbox

with Sandbox() as sandbox:
    for execution in sandbox.run([Job(0, "def transform(grid): return grid.T", (grid,))]):
        print(execution.status, execution.outputs)
"""

from sandbox.contract import Execution, Executor, Job, Limits, Policy, SandboxConfig, SandboxError, Status
from sandbox.normalise import normalise
from sandbox.pool import Sandbox

__all__ = [
    "Execution",
    "Executor",
    "Job",
    "Limits",
    "Policy",
    "Sandbox",
    "SandboxConfig",
    "SandboxError",
    "Status",
    "normalise",
]
