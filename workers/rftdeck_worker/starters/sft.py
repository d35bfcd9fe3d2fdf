"""Supervised warm start in plain torch: a tiny model imitates traces."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedModel

WARMUP_STEPS = 20
REPORT_EVERY = 10


@dataclass(frozen=True)
class Phase:
    """One pass of the warm start."""

    steps: int
    stepwise: float
    """Share of traces that think; the others answer at once."""
    learning_rate: float


Batch = dict[str, torch.Tensor]


def schedule(step: int, steps: int) -> float:
    """Factor of the learning rate: linear warm-up, then a cosine down to a tenth."""
    cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
    return min(1.0, (step + 1) / WARMUP_STEPS) * (0.1 + 0.9 * cosine)


def train_phases(
    model: PreTrainedModel,
    phases: Sequence[Phase],
    batches: Callable[[float], Callable[[random.Random], Batch]],
    seed: int,
    progress: Callable[[float], None],
) -> None:
    """Imitate traces phase by phase. `batches` makes, from the share that thinks, a maker of batches; progress gets
    the finished fraction of all phases."""
    total, done = sum(phase.steps for phase in phases), 0
    model.train()
    for number, phase in enumerate(phases):
        rng, make_batch = random.Random(seed + number), batches(phase.stepwise)
        optimizer = torch.optim.AdamW(
            model.parameters(), lr=phase.learning_rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True
        )
        for step in range(phase.steps):
            for group in optimizer.param_groups:
                group["lr"] = phase.learning_rate * schedule(step, phase.steps)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = model(**make_batch(rng)).loss
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            done += 1
            if done % REPORT_EVERY == 0 or done == total:
                progress(done / total)


def pad_right(rows: Sequence[Sequence[int]], value: int) -> torch.Tensor:
    """(B, longest row) of int64."""
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[value] * (longest - len(row))] for row in rows])
