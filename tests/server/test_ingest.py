"""Exactly once, whatever happens between a worker and the server."""

import hashlib
from pathlib import Path

import pytest
from rftdeck import Client
from rftdeck.errors import Fenced, OutOfOrder, RefusedBatch
from rftdeck.events import EventBatch, SpooledEvent
from rftdeck.runs import Claim, ClaimRequest
from rftdeck.spool import SpoolReader
from rftdeck.states import Outcome, RunState
from rftdeck_server.core.database import Database, now
from rftdeck_server.media.tables import MediaRow
from sqlalchemy import select

from tests.server.helpers import (
    PNG,
    Writer,
    a_queue,
    a_spec,
    ended,
    launched_and_claimed,
    metrics,
    rollouts,
    started,
)
from tests.support import Server


def batch(claim: Claim, prev_seq: int, *seqs: int, token: str | None = None) -> dict[str, object]:
    return EventBatch(
        attempt=claim.attempt,
        token=token or claim.token,
        prev_seq=prev_seq,
        events=[SpooledEvent(seq=seq, time=now(), event=metrics(seq, reward=1.0)) for seq in seqs],
    ).model_dump(mode="json")


def send(client: Client, claim: Claim, body: dict[str, object]) -> dict[str, int]:
    return client._json("POST", f"/runs/{claim.run_id}/events", json=body)


def steps_of(client: Client, claim: Claim) -> list[int]:
    return [
        step
        for event in client.events(claim.run_id)
        if event.event.type == "metrics.logged"
        for step in event.event.steps
    ]


def test_the_same_batch_twice_is_stored_once(client: Client) -> None:
    claim = launched_and_claimed(client)
    assert send(client, claim, batch(claim, 0, 1, 2)) == {"last_seq": 2, "accepted": 2, "duplicates": 0}
    assert send(client, claim, batch(claim, 0, 1, 2)) == {"last_seq": 2, "accepted": 0, "duplicates": 2}
    assert steps_of(client, claim) == [1, 2]


def test_a_batch_that_overlaps_adds_what_is_new(client: Client) -> None:
    claim = launched_and_claimed(client)
    send(client, claim, batch(claim, 0, 1, 2))
    assert send(client, claim, batch(claim, 0, 1, 2, 3))["accepted"] == 1
    assert steps_of(client, claim) == [1, 2, 3]


def test_batches_out_of_order_leave_no_gap(client: Client) -> None:
    claim = launched_and_claimed(client)
    with pytest.raises(OutOfOrder) as caught:
        send(client, claim, batch(claim, 2, 3, 4))
    assert caught.value.last_seq == 0
    send(client, claim, batch(claim, 0, 1, 2))
    send(client, claim, batch(claim, 2, 3, 4))
    assert steps_of(client, claim) == [1, 2, 3, 4]


def test_an_old_token_is_fenced_off(client: Client) -> None:
    queue = a_queue()
    run = client.launch(a_spec(queue))
    old = client.claim(ClaimRequest(worker="old", queues=[queue]))
    assert old is not None
    client.pause(run.id)
    send(client, old, {**batch(old, 0), "events": _ended(old, Outcome.PAUSED)})
    client.resume(run.id)
    new = client.claim(ClaimRequest(worker="new", queues=[queue]))
    assert new is not None
    assert new.token != old.token
    with pytest.raises(Fenced):
        send(client, old, batch(old, 1, 2))
    with pytest.raises(Fenced):
        client.heartbeat(run.id, old.attempt, old.token)
    with pytest.raises(Fenced):  # the right number with a made-up token
        send(client, new, batch(new, 0, 1, token="0" * 32))
    assert send(client, new, batch(new, 0, 1))["accepted"] == 1


def _ended(claim: Claim, outcome: Outcome) -> object:
    return [SpooledEvent(seq=1, time=now(), event=ended(outcome)).model_dump(mode="json")]


def test_seqs_that_do_not_ascend_are_refused_whole(client: Client) -> None:
    claim = launched_and_claimed(client)
    with pytest.raises(RefusedBatch, match=r"events\.1\.seq"):
        send(client, claim, batch(claim, 0, 2, 2))
    assert steps_of(client, claim) == []


def test_events_of_the_server_are_refused_from_outside(client: Client) -> None:
    claim = launched_and_claimed(client)
    body = batch(claim, 0)
    forged = {"type": "run.state_changed", "from_state": "claimed", "to_state": "completed", "reason": None}
    body["events"] = [{"seq": 1, "time": now().isoformat(), "event": forged}]
    with pytest.raises(RefusedBatch, match="only the server writes"):
        send(client, claim, body)
    assert client.run(claim.run_id).state is RunState.CLAIMED


def test_an_unknown_event_is_kept_and_replayed(client: Client) -> None:
    claim = launched_and_claimed(client)
    body = batch(claim, 0)
    body["events"] = [{"seq": 1, "time": now().isoformat(), "event": {"type": "gpu.melted", "celsius": 4000}}]
    send(client, claim, body)
    assert list(client.events(claim.run_id))[-1].event.model_dump() == {"type": "gpu.melted", "celsius": 4000}


def test_rollouts_and_images_are_read_back_as_captured(client: Client, tmp_path: Path) -> None:
    claim = launched_and_claimed(client)
    writer = Writer(tmp_path / "spool", client, claim)
    digest = writer.spool.add_media(PNG)
    assert digest is not None
    writer.send(started(), rollouts(1, images=[digest]), rollouts(2))
    assert client.media(digest) == PNG
    groups = client.groups(claim.run_id, step=1)
    assert [len(group.rollouts) for group in groups] == [4, 4]
    captured = rollouts(1).groups[0].rollouts[1]
    read = client.rollout(groups[0].rollouts[1].id)
    assert (read.completion, read.scores, read.notes) == (
        captured.completion,
        captured.scores,
        captured.notes,
    )
    assert (read.tokens, read.token_ids, read.logps, read.entropies) == (
        captured.tokens,
        captured.token_ids,
        captured.logps,
        captured.entropies,
    )
    assert groups[0].n_truncated == 1
    assert groups[0].reward_mean == 0.25
    assert groups[0].reward_std == pytest.approx(0.5)
    assert client.rollout_steps(claim.run_id).steps == [1, 2]
    assert client.groups(claim.run_id)[0].step == 2


def test_an_image_is_stored_once_by_its_content(client: Client, server: Server, tmp_path: Path) -> None:
    for number in range(2):
        claim = launched_and_claimed(client)
        writer = Writer(tmp_path / str(number), client, claim)
        digest = writer.spool.add_media(PNG)
        assert digest == hashlib.sha256(PNG).hexdigest()
        writer.send(started(), rollouts(1, images=[digest]), rollouts(2, images=[digest]))
        assert client.groups(claim.run_id, step=2)[0].images == [digest]
    database = Database(server.database_url)
    with database.read() as session:
        assert session.scalars(select(MediaRow.sha256)).all() == [digest]
    database.close()


def test_broken_unicode_and_nan_arrive_mended(client: Client, tmp_path: Path) -> None:
    claim = launched_and_claimed(client)
    writer = Writer(tmp_path / "spool", client, claim)
    event = rollouts(1, n_groups=1)
    event.groups[0].rollouts[0].completion = "a\ud800b\x00c 😀"
    event.groups[0].rollouts[0].logps = [float("nan"), float("inf"), -1.0]
    writer.send(started(), event, metrics(1, loss=float("nan"), reward=0.5))
    rollout = client.rollout(client.groups(claim.run_id)[0].rollouts[0].id)
    assert rollout.completion == "a\ufffdb\ufffdc 😀"
    assert rollout.logps == [None, None, -1.0]
    loss, reward = client.series(claim.run_id, ["loss", "reward"])
    assert (loss.steps, loss.mean, reward.mean) == ([1], [None], [0.5])


def test_a_broken_body_sent_by_hand_is_mended_too(client: Client) -> None:
    """json.dumps writes NaN and lone surrogates as no JSON parser should take them."""
    claim = launched_and_claimed(client)
    client._json(
        "POST",
        f"/runs/{claim.run_id}/events",
        content=(
            b'{"attempt":1,"token":"%s","prev_seq":0,"events":[{"seq":1,"time":"2026-01-01T00:00:00Z","event":'
            b'{"type":"log.written","lines":["a\\ud800b\\u0000"]}},{"seq":2,"time":"2026-01-01T00:00:00Z","event":'
            b'{"type":"metrics.logged","keys":["loss"],"steps":[1],"times":[0],"values":[[NaN]]}}]}'
        )
        % claim.token.encode(),
        headers={"Content-Type": "application/json"},
    )
    assert [line.text for line in client.logs(claim.run_id)] == ["a\ufffdb\ufffd"]
    assert client.series(claim.run_id, ["loss"])[0].mean == [None]


def test_a_poisoned_event_is_set_aside_and_the_rest_goes_through(client: Client, tmp_path: Path) -> None:
    claim = launched_and_claimed(client)
    writer = Writer(tmp_path / "spool", client, claim)
    writer.spool.append(metrics(1, reward=1.0))
    with writer.spool.path.open("ab") as file:
        file.write(b'{"time":"2026-01-01T00:00:00Z","event":{"type":"metrics.logged","keys":"no list"}}\n')
        file.write(b'{"torn line, as a killed writer leaves it\n')
    writer.send(metrics(2, reward=1.0))
    assert steps_of(client, claim) == [1, 2]
    assert b"no list" in (tmp_path / "spool" / "refused.jsonl").read_bytes()


def test_a_shipper_that_forgot_what_it_sent_repeats_nothing(client: Client, tmp_path: Path) -> None:
    claim = launched_and_claimed(client)
    Writer(tmp_path / "spool", client, claim).send(*(metrics(step, reward=1.0) for step in range(1, 30)))
    (tmp_path / "spool" / "acked").unlink()
    Writer(tmp_path / "spool", client, claim).send(metrics(30, reward=1.0))
    assert steps_of(client, claim) == list(range(1, 31))
    assert len(list(SpoolReader(tmp_path / "spool").lines(0))) == 30
