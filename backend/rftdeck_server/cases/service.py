"""Regression cases: completions whose right score a person has named."""

from collections.abc import Sequence
from itertools import groupby

from rftdeck.rewards import REWARDS
from rftdeck.runs import FieldProblem
from rftdeck.scoring import (
    CUSTOM_PREFIX,
    CaseCreate,
    CaseRead,
    CaseResult,
    CaseRunRead,
    CaseRunRequest,
    SampleIn,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from rftdeck_server.core.database import now
from rftdeck_server.core.errors import Invalid, NotFound
from rftdeck_server.rewards import custom
from rftdeck_server.rewards.creation import disagreement
from rftdeck_server.rewards.pool import RewardPool
from rftdeck_server.rewards.scoring import make_calls, make_sample
from rftdeck_server.rewards.tables import RewardCaseRow
from rftdeck_server.rollouts import queries as rollouts
from rftdeck_server.runs import queries as runs

TOLERANCE = 1e-6


def create(session: Session, request: CaseCreate) -> CaseRead:
    """Raises Invalid for an unknown reward and when it is not clear which sample is meant, NotFound for the rollout."""
    name = custom.base_name(request.reward.name)
    make_calls(session, [request.reward])  # names and params
    if (request.sample is None) == (request.rollout_id is None):
        reason = "give a rollout_id or a sample, and not both"
        raise Invalid(f"sample: {reason}.", [FieldProblem(path="sample", reason=reason)])
    run_id, sample = None, request.sample
    if request.rollout_id is not None:
        run_id, sample = _sample_of(session, request.rollout_id)
    assert sample is not None
    row = RewardCaseRow(
        reward=name,
        params=request.reward.params,
        sample=sample.model_dump(mode="json"),
        expected=request.expected,
        tolerance=TOLERANCE,
        note=request.note,
        rollout_id=request.rollout_id,
        run_id=run_id,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    return read(row)


def _sample_of(session: Session, rollout_id: int) -> tuple[int, SampleIn]:
    rollout = rollouts.get_rollout(session, rollout_id)
    group = rollouts.get_group(session, rollout.group_id)
    run = runs.get_run(session, group.run_id)
    sample = SampleIn(
        completion=rollout.completion,
        answer=group.answer,
        length=rollout.length,
        row=group.columns,
        step=group.step,
        max_steps=run.max_steps,
    )
    return group.run_id, sample


def find(session: Session, reward: str | None, rollout_id: int | None) -> list[CaseRead]:
    query = select(RewardCaseRow).order_by(RewardCaseRow.id.desc())
    if reward is not None:
        query = query.where(RewardCaseRow.reward == custom.base_name(reward))
    if rollout_id is not None:
        query = query.where(RewardCaseRow.rollout_id == rollout_id)
    return [read(row) for row in session.scalars(query)]


def run(session: Session, pool: RewardPool, request: CaseRunRequest) -> CaseRunRead:
    """Score the cases of a reward. With a draft the cases are those of the reward that is named, if it exists."""
    name = custom.base_name(request.reward.name)
    if name not in REWARDS and not name.startswith(CUSTOM_PREFIX):
        raise Invalid(
            "reward.name: no such reward.", [FieldProblem(path="reward.name", reason="no such reward")]
        )
    rows = session.scalars(
        select(RewardCaseRow).where(RewardCaseRow.reward == name).order_by(RewardCaseRow.id)
    ).all()
    results = [
        result
        for _, same in groupby(rows, key=lambda row: row.params)
        for result in _run_same(session, pool, request, list(same))
    ]
    passed = sum(result.passed for result in results)
    return CaseRunRead(items=results, passed=passed, failed=len(results) - passed)


def _run_same(
    session: Session, pool: RewardPool, request: CaseRunRequest, rows: Sequence[RewardCaseRow]
) -> list[CaseResult]:
    """Cases with the same params, in one batch."""
    spec = request.reward.model_copy(update={"params": rows[0].params})
    if request.draft is not None:
        spec = spec.model_copy(update={"name": custom.TEMPLATE_DRAFT})
    calls = make_calls(session, [spec], request.draft, request.draft_scope)
    samples = [make_sample(SampleIn.model_validate(row.sample), group=f"case {row.id}") for row in rows]
    verdicts = pool.verdicts(calls, samples)[0]
    return [
        CaseResult(
            case=read(row),
            score=verdict.score,
            reason=verdict.traceback or verdict.reason or verdict.why,
            passed=disagreement(row.expected, row.tolerance, verdict) is None,
        )
        for row, verdict in zip(rows, verdicts, strict=True)
    ]


def delete(session: Session, case_id: int) -> None:
    """Raises NotFound."""
    row = session.get(RewardCaseRow, case_id)
    if row is None:
        raise NotFound(f"There is no case {case_id}.")
    session.delete(row)


def read(row: RewardCaseRow) -> CaseRead:
    return CaseRead.model_validate(row, from_attributes=True)
