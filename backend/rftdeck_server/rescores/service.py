"""Re-scorings of a run."""

from rftdeck.rescores import RescoreCreate, RescoreRead, RescoreResult
from rftdeck.runs import FieldProblem
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from rftdeck_server.core.database import now
from rftdeck_server.core.errors import Invalid, NotFound
from rftdeck_server.jobs import store as jobs
from rftdeck_server.jobs.tables import JobRow
from rftdeck_server.rescores.tables import RescoreRow
from rftdeck_server.rescores.work import n_groups
from rftdeck_server.rewards import custom
from rftdeck_server.rewards.scoring import make_calls
from rftdeck_server.runs import queries as runs

JOB_KIND = "rescore"


def create(session: Session, run_id: int, request: RescoreCreate) -> RescoreRead:
    """Raises NotFound for the run, Invalid for wrong rewards and when nothing was recorded."""
    run = runs.get_run(session, run_id)
    if not n_groups(session, run.id):
        raise Invalid(
            "The run has no recorded rollouts yet.",
            [FieldProblem(path="run_id", reason="no recorded rollouts", fix="Wait for its first step.")],
        )
    make_calls(session, request.rewards)  # names and params
    pinned = request.model_copy(update={"rewards": custom.pinned(session, request.rewards)})
    names = [spec.name for spec in pinned.rewards]
    if len(set(names)) < len(names):
        twice = next(index for index, name in enumerate(names) if name in names[:index])
        raise Invalid(
            f"rewards.{twice}.name: {names[twice]} stands twice.",
            [FieldProblem(path=f"rewards.{twice}.name", reason="stands twice", fix="Keep one of them.")],
        )
    row = RescoreRow(run_id=run.id, request=pinned.model_dump(mode="json"), created_at=now())
    job = jobs.create(session, JOB_KIND, 0)
    session.flush()
    row.job_id = job.id
    session.add(row)
    session.flush()
    job.subject_id = row.id
    session.flush()
    return _read(row, job, None)


def of_run(session: Session, run_id: int) -> list[RescoreRead]:
    runs.get_run(session, run_id)
    rows = session.execute(
        select(RescoreRow, JobRow)
        .join(JobRow, JobRow.id == RescoreRow.job_id)
        .where(RescoreRow.run_id == run_id)
        .order_by(RescoreRow.id.desc())
    ).all()
    return [_read(row, job, None) for row, job in rows]


def get(session: Session, rescore_id: int) -> RescoreRead:
    """Raises NotFound."""
    row = session.get(RescoreRow, rescore_id, options=[undefer(RescoreRow.result)])
    if row is None:
        raise NotFound(f"There is no re-scoring {rescore_id}.")
    result = None if row.result is None else RescoreResult.model_validate(row.result)
    return _read(row, session.get_one(JobRow, row.job_id), result)


def _read(row: RescoreRow, job: JobRow, result: RescoreResult | None) -> RescoreRead:
    return RescoreRead(
        id=row.id,
        run_id=row.run_id,
        request=RescoreCreate.model_validate(row.request),
        job=jobs.read(job),
        result=result,
        created_at=row.created_at,
    )
