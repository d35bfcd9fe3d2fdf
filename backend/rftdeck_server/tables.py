"""All tables, for Alembic."""

from rftdeck_server.checkpoints import tables as checkpoints
from rftdeck_server.core.database import Base
from rftdeck_server.events import tables as events
from rftdeck_server.media import tables as media
from rftdeck_server.metrics import tables as metrics
from rftdeck_server.rollouts import tables as rollouts
from rftdeck_server.runs import tables as runs
from rftdeck_server.workers import tables as workers

__all__ = ["Base", "checkpoints", "events", "media", "metrics", "rollouts", "runs", "workers"]
