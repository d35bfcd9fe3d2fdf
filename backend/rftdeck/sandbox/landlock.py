"""A view of the file system that is nearly empty (Landlock).

Source: Linux `Documentation/userspace-api/landlock.rst`, <linux/landlock.h>.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""Call numbers, the same on x86_64 and aarch64."""
_RULE_PATH_BENEATH = 1
_GET_ABI = 1

_WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_FILE, _MAKE_REG = 1 << 1, 1 << 2, 1 << 3, 1 << 5, 1 << 8
_TRUNCATE = 1 << 14
_FILE_RIGHTS = _WRITE_FILE | _READ_FILE | _TRUNCATE
_HANDLED_FILES = {1: 13, 2: 14, 3: 15, 4: 15}
"""ABI → number of rights that it knows, from the lowest bit on; newer ones know 16."""
_HANDLED_TCP = 0b11
"""bind, connect; from ABI 4 on."""
_SCOPES = 0b11
"""No abstract sockets of other processes, no signals to them; from ABI 6 on."""

READ = _READ_FILE | _READ_DIR
LIST = _READ_DIR
USE = _READ_FILE | _WRITE_FILE
WORK = READ | _WRITE_FILE | _REMOVE_FILE | _MAKE_REG | _TRUNCATE
"""Files only: without subdirectories a scratch directory is looked through and removed at once."""


def restrict_files(rules: Iterable[tuple[Path, int]]) -> int:
    """Take away every right to files but those of `rules` (path, rights below it), for ever.

    Paths that do not exist are passed over. Returns the ABI of the kernel's Landlock, 0 where there is none. Needs
    PR_SET_NO_NEW_PRIVS.
    """
    if sys.platform != "linux":
        return 0
    syscall = ctypes.CDLL(None, use_errno=True).syscall
    abi: int = syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _GET_ABI)
    if abi < 1:
        return 0
    handled = (1 << _HANDLED_FILES.get(abi, 16)) - 1
    attributes = struct.pack("=QQQ", handled, _HANDLED_TCP if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)
    ruleset: int = syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return 0
    try:
        for path, rights in rules:
            try:
                beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            rights &= handled if path.is_dir() else handled & _FILE_RIGHTS
            rule = struct.pack("=Qi", rights, beneath)
            failed = syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
            os.close(beneath)
            if failed:
                return 0
        return 0 if syscall(_RESTRICT_SELF, ruleset, 0) else abi
    finally:
        os.close(ruleset)
