/** What a new custom reward starts from; both run as they stand. */
export const TEMPLATES = {
  sample: `"""What this reward measures, in one sentence."""

import re

from rftdeck.rewards.core import Judged, Undecided


def score(sample, *, partial: float = 0.2):
    """1 for the gold in <answer> tags, \`partial\` for another answer.

    A sample has completion, answer (the gold, or None), length (tokens),
    row (the other columns), step and max_steps. Return a number, or
    Judged(number, parsed, why), or Undecided(reason): never a silent 0.
    """
    if sample.answer is None:
        return Undecided("the row has no gold")
    found = re.search(r"<answer>(.*?)</answer>", sample.completion, re.DOTALL)
    if found is None:
        return Judged(0.0, None, "there is no <answer>")
    answer = found[1].strip()
    if answer == sample.answer.strip():
        return Judged(1.0, answer, "it is the gold")
    return Judged(partial, answer, "it is an answer, but not the gold")
`,
  group: `"""What this reward compares, in one sentence."""


def score(group, *, weight: float = 0.5):
    """Less for completions longer than the shortest of their siblings.

    A group has all completions of one prompt: return a score for each, in
    their order. A sample has completion, answer (the gold, or None), length
    (tokens), row (the other columns), step and max_steps.
    """
    shortest = min(sample.length for sample in group)
    return [
        1.0 - weight * (1 - shortest / max(1, sample.length)) for sample in group
    ]
`,
} as const;
