"""What early stopping saves on a replayed set, and the memory of a run with many samples.

    python benchmarks/llm_replay.py [--tasks 40] [--samples 128] [--distinct 48]

Makes tasks whose rule is a symmetry, and a candidates file for them: in every second task about half of the
programs are right, in the others the only right ones come last. The file is replayed with and without early
stop, each in a process of its own. Reported are the programs judged, the share saved, the tasks solved and
the peak memory of the supervising process (the sandbox's workers are not in it).
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from inference.proposers.models.settings import ModelSettings
from inference.run.settings import Settings
from inference.run.solve import solve

_RIGHT = (
    "import numpy as np\ndef transform(grid):\n    return np.rot90(grid.T if {flip} else grid, {turns})\n"
)
_WRONG = "import numpy as np\ndef transform(grid):\n    return np.roll(grid, {number}) * 0\n"


def write_tasks(folder: Path, count: int) -> list[int]:
    """Write a Kaggle challenges file with its solutions; returns each task's symmetry."""
    generator = np.random.default_rng(0)
    challenges, solutions, rules = {}, {}, []
    for number in range(count):
        rule = int(generator.integers(1, 8))
        grids = [generator.integers(0, 10, generator.integers(4, 9, 2)) for _ in range(4)]
        outputs = [np.rot90(grid.T if rule >= 4 else grid, rule % 4) for grid in grids]
        pairs = [
            {"input": grid.tolist(), "output": output.tolist()}
            for grid, output in zip(grids, outputs, strict=True)
        ]
        challenges[f"{number:04d}"] = {"train": pairs[:3], "test": [{"input": pairs[3]["input"]}]}
        solutions[f"{number:04d}"] = [pairs[3]["output"]]
        rules.append(rule)
    (folder / "x_challenges.json").write_text(json.dumps(challenges))
    (folder / "x_solutions.json").write_text(json.dumps(solutions))
    return rules


def write_candidates(path: Path, rules: list[int], samples: int, distinct: int) -> None:
    """Write the samples of all tasks, about `distinct` different programs in each."""
    chance = random.Random(0)
    with path.open("w") as file:
        for number, rule in enumerate(rules):
            for sample in range(samples):
                early = number % 2 == 0 and chance.random() < 0.5
                variant = chance.randrange(max(1, distinct // 2))
                if early or sample >= samples - 2:
                    source = _RIGHT.format(flip=rule >= 4, turns=rule % 4 + 4 * variant)
                else:
                    source = _WRONG.format(number=variant)
                # a comment a sample, as models write them: equal programs, not equal texts
                record = {"task_id": f"{number:04d}", "source": f"{source}# sample {sample}\n"}
                file.write(json.dumps(record) + "\n")


def run_once(folder: Path, agree: int) -> dict[str, float]:
    """Replay the file; what was judged, solved and used."""
    settings = Settings(
        dataset=str(folder / "x_challenges.json"),
        samplers=("replay",),
        predictors=(),
        agree=agree,
        time_limit=3600.0,
        workers=1,
        model=ModelSettings(str(folder / "candidates.jsonl")),
    )
    began = time.monotonic()
    solved = solve(settings, folder / f"run-{agree}")
    summary = json.loads((solved.directory / "summary.json").read_text())
    assert solved.evaluation is not None
    return {
        "proposed": summary["progress"]["candidates"],
        "judged": sum(summary["verdicts"].values()),
        "solved": solved.evaluation.to_json()["scores"]["together"]["solved"],
        "seconds": round(time.monotonic() - began, 1),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tasks", type=int, default=40)
    parser.add_argument("--samples", type=int, default=128)
    parser.add_argument("--distinct", type=int, default=48)
    parser.add_argument("--agree", type=int, nargs="*", default=[0, 8], help="0: no early stop")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(run_once(Path(arguments.one), arguments.agree[0])))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rules = write_tasks(folder, arguments.tasks)
        write_candidates(folder / "candidates.jsonl", rules, arguments.samples, arguments.distinct)
        total = arguments.tasks * arguments.samples
        for agree in arguments.agree:
            command = [sys.executable, __file__, "--one", name, "--agree", str(agree)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            record = json.loads(done.stdout.splitlines()[-1])
            saved = 1 - record["proposed"] / total
            print(f"agree {agree}: {record}, samples saved {saved:.1%}", flush=True)


if __name__ == "__main__":
    main()
