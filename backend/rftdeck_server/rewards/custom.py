"""Custom rewards: versions by content, and what a spec means by their names."""

import hashlib
from collections.abc import Iterable

import orjson
from rftdeck.rewards import Kind
from rftdeck.rewards.core import Scope
from rftdeck.runs import CustomReward, FieldProblem
from rftdeck.scoring import CUSTOM_PREFIX, CustomRewardRead
from rftdeck.spec import RewardSpec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rftdeck_server.core.errors import Invalid
from rftdeck_server.rewards.tables import CustomRewardRow, RewardCaseRow

TEMPLATE_DRAFT = "draft"
"""Name under which the playground runs code that is not stored."""


def version_of(kind: Kind, scope: Scope, source: str) -> str:
    """First 12 digits of the SHA-256 of all that decides a score."""
    return hashlib.sha256(orjson.dumps([kind, scope, source])).hexdigest()[:12]


def base_name(name: str) -> str:
    """`custom/fair@1f2e3d4c5b6a` → `custom/fair`."""
    return name.partition("@")[0]


def reference(row: CustomRewardRow) -> str:
    return f"{CUSTOM_PREFIX}{row.name}@{row.version}"


def find(session: Session, name: str) -> CustomRewardRow | None:
    """The version that `custom/name@version` names, or the newest one of `custom/name`."""
    bare, _, version = name.removeprefix(CUSTOM_PREFIX).partition("@")
    query = select(CustomRewardRow).where(CustomRewardRow.name == bare)
    if version:
        query = query.where(CustomRewardRow.version == version)
    return session.scalar(query.order_by(CustomRewardRow.id.desc()).limit(1))


def pinned(session: Session, rewards: Iterable[RewardSpec]) -> list[RewardSpec]:
    """The same rewards with every custom one named by its version. Raises Invalid for one that is not there."""
    found = []
    for index, spec in enumerate(rewards):
        if spec.name.startswith(CUSTOM_PREFIX):
            row = find(session, spec.name)
            if row is None:
                raise unknown(session, f"rewards.{index}.name", spec.name)
            spec = spec.model_copy(update={"name": reference(row)})
        found.append(spec)
    return found


def codes(session: Session, rewards: Iterable[RewardSpec]) -> dict[str, CustomReward]:
    """RewardSpec.name → code, for the custom ones among them that are there."""
    rows = {spec.name: find(session, spec.name) for spec in rewards if spec.name.startswith(CUSTOM_PREFIX)}
    return {
        name: CustomReward.model_validate({"kind": row.kind, "scope": row.scope, "source": row.source})
        for name, row in rows.items()
        if row is not None
    }


def schemas(session: Session, rewards: Iterable[RewardSpec]) -> dict[str, set[str]]:
    """RewardSpec.name → names of its params, for the custom ones among them that are there."""
    rows = {spec.name: find(session, spec.name) for spec in rewards if spec.name.startswith(CUSTOM_PREFIX)}
    return {name: set(row.params) for name, row in rows.items() if row is not None}


def unknown(session: Session, path: str, name: str) -> Invalid:
    there = sorted(set(session.scalars(select(CustomRewardRow.name))))
    known = ", ".join(f"{CUSTOM_PREFIX}{name}" for name in there) or "none yet"
    reason = f"there is no custom reward {name!r}"
    return Invalid(f"{path}: {reason}.", [FieldProblem(path=path, reason=reason, fix=f"There are: {known}.")])


def newest(session: Session) -> list[CustomRewardRead]:
    """The newest version of each, by name."""
    ids = select(func.max(CustomRewardRow.id)).group_by(CustomRewardRow.name)
    rows = session.scalars(
        select(CustomRewardRow).where(CustomRewardRow.id.in_(ids)).order_by(CustomRewardRow.name)
    ).all()
    return read(session, rows)


def read(session: Session, rows: Iterable[CustomRewardRow]) -> list[CustomRewardRead]:
    counted = session.execute(
        select(RewardCaseRow.reward, func.count())
        .where(RewardCaseRow.reward.startswith(CUSTOM_PREFIX))
        .group_by(RewardCaseRow.reward)
    ).all()
    n_cases: dict[str, int] = dict(counted)
    return [
        CustomRewardRead(
            name=row.name,
            version=row.version,
            reference=reference(row),
            kind=Kind(row.kind),
            scope="group" if row.scope == "group" else "sample",
            source=row.source,
            doc=row.doc,
            params=row.params,
            n_cases=n_cases.get(CUSTOM_PREFIX + row.name, 0),
            created_at=row.created_at,
        )
        for row in rows
    ]
