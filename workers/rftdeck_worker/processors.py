"""Processors of vision-language models, with torchvision or without.

torchvision's wheel for this torch is a CUDA build, so a machine without a GPU often has none. transformers then takes
its PIL image processors by itself; only the Qwen-VL processors insist on a video processor, which needs torchvision.
"""

import logging
from importlib.util import find_spec
from typing import Any

import transformers
from transformers import AutoImageProcessor, AutoProcessor, AutoTokenizer
from transformers.processing_utils import ProcessorMixin

from rftdeck_worker.errors import SpecError

log = logging.getLogger(__name__)

HAS_TORCHVISION = find_spec("torchvision") is not None
NEEDS_VIDEO: dict[str, type[ProcessorMixin]] = {
    "qwen2_vl": transformers.Qwen2VLProcessor,
    "qwen2_5_vl": transformers.Qwen2_5_VLProcessor,
    "qwen3_vl": transformers.Qwen3VLProcessor,
}
"""Model type → processor class that cannot be made without torchvision."""


def load_processor(path: str, revision: str | None, model_type: str) -> Any:
    """Raises SpecError when there is none, or none that runs here."""
    try:
        if model_type in NEEDS_VIDEO and not HAS_TORCHVISION:
            processor = _image_only(path, revision, NEEDS_VIDEO[model_type])
        else:
            processor = AutoProcessor.from_pretrained(path, revision=revision)
    except (OSError, ValueError, ImportError) as error:
        raise SpecError("model.name", f"{path} has no processor that can be loaded: {error}") from error
    if not isinstance(processor, ProcessorMixin):
        raise SpecError("model.name", f"{path} takes images but has no processor for them")
    backend = "torchvision" if HAS_TORCHVISION else "PIL, torchvision is not installed"
    log.info("image processor: %s (%s)", type(processor.image_processor).__name__, backend)
    return processor


def _image_only(path: str, revision: str | None, stock: type[ProcessorMixin]) -> ProcessorMixin:
    """The stock processor without its video part; transformers reads the parts from the signature of __init__."""

    def __init__(self: Any, image_processor: Any, tokenizer: Any, chat_template: str | None = None) -> None:  # noqa: N807
        for name in ("image", "video"):
            token = f"<|{name}_pad|>"
            setattr(self, f"{name}_token", token)
            setattr(self, f"{name}_token_id", tokenizer.convert_tokens_to_ids(token))
        ProcessorMixin.__init__(self, image_processor, tokenizer, chat_template=chat_template)

    # The stock name is what gets saved with a checkpoint, so that it loads anywhere.
    image_only = type(stock.__name__, (stock,), {"__init__": __init__})
    tokenizer = AutoTokenizer.from_pretrained(path, revision=revision)
    image_processor = AutoImageProcessor.from_pretrained(path, revision=revision)
    made: ProcessorMixin = image_only(image_processor, tokenizer, chat_template=tokenizer.chat_template)
    return made
