"""Every kind of bad input gets a problem document that names the field."""

import gzip
import hashlib
import json
from collections.abc import Iterator

import httpx
import pytest
from rftdeck import Client
from rftdeck.errors import Fenced, RefusedBatch, RftdeckError
from rftdeck.spec import RunSpec

from tests.server.helpers import a_queue, a_spec, launched_and_claimed
from tests.support import TOKEN, Server


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=f"{server.url}/api/v1", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60
    ) as http:
        yield http


def problem(answer: httpx.Response, status: int) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x", "smapling": {}}, "smapling"),
        ({"name": "x", "sampling": {"num_generations": "many"}}, "sampling.num_generations"),
        ({"name": "x", "rewards": [{"name": "no_such_reward"}]}, "rewards.0.name"),
        ({"name": "x", "rewards": []}, "rewards"),
        (
            {"name": "x", "optimizer": {"per_device_train_batch_size": 10}},
            "optimizer.per_device_train_batch_size",
        ),
        ({"name": "x", "model": {"name": "/there/is/no/model"}}, "model.name"),
        ({"name": "x", "optimizer": {"learning_rate": -1}}, "optimizer.learning_rate"),
        ({"name": "bad \ud800 name"}, "name"),
        ([], "body"),
    ],
)
def test_a_wrong_spec_is_refused_with_its_field(http: httpx.Client, spec: object, path: str) -> None:
    before = http.get("/runs").json()["total"]
    body = problem(
        http.post("/runs", content=json.dumps(spec), headers={"Content-Type": "application/json"}), 422
    )
    assert path in [error["path"] or "body" for error in body["errors"]]  # type: ignore[union-attr, attr-defined]
    assert http.get("/runs").json()["total"] == before


def test_findings_of_a_launch_say_how_to_mend_it(http: httpx.Client) -> None:
    body = problem(http.post("/runs", json={"name": "x", "rewards": [{"name": "nope"}]}), 422)
    (error,) = body["errors"]  # type: ignore[misc]
    assert "exact_answer" in error["fix"]


def test_validate_answers_findings_instead_of_an_error(http: httpx.Client) -> None:
    answer = http.post("/runs/validate", json={"name": "x", "seed": "no", "rewards": [{"name": 3}]}).json()
    assert not answer["ok"]
    assert {finding["path"] for finding in answer["findings"]} == {"seed", "rewards.0.name"}


def test_a_body_that_is_not_json(http: httpx.Client) -> None:
    problem(http.post("/runs", content=b"{not json", headers={"Content-Type": "application/json"}), 400)


def test_a_body_of_200_mb_is_refused_before_it_is_read(http: httpx.Client) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(200):
            yield b" " * 2**20

    try:
        answer = http.post("/runs", content=chunks(), headers={"Content-Type": "application/json"})
    except httpx.HTTPError:
        return  # the server hung up while we were still sending, which is as good
    problem(answer, 413)


def test_a_body_that_says_it_is_large_is_refused(http: httpx.Client) -> None:
    problem(http.post("/runs", content=b" " * (5 * 2**20)), 413)


def test_a_gzip_bomb_is_refused(http: httpx.Client, client: Client) -> None:
    claim = launched_and_claimed(client)
    bomb = gzip.compress(b" " * (200 * 2**20))
    answer = http.post(f"/runs/{claim.run_id}/events", content=bomb, headers={"Content-Encoding": "gzip"})
    problem(answer, 413)


def test_broken_gzip(http: httpx.Client) -> None:
    for body in (b"no gzip at all", gzip.compress(b"{}" * 1000)[:-10]):
        problem(http.post("/runs", content=body, headers={"Content-Encoding": "gzip"}), 400)


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer wrong", "Basic abc", "Bearer \xe9"])
def test_a_broken_token_is_refused(server: Server, token: str) -> None:
    answer = httpx.get(f"{server.url}/api/v1/runs", headers={"Authorization": token.encode("latin-1")})
    assert "rftdeck up" in str(problem(answer, 401)["detail"])


def test_a_wrong_cookie_is_refused(server: Server) -> None:
    problem(httpx.get(f"{server.url}/api/v1/runs", cookies={"rftdeck_session": "x"}), 401)


def test_the_token_url_opens_a_session_and_hides_the_token(server: Server) -> None:
    with httpx.Client(base_url=server.url) as browser:
        answer = browser.get("/runs/7", params={"token": TOKEN, "tab": "logs"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/runs/7?tab=logs")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert TOKEN not in cookie
        assert browser.get("/api/v1/runs").status_code == 200
    with httpx.Client(base_url=server.url) as stranger:
        assert "set-cookie" not in stranger.get("/", params={"token": "wrong"}).headers
    sent = httpx.Client().build_request("GET", f"{server.url}//evil.example/?token=x")
    assert httpx.Client().send(sent).headers["location"] == "/evil.example/"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/runs/999999", 404),
        ("/runs/abc", 422),
        ("/runs/99999999999999999999999", 422),
        ("/runs/999999/series?keys=a", 404),
        ("/groups/999999", 404),
        ("/rollouts/999999", 404),
        ("/media/abc", 422),
        (f"/media/{'0' * 64}", 404),
        ("/runs?sort=shoe_size", 422),
        ("/runs?cursor=x", 422),
        ("/runs?state=happy", 422),
        ("/runs?limit=0", 422),
        ("/nothing/here", 404),
    ],
)
def test_a_wrong_address(http: httpx.Client, path: str, status: int) -> None:
    problem(http.get(path), status)


def test_media_must_be_an_image_with_the_right_hash(client: Client) -> None:
    with pytest.raises(RefusedBatch, match="SHA-256"):
        client.put_media("0" * 64, b"\x89PNG\r\n\x1a\n")
    html = b"<html><script>alert(1)</script>"
    with pytest.raises(RefusedBatch, match="not a PNG"):
        client.put_media(hashlib.sha256(html).hexdigest(), html)


def test_an_idempotency_key_launches_once(client: Client) -> None:
    spec = a_spec(a_queue())
    first = client.launch(spec, idempotency_key=spec.resources.queue)
    assert client.launch(spec, idempotency_key=spec.resources.queue).id == first.id
    other = RunSpec.model_validate({**spec.model_dump(), "name": "another"})
    with pytest.raises(RftdeckError, match="another spec"):
        client.launch(other, idempotency_key=spec.resources.queue)


def test_a_heartbeat_without_a_claim_is_fenced(client: Client) -> None:
    run = client.launch(a_spec(a_queue()))
    with pytest.raises(Fenced):
        client.heartbeat(run.id, 1, "x")
