"""The text starter: a 0.33 M-parameter Qwen3 that can add step by step but mostly answers at once.

It is warm-started on step-by-step traces, then on a mixture with direct answers, so that reinforcement learning has
something to discover: thinking pays.
"""

import math
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from rftdeck_worker.starters import sums
from rftdeck_worker.starters.sft import Batch, Phase, pad_right, train_phases
from rftdeck_worker.starters.tokenizer import build_tokenizer

PHASES = (
    Phase(steps=600, stepwise=1.0, learning_rate=3e-3),
    Phase(steps=60, stepwise=0.25, learning_rate=7.5e-4),
)
BATCH = 64


def build_text(folder: Path, seed: int, steps: int | None, progress: Callable[[float], None]) -> None:
    """Write model and tokenizer to `folder`. `steps` shortens each phase; progress gets a fraction."""
    phases = [replace(phase, steps=min(phase.steps, steps or phase.steps)) for phase in PHASES]
    rows = sums.make_rows()["train"]
    tokenizer = build_tokenizer()
    torch.manual_seed(seed)
    model = build_model(tokenizer)
    train_phases(model, phases, lambda share: partial(_batch, tokenizer, rows, share), seed, progress)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def build_model(tokenizer: PreTrainedTokenizerFast) -> Qwen3ForCausalLM:
    """Untrained; its weights come from torch's generator."""
    return Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=math.ceil(len(tokenizer) / 16) * 16,
            hidden_size=96,
            num_hidden_layers=3,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=24,
            intermediate_size=256,
            max_position_embeddings=1024,
            tie_word_embeddings=True,
            initializer_range=0.05,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
            attn_implementation="eager",  # under bf16 autocast twice as fast as sdpa at this size
        )
    )


def _batch(
    tokenizer: PreTrainedTokenizerFast, rows: list[dict[str, str]], stepwise: float, rng: random.Random
) -> Batch:
    picked = [rows[rng.randrange(len(rows))] for _ in range(BATCH)]
    prompts = tokenizer.apply_chat_template(
        [[{"role": "user", "content": row["prompt"]}] for row in picked],
        add_generation_prompt=True,
        tokenize=False,
    )
    traces = [sums.trace(row, rng.random() < stepwise) + tokenizer.eos_token for row in picked]
    prompt_ids, trace_ids = tokenizer(prompts)["input_ids"], tokenizer(traces)["input_ids"]
    pairs = list(zip(prompt_ids, trace_ids, strict=True))
    return {
        "input_ids": pad_right([prompt + trace for prompt, trace in pairs], tokenizer.pad_token_id),
        "attention_mask": pad_right([[1] * (len(prompt) + len(trace)) for prompt, trace in pairs], 0),
        "labels": pad_right([[-100] * len(prompt) + trace for prompt, trace in pairs], -100),
    }
