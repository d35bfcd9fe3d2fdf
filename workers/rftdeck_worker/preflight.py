"""Pre-flight: sample the base policy, take some real steps on a throw-away copy, and say what a run would be like."""

import os
import random
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch
from rftdeck.advantages import is_flat
from rftdeck.events import RolloutsCaptured
from rftdeck.ideal import check_ideal
from rftdeck.preflights import (
    Bottleneck,
    PreflightOptions,
    PreflightResult,
    RewardHealth,
    RowPassRate,
    TimeParts,
)
from rftdeck.presets import resolve_algorithm
from rftdeck.rewards import REWARDS
from rftdeck.scoring import IdealRead, SampleIn
from rftdeck.spec import RunSpec
from rftdeck.spool import SpoolWriter
from transformers.trainer_callback import PrinterCallback

from rftdeck_worker import environment
from rftdeck_worker.callbacks import Report
from rftdeck_worker.capture import GeneratedBatch, GroupBuilder, json_columns
from rftdeck_worker.rewards import outcome_index
from rftdeck_worker.sampling import Sampler
from rftdeck_worker.setup import Phases, Setup

MAX_ROLLOUTS = 4096
"""Completions that are kept to read."""
IDEAL_ROWS = 64
PARTS: dict[Bottleneck, str] = {
    "generation": "generate_s", "rewards": "reward_s", "update": "update_s", "other": "other_s",
}  # fmt: skip


def fly(
    setup: Setup,
    options: PreflightOptions,
    spool: SpoolWriter,
    aside: SpoolWriter,
    phase: Phases,
    startup_s: float,
) -> PreflightResult:
    """Sample, measure, conclude. What the measured steps report goes to `aside`, which nobody ships."""
    spec = setup.spec
    n_completions = options.n_completions or spec.sampling.num_generations
    rows = choose_rows(setup.data.train, options.n_prompts, spec.seed)

    phase("sampling", 0.0)
    sampling = spec.sampling
    sampler = Sampler(
        spec,
        setup.processor,
        setup.scorer,
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        top_k=sampling.top_k,
    )
    began = time.perf_counter()
    batches = sample_groups(setup, sampler, rows, n_completions, lambda done: phase("sampling", done))
    sampling_s = time.perf_counter() - began
    keep_groups(setup, sampler, batches, spool)
    ideal = _ideal(setup, rows)

    phase("measuring steps", 0.0)
    parts = measure_steps(setup, options.measured_steps, aside, lambda done: phase("measuring steps", done))

    completions = [ids for batch in batches for ids in batch.completion_ids]
    lengths = [len(ids) for ids in completions]
    step_time_s = sum(parts.model_dump().values())
    heldout = len(setup.data.heldout or ())
    evaluation_s = sampling_s / len(completions) * heldout
    memory, limit = _memory()
    prompt_lengths = sampler.prompt_lengths(rows)
    return PreflightResult(
        n_prompts=len(rows),
        n_completions=n_completions,
        **passes(setup, batches, n_completions),
        truncated_frac=_mean(truncated for batch in batches for truncated in batch.truncated),
        mean_length=_mean(lengths),
        p95_length=float(np.percentile(lengths, 95)),
        prompt_length_mean=_mean(prompt_lengths),
        prompt_length_max=max(prompt_lengths),
        rewards=_health(setup, batches),
        ideal=ideal,
        tokens_per_second=sum(lengths) / sampler.generate_s,
        step_time_s=step_time_s,
        parts=parts,
        bottleneck=max(PARTS, key=lambda part: getattr(parts, PARTS[part])),
        startup_s=startup_s,
        evaluation_s=evaluation_s,
        duration_s=startup_s
        + spec.schedule.max_steps * step_time_s
        + spec.evaluations * evaluation_s * (heldout > 0),
        memory_bytes=memory,
        memory_limit_bytes=limit,
        device=environment.device_name(),
    )


# ---- sampling ---------------------------------------------------------------------------------------------------


def choose_rows(rows: Any, n: int, seed: int) -> list[dict[str, Any]]:
    """n rows from all over the split, the same for the same seed."""
    chosen = sorted(random.Random(seed).sample(range(len(rows)), min(n, len(rows))))
    return [rows[index] for index in chosen]


def sample_groups(
    setup: Setup,
    sampler: Sampler,
    rows: Sequence[dict[str, Any]],
    n_completions: int,
    progress: Callable[[float], None],
) -> list[GeneratedBatch]:
    """Batches of whole groups, about as large as those of an evaluation."""
    trainer, model = setup.trainer, setup.trainer.policy
    prompts = max(1, setup.spec.evaluation.batch_size // n_completions)
    devices = [model.device] if model.device.type == "cuda" else []
    batches: list[GeneratedBatch] = []
    model.eval()
    with torch.random.fork_rng(devices), torch.inference_mode(), trainer.accelerator.autocast():
        torch.manual_seed(setup.spec.seed)
        for start in range(0, len(rows), prompts):
            progress(start / len(rows))
            siblings = [row for row in rows[start : start + prompts] for _ in range(n_completions)]
            batches.append(sampler.sample(model, siblings, 0, n_completions))
    model.train()
    return batches


def keep_groups(
    setup: Setup, sampler: Sampler, batches: Sequence[GeneratedBatch], spool: SpoolWriter
) -> None:
    """The sampled completions, to be read on the rollouts page."""
    builder = GroupBuilder(setup.scorer.rewards, sampler.tokenizer, spool, tokens=False)
    index = kept = 0
    for batch in batches:
        size = batch.num_generations
        starts = [start for start in range(0, len(batch.rows), size) if kept + start + size <= MAX_ROLLOUTS]
        groups = [
            builder.build(batch, range(start, start + size), index=index + number)
            for number, start in enumerate(starts)
        ]
        if groups:
            spool.append(RolloutsCaptured(step=0, mode="eval", groups=groups))
        index, kept = index + len(groups), kept + len(groups) * size


def passes(setup: Setup, batches: Sequence[GeneratedBatch], n_completions: int) -> dict[str, Any]:
    """What the outcome reward says of the sampled groups, and which of them carry a signal.

    A completion passes when the first outcome reward reaches its maximum. With p the share of a prompt's completions that
    pass, a group of G gives no signal with probability p^G + (1 - p)^G.
    """
    group_size = setup.spec.sampling.num_generations
    groups = [
        (batch, slice(start, start + n_completions))
        for batch in batches
        for start in range(0, len(batch.rows), n_completions)
    ]
    flat = _mean(is_flat(batch.rewards[group]) for batch, group in groups)
    outcome = outcome_index(setup.scorer.rewards, setup.scorer.custom)
    counts = [] if outcome is None else [_passed(setup, batch, outcome, group) for batch, group in groups]
    rates = [count / n_completions for count in counts]
    rows = [
        RowPassRate(
            row=batch.rows[group.start]["row_id"],
            pass_rate=rate,
            reward_mean=_mean_of_known(batch.rewards[group]),
            truncated=_mean(batch.truncated[group]),
        )
        for (batch, group), rate in zip(groups, rates or [0.0] * len(groups), strict=True)
    ]
    told: dict[str, Any] = {"zero_std_frac": flat, "rows": rows}
    if outcome is None:
        return told | {
            "histogram": [],
            "pass_rate": None,
            "all_correct_frac": None,
            "all_wrong_frac": None,
            "expected_no_signal_frac": flat,
        }
    tally = Counter(counts)
    return told | {
        "histogram": [tally[count] for count in range(n_completions + 1)],
        "pass_rate": _mean(rates),
        "all_correct_frac": tally[n_completions] / len(groups),
        "all_wrong_frac": tally[0] / len(groups),
        "expected_no_signal_frac": _mean(rate**group_size + (1 - rate) ** group_size for rate in rates),
    }


def _passed(setup: Setup, batch: GeneratedBatch, outcome: int, group: slice) -> int:
    spec = setup.scorer.rewards[outcome]
    known = REWARDS.get(spec.name)
    maximum = (known.maximum_of(spec.params) if known is not None else None) or 1.0
    return sum(
        verdict.score is not None and verdict.score >= maximum - 1e-6
        for verdict in batch.scored[outcome][group]
    )


def _health(setup: Setup, batches: Sequence[GeneratedBatch]) -> list[RewardHealth]:
    health = []
    for place, spec in enumerate(setup.scorer.rewards):
        verdicts = [verdict for batch in batches for verdict in batch.scored[place]]
        scores = [verdict.score for verdict in verdicts if verdict.score is not None]
        p50, p95 = np.percentile([verdict.seconds for verdict in verdicts], (50, 95))
        reasons = Counter(verdict.reason for verdict in verdicts if verdict.reason is not None)
        health.append(
            RewardHealth(
                name=spec.name,
                mean=statistics.fmean(scores) if scores else None,
                std=statistics.pstdev(scores) if scores else None,
                none_frac=_mean(verdict.score is None for verdict in verdicts),
                timeout_frac=_mean(verdict.timed_out for verdict in verdicts),
                p50_latency_s=float(p50),
                p95_latency_s=float(p95),
                reason=reasons.most_common(1)[0][0] if reasons else None,
            )
        )
    return health


def _ideal(setup: Setup, rows: Sequence[dict[str, Any]]) -> IdealRead | None:
    golden = [row for row in rows if row["answer"] is not None][:IDEAL_ROWS]
    if not golden:
        return None
    samples = [SampleIn(completion="", answer=row["answer"], row=json_columns(row)) for row in golden]
    ids = [row["row_id"] for row in golden]
    return check_ideal(setup.judge.score, setup.scorer.rewards, samples, ids, setup.scorer.custom)


# ---- measuring --------------------------------------------------------------------------------------------------


class Measure(Report):
    """Reports as a training does, to a spool that nobody ships, and keeps what each step took."""

    def __init__(self, setup: Setup, spool: SpoolWriter, progress: Callable[[float], None]) -> None:
        super().__init__(setup.trainer, spool, lambda step: None)
        self._progress = progress
        self.steps: list[dict[str, float]] = []

    def _report_step(self, state: Any, logs: dict[str, float | None]) -> None:
        super()._report_step(state, logs)
        self.steps.append({name: self._step_metrics[f"time/{name}"] for name in PARTS.values()})
        self._progress(state.global_step / state.max_steps)


def measure_steps(
    setup: Setup, measured: int, aside: SpoolWriter, progress: Callable[[float], None]
) -> TimeParts:
    """Median over cycles of generation and its passes; the first cycle warms up and does not count, unless it is alone."""
    cycle = cycle_steps(setup.spec)
    cycles = 1 if measured == 1 else 1 + -(-(measured - 1) // cycle)
    trainer = setup.trainer
    trainer.args.max_steps = cycles * cycle
    measure = Measure(setup, aside, progress)
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(measure)
    trainer.train_from(None)
    if trainer.watch_errors:
        raise RuntimeError("the steps could not be measured; the log says why")
    means = [
        {name: _mean(step[name] for step in measure.steps[start : start + cycle]) for name in PARTS.values()}
        for start in range(0, len(measure.steps), cycle)
    ]
    counted = means[1:] or means
    return TimeParts(**{name: statistics.median(each[name] for each in counted) for name in PARTS.values()})


def cycle_steps(spec: RunSpec) -> int:
    """Optimiser steps from one generation to the next."""
    passes_ = resolve_algorithm(spec.algorithm)["num_iterations"] * spec.passes_per_generation
    return max(1, int(passes_ // spec.optimizer.gradient_accumulation_steps))


def _memory() -> tuple[int, int | None]:
    """Peak bytes of this process on its device, and what the device has."""
    if torch.cuda.is_available():
        device = torch.cuda.get_device_properties(torch.cuda.current_device())
        return torch.cuda.max_memory_allocated(), device.total_memory
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return peak, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _mean(values: Iterable[float]) -> float:
    return float(statistics.fmean(values))


def _mean_of_known(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known else None
