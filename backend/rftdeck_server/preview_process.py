"""`python -m rftdeck_server.preview_process`: the process of one preview. The route of previews starts it."""

from rftdeck_server.datasets import preview
from rftdeck_server.preflights import service as preflights

if __name__ == "__main__":
    preview.answer(preflights.rows)
