"""The folders of an attempt, and the small files through which supervisor and training process talk.

`$RFTDECK_HOME/spool/<run>-<attempt>/` holds what is on its way to the server and goes when all of it has arrived:
claim.json, lock, events.jsonl, media/, request, outcome.json. `$RFTDECK_HOME/runs/<run>/` stays: checkpoints and logs.
"""

import contextlib
import fcntl
import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import ValidationError
from rftdeck.events import AttemptEnded
from rftdeck.home import home
from rftdeck.runs import Claim
from rftdeck.spool import EVENTS
from rftdeck.states import Request

REFUSED = "refused"
"""Folder for the spools that the server will never take."""
TAIL_BYTES = 2**17
"""Holds the last event of an attempt, traceback and all."""


def spool_root() -> Path:
    return home() / "spool"


@dataclass(frozen=True)
class AttemptFolder:
    """What supervisor, training process and a later supervisor know of one attempt."""

    path: Path
    run_id: int
    attempt: int
    token: str

    @classmethod
    def create(cls, claim: Claim) -> "AttemptFolder":
        """A new folder. Lock it before `write_claim`: what has a claim and no lock is taken for abandoned."""
        path = spool_root() / f"{claim.run_id}-{claim.attempt}"
        folder = cls(path, claim.run_id, claim.attempt, claim.token)
        # Run ids begin again with a new database; what an older one left under this id is of another run.
        if path.exists():
            folder.set_aside()
        if claim.attempt == 1 and folder.run_folder.exists():
            folder.run_folder.rename(folder.run_folder.with_suffix(f".{time.time():.0f}"))
        path.mkdir(parents=True)
        return folder

    def write_claim(self) -> None:
        known = {"run_id": self.run_id, "attempt": self.attempt, "token": self.token}
        fd = os.open(self.path / "claim.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w") as file:
            json.dump(known, file)

    @classmethod
    def open(cls, path: Path) -> "AttemptFolder | None":
        """None when the claim was never written down, so nothing was trained."""
        try:
            known = json.loads((path / "claim.json").read_text())
            return cls(path, known["run_id"], known["attempt"], known["token"])
        except (OSError, ValueError, KeyError):
            return None

    # ---- lock -------------------------------------------------------------------------------------------------

    def lock(self) -> int | None:
        """A file descriptor that holds the lock while any process has it open; None when another one holds it.

        The training process inherits it, so the lock is free only when supervisor and training process are gone.
        """
        fd = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        return fd

    # ---- what the supervisor asks of the training process ----------------------------------------------------------

    def write_request(self, request: Request) -> None:
        _replace(self.path / "request", request.value)

    def read_request(self) -> Request | None:
        with contextlib.suppress(OSError, ValueError):
            return Request((self.path / "request").read_text())
        return None

    # ---- what the training process tells the supervisor --------------------------------------------------------------

    def write_outcome(self, ended: AttemptEnded) -> None:
        _replace(self.path / "outcome.json", ended.model_dump_json())

    def read_outcome(self) -> AttemptEnded | None:
        with contextlib.suppress(OSError, ValidationError):
            return AttemptEnded.model_validate_json((self.path / "outcome.json").read_bytes())
        return None

    # ---- the end ------------------------------------------------------------------------------------------------

    def has_ended(self) -> bool:
        """Whether the last event of the attempt stands in the spool."""
        with contextlib.suppress(OSError), (self.path / EVENTS).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
            *_, last = file.read().rstrip(b"\n").split(b"\n")
            with contextlib.suppress(ValueError, KeyError, TypeError):
                return bool(orjson.loads(last)["event"]["type"] == "attempt.ended")
        return False

    def remove(self) -> None:
        """Everything has arrived."""
        shutil.rmtree(self.path, ignore_errors=True)

    def set_aside(self) -> None:
        """The server refuses it for good; a person may still read it."""
        target = spool_root() / REFUSED / self.path.name
        target.parent.mkdir(exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        self.path.rename(target)

    # ---- what stays ---------------------------------------------------------------------------------------------

    @property
    def run_folder(self) -> Path:
        return home() / "runs" / str(self.run_id)

    @property
    def checkpoints(self) -> Path:
        return self.run_folder / "checkpoints"

    @property
    def log_file(self) -> Path:
        return self.run_folder / f"attempt-{self.attempt}.log"

    @property
    def baseline_file(self) -> Path:
        """Stands once the model has been evaluated before its first step, whichever attempt did it."""
        return self.run_folder / "baseline.json"


def spool_folders() -> list[AttemptFolder]:
    """Every attempt that has something on its way, oldest run first."""
    paths = sorted(spool_root().glob("*-*"))
    return [folder for path in paths if (folder := AttemptFolder.open(path)) is not None]


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text)
    partial.replace(path)
