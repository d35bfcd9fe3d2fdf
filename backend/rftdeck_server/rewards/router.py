from fastapi import APIRouter
from rftdeck.scoring import (
    CustomRewardCreate,
    CustomRewardList,
    CustomRewardRead,
    IdealRead,
    IdealRequest,
    ScoreRead,
    ScoreRequest,
)

from rftdeck_server.core.dependencies import DatabaseDep

router = APIRouter(tags=["rewards"])


@router.post("/rewards/score", operation_id="scoreSamples")
def score(request: ScoreRequest, database: DatabaseDep) -> ScoreRead:
    """Score completions of one prompt by hand."""
    raise NotImplementedError


@router.post("/rewards/ideal", operation_id="checkIdeal")
def ideal(request: IdealRequest, database: DatabaseDep) -> IdealRead:
    """Whether a perfect answer reaches the maximum of every reward."""
    raise NotImplementedError


@router.post("/rewards/custom", operation_id="createCustomReward", status_code=201)
def create_custom(create: CustomRewardCreate, database: DatabaseDep) -> CustomRewardRead:
    """Store a version of a custom reward, when every case gets its expected score."""
    raise NotImplementedError


@router.get("/rewards/custom", operation_id="listCustomRewards")
def list_custom(database: DatabaseDep, name: str | None = None) -> CustomRewardList:
    """All versions of all custom rewards, or of one."""
    raise NotImplementedError
