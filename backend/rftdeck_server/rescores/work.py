"""The job behind a re-scoring: recorded rollouts through other rewards."""

from collections.abc import Iterator, Sequence

from rftdeck.advantages import Scale
from rftdeck.judging import make_call, weighted_reward
from rftdeck.presets import resolve_algorithm
from rftdeck.rescores import RescoreCreate
from rftdeck.rewards import Sample
from rftdeck.sandbox import Judge, Verdict
from rftdeck.spec import RewardSpec, RunSpec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rftdeck_server.core.database import Database
from rftdeck_server.jobs.report import Report
from rftdeck_server.rescores.compare import Comparison, Group, Member
from rftdeck_server.rescores.tables import RescoreRow
from rftdeck_server.rewards import custom
from rftdeck_server.rollouts.tables import GroupRow, RolloutRow
from rftdeck_server.runs import queries as runs
from rftdeck_server.runs.tables import RunRow

PROCESSES = 2


def run(database: Database, rescore_id: int, report: Report) -> None:
    with database.read() as session:
        row = session.get_one(RescoreRow, rescore_id)
        request = RescoreCreate.model_validate(row.request)
        run_row = runs.get_run(session, row.run_id)
        codes = custom.codes(session, request.rewards)
        steps = _steps(session, run_row.id, request)
    calls = [make_call(spec, codes) for spec in request.rewards]
    comparison = Comparison(request.scale_rewards or scale_of(run_row))
    with Judge(PROCESSES) as judge:
        for done, step in enumerate(steps):
            report(done / len(steps), f"step {step:,}")
            with database.read() as session:
                groups = list(_groups(session, run_row.id, step))
            samples = [sample for group in groups for sample in _samples(run_row, *group)]
            verdicts = judge.score(calls, samples)
            comparison.add(step, list(_compared(groups, request.rewards, verdicts)))
    report(1.0, f"{len(steps):,} steps")
    with database.write() as session:
        session.get_one(RescoreRow, rescore_id).result = comparison.result().model_dump(mode="json")


def scale_of(run: RunRow) -> Scale:
    """What the run divides its advantages by."""
    if run.spec is None:
        return "group"
    scale: Scale = resolve_algorithm(RunSpec.model_validate(run.spec).algorithm)["scale_rewards"]
    return scale


def _steps(session: Session, run_id: int, request: RescoreCreate) -> Sequence[int]:
    """Steps with current groups of the training."""
    current = runs.current_only(runs.attempt_cutoffs(session, run_id), GroupRow.attempt, GroupRow.step)
    query = select(GroupRow.step).where(GroupRow.run_id == run_id, GroupRow.mode == "train", current)
    if request.from_step is not None:
        query = query.where(GroupRow.step >= request.from_step)
    if request.to_step is not None:
        query = query.where(GroupRow.step <= request.to_step)
    return session.scalars(query.distinct().order_by(GroupRow.step)).all()


def _groups(session: Session, run_id: int, step: int) -> Iterator[tuple[GroupRow, Sequence[RolloutRow]]]:
    current = runs.current_only(runs.attempt_cutoffs(session, run_id), GroupRow.attempt, GroupRow.step)
    groups = session.scalars(
        select(GroupRow)
        .where(GroupRow.run_id == run_id, GroupRow.mode == "train", GroupRow.step == step, current)
        .order_by(GroupRow.index)
    ).all()
    rollouts = session.scalars(
        select(RolloutRow)
        .where(RolloutRow.group_id.in_([group.id for group in groups]))
        .order_by(RolloutRow.group_id, RolloutRow.index)
    ).all()
    members: dict[int, list[RolloutRow]] = {group.id: [] for group in groups}
    for rollout in rollouts:
        members[rollout.group_id].append(rollout)
    for group in groups:
        yield group, members[group.id]


def _samples(run: RunRow, group: GroupRow, members: Sequence[RolloutRow]) -> list[Sample]:
    return [
        Sample(
            completion=member.completion,
            answer=group.answer,
            length=member.length,
            row=group.columns,
            step=group.step,
            max_steps=run.max_steps,
            group=str(group.id),
        )
        for member in members
    ]


def _compared(
    groups: Sequence[tuple[GroupRow, Sequence[RolloutRow]]],
    rewards: Sequence[RewardSpec],
    verdicts: Sequence[Sequence[Verdict]],
) -> Iterator[Group]:
    each = iter(zip(*verdicts, strict=True))
    for group, rollouts in groups:
        members = []
        for rollout in rollouts:
            told = dict(zip([spec.name for spec in rewards], next(each), strict=True))
            members.append(
                Member(
                    rollout_id=rollout.id,
                    completion=rollout.completion,
                    scores_old=rollout.scores,
                    scores_new={name: verdict.score for name, verdict in told.items()},
                    reward_old=rollout.reward,
                    reward_new=weighted_reward(rewards, [verdict.score for verdict in told.values()]),
                    advantage_old=rollout.advantage,
                    reasons={
                        name: verdict.reason for name, verdict in told.items() if verdict.reason is not None
                    },
                )
            )
        yield Group(group.id, group.answer, members)


def n_groups(session: Session, run_id: int) -> int:
    query = select(func.count()).select_from(GroupRow)
    return session.scalar(query.where(GroupRow.run_id == run_id, GroupRow.mode == "train")) or 0
