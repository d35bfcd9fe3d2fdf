"""Custom rewards: tested before they can be used, pinned by their content, and written only by those who may."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from rftdeck import Client
from rftdeck.errors import RftdeckError
from rftdeck.runs import ClaimRequest

from tests.server.helpers import Writer, a_queue, a_spec, launched_and_claimed, rollouts, started
from tests.support import Server

FAIR = '''
"""Half a point for trying."""

def score(sample, *, bonus: float = 0.5):
    """1 for the gold, `bonus` for any answer."""
    if sample.answer is None:
        return None
    return 1.0 if sample.answer in sample.completion else bonus
'''


def a_name() -> str:
    return f"fair_{uuid.uuid4().hex[:8]}"


def case(completion: str, answer: str | None, expected: float | None) -> dict[str, Any]:
    return {"sample": {"completion": completion, "answer": answer}, "expected": expected}


def create(client: Client, name: str, source: str = FAIR, **changes: Any) -> dict[str, Any]:
    body = {
        "name": name,
        "source": source,
        "cases": [case("it is 4", "4", 1), case("it is 5", "4", 0.5), case("?", None, None)],
        **changes,
    }
    return client._json("POST", "/rewards/custom", json=body)


def problems(refused: pytest.ExceptionInfo[RftdeckError]) -> dict[str, str]:
    return {error.path: error.reason for error in refused.value.problem.errors}


def test_a_custom_reward_is_stored_under_its_content(client: Client) -> None:
    name = a_name()
    stored = create(client, name)
    assert stored["reference"] == f"custom/{name}@{stored['version']}"
    assert stored["params"]["bonus"]["default"] == 0.5
    assert "bonus" in stored["doc"]
    assert stored["n_cases"] == 3
    assert create(client, name)["version"] == stored["version"], "the same code is the same version"
    changed = create(client, name, FAIR + "\n# another\n")
    assert changed["version"] != stored["version"]
    versions = client._json("GET", "/rewards/custom", params={"name": name})["items"]
    assert [item["version"] for item in versions] == [changed["version"], stored["version"]]
    assert changed["n_cases"] == 3, "a case that stands already is not kept twice"
    listed = {item["name"]: item for item in client._json("GET", "/rewards")["items"]}
    assert listed[changed["reference"]]["custom"]
    assert listed["exact_answer"]["custom"] is False


@pytest.mark.parametrize(
    ("source", "path", "told"),
    [
        ("def score(sample) return 1", "source", "SyntaxError"),
        ("x = 1", "source", "score"),
        ("raise ValueError('no')", "source", "no"),
        ("def score(sample):\n    return 1 / 0", "cases.0", "ZeroDivisionError"),
        ("def score(sample):\n    return 'one'", "cases.0", "str"),
        ("def score(sample):\n    return 0.0", "cases.0", "expected 1"),
        ("def score(sample):\n    while True: pass", "cases.0", "timed out"),
    ],
)
def test_code_that_does_not_hold_is_refused_with_the_reason(
    client: Client, source: str, path: str, told: str
) -> None:
    name = a_name()
    with pytest.raises(RftdeckError) as refused:
        create(client, name, source, cases=[case("it is 4", "4", 1)])
    assert told in problems(refused)[path]
    assert client._json("GET", "/rewards/custom", params={"name": name})["items"] == []


def test_a_reward_without_cases_is_refused(client: Client) -> None:
    with pytest.raises(RftdeckError) as refused:
        create(client, a_name(), cases=[])
    assert "cases" in problems(refused)


def test_an_exception_is_not_a_way_to_be_undecided(client: Client) -> None:
    with pytest.raises(RftdeckError) as refused:
        create(client, a_name(), "def score(sample):\n    raise ValueError", cases=[case("x", "4", None)])
    assert "expected no score" in problems(refused)["cases.0"]


def test_a_new_version_must_hold_the_old_cases(client: Client) -> None:
    name = a_name()
    create(client, name)
    worse = FAIR.replace("else bonus", "else 0.0")
    with pytest.raises(RftdeckError) as refused:
        create(client, name, worse, cases=[case("it is 4", "4", 1)])
    assert any(path.startswith("regression.") for path in problems(refused))


def test_a_draft_is_scored_without_being_stored(client: Client) -> None:
    body = {
        "samples": [{"completion": "it is 4", "answer": "4"}, {"completion": "5", "answer": "4"}],
        "rewards": [{"name": "draft", "params": {"bonus": 0.25}}, {"name": "exact_answer", "weight": 2}],
        "draft": FAIR,
    }
    read = client._json("POST", "/rewards/score", json=body)
    first, second = read["samples"]
    assert [item["score"] for item in first["rewards"]] == [1.0, 0.0]
    assert second["rewards"][0]["score"] == 0.25
    assert first["reward"] == 1.0
    assert first["advantage"] == pytest.approx(-second["advantage"])
    assert read["isolation"]


def test_a_spec_with_a_custom_reward_is_pinned_and_reaches_the_worker(client: Client) -> None:
    name = a_name()
    stored = create(client, name)
    queue = a_queue()
    rewards = [{"name": f"custom/{name}", "params": {"bonus": 0.1}}]
    run = client.launch(a_spec(queue, rewards=rewards))
    assert run.spec is not None
    assert run.spec.rewards[0].name == stored["reference"]
    claim = client.claim(ClaimRequest(worker="test", queues=[queue]))
    assert claim is not None
    assert claim.custom_rewards[stored["reference"]].source == FAIR


def test_a_spec_with_a_wrong_custom_reward_names_the_field(client: Client) -> None:
    found = client.validate({"name": "x", "rewards": [{"name": "custom/not_there"}]})
    assert [finding.path for finding in found.findings if finding.level == "error"] == ["rewards.0.name"]
    name = a_name()
    create(client, name)
    found = client.validate({"name": "x", "rewards": [{"name": f"custom/{name}", "params": {"bonos": 1}}]})
    assert ("rewards.0.params.bonos", "Its params: bonus.") in [(f.path, f.fix) for f in found.findings]
    with pytest.raises(RftdeckError) as refused:
        client.launch({"name": "x", "rewards": [{"name": f"custom/{name}@000000000000"}]})
    assert "rewards.0.name" in problems(refused)


# ---- cases ------------------------------------------------------------------------------------------------------------


def test_a_verdict_on_a_rollout_becomes_a_case_of_its_reward(tmp_path: Path, client: Client) -> None:
    claim = launched_and_claimed(client)
    Writer(tmp_path, client, claim).send(started(), rollouts(1))
    rollout = client.groups(claim.run_id)[0].rollouts[0]  # answer 0, gold 1
    note = f"the gold is wrong {uuid.uuid4()}"
    body = {"reward": {"name": "exact_answer"}, "rollout_id": rollout.id, "expected": 1, "note": note}
    made = client._json("POST", "/reward-cases", json=body)
    assert made["run_id"] == claim.run_id
    assert made["sample"]["answer"] == "1"
    assert made["sample"]["step"] == 1
    listed = client._json("GET", "/reward-cases", params={"rollout_id": rollout.id})["items"]
    assert [item["id"] for item in listed] == [made["id"]]
    ran = client._json("POST", "/reward-cases/run", json={"reward": {"name": "exact_answer"}})
    mine = next(item for item in ran["items"] if item["case"]["id"] == made["id"])
    assert (mine["passed"], mine["score"]) == (False, 0.0)
    draft = {"reward": {"name": "exact_answer"}, "draft": "def score(sample):\n    return 1.0"}
    ran = client._json("POST", "/reward-cases/run", json=draft)
    assert next(item for item in ran["items"] if item["case"]["id"] == made["id"])["passed"]
    client._request("DELETE", f"/reward-cases/{made['id']}")
    assert client._json("GET", "/reward-cases", params={"rollout_id": rollout.id})["items"] == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"reward": {"name": "nothing"}, "sample": {"completion": "x"}, "expected": 1}, "rewards.0.name"),
        ({"reward": {"name": "exact_answer"}, "expected": 1}, "sample"),
        ({"reward": {"name": "exact_answer"}, "rollout_id": 1, "sample": {"completion": "x"}, "expected": 1}, "sample"),
        ({"reward": {"name": "exact_answer"}, "sample": {"completion": "x"}}, "expected"),
    ],
)  # fmt: skip
def test_a_bad_case_names_the_field(client: Client, body: dict[str, Any], path: str) -> None:
    with pytest.raises(RftdeckError) as refused:
        client._json("POST", "/reward-cases", json=body)
    assert path in problems(refused)


def test_cases_that_are_not_there(client: Client) -> None:
    with pytest.raises(RftdeckError, match="no case 999999"):
        client._request("DELETE", "/reward-cases/999999")
    body = {"reward": {"name": "exact_answer"}, "rollout_id": 2**31 - 1, "expected": 1}
    with pytest.raises(RftdeckError, match="no rollout"):
        client._json("POST", "/reward-cases", json=body)


# ---- who may ------------------------------------------------------------------------------------------------------------


def test_a_member_may_do_everything_but_add_code(own_server: Server) -> None:
    own_server.stop()
    own_server.env["RFTDECK_MEMBER_TOKEN"] = "member"
    own_server.start()
    with Client(own_server.url, "member") as member, own_server.client() as owner:
        assert member.runs() == []
        read = member._json(
            "POST",
            "/rewards/score",
            json={"samples": [{"completion": "x", "answer": "x"}], "rewards": [{"name": "exact_answer"}]},
        )
        assert read["samples"][0]["reward"] == 0.0
        for call in (
            lambda: create(member, "fair"),
            lambda: member._json(
                "POST",
                "/rewards/score",
                json={"samples": [{"completion": "x"}], "rewards": [{"name": "draft"}], "draft": FAIR},
            ),
            lambda: member._json(
                "POST", "/reward-cases/run", json={"reward": {"name": "exact_answer"}, "draft": FAIR}
            ),
        ):
            with pytest.raises(RftdeckError) as refused:
                call()
            assert refused.value.problem.status == 403
        assert create(owner, "fair")["name"] == "fair"
    with Client(own_server.url, "stranger") as stranger, pytest.raises(RftdeckError) as refused:
        stranger.runs()
    assert refused.value.problem.status == 401
