"""Data sets that are made here: reasoning-gym's tasks and rendered scenes."""

from collections.abc import Iterator

import pytest
from rftdeck import Client
from rftdeck.datasets import (
    DatasetCreate,
    DatasetVersionRead,
    PreviewRequest,
    ReasoningGymSource,
    Source,
    SyntheticSource,
)
from rftdeck.errors import RftdeckError

from tests.conftest import fresh_database
from tests.server.datasets import a_name
from tests.support import Server


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, redis_url: str
) -> Iterator[Server]:
    """One database is enough: what differs is the source."""
    folder = tmp_path_factory.mktemp("generated")
    server = Server(folder, fresh_database(request, "sqlite", folder), redis_url)
    server.start()
    yield server
    server.stop()


def made(client: Client, source: Source) -> DatasetVersionRead:
    version = client.create_dataset(DatasetCreate(name=a_name(), source=source))
    done = client.wait_for_dataset(version.id, timeout_s=60)
    assert done.state == "ready", done.job
    return done


def test_generators_are_listed(client: Client) -> None:
    found = {(info.kind, info.task) for info in client.generators()}
    assert {("synthetic", "counting"), ("reasoning_gym", "chain_sum")} <= found


def test_a_reasoning_task_with_held_out_rows(client: Client) -> None:
    source = ReasoningGymSource(
        task="chain_sum", params={"min_terms": 4, "max_terms": 5}, rows=300, heldout_rows=50, seed=7
    )
    seen = client.preview_import(source)
    assert (len(seen.rows), seen.formats, seen.mapping, seen.rows[0].split) == (20, [], None, "train")
    version = made(client, source)
    rows = {split.split: list(client.export_dataset(version.id, split.split)) for split in version.splits}
    assert len(rows["heldout"]) == 50
    assert 290 <= len(rows["train"]) <= 300
    problems = {split: {row.messages[0].content for row in found} for split, found in rows.items()}
    assert not problems["train"] & problems["heldout"]
    assert rows["train"][:20] == seen.rows
    assert rows["train"][0].extra["metadata"]["source_dataset"] == "chain_sum"
    assert "gold_not_scorable" not in [finding.code for finding in version.findings]
    assert version.recipe is None
    assert made(client, source).sha256 == version.sha256
    assert made(client, source.model_copy(update={"seed": 8})).sha256 != version.sha256


@pytest.mark.parametrize("task", ["counting", "detection", "referring_expression"])
def test_scenes_have_images_and_gold_that_their_recipe_scores(client: Client, task: str) -> None:
    version = made(client, SyntheticSource(task=task, rows=70, heldout_rows=10, difficulty=1))
    by_name = {split.split: split for split in version.splits}
    assert (by_name["train"].rows, by_name["train"].with_images, by_name["heldout"].rows) == (70, 70, 10)
    assert version.recipe == task
    assert version.findings == []
    row = client.dataset_rows(version.id).items[0]
    assert row.messages[0].content.startswith("<image>")
    assert client.media(row.images[0]).startswith(b"\x89PNG")


def test_videos_are_stored_as_frames(client: Client) -> None:
    version = made(client, SyntheticSource(task="temporal_grounding", rows=64, heldout_rows=0))
    row = client.dataset_rows(version.id).items[0]
    assert len(row.videos[0].frames) >= 8
    assert row.videos[0].fps
    assert client.media(row.videos[0].frames[-1]).startswith(b"\x89PNG")
    assert (version.recipe, version.findings) == ("temporal_grounding", [])


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ({"kind": "synthetic", "task": "no_such_task"}, "source.task"),
        ({"kind": "reasoning_gym", "task": "no_such_task"}, "source.task"),
        ({"kind": "reasoning_gym", "task": "chain_sum", "params": {"no": 1}}, "source.params.no"),
        ({"kind": "reasoning_gym", "task": "chain_sum", "difficulty": 99}, "source.difficulty"),
    ],
)
def test_what_cannot_be_made_is_refused_at_its_field(
    client: Client, source: dict[str, object], field: str
) -> None:
    with pytest.raises(RftdeckError) as refusal:
        client.preview_import(PreviewRequest.model_validate({"source": source}).source)
    assert [error.path for error in refusal.value.problem.errors] == [field]
