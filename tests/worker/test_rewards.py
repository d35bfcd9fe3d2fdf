"""Rewards in a training: one trip a batch, whole groups, and whatever reward code does costs one score."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rftdeck.rewards import Kind
from rftdeck.runs import CustomReward
from rftdeck.sandbox import Judge, Verdict
from rftdeck.spec import RewardSpec
from rftdeck.states import Outcome
from rftdeck_worker.capture import MAX_COLUMNS, MAX_TRACEBACK, GeneratedBatch, GroupBuilder, json_columns
from rftdeck_worker.errors import SpecError
from rftdeck_worker.metrics import StepMetrics
from rftdeck_worker.rewards import check_rewards, outcome_index
from rftdeck_worker.scoring import RewardFunction, Scorer, reward_functions
from transformers import TrainerState

from tests.worker.helpers import a_claim, small_spec, train_here

EXACT = RewardSpec(name="exact_answer", timeout_s=1.0)
HANGS = "a" * 60
"""The regular expression of the custom reward `words` needs hours for this, and holds the interpreter all the while."""
STATE = TrainerState(global_step=4, max_steps=10)
WORDS = CustomReward(
    kind=Kind.SHAPING,
    scope="sample",
    source="import re\ndef score(sample):\n    return float(re.fullmatch('(a+)+b', sample.completion) is None)\n",
)
SLOW = RewardSpec(name="words", timeout_s=1.0)
SIBLINGS = CustomReward(
    kind=Kind.SHAPING,
    scope="group",
    source="def score(group, *, scale: float = 1.0):\n"
    "    longest = max(s.length for s in group)\n"
    "    return [scale * len(group) * s.length / longest for s in group]\n",
)
SEES = CustomReward(
    kind=Kind.OUTCOME,
    scope="sample",
    source="def score(sample):\n    raise ValueError([sample.step, sample.max_steps, sample.group, sample.row])\n",
)


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


def call(function: RewardFunction, completions: list[str], **columns: Any) -> list[float | None]:
    """As TRL does."""
    n = len(completions)
    columns = {"answer": ["7"] * n} | columns
    return function(
        prompts=["?"] * n,
        completions=completions,
        completion_ids=[[1] * (index + 1) for index in range(n)],
        trainer_state=STATE,
        log_extra=None,
        log_metric=None,
        **columns,
    )


def test_all_rewards_of_a_spec_are_scored_in_one_trip(judge: Judge) -> None:
    class Counting(Scorer):
        trips = 0

        def score(self, samples: Any) -> list[list[Verdict]]:
            self.trips += 1
            return super().score(samples)

    scorer = Counting(judge, [EXACT, RewardSpec(name="tag_count")])
    exact, tags = reward_functions(scorer)
    right, wrong = ["<answer>7</answer>", "no"], ["<answer>8</answer>", "<answer>7</answer>"]
    assert call(exact, right) == [1.0, 0.0]
    assert call(tags, right) == [0.5, 0.0]
    assert scorer.trips == 1
    assert call(tags, wrong) == [0.5, 0.5]  # TRL may ask for any of them first, or for one alone
    assert call(exact, wrong) == [0.0, 1.0]
    assert scorer.trips == 2
    assert [verdict.score for verdict in exact.last] == [0.0, 1.0]


def test_a_completion_that_hangs_is_data(judge: Judge) -> None:
    words, exact = reward_functions(Scorer(judge, [SLOW, EXACT], {"words": WORDS}))
    completions = ["<answer>7</answer>", HANGS, "ab"]
    assert call(words, completions) == [1.0, None, 0.0]
    assert words.last[1].timed_out
    assert call(exact, completions) == [1.0, 0.0, 0.0]


def test_samples_carry_the_step_their_group_and_the_row(judge: Judge) -> None:
    scorer = Scorer(judge, [RewardSpec(name="sees")], {"sees": SEES}, num_generations=2)
    (function,) = reward_functions(scorer)
    call(function, ["a"] * 4, level=[1, 1, 2, 2], images=[object()] * 4)
    seen = [(verdict.reason or "").removeprefix("ValueError: ") for verdict in function.last]
    assert seen == [
        f"[5, 10, '1.{group}', {{'level': {level}}}]" for group, level in ((0, 1), (0, 1), (1, 2), (1, 2))
    ]


def test_siblings_are_runs_of_num_generations(judge: Judge) -> None:
    rewards = [RewardSpec(name="siblings", params={"scale": 2.0})]
    (function,) = reward_functions(Scorer(judge, rewards, {"siblings": SIBLINGS}, num_generations=2))
    assert call(function, ["a"] * 4) == [2.0, 4.0, 3.0, 4.0]


PART = """
import json, sys
from accelerate import PartialState
from rftdeck.rewards import REWARDS
from rftdeck.runs import CustomReward
from rftdeck.sandbox import Judge
from rftdeck.spec import RewardSpec
from rftdeck.states import Outcome
from rftdeck_worker.scoring import Scorer, reward_functions
from transformers import TrainerState

from tests.worker.helpers import a_claim, small_spec, train_here

given = json.loads(sys.argv[1])
state = PartialState(cpu=True)
n = len(given["completions"]) // state.num_processes
ours = slice(state.process_index * n, (state.process_index + 1) * n)
rewards = [RewardSpec.model_validate(reward) for reward in given["rewards"]]
custom = {name: CustomReward.model_validate(code) for name, code in given["custom"].items()}
with Judge() as judge:
    functions = reward_functions(Scorer(judge, rewards, custom, num_generations=4))
    completions = given["completions"][ours]
    scores = [
        function(
            completions=completions,
            completion_ids=[[0] * length for length in given["lengths"][ours]],
            answer=["7"] * n,
            trainer_state=TrainerState(global_step=4, max_steps=10),
        )
        for function in functions
    ]
with open(f"{given['folder']}/{state.process_index}", "w") as file:
    json.dump(scores, file)
state.destroy_process_group()
"""


def test_a_group_that_is_split_over_two_processes_scores_as_one(judge: Judge, tmp_path: Path) -> None:
    """Groups of 4, 6 completions a process: the one in the middle is split 2 + 2."""
    rewards = [EXACT, RewardSpec(name="siblings"), RewardSpec(name="kimi_length")]
    lengths = [3, 9, 4, 7, 12, 2, 30, 5, 8, 8, 1, 6]
    completions = [f"<answer>{7 if length % 2 else 8}</answer>" for length in lengths]
    script = tmp_path / "part.py"
    script.write_text(PART)
    given = {
        "rewards": [reward.model_dump() for reward in rewards],
        "custom": {"siblings": SIBLINGS.model_dump()},
        "completions": completions,
        "lengths": lengths,
        "folder": str(tmp_path),
    }
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    root = Path(__file__).parents[2]  # the script imports our helpers
    environment = {**os.environ, "PYTHONPATH": str(root)}
    subprocess.run([*launch, str(script), json.dumps(given)], check=True, timeout=180, env=environment)
    parts = [json.loads((tmp_path / str(rank)).read_text()) for rank in range(2)]
    split = [first + second for first, second in zip(*parts, strict=True)]

    scorer = Scorer(judge, rewards, {"siblings": SIBLINGS}, num_generations=4)
    whole = [
        function(
            completions=completions,
            completion_ids=[[0] * length for length in lengths],
            answer=["7"] * 12,
            trainer_state=STATE,
        )
        for function in reward_functions(scorer)
    ]
    assert split == whole
    assert whole[1][4:8] == [4 * length / 30 for length in lengths[4:8]]
    assert all(score is not None for row in whole for score in row)


def test_a_note_holds_the_reason_and_the_end_of_the_traceback(judge: Judge) -> None:
    rewards = [RewardSpec(name="sees"), EXACT]
    batch = _batch(Scorer(judge, rewards, {"sees": SEES}), ["<answer>7</answer>"])
    group = GroupBuilder(rewards, None, None, tokens=False).build(batch, range(1), index=0)  # type: ignore[arg-type]
    (rollout,) = group.rollouts
    assert rollout.scores == {"sees": None, "exact_answer": 1.0}
    assert set(rollout.notes) == {"sees"}
    reason, _, trace = rollout.notes["sees"].partition("\n")
    assert reason.startswith("ValueError: [5, 10")
    assert "line 2, in score" in trace
    assert len(trace) <= MAX_TRACEBACK


def test_time_outs_and_missing_scores_are_metrics(judge: Judge) -> None:
    rewards, custom = [SLOW, RewardSpec(name="sees")], {"words": WORDS, "sees": SEES}
    batch = _batch(Scorer(judge, rewards, custom), ["<answer>7</answer>", HANGS])
    metrics = StepMetrics(rewards, custom)
    metrics.add(batch)
    found = metrics.take()
    assert found["rewards/words/none_frac"] == found["rewards/words/timeout_frac"] == 0.5
    assert (found["rewards/sees/none_frac"], found["rewards/sees/timeout_frac"]) == (1.0, 0.0)
    assert 0 < found["rewards/sees/p50_latency_s"] <= found["rewards/sees/p95_latency_s"] < 1.0
    assert found["rewards/words/p95_latency_s"] > 0.5


def _batch(scorer: Scorer, completions: list[str]) -> GeneratedBatch:
    n = len(completions)
    ids = [[1]] * n
    return GeneratedBatch(
        step=5,
        num_generations=1,
        uids=range(n),
        rows=[{"row_id": "1", "answer": "7", "level": 3}] * n,
        prompts=["?"] * n,
        texts=completions,
        completion_ids=ids,
        truncated=[False] * n,
        scored=scorer.score_step(completions, ids, {"answer": ["7"] * n, "level": [3] * n}, STATE),
        rewards=[None] * n,
    )


def test_the_columns_of_a_group_are_what_json_can_carry() -> None:
    row = {
        "prompt": "?",
        "answer": "7",
        "row_id": "1",
        "images": [object()],
        "level": 3,
        "box": [[1, 2.5], (3, 4)],
        "raw": b"bytes",
        "half": "\ud800",
        "nul": "a\x00",
        "long": "x" * MAX_COLUMNS,
        "text": "é" * 3000,
        "more": "é" * 5000,
        "last": None,
    }
    columns = json_columns(row)
    assert columns == {"level": 3, "box": [[1, 2.5], [3, 4]], "text": "é" * 3000, "last": None}


def test_a_custom_reward_can_be_the_outcome() -> None:
    shaping, outcome = RewardSpec(name="siblings"), RewardSpec(name="sees")
    custom = {"siblings": SIBLINGS, "sees": SEES}
    assert outcome_index([shaping, outcome, EXACT], custom) == 1
    assert outcome_index([shaping], custom) is None
    check_rewards([shaping, outcome, EXACT], custom)


def test_a_custom_reward_of_a_claim_is_trained_on_and_captured(home: Path) -> None:
    spec = small_spec(
        rewards=[{"name": "siblings"}, {"name": "sees", "weight": 2.0}], schedule={"max_steps": 2}
    )
    claim = a_claim(spec).model_copy(update={"custom_rewards": {"siblings": SIBLINGS, "sees": SEES}})
    trained = train_here(claim)
    assert trained.ended.outcome == Outcome.COMPLETED, trained.ended.reason
    steps = trained.of("rollouts.captured", mode="train")
    for number, event in enumerate(steps, start=1):
        for index, group in enumerate(event["groups"]):
            assert set(group["columns"]) & {"prompt", "answer", "row_id"} == set()
            longest = max(rollout["length"] for rollout in group["rollouts"])
            for rollout in group["rollouts"]:
                assert rollout["scores"]["siblings"] == pytest.approx(4 * rollout["length"] / longest)
                assert rollout["notes"]["sees"].startswith(
                    f"ValueError: [{number}, 2, '{number}.{index}', {{"
                )
    assert len(steps) == 2


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
        check_rewards(rewards, {"sees": SEES})
    assert refusal.value.path == path


def test_the_reward_processes_have_no_torch(judge: Judge) -> None:
    judge.score([], [])
    (function,) = reward_functions(Scorer(judge, [EXACT]))
    call(function, ["a"])
    assert judge.pids
    assert all("torch" not in Path(f"/proc/{pid}/maps").read_text() for pid in judge.pids)
