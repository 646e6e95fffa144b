"""The model proposer over a scripted backend: rounds, resume, stops, retries, refinement, the numbers."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arc import IDENTITY, Grid, Pair, Task, as_grid, same_grid
from inference.errors import InferenceError, ModelError
from inference.proposers.contract import Checking, Listening, Proposal, RunBudget, Telling
from inference.proposers.models import Completion, ModelProposer, ModelSettings
from inference.proposers.models.backend import Backend, Request
from inference.proposers.models.plan import plan_sample, view_of
from inference.proposers.models.scheduler import Scheduler
from inference.proposers.registry import STREAMS, make_stream
from prompts import AnswerKind, Prompt
from scoring.contract import Candidate, GridPrediction, TaskFinished, Verdict, VerdictKind
from tests.known import known

PROGRAM = "def transform(grid):\n    return grid\n"
SETTINGS = ModelSettings(encoder="MinimalGridEncoder()", running=4, max_tokens=100, direct_share=0.25)


def make_task(task_id: str, pairs: int = 3) -> Task:
    train = tuple(Pair(as_grid([[n, 1, 2]]), as_grid([[2, 1, n]])) for n in range(3, 3 + pairs))
    return Task(task_id, train, (Pair(as_grid([[9, 1, 2]]), None), Pair(as_grid([[8, 1]]), None)))


TASKS = [make_task(name) for name in "abc"]


class Scripted:
    """Answers each request at once, in order, as `answer` says; counts what it was asked."""

    def __init__(
        self,
        answer: Callable[[Request], Completion] | None = None,
        capacity: int = 4,
        context_length: int | None = None,
        counts: bool = True,
    ) -> None:
        self.capacity, self.context_length, self.busy_seconds = capacity, context_length, 0.0
        self.answer = answer or (lambda request: Completion(request.key, f"{PROGRAM}```", tokens=10))
        self.counts = counts
        self.asked: list[Request] = []
        self.live: dict[int, Request] = {}
        self.aborted: list[int] = []
        self.closed = 0
        self.takes_adapters = False
        self.trouble = ""
        self.about: dict[str, Any] = {}

    def check(self) -> None:
        pass

    def start(self, log: Path | None = None) -> None:
        pass

    def tokenize(self, prompt: Prompt) -> list[int] | None:
        return list(prompt.text.encode()) if self.counts else None

    def submit(self, request: Request) -> None:
        self.asked.append(request)
        self.live[request.key] = request

    def poll(self, seconds: float) -> list[Completion]:
        if not self.live:
            return []
        key = min(self.live)
        return [self.answer(self.live.pop(key))]

    def abort(self, keys: Collection[int]) -> None:
        self.aborted += keys
        for key in keys:
            self.live.pop(key)

    def release(self, adapter: str) -> None:
        pass

    def close(self) -> None:
        self.closed += 1


def budget(**changes: Any) -> RunBudget:
    return RunBudget(**{"deadline": time.monotonic() + 60, "seed": 3, "samples": 8, **changes})


def run(
    backend: Backend, options: ModelSettings = SETTINGS, tasks: Sequence[Task] = TASKS, **changes: Any
) -> tuple[list[Proposal], ModelProposer]:
    proposer = ModelProposer("m", backend, options)
    return list(proposer.stream(tasks, budget(**changes))), proposer


def places(proposals: Iterable[Proposal]) -> list[tuple[str, int]]:
    return [(p.task_id, p.sample) for p in proposals if not isinstance(p, TaskFinished)]


def ends(proposals: Iterable[Proposal]) -> dict[str, str]:
    return {p.task_id: p.error for p in proposals if isinstance(p, TaskFinished)}


def test_samples_come_in_rounds_over_all_tasks() -> None:
    proposals, _ = run(Scripted())
    rounds = [(task_id, sample // SETTINGS.round_size) for task_id, sample in places(proposals)]
    expected = [(task_id, number) for number in (0, 1) for task_id in "abc" for _ in range(4)]
    assert rounds == expected
    assert ends(proposals) == {"a": "", "b": "", "c": ""}


def test_programs_and_grids_are_read_from_the_answers() -> None:
    def answer(request: Request) -> Completion:
        text = "912\n```" if request.prompt.kind is AnswerKind.GRID else f"{PROGRAM}```"
        return Completion(request.key, text, log_probability=-2.0, tokens=10, prompt_tokens=50)

    proposals, proposer = run(Scripted(answer), replace(SETTINGS, views=1), TASKS[:1], samples=4)
    programs = [p for p in proposals if isinstance(p, Candidate)]
    grids = [p for p in proposals if isinstance(p, GridPrediction)]
    assert [p.source for p in programs] == [PROGRAM.join(["import numpy as np\n", ""])] * 3
    assert {(p.sampler, p.prompt, p.mean_log_probability) for p in programs} == {
        ("m", "code-from-examples-v1", -0.2)
    }
    assert [(p.test_index, known(p.grid).tolist(), p.prompt) for p in grids] == [
        (0, [[9, 1, 2]], "output-from-examples-v1")
    ]
    stats = proposer.stats()
    assert (stats["samples"], stats["grids"], stats["tokens"], stats["prompt_tokens"]) == (4, 1, 40, 200)


def test_a_grid_in_a_view_is_brought_back() -> None:
    encoder = SETTINGS.asking.encoder

    def answer(request: Request) -> Completion:  # copies the test input that it is shown
        shown = request.prompt.user.split("## Test input\n\n")[1].split("\n\nFind")[0]
        return Completion(request.key, f"{shown}\n```", tokens=5)

    options = replace(SETTINGS, direct_share=1.0, round_size=1)
    proposals, _ = run(Scripted(answer), options, TASKS[:1])
    grids = [p for p in proposals if isinstance(p, GridPrediction)]
    assert len({p.augmentation for p in grids}) == 8
    for prediction in grids:
        assert same_grid(prediction.grid, TASKS[0].test[prediction.test_index].input)
    assert Counter(p.test_index for p in grids) == {0: 4, 1: 4}
    assert encoder.encode(known(grids[0].grid)) == "912"


def test_an_answer_that_may_mean_two_programs_gives_two_candidates() -> None:
    other = "def transform(grid):\n    return grid[::-1]\n"
    text = f"{PROGRAM}```\nor\n```python\n{other}```\n"
    backend = Scripted(lambda request: Completion(request.key, text, tokens=10))
    proposals, proposer = run(backend, replace(SETTINGS, direct_share=0.0), TASKS[:1], samples=2)
    programs = [p for p in proposals if isinstance(p, Candidate)]
    assert [(p.sample, p.reading) for p in programs] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert programs[0].source == other
    assert programs[1].source == f"import numpy as np\n{PROGRAM}"
    assert (proposer.stats()["samples"], proposer.stats()["tokens"]) == (2, 20)


def test_a_cut_off_answer_is_kept_without_a_program() -> None:
    backend = Scripted(lambda request: Completion(request.key, "def transform(", complete=False, tokens=100))
    proposals, proposer = run(backend, samples=1)
    first = proposals[0]
    assert isinstance(first, Candidate)
    assert (first.source, first.answer) == ("", "```python\nimport numpy as np\ndef transform(")
    assert proposer.stats()["unparsable"] == 3


def test_a_resumed_run_asks_exactly_what_is_missing_with_the_same_seeds() -> None:
    whole = Scripted()
    run(whole)
    part = Scripted()
    done = {"a": frozenset({0, 3}), "c": frozenset(range(8))}
    proposals, _ = run(part, done=done, finished=frozenset({"b"}))
    assert sorted(places(proposals))[:6] == [("a", n) for n in (1, 2, 4, 5, 6, 7)]
    by_prompt = {(r.seed, r.prompt.user) for r in whole.asked}
    asked_of_a = [r for r in part.asked if (r.seed, r.prompt.user) in by_prompt]
    assert len(asked_of_a) == 6


def test_a_stopped_task_is_aborted_and_the_others_get_its_share() -> None:
    backend = Scripted()
    proposer = ModelProposer("m", backend, SETTINGS)
    seen: list[Proposal] = []
    for proposal in proposer.stream(TASKS, budget()):
        if not seen:
            proposer.stop("a")
        seen.append(proposal)
    count = Counter(task_id for task_id, _ in places(seen))
    assert count["a"] == 1
    assert sum(count.values()) == 24
    assert abs(count["b"] - count["c"]) <= SETTINGS.round_size
    assert len(backend.aborted) == proposer.stats()["aborted"] == 3
    assert len(set(places(seen))) == 24


def test_no_task_gets_more_than_its_extra_share() -> None:
    proposer = ModelProposer("m", Scripted(), replace(SETTINGS, extra_share=0.5))
    seen: list[Proposal] = []
    for proposal in proposer.stream(TASKS, budget()):
        if not seen:
            proposer.stop("a")
            proposer.stop("b")
        seen.append(proposal)
    assert Counter(task_id for task_id, _ in places(seen)) == {"a": 1, "c": 12}


def test_the_deadline_aborts_what_is_under_way() -> None:
    answers = 0

    class TenAnswers(RunBudget):
        """A budget whose deadline passes with the tenth answer."""

        def seconds_left(self) -> float:
            return 60.0 if answers < 10 else 0.0

    def answer(request: Request) -> Completion:
        nonlocal answers
        answers += 1
        return Completion(request.key, "", tokens=1)

    backend = Scripted(answer)
    proposer = ModelProposer("m", backend, SETTINGS)
    proposals = list(proposer.stream(TASKS, TenAnswers(time.monotonic() + 60, seed=3, samples=1000)))
    assert len(places(proposals)) == 10
    assert not ends(proposals)
    assert len(backend.aborted) == SETTINGS.running - 1 and not backend.live
    assert backend.closed == 1


def test_close_ends_the_stream_from_another_thread() -> None:
    backend = Scripted()
    proposer = ModelProposer("m", backend, SETTINGS)
    thread = threading.Thread(target=lambda: list(proposer.stream(TASKS, budget(samples=10**6))))
    thread.start()
    while not backend.asked:
        time.sleep(0.01)
    proposer.close()
    thread.join(5)
    assert not thread.is_alive()
    assert backend.closed == 1


def test_failed_requests_and_empty_answers_are_counted_by_cause() -> None:
    def answer(request: Request) -> Completion:
        if request.seed in failing:
            return Completion(request.key, error="HTTP 500: it broke")
        grid = request.prompt.kind is AnswerKind.GRID
        return Completion(request.key, "no idea" if grid else f"{PROGRAM}```", complete=not grid, tokens=1)

    failing = {plan_sample(TASKS[0], n, SETTINGS, 3).seed for n in (0, 1)}
    proposals, proposer = run(Scripted(answer))
    assert set(places(proposals)) == {(t, n) for t in "abc" for n in range(8)} - {("a", 0), ("a", 1)}
    assert ends(proposals) == {"a": "task a: HTTP 500: it broke", "b": "", "c": ""}
    assert proposer.problems() == (
        "2 of 24 requests failed: HTTP 500: it broke",
        "6 of 6 answers held no grid",
        "6 of these were cut off at the token limit: raise --max-tokens",
    )
    assert isinstance(proposer, Telling) and isinstance(proposer, Checking)
    assert proposer.status().endswith("0 requests under way, 73% of 22 answers parsed, 2 failed")


def test_skipped_tasks_are_told_with_the_room_there_was() -> None:
    _, proposer = run(Scripted(context_length=400), replace(SETTINGS, direct_share=0.0))
    assert proposer.problems() == ("3 tasks skipped: prompt too long for 300 tokens",)


def test_prompts_lose_pairs_to_fit_and_a_task_that_never_fits_is_skipped() -> None:
    options = replace(SETTINGS, direct_share=0.0)
    probe = Scripted()
    run(probe, options, [make_task("big", 7), make_task("small", 2)], samples=1)
    long, short = (len(known(request.tokens)) for request in probe.asked)
    middle = Scripted(context_length=(long + short) // 2 + SETTINGS.asking.sampling.max_tokens)
    proposals, proposer = run(middle, options, [make_task("big", 7)], samples=1)
    assert len(places(proposals)) == 1
    assert 2 <= len(middle.asked[0].prompt.pairs) < 7
    assert proposer.stats()["short_prompts"] == 1
    none = Scripted(context_length=short - 1 + SETTINGS.asking.sampling.max_tokens)
    proposals, proposer = run(none, options, [make_task("big", 7)], samples=4)
    assert not none.asked
    assert "tokens with 2 pairs" in ends(proposals)["big"]
    assert proposer.stats()["skipped"] == ["big"]


def test_a_server_that_finds_a_prompt_too_long_gets_shorter_ones() -> None:
    def answer(request: Request) -> Completion:
        return Completion(request.key, PROGRAM, tokens=1, too_long=len(request.prompt.pairs) > limit)

    limit = 3
    backend = Scripted(answer, counts=False)
    proposals, _ = run(backend, replace(SETTINGS, direct_share=0.0), [make_task("t", 5)], samples=8)
    assert sorted(places(proposals)) == [("t", n) for n in range(8)]
    assert all(len(r.prompt.pairs) == 3 for r in backend.asked[-4:])
    limit = 1
    backend = Scripted(answer, counts=False)
    proposals, _ = run(backend, replace(SETTINGS, direct_share=0.0), [make_task("t", 5)], samples=8)
    assert not places(proposals)
    assert "too long for the server with 2 pairs" in ends(proposals)["t"]


def verdict(kind: VerdictKind, right: int, outputs: tuple[Grid, ...] | None = None) -> Verdict:
    count = len(TASKS[0].train)
    correct = tuple(n < right for n in range(count))
    grids = outputs or tuple(as_grid([[n]]) for n in range(count))
    return Verdict(kind, correct, grids, (None, None), "")


REFINING = replace(SETTINGS, direct_share=0.0, refine_share=0.5, views=1)


def refining(
    options: ModelSettings,
    right: Callable[[Candidate], int],
    samples: int = 16,
    tasks: Sequence[Task] = TASKS[:2],
    **backend: Any,
) -> tuple[list[Proposal], Scripted]:
    """A run in which every verdict comes at once: `right(candidate, number)` pairs right; 3 of 3 is
    verified."""
    numbers = iter(range(1000))

    def answer(request: Request) -> Completion:
        return Completion(request.key, f"def transform(grid):\n    return {next(numbers)}\n```", tokens=1)

    scripted = Scripted(answer, **backend)
    proposer = ModelProposer("m", scripted, options)
    assert isinstance(proposer, Listening)
    seen: list[Proposal] = []
    for proposal in proposer.stream(tasks, budget(samples=samples)):
        seen.append(proposal)
        if isinstance(proposal, Candidate):
            count = right(proposal)
            kind = VerdictKind.VERIFIED if count == 3 else VerdictKind.PARTIAL if count else VerdictKind.WRONG
            proposer.feedback(proposal, verdict(kind, count))
    return seen, scripted


def test_repairs_begin_with_the_first_failing_program_and_take_their_share() -> None:
    seen, backend = refining(REFINING, lambda candidate: 1)
    prompts = [p.prompt for p in seen if isinstance(p, Candidate)]
    assert Counter(prompts) == {"repair-v1": 16, "code-from-examples-v1": 16}
    assert "repair-v1" in prompts[:8]
    assert sorted(places(seen)) == [(t, n) for t in "ab" for n in range(16)]
    repair = next(r for r in backend.asked if r.prompt.version == "repair-v1")
    assert "return 0" in repair.prompt.user and "On the input of pair" in repair.prompt.user


def test_the_better_programs_are_repaired_more_and_none_for_ever() -> None:
    good: dict[str, str] = {}

    def right(candidate: Candidate) -> int:
        good.setdefault(candidate.task_id, candidate.source)
        return 2 if candidate.source == good[candidate.task_id] else 0

    _, backend = refining(REFINING, right, samples=80, tasks=TASKS[:1])
    repairs = [r.prompt.user for r in backend.asked if r.prompt.version == "repair-v1"]
    of_best = sum("return 0\n" in text for text in repairs)
    assert len(repairs) == 40
    assert 10 < of_best < 40


def test_a_solved_task_is_not_repaired() -> None:
    seen, _ = refining(REFINING, lambda candidate: 3 if candidate.task_id == "b" else 1)
    assert {p.task_id for p in seen if getattr(p, "prompt", None) == "repair-v1"} == {"a"}
    assert sorted(places(seen)) == [(t, n) for t in "ab" for n in range(16)]


def test_repairs_without_a_failing_program_become_fresh_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference.proposers.models.planner._QUIET_SECONDS", 0.05)
    proposals, _ = run(Scripted(lambda r: Completion(r.key, "no idea", tokens=1)), REFINING)
    assert sorted(places(proposals)) == [(t, n) for t in "abc" for n in range(8)]
    assert {p.prompt for p in proposals if isinstance(p, Candidate)} == {"code-from-examples-v1"}


def test_a_conversation_goes_on_up_to_its_turns() -> None:
    seen, backend = refining(replace(REFINING, refine_turns=3), lambda candidate: 1, samples=40)
    lengths = Counter(len(r.prompt.messages) for r in backend.asked)
    assert set(lengths) == {2, 4, 6}  # a question; program and mistake; once more
    longest = next(r.prompt for r in backend.asked if len(r.prompt.messages) == 6)
    roles = [message["role"] for message in longest.messages]
    assert roles == ["system", "user", "assistant", "user", "assistant", "user"]
    assert longest.messages[2]["content"].startswith("```python\n") and "I ran your program" in longest.user
    assert len(places(seen)) == len(set(places(seen))) == 80


def test_a_conversation_that_does_not_fit_is_asked_afresh() -> None:
    options = replace(REFINING, refine_turns=3)
    _, free = refining(options, lambda candidate: 1)
    fresh = max(len(known(r.tokens)) for r in free.asked if r.prompt.version == "repair-v1")
    longest = max(len(known(r.tokens)) for r in free.asked)
    assert longest > fresh
    _, tight = refining(options, lambda candidate: 1, context_length=longest - 1 + 100)
    assert max(len(known(r.tokens)) for r in tight.asked) < longest


def test_programs_are_pooled_into_one_repair() -> None:
    from inference.proposers.models.refine import Failing, repair_question

    others = [Failing(Candidate("a", "m", 1, "x = 1"), verdict(VerdictKind.PARTIAL, 2), 0.7)]
    wrong = verdict(VerdictKind.WRONG, 0)
    question = repair_question(
        TASKS[0], Candidate("a", "m", 0, PROGRAM), wrong, SETTINGS.asking.encoder, others
    )
    assert "reproduces 2 of 3 pairs" in question.attempts and "x = 1" in question.attempts


def test_repair_shows_the_program_in_its_own_view() -> None:
    from inference.proposers.models.refine import repair_question

    task = TASKS[0]
    view = view_of(task, 3, seed=1)
    assert view != IDENTITY and view.order != (0, 1, 2)
    outputs = (*task.train_outputs[:2], as_grid([[5, 5, 5]]))
    wrong = Verdict(VerdictKind.PARTIAL, (True, True, False), outputs, (None, None))
    encoder = SETTINGS.asking.encoder
    question = repair_question(task, Candidate("a", "m", 0, PROGRAM, view), wrong, encoder)
    place = view.order.index(2) + 1
    assert f"On the input of pair {place} " in question.mistake
    assert encoder.encode(view.apply(as_grid([[5, 5, 5]]))) in question.mistake


@settings(max_examples=60, deadline=None)
@given(
    samples=st.integers(0, 20),
    round_size=st.integers(1, 5),
    done=st.dictionaries(st.sampled_from("abcd"), st.frozensets(st.integers(0, 19))),
    stops=st.lists(st.tuples(st.integers(0, 60), st.sampled_from("abcd")), max_size=4),
    extra=st.sampled_from([0.0, 0.5, 2.0]),
)
def test_the_scheduler_keeps_its_promises(
    samples: int, round_size: int, done: dict[str, frozenset[int]], stops: list[tuple[int, str]], extra: float
) -> None:
    options = replace(SETTINGS, round_size=round_size, extra_share=extra)
    scheduler = Scheduler("abcd", budget(samples=samples, done=done), options)
    given_out, stopped = [], set()
    for turn in range(500):
        for when, task_id in stops:
            if when == turn:
                scheduler.stop(task_id)
                stopped.add(task_id)
        following = scheduler.next()
        if following is None:
            break
        assert following[0] not in stopped
        scheduler.done(*following)
        given_out.append(following)
    assert len(set(given_out)) == len(given_out)
    before = {task_id: done.get(task_id, frozenset()) for task_id in "abcd"}
    for task_id in "abcd":
        mine = {number for name, number in given_out if name == task_id}
        assert not mine & before[task_id]
        beyond = sum(number >= samples for number in before[task_id])
        assert sum(number >= samples for number in mine) <= max(0, samples * extra - beyond)
        if task_id not in stopped:
            assert set(range(samples)) <= mine | before[task_id]
    missing = sum(len(set(range(samples)) - numbers) for numbers in before.values())
    assert len(given_out) <= missing + samples * len(stopped)


@given(st.integers(0, 300), st.floats(0, 1), st.integers(1, 9))
def test_the_share_of_direct_grids_is_kept_all_along(sample: int, share: float, round_size: int) -> None:
    options = replace(SETTINGS, direct_share=share, round_size=round_size)
    count = sum(plan_sample(TASKS[0], n, options, 0).kind is AnswerKind.GRID for n in range(sample))
    assert abs(count - share * sample) <= 1


def test_a_plan_depends_on_seed_task_and_sample_alone() -> None:
    plans = {plan_sample(task, n, SETTINGS, seed) for task in TASKS for n in range(40) for seed in (0, 1)}
    assert len({plan.seed for plan in plans}) == 240
    assert plan_sample(TASKS[0], 7, SETTINGS, 1) == plan_sample(make_task("a"), 7, SETTINGS, 1)
    assert plan_sample(TASKS[0], 0, SETTINGS, 5).view == IDENTITY


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"running": 0}, "running"),
        ({"direct_share": 1.5}, "direct_share"),
        ({"encoder": "Nope()"}, "no encoder 'Nope'"),
        ({"program_prompt": "output-from-examples-v0"}, "does not ask for a program"),
        ({"program_prompt": "repair-v1"}, "repair-v1 is not for"),
        ({"repair_prompt": "code-from-examples-v0"}, "is not for .repair"),
        ({"context_length": 100, "max_tokens": 100}, "context_length"),
        ({"no_such": 1}, "no model setting 'no_such'"),
    ],
)
def test_wrong_settings_are_one_line(changes: dict[str, Any], line: str) -> None:
    from arc import ArcError

    with pytest.raises(ArcError, match=line) as caught:
        ModelSettings.from_mapping(changes)
    assert "\n" not in str(caught.value)


def test_the_registry_makes_every_backend_without_loading_anything() -> None:
    for name in STREAMS:
        proposer = make_stream(name, ModelSettings(model="x"))
        assert proposer.name == name
        proposer.close()
    with pytest.raises(InferenceError, match="no sampler 'nope'"):
        make_stream("nope", ModelSettings())
    with pytest.raises(ModelError, match="no such folder"):
        list(make_stream("vllm", ModelSettings(model="/no/model")).stream(TASKS, budget()))


def test_a_conversation_too_long_for_a_server_is_asked_afresh_with_all_its_pairs() -> None:
    def refuse(request: Request) -> Completion:
        return Completion(request.key, f"{PROGRAM}```", tokens=1, too_long=len(request.prompt.messages) > 2)

    backend = Scripted(refuse, counts=False)
    proposer = ModelProposer("m", backend, replace(REFINING, refine_turns=3))
    seen: list[Proposal] = []
    for proposal in proposer.stream(TASKS[:1], budget(samples=16)):
        seen.append(proposal)
        if isinstance(proposal, Candidate):
            proposer.feedback(proposal, verdict(VerdictKind.PARTIAL, 1))
    assert sorted(places(seen)) == [("a", n) for n in range(16)]
    assert proposer.stats()["short_prompts"] == 0


def test_the_status_tells_loading_then_rates() -> None:
    loading, go_on = threading.Event(), threading.Event()

    class Slow(Scripted):
        def start(self, log: Path | None = None) -> None:
            loading.set()
            go_on.wait(20)

    proposer = ModelProposer("m", Slow(), SETTINGS)
    assert proposer.status() == ""
    thread = threading.Thread(target=lambda: list(proposer.stream(TASKS, budget())))
    thread.start()
    assert loading.wait(20)
    assert proposer.status() == "loading the model"
    assert proposer.problems() == ("the model was still loading when the time was up",)
    go_on.set()
    thread.join(20)
    assert "tokens/s, 0 requests under way, 75% of 24 answers parsed" in proposer.status()


def test_a_backend_that_cannot_start_says_so_once() -> None:
    class Broken(Scripted):
        def start(self, log: Path | None = None) -> None:
            raise ModelError("no model here")

    proposer = ModelProposer("m", Broken(), SETTINGS)
    with pytest.raises(ModelError, match="no model here"):
        list(proposer.stream(TASKS, budget()))
    assert proposer.problems() == () and proposer.status() == ""
