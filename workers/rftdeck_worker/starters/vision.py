"""The vision starter: a 0.65 M-parameter LLaVA (SigLIP tower, Qwen3 text) that can read digits but mostly guesses."""

import io
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from transformers import (
    CLIPImageProcessorPil,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    Qwen3Config,
    SiglipVisionConfig,
)

from rftdeck_worker.starters import digits
from rftdeck_worker.starters.sft import Batch, Phase, pad_right, train_phases
from rftdeck_worker.starters.tokenizer import build_tokenizer

PHASES = (
    Phase(
        steps=400, stepwise=1.0, learning_rate=2e-3
    ),  # at 3e-3 one seed of three learns to read half as well
    Phase(steps=80, stepwise=0.35, learning_rate=5e-4),
)
BATCH = 64
HIDDEN, LAYERS, HEADS, PATCH = 96, 3, 4, 16


def build_vision(folder: Path, seed: int, steps: int | None, progress: Callable[[float], None]) -> None:
    """Write model and processor to `folder`. `steps` shortens each phase; progress gets a fraction."""
    phases = [replace(phase, steps=min(phase.steps, steps or phase.steps)) for phase in PHASES]
    rows = digits.make_rows()["train"]
    processor = build_processor()
    torch.manual_seed(seed)
    model = build_model(processor)
    encoded = _encode(processor, rows)
    train_phases(
        model, phases, lambda share: partial(_batch, processor, rows, encoded, share), seed, progress
    )
    model.save_pretrained(folder)
    processor.save_pretrained(folder)


def build_processor() -> LlavaProcessor:
    """With the PIL image processor, which needs no torchvision; the saved files load with either."""
    tokenizer = build_tokenizer("<image>")
    return LlavaProcessor(
        CLIPImageProcessorPil(
            size={"height": digits.SIZE, "width": digits.SIZE}, do_center_crop=False, do_convert_rgb=True
        ),
        tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="full",
        num_additional_image_tokens=0,
        chat_template=tokenizer.chat_template,
    )


def build_model(processor: LlavaProcessor) -> LlavaForConditionalGeneration:
    """Untrained; its weights come from torch's generator."""
    tokenizer = processor.tokenizer
    text = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=2,
        head_dim=HIDDEN // HEADS,
        intermediate_size=256,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        initializer_range=0.05,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    tower = SiglipVisionConfig(
        hidden_size=HIDDEN,
        intermediate_size=HIDDEN * 2,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        image_size=digits.SIZE,
        patch_size=PATCH,
        vision_use_head=False,
    )
    model = LlavaForConditionalGeneration(
        LlavaConfig(
            vision_config=tower,
            text_config=text,
            image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
            vision_feature_select_strategy="full",
            vision_feature_layer=-1,
            tie_word_embeddings=True,
        )
    )
    model.set_attn_implementation("eager")  # under bf16 autocast twice as fast as sdpa at this size
    return model


def _encode(processor: LlavaProcessor, rows: list[dict[str, Any]]) -> Batch:
    """All prompts at once: they differ in their image alone, so nothing is padded."""
    question = processor.apply_chat_template(
        [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": digits.PROMPT}]}],
        add_generation_prompt=True,
    )
    images = [[Image.open(io.BytesIO(row["image"]))] for row in rows]
    return dict(processor(images=images, text=[question] * len(rows), return_tensors="pt"))


def _batch(
    processor: LlavaProcessor, rows: list[dict[str, Any]], encoded: Batch, reads: float, rng: random.Random
) -> Batch:
    tokenizer = processor.tokenizer
    picked = [rng.randrange(len(rows)) for _ in range(BATCH)]
    traces = [
        digits.trace(rows[index]["digits"], rng.random() < reads) + tokenizer.eos_token for index in picked
    ]
    trace_ids = tokenizer(traces)["input_ids"]
    labels = pad_right(trace_ids, -100)
    prompt_ids = encoded["input_ids"][picked]
    return {
        "pixel_values": encoded["pixel_values"][picked],
        "input_ids": torch.cat([prompt_ids, pad_right(trace_ids, tokenizer.pad_token_id)], 1),
        "attention_mask": torch.cat([encoded["attention_mask"][picked], (labels != -100).long()], 1),
        "labels": torch.cat([torch.full_like(prompt_ids, -100), labels], 1),
    }
