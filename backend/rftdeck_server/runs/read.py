"""From rows to what readers get."""

from typing import Any

from rftdeck.presets import resolve_algorithm
from rftdeck.runs import AttemptRead, RunDetail, RunRead
from rftdeck.spec import RunSpec

from rftdeck_server.runs.tables import AttemptRow, RunRow


def _fields(run: RunRow) -> dict[str, Any]:
    columns = {
        name: getattr(run, name) for name in RunRead.model_fields if name not in {"latest", "sparkline"}
    }
    return {
        **columns,
        "latest": run.latest or {},
        "sparkline": run.sparkline["values"] if run.sparkline else [],
    }


def read_run(run: RunRow) -> RunRead:
    return RunRead(**_fields(run))


def read_detail(run: RunRow, last_event_id: int) -> RunDetail:
    spec = None if run.spec is None else RunSpec.model_validate(run.spec)
    return RunDetail(
        **_fields(run),
        spec=spec,
        config=run.config,
        algorithm={} if spec is None else resolve_algorithm(spec.algorithm),
        last_event_id=last_event_id,
    )


def read_attempt(attempt: AttemptRow) -> AttemptRead:
    return AttemptRead.model_validate(attempt, from_attributes=True)
