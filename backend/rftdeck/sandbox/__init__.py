"""Where reward code runs: locked-down processes that cost a batch nothing but the score of the sample they fail on."""

from rftdeck.sandbox.calls import Call, Described, Limits, Verdict
from rftdeck.sandbox.judge import Judge

__all__ = ["Call", "Described", "Judge", "Limits", "Verdict"]
