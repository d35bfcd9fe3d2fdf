"""Hostile reward code against real reward processes: it gets nothing, reaches nobody and leaves nothing behind."""

import os
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rftdeck.rewards import Sample
from rftdeck.sandbox import Call, Judge, Limits, Verdict

RIGHT = Sample("<answer>7</answer>", "7")
SECRET = "a-token-that-no-reward-may-see"
DENIED = ("PermissionError", "FileNotFoundError")


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the scratch directories of this test lie."""
    path = tmp_path / "scratch"
    path.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(path))
    return path


@pytest.fixture
def judge(scratch: Path) -> Iterator[Judge]:
    """A judge that must be as good as new after the test, and leave nothing."""
    before = _descriptors()
    with Judge(limits=Limits(file_bytes=2**20, scratch_bytes=2**23)) as judge:
        yield judge
        assert judge.score([Call("exact_answer")], [RIGHT, RIGHT])[0][1].score == 1.0
        assert len(list(scratch.iterdir())) == len(_processes(scratch)) == 2  # one at work, one spare
    assert _processes(scratch) == []
    assert list(scratch.iterdir()) == []
    assert _descriptors() == before


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def _processes(scratch: Path) -> list[str]:
    """Reward processes of this test, whoever their parent is."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if str(scratch).encode() in command and state != "Z":
            found.append(folder.name)
    return found


def run(judge: Judge, body: str, timeout_s: float = 5.0, **row: object) -> Verdict:
    """The verdict of code with this body; a library reward beside it must not notice."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    source = f"import ctypes, glob, os, signal, socket, subprocess, sys, threading, time\ndef score(sample):\n{lines}\n"
    verdicts = judge.score(
        [Call("mine", timeout_s=timeout_s, source=source), Call("exact_answer")],
        [Sample(RIGHT.completion, RIGHT.answer, row=row)],
    )
    assert verdicts[1][0].score == 1.0
    return verdicts[0][0]


def test_the_protections_of_this_system_stand(judge: Judge) -> None:
    assert {"rlimits", "landlock", "seccomp"} < set(judge.isolation)
    assert judge.isolation[0] in ("uid 64321", "no capabilities") or os.geteuid() != 0


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "import re\nre.fullmatch('(a+)+b', 'a' * 60)",
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: time.sleep(9)",
        "os.kill(os.getpid(), signal.SIGSTOP)",
        "sum(iter(int, 1))",
    ],
)
def test_an_endless_loop_is_ended(judge: Judge, body: str) -> None:
    began = time.monotonic()
    verdict = run(judge, body, timeout_s=0.5)
    assert (verdict.score, verdict.reason, verdict.timed_out) == (None, "timed out after 0.5 s", True)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "body",
    [
        "while True: os.fork()",
        "ctypes.CDLL(None).fork() >= 0 or os._exit(5)\nraise PermissionError",
        "ctypes.CDLL(None).syscall(57) >= 0 and os._exit(5)\nraise PermissionError",
        "os.posix_spawn('/bin/sh', ['sh', '-c', 'sleep 99'], {})",
        "subprocess.run(['sleep', '99'])",
        "os.execv('/bin/sh', ['sh', '-c', 'sleep 99'])",
        "import multiprocessing\nmultiprocessing.Process(target=print).start()",
        "os.system('sleep 99 &') == 0 and os._exit(5)\nraise PermissionError",
    ],
)
def test_no_process_can_be_started(judge: Judge, body: str) -> None:
    verdict = run(judge, body)
    assert verdict.score is None
    assert "PermissionError" in (verdict.reason or "") or "exit status 5" in (verdict.reason or "")


def test_a_bomb_of_threads_is_ended(judge: Judge) -> None:
    body = "while True: threading.Thread(target=time.sleep, args=(99,)).start()"
    verdict = run(judge, body, timeout_s=2.0)
    assert verdict.score is None


def test_ten_gigabytes_are_too_many(judge: Judge) -> None:
    verdict = run(judge, "return float(len(bytearray(10 * 2**30)))")
    assert (verdict.score, verdict.reason) == (None, "MemoryError")
    grown = run(judge, "kept = []\nwhile True: kept.append('x' * 2**24)", timeout_s=60.0)
    assert (grown.score, grown.reason) == (None, "MemoryError")


def test_shared_memory_cannot_go_round_the_limit(judge: Judge) -> None:
    assert "PermissionError" in (run(judge, "os.memfd_create('x')").reason or "")
    body = "return float(ctypes.CDLL(None).shmget(0, 4096, 0o1600))"
    assert run(judge, body).score == -1.0


def test_no_secret_can_be_read(judge: Judge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RFTDECK_TOKEN", SECRET)
    monkeypatch.setenv("RFTDECK_HOME", str(tmp_path / "home"))
    hidden = [tmp_path / "home" / "token", tmp_path / ".ssh" / "id_ed25519", Path.cwd() / "pyproject.toml"]
    for path in hidden[:2]:
        path.parent.mkdir()
        path.write_text(SECRET)
        path.chmod(0o644)
    seen = run(judge, "raise ValueError(sorted(os.environ))").reason or ""
    assert "PATH" in seen
    assert "RFTDECK" not in seen
    ours = f"/proc/{os.getpid()}"
    paths = [f"{ours}/environ", f"{ours}/mem", f"{ours}/fd/0", f"{ours}/maps", f"{ours}/cwd/pyproject.toml"]
    for path in [*paths, "/proc/self/environ", "/etc/passwd", *map(str, hidden)]:
        reason = run(judge, "raise ValueError(open(sample.row['path']).read(1))", path=str(path)).reason or ""
        assert reason.startswith(DENIED), (path, reason)
    for folder in ("/", "/root", "/home", "/proc", "/tmp", str(tmp_path), os.path.expanduser("~")):
        reason = run(judge, "raise ValueError(os.listdir(sample.row['path']))", path=folder).reason or ""
        assert reason.startswith(DENIED), (folder, reason)


def test_no_network_can_be_reached(judge: Judge) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        body = "return float(socket.create_connection(('127.0.0.1', sample.row['port']), 1).fileno())"
        assert (run(judge, body, port=port).reason or "").startswith("PermissionError")
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    resolved = run(judge, "return float(len(socket.getaddrinfo('example.org', 80)))")
    assert (resolved.reason or "").startswith("gaierror")
    for family in ("AF_UNIX", "AF_INET6", "AF_NETLINK"):
        reason = run(judge, f"socket.socket(socket.{family}, socket.SOCK_DGRAM)").reason or ""
        assert reason.startswith("PermissionError"), family


def test_a_million_lines_neither_block_nor_are_kept(judge: Judge, capfd: pytest.CaptureFixture[str]) -> None:
    body = "for n in range(1_000_000): print('line', n)\nsys.stderr.write('x' * 2**24)\nreturn 1.0"
    assert run(judge, body, timeout_s=60.0).score == 1.0
    assert judge.last_output.startswith("line 0\nline 1\n")
    assert len(judge.last_output) <= 4000
    straight = "for n in range(100_000): os.write(1, b'line') + os.write(2, b'line')\nreturn 1.0"
    assert run(judge, straight, timeout_s=60.0).score == 1.0
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "call",
    [
        "os.kill({pid}, signal.SIGKILL)",
        "os.kill({pid}, 0)",
        "os.killpg(os.getpgid({pid}), signal.SIGKILL)",
        "os.kill(-1, signal.SIGKILL)",
        "import resource; resource.prlimit({pid}, resource.RLIMIT_CPU, (0, 0))",
        "os.setpriority(os.PRIO_PROCESS, {pid}, 19)",
        "os.sched_setaffinity({pid}, [0])",
        "signal.pidfd_send_signal(os.pidfd_open({pid}), signal.SIGKILL)",
        "import fcntl; fcntl.fcntl(1, fcntl.F_SETOWN, {pid})",
    ],
)
def test_no_other_process_can_be_reached(judge: Judge, call: str) -> None:
    reason = run(judge, call.format(pid=os.getpid())).reason or ""
    assert reason.startswith(("PermissionError", "OSError: [Errno 1]")), reason


def test_ptrace_and_the_memory_of_others_are_out_of_reach(judge: Judge) -> None:
    body = "return float(ctypes.CDLL(None).{call}({arguments}))"
    for call, arguments in (
        ("ptrace", f"16, {os.getpid()}, 0, 0"),
        ("process_vm_readv", f"{os.getpid()}, None, 0, None, 0, 0"),
        ("unshare", "0x10000000"),
        ("prctl", "1, 0, 0, 0, 0"),
        ("mount", "b'a', b'/tmp', b'tmpfs', 0, None"),
    ):
        assert run(judge, body.format(call=call, arguments=arguments)).score == -1.0, call


def test_nothing_outside_of_the_scratch_directory_can_be_changed(judge: Judge, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine")
    mine.chmod(0o666)
    old = mine.stat()
    for body in (
        "open(sample.row['path'], 'a')",
        "open(sample.row['path'] + '-new', 'w')",
        "os.unlink(sample.row['path'])",
        "os.rename(sample.row['path'], sample.row['path'] + '-new')",
        "os.truncate(sample.row['path'], 0)",
        "os.chmod(sample.row['path'], 0)",
        "os.utime(sample.row['path'], (0, 0))",
        "os.setxattr(sample.row['path'], 'user.x', b'')",
        "os.link(sample.row['path'], 'linked')",
        "os.symlink(sample.row['path'], 'linked')",
        "os.mkdir(sample.row['path'] + '-new')",
        "os.mkdir('inside')",
        "os.mkfifo('inside')",
        "os.chmod(os.__file__, 0)",
        "open(os.__file__, 'a')",
    ):
        reason = run(judge, body, path=str(mine)).reason or ""
        assert reason.startswith(("PermissionError", "OSError: [Errno 18]")), (body, reason)
    assert mine.read_text() == "mine"
    assert (mine.stat().st_mode, mine.stat().st_mtime_ns) == (old.st_mode, old.st_mtime_ns)
    body = "import tempfile\nwith tempfile.NamedTemporaryFile() as file: return float(file.write(b'seven.'))"
    assert run(judge, body).score == 6.0


def test_the_disk_cannot_be_filled(judge: Judge) -> None:
    one = run(judge, "open('big', 'wb').write(bytes(2**24))")
    assert (one.reason or "").startswith("OSError: [Errno 27]")
    body = "for n in range(10**9):\n    with open(f'{n}', 'wb') as file: file.write(bytes(2**20))"
    many = run(judge, body, timeout_s=60.0)
    assert many.reason == "killed the reward process (wrote more than 8 MiB)"
    empty = run(judge, "for n in range(10**9): open(f'{n}', 'wb').close()", timeout_s=60.0)
    assert empty.reason == "killed the reward process (wrote more than 8 MiB)"


def test_a_scratch_directory_that_was_shut_is_removed(judge: Judge) -> None:
    assert (run(judge, "os.chmod('.', 0)").reason or "").startswith("PermissionError")


def test_code_cannot_change_the_scores_of_another_reward(judge: Judge) -> None:
    body = """
import builtins, rftdeck.rewards as rewards, rftdeck.rewards.core as core, math, time
from rftdeck.rewards import REWARDS
for name in list(REWARDS):
    REWARDS[name] = core.Reward(name, core.Kind.OUTCOME, lambda sample, **params: 99.0)
builtins.float = builtins.isinstance = builtins.len = lambda *_: 99.0
core.Sample.__init__ = None
math.isfinite = lambda value: True
return 0.5"""
    assert run(judge, body).score in (0.5, None)
    wrong = Sample("<answer>8</answer>", "7")
    calls = [Call("exact_answer"), Call("other", source="def score(sample): return float(len('four'))")]
    verdicts = judge.score(calls, [RIGHT, wrong])
    assert [[verdict.score for verdict in row] for row in verdicts] == [[1.0, 0.0], [4.0, 4.0]]


def test_threads_do_not_outlive_the_batch(judge: Judge, scratch: Path) -> None:
    body = """
def spin():
    while True: pass
threading.Thread(target=spin, daemon=True).start()
return 1.0"""
    assert run(judge, body).score == 1.0
    assert all(len(os.listdir(f"/proc/{pid}/task")) == 1 for pid in _processes(scratch))


def test_lies_about_the_progress_do_not_help(judge: Judge) -> None:
    body = """
frame = sys._getframe()
while 'child' not in frame.f_locals:
    frame = frame.f_back
frame.f_locals['child']._begun[0] = 2**60
while True: pass"""
    verdict = run(judge, body, timeout_s=1.0)
    assert verdict.score is None
    assert "protocol" in (verdict.reason or "")


def test_an_answer_of_any_size_is_refused(judge: Judge) -> None:
    body = "data = b'\\xff' * 2**16\nfor n in range(10**4):\n    for d in range(3, 1024):\n"
    body += "        try: os.write(d, data)\n        except OSError: pass"
    assert run(judge, body, timeout_s=20.0).reason == "not scored: the code broke the protocol"


def test_deep_recursion_in_c_costs_one_score(judge: Judge) -> None:
    verdict = run(judge, "sys.setrecursionlimit(10**9)\ndef f(): return max((f() for _ in (1,)))\nf()")
    assert verdict.score is None
    assert "SIGSEGV" in (verdict.reason or "") or "Error" in (verdict.reason or "")


def test_a_judge_that_is_killed_takes_its_processes_along(scratch: Path) -> None:
    program = f"""
import os, tempfile
tempfile.tempdir = {str(scratch)!r}
from rftdeck.rewards import Sample
from rftdeck.sandbox import Call, Judge
judge = Judge()
judge.isolation
if os.fork() == 0:
    os.kill(os.getppid(), 9)
    os._exit(0)
judge.score([Call("x", timeout_s=60, source="def score(sample):\\n    while True: pass")], [Sample("")])
"""
    import subprocess
    import sys

    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == -9
    deadline = time.monotonic() + 10
    while _processes(scratch):
        assert time.monotonic() < deadline
        time.sleep(0.05)
