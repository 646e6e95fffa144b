"""The OpenAI backend against a real HTTP server on the loopback, which answers as told."""

import json
import socket
import threading
import time
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from arc import Pair, Task, as_grid
from inference.errors import ModelError
from inference.proposers.contract import RunBudget
from inference.proposers.models import ModelSettings
from inference.proposers.registry import make_stream
from scoring.contract import TaskFinished

pytest.importorskip("httpx")

PROGRAM = "def transform(grid):\n    return grid\n"
SETTINGS = ModelSettings(
    running=4, direct_share=0.0, encoder="MinimalGridEncoder()", api_key_env="NO_KEY_HERE"
)
TRAIN = tuple(Pair(as_grid([[n, 1]]), as_grid([[1, n]])) for n in range(2, 6))
TASKS = [Task(name, TRAIN, (Pair(as_grid([[9, 1]]), None),)) for name in "ab"]


def answer(text=f"{PROGRAM}```", finish="stop", logprobs=(-0.5, -1.5), content=None):
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    if logprobs is not None:
        choice["logprobs"] = {"content": [{"token": "x", "logprob": value} for value in logprobs]}
    return 200, {"choices": [choice], "usage": {"prompt_tokens": 40, "completion_tokens": 2}}


def failure(status, message):
    return status, {"error": {"message": message}}


class Server:
    """Answers POST /v1/chat/completions with `respond(body)`; keeps the bodies it got."""

    def __init__(self):
        self.respond = lambda body: answer()
        self.models = ["tiny"]
        self.bodies, self.keys = [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.reply(200, {"data": [{"id": name} for name in outer.models]})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.bodies.append(body)
                outer.keys.append(self.headers.get("Authorization"))
                self.reply(*outer.respond(body))

            def reply(self, status, record):
                data = record if isinstance(record, bytes) else json.dumps(record).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda request, address: None
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr("inference.proposers.models.openai._FIRST_PAUSE", 0.02)
    running = Server()
    yield running
    running.close()


def run(server, tasks=TASKS, samples=4, seconds=30.0, **changes):
    proposer = make_stream("openai", replace(SETTINGS, base_url=server.url, **changes))
    proposals = list(proposer.stream(tasks, RunBudget(time.monotonic() + seconds, seed=1, samples=samples)))
    return proposals, proposer


def programs(proposals):
    return [p for p in proposals if not isinstance(p, TaskFinished)]


def test_samples_are_asked_and_read(server, monkeypatch):
    monkeypatch.setenv("NO_KEY_HERE", "secret")
    proposals, proposer = run(server, temperature=0.7)
    found = programs(proposals)
    assert sorted((p.task_id, p.sample) for p in found) == [(t, n) for t in "ab" for n in range(4)]
    assert all(p.source.endswith(PROGRAM) and p.log_probability == -2.0 for p in found)
    assert set(server.keys) == {"Bearer secret"}
    body = server.bodies[0]
    assert (body["model"], body["temperature"], body["stop"]) == ("tiny", 0.7, ["\n```"])
    assert body["continue_final_message"] is True
    assert body["messages"][-1] == {"role": "assistant", "content": "```python\nimport numpy as np\n"}
    assert len({body["seed"] for body in server.bodies}) == 8
    assert proposer.stats()["prompt_tokens"] == 320


def test_a_server_that_refuses_options_is_asked_without_them(server):
    def respond(body):
        for name in ("continue_final_message", "logprobs", "seed"):
            if name in body:
                return failure(400, f"unknown argument {name}")
        return answer(f"Here:\n```python\n{PROGRAM}```", logprobs=None)

    server.respond = respond
    found = programs(run(server)[0])
    assert [p.source for p in found] == [PROGRAM] * 8
    assert all(p.log_probability is None for p in found)
    assert all(body["messages"][-1]["role"] == "user" for body in server.bodies[-4:])


def test_a_server_that_starts_the_answer_afresh_is_understood(server):
    server.respond = lambda body: answer(f"```python\n{PROGRAM}```")
    assert {p.source for p in programs(run(server)[0])} == {PROGRAM}


def test_what_may_pass_is_tried_again(server):
    tries = Counter()

    def respond(body):
        tries[body["seed"]] += 1
        return [failure(500, "oops"), failure(429, "slow down"), answer()][min(tries[body["seed"]], 3) - 1]

    server.respond = respond
    proposals, proposer = run(server)
    assert len(programs(proposals)) == 8
    assert set(tries.values()) == {3}
    assert proposer.stats()["failed"] == 0


def test_no_more_than_running_requests_are_at_the_server(server):
    now, most, lock = [0], [0], threading.Lock()

    def respond(body):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        return answer()

    server.respond = respond
    run(server, samples=10, running=3)
    assert most[0] == 3


def test_a_server_that_only_fails_ends_the_stream_with_its_own_words(server):
    server.respond = lambda body: failure(400, "quota is used up")
    with pytest.raises(ModelError, match="quota is used up") as caught:
        run(server, samples=50)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("reply", [b"no json", {"choices": []}, {"choices": [{"message": 5}]}, [1]])
def test_a_malformed_answer_is_a_failed_sample(server, reply):
    bad = {"seed": None}

    def respond(body):
        bad["seed"] = bad["seed"] or body["seed"]
        return (200, reply) if body["seed"] == bad["seed"] else answer()

    server.respond = respond
    proposals, proposer = run(server)
    assert len(programs(proposals)) == 7
    assert proposer.stats()["failed"] == 2
    assert any("malformed" in p.error for p in proposals if isinstance(p, TaskFinished))


def test_a_prompt_too_long_for_the_server_loses_pairs(server):
    def respond(body):
        shown = body["messages"][1]["content"].count("### Pair")
        return answer() if shown <= 3 else failure(400, "This model's maximum context length is 50 tokens.")

    server.respond = respond
    proposals, proposer = run(server)
    assert len(programs(proposals)) == 8
    assert proposer.stats()["short_prompts"] >= 8


def test_an_answer_cut_off_by_the_token_limit_is_unparsable(server):
    server.respond = lambda body: answer("def transform(", finish="length")
    proposals, proposer = run(server)
    assert all(p.source == "" and p.answer.endswith("def transform(") for p in programs(proposals))
    assert proposer.stats()["unparsable"] == 8


def test_a_hanging_server_does_not_outlive_the_deadline(server):
    gate = threading.Event()
    server.respond = lambda body: (gate.wait(20) and answer()) or answer()
    began = time.monotonic()
    proposals, _ = run(server, seconds=0.5)
    assert proposals == []
    assert time.monotonic() - began < 15
    gate.set()


def test_a_stopped_tasks_answers_are_dropped(server):
    server.respond = lambda body: time.sleep(0.05) or answer()
    proposer = make_stream("openai", replace(SETTINGS, base_url=server.url))
    seen = []
    for proposal in proposer.stream(TASKS, RunBudget(time.monotonic() + 30, samples=8)):
        if not seen:
            proposer.stop("a")
        seen.append(proposal)
    count = Counter(p.task_id for p in programs(seen))
    assert count["a"] <= SETTINGS.running  # those that came with the first one
    assert sum(count.values()) == 16


def test_no_server_is_one_line():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    for bad in (url, "nonsense"):
        proposer = make_stream("openai", replace(SETTINGS, base_url=bad))
        with pytest.raises(ModelError, match="no server answers there") as caught:
            list(proposer.stream(TASKS, RunBudget(time.monotonic() + 5, samples=1)))
        assert "\n" not in str(caught.value)


def test_an_unknown_model_is_one_line(server):
    with pytest.raises(ModelError, match=r"serves no model 'big' .it serves tiny."):
        run(server, model="big")
