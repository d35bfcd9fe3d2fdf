"""The process that runs reward code: `python -m rftdeck_worker.reward_process`. No torch in here.

It speaks pickled tuples over its stdin and stdout, each behind its length (4 bytes, big endian). A job is
`(reward name, params, samples)`; the answer to it is one message a sample, `(score or None, note, seconds)`, sent as
soon as it is known: whoever waits knows which sample hangs. It says `READY` once, when its imports are done.
"""

import math
import os
import pickle
import struct
import sys
import time
from typing import IO, Any

from rftdeck.processes import die_with_parent
from rftdeck.rewards import REWARDS, Sample, Undecided

READY = "ready"
HEADER = struct.Struct(">I")

Job = tuple[str, dict[str, Any], list[Sample]]
Verdict = tuple[float | None, str | None, float]
"""Score, or None with the reason; and the seconds it took."""


def write_message(pipe: IO[bytes], message: object) -> None:
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    pipe.write(HEADER.pack(len(data)) + data)
    pipe.flush()


def judge(name: str, params: dict[str, Any], sample: Sample) -> Verdict:
    """Score one sample; whatever goes wrong is its note."""
    start = time.perf_counter()
    try:
        score = REWARDS[name].function(sample, **params)
    except Exception as error:
        return None, f"{type(error).__name__}: {error}", time.perf_counter() - start
    seconds = time.perf_counter() - start
    if isinstance(score, Undecided):
        return None, score.reason, seconds
    if not isinstance(score, int | float):
        return None, f"returned {type(score).__name__}, not a number", seconds
    if not math.isfinite(score):
        return None, f"returned {score}", seconds
    return float(score), None, seconds


def main() -> None:
    die_with_parent()
    # Reward code may print, and what it prints must not land between the messages.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    jobs = sys.stdin.buffer
    write_message(answers, READY)
    while header := jobs.read(HEADER.size):
        name, params, samples = pickle.loads(jobs.read(HEADER.unpack(header)[0]))
        for sample in samples:
            write_message(answers, judge(name, params, sample))


if __name__ == "__main__":
    main()
