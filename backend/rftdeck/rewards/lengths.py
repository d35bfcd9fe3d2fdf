"""Rewards for the length of a completion."""

from typing import Annotated

from pydantic import Field

from rftdeck.rewards.core import Sample, Score


def soft_overlong(
    sample: Sample, *, max_length: Annotated[int, Field(ge=1)], cache: Annotated[int, Field(ge=1)]
) -> Score:
    """0 up to max_length − cache tokens, then falling linearly to −1 at max_length, −1 above.

    DAPO (arXiv 2503.14476, eq. 13) with max_length 20480 and cache 4096. Range −1 to 0.
    """
    over = sample.length - (max_length - cache)
    if over <= 0:
        return 0.0
    return -min(1.0, over / cache)
