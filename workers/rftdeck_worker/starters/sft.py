"""Supervised warm start in plain torch: a tiny model imitates traces."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedModel

WARMUP_STEPS = 20
LOG_EVERY = 10


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


def train_phase(
    model: PreTrainedModel,
    make_batch: Callable[[random.Random], Batch],
    phase: Phase,
    seed: int,
    progress: Callable[[int], None],
) -> float:
    """Imitate batches for phase.steps steps and return the last loss. `progress` gets the number of finished steps."""
    rng = random.Random(seed)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=phase.learning_rate, betas=(0.9, 0.98), weight_decay=0.01
    )
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: schedule(step, phase.steps))
    model.train()
    loss = torch.tensor(math.nan)
    for step in range(phase.steps):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = model(**make_batch(rng)).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        if (step + 1) % LOG_EVERY == 0:
            progress(step + 1)
    return float(loss.detach())


def pad_right(rows: Sequence[Sequence[int]], value: int) -> torch.Tensor:
    """(B, longest row) of int64."""
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[value] * (longest - len(row))] for row in rows])
