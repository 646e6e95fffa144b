"""Converts other people's pickled pools into JSON lines, which `--pool` and `replay` take.

    python -m inference.proposers.pickle_pool POOL.pkl -o pool.jsonl [--losses]

The pickle is read in a separate, confined process (pickle_reader.py); here only its JSON lines are, each
checked before it is written. `--losses` says that the pool's scores are losses, where lower is better.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from arc import GridError, as_grid, to_rows, visible
from inference.proposers.candidate_file import CandidateFileError, read_records
from scoring.files import write_whole

_SECONDS = 900
_READER = "inference.proposers.pickle_reader"


def convert(pool: Path, output: Path, *, losses: bool = False) -> int:
    """Write the grids of a pickled pool as JSON lines; returns how many there are.

    Raises CandidateFileError, with nothing written, for a file that is not a pool of grids.
    """
    try:
        with pool.open("rb") as data:
            made = _read(pool, data)
    except OSError as error:
        raise CandidateFileError(f"{pool}: {error.strerror or error}") from None
    lines = _checked(pool, made, losses)
    if not lines:
        raise CandidateFileError(f"{pool}: holds no grid")
    write_whole(output, "".join(lines))
    return len(lines)


def _read(pool: Path, data: IO[bytes]) -> bytes:
    """What the reader makes of a file; it may write to its pipes only."""
    command = [sys.executable, "-m", _READER]
    paths = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, stdin=data, capture_output=True, env=environment, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise CandidateFileError(f"{pool}: not read within {_SECONDS} s") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        why = said[-1] if said else f"its reader ended with status {done.returncode}"
        raise CandidateFileError(f"{pool}: {visible(why)}")
    return done.stdout


def _checked(pool: Path, made: bytes, losses: bool) -> Sequence[str]:
    lines = []
    for record in read_records(str(pool), io.BytesIO(made)):
        values = record.values
        try:
            kept = {
                "task_id": record.task_id,
                "test_index": int(values["test_index"]),
                "grid": to_rows(as_grid(values["grid"])),
            }
        except GridError as error:
            raise CandidateFileError(f"{pool}: task {visible(record.task_id)}: {error}") from None
        score = values.get("log_probability")
        if isinstance(score, (int, float)):
            kept["log_probability"] = -score if losses else score
        lines.append(json.dumps(kept) + "\n")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 2 for bad input, with one line on standard error."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--losses", action="store_true", help="scores are losses: lower is better")
    given = parser.parse_args(arguments)
    try:
        count = convert(given.pool, given.output, losses=given.losses)
    except CandidateFileError as error:
        print(f"pickle_pool: {error}", file=sys.stderr)
        return 2
    print(f"{given.output}: {count} grids")
    return 0


if __name__ == "__main__":
    sys.exit(main())
