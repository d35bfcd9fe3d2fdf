"""A byte-level tokenizer that encodes any text and was trained on nothing."""

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

ROLES = ("<|system|>", "<|user|>", "<|assistant|>", "<|tool|>")
TAGS = ("<think>", "</think>", "<answer>", "</answer>")

# One token a role. Content is text, or a list of blocks as vision-language processors have it.
CHAT_TEMPLATE = (
    "{%- for m in messages -%}"
    "{{ '<|' + m['role'] + '|>' }}"
    "{%- if m['content'] is string -%}{{ m['content'] }}"
    "{%- else -%}{%- for b in m['content'] -%}"
    "{%- if b['type'] == 'image' -%}<image>{%- elif b['type'] == 'text' -%}{{ b['text'] }}{%- endif -%}"
    "{%- endfor -%}{%- endif -%}"
    "{{ '<|end|>' }}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}"
)


def build_tokenizer(*extra_special: str) -> PreTrainedTokenizerFast:
    """256 byte tokens, `<|pad|>`, `<|end|>`, one token a role, the extra special tokens and the reasoning tags."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bpe = Tokenizer(models.BPE(vocab={char: index for index, char in enumerate(alphabet)}, merges=[]))
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bpe.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        pad_token="<|pad|>",
        eos_token="<|end|>",
        padding_side="left",
        truncation_side="left",
        model_max_length=1024,
    )
    tokenizer.add_special_tokens({"additional_special_tokens": [*ROLES, *extra_special]})
    # special=False: special tokens are skipped in decoding, and a reward would never see the tags.
    tokenizer.add_tokens([AddedToken(tag, special=False, normalized=False) for tag in TAGS])
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer
