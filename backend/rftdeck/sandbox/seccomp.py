"""A filter of system calls (seccomp-BPF) for a process that computes scores and nothing else.

Sources: Linux `Documentation/userspace-api/seccomp_filter.rst`, <linux/filter.h>, <linux/seccomp.h>, the call numbers
of <asm/unistd_64.h> (x86_64) and <asm-generic/unistd.h> (aarch64).
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator

_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NR, _ARCH, _ARG_0, _ARG_1 = 0, 4, 16, 24
"""Offsets in struct seccomp_data; of an argument the lower half, both machines are little-endian."""

_ARCHES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""Machine → AUDIT_ARCH, and its column in the tables."""
_X32 = 0x40000000
"""Bit of the calls of x86_64's second table, which would go round the filter."""
_CLONE_THREAD = 0x10000

_DENIED: dict[str, tuple[int | None, int | None]] = {
    # Another program, another process.
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    # The network. socketpair stays: it leads nowhere else.
    "socket": (41, 198),
    # Other processes: their memory, their descriptors, their life, their speed.
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "setpriority": (141, 140),
    "ioprio_set": (251, 30), "sched_setscheduler": (144, 119), "sched_setparam": (142, 118),
    "sched_setattr": (314, 274), "sched_setaffinity": (203, 122), "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # Files of others: Landlock lets whoever may not open them still change their mode, owner and times.
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14),
    "lremovexattr": (198, 15), "fremovexattr": (199, 16), "setxattrat": (463, 463),
    "removexattrat": (466, 466), "file_setattr": (469, 469), "truncate": (76, 45),
    # Memory that no limit counts, or that outlives the process.
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "msgget": (68, 186),
    "semget": (64, 190), "mq_open": (240, 180),
    # Parts of the kernel with a long record of holes, and no use to a reward.
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "unshare": (272, 97),
    "setns": (308, 268), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "fanotify_init": (300, 262), "personality": (135, 92),
    # Undoes the death with the parent.
    "prctl": (157, 167),
}  # fmt: skip
_CLONE, _CLONE3 = (56, 220), (435, 435)
_TO_ITSELF = {"kill": (62, 129), "tgkill": (234, 131), "prlimit64": (302, 261)}
"""Allowed when the first argument is its own process id, or 0 for prlimit64."""
_SECOND_ARGUMENT = {
    "fcntl": (
        (72, 25),
        (8, 10, 15),
    ),  # F_SETOWN, F_SETSIG, F_SETOWN_EX: let the kernel signal another process
    "ioctl": (
        (16, 29),
        (0x8901, 0x8902, 0x5412),
    ),  # FIOSETOWN, SIOCSPGRP: the same; TIOCSTI: type in a terminal
}


def filter_calls() -> bool:
    """Deny the calls above with EPERM, in this thread and all that it starts, for ever.

    Returns False where the kernel or the machine has no such filter. Needs PR_SET_NO_NEW_PRIVS.
    """
    if sys.platform != "linux" or platform.machine() not in _ARCHES or sys.maxsize <= 2**32:
        return False
    code = b"".join(_program(*_ARCHES[platform.machine()]))
    buffer = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog { unsigned short len; struct sock_filter *filter; }
    program = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer)))
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program, 0, 0) == 0)


def _program(arch: int, column: int) -> Iterator[bytes]:
    deny = _ERRNO | errno.EPERM
    yield _do(_LOAD, _ARCH)
    yield _do(_JUMP_EQUAL, arch, 1, 0)
    yield _do(_RETURN, _KILL_PROCESS)  # a 32-bit call: other numbers
    yield _do(_LOAD, _NR)
    yield _do(_JUMP_AT_LEAST, _X32, 0, 1)
    yield _do(_RETURN, deny)
    for numbers in _DENIED.values():
        if (number := numbers[column]) is not None:
            yield _do(_JUMP_EQUAL, number, 0, 1)
            yield _do(_RETURN, deny)
    # The C library falls back to clone, whose flags can be looked at.
    yield _do(_JUMP_EQUAL, _CLONE3[column], 0, 1)
    yield _do(_RETURN, _ERRNO | errno.ENOSYS)
    # Each of these ends the program when the number is theirs: the accumulator then holds an argument.
    yield _do(_JUMP_EQUAL, _CLONE[column], 0, 4)
    yield _do(_LOAD, _ARG_0)
    yield _do(_JUMP_ANY_BIT, _CLONE_THREAD, 0, 1)
    yield _do(_RETURN, _ALLOW)
    yield _do(_RETURN, deny)
    for name, numbers in _TO_ITSELF.items():
        yield _do(_JUMP_EQUAL, numbers[column], 0, 5)
        yield _do(_LOAD, _ARG_0)
        yield _do(_JUMP_EQUAL, os.getpid(), 1, 0)
        yield _do(_JUMP_EQUAL, 0 if name == "prlimit64" else os.getpid(), 0, 1)
        yield _do(_RETURN, _ALLOW)
        yield _do(_RETURN, deny)
    for numbers, values in _SECOND_ARGUMENT.values():
        yield _do(_JUMP_EQUAL, numbers[column], 0, 2 + 2 * len(values))
        yield _do(_LOAD, _ARG_1)
        for value in values:
            yield _do(_JUMP_EQUAL, value, 0, 1)
            yield _do(_RETURN, deny)
        yield _do(_RETURN, _ALLOW)
    yield _do(_RETURN, _ALLOW)


def _do(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One struct sock_filter."""
    return struct.pack("=HBBI", code, if_true, if_false, value)
