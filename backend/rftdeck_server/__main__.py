"""`python -m rftdeck_server`: migrate, then serve. Settings come from the environment (see core/settings.py)."""

import argparse
import logging

import uvicorn

from rftdeck_server.app import create_app
from rftdeck_server.core.settings import Settings
from rftdeck_server.migrate import migrate

GRACE_S = 2
"""Open streams never end by themselves; after this they are cut."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m rftdeck_server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8420)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = Settings.from_environment()
    migrate(settings.database_url)
    uvicorn.run(
        create_app(settings),
        host=options.host,
        port=options.port,
        log_level="warning",
        access_log=False,  # a URL may carry the token
        timeout_graceful_shutdown=GRACE_S,
    )


if __name__ == "__main__":
    main()
