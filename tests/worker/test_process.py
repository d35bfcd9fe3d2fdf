"""The forked process: alone in its session, deaf to the parent's descriptors, gone with its parent."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from rftdeck_worker.process import fork, kill_group

from tests.support import wait_until


def outcome(work: Callable[[], None], keep: frozenset[int] = frozenset()) -> tuple[int, str]:
    """(wait status, what was printed)."""
    reader, writer = os.pipe()
    pid = fork(work, output=writer, keep=keep)
    os.close(writer)
    _, status = os.waitpid(pid, 0)
    with os.fdopen(reader) as pipe:
        return status, pipe.read()


def test_prints_reach_the_pipe_and_the_session_is_its_own() -> None:
    def work() -> None:
        print("out", os.getsid(0) == os.getpid() == os.getpgid(0))  # noqa: T201
        print("err", file=sys.stderr)  # noqa: T201
        os.system("echo grandchild")

    assert outcome(work) == (0, "out True\nerr\ngrandchild\n")


def test_an_exception_is_printed_and_ends_with_status_1() -> None:
    def work() -> None:
        raise ValueError("broken")

    status, printed = outcome(work)
    assert os.waitstatus_to_exitcode(status) == 1
    assert "ValueError: broken" in printed


def test_inherited_descriptors_lead_nowhere_but_the_kept_ones(tmp_path: Path) -> None:
    kept, other = ((tmp_path / name).open("wb", buffering=0) for name in ("kept", "other"))

    def work() -> None:
        os.write(kept.fileno(), b"x")
        os.write(other.fileno(), b"x")

    assert outcome(work, keep=frozenset({kept.fileno()})) == (0, "")
    assert (tmp_path / "kept").read_bytes() == b"x"
    assert (tmp_path / "other").read_bytes() == b""


def test_the_group_dies_as_one() -> None:
    reader, writer = os.pipe()
    pid = fork(
        lambda: subprocess.run(["sh", "-c", "echo $$; sleep 100"], check=False),
        output=writer,
        keep=frozenset(),
    )
    os.close(writer)
    with os.fdopen(reader) as pipe:
        grandchild = int(pipe.readline())
        kill_group(pid)
        os.waitpid(pid, 0)
        assert pipe.read() == ""  # nobody holds the pipe any more
    wait_until(lambda: not _is_alive(grandchild), 5)


def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    code = f"""
import os, time
from pathlib import Path
from rftdeck_worker.process import fork
def work():
    Path({str(told)!r}).write_text(str(os.getpid()))
    time.sleep(100)
fork(work, output=1, keep=frozenset())
time.sleep(100)
"""
    parent = subprocess.Popen([sys.executable, "-c", code])
    wait_until(lambda: told.exists() and told.read_text(), 10)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_until(lambda: not _is_alive(int(told.read_text())), 5)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
