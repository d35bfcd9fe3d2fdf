"""What a reward process takes from itself before it runs any reward code.

Each protection is applied where the kernel has it, and named in what `confine` returns. On macOS little more than the
limits is left: there the code of a person who is not trusted should not be run.
"""

import contextlib
import ctypes
import os
import resource
import site
import struct
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

import rftdeck
from rftdeck.processes import die_with_parent
from rftdeck.sandbox import landlock
from rftdeck.sandbox.calls import Limits
from rftdeck.sandbox.seccomp import filter_calls

NOBODY = 64321
"""User and group of reward code when the worker is root: nobody's, in a range that distributions leave alone."""
MAX_THREADS = 1024
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x20080522
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom")
"""Readable besides Python and our own sources."""


def confine(scratch: Path, limits: Limits) -> tuple[str, ...]:
    """Lock this process down for ever; only `scratch` can be written. Returns the protections that stand."""
    done = []
    sources = list(_sources())
    if sys.platform == "linux" and os.geteuid() == 0:
        if all(_is_open_to_others(path) for path, _ in sources) and _is_reachable(scratch):
            os.chown(scratch, NOBODY, NOBODY)
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            done.append(f"uid {NOBODY}")
        elif _drop_capabilities():
            done.append("no capabilities")
    die_with_parent()  # behind the change of user, which would undo it
    _limit(limits)
    done.append("rlimits")
    if sys.platform == "linux" and _no_new_privileges():
        usable = [(Path("/dev/null"), landlock.USE), (scratch, landlock.WORK)]
        system = [(Path(path), landlock.READ) for path in SYSTEM]
        if landlock.restrict_files([*sources, *system, *usable]):
            done.append("landlock")
        if filter_calls():
            done.append("seccomp")
    return tuple(done)


def _sources() -> Iterator[tuple[Path, int]]:
    """Python, the installed packages and our own sources, each with the rights to it."""
    paths = [sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), *site.getsitepackages()]
    package = Path(rftdeck.__file__).resolve().parent
    if package.parent.name.endswith("-packages"):
        paths.append(str(package.parent))
    found = {Path(path).resolve() for path in paths}
    yield from ((path, landlock.READ) for path in found if path.is_dir() and path != Path("/"))
    yield package.parent, landlock.LIST
    yield package, landlock.READ


def _is_open_to_others(path: Path) -> bool:
    return path.stat().st_mode & 0o005 == 0o005 and _is_reachable(path)


def _is_reachable(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def _drop_capabilities() -> bool:
    """Root without them is a user like others, except that root's own files are its own."""
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    return bool(ctypes.CDLL(None).capset(header, bytes(24)) == 0)


def _no_new_privileges() -> bool:
    return bool(ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)


def _limit(limits: Limits) -> None:
    wanted: Iterable[tuple[int, int]] = (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_NPROC, MAX_THREADS),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_AS, limits.memory_bytes),
    )
    for kind, most in wanted:
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS has no limit of the address space
            resource.setrlimit(kind, (most, most))
