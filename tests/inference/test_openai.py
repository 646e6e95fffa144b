"""The OpenAI backend against a real HTTP server on the loopback, which answers as told."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arc import Pair, Task, as_grid
from inference.errors import ModelError
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.models import ModelSettings
from inference.proposers.models.endpoint import Endpoint, same_model
from inference.proposers.models.proposer import ModelProposer
from scoring.contract import Candidate, GridPrediction, TaskFinished
from tests.known import known, model_proposer
from tests.scripted_server import PROGRAM, Body, Reply, Server, answer, failure

pytest.importorskip("httpx")

SETTINGS = ModelSettings(
    running=4, direct_share=0.0, encoder="MinimalGridEncoder()", api_key_env="NO_KEY_HERE"
)
TRAIN = tuple(Pair(as_grid([[n, 1]]), as_grid([[1, n]])) for n in range(2, 6))
TASKS = [Task(name, TRAIN, (Pair(as_grid([[9, 1]]), None),)) for name in "ab"]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr("inference.proposers.models.endpoint._FIRST_PAUSE", 0.02)
    monkeypatch.setattr("inference.proposers.models.openai._PAUSE", 0.02)
    running = Server()
    yield running
    running.close()


def run(
    server: Server, tasks: Sequence[Task] = TASKS, samples: int = 4, seconds: float = 30.0, **changes: Any
) -> tuple[list[Proposal], ModelProposer]:
    proposer = model_proposer("openai", replace(SETTINGS, base_url=(server.url,), **changes))
    proposals = list(proposer.stream(tasks, RunBudget(time.monotonic() + seconds, seed=1, samples=samples)))
    return proposals, proposer


def programs(proposals: Iterable[Proposal]) -> list[Candidate]:
    assert not any(isinstance(p, GridPrediction) for p in proposals)
    return [p for p in proposals if isinstance(p, Candidate)]


def test_samples_are_asked_and_read(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_server_that_refuses_options_is_asked_without_them(server: Server) -> None:
    def respond(body: Body) -> Reply:
        for name in ("continue_final_message", "logprobs", "seed"):
            if name in body:
                return failure(400, f"unknown argument {name}")
        return answer(f"Here:\n```python\n{PROGRAM}```", logprobs=None)

    server.respond = respond
    found = programs(run(server)[0])
    assert [p.source for p in found] == [PROGRAM] * 8
    assert all(p.log_probability is None for p in found)
    assert all(body["messages"][-1]["role"] == "user" for body in server.bodies[-4:])


def test_a_server_that_starts_the_answer_afresh_is_understood(server: Server) -> None:
    server.respond = lambda body: answer(f"```python\n{PROGRAM}```")
    assert {p.source for p in programs(run(server)[0])} == {PROGRAM}


def test_what_may_pass_is_tried_again(server: Server) -> None:
    tries: Counter[int] = Counter()

    def respond(body: Body) -> Reply:
        tries[body["seed"]] += 1
        return [failure(500, "oops"), failure(429, "slow down"), answer()][min(tries[body["seed"]], 3) - 1]

    server.respond = respond
    proposals, proposer = run(server)
    assert len(programs(proposals)) == 8
    assert set(tries.values()) == {3}
    assert proposer.stats()["failed"] == 0


def test_no_more_than_running_requests_are_at_the_server(server: Server) -> None:
    now, most, lock, full = [0], [0], threading.Lock(), threading.Event()

    def respond(body: Body) -> Reply:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
            if now[0] == 3:
                full.set()
        full.wait(20)  # nothing is answered before three requests are here
        with lock:
            now[0] -= 1
        return answer()

    server.respond = respond
    run(server, samples=10, running=3)
    assert most[0] == 3


def test_a_server_that_only_fails_ends_the_stream_with_its_own_words(server: Server) -> None:
    server.respond = lambda body: failure(400, "quota is used up")
    with pytest.raises(ModelError, match="quota is used up") as caught:
        run(server, samples=50)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (b"no json", "no JSON but 'no json'"),
        (b"", "no JSON but nothing"),
        ({"choices": []}, "malformed"),
        ({"choices": [{"message": 5}]}, "malformed"),
        ({"choices": [{"message": {"content": {"x": 1}}}]}, "malformed"),
        ([1], "malformed"),
    ],
)
def test_a_malformed_answer_is_a_failed_sample(server: Server, reply: Any, fault: str) -> None:
    bad = {"seed": None}

    def respond(body: Body) -> Reply:
        bad["seed"] = bad["seed"] or body["seed"]
        return (200, reply) if body["seed"] == bad["seed"] else answer()

    server.respond = respond
    proposals, proposer = run(server)
    assert len(programs(proposals)) == 7
    assert proposer.stats()["failed"] == 1
    assert any(fault in p.error for p in proposals if isinstance(p, TaskFinished))


def test_a_prompt_too_long_for_the_server_loses_pairs(server: Server) -> None:
    def respond(body: Body) -> Reply:
        shown = body["messages"][1]["content"].count("### Pair")
        return answer() if shown <= 3 else failure(400, "This model's maximum context length is 50 tokens.")

    server.respond = respond
    proposals, proposer = run(server)
    assert len(programs(proposals)) == 8
    assert proposer.stats()["short_prompts"] >= 8


def test_an_answer_cut_off_by_the_token_limit_is_unparsable(server: Server) -> None:
    server.respond = lambda body: answer("def transform(", finish="length")
    proposals, proposer = run(server)
    assert all(p.source == "" and known(p.answer).endswith("def transform(") for p in programs(proposals))
    assert proposer.stats()["unparsable"] == 8


def test_a_hanging_server_does_not_outlive_the_deadline(server: Server) -> None:
    gate = threading.Event()
    server.respond = lambda body: answer() if gate.wait() else failure(500, "")
    try:
        proposals, _ = run(server, seconds=0.5)  # it ends although no request does
    finally:
        gate.set()
    assert proposals == []


def answer_once(event: threading.Event, first: int = 0) -> Callable[[Body], Reply]:
    """Answers `first` requests at once, the others when `event` is set."""
    free = threading.Semaphore(first)

    def respond(body: Body) -> Reply:
        if not free.acquire(blocking=False):
            event.wait(20)
        return answer()

    return respond


def test_a_stopped_tasks_answers_are_dropped(server: Server) -> None:
    stopped = threading.Event()
    server.respond = answer_once(stopped, first=1)
    proposer = model_proposer("openai", replace(SETTINGS, base_url=(server.url,)))
    seen: list[Proposal] = []
    for proposal in proposer.stream(TASKS, RunBudget(time.monotonic() + 30, samples=8)):
        if not seen:
            proposer.stop("a")
            stopped.set()
        seen.append(proposal)
    count = Counter(p.task_id for p in programs(seen))
    assert count["a"] <= SETTINGS.running  # those that came with the first one
    assert sum(count.values()) == 16


def test_no_server_is_one_line() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    for bad in (url, "nonsense"):
        proposer = model_proposer("openai", replace(SETTINGS, base_url=(bad,)))
        with pytest.raises(ModelError, match="no server answers there") as caught:
            list(proposer.stream(TASKS, RunBudget(time.monotonic() + 5, samples=1)))
        assert "\n" not in str(caught.value)


def test_an_unknown_model_is_one_line(server: Server) -> None:
    with pytest.raises(ModelError, match=r"serves no model 'big' .it serves tiny."):
        run(server, model="big")


FENCED = f"Here it is:\n\n```python\n{PROGRAM}```\n"


def unless(
    allowed: Callable[[Body], bool], status: int, *words: str, afresh: bool = False, **error: Any
) -> Callable[[Body], Reply]:
    """Answers a body that `allowed` accepts, and refuses others with an error of these fields."""

    def respond(body: Body) -> Reply:
        if not allowed(body):
            return status, {"error": {"message": " ".join(words), **error}}
        return answer(FENCED if "continue_final_message" not in body else f"{PROGRAM}```")

    return respond


def without(*names: str) -> Callable[[Body], bool]:
    return lambda body: not set(names) & set(body)


def user_last(body: Body) -> bool:
    return bool(body["messages"][-1]["role"] == "user")


REFUSALS = {
    "renamed": unless(
        without("max_tokens"),
        400,
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'.",
        param="max_tokens",
        code="unsupported_parameter",
    ),
    "temperature by param": unless(
        without("temperature"),
        400,
        "Unsupported value: only the default (1) is supported.",
        param="temperature",
        code="unsupported_value",
    ),
    "log-probabilities in words": unless(without("logprobs"), 400, "This model does not support LogProbs."),
    "seed in capitals": unless(without("seed"), 422, "UNKNOWN ARGUMENT SEED"),
    "prefill, llama.cpp": unless(
        user_last, 400, "Assistant response prefill is incompatible with enable_thinking.", code=400
    ),
    "prefill, as a server's fault": unless(
        user_last, 500, "Cannot have 2 or more assistant messages: prefill"
    ),
    "prefill, hosted": unless(user_last, 400, "The conversation must end with a user message."),
    "several": unless(
        without("seed", "logprobs", "top_p"), 400, "Extra inputs are not permitted: seed, logprobs, top_p"
    ),
    "unexplained": unless(without("seed", "logprobs"), 400, "Bad request"),
    "unexplained, as a server's fault": unless(without("logprobs"), 500, "Internal error"),
    "too many tokens": unless(
        lambda body: body["max_tokens"] <= 512,
        400,
        "max_tokens is too large: 2048. This model supports at most 512 completion tokens.",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refused_field_is_dropped_or_renamed_and_nothing_is_lost(server: Server, name: str) -> None:
    server.respond = REFUSALS[name]
    proposals, proposer = run(server)
    assert [p.source.endswith(PROGRAM) for p in programs(proposals)] == [True] * 8
    assert proposer.stats()["failed"] == 0
    assert server.respond(server.bodies[-1])[0] == 200  # it has learned


def test_fastapi_names_the_wrong_field_in_detail(server: Server) -> None:
    def respond(body: Body) -> Reply:
        if "seed" in body:
            return 422, {"detail": [{"loc": ["body", "seed"], "msg": "extra fields not permitted"}]}
        return answer()

    server.respond = respond
    assert len(programs(run(server)[0])) == 8


PASSING: dict[str, Reply] = {
    "rate limit": (
        429,
        {"error": {"message": "Rate limit reached", "type": "requests"}},
        {"Retry-After": "0"},
    ),
    "loading": (503, {"error": {"message": "Loading model", "type": "unavailable_error"}}),
    "gateway": (502, b"<html><head><title>502 Bad Gateway</title></head></html>"),
    "an error inside a 200": (200, {"error": {"message": "Overloaded, try again later", "code": 529}}),
    "a page inside a 200": (200, b"<!doctype html><title>Just a moment...</title>"),
}


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_waited_out(server: Server, name: str) -> None:
    tries: Counter[int] = Counter()

    def respond(body: Body) -> Reply:
        tries[body["seed"]] += 1
        return PASSING[name] if tries[body["seed"]] <= 2 else answer()

    server.respond = respond
    proposals, proposer = run(server)
    assert len(programs(proposals)) == 8
    assert proposer.stats()["failed"] == 0


FINAL = {
    "key": (
        401,
        {"error": {"message": "Incorrect API key provided"}},
        "HTTP 401: Incorrect API key provided",
    ),
    "money": (
        429,
        {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}},
        "quota",
    ),
    "a page": (200, b"<!doctype html><title>Sign in</title>", "no JSON but a page 'Sign in'"),
    "plain": (400, b"nothing doing", "no JSON but 'nothing doing'"),
    "an error inside a 200": (200, {"error": {"message": "no such thing", "code": 404}}, "HTTP 404: no such"),
    "of old": (
        404,
        {"object": "error", "message": "The model `x` does not exist."},
        "HTTP 404: The model `x`",
    ),
}


@pytest.mark.parametrize("name", FINAL)
def test_what_does_not_pass_is_counted_by_cause(server: Server, name: str) -> None:
    status, record, line = FINAL[name]
    server.respond = lambda body: (status, record)
    proposals, proposer = run(server, running=16)
    assert programs(proposals) == []
    (problem,) = proposer.problems()
    assert problem.startswith("8 of 8 requests failed: ") and line in problem
    assert all(isinstance(p, TaskFinished) and p.error for p in proposals)


CONTENTS: dict[str, Body] = {
    "parts": {
        "content": [{"type": "text", "text": "Sure:\n```python\n"}, {"type": "text", "text": f"{PROGRAM}```"}]
    },
    "thinking beside": {"content": FENCED, "reasoning_content": "Let me think of ```python"},
    "thinking before": {"content": f"<think>def transform(x): no</think>\n{FENCED}"},
}


@pytest.mark.parametrize("name", CONTENTS)
def test_every_form_of_content_is_read(server: Server, name: str) -> None:
    message = {"role": "assistant", **CONTENTS[name]}
    server.respond = lambda body: (200, {"choices": [{"message": message, "finish_reason": "stop"}]})
    found = programs(run(server, prefill=False)[0])
    assert [p.source for p in found] == [PROGRAM] * 8
    assert all(PROGRAM in known(p.answer) for p in found)


def test_nothing_but_thinking_is_kept_and_more_tokens_are_advised(server: Server) -> None:
    message = {"role": "assistant", "content": None, "reasoning_content": "Hmm, def transform(grid):"}
    server.respond = lambda body: (200, {"choices": [{"message": message, "finish_reason": "length"}]})
    proposals, proposer = run(server, prefill=False)
    assert {p.source for p in programs(proposals)} == {""}
    assert {p.answer for p in programs(proposals)} == {"<think>Hmm, def transform(grid):"}
    assert "8 of these were cut off at the token limit: raise --max-tokens" in proposer.problems()


@pytest.mark.parametrize(
    "text",
    [
        FENCED.split("\n```\n")[0],
        "Sure! Let me look at the pairs.",
        f"```python\n{PROGRAM}",
        "<think>\nHm</think>",
    ],
)
def test_an_ignored_prefill_is_noticed_and_nothing_is_lost(server: Server, text: str) -> None:
    """The stop string of a prefilled answer cuts an answer that starts afresh."""
    server.respond = lambda body: answer(FENCED if user_last(body) else text)
    proposals, _ = run(server, samples=8)
    assert [p.source for p in programs(proposals)] == [PROGRAM] * 16
    assert sum(not user_last(body) for body in server.bodies) <= SETTINGS.running + 1
    assert user_last(server.bodies[-1])


def test_a_right_prefill_is_kept_even_if_some_answers_are_nonsense(server: Server) -> None:
    replies = iter([answer()] + [answer("I give up.")] * 3)
    server.respond = lambda body: next(replies, answer())
    proposals, _ = run(server, running=1)
    assert not any(user_last(body) for body in server.bodies)
    assert sum(bool(p.source) for p in programs(proposals)) == 5


def test_an_address_without_v1_and_another_form_of_the_name_are_taken(server: Server) -> None:
    server.models = ["org/Tiny:latest", "other"]
    server.url = server.url.removesuffix("/v1")
    assert len(programs(run(server, model="tiny")[0])) == 8
    assert {body["model"] for body in server.bodies} == {"org/Tiny:latest"}


@pytest.mark.parametrize(
    ("model", "names", "same"),
    [
        ("a", ["a", "A"], "a"),
        ("", ["x", "y"], "x"),
        ("llama3", ["llama3:latest"], "llama3:latest"),
        ("llama3:latest", ["llama3"], "llama3"),
        ("Org/Model", ["org/model"], "org/model"),
        ("/models/tiny.gguf", ["tiny"], "tiny"),
        ("tiny", ["a/tiny", "b/tiny"], ""),  # which one is meant is not known
        ("tiny", ["tiny-2"], ""),
        ("tiny", [], "tiny"),
    ],
)
def test_names_of_models(model: str, names: list[str], same: str) -> None:
    assert same_model(model, names) == same


def test_a_refused_key_is_told_before_anything_is_asked(server: Server) -> None:
    server.list_models = lambda: failure(401, "no key")
    proposer = model_proposer("openai", replace(SETTINGS, base_url=(server.url,)))
    with pytest.raises(ModelError, match=r"refuses the key .HTTP 401.: set NO_KEY_HERE"):
        proposer.check(TASKS)


def test_several_servers_share_the_work_and_one_that_dies_costs_nothing(server: Server) -> None:
    other, dying = Server(), threading.Event()
    try:

        def respond(body: Body) -> Reply:
            if len(other.bodies) >= 4:
                threading.Thread(target=other.close).start()
                dying.set()
            dying.wait(20)
            return answer()

        other.respond = respond
        server.respond = answer_once(dying)
        settings = replace(SETTINGS, base_url=(server.url, other.url))
        proposer = model_proposer("openai", settings)
        proposals = list(proposer.stream(TASKS, RunBudget(time.monotonic() + 60, samples=20)))
    finally:
        other.close()
    assert len(programs(proposals)) == 40 and proposer.stats()["failed"] == 0
    assert len(server.bodies) > 20 and len(other.bodies) >= 4


def test_a_server_that_goes_away_and_comes_back_loses_nothing(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first server dies with requests under way; another takes its port once that was noticed."""
    port = server.server.server_port
    after, restarting, noticed = [], threading.Event(), threading.Event()
    failed = Endpoint.failed

    def watched(endpoint: Endpoint, trouble: str, least: float = 0.0) -> None:
        failed(endpoint, trouble, least)
        noticed.set()

    monkeypatch.setattr(Endpoint, "failed", watched)

    def respond(body: Body) -> Reply:
        if len(server.bodies) >= 5 and not restarting.is_set():
            restarting.set()
            threading.Thread(target=restart).start()
        return answer()

    def restart() -> None:
        server.close()
        assert noticed.wait(20)
        after.append(Server(port))

    server.respond = respond
    try:
        proposals, proposer = run(server, samples=10, seconds=60.0)
    finally:
        for late in after:
            late.close()
    assert sorted((p.task_id, p.sample) for p in programs(proposals)) == [
        (t, n) for t in "ab" for n in range(10)
    ]
    assert proposer.stats()["failed"] == 0 and after[0].bodies


def test_a_server_that_never_comes_back_is_told(server: Server) -> None:
    server.respond = lambda body: (503, {"error": "down"})
    proposals, proposer = run(server, seconds=1.0)
    assert proposals == []
    assert "asks to wait (HTTP 503: down)" in proposer.status()
    assert proposer.problems() == (
        "no answer came in the time there was: 4 requests were under way",
        f"{server.url} asks to wait (HTTP 503: down)",
    )


def test_more_sampling_arguments_are_sent(server: Server) -> None:
    run(server, top_k=20, min_p=0.1, sampling_arg=("repetition_penalty=1.05", "mode=fast"))
    body = server.bodies[-1]
    assert (body["top_k"], body["min_p"], body["repetition_penalty"], body["mode"]) == (20, 0.1, 1.05, "fast")


def test_a_prompt_without_a_chat_template_is_sent_as_a_text(server: Server, tmp_path: Path) -> None:
    profile = tmp_path / "plain.toml"
    profile.write_text(
        'chat = false\nencoder = "MinimalGridEncoder()"\n[grid]\npair = "$input=$output"\n'
        '[[grid.turns]]\nrole = "user"\ntext = "$pairs\\n$input="\n'
    )
    choice = {"text": "19", "finish_reason": "stop", "logprobs": {"token_logprobs": [-0.5, -1.0]}}
    server.respond = lambda body: (200, {"choices": [choice]})
    proposals, _ = run(server, encoder="", profile=str(profile), direct_share=1.0, views=1)
    grids = [p for p in proposals if not isinstance(p, TaskFinished)]
    assert [isinstance(p, GridPrediction) and known(p.grid).tolist() for p in grids] == [[[1, 9]]] * 8
    assert {p.log_probability for p in grids} == {-1.5}
    assert server.bodies[0]["prompt"].endswith("91=") and "messages" not in server.bodies[0]


@pytest.mark.parametrize("count", [10**30, -5, "many", None, [2], float("nan")])
def test_a_count_of_tokens_that_is_none_loses_no_answer(server: Server, count: object) -> None:
    def respond(body: Body) -> Reply:
        status, record, *_ = answer()
        return status, {**record, "usage": {"completion_tokens": count, "prompt_tokens": count}}

    server.respond = respond
    proposals, proposer = run(server, samples=1)
    assert [p.tokens for p in programs(proposals)] == [0, 0]
    assert proposer.problems() == ()


@pytest.mark.parametrize("thought", [None, "I run it."])
def test_a_program_that_is_sent_to_a_tool_is_read(server: Server, thought: str | None) -> None:
    call = {"type": "function", "function": {"name": "python", "arguments": json.dumps({"code": PROGRAM})}}
    message = {"role": "assistant", "content": None, "reasoning": thought, "tool_calls": [call]}
    server.respond = lambda body: (200, {"choices": [{"message": message, "finish_reason": "tool_calls"}]})
    found = programs(run(server, samples=1, profile="thinking")[0])
    assert [p.source.strip() for p in found] == [PROGRAM.strip()] * 2


@pytest.mark.parametrize("usage", [None, "x", []])
def test_usage_that_is_no_object_loses_no_answer(server: Server, usage: object) -> None:
    server.respond = lambda body: (200, {**answer()[1], "usage": usage})
    assert len(programs(run(server, samples=1)[0])) == 2


@pytest.mark.parametrize("value", [float("nan"), float("-inf")])
def test_a_log_probability_that_is_no_number_is_unknown(server: Server, value: float) -> None:
    server.respond = lambda body: answer(logprobs=(value, -1.0))
    assert [p.log_probability for p in programs(run(server, samples=1)[0])] == [None, None]
