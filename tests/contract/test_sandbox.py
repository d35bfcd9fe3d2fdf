"""The reward processes: exact scores, exact blame, and nothing that one reward does reaches another."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from rftdeck.rewards import REWARDS, Sample
from rftdeck.rewards.core import Judged
from rftdeck.sandbox import Call, Judge, Limits, Verdict

from tests.support import wait_until

EXACT = Call("exact_answer", timeout_s=1.0)
RIGHT, WRONG = Sample("<answer>7</answer>", "7"), Sample("<answer>8</answer>", "7")


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


def custom(body: str, timeout_s: float = 2.0, **params: object) -> Call:
    return Call("custom/mine", params, timeout_s, source=f"def score(sample, **params):\n    {body}\n")


def one(judge: Judge, call: Call, sample: Sample = RIGHT) -> Verdict:
    return judge.score([call], [sample])[0][0]


def scores(verdicts: list[Verdict]) -> list[float | None]:
    return [verdict.score for verdict in verdicts]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_batch_of_several_rewards_scores_as_the_functions_do(processes: int) -> None:
    calls = [
        Call("exact_answer"),
        Call("think_answer"),
        Call("tag_count"),
        Call("soft_overlong", {"max_length": 100, "cache": 50}),
    ]
    samples = [
        Sample(f"<think>\n{place}\n</think>\n<answer>\n{place % 3}\n</answer>" * (place % 2 + 1), "1", place)
        for place in range(300)
    ]
    with Judge(processes) as judge:
        verdicts = judge.score(calls, samples)
    for call, row in zip(calls, verdicts, strict=True):
        direct = [REWARDS[call.name].function(sample, **call.params) for sample in samples]
        for verdict, score in zip(row, direct, strict=True):
            judged = score if isinstance(score, Judged) else Judged(score)
            assert (verdict.score, verdict.parsed, verdict.why) == (judged.score, judged.parsed, judged.why)
            assert verdict.reason is None
            assert 0 < verdict.seconds < 1


def test_a_group_reward_sees_the_whole_group(judge: Judge) -> None:
    source = "def score(group, **params):\n    return [len(group) + s.length / 10 for s in group]\n"
    call = Call("custom/group", source=source, scope="group")
    samples = [
        Sample("", length=place, group=group) for place, group in enumerate(["a", "b", "a", "", "", "b", "a"])
    ]
    assert scores(judge.score([call, EXACT], samples)[0]) == [3.0, 2.1, 3.2, 1.3, 1.4, 2.5, 3.6]


def test_groups_are_not_split_over_processes() -> None:
    source = "import os\ndef score(group, **params):\n    return [len(group) + os.getpid() for s in group]\n"
    samples = [Sample("", group=str(place // 8)) for place in range(400)]
    with Judge(2) as judge:
        found = scores(judge.score([Call("custom/group", source=source, scope="group")], samples)[0])
        assert {score - 8 for score in found if score is not None} <= {float(pid) for pid in judge.pids}


def test_a_sample_carries_its_row_and_step(judge: Judge) -> None:
    call = custom("return sample.row['n'] + sample.step + sample.max_steps")
    assert one(judge, call, Sample("", row={"n": 0.5}, step=2, max_steps=10)).score == 12.5


def test_text_and_values_that_json_cannot_carry_do_not_stop_a_batch(judge: Judge) -> None:
    sample = Sample("\ud800\x00", row={"image": object(), "big": 2**80, "number": float("nan"), 3: (1, 2)})
    call = custom("return float(len(sample.completion) + sum(sample.row['3']))")
    assert one(judge, call, sample).score == 5.0


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return 'high'", "returned str, not a number"),
        ("return True", "returned bool, not a number"),
        ("return None", "returned None"),
        ("return [1.0]", "returned list, not a number"),
        ("return float('nan')", "returned nan"),
        ("return float('inf')", "returned inf"),
        ("return 10 ** 400", "OverflowError: int too large to convert to float"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("return score(sample)", "RecursionError: maximum recursion depth exceeded"),
        ("raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})", "E"),
        ("from rftdeck.rewards import Undecided; return Undecided('no gold')", "no gold"),
    ],
)
def test_what_is_no_score_has_a_reason(judge: Judge, body: str, reason: str) -> None:
    verdict = one(judge, custom(body))
    assert (verdict.score, verdict.reason) == (None, reason)


def test_integers_fractions_and_numpy_numbers_are_scores(judge: Judge) -> None:
    body = "import numpy, fractions; return [1, fractions.Fraction(1, 4), numpy.float32(0.5)][sample.length]"
    call = custom(body, timeout_s=30.0)
    found = scores(judge.score([call], [Sample("", length=length) for length in range(3)])[0])
    assert found == [1.0, 0.25, 0.5]


def test_a_traceback_shows_the_code_of_its_author_alone(judge: Judge) -> None:
    trace = one(judge, custom("return 1 / len(sample.row)")).traceback
    assert trace is not None
    assert "line 2, in score\n    return 1 / len(sample.row)" in trace
    assert "sandbox" not in trace


def test_a_verdict_says_what_was_parsed(judge: Judge) -> None:
    body = "from rftdeck.rewards.core import Judged; return Judged(0.5, 'seven', 'half right')"
    verdict = one(judge, custom(body))
    assert (verdict.score, verdict.parsed, verdict.why) == (0.5, "seven", "half right")


@pytest.mark.parametrize("result", ["[1.0]", "[1.0] * 3", "[]", "7"])
def test_a_group_reward_must_return_one_score_a_sample(judge: Judge, result: str) -> None:
    call = Call("custom/group", source=f"def score(group, **params):\n    return {result}\n", scope="group")
    verdicts = judge.score([call], [Sample("", group="a"), Sample("", group="a")])[0]
    assert scores(verdicts) == [None, None]
    assert all(verdict.reason for verdict in verdicts)


@pytest.mark.parametrize("hang", ["while True: pass", "import re; re.fullmatch('(a+)+b', 'a' * 60)"])
def test_a_sample_that_hangs_loses_its_own_score_alone(judge: Judge, hang: str) -> None:
    call = custom(f"if sample.length:\n        {hang}\n    return 0.5", timeout_s=1.0)
    judge.score([call], [RIGHT])
    (first,) = judge.pids[-1:]
    verdicts = judge.score([EXACT, call], [RIGHT, Sample("", "7", length=1), WRONG])
    assert first not in judge.pids
    assert scores(verdicts[0]) == [1.0, 0.0, 0.0]
    assert scores(verdicts[1]) == [0.5, None, 0.5]
    assert verdicts[1][1].reason == "timed out after 1 s"
    assert [verdict.timed_out for verdict in verdicts[1]] == [False, True, False]


def test_a_group_that_hangs_loses_its_own_scores_alone(judge: Judge) -> None:
    source = "def score(group, **params):\n    while len(group) > 1:\n        pass\n    return [1.0]\n"
    call = Call("custom/group", timeout_s=0.5, source=source, scope="group")
    samples = [Sample(""), Sample("", group="a"), Sample("", group="a"), Sample("")]
    verdicts = judge.score([call], samples)[0]
    assert scores(verdicts) == [1.0, None, None, 1.0]


@pytest.mark.parametrize(
    ("end", "cause"),
    [
        ("os._exit(7)", "exit status 7"),
        ("os.kill(os.getpid(), 9)", "SIGKILL"),
        ("ctypes.string_at(0)", "SIGSEGV"),
        ("os.closerange(0, 1024); time.sleep(9)", "it closed its pipes"),
    ],
)
def test_a_sample_that_kills_the_process_loses_its_own_score_alone(
    judge: Judge, end: str, cause: str
) -> None:
    call = custom(f"import ctypes, os, time\n    if sample.length:\n        {end}\n    return 1.0")
    verdicts = judge.score([call, EXACT], [RIGHT, Sample("", length=1), RIGHT, RIGHT])
    assert scores(verdicts[0]) == [1.0, None, 1.0, 1.0]
    assert verdicts[0][1].reason == f"killed the reward process ({cause})"
    assert scores(verdicts[1]) == [1.0, None, 1.0, 1.0]


@pytest.mark.parametrize("data", [b"garbage!" * 9, b"\xff" * 9, b"\x00\x00\x00\x02[]", b"\x00" * 8])
def test_code_that_writes_to_every_descriptor_costs_its_own_scores_alone(judge: Judge, data: bytes) -> None:
    write = f"try: os.write(n, {data!r})\n            except OSError: pass"
    call = custom(
        f"import os\n    if sample.length:\n        for n in range(1024):\n            {write}\n    return 1.0"
    )
    verdicts = judge.score([call, EXACT], [RIGHT, Sample("", length=1), RIGHT, RIGHT])
    assert verdicts[0][1].score is None
    assert {verdict.reason for verdict in verdicts[0] if verdict.score is None} == {
        "not scored: the code broke the protocol"
    }
    assert scores(verdicts[1]) == [1.0, None, 1.0, 1.0]


def test_a_process_that_was_killed_from_outside_costs_no_score(judge: Judge) -> None:
    one(judge, EXACT)
    (pid,) = judge.pids
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z")
    assert scores(judge.score([EXACT], [RIGHT, WRONG])[0]) == [1.0, 0.0]


def test_a_spare_process_that_was_killed_is_replaced() -> None:
    before = set(_children())
    with Judge() as judge:
        assert judge.isolation  # it runs
        (spare,) = set(_children()) - before
        os.kill(spare, signal.SIGKILL)
        assert scores(judge.score([EXACT], [RIGHT])[0]) == [1.0]


def test_a_judge_outlives_the_thread_that_made_it() -> None:
    with ThreadPoolExecutor(1) as pool:
        judge = pool.submit(Judge).result()
        pool.submit(one, judge, EXACT).result()
    pids = judge.pids
    try:
        time.sleep(0.5)  # the signal of the kernel would have come
        assert one(judge, EXACT).score == 1.0
        assert judge.pids == pids
    finally:
        judge.close()


def test_a_batch_that_was_broken_off_leaves_nothing_to_the_next(judge: Judge) -> None:
    call = custom("import time; time.sleep(sample.length)\n    return float(sample.length)", timeout_s=9.0)
    one(judge, call)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    old = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    with pytest.raises(KeyboardInterrupt):
        judge.score([call, EXACT], [Sample("", length=2)] * 3)
    signal.signal(signal.SIGALRM, old)
    verdicts = judge.score([call, EXACT], [RIGHT, WRONG])
    assert [scores(row) for row in verdicts] == [[0.0, 0.0], [1.0, 0.0]]


def _children() -> list[int]:
    return [
        int(pid)
        for pid in Path(f"/proc/{os.getpid()}/task").glob("*/children")
        for pid in pid.read_text().split()
    ]


def test_a_reward_that_kills_every_time_uses_up_few_processes() -> None:
    with Judge(limits=Limits(deaths=4)) as judge:
        verdicts = judge.score([custom("import os; os._exit(1)"), EXACT], [RIGHT] * 50)
    assert scores(verdicts[0]) == [None] * 50
    assert "not scored: 4 reward processes died of it" in (verdicts[0][-1].reason or "")
    assert scores(verdicts[1]) == [1.0] * 50


def test_a_batch_that_takes_too_long_is_left() -> None:
    with Judge(limits=Limits(batch_s=6.0)) as judge:
        call = custom("while sample.length: pass\n    return 1.0", timeout_s=1.0)
        verdicts = judge.score([call], [RIGHT] + [Sample("", length=1)] * 20)[0]
        assert verdicts[0].score == 1.0
        assert scores(verdicts[1:]) == [None] * 20
        assert all(verdict.timed_out for verdict in verdicts[1:])
        assert verdicts[-1].reason == "not scored: the batch took longer than 6 s"
        assert one(judge, EXACT).score == 1.0


def test_a_module_that_cannot_be_used_says_why(judge: Judge) -> None:
    syntax = judge.score([Call("mine", source="def score(sample:"), EXACT], [RIGHT])
    assert (syntax[0][0].reason or "").startswith("SyntaxError: ")
    assert syntax[1][0].score == 1.0
    assert one(judge, Call("mine", source="x = 1")).reason == (
        "TypeError: the module defines no `def score(sample, **params)`"
    )
    fails = one(judge, Call("mine", source="import os\nos.environ['NO_SUCH']\ndef score(sample): return 1.0"))
    assert fails.reason == "KeyError: 'NO_SUCH'"
    dies = one(judge, Call("mine", source="import os\nos._exit(3)"))
    assert dies.reason == "killed the reward process while the module ran (exit status 3)"


def test_describe_gives_the_params_and_the_docstring(judge: Judge) -> None:
    source = "def score(sample, bonus: float = 0.5, *, words=3, names: list[str] = ['a']):\n    'Counts.'\n    return bonus\n"
    described = judge.describe(source)
    assert (described.error, described.doc) == (None, "Counts.")
    assert {name: schema["default"] for name, schema in described.params.items()} == {
        "bonus": 0.5,
        "words": 3,
        "names": ["a"],
    }
    assert described.params["words"]["type"] == "integer"
    assert judge.describe("def score(sample, **params): return 1.0").params == {}


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("def score(sample, bonus): return 1.0", "TypeError: param bonus of score has no default"),
        ("def score(): return 1.0", "TypeError: score takes 0 positional arguments"),
        ("import os; os._exit(1)", "killed the reward process while the module ran (exit status 1)"),
        ("score = 7", "TypeError: the module defines no `def score(sample, **params)`"),
    ],
)
def test_describe_says_what_is_wrong(judge: Judge, source: str, error: str) -> None:
    assert (judge.describe(source).error or "").startswith(error)


def test_the_libraries_of_rewards_are_there(judge: Judge) -> None:
    source = (
        "import math_verify, reasoning_gym, sympy, numpy\n"
        "def score(sample):\n"
        "    data = reasoning_gym.create_dataset('chain_sum', size=1, seed=1)\n"
        "    right = math_verify.verify(math_verify.parse('$1/2$'), math_verify.parse('$0.5$'))\n"
        "    return float(right) + data.score_answer(data[0]['answer'], data[0])\n"
    )
    assert one(judge, Call("mine", source=source, timeout_s=60.0)).score == 2.0


def test_a_replacement_has_imported_what_the_rewards_turned_out_to_need() -> None:
    with Judge() as judge:
        half = Sample("\\boxed{1/2}", "0.5")
        assert one(judge, Call("math"), half).score == 1.0
        there = Call(
            "mine",
            source="import sys\nTHERE = 'sympy' in sys.modules\ndef score(sample): return float(THERE)",
        )
        assert one(judge, there).score == 1.0
        os.kill(judge.pids[0], signal.SIGKILL)
        assert one(judge, Call("math"), half).score == 1.0
