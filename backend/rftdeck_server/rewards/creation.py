"""From code to a stored version of a custom reward: it must run, and every case must get its expected score."""

from collections.abc import Sequence
from dataclasses import dataclass

from rftdeck.runs import FieldProblem
from rftdeck.sandbox import Call, Verdict
from rftdeck.scoring import CUSTOM_PREFIX, CustomRewardCreate, CustomRewardRead, SampleIn
from sqlalchemy import select

from rftdeck_server.core.database import Database, now
from rftdeck_server.core.errors import Invalid
from rftdeck_server.rewards import custom
from rftdeck_server.rewards.pool import RewardPool
from rftdeck_server.rewards.scoring import MAX_TIMEOUT_S, make_sample
from rftdeck_server.rewards.tables import CustomRewardRow, RewardCaseRow


@dataclass(frozen=True)
class _Case:
    path: str
    """What an error calls it."""
    sample: SampleIn
    expected: float | None
    tolerance: float


def create(database: Database, pool: RewardPool, request: CustomRewardCreate) -> CustomRewardRead:
    """Store a version, or return it when the same code is stored already.

    Raises Invalid when the code does not run or a case, new or kept from before, does not get its expected score.
    """
    described = pool.describe(request.source)
    if described.error is not None:
        reason = described.error + (f"\n{described.traceback}" if described.traceback else "")
        raise Invalid(
            f"source: {described.error}.",
            [FieldProblem(path="source", reason=reason, fix="Define `def score(sample, **params)`.")],
        )
    if wrong := sorted(set(request.params) - set(described.params)):
        takes = ", ".join(sorted(described.params)) or "none"
        raise Invalid(
            f"params.{wrong[0]}: score takes no such param.",
            [
                FieldProblem(
                    path=f"params.{wrong[0]}", reason="score takes no such param", fix=f"Its params: {takes}."
                )
            ],
        )
    _check_cases(database, pool, request)
    version = custom.version_of(request.kind, request.scope, request.source)
    with database.write() as session:
        row = custom.find(session, f"{CUSTOM_PREFIX}{request.name}@{version}")
        if row is None:
            row = CustomRewardRow(
                name=request.name,
                version=version,
                kind=request.kind,
                scope=request.scope,
                source=request.source,
                doc=described.doc,
                params=described.params,
                created_at=now(),
            )
            session.add(row)
            known = {
                _identity(SampleIn.model_validate(old.sample), old.expected)
                for old in session.scalars(
                    select(RewardCaseRow).where(RewardCaseRow.reward == CUSTOM_PREFIX + request.name)
                )
            }
            session.add_all(
                RewardCaseRow(
                    reward=CUSTOM_PREFIX + request.name,
                    params=request.params,
                    sample=case.sample.model_dump(mode="json"),
                    expected=case.expected,
                    tolerance=case.tolerance,
                    note=case.note,
                    created_at=now(),
                )
                for case in request.cases
                if _identity(case.sample, case.expected) not in known
            )
            session.flush()
        return custom.read(session, [row])[0]


def _identity(sample: SampleIn, expected: float | None) -> tuple[str, float | None]:
    return sample.model_dump_json(), expected


def _check_cases(database: Database, pool: RewardPool, request: CustomRewardCreate) -> None:
    cases = [
        _Case(f"cases.{index}", case.sample, case.expected, case.tolerance)
        for index, case in enumerate(request.cases)
    ]
    problems = _failures(pool, request, request.params, cases)
    with database.read() as session:
        kept = session.scalars(
            select(RewardCaseRow).where(RewardCaseRow.reward == CUSTOM_PREFIX + request.name)
        ).all()
        for row in kept:
            old = _Case(
                f"regression.{row.id}", SampleIn.model_validate(row.sample), row.expected, row.tolerance
            )
            problems += _failures(pool, request, row.params, [old])
    if problems:
        n = len(problems)
        raise Invalid(
            f"{n} case{'s do' if n > 1 else ' does'} not get the expected score: {problems[0].reason}.",
            problems,
        )


def _failures(
    pool: RewardPool, request: CustomRewardCreate, params: dict[str, object], cases: Sequence[_Case]
) -> list[FieldProblem]:
    call = Call(
        name=custom.TEMPLATE_DRAFT,
        params=params,
        timeout_s=MAX_TIMEOUT_S,
        source=request.source,
        scope=request.scope,
    )
    samples = [make_sample(case.sample, group=case.path) for case in cases]
    verdicts = pool.score([call], samples)[0][0]
    return [
        FieldProblem(path=case.path, reason=told, fix="Mend the code, or correct what the case expects.")
        for case, verdict in zip(cases, verdicts, strict=True)
        if (told := disagreement(case.expected, case.tolerance, verdict)) is not None
    ]


def disagreement(expected: float | None, tolerance: float, verdict: Verdict) -> str | None:
    """What is wrong with a verdict; None when it is as expected."""
    got = f"got {verdict.score:g}" if verdict.score is not None else f"got none: {verdict.reason}"
    if verdict.traceback:
        got += f"\n{verdict.traceback}"
    if expected is None:
        # Code that fails has not decided that it cannot decide.
        undecided = verdict.score is None and verdict.traceback is None and not verdict.timed_out
        return None if undecided else f"expected no score, {got}"
    if verdict.score is None or abs(verdict.score - expected) > tolerance:
        return f"expected {expected:g}, {got}"
    return None
