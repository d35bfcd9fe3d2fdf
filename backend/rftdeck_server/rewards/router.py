from fastapi import APIRouter
from rftdeck.scoring import (
    CUSTOM_PREFIX,
    CustomRewardCreate,
    CustomRewardList,
    CustomRewardRead,
    IdealRead,
    IdealRequest,
    ScoreRead,
    ScoreRequest,
)
from sqlalchemy import select

from rftdeck_server.core.dependencies import DatabaseDep, PrincipalDep
from rftdeck_server.rewards import creation, custom, scoring
from rftdeck_server.rewards import ideal as ideals
from rftdeck_server.rewards.pool import PoolDep
from rftdeck_server.rewards.tables import CustomRewardRow

router = APIRouter(tags=["rewards"])


@router.post("/rewards/score", operation_id="scoreSamples")
def score(request: ScoreRequest, database: DatabaseDep, pool: PoolDep, principal: PrincipalDep) -> ScoreRead:
    """Score completions of one prompt by hand. A draft needs the right to add code."""
    if request.draft is not None:
        principal.require_code()
    with database.read() as session:
        return scoring.score(session, pool, request)


@router.post("/rewards/ideal", operation_id="checkIdeal")
def ideal(request: IdealRequest, database: DatabaseDep, pool: PoolDep) -> IdealRead:
    """Whether a perfect answer reaches the maximum of every reward."""
    with database.read() as session:
        return ideals.ideal(session, pool, request)


@router.post("/rewards/custom", operation_id="createCustomReward", status_code=201)
def create_custom(
    create: CustomRewardCreate, database: DatabaseDep, pool: PoolDep, principal: PrincipalDep
) -> CustomRewardRead:
    """Store a version of a custom reward, when every case gets its expected score. Needs the right to add code."""
    principal.require_code()
    return creation.create(database, pool, create)


@router.get("/rewards/custom", operation_id="listCustomRewards")
def list_custom(database: DatabaseDep, name: str | None = None) -> CustomRewardList:
    """All versions of all custom rewards, or of one; newest first."""
    query = select(CustomRewardRow).order_by(CustomRewardRow.id.desc())
    if name is not None:
        query = query.where(CustomRewardRow.name == name.removeprefix(CUSTOM_PREFIX))
    with database.read() as session:
        return CustomRewardList(items=custom.read(session, session.scalars(query)))
