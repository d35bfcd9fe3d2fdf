"""From a spec to a queued run."""

import hashlib
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from rftdeck.datasets import STORED_PREFIX
from rftdeck.events import RunStateChanged
from rftdeck.findings import check_spec
from rftdeck.preflights import PreflightOptions
from rftdeck.presets import differences_from_grpo, resolve_algorithm
from rftdeck.runs import (
    Difference,
    Estimate,
    ExternalRunCreate,
    FieldProblem,
    Finding,
    RunKind,
    ValidationRead,
)
from rftdeck.spec import RunSpec
from rftdeck.states import RunState
from rftdeck.text import clean_text
from sqlalchemy.orm import Session

from rftdeck_server.core.bus import Bus
from rftdeck_server.core.database import now
from rftdeck_server.core.errors import Conflict, Invalid
from rftdeck_server.datasets import store as datasets
from rftdeck_server.events import log
from rftdeck_server.rewards import custom
from rftdeck_server.rewards.pool import RewardPool
from rftdeck_server.runs import queries, stored_data
from rftdeck_server.runs.ideal_check import check_ideal_completions
from rftdeck_server.runs.tables import IdempotencyRow, RunRow
from rftdeck_server.runs.transitions import ring_later


def launch(
    session: Session, bus: Bus, spec: RunSpec, *, local_files: bool, idempotency_key: str | None
) -> RunRow:
    """Queue a run, or return the one that this key has already launched.

    Raises Invalid when a finding is an error, and Conflict when the key came with another body.
    """
    spec = pinned(session, spec)
    body_sha256 = hashlib.sha256(spec.model_dump_json().encode()).hexdigest()
    if idempotency_key is not None:
        done = session.get(IdempotencyRow, idempotency_key)
        if done is not None and done.body_sha256 != body_sha256:
            raise Conflict("This Idempotency-Key was already used with another spec.")
        if done is not None:
            return queries.get_run(session, done.run_id)
    refuse(check(session, spec, local_files=local_files))
    run = queue(session, bus, spec, "managed")
    if idempotency_key is not None:
        session.add(
            IdempotencyRow(key=idempotency_key, body_sha256=body_sha256, run_id=run.id, created_at=now())
        )
    return run


def queue(
    session: Session, bus: Bus, spec: RunSpec, kind: RunKind, preflight: PreflightOptions | None = None
) -> RunRow:
    """A run of a checked spec, waiting for a worker."""
    run = RunRow(
        name=spec.name,
        experiment=spec.experiment,
        tags=spec.tags,
        kind=kind,
        spec=spec.model_dump(mode="json"),
        config={},
        preflight=None if preflight is None else preflight.model_dump(mode="json"),
        state=RunState.QUEUED,
        queue=spec.resources.queue,
        priority=spec.resources.priority,
        max_restarts=spec.resources.max_restarts,
        max_steps=spec.schedule.max_steps,
        created_at=now(),
    )
    _create(session, bus, run)
    ring_later(session, bus, run.queue)
    return run


def pinned(session: Session, spec: RunSpec) -> RunSpec:
    """The spec with its custom rewards and its stored data set named by their content. Raises Invalid or NotFound."""
    spec = spec.model_copy(update={"rewards": custom.pinned(session, spec.rewards)})
    if spec.dataset.name.startswith(STORED_PREFIX):
        version = datasets.find(session, spec.dataset.name)
        dataset = spec.dataset.model_copy(update={"name": datasets.reference(version)})
        spec = spec.model_copy(update={"dataset": dataset})
    return spec


def check(session: Session, spec: RunSpec, *, local_files: bool) -> list[Finding]:
    """Everything that the server knows to be wrong with a spec, errors first."""
    found = check_spec(spec, local_files=local_files, custom=custom.schemas(session, spec.rewards))
    found += stored_data.check(session, spec)
    return sorted(found, key=lambda finding: finding.level != "error")


def refuse(findings: Sequence[Finding]) -> None:
    """Raises Invalid when a finding is an error."""
    if errors := [finding for finding in findings if finding.level == "error"]:
        raise Invalid(
            "; ".join(f"{finding.path}: {finding.reason}" for finding in errors),
            [FieldProblem(path=item.path, reason=item.reason, fix=item.fix) for item in errors],
        )


def create_external(session: Session, bus: Bus, create: ExternalRunCreate) -> RunRow:
    """A run that waits for its own script to claim it at once; no worker ever sees it."""
    run = RunRow(
        name=create.name,
        experiment=create.experiment,
        tags=create.tags,
        kind="external",
        spec=None,
        config=create.config,
        state=RunState.QUEUED,
        queue="",  # no worker serves a queue without a name
        max_steps=create.max_steps,
        created_at=now(),
    )
    _create(session, bus, run)
    return run


def _create(session: Session, bus: Bus, run: RunRow) -> None:
    session.add(run)
    session.flush()
    log.append(session, bus, run.id, [RunStateChanged(from_state=None, to_state=RunState.QUEUED)])


def validate(session: Session, pool: RewardPool, raw: dict[str, Any], *, local_files: bool) -> ValidationRead:
    """Everything that can be said about a spec before it is launched."""
    try:
        spec = RunSpec.model_validate(raw)
    except ValidationError as error:
        findings = [
            Finding(
                level="error",
                path=".".join(clean_text(str(part)) for part in item["loc"]),
                reason=clean_text(item["msg"]),
                fix=_fix(item["type"]),
            )
            for item in error.errors()
        ]
        return ValidationRead(
            ok=False, findings=findings, spec=None, algorithm={}, differences=[], estimate=None
        )
    findings = check(session, spec, local_files=local_files) + check_ideal_completions(session, pool, spec)
    findings.sort(key=lambda finding: finding.level != "error")
    return ValidationRead(
        ok=all(finding.level != "error" for finding in findings),
        findings=findings,
        spec=spec,
        algorithm=resolve_algorithm(spec.algorithm),
        differences=[
            Difference(field=field, grpo=plain, value=value)
            for field, (plain, value) in differences_from_grpo(spec.algorithm).items()
        ],
        estimate=_estimate(session, spec),
    )


def _fix(kind: str) -> str:
    match kind:
        case "missing":
            return "Set this field."
        case "extra_forbidden":
            return "Remove this field, or correct its name."
        case _:
            return "Correct the value."


def _estimate(session: Session, spec: RunSpec) -> Estimate:
    passes = resolve_algorithm(spec.algorithm)["num_iterations"] * spec.passes_per_generation
    generations = spec.schedule.max_steps * spec.optimizer.gradient_accumulation_steps / passes
    rollouts = round(generations * spec.generation_batch_size)
    step_time_s = queries.mean_step_time_s(session, spec)
    return Estimate(
        rollouts=rollouts,
        prompts_per_step=rollouts / spec.sampling.num_generations / spec.schedule.max_steps,
        max_completion_tokens=rollouts * spec.sampling.max_completion_length,
        duration_s=None if step_time_s is None else step_time_s * spec.schedule.max_steps,
    )
