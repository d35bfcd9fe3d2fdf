"""What a stored data set says about a spec that trains on it."""

from collections.abc import Iterator

from rftdeck.datasets import STORED_PREFIX, DatasetVersionRead
from rftdeck.runs import Finding
from rftdeck.spec import RunSpec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rftdeck_server.core.errors import ApiError
from rftdeck_server.datasets import store as datasets
from rftdeck_server.datasets.tables import VersionRow
from rftdeck_server.runs.tables import RunRow


def count_trained_on(session: Session, version: VersionRow) -> int:
    """Runs, pre-flights among them, whose spec names the version."""
    if version.sha256 is None:
        return 0
    name = RunRow.spec[("dataset", "name")].as_string()
    query = select(func.count()).select_from(RunRow).where(name == datasets.reference(version))
    return session.scalar(query) or 0


def check(session: Session, spec: RunSpec) -> list[Finding]:
    """Findings at the fields of the dataset section; none for data sets that are not stored here."""
    if not spec.dataset.name.startswith(STORED_PREFIX):
        return []
    try:
        version = datasets.find(session, spec.dataset.name)
    except ApiError as error:
        return [
            Finding(
                level="error",
                path="dataset.name",
                reason=error.problem.detail.rstrip("."),
                fix="Choose one of the data sets page.",
            )
        ]
    return list(_check(spec, datasets.read_version(session, version)))


def _check(spec: RunSpec, version: DatasetVersionRead) -> Iterator[Finding]:
    splits = {split.split: split for split in version.splits}
    there = ", ".join(splits)
    if spec.dataset.split not in splits:
        yield Finding(
            level="error",
            path="dataset.split",
            reason=f"the data set has no split {spec.dataset.split!r}",
            fix=f"It has {there}.",
        )
        return
    heldout = spec.dataset.heldout
    if heldout is not None and heldout.split is not None and heldout.split not in splits:
        yield Finding(
            level="error",
            path="dataset.heldout.split",
            reason=f"the data set has no split {heldout.split!r}",
            fix=f"It has {there}; without a split rows are taken from {spec.dataset.split}.",
        )
    split = splits[spec.dataset.split]
    taken = heldout.rows if heldout is not None and heldout.split is None else 0
    needed = spec.generation_batch_size // spec.sampling.num_generations
    if split.rows - taken < needed:
        yield Finding(
            level="error",
            path="dataset.name",
            reason=f"{split.rows - taken} rows to train on are fewer than the {needed} prompts of one batch",
            fix="Import more rows, hold fewer out, or use a smaller batch.",
        )
    if split.with_images and spec.model.name == "starter/text":
        yield Finding(
            level="error",
            path="model.name",
            reason="this model does not see images, and the data set has some",
            fix="Use a vision-language model, e.g. starter/vision.",
        )
    for finding in version.findings:
        if finding.level != "info":
            yield Finding(level="warning", path="dataset.name", reason=finding.reason, fix=finding.fix)
