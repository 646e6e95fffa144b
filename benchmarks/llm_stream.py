"""How much the streaming path costs: tokens/s of our stream, with the sandbox working beside it, against
raw `LLM.generate` over the same prompts, with the same engine, in one run.

    python benchmarks/llm_stream.py --model FOLDER [--tasks 8] [--samples 16] [--repeats 3]

The engine is loaded once. Rounds alternate between the two ways; what is reported is the median of the
ratios, the engine's idle share in our stream, and how many programs the sandbox judged meanwhile. The
sandbox gets a working program for each sample, as the text of an untrained model would not even parse. On a
machine that is busy otherwise, look at the rate by CPU seconds of this process, which holds the engine, our
stream and the sandbox's supervisor (OMP_NUM_THREADS=1 makes it meaningful), and at the engine's steps, which
do not depend on load: equal steps and an idle share of 1% are a ratio of 0.99.
"""

from __future__ import annotations

import argparse
import json
import queue
import statistics
import threading
import time
from typing import Any

from arc import load_dataset
from inference.proposers.contract import RunBudget
from inference.proposers.models import ModelProposer, ModelSettings, Request
from inference.proposers.models.vllm import VllmBackend
from sandbox import Sandbox
from sandbox.contract import Job, SandboxConfig
from scoring.contract import TaskFinished

_WORK = (
    "import numpy as np\ndef transform(grid):\n    return np.rot90(np.asarray(grid), {turns})  # {number}\n"
)


class Kept(VllmBackend):
    """An engine that outlives its streams, and remembers the requests that it got."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__(settings)
        self.requests: list[Request] = []
        self.steps = 0

    def start(self) -> None:
        if self._engine is None:
            super().start()
            step = self._engine.step

            def counted() -> Any:
                self.steps += 1
                return step()

            self._engine.step = counted

    def submit(self, request: Request) -> None:
        self.requests.append(request)
        super().submit(request)

    def close(self) -> None:
        self.abort(list(self._live))


def stream(
    backend: Kept, sandbox: Sandbox, settings: ModelSettings, tasks: Any, samples: int
) -> dict[str, Any]:
    """One round of our way: the stream in a thread, its candidates into the sandbox as they come."""
    backend.requests.clear()
    backend.steps = 0
    backend.busy_seconds = 0.0
    backend._engine.reset_prefix_cache()
    proposer = ModelProposer("vllm", backend, settings)
    budget = RunBudget(time.monotonic() + 3600, seed=1, samples=samples)
    born: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def drive() -> None:
        for proposal in proposer.stream(tasks, budget):
            born.put(proposal)
        born.put(None)

    inputs = {task.id: task.inputs for task in tasks}
    submitted = judged = 0
    ended = False
    cpu = time.process_time()
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
    cpu = time.process_time() - cpu
    numbers = proposer.stats()
    return {
        "seconds": numbers["seconds"],
        "tokens": numbers["tokens"],
        "steps": backend.steps,
        "tokens_per_second": numbers["tokens_per_second"],
        "tokens_per_cpu_second": round(numbers["tokens"] / cpu, 2),
        "idle_share": numbers["idle_share"],
        "judged": judged,
    }


def generate(backend: Kept, requests: list[Request]) -> dict[str, Any]:
    """One round of the raw way: all requests at once, in the order in which our stream asked them."""
    from vllm import SamplingParams

    backend._engine.reset_prefix_cache()
    backend.steps = 0
    prompts = [{"prompt_token_ids": list(request.tokens or ())} for request in requests]
    params = [
        SamplingParams(
            n=1,
            seed=request.seed,
            temperature=request.temperature,
            top_p=request.top_p,
            max_tokens=request.max_tokens,
            stop=list(request.prompt.stop),
            include_stop_str_in_output=True,
            logprobs=0,
        )
        for request in requests
    ]
    began, cpu = time.monotonic(), time.process_time()
    outputs = backend.llm.generate(prompts, params, use_tqdm=False)
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    tokens = sum(len(output.outputs[0].token_ids) for output in outputs)
    return {
        "seconds": round(seconds, 3),
        "tokens": tokens,
        "steps": backend.steps,
        "tokens_per_second": round(tokens / seconds, 2),
        "tokens_per_cpu_second": round(tokens / cpu, 2),
    }


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
    parser.add_argument("--eager", action="store_true")
    arguments = parser.parse_args()
    settings = ModelSettings(
        model=arguments.model,
        dtype=arguments.dtype,
        eager=arguments.eager,
        running=arguments.running,
        context_length=arguments.context,
        max_tokens=arguments.max_tokens,
        encoder="MinimalGridEncoder()",
        program_prompt="code-from-examples-v0",
        grid_prompt="output-from-examples-v0",
    )
    tasks = load_dataset(arguments.dataset).select(limit=arguments.tasks).hidden().tasks
    backend = Kept(settings)
    backend.start()
    ours, raw = [], []
    with Sandbox(SandboxConfig()) as sandbox:
        stream(backend, sandbox, settings, tasks, 1)  # warms up what is made at first use
        for _ in range(arguments.repeats):
            ours.append(stream(backend, sandbox, settings, tasks, arguments.samples))
            raw.append(generate(backend, list(backend.requests)))
            print(json.dumps({"ours": ours[-1], "raw": raw[-1]}), flush=True)
    VllmBackend.close(backend)
    for rate in ("tokens_per_second", "tokens_per_cpu_second"):
        ratios = [round(a[rate] / b[rate], 3) for a, b in zip(ours, raw, strict=True)]
        print(f"ours / raw LLM.generate, {rate}: median {statistics.median(ratios):.3f} of {ratios}")


if __name__ == "__main__":
    main()
