"""The run: drives the proposers, judges what they propose, keeps the deadline, votes, writes the submission.

    proposers (a thread each) -> queue -> judge (sandbox, verification) -> run store -> votes -> submission

The thread that calls `Engine.run` is the only one that judges and writes. What is needed later (for votes and
reports) is in the store; only what stops tasks early and finds duplicates is kept here.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from arc import ArcError, Dataset, Task, grid_key
from inference.proposers.contract import Listening, Proposal, Proposer, RunBudget, Showing, Telling
from inference.run.analysis import AnalyseAhead, ProgramAnalysis
from inference.run.judge import Judge, Judgement
from inference.run.machines import Machines
from inference.run.settings import Settings
from scoring.contract import Candidate, GridPrediction, TaskFinished, Verdict, VerdictKind
from scoring.record.reader import Run
from scoring.record.writer import RunStore
from scoring.submission import write_submission
from scoring.vote import InputVote, vote

_QUEUE_SIZE = 4096
_PENDING_A_WORKER = 64  # enough to fill its batches; more would only make verdicts late
_TICK_SECONDS = 0.05
_LISTEN_EVERY = 0.5
_SUBMISSION_EVERY = 20.0
_CAUSES = 3
_RESERVE_SHARE, _RESERVE_LEAST, _RESERVE_MOST = 0.04, 3.0, 60.0


@dataclass(frozen=True)
class Progress:
    """A snapshot of a run, for display.

    `status` has a phrase for each proposer on how it is doing; `errors` has a line for each that failed.
    """

    tasks: int
    finished: int
    verified: int
    candidates: int
    duplicates: int
    predictions: int
    pending: int
    seconds: float
    seconds_left: float
    status: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a run ended: `interrupted` by the user, or as far as its time allowed.

    `cut_off` is the number of tasks that the time limit ended before a proposer was done with them; without
    any, the same seed and effort give the same submission. `errors` are the lines of the proposers that ended
    early; `problems` what went wrong with each proposer, with counts by cause; `silent` are the names of
    those that failed or were asked, and gave no program and no grid.
    """

    interrupted: bool
    progress: Progress
    cut_off: int
    errors: tuple[str, ...]
    problems: Mapping[str, tuple[str, ...]]
    silent: tuple[str, ...]


@dataclass
class _TaskState:
    """What the engine remembers of a task while it runs."""

    task: Task
    open_proposers: set[str]
    verdicts: dict[str, VerdictKind | None] = field(default_factory=dict)
    agreement: Counter[bytes] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    stopped: bool = False
    dirty: bool = True

    def note(self, key: str, verdict: Verdict) -> None:
        self.verdicts[key] = verdict.kind
        if verdict.kind in (VerdictKind.VERIFIED, VerdictKind.PARTIAL):
            self.dirty = True
        outputs = verdict.test_outputs
        if verdict.kind is VerdictKind.VERIFIED:
            complete = [grid_key(grid) for grid in outputs if grid is not None]
            self.agreement[b"/".join(complete) if len(complete) == len(outputs) else b""] += 1

    def agreed(self, wanted: int) -> bool:
        """True if `wanted` distinct verified programs give the same complete test outputs."""
        return wanted > 0 and any(count >= wanted for outputs, count in self.agreement.items() if outputs)


@dataclass(frozen=True)
class _Ended:
    """A proposer's stream has ended, with the error that ended it if there was one."""

    proposer: str
    error: Exception | None


class Engine:
    """One run over a data set.

    `proposers` are driven side by side, each with the names under which it finishes tasks (a worker pool has
    several); candidates run on `machines`; `store` receives everything; `submission.json` in its directory is
    kept up to date from the first second. Expected test outputs, where the data set has them, are hidden
    from all of these.
    """

    def __init__(
        self,
        dataset: Dataset,
        settings: Settings,
        store: RunStore,
        proposers: Sequence[tuple[Proposer, tuple[str, ...]]],
        machines: Machines,
    ) -> None:
        self._settings = settings
        self._machines = machines
        self._store = store
        self._proposers = tuple(proposers)
        self._listening = [proposer for proposer, _ in proposers if isinstance(proposer, Listening)]
        names = [name for _, finishing in proposers for name in finishing]
        self._states = {task.id: _TaskState(task, set(names)) for task in dataset.hidden()}
        self._votes: dict[str, tuple[InputVote, ...]] = {}
        self._inbox: queue.Queue[tuple[Proposal | _Ended, ProgramAnalysis | None]] = queue.Queue(_QUEUE_SIZE)
        self._ahead: AnalyseAhead[Proposal | _Ended] | None = None
        self._quit = threading.Event()
        self._alive: set[str] = set()
        self._errors: list[str] = []
        self._cut_off = 0
        self._failed: set[str] = set()
        self._given_up: dict[str, Counter[str]] = {}
        self._candidates = self._duplicates = self._predictions = 0
        self._began = time.monotonic()
        self._deadline = self._began + settings.time_limit
        reserve = min(_RESERVE_MOST, max(_RESERVE_LEAST, _RESERVE_SHARE * settings.time_limit))
        self._propose_until = self._deadline - reserve
        self._judge_until = self._deadline - reserve / 2

    def run(self, listener: Callable[[Progress], None] | None = None) -> Outcome:
        """Run until every proposer has ended, the deadline, or Ctrl-C; then vote and write the submission.

        A proposer that fails does not end others: its error is in the progress, the outcome and the store.
        """
        interrupted = False
        reader = Run.open(self._store.directory)
        try:
            self._restore(reader)
            self._write_submission(reader)
            with self._machines.executor(self._settings.cage) as executor:
                judge = Judge(executor, probes=self._settings.evidence)
                if elsewhere := self._machines.analyser():
                    self._ahead = AnalyseAhead(elsewhere, self._into_inbox)
                self._start(reader, judge)
                self._loop(judge, reader, listener or (lambda _: None))
        except KeyboardInterrupt:
            interrupted = True
            self._store.add_event("interrupted", None, {})
        finally:
            self._halt()
            self._conclude(reader)
            productive = reader.productive()
            reader.close()
        errors = tuple(self._errors)
        return Outcome(
            interrupted, self._progress(0), self._cut_off, errors, self._problems(), self._silent(productive)
        )

    def _restore(self, reader: Run) -> None:
        """Restore what earlier sessions of this run found."""
        for task_id, state in self._states.items():
            for program in reader.programs(task_id):
                if program.verdict.kind is not VerdictKind.INFRASTRUCTURE:
                    state.note(program.key, program.verdict)
            state.stopped = state.agreed(self._settings.agree)
        for name in {name for _, finishing in self._proposers for name in finishing}:
            for task_id in reader.finished(name):
                self._states[task_id].open_proposers.discard(name)
            for task_id, tokens in reader.tokens(name).items():
                self._states[task_id].tokens[name] = tokens

    def _start(self, reader: Run, judge: Judge) -> None:
        for task_id, state in self._states.items():
            for candidate, key in reader.pending(task_id):
                state.verdicts[key] = None
                judge.submit(candidate, state.task, key)
            for program in reader.programs(task_id, VerdictKind.VERIFIED) if self._settings.evidence else ():
                if program.evidence is None:
                    judge.probe(program.proposals[0], state.task, program.key, program.verdict)
        tasks = [state.task for state in self._states.values()]
        for proposer, _ in self._proposers:
            budget = RunBudget(
                deadline=self._propose_until,
                seed=self._settings.seed,
                samples=self._settings.samples,
                done=reader.done(proposer.name),
                finished=reader.finished(proposer.name)
                | {
                    task_id
                    for task_id, state in self._states.items()
                    if state.stopped or self._capped(state, proposer.name)
                },
                directory=self._store.directory,
            )
            self._alive.add(proposer.name)
            thread = threading.Thread(
                target=self._drive, args=(proposer, tasks, budget), name=proposer.name, daemon=True
            )
            thread.start()

    def _drive(self, proposer: Proposer, tasks: Sequence[Task], budget: RunBudget) -> None:
        """The thread of one proposer: its stream into the inbox, then its end."""
        failure: Exception | None = None
        try:
            for proposal in proposer.stream(tasks, budget):
                if not self._put(proposal):
                    break
        except Exception as error:
            failure = error
        self._put(_Ended(proposer.name, failure))

    def _put(self, message: Proposal | _Ended) -> bool:
        return self._ahead.put(message) if self._ahead else self._into_inbox(message, None)

    def _into_inbox(self, message: Proposal | _Ended, analysis: ProgramAnalysis | None) -> bool:
        while not self._quit.is_set():
            try:
                self._inbox.put((message, analysis), timeout=0.2)
                return True
            except queue.Full:
                continue
        return False

    def _loop(self, judge: Judge, reader: Run, listener: Callable[[Progress], None]) -> None:
        heard = written = time.monotonic()
        while self._alive or judge.pending or not self._inbox.empty():
            now = time.monotonic()
            if now > self._judge_until:
                self._end_at_deadline(judge.pending)
                return
            self._take_in(judge)
            for judgement in judge.collect(_TICK_SECONDS if judge.pending else 0.0):
                self._note(judgement)
            for probed in judge.probed():
                self._store.add_evidence(probed.task_id, probed.key, probed.evidence)
                self._states[probed.task_id].dirty = True
            if now - heard > _LISTEN_EVERY:
                heard = now
                listener(self._progress(judge.pending))
            if now - written > _SUBMISSION_EVERY:
                self._write_submission(reader)
                written = time.monotonic()
        if time.monotonic() > self._propose_until:
            self._end_at_deadline(0)
        listener(self._progress(judge.pending))

    def _end_at_deadline(self, unjudged: int) -> None:
        """Count what the deadline cut off."""
        self._cut_off = sum(
            bool(state.open_proposers) or None in state.verdicts.values() for state in self._states.values()
        )
        self._store.add_event("deadline", None, {"unjudged": unjudged, "cut off": self._cut_off})

    def _take_in(self, judge: Judge) -> None:
        """Handle what has arrived, as long as the judge keeps up; wait a tick if there is nothing to do."""
        wait = _TICK_SECONDS if not judge.pending else 0.0
        most = _PENDING_A_WORKER * judge.workers
        while judge.pending < most:
            try:
                message, analysis = self._inbox.get(timeout=wait) if wait else self._inbox.get_nowait()
            except queue.Empty:
                return
            wait = 0.0
            if isinstance(message, Candidate):
                self._take_candidate(message, analysis, judge)
            elif isinstance(message, GridPrediction):
                self._store.add_prediction(message)
                self._predictions += 1
                self._states[message.task_id].dirty = True
                self._count_tokens(message.predictor, message.task_id, message.tokens)
            elif isinstance(message, TaskFinished):
                self._store.add_finished(message)
                self._states[message.task_id].open_proposers.discard(message.proposer)
                if message.error:
                    self._given_up.setdefault(message.proposer, Counter())[message.error] += 1
            else:
                self._take_end(message)

    def _take_candidate(self, candidate: Candidate, analysis: ProgramAnalysis | None, judge: Judge) -> None:
        state = self._states[candidate.task_id]
        key = judge.key_of(candidate, analysis)
        self._store.add_candidate(candidate, key)
        self._candidates += 1
        self._count_tokens(candidate.sampler, candidate.task_id, candidate.tokens)
        if key in state.verdicts:
            self._duplicates += 1
        else:
            state.verdicts[key] = None
            judge.submit(candidate, state.task, key, analysis)

    def _capped(self, state: _TaskState, name: str) -> bool:
        """True if this proposer has written all the tokens for a task that it may."""
        return 0 < self._settings.task_tokens <= state.tokens[name]

    def _count_tokens(self, name: str, task_id: str, tokens: int | None) -> None:
        """Add to what a proposer wrote for a task; at the cap it is stopped on the task."""
        state = self._states[task_id]
        before = self._capped(state, name)
        state.tokens[name] += tokens or 0
        if self._capped(state, name) and not before:
            self._store.add_event("capped", task_id, {"proposer": name, "tokens": state.tokens[name]})
            for proposer, _ in self._proposers:
                if proposer.name == name:
                    proposer.stop(task_id)

    def _take_end(self, ended: _Ended) -> None:
        """A proposer has ended; after an error the others continue, and its message is kept."""
        self._alive.discard(ended.proposer)
        if ended.error is None:
            return
        if isinstance(ended.error, ArcError):
            line = f"{ended.proposer}: {' '.join(str(ended.error).split())}"
        else:
            line = f"{ended.proposer} failed: {type(ended.error).__name__}: {ended.error}"
        self._errors.append(line)
        self._failed.add(ended.proposer)
        self._store.add_event("proposer failed", None, {"proposer": ended.proposer, "error": line})

    def _note(self, judgement: Judgement) -> None:
        task_id = judgement.candidate.task_id
        state = self._states[task_id]
        self._store.add_verdict(task_id, judgement.key, judgement.verdict)
        state.note(judgement.key, judgement.verdict)
        for listening in self._listening:
            listening.feedback(judgement.candidate, judgement.verdict)
        if not state.stopped and state.agreed(self._settings.agree):
            state.stopped = True
            self._store.add_event("agreed", task_id, {"programs": max(state.agreement.values())})
            for proposer, _ in self._proposers:
                proposer.stop(task_id)

    def _halt(self) -> None:
        self._quit.set()
        if self._ahead:
            self._ahead.close()
        for proposer, _ in self._proposers:
            proposer.close()

    def _conclude(self, reader: Run) -> None:
        """The last votes, for all tasks, into the store and the submission."""
        self._write_submission(reader)
        for task_id, votes in self._votes.items():
            ballots = [input_vote.ballots for input_vote in votes]
            self._store.add_votes(task_id, ballots, [input_vote.attempts for input_vote in votes])
        for proposer, _ in self._proposers:
            if isinstance(proposer, Telling) and (about := proposer.about()):
                self._store.add_event("proposer", None, {"name": proposer.name, **about})
        if about := self._machines.about():
            self._store.add_event("machines", None, about)
        self._store.flush()

    def _write_submission(self, reader: Run) -> None:
        self._store.flush()
        for task_id, state in self._states.items():
            if state.dirty:
                self._votes[task_id] = take_vote(reader, state.task, self._settings)
                state.dirty = False
        attempts = {
            task_id: [input_vote.attempts for input_vote in votes] for task_id, votes in self._votes.items()
        }
        write_submission(self._store.directory / "submission.json", attempts)

    def _progress(self, pending: int) -> Progress:
        states = self._states.values()
        now = time.monotonic()
        return Progress(
            tasks=len(self._states),
            finished=sum(not state.open_proposers for state in states),
            verified=sum(bool(state.agreement) for state in states),
            candidates=self._candidates,
            duplicates=self._duplicates,
            predictions=self._predictions,
            pending=pending,
            seconds=now - self._began,
            seconds_left=max(0.0, self._deadline - now),
            status=tuple(self._statuses()),
            errors=tuple(self._errors),
        )

    def _statuses(self) -> Iterator[str]:
        for proposer, _ in self._proposers:
            if isinstance(proposer, Showing) and (status := proposer.status()):
                yield f"{proposer.name}: {status}"
        if status := self._machines.status():
            yield status

    def _problems(self) -> dict[str, tuple[str, ...]]:
        """What went wrong with the machines and each proposer: its own lines, or tasks given up, by cause."""
        problems: dict[str, tuple[str, ...]] = {"machines": self._machines.problems()}
        for proposer, names in self._proposers:
            if isinstance(proposer, Telling):
                problems[proposer.name] = proposer.problems()
                continue
            for name in names:
                causes = self._given_up.get(name, Counter()).most_common(_CAUSES)
                problems[name] = tuple(
                    f"{count} task{'s' * (count > 1)} given up: {error}" for error, count in causes
                )
        return {name: lines for name, lines in problems.items() if lines}

    def _silent(self, productive: Collection[str]) -> tuple[str, ...]:
        """The proposers that had work to do and are not among the productive ones; all, if none is."""
        if not productive:
            return tuple(name for _, names in self._proposers for name in names)
        more_wanted = not all(state.stopped for state in self._states.values())
        return tuple(
            name
            for proposer, names in self._proposers
            if proposer.name in self._failed
            or (isinstance(proposer, Telling) and (more_wanted or proposer.problems()))
            for name in names
            if name not in productive
        )


def take_vote(reader: Run, task: Task, settings: Settings) -> tuple[InputVote, ...]:
    """The vote on one task of a stored run, from the evidence stored so far."""
    believed = [
        *reader.programs(task.id, VerdictKind.VERIFIED),
        *reader.programs(task.id, VerdictKind.PARTIAL),
    ]
    return vote(task, believed, reader.predictions(task.id), settings.votes)
