"""What isolation costs: cheap rewards over a batch, called directly in a loop and by a Judge, taking turns.

The rewards cost microseconds, so that nothing hides the way to the processes and back. One process cannot reach the
goal with them: besides scoring it has to read the samples and to write down times and what was parsed, about a third
of the time that the functions take. A training has two. The machine may be busy, and noise only ever adds: the fastest
of all rounds counts.

`python tests/benchmarks/bench_rewards.py` exits with 1 when as many processes as a training has are below the goal.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable

from rftdeck.rewards import REWARDS, Sample
from rftdeck.rewards.core import Judged
from rftdeck.sandbox import Call, Judge
from rftdeck_worker.rewards import PROCESSES

GOAL = 0.9
CALLS = [
    Call("exact_answer"),
    Call("think_answer"),
    Call("tag_count"),
    Call("soft_overlong", {"max_length": 512, "cache": 128}),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    samples = make_samples(options.samples)
    expected = direct(samples)
    with Judge(1) as one, Judge(2) as two:
        ways: list[Callable[[], list[list[float | None]]]] = [
            lambda: direct(samples),
            lambda: judged(one, samples),
            lambda: judged(two, samples),
        ]
        best = [float("inf")] * len(ways)
        for _ in range(options.rounds):
            for place, way in enumerate(ways):
                began = time.perf_counter()
                scores = way()
                best[place] = min(best[place], time.perf_counter() - began)
                assert scores == expected
    print(f"direct      {len(samples) / best[0]:9,.0f} samples/s")
    for processes, seconds in enumerate(best[1:], start=1):
        ratio = best[0] / seconds
        print(
            f"{processes} process{'es' * (processes > 1):<4}{len(samples) / seconds:9,.0f} samples/s, ratio {ratio:.2f}"
        )
    print(f"goal: a ratio of at least {GOAL} with {PROCESSES} processes, as in a training")
    return int(best[0] / best[PROCESSES] < GOAL)


def make_samples(n: int) -> list[Sample]:
    """Completions of 300 to 1,500 characters, 8 a group, half of them right."""
    chance = random.Random(0)
    samples = []
    for place in range(n):
        thought = "".join(chance.choices("abcdefghij 0123456789+-=", k=chance.randint(250, 1450)))
        answer = place // 8 + place % 2
        completion = f"<think>\n{thought}\n</think>\n<answer>\n{answer}\n</answer>"
        length = len(completion) // 3
        samples.append(
            Sample(completion, str(place // 8), length, {"row_id": f"{place // 8}"}, 1, 100, f"{place // 8}")
        )
    return samples


def direct(samples: list[Sample]) -> list[list[float | None]]:
    rows = []
    for call in CALLS:
        function, params = REWARDS[call.name].function, call.params
        scores = [function(sample, **params) for sample in samples]
        rows.append([score.score if isinstance(score, Judged) else score for score in scores])
    return rows


def judged(judge: Judge, samples: list[Sample]) -> list[list[float | None]]:
    return [[verdict.score for verdict in row] for row in judge.score(CALLS, samples)]


if __name__ == "__main__":
    sys.exit(main())
