"""Scoring by hand: from specs and samples to scores that explain themselves."""

from collections.abc import Sequence

from rftdeck.advantages import advantages
from rftdeck.findings import check_rewards
from rftdeck.judging import weighted_reward
from rftdeck.rewards import REWARDS, Sample
from rftdeck.rewards.core import Scope
from rftdeck.runs import FieldProblem
from rftdeck.sandbox import Call, Verdict
from rftdeck.scoring import (
    CUSTOM_PREFIX,
    RewardScore,
    SampleIn,
    SampleScore,
    ScoreRead,
    ScoreRequest,
    approximate_length,
)
from rftdeck.spec import RewardSpec
from sqlalchemy.orm import Session

from rftdeck_server.core.errors import Invalid
from rftdeck_server.rewards import custom
from rftdeck_server.rewards.pool import RewardPool

GROUP = "playground"
MAX_TIMEOUT_S = 10.0
"""Of one sample, whatever the spec says: somebody is waiting."""


def score(session: Session, pool: RewardPool, request: ScoreRequest) -> ScoreRead:
    """Raises Invalid for a reward that does not exist or wrong params."""
    calls = make_calls(session, request.rewards, request.draft, request.draft_scope)
    samples = [make_sample(sample) for sample in request.samples]
    verdicts, isolation = pool.score(calls, samples)
    scored = [
        [_read(spec, verdict) for spec, verdict in zip(request.rewards, column, strict=True)]
        for column in zip(*verdicts, strict=True)
    ]
    rewards = [weighted_reward(request.rewards, [item.score for item in items]) for items in scored]
    found = advantages([rewards], "group")[0] if len(rewards) > 1 else [None]
    return ScoreRead(
        samples=[
            SampleScore(rewards=items, reward=reward, advantage=advantage)
            for items, reward, advantage in zip(scored, rewards, found, strict=True)
        ],
        isolation=list(isolation),
    )


def make_calls(
    session: Session, rewards: Sequence[RewardSpec], draft: str | None = None, draft_scope: Scope = "sample"
) -> list[Call]:
    """Raises Invalid for a reward that does not exist or wrong params."""
    stored = [spec for spec in rewards if not (draft and spec.name == custom.TEMPLATE_DRAFT)]
    findings = list(check_rewards(stored, custom.schemas(session, stored)))
    if errors := [finding for finding in findings if finding.level == "error"]:
        raise Invalid(
            "; ".join(f"{item.path}: {item.reason}" for item in errors),
            [FieldProblem(path=item.path, reason=item.reason, fix=item.fix) for item in errors],
        )
    codes = custom.codes(session, stored)
    calls = []
    for spec in rewards:
        source, scope = None, "sample"
        if draft and spec.name == custom.TEMPLATE_DRAFT:
            source, scope = draft, draft_scope
        elif spec.name in codes:
            source, scope = codes[spec.name].source, codes[spec.name].scope
        calls.append(
            Call(
                name=spec.name,
                params=spec.params,
                timeout_s=min(spec.timeout_s, MAX_TIMEOUT_S),
                source=source,
                scope="group" if scope == "group" else "sample",
            )
        )
    return calls


def make_sample(sample: SampleIn, group: str = GROUP) -> Sample:
    return Sample(
        completion=sample.completion,
        answer=sample.answer,
        length=approximate_length(sample.completion) if sample.length is None else sample.length,
        row=dict(sample.row),
        step=sample.step,
        max_steps=sample.max_steps,
        group=group,
    )


def maximum_of(spec: RewardSpec) -> float | None:
    """Custom rewards are taken to reach 1."""
    reward = REWARDS.get(spec.name)
    if spec.name.startswith(CUSTOM_PREFIX):
        return 1.0
    return None if reward is None else reward.maximum_of(spec.params)


def _read(spec: RewardSpec, verdict: Verdict) -> RewardScore:
    return RewardScore(
        name=spec.name,
        weight=spec.weight,
        score=verdict.score,
        maximum=maximum_of(spec),
        reason=verdict.reason,
        traceback=verdict.traceback,
        parsed=verdict.parsed,
        why=verdict.why,
        seconds=verdict.seconds,
        timed_out=verdict.timed_out,
    )
