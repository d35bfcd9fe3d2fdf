"""Settings come from the environment alone."""

import os
from dataclasses import dataclass
from pathlib import Path

from rftdeck.home import home

REPOSITORY = Path(__file__).parents[3]


@dataclass(frozen=True)
class Settings:
    database_url: str
    redis_url: str
    token: str
    """Whoever has it may do everything."""
    frontend: Path
    member_token: str | None = None
    """Whoever has it may do everything but add code that runs here (custom rewards)."""
    lease_s: float = 15.0
    """A worker that is silent for so long has lost its run."""
    ring_every_s: float = 5.0
    """How often queued runs are rung again, in case Redis lost the first ring."""
    shares_files_with_workers: bool = False
    """True on one machine: paths in a spec can then be checked before the launch."""
    max_upload_bytes: int = 20 * 2**30

    @classmethod
    def from_environment(cls) -> "Settings":
        """Raises RuntimeError when something required is missing."""
        token = os.environ.get("RFTDECK_TOKEN")
        if not token:
            raise RuntimeError(
                "RFTDECK_TOKEN is not set: choose a long random one, e.g. `openssl rand -hex 24`"
            )
        redis_url = os.environ.get("RFTDECK_REDIS_URL")
        if not redis_url:
            raise RuntimeError("RFTDECK_REDIS_URL is not set, e.g. redis://127.0.0.1:6379/0")
        return cls(
            database_url=os.environ.get("RFTDECK_DATABASE_URL", f"sqlite:///{home() / 'rftdeck.db'}"),
            redis_url=redis_url,
            token=token,
            member_token=os.environ.get("RFTDECK_MEMBER_TOKEN") or None,
            frontend=Path(os.environ.get("RFTDECK_FRONTEND", REPOSITORY / "frontend" / "dist")),
            lease_s=float(os.environ.get("RFTDECK_LEASE_S", "15")),
            shares_files_with_workers=_is_embedded(),
            max_upload_bytes=int(os.environ.get("RFTDECK_MAX_UPLOAD_BYTES", str(20 * 2**30))),
        )


def data_folders() -> tuple[Path, ...]:
    """Data sets may be imported from files below these: RFTDECK_DATA, on one machine everything by default."""
    folders = os.environ.get("RFTDECK_DATA", "/" if _is_embedded() else "")
    return tuple(Path(folder).expanduser().resolve() for folder in folders.split(":") if folder)


def _is_embedded() -> bool:
    return os.environ.get("RFTDECK_EMBEDDED") == "1"
