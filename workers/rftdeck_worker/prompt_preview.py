"""What the model sees of a prompt. No weights are loaded."""

from collections.abc import Callable
from typing import Any

from rftdeck.preflights import PromptPreview, PromptPreviewCreate, PromptToken
from rftdeck.rollouts import Message
from rftdeck.text import clean_text
from transformers.processing_utils import ProcessorMixin

from rftdeck_worker.capture import show_prompt
from rftdeck_worker.data import load_data, make_prompt
from rftdeck_worker.errors import SpecError
from rftdeck_worker.models import find_model, load_processor
from rftdeck_worker.sampling import as_trl_prepares
from rftdeck_worker.stored import fetched

MAX_TOKENS = 4_000


def preview(question: PromptPreviewCreate, progress: Callable[[float | None], None]) -> PromptPreview:
    """As a training of the spec would put the prompt. Raises SpecError."""
    spec = question.spec
    source = find_model(spec.model, progress)
    processor = load_processor(source)
    tokenizer = processor.tokenizer if isinstance(processor, ProcessorMixin) else processor
    has_template = processor.chat_template is not None
    answer = None
    if question.prompt is None:
        spec = fetched(spec, progress)
        rows = load_data(spec.dataset, progress, chat=has_template).train
        if question.row >= len(rows):
            raise SpecError("row", f"there are {len(rows):,} rows to train on")
        row = rows[question.row]
        answer = row["answer"]
    else:
        row = {"prompt": make_prompt(spec.dataset, question.prompt, chat=has_template)}
    prompt = as_trl_prepares(processor, row)
    text, ids = _render(processor, prompt)
    image = getattr(processor, "image_token_id", None)
    shown, _ = show_prompt(prompt)
    return PromptPreview(
        messages=[Message(role=message.role, content=message.content) for message in shown],
        text=clean_text(text),
        tokens=[
            PromptToken(id=token, text=clean_text(tokenizer.decode([token], skip_special_tokens=False)))
            for token in ids[:MAX_TOKENS]
        ],
        n_tokens=len(ids),
        n_image_tokens=0 if image is None else ids.count(image),
        answer=answer,
    )


def _render(processor: Any, prompt: Any) -> tuple[str, list[int]]:
    """The text behind the chat template, and its tokens with those of the images."""
    if isinstance(prompt, str):
        return prompt, list(processor(text=prompt)["input_ids"])
    options = {"add_generation_prompt": True}
    text = processor.apply_chat_template(prompt, tokenize=False, **options)
    encoded = processor.apply_chat_template([prompt], tokenize=True, return_dict=True, **options)
    ids = encoded["input_ids"][0]
    return text, [int(token) for token in ids]
