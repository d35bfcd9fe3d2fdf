"""An untrained Qwen2.5-VL of some hundred thousand parameters, as a checkpoint on the disk."""

from pathlib import Path

from rftdeck_worker.starters.tokenizer import build_tokenizer
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration, Qwen2VLImageProcessorPil

HIDDEN, LAYERS, HEADS, PATCH = 64, 2, 4, 8
IMAGE_PAD, VIDEO_PAD, START, END = "<|image_pad|>", "<|video_pad|>", "<|vision_start|>", "<|vision_end|>"


def write_tiny_qwen(folder: Path) -> None:
    """Model, tokenizer and image processor; no video processor, which needs torchvision."""
    tokenizer = build_tokenizer(IMAGE_PAD, VIDEO_PAD, START, END)
    tokenizer.chat_template = tokenizer.chat_template.replace("<image>", START + IMAGE_PAD + END)
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in (IMAGE_PAD, VIDEO_PAD, START, END)}
    half = HIDDEN // HEADS // 2
    config = Qwen2_5_VLConfig(
        vision_config={
            "depth": LAYERS,
            "hidden_size": HIDDEN,
            "out_hidden_size": HIDDEN,
            "intermediate_size": 2 * HIDDEN,
            "num_heads": HEADS,
            "patch_size": PATCH,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            "fullatt_block_indexes": list(range(LAYERS)),
            "window_size": 64,
        },
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": HIDDEN,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS,
            "num_key_value_heads": 2,
            "intermediate_size": 128,
            "max_position_embeddings": 512,
            "tie_word_embeddings": True,
            "bos_token_id": None,
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
            "rope_parameters": {
                "rope_type": "default",
                "mrope_section": [half - 2 * (half // 3), half // 3, half // 3],
                "rope_theta": 10_000.0,
            },
        },
        image_token_id=ids[IMAGE_PAD],
        video_token_id=ids[VIDEO_PAD],
        vision_start_token_id=ids[START],
        vision_end_token_id=ids[END],
        tie_word_embeddings=True,
    )
    Qwen2_5_VLForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    Qwen2VLImageProcessorPil(
        min_pixels=64 * 64, max_pixels=64 * 64, patch_size=PATCH, merge_size=2, temporal_patch_size=2
    ).save_pretrained(folder)
