"""A disk that is really full (a small tmpfs): one line, a valid submission, and the run goes on later."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from arc import load_dataset, read_json
from scoring.submission import check_submission

_DATASET = "arc-agi-1/development"
_SCRIPT = """
set -e
mount -t tmpfs -o size=700k tmpfs "$1/disk"
cd "$1"
python=$2; shift 2
set +e
"$python" -c 'from commands import main; main()' solve "$@" --run disk/run > first.out 2> first.err
echo $? > first.code
cp disk/run/submission.json first.json
mount -o remount,size=60m disk
"$python" -c 'from commands import main; main()' solve --resume disk/run > second.out 2> second.err
echo $? > second.code
cp disk/run/submission.json second.json
cp disk/run/summary.json summary.json
umount disk
"""


def _may_mount() -> bool:
    if shutil.which("unshare") is None or shutil.which("mount") is None:
        return False
    probe = "mount -t tmpfs -o size=100k tmpfs /mnt"
    return not subprocess.run(["unshare", "--mount", "sh", "-c", probe], capture_output=True).returncode


def test_a_full_disk_stops_the_run_with_one_line_and_it_goes_on_when_there_is_room(tmp_path: Path) -> None:
    if not _may_mount():
        pytest.skip("this process may not mount a file system of its own")
    tasks = load_dataset(_DATASET).select(limit=4)
    samples = tmp_path / "samples.jsonl"
    with samples.open("w") as file:
        for number in range(900):
            source = f"def transform(grid):\n    '''{'x' * 900}'''\n    return (grid + {number}) % 10\n"
            file.write(json.dumps({"task_id": tasks.ids[number % 4], "source": source}) + "\n")
    (tmp_path / "disk").mkdir()
    settings = ["--limit", "4", "--sampler", "replay", "--no-search", "--no-cells", "--agree", "0"]
    arguments = [_DATASET, *settings, "--model", str(samples), "--time-limit", "4m"]
    done = subprocess.run(
        ["unshare", "--mount", "bash", "-c", _SCRIPT, "full", str(tmp_path), sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=280,
        env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    assert done.returncode == 0, done.stderr
    errors = (tmp_path / "first.err").read_text()
    said = [line for line in errors.splitlines() if line.startswith("omni-arc:")]
    assert (tmp_path / "first.code").read_text() == "2\n", errors
    assert len(said) == 1 and "disk is full; make room" in said[0] and "--resume" in said[0]
    assert "Traceback" not in errors
    assert list(check_submission(read_json(tmp_path / "first.json"), tasks)) == []
    assert (tmp_path / "second.code").read_text() == "0\n", (tmp_path / "second.err").read_text()
    assert list(check_submission(read_json(tmp_path / "second.json"), tasks)) == []
    assert sum(read_json(tmp_path / "summary.json")["verdicts"].values()) == 900
