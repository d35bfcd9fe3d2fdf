"""One reward process as a Judge sees it: messages, progress, and how it ends. Whatever it sends is untrusted."""

import contextlib
import fcntl
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import orjson

import rftdeck
from rftdeck.sandbox import wire
from rftdeck.sandbox.calls import Limits

START_TIMEOUT_S = 60.0
_START = (
    "import sys; sys.path.append(sys.argv[1]); from rftdeck.sandbox.child import main; main(sys.argv[2:])"
)
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    # One thread of numpy and its like: the address space is limited, and the cores are taken.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
_FOLDERS = ("HOME", "TMPDIR", "XDG_CACHE_HOME", "MPLCONFIGDIR")
"""Variables that name a folder: the scratch directory. It takes no subdirectories, which matplotlib would make."""
_PIPE_SIZE = 2**20
"""Bytes: a chunk goes into it at once, and nobody waits for the other side to read."""
_READ_SIZE = 2**18
_READS = 16
_MAX_FILES = 10_000
_Progress = struct.Struct("=Q")


class Died(Exception):
    """The process is gone, or has to go. Its text says how, e.g. `SIGKILL`."""


class BrokeProtocol(Died):
    """It sent what is no answer: a bug of ours, or code that tries to speak for us."""

    def __init__(self) -> None:
        super().__init__("broke the protocol")


class RewardProcess:
    """Starting it does not wait for its imports. `kill` gives back all that it holds."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._scratch = Path(tempfile.mkdtemp(prefix="rftdeck-reward-"))
        self._progress = _shared_bytes()
        jobs, self._jobs = os.pipe()
        self._answers, answers = os.pipe()
        root = str(Path(rftdeck.__file__).resolve().parent.parent)
        theirs = (jobs, answers, self._progress)
        arguments = [root, orjson.dumps(asdict(limits)).decode(), str(self._scratch), *map(str, theirs)]
        self._process = subprocess.Popen(
            # -I: neither variables nor the folder it stands in change what it imports.
            [sys.executable, "-I", "-B", "-c", _START, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=theirs,
            env=_ENVIRONMENT | dict.fromkeys(_FOLDERS, str(self._scratch)),
            cwd=self._scratch,
            start_new_session=True,
        )
        os.close(jobs)
        os.close(answers)
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # beyond what this user may have
                fcntl.fcntl(self._jobs, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        os.set_blocking(self._jobs, False)
        os.set_blocking(self._answers, False)
        self._started = time.monotonic()
        self._outgoing = bytearray()
        self._incoming = bytearray()
        self.isolation: tuple[str, ...] | None = None
        """None until it is ready."""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def readable(self) -> int:
        """Descriptor that its messages come from."""
        return self._answers

    @property
    def writable(self) -> int | None:
        """Descriptor to wait for when something is left to send."""
        return self._jobs if self._outgoing else None

    def wait_until_ready(self) -> tuple[str, ...]:
        """The protections that it runs under. Raises RuntimeError when it does not start."""
        while self.isolation is None:
            poll = select.poll()
            poll.register(self._answers, select.POLLIN)
            poll.poll(1000)
            try:
                self.receive()
            except Died as death:
                raise RuntimeError(f"the reward process does not start ({death})") from death
        return self.isolation

    def post(self, message: object) -> None:
        """Send as much as the pipe takes. Raises Died."""
        self._outgoing += wire.frame(message)
        self.send()

    def send(self) -> None:
        """Send more of what was posted. Raises Died."""
        try:
            while self._outgoing:
                with memoryview(self._outgoing) as view:
                    sent = os.write(self._jobs, view[:_PIPE_SIZE])
                del self._outgoing[:sent]
        except BlockingIOError:
            return
        except BrokenPipeError:
            raise Died(self._cause()) from None

    def receive(self) -> list[bytes]:
        """The messages that have come. Raises Died, also while it does not get ready."""
        messages: list[bytes] = []
        for _ in range(_READS):  # whoever sends without end must not keep us from looking at the clock
            try:
                data = os.read(self._answers, _READ_SIZE)
            except BlockingIOError:
                break
            if not data:
                if messages:  # what it said before it died counts; its end is found by the next call
                    break
                raise Died(self._cause())
            self._incoming += data
            messages += self._take()
        if self.isolation is None:
            if messages:
                self.isolation = tuple(orjson.loads(messages.pop(0))["isolation"])
                self._stderr_is_done()
            elif time.monotonic() - self._started > START_TIMEOUT_S:
                raise Died(f"not ready within {START_TIMEOUT_S:g} s")
        return messages

    def _take(self) -> list[bytes]:
        """Raises Died when it announces more than it may send."""
        messages = []
        start, header = 0, wire.HEADER.size
        while len(self._incoming) - start >= header:
            (size,) = wire.HEADER.unpack_from(self._incoming, start)
            if size > wire.MAX_ANSWER_BYTES:
                raise BrokeProtocol
            if len(self._incoming) - start - header < size:
                break
            start += header + size
            messages.append(bytes(self._incoming[start - size : start]))
        del self._incoming[:start]
        return messages

    def begun(self) -> int:
        """Units that it says it has begun in its life."""
        data = os.pread(self._progress, _Progress.size, 0)
        if len(data) < _Progress.size:
            raise BrokeProtocol
        number: int = _Progress.unpack(data)[0]
        return number

    def fills_disk(self) -> bool:
        """Whether its files are more than it may have."""
        size = 0
        with contextlib.suppress(OSError), os.scandir(self._scratch) as entries:
            for count, entry in enumerate(entries):
                with contextlib.suppress(FileNotFoundError):
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                if count > _MAX_FILES or size > self._limits.scratch_bytes:
                    return True
        return False

    def has_threads(self) -> bool:
        """Whether code goes on beside the main thread. Linux only."""
        try:
            return len(os.listdir(f"/proc/{self.pid}/task")) > 1
        except OSError:
            return False

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it and all that is left of it."""
        if self.is_alive():  # otherwise its number may be another's
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)  # where forks are not denied there may be more of them
            self._process.kill()
            self._process.wait()
        self._stderr_is_done()
        for descriptor in (self._jobs, self._answers, self._progress):
            os.close(descriptor)
        with contextlib.suppress(OSError):
            self._scratch.chmod(0o700)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _cause(self) -> str:
        try:
            status = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return "it closed its pipes"
        told = "" if self.isolation is not None else self._stderr_is_done()
        if status < 0:
            return next((item.name for item in signal.Signals if item == -status), f"signal {-status}")
        return f"exit status {status}" + (f": {told}" if told else "")

    def _stderr_is_done(self) -> str:
        """What it wrote while it started; only then is stderr a pipe."""
        stderr = self._process.stderr
        if stderr is None or stderr.closed:
            return ""
        told = stderr.read().decode(errors="replace")[-2000:] if self._process.poll() is not None else ""
        stderr.close()
        return told


def _shared_bytes() -> int:
    """Eight bytes that a process may write and not cut short."""
    if sys.platform != "linux":
        with tempfile.TemporaryFile() as file:
            file.write(bytes(_Progress.size))
            file.flush()
            return os.dup(file.fileno())
    descriptor = os.memfd_create("rftdeck-progress", os.MFD_ALLOW_SEALING)
    os.write(descriptor, bytes(_Progress.size))
    seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    return descriptor
