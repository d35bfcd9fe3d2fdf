"""All SQL that reads rollouts."""

from collections import defaultdict
from collections.abc import Sequence

from rftdeck.rollouts import GroupRead, GroupSummary, Mode, RolloutDetail, RolloutRead, RolloutSteps
from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, undefer

from rftdeck_server.core.errors import NotFound
from rftdeck_server.rollouts import token_blob
from rftdeck_server.rollouts.tables import GroupRow, RolloutRow
from rftdeck_server.runs.queries import attempt_cutoffs, current_only

SORTS: dict[str, InstrumentedAttribute[object]] = {
    "index": GroupRow.index,
    "reward_mean": GroupRow.reward_mean,
    "reward_std": GroupRow.reward_std,
    "length_mean": GroupRow.length_mean,
}


def steps(session: Session, run_id: int, mode: Mode) -> RolloutSteps:
    current = current_only(attempt_cutoffs(session, run_id), GroupRow.attempt, GroupRow.step)
    rows = session.execute(
        select(GroupRow.step, func.count(), func.avg(GroupRow.reward_mean))
        .where(GroupRow.run_id == run_id, GroupRow.mode == mode, current)
        .group_by(GroupRow.step)
        .order_by(GroupRow.step)
    ).all()
    return RolloutSteps(
        steps=[row[0] for row in rows],
        n_groups=[row[1] for row in rows],
        reward_mean=[row[2] for row in rows],
    )


def newest_step(session: Session, run_id: int, mode: Mode) -> int | None:
    current = current_only(attempt_cutoffs(session, run_id), GroupRow.attempt, GroupRow.step)
    return session.scalar(
        select(func.max(GroupRow.step)).where(GroupRow.run_id == run_id, GroupRow.mode == mode, current)
    )


def page(
    session: Session, run_id: int, step: int, mode: Mode, sort: str, limit: int, after: list[object] | None
) -> Sequence[GroupRow]:
    """Groups of a step by keyset: `after` is [value, id] of the last one before. Missing values come last."""
    column, descending = SORTS[sort.removeprefix("-")], sort.startswith("-")
    current = current_only(attempt_cutoffs(session, run_id), GroupRow.attempt, GroupRow.step)
    query = select(GroupRow).where(
        GroupRow.run_id == run_id, GroupRow.step == step, GroupRow.mode == mode, current
    )
    if after is not None:
        value, group_id = after
        if value is None:
            query = query.where(column.is_(None), GroupRow.id > group_id)
        else:
            beyond = column < value if descending else column > value
            query = query.where(or_(beyond, column.is_(None), (column == value) & (GroupRow.id > group_id)))
    order = column.desc() if descending else column.asc()
    return session.scalars(query.order_by(column.is_(None), order, GroupRow.id).limit(limit)).all()


def with_rollouts(session: Session, groups: Sequence[GroupRow]) -> list[GroupRead]:
    rollouts: dict[int, list[RolloutRead]] = defaultdict(list)
    for row in session.scalars(
        select(RolloutRow)
        .where(RolloutRow.group_id.in_([group.id for group in groups]))
        .order_by(RolloutRow.group_id, RolloutRow.index)
    ):
        rollouts[row.group_id].append(RolloutRead.model_validate(row, from_attributes=True))
    cutoffs = {run_id: attempt_cutoffs(session, run_id) for run_id in {group.run_id for group in groups}}
    return [
        GroupRead(**_summary(group, cutoffs[group.run_id]).model_dump(), rollouts=rollouts[group.id])
        for group in groups
    ]


def _summary(group: GroupRow, cutoffs: dict[int, int | None]) -> GroupSummary:
    cutoff = cutoffs.get(group.attempt)
    columns = {name: getattr(group, name) for name in GroupSummary.model_fields if name != "superseded"}
    return GroupSummary(**columns, superseded=cutoff is not None and group.step > cutoff)


def get_group(session: Session, group_id: int) -> GroupRead:
    """Raises NotFound."""
    group = session.get(GroupRow, group_id)
    if group is None:
        raise NotFound(f"There is no group {group_id}.")
    return with_rollouts(session, [group])[0]


def get_rollout(session: Session, rollout_id: int) -> RolloutDetail:
    """Raises NotFound."""
    found = session.execute(
        select(RolloutRow, GroupRow.run_id, GroupRow.step)
        .join(GroupRow, GroupRow.id == RolloutRow.group_id)
        .where(RolloutRow.id == rollout_id)
        .options(undefer(RolloutRow.tokens))
    ).first()
    if found is None:
        raise NotFound(f"There is no rollout {rollout_id}.")
    row, run_id, step = found
    return RolloutDetail(
        **RolloutRead.model_validate(row, from_attributes=True).model_dump(),
        run_id=run_id,
        step=step,
        **token_blob.unpack(row.tokens),
    )
