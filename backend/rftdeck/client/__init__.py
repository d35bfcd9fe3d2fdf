"""The REST client. The workers go through this same door as every script."""

from rftdeck.client.data import DataCalls
from rftdeck.client.runs import RunCalls
from rftdeck.client.training import TrainingCalls
from rftdeck.client.trying import TryCalls


class Client(RunCalls, DataCalls, TryCalls, TrainingCalls):
    """Talks to one rftdeck server.

    Without arguments it uses RFTDECK_URL and RFTDECK_TOKEN, else the server that runs on this machine.
    Every method raises RftdeckError for a refusal and ServerUnavailable when there is no answer.
    """


__all__ = ["Client"]
