"""Other rewards over recorded rollouts: by hand, and through the whole server."""

from pathlib import Path
from typing import Any

import pytest
from rftdeck import Client
from rftdeck.errors import RftdeckError
from rftdeck_server.rescores.compare import Comparison, Group, Member, concordance, kendall_tau

from tests.server.helpers import Writer, launched_and_claimed, rollouts, started
from tests.support import wait_until


def member(number: int, old: float | None, new: float | None, advantage: float | None = None) -> Member:
    return Member(
        rollout_id=number,
        completion="x" * 400,
        scores_old={"a": old},
        scores_new={"b": new},
        reward_old=old,
        reward_new=new,
        advantage_old=advantage,
        reasons={} if new is not None else {"b": "cannot say"},
    )


def test_concordance_counts_pairs_and_leaves_ties_out() -> None:
    assert concordance([1, 2, 3], [1, 2, 3]) == (3, 0)
    assert concordance([1, 2, 3], [3, 2, 1]) == (0, 3)
    assert concordance([1, 1, 3], [5, 6, 6]) == (1, 0)
    assert concordance([1, None, 3], [1, 2, None]) == (0, 0)


def test_kendall_tau_by_hand() -> None:
    assert kendall_tau([1, 2, 3, 4], [1, 2, 4, 3]) == pytest.approx(4 / 6)
    # tau-b with ties: 4 agreeing pairs, 5 apart in the first, 5 in the second
    assert kendall_tau([1, 2, 2, 3], [1, 1, 2, 3]) == pytest.approx(4 / 5)
    assert kendall_tau([1, 1], [1, 2]) is None


def test_comparison_lists_flipped_rollouts_first() -> None:
    comparison = Comparison("none")
    comparison.add(
        3,
        [
            Group(1, "4", [member(1, 1, 0, 0.5), member(2, 0, 1, -0.5)]),  # both flip
            Group(2, "5", [member(3, 1, 9, 0.5), member(4, 0, 0, -0.5)]),  # moves far, keeps its sign
            Group(3, "6", [member(5, 1, 1, 0.0), member(6, 1, None, 0.0)]),
        ],
    )
    result = comparison.result()
    assert [rollout.rollout_id for rollout in result.rollouts][:4] == [1, 2, 3, 4]
    assert [rollout.flipped for rollout in result.rollouts][:3] == [True, True, False]
    assert result.rollouts[0].completion == "x" * 300
    totals = result.totals
    assert (totals.rollouts, totals.groups, totals.flipped, totals.undecided) == (6, 3, 2, 1)
    assert totals.mean_old == pytest.approx(4 / 6)
    assert totals.mean_new == pytest.approx(11 / 5)
    assert totals.zero_std_old == pytest.approx(1 / 3)
    assert totals.zero_std_new == pytest.approx(1 / 3)
    assert totals.order_changed == pytest.approx(1 / 3)
    assert totals.kendall_tau == pytest.approx(0.0)  # -1 and 1
    assert result.by_step.steps == [3]


def test_comparison_keeps_the_rollouts_that_moved_most() -> None:
    comparison = Comparison("none")
    for step in range(400):
        comparison.add(
            step, [Group(step, None, [member(2 * step, 0, 0, 0.1), member(2 * step + 1, 0, step, -0.1)])]
        )
    kept = comparison.result().rollouts
    assert len(kept) == 500
    moved = [abs((item.advantage_new or 0) - (item.advantage_old or 0)) for item in kept]
    assert all(item.flipped for item in kept)
    assert moved == sorted(moved, reverse=True)


# ---- through the server ---------------------------------------------------------------------------------------------


def finished(client: Client, rescore: dict[str, Any]) -> dict[str, Any]:
    def read() -> dict[str, Any] | None:
        found = client._json("GET", f"/rescores/{rescore['id']}")
        return found if found["job"]["state"] in ("completed", "failed", "cancelled") else None

    return wait_until(read, timeout_s=60)


def recorded(tmp_path: Path, client: Client) -> int:
    """A run with two steps of two groups of four: (0, 1, 2, 3) against the gold 1 and 2."""
    claim = launched_and_claimed(client)
    Writer(tmp_path, client, claim).send(started(), rollouts(1), rollouts(2))
    return claim.run_id


def test_the_rewards_of_the_run_change_nothing_but_rounding(tmp_path: Path, client: Client) -> None:
    run_id = recorded(tmp_path, client)
    created = client._json("POST", f"/runs/{run_id}/rescores", json={"rewards": [{"name": "exact_answer"}]})
    assert created["job"]["state"] in ("queued", "running")
    done = finished(client, created)
    assert done["job"]["state"] == "completed", done["job"]
    totals = done["result"]["totals"]
    assert totals["rollouts"] == 16
    assert totals["mean_old"] == totals["mean_new"] == 0.25
    assert totals["kendall_tau"] == 1.0
    assert done["result"]["by_step"]["steps"] == [1, 2]


def test_another_reward_shows_what_it_would_have_changed(tmp_path: Path, client: Client) -> None:
    run_id = recorded(tmp_path, client)
    rewards = [{"name": "exact_answer", "weight": -1.0}, {"name": "think_answer", "weight": 0.5}]
    done = finished(client, client._json("POST", f"/runs/{run_id}/rescores", json={"rewards": rewards}))
    totals = done["result"]["totals"]
    assert totals["mean_new"] == pytest.approx(0.5 - 0.25)
    assert totals["kendall_tau"] == -1.0
    assert totals["order_changed"] == 1.0
    first = done["result"]["rollouts"][0]
    assert first["flipped"]
    assert set(first["scores_new"]) == {"exact_answer", "think_answer"}
    listed = client._json("GET", f"/runs/{run_id}/rescores")["items"]
    assert [item["id"] for item in listed] == [done["id"]]
    assert listed[0]["result"] is None


def test_only_the_steps_that_were_asked_for(tmp_path: Path, client: Client) -> None:
    run_id = recorded(tmp_path, client)
    body = {"rewards": [{"name": "exact_answer"}], "from_step": 2}
    done = finished(client, client._json("POST", f"/runs/{run_id}/rescores", json=body))
    assert done["result"]["by_step"]["steps"] == [2]


def test_bad_rescores_name_the_field(tmp_path: Path, client: Client) -> None:
    claim = launched_and_claimed(client)
    cases = [
        (claim.run_id, {"rewards": [{"name": "exact_answer"}]}, "run_id"),
        (claim.run_id, {"rewards": []}, "rewards"),
    ]
    run_id = recorded(tmp_path, client)
    cases += [
        (run_id, {"rewards": [{"name": "nothing"}]}, "rewards.0.name"),
        (run_id, {"rewards": [{"name": "custom/nothing"}]}, "rewards.0.name"),
        (run_id, {"rewards": [{"name": "exact_answer"}] * 2}, "rewards.1.name"),
        (run_id, {"rewards": [{"name": "exact_answer", "params": {"x": 1}}]}, "rewards.0.params.x"),
        (run_id, {"rewards": [{"name": "exact_answer"}], "scale_rewards": "odd"}, "scale_rewards"),
    ]
    for number, body, path in cases:
        with pytest.raises(RftdeckError) as refused:
            client._json("POST", f"/runs/{number}/rescores", json=body)
        assert path in [error.path for error in refused.value.problem.errors], body
    with pytest.raises(RftdeckError, match="no run 999999"):
        client._json("POST", "/runs/999999/rescores", json=cases[0][1])
