"""rftdeck: launch, watch and read reinforcement fine-tuning runs."""

from rftdeck.client import Client
from rftdeck.errors import RftdeckError, ServerUnavailable
from rftdeck.spec import RunSpec
from rftdeck.states import RunState

__all__ = ["Client", "RftdeckError", "RunSpec", "RunState", "ServerUnavailable"]
