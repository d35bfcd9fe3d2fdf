"""The ideal-completion check: a perfect answer must reach the maximum of every reward, or nothing can be learned."""

from collections.abc import Callable, Sequence

from rftdeck.judging import Custom, make_call
from rftdeck.recipes import ideal_completion
from rftdeck.rewards import REWARDS, Sample
from rftdeck.sandbox import Call, Verdict
from rftdeck.scoring import IdealFailure, IdealRead, SampleIn, approximate_length
from rftdeck.spec import RewardSpec

TOLERANCE = 1e-6
MAX_FAILURES = 20

Score = Callable[[Sequence[Call], Sequence[Sample]], list[list[Verdict]]]
"""Judge.score, or what stands for it."""


def check_ideal(
    score: Score,
    rewards: Sequence[RewardSpec],
    samples: Sequence[SampleIn],
    rows: Sequence[str | None],
    custom: Custom,
) -> IdealRead:
    """Score a perfect completion of each sample; an empty completion is made from the gold. `rows` are their ids.

    Rewards without a maximum do not count, nor do those that compare siblings: an ideal completion has none. Custom
    rewards have a maximum of 1.
    """
    filled = [
        sample.model_copy(update={"completion": ideal_completion(sample.answer, rewards)})
        if not sample.completion and sample.answer is not None
        else sample
        for sample in samples
    ]
    counted = [(spec, maximum) for spec in rewards if (maximum := _maximum(spec, custom)) is not None]
    verdicts = score(
        [make_call(spec, custom) for spec, _ in counted],
        [_sample(sample, str(index)) for index, sample in enumerate(filled)],
    )
    failures = [
        IdealFailure(
            row=row,
            reward=spec.name,
            score=verdict.score,
            maximum=maximum,
            reason=_reason(verdict),
            completion=sample.completion,
            answer=sample.answer,
        )
        for (spec, maximum), results in zip(counted, verdicts, strict=True)
        for sample, row, verdict in zip(filled, rows, results, strict=True)
        if verdict.score is None or verdict.score < maximum - TOLERANCE
    ]
    return IdealRead(
        passed=not failures,
        checked=len(filled),
        failures=failures[:MAX_FAILURES],
        example=filled[0].completion if filled else None,
    )


def _maximum(spec: RewardSpec, custom: Custom) -> float | None:
    if spec.name in custom:
        return None if custom[spec.name].scope == "group" else 1.0
    reward = REWARDS[spec.name]
    return None if reward.scope == "group" else reward.maximum_of(spec.params)


def _sample(sample: SampleIn, group: str) -> Sample:
    length = approximate_length(sample.completion) if sample.length is None else sample.length
    # The last step is the strictest one of scheduled rewards.
    return Sample(
        sample.completion, sample.answer, length, dict(sample.row), step=1, max_steps=1, group=group
    )


def _reason(verdict: Verdict) -> str:
    if verdict.score is None:
        return verdict.reason or "no score"
    parts = [verdict.why or f"it got {verdict.score:g}"]
    if verdict.parsed is not None:
        parts.append(f"parsed as {verdict.parsed}")
    return "; ".join(parts)
