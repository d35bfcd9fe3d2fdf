"""Chained sums: reasoning-gym's chain_sum with one-digit terms, and the two ways to answer them."""

import re

import reasoning_gym

PROMPT = "{expression}=?"
TRAIN_ROWS, HELDOUT_ROWS = 20_000, 512
# Item i comes from the seed + i, so sets whose seeds lie closer than their size share items.
TRAIN_SEED, HELDOUT_SEED = 1_000_000, 50_000_000


def make_rows() -> dict[str, list[dict[str, str]]]:
    """Split → rows of prompt and answer. No expression stands twice, in one split or in both."""
    seen: set[str] = set()
    heldout = _rows(HELDOUT_SEED, HELDOUT_ROWS + 64, seen)[:HELDOUT_ROWS]
    return {"train": _rows(TRAIN_SEED, TRAIN_ROWS, seen), "heldout": heldout}


def _rows(seed: int, size: int, seen: set[str]) -> list[dict[str, str]]:
    items = reasoning_gym.create_dataset(
        "chain_sum", seed=seed, size=size, min_terms=4, max_terms=5, min_digits=1, max_digits=1
    )
    rows = []
    for item in items:
        expression = item["metadata"]["expression"].replace(" ", "")
        if expression not in seen:
            seen.add(expression)
            rows.append({"prompt": PROMPT.format(expression=expression), "answer": item["answer"]})
    return rows


def trace(row: dict[str, str], stepwise: bool) -> str:
    """`<think>3+4=7-2=5</think><answer>5</answer>`, or the same with an empty thought."""
    terms = re.findall(r"[+-]?\d+", row["prompt"])
    total, thought = int(terms[0]), terms[0]
    for term in terms[1:]:
        total += int(term)
        thought += f"{term}={total}"
    return f"<think>{thought if stepwise else ''}</think><answer>{total}</answer>"
