"""The notebook of the quick start, run in a real kernel."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

_ROOT = Path(__file__).parents[2]


@pytest.mark.filterwarnings("default")  # of the notebook's own machinery
def test_the_quick_start_runs_and_shows_coloured_grids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(_ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    file = _ROOT / "docs" / "quickstart.ipynb"
    notebook = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types
    assert all(not cell.get("outputs") for cell in notebook.cells), "commit the notebook without its outputs"
    client = NotebookClient(notebook, timeout=200, resources={"metadata": {"path": str(tmp_path)}})
    client.execute(env=os.environ.copy())
    shown = [
        output["data"] for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output
    ]
    drawn = [data for data in shown if "<svg" in str(data.get("image/svg+xml", data.get("text/html", "")))]
    assert len(drawn) >= 3
