"""`python -m rftdeck_server.openapi FILE`: write the OpenAPI document that the browser's types are made from."""

import json
import sys
from pathlib import Path

from rftdeck_server.app import create_app
from rftdeck_server.core.settings import Settings


def main() -> None:
    app = create_app(Settings(database_url="", redis_url="", token="-", frontend=Path()))
    Path(sys.argv[1]).write_text(json.dumps(app.openapi(), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
