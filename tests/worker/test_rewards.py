"""Reward code in a process of its own: whatever it does, it costs one score."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from rftdeck.rewards import Sample
from rftdeck.spec import RewardSpec
from rftdeck_worker.errors import SpecError
from rftdeck_worker.rewards import Judge, check_rewards

from tests.support import wait_until

EXACT = RewardSpec(name="exact_answer", timeout_s=1.0)
RIGHT = Sample("<answer>7</answer>", "7")
WRONG = Sample("<answer>8</answer>", "7")
HANGS = Sample("<answer>" * 200_000, "7")
"""The regular expression of exact_answer needs minutes for this, and holds the interpreter all the while."""
RAISES = Sample("<answer>7</answer>", 7)  # type: ignore[arg-type]
UNDECIDED = Sample("<answer>7</answer>", None)


def test_scores_come_back_in_order() -> None:
    with Judge() as judge:
        scored = judge.score(EXACT, [RIGHT, WRONG, RIGHT])
    assert [result.score for result in scored] == [1.0, 0.0, 1.0]
    assert all(result.note is None and 0 < result.seconds < 1 for result in scored)


def test_a_sample_that_hangs_loses_its_own_score_alone() -> None:
    with Judge() as judge:
        first = judge.pid
        scored = judge.score(EXACT, [RIGHT, HANGS, WRONG])
        assert judge.pid != first
        assert not _is_alive(first)
    assert [result.score for result in scored] == [1.0, None, 0.0]
    assert scored[1].note == "timed out after 1 s"
    assert [result.timed_out for result in scored] == [False, True, False]


def test_an_exception_is_the_note_of_its_sample() -> None:
    with Judge() as judge:
        scored = judge.score(EXACT, [RAISES, RIGHT])
    assert [result.score for result in scored] == [None, 1.0]
    assert scored[0].note == "AttributeError: 'int' object has no attribute 'strip'"


def test_undecided_is_no_score() -> None:
    with Judge() as judge:
        (scored,) = judge.score(EXACT, [UNDECIDED])
    assert (scored.score, scored.note) == (None, "the row has no gold answer")


def test_a_reward_process_that_was_killed_is_replaced_and_nothing_is_lost() -> None:
    with Judge() as judge:
        assert judge.score(EXACT, [RIGHT])[0].score == 1.0
        os.kill(judge.pid, signal.SIGKILL)
        wait_until(lambda: not _is_running(judge.pid))
        assert [result.score for result in judge.score(EXACT, [RIGHT, WRONG])] == [1.0, 0.0]


def test_a_sample_that_kills_twice_is_passed_over() -> None:
    patient = EXACT.model_copy(update={"timeout_s": 60.0})
    with Judge() as judge:
        judge.score(EXACT, [RIGHT])
        killer = threading.Thread(target=_kill_when_busy, args=(judge, 2))
        killer.start()
        scored = judge.score(patient, [RIGHT, HANGS, WRONG])
        killer.join()
    assert [result.score for result in scored] == [1.0, None, 0.0]
    assert scored[1].note == "killed the reward process (SIGKILL)"


def _kill_when_busy(judge: Judge, times: int) -> None:
    """Kill each process once it has used a second of processor, which only the hanging sample makes it do."""
    killed: set[int] = set()
    while len(killed) < times:
        time.sleep(0.02)
        pid = judge.pid
        if pid not in killed and _cpu_s(pid) > 1.0:
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)


def test_the_reward_process_has_no_torch() -> None:
    with Judge() as judge:
        judge.score(EXACT, [RIGHT])
        maps = Path(f"/proc/{judge.pid}/maps").read_text()
    assert "torch" not in maps


@pytest.mark.parametrize(
    ("rewards", "path"),
    [
        ([RewardSpec(name="no_such_reward")], "rewards.0.name"),
        ([RewardSpec(name="exact_answer"), RewardSpec(name="exact_answer")], "rewards.1.name"),
        ([RewardSpec(name="soft_overlong", params={"max_length": 10})], "rewards.0.params.cache"),
        ([RewardSpec(name="exact_answer", params={"strict": True})], "rewards.0.params.strict"),
    ],
)
def test_a_wrong_reward_is_refused_with_its_field(rewards: list[RewardSpec], path: str) -> None:
    with pytest.raises(SpecError) as refusal:
        check_rewards(rewards)
    assert refusal.value.path == path


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
