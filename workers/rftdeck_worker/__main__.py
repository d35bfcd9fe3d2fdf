"""`python -m rftdeck_worker`: a worker. It imports torch and trl first, so that training processes start warm."""

import argparse
import gc
import importlib
import logging
import socket
import sys
from typing import Any

from rftdeck_worker import environment

WARM_FAMILIES = ("qwen2", "qwen3", "qwen2_5_vl", "qwen3_vl", "llama", "gemma3", "llava", "siglip", "clip")
"""Of transformers, which imports a family when it is first asked for."""


def main() -> int:
    options = _parse()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    environment.prepare()
    import_training()

    from celery import signals
    from rftdeck.runs import WorkerBeat

    from rftdeck_worker.app import Worker, create_app, ring
    from rftdeck_worker.beat import start_beating
    from rftdeck_worker.questions import start_answering

    name = options.name or socket.gethostname()
    start_answering(name, options.queues.split(","))
    worker = Worker.create(name, tuple(options.queues.split(",")), options.slots)
    app = create_app(worker)
    beat = WorkerBeat(
        name=worker.name,
        hostname=socket.gethostname(),
        queues=list(worker.queues),
        slots=worker.slots,
        device=environment.device_name(),
        versions=environment.versions(),
    )

    def on_ready(**_: Any) -> None:
        start_beating(app, worker, beat)
        for _slot in range(worker.slots):  # runs may have been waiting before we came
            ring(app, worker.queues[0])

    def on_shutdown(**_: Any) -> None:
        worker.shut_down()

    signals.worker_ready.connect(on_ready, weak=False)
    signals.worker_shutting_down.connect(on_shutdown, weak=False)
    celery = app.Worker(
        hostname=f"{worker.name}@{socket.gethostname()}",
        queues=[f"rftdeck.{queue}" for queue in worker.queues],
        pool="prefork",
        concurrency=worker.slots,
        loglevel="INFO",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    celery.start()
    return int(celery.exitcode or 0)


def import_training() -> None:
    """Everything that a training process imports, the commonest model families included."""
    for family in WARM_FAMILIES:
        importlib.import_module(f"transformers.models.{family}.modeling_{family}")
    importlib.import_module("rftdeck_worker.train")
    importlib.import_module("rftdeck_worker.prompt_preview")
    gc.collect()
    gc.freeze()  # collecting .5 M objects again costs every training process .2 s, and copies their pages


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m rftdeck_worker", description=__doc__)
    parser.add_argument("--queues", default="default", help="comma-separated queues to serve")
    parser.add_argument("--slots", type=int, default=1, help="runs trained side by side; one a GPU")
    parser.add_argument("--name", help="name in the list of workers; by default the host's")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
