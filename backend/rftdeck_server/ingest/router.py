"""The door for whoever trains: workers and external scripts alike."""

from fastapi import APIRouter, Response
from rftdeck.events import EventBatch, IngestRead
from rftdeck.preflights import PreflightOptions
from rftdeck.runs import Claim, ClaimRequest, ExternalRunCreate, Heartbeat, HeartbeatRead
from rftdeck.spec import RunSpec
from sqlalchemy.orm import Session

from rftdeck_server.checkpoints import store as checkpoints
from rftdeck_server.core.dependencies import BusDep, DatabaseDep, Id, SettingsDep
from rftdeck_server.ingest.ingest import ingest
from rftdeck_server.rewards import custom
from rftdeck_server.runs import claims, launch, queries
from rftdeck_server.runs.tables import RunRow

router = APIRouter(tags=["training"])

EXTERNAL_LEASE_S = 60.0
"""Scripts of others may hold the interpreter for long; nobody waits to take their run over."""


@router.post(
    "/claims",
    operation_id="claimRun",
    response_model=Claim,
    responses={204: {"description": "Nothing waits"}},
)
def claim(
    request: ClaimRequest, database: DatabaseDep, bus: BusDep, settings: SettingsDep
) -> Claim | Response:
    """Take the lease on the best queued run."""
    with database.write() as session:
        run = claims.claim_best(session, bus, request, settings.lease_s)
        return Response(status_code=204) if run is None else _claim(session, run)


@router.post("/runs/external", operation_id="openExternalRun", status_code=201)
def open_external(create: ExternalRunCreate, database: DatabaseDep, bus: BusDep) -> Claim:
    """Create a run that the caller trains and logs itself."""
    request = ClaimRequest(worker=create.hostname or "external", hostname=create.hostname)
    with database.write() as session:
        run_id = launch.create_external(session, bus, create).id
        run = claims.claim(session, bus, run_id, request, EXTERNAL_LEASE_S)
        assert run is not None, "nobody else can see a run before the commit"
        return _claim(session, run)


def _claim(session: Session, run: RunRow) -> Claim:
    checkpoint = checkpoints.newest(session, run.id)
    attempt = queries.get_attempt(session, run.id, run.attempt)
    if checkpoint is not None and attempt is not None:
        attempt.resume_step = checkpoint.step
    spec = None if run.spec is None else RunSpec.model_validate(run.spec)
    return Claim(
        run_id=run.id,
        attempt=run.attempt,
        token=run.token or "",
        lease_s=run.lease_s or 0,
        name=run.name,
        spec=spec,
        preflight=None if run.preflight is None else PreflightOptions.model_validate(run.preflight),
        custom_rewards={} if spec is None else custom.codes(session, spec.rewards),
        checkpoint=None if checkpoint is None else checkpoint.path,
        checkpoint_step=0 if checkpoint is None else checkpoint.step,
    )


@router.post("/runs/{run_id}/heartbeat", operation_id="beatRun")
def heartbeat(run_id: Id, beat: Heartbeat, database: DatabaseDep) -> HeartbeatRead:
    """Extend the lease, and learn what a person asked for."""
    with database.write() as session:
        return claims.heartbeat(session, run_id, beat.attempt, beat.token)


@router.post("/runs/{run_id}/events", operation_id="ingestEvents")
def ingest_events(run_id: Id, batch: EventBatch, database: DatabaseDep, bus: BusDep) -> IngestRead:
    """Commit events. Sending a batch again does nothing; a gap is refused with 409 and Rftdeck-Last-Seq."""
    with database.write() as session:
        return ingest(session, bus, run_id, batch)
