"""What can be chosen in a run spec."""

from typing import Any

from fastapi import APIRouter
from rftdeck.catalog import NameInfo, NameList, PresetList, RecipeList, RewardInfo, RewardList
from rftdeck.presets import ALGORITHMS, GRPO_FIELDS, SPECS
from rftdeck.recipes import RECIPES
from rftdeck.rewards import REWARDS
from rftdeck.spec import SPEC_SCHEMA
from sqlalchemy import String, cast, func, select

from rftdeck_server.core.dependencies import DatabaseDep
from rftdeck_server.rewards import custom
from rftdeck_server.runs.tables import RunRow

router = APIRouter(tags=["catalog"])

STARTER_MODELS = {
    "starter/text": "0.3 M parameters, built on first use: sums in steps",
    "starter/vision": "0.65 M parameters, built on first use: reads handwritten digits",
}
STARTER_DATASETS = {
    "starter/chained-sums": "Sums of four or five one-digit terms (reasoning-gym)",
    "starter/digit-sums": "Images of two or three handwritten digits to add (scikit-learn)",
}


@router.get("/spec/schema", operation_id="specSchema")
def schema() -> dict[str, Any]:
    """JSON schema of the run spec."""
    return SPEC_SCHEMA


@router.get("/presets", operation_id="listPresets")
def presets() -> PresetList:
    return PresetList(specs=SPECS, algorithms=ALGORITHMS, grpo=GRPO_FIELDS)


@router.get("/rewards", operation_id="listRewards")
def rewards(database: DatabaseDep) -> RewardList:
    """The library, and the newest version of each custom reward."""
    with database.read() as session:
        written = custom.newest(session)
    return RewardList(
        items=[
            RewardInfo(
                name=name,
                kind=reward.kind,
                scope=reward.scope,
                maximum=None if callable(reward.maximum) else reward.maximum,
                needs=list(reward.needs),
                custom=False,
                doc=reward.doc,
                params=reward.params_schema,
            )
            for name, reward in REWARDS.items()
        ]
        + [
            RewardInfo(
                name=reward.reference,
                kind=reward.kind,
                scope=reward.scope,
                maximum=1.0,
                needs=[],
                custom=True,
                doc=reward.doc,
                params=reward.params,
            )
            for reward in written
        ]
    )


@router.get("/recipes", operation_id="listRecipes")
def recipes() -> RecipeList:
    return RecipeList(recipes=RECIPES)


@router.get("/models", operation_id="listModels")
def models(database: DatabaseDep) -> NameList:
    """The starters, and every model that was trained before."""
    return _names(database, "model", STARTER_MODELS)


@router.get("/dataset-names", operation_id="listDatasetNames")
def dataset_names(database: DatabaseDep) -> NameList:
    """The starters, and every dataset that was trained on before."""
    return _names(database, "dataset", STARTER_DATASETS)


def _names(database: DatabaseDep, section: str, starters: dict[str, str]) -> NameList:
    name = RunRow.spec[(section, "name")].as_string()
    with database.read() as session:
        used = session.execute(
            select(cast(name, String), func.count())
            .where(RunRow.kind == "managed")
            .group_by(cast(name, String))
            .order_by(func.max(RunRow.id).desc())
            .limit(200)
        ).all()
    known = [NameInfo(name=name, title=title) for name, title in starters.items()]
    return NameList(
        items=known
        + [
            NameInfo(name=name, title=f"used in {n} run{'s' if n > 1 else ''}")
            for name, n in used
            if name and name not in starters
        ]
    )
