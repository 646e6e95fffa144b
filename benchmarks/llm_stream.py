"""How much the streaming path costs: tokens/s of our stream, with the sandbox working beside it, against
raw `LLM.generate` over the same prompts, in one run.

    python benchmarks/llm_stream.py --model FOLDER [--tasks 8] [--samples 16] [--repeats 3]

Our engine lives in a process of its own, as in a run; `LLM.generate` runs on an equal engine in another one.
Both are loaded once, and rounds alternate between them; what is reported is the median of the ratios, the
engine's idle share in our stream, and how many programs the sandbox judged meanwhile. The sandbox gets a
working program for each sample, as the text of an untrained model would not even parse. On a machine that is
busy otherwise, look at the rate by CPU seconds of the engine's process.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import queue
import statistics
import threading
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from arc import load_dataset
from inference.proposers.contract import RunBudget
from inference.proposers.models import ModelProposer, ModelSettings, Request
from inference.proposers.models.engines import ProcessEngines
from inference.proposers.models.fleet import Fleet
from inference.proposers.models.vllm import sampling_params
from sandbox import Sandbox
from sandbox.contract import Job, SandboxConfig
from scoring.contract import TaskFinished

_WORK = (
    "import numpy as np\ndef transform(grid):\n    return np.rot90(np.asarray(grid), {turns})  # {number}\n"
)


class Kept(Fleet):
    """An engine process that outlives its streams, and remembers the requests that it got."""

    def __init__(self, settings: ModelSettings) -> None:
        self.processes = ProcessEngines(settings)
        super().__init__(settings, self.processes)
        self.requests: list[Request] = []

    def start(self, log: Path | None = None) -> None:
        if not self._loads:
            super().start(log)

    def submit(self, request: Request) -> None:
        self.requests.append(request)
        super().submit(request)

    def close(self) -> None:
        for load in self._loads.values():
            self.abort(list(load.live))

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds that the engine's process has used."""
        fields = Path(f"/proc/{self.processes.process_ids[0]}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stream(
    backend: Kept, sandbox: Sandbox, settings: ModelSettings, tasks: Any, samples: int, seed: int
) -> dict[str, Any]:
    """One round of our way: the stream in a thread, its candidates into the sandbox as they come."""
    backend.requests.clear()
    busy, cpu = backend.busy_seconds, backend.cpu_seconds
    proposer = ModelProposer("vllm", backend, settings)
    budget = RunBudget(time.monotonic() + 3600, seed=seed, samples=samples)
    born: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def drive() -> None:
        for proposal in proposer.stream(tasks, budget):
            born.put(proposal)
        born.put(None)

    inputs = {task.id: task.inputs for task in tasks}
    submitted = judged = 0
    ended = False
    thread = threading.Thread(target=drive)
    thread.start()
    while not ended or judged < submitted:
        while not born.empty():
            proposal = born.get()
            ended = proposal is None
            if not ended and not isinstance(proposal, TaskFinished):
                source = _WORK.format(turns=submitted % 4, number=submitted)
                sandbox.submit(Job(submitted, source, inputs[proposal.task_id]))
                submitted += 1
        if sandbox.pending:
            judged += len(sandbox.collect(0.05))
        else:
            time.sleep(0.02)
    thread.join()
    numbers = proposer.stats()
    return {
        "seconds": numbers["seconds"],
        "tokens": numbers["tokens"],
        "tokens_per_second": numbers["tokens_per_second"],
        "tokens_per_cpu_second": round(numbers["tokens"] / max(backend.cpu_seconds - cpu, 1e-9), 2),
        "idle_share": round(1 - (backend.busy_seconds - busy) / numbers["seconds"], 4),
        "judged": judged,
    }


def generate_rounds(connection: Connection, settings: ModelSettings) -> None:
    """The other process: `LLM.generate` on each list of requests that comes, all at once."""
    from inference.proposers.models.vllm import load_llm

    llm = load_llm(settings)
    connection.send("ready")
    while (requests := connection.recv()) is not None:
        prompts = [{"prompt_token_ids": list(request.tokens or ())} for request in requests]
        params = [sampling_params(replace(request, probe=False)) for request in requests]
        began, cpu = time.monotonic(), time.process_time()
        outputs = llm.generate(prompts, params, use_tqdm=False)
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
        tokens = sum(len(output.outputs[0].token_ids) for output in outputs)
        record = {
            "seconds": round(seconds, 3),
            "tokens": tokens,
            "tokens_per_second": round(tokens / seconds, 2),
            "tokens_per_cpu_second": round(tokens / cpu, 2),
        }
        connection.send(record)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--dataset", default="arc-agi-1/development")
    parser.add_argument("--tasks", type=int, default=6)
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--max-tokens", type=int, default=128)
    parser.add_argument("--running", type=int, default=32)
    parser.add_argument("--context", type=int, default=2048)
    parser.add_argument("--dtype", default="auto")
    parser.add_argument("--kv-cache-gb", type=float)
    parser.add_argument("--eager", action="store_true")
    arguments = parser.parse_args()
    settings = ModelSettings(
        model=arguments.model,
        dtype=arguments.dtype,
        eager=arguments.eager,
        running=arguments.running,
        context_length=arguments.context,
        kv_cache_gb=arguments.kv_cache_gb,
        max_tokens=arguments.max_tokens,
        grid_max_tokens=arguments.max_tokens,
        encoder="MinimalGridEncoder()",
        program_prompt="code-from-examples-v0",
        grid_prompt="output-from-examples-v0",
    )
    tasks = load_dataset(arguments.dataset).select(limit=arguments.tasks).hidden().tasks
    backend = Kept(settings)
    backend.start()
    connection, theirs = multiprocessing.get_context("spawn").Pipe()
    other = multiprocessing.get_context("spawn").Process(target=generate_rounds, args=(theirs, settings))
    other.start()
    connection.recv()
    ours, raw = [], []
    with Sandbox(SandboxConfig()) as sandbox:
        for repeat in range(arguments.repeats + 1):  # the first warms up what is made at first use
            # a seed of its own: no prompt of an earlier round lies in the prefix cache
            record = stream(backend, sandbox, settings, tasks, arguments.samples, seed=repeat)
            connection.send(list(backend.requests))
            against = connection.recv()
            if repeat:
                ours.append(record)
                raw.append(against)
                print(json.dumps({"ours": ours[-1], "raw": raw[-1]}), flush=True)
    connection.send(None)
    other.join()
    Fleet.close(backend)
    for rate in ("tokens_per_second", "tokens_per_cpu_second"):
        ratios = [round(a[rate] / b[rate], 3) for a, b in zip(ours, raw, strict=True)]
        print(f"ours / raw LLM.generate, {rate}: median {statistics.median(ratios):.3f} of {ratios}")


if __name__ == "__main__":
    main()
