from typing import Annotated, Literal

from fastapi import APIRouter, Query
from rftdeck.rollouts import GroupPage, GroupRead, Mode, RolloutDetail, RolloutSteps

from rftdeck_server.core.dependencies import DatabaseDep, Id
from rftdeck_server.core.pages import decode_cursor, encode_cursor
from rftdeck_server.rollouts import queries
from rftdeck_server.runs.queries import get_run

router = APIRouter(tags=["rollouts"])

GroupSort = Literal[
    "index", "reward_mean", "-reward_mean", "reward_std", "-reward_std", "length_mean", "-length_mean"
]


@router.get("/runs/{run_id}/rollout-steps", operation_id="listRolloutSteps")
def list_steps(run_id: Id, database: DatabaseDep, mode: Mode = "train") -> RolloutSteps:
    """Which steps have captured rollouts."""
    with database.read() as session:
        get_run(session, run_id)
        return queries.steps(session, run_id, mode)


@router.get("/runs/{run_id}/groups", operation_id="listGroups")
def list_groups(
    run_id: Id,
    database: DatabaseDep,
    step: Annotated[int | None, Query(ge=0, lt=2**53)] = None,
    mode: Mode = "train",
    sort: GroupSort = "index",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    cursor: str | None = None,
) -> GroupPage:
    """The groups of a step with their rollouts; of the newest step when none is named."""
    with database.read() as session:
        get_run(session, run_id)
        if step is None:
            step = queries.newest_step(session, run_id, mode)
        if step is None:
            return GroupPage(items=[], next_cursor=None, step=None)
        after = (
            decode_cursor(cursor, queries.SORTS[sort.removeprefix("-")].type.python_type) if cursor else None
        )
        rows = queries.page(session, run_id, step, mode, sort, limit, after)
        last = rows[-1] if len(rows) == limit else None
        return GroupPage(
            items=queries.with_rollouts(session, rows),
            next_cursor=encode_cursor([getattr(last, sort.removeprefix("-")), last.id]) if last else None,
            step=step,
        )


@router.get("/groups/{group_id}", operation_id="readGroup")
def read_group(group_id: Id, database: DatabaseDep) -> GroupRead:
    with database.read() as session:
        return queries.get_group(session, group_id)


@router.get("/rollouts/{rollout_id}", operation_id="readRollout")
def read_rollout(rollout_id: Id, database: DatabaseDep) -> RolloutDetail:
    """One rollout with its tokens, log-probabilities and entropies."""
    with database.read() as session:
        return queries.get_rollout(session, rollout_id)
