"""All tables, for Alembic."""

from rftdeck_server.checkpoints import tables as checkpoints
from rftdeck_server.core.database import Base
from rftdeck_server.datasets import tables as datasets
from rftdeck_server.events import tables as events
from rftdeck_server.jobs import tables as jobs
from rftdeck_server.media import tables as media
from rftdeck_server.metrics import tables as metrics
from rftdeck_server.preflights import tables as preflights
from rftdeck_server.questions import tables as questions
from rftdeck_server.rescores import tables as rescores
from rftdeck_server.rewards import tables as rewards
from rftdeck_server.rollouts import tables as rollouts
from rftdeck_server.runs import tables as runs
from rftdeck_server.workers import tables as workers

__all__ = [
    "Base",
    "checkpoints",
    "datasets",
    "events",
    "jobs",
    "media",
    "metrics",
    "preflights",
    "questions",
    "rescores",
    "rewards",
    "rollouts",
    "runs",
    "workers",
]
