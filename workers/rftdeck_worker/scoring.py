"""Rewards as TRL calls them, and what TRL does not keep of their answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from accelerate.utils import gather_object
from rftdeck.judging import NO_CUSTOM, Custom, make_call
from rftdeck.rewards import Sample
from rftdeck.sandbox import Judge, Verdict
from rftdeck.spec import RewardSpec
from torch import distributed
from transformers import TrainerState

NOT_IN_ROW = frozenset(
    {
        "prompt",
        "prompts",
        "answer",
        "images",
        "image_files",
        "image",
        "log_extra",
        "log_metric",
        "environments",
    }
)
"""What TRL hands to a reward function besides the columns of the row."""


class Scorer:
    """Scores all rewards of a spec in one trip to the reward processes."""

    def __init__(
        self,
        judge: Judge,
        rewards: Sequence[RewardSpec],
        custom: Custom = NO_CUSTOM,
        *,
        num_generations: int = 1,
    ) -> None:
        self.rewards, self.custom = list(rewards), custom
        self._judge, self._num_generations = judge, num_generations
        self._calls = [make_call(reward, custom) for reward in rewards]
        self._batches = 0
        self._completions: Sequence[Any] | None = None
        self._scored: list[list[Verdict]] = []

    def score(self, samples: Sequence[Sample]) -> list[list[Verdict]]:
        """Verdicts as [reward][sample]."""
        return self._judge.score(self._calls, samples)

    def score_step(
        self,
        completions: Sequence[Any],
        completion_ids: Sequence[Sequence[int]],
        columns: Mapping[str, Sequence[Any]],
        state: TrainerState,
    ) -> list[list[Verdict]]:
        """Verdicts as [reward][completion] for a batch of a training step.

        The same list of completions is scored once, whichever reward TRL asks for first.
        """
        if completions is not self._completions:
            samples = make_samples(
                completions, completion_ids, columns, state.global_step + 1, state.max_steps
            )
            self._completions, self._scored = completions, self._score_groups(samples)
        return self._scored

    def _score_groups(self, samples: list[Sample]) -> list[list[Verdict]]:
        """Siblings are runs of num_generations in the order of the processes, and may be split over two of these.

        A process scores the groups that begin in its part, and takes what it lacks from the others.
        """
        self._batches += 1
        rank, parts = 0, [samples]
        if is_shared := distributed.is_initialized() and distributed.get_world_size() > 1:
            rank, parts = distributed.get_rank(), gather_object([samples])
        everyone = [
            replace(sample, group=f"{self._batches}.{place // self._num_generations}")
            for place, sample in enumerate(sample for part in parts for sample in part)
        ]
        first = sum(map(len, parts[:rank]))
        ours = range(first, first + len(samples))
        if not is_shared:
            return self.score(everyone)
        begins = [place - place % self._num_generations in ours for place in range(len(everyone))]
        places = [place for place, begins_here in enumerate(begins) if begins_here]
        verdicts = self.score([everyone[place] for place in places])
        told: list[dict[int, tuple[Verdict, ...]]] = gather_object(
            [dict(zip(places, zip(*verdicts, strict=True), strict=True))]
        )
        whole = {place: row for part in told for place, row in part.items()}
        return [[whole[place][number] for place in ours] for number in range(len(self._calls))]


class RewardFunction:
    """Called by TRL once a generated batch; `last` keeps the full results of that call."""

    def __init__(self, scorer: Scorer, place: int) -> None:
        self.spec = scorer.rewards[place]
        self.__name__ = self.spec.name
        self.last: list[Verdict] = []
        self._scorer, self._place = scorer, place

    def __call__(
        self,
        *,
        completions: Sequence[Any],
        completion_ids: Sequence[Sequence[int]],
        trainer_state: TrainerState,
        **columns: Any,
    ) -> list[float | None]:
        self.last = self._scorer.score_step(completions, completion_ids, columns, trainer_state)[self._place]
        return [verdict.score for verdict in self.last]


def reward_functions(scorer: Scorer) -> list[RewardFunction]:
    return [RewardFunction(scorer, place) for place in range(len(scorer.rewards))]


def make_samples(
    completions: Sequence[Any],
    completion_ids: Sequence[Sequence[int]],
    columns: Mapping[str, Sequence[Any]],
    step: int,
    max_steps: int,
) -> list[Sample]:
    """`columns`: name → one value a completion."""
    rows = {name: values for name, values in columns.items() if name not in NOT_IN_ROW}
    return [
        Sample(
            completion=completion_text(completion),
            answer=columns["answer"][index],
            length=len(completion_ids[index]),
            row={name: values[index] for name, values in rows.items()},
            step=step,
            max_steps=max_steps,
        )
        for index, completion in enumerate(completions)
    ]


def completion_text(completion: Any) -> str:
    """Text, or the content of the last message of a chat."""
    return completion if isinstance(completion, str) else str(completion[-1]["content"])
