"""How likely a model finds given grids: the log-probability of a grid's text under several views of its task.

Summed over views this is a product of experts, each view an expert; it separates right grids from wrong ones
that were sampled as often. The prompt of a view is the same for all grids, so it is read once: transformers
keeps its keys and values. vLLM does not use its prefix cache when it is asked for the prompt's own
log-probabilities, so there each grid costs a whole prefill; the budget counts it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from arc import Grid, Task
from inference.errors import ModelError
from inference.proposers.models.chat import ChatTokenizer
from inference.proposers.models.plan import view_of
from inference.proposers.models.prompt_writer import PromptWriter
from inference.proposers.models.settings import ModelSettings
from inference.proposers.models.shots import Shots
from prompts import Prompt, Question
from prompts.build import answer_text
from scoring.contract import GridScore


class Scorer(Protocol):
    """A model that says how likely given texts are."""

    @property
    def tokenizer(self) -> ChatTokenizer: ...

    @property
    def context_length(self) -> int | None: ...

    @property
    def rereads(self) -> bool:
        """True if the prompt is read again for each answer."""
        ...

    def tokenize(self, prompt: Prompt) -> list[int] | None: ...

    def log_probabilities(self, prompt: Sequence[int], answers: Sequence[Sequence[int]]) -> list[float]:
        """The natural log of each answer's probability after the prompt, over all its tokens."""
        ...

    def close(self) -> None: ...


class TransformersScorer:
    """A model in this process; the keys and values of a prompt serve all its answers."""

    rereads = False

    def __init__(self, settings: ModelSettings) -> None:
        from inference.proposers.models.transformers import load_model

        self.tokenizer = ChatTokenizer.load(settings.model, settings.remote_code)
        self._model: Any = load_model(settings)
        limit = getattr(self._model.config, "max_position_embeddings", 4096)
        self.context_length: int | None = settings.context_length or int(limit)

    def tokenize(self, prompt: Prompt) -> list[int] | None:
        return self.tokenizer.encode(prompt)

    def log_probabilities(self, prompt: Sequence[int], answers: Sequence[Sequence[int]]) -> list[float]:
        """See Scorer."""
        import torch

        device, found = self._model.device, []
        with torch.inference_mode():
            read = self._model(torch.tensor([list(prompt)], device=device), use_cache=True)
            kept, first = read.past_key_values, read.logits[:, -1:]
            for answer in answers:
                ids = torch.tensor([list(answer)], device=device)
                logits = first
                if len(answer) > 1:
                    rest = self._model(ids[:, :-1], past_key_values=kept, use_cache=True)
                    logits = torch.cat([first, rest.logits], dim=1)
                    kept.crop(len(prompt))
                chances = logits.float().log_softmax(-1).gather(-1, ids[..., None])
                found.append(float(chances.double().sum()))
        return found

    def close(self) -> None:
        self._model = None


class VllmScorer:
    """One vLLM engine in this process, asked for the log-probabilities of prompts that hold the answers."""

    rereads = True

    def __init__(self, settings: ModelSettings) -> None:
        from inference.proposers.models.vllm import check_vllm, load_llm

        check_vllm(settings)
        self.tokenizer = ChatTokenizer.load(settings.model, settings.remote_code)
        self._llm: Any = load_llm(settings)
        self.context_length: int | None = int(self._llm.llm_engine.model_config.max_model_len)

    def tokenize(self, prompt: Prompt) -> list[int] | None:
        return self.tokenizer.encode(prompt)

    def log_probabilities(self, prompt: Sequence[int], answers: Sequence[Sequence[int]]) -> list[float]:
        """See Scorer."""
        from vllm import SamplingParams

        asked = SamplingParams(temperature=0.0, max_tokens=1, prompt_logprobs=0)
        whole = [[*prompt, *answer] for answer in answers]
        outputs = self._llm.generate([{"prompt_token_ids": ids} for ids in whole], asked, use_tqdm=False)
        found = []
        for ids, output in zip(whole, outputs, strict=True):
            places = range(len(prompt), len(ids))
            found.append(sum(float(output.prompt_logprobs[n][ids[n]].logprob) for n in places))
        return found

    def close(self) -> None:
        if self._llm is not None:
            self._llm.llm_engine.engine_core.shutdown()
            self._llm = None


SCORERS: dict[str, Callable[[ModelSettings], Scorer]] = {
    "transformers": TransformersScorer,
    "vllm": VllmScorer,
}


@dataclass(frozen=True)
class ScoringPlan:
    """`views` of each task, the first as it is; at most `tokens` read for one test input (0: no cap)."""

    views: int = 8
    tokens: int = 0
    seed: int = 0


class GridScorer:
    """Scores grids for tasks with one model, asked as its profile asks for grids."""

    def __init__(self, name: str, settings: ModelSettings, plan: ScoringPlan) -> None:
        version = settings.asking.version("grid")
        if version is None:
            raise ModelError(f"profile {settings.asking.name} has no prompt for grids: give --grid-prompt")
        self._version, self._settings, self._plan = version, settings, plan
        self._scorer = SCORERS[name](settings)
        self._writer = PromptWriter(self._scorer, settings, Shots((), 0, "random", plan.seed))
        self.tokens = 0

    def scores(self, task: Task, test_index: int, grids: Sequence[Grid]) -> Iterator[GridScore]:
        """The scores of all grids, view by view, for as many views as the tokens allow.

        `task` may have no test outputs. PromptTooLong if not even a part of its pairs fits.
        """
        spent = 0
        for number in range(self._plan.views):
            view = view_of(task, number, self._plan.seed)
            written = self._writer.write(task, self._version, view, Question(test_index))
            prompt = list(written.tokens or ())
            answers = [self._answer(view.apply(grid), written.prompt) for grid in grids]
            cost = sum(map(len, answers)) + len(prompt) * (len(answers) if self._scorer.rereads else 1)
            longest = len(prompt) + max(map(len, answers), default=0)
            if 0 < self._plan.tokens < spent + cost or longest > (self._scorer.context_length or longest):
                return
            spent += cost
            self.tokens += cost
            chances = self._scorer.log_probabilities(prompt, answers)
            for grid, answer, chance in zip(grids, answers, chances, strict=True):
                model = self._settings.model
                yield GridScore(task.id, model, test_index, grid, view, chance, len(answer))

    def _answer(self, grid: Grid, prompt: Prompt) -> list[int]:
        """The tokens of a grid's text after the prompt, which already includes the prefill."""
        text = answer_text(self._version, self._settings.asking.encoder, grid)
        return self._scorer.tokenizer.encode_rest(text.removeprefix(prompt.prefill))

    def close(self) -> None:
        """Free the model."""
        self._scorer.close()
