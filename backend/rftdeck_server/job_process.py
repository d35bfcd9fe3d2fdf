"""`python -m rftdeck_server.job_process JOB TRY`: the process of one job. The runner starts it."""

import logging
import os
import resource
import sys
from collections.abc import Callable
from functools import partial

from rftdeck.processes import die_with_parent
from rftdeck.text import clean_text

from rftdeck_server.core.database import Database
from rftdeck_server.datasets import importing
from rftdeck_server.jobs import store
from rftdeck_server.jobs.report import EXIT_LOST, JobFailed, JobLost, Report
from rftdeck_server.preflights import service as preflights
from rftdeck_server.rescores import work as rescoring

log = logging.getLogger("rftdeck_server.job_process")

Handler = Callable[[Database, int, Report], None]
"""(database, subject, report). It first throws away what an earlier try has left, and may be killed at any moment."""


HANDLERS: dict[str, Handler] = {
    "import": partial(importing.run, pass_rate_rows=preflights.rows),
    "rescore": rescoring.run,
}
"""Kind of job → what to do."""

MAX_ERROR = 2_000
MEMORY_BYTES = 8 * 2**30
"""Address space: a hostile file may ask for any amount."""


def main() -> None:
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    job_id, attempt = int(sys.argv[1]), int(sys.argv[2])
    database = Database(os.environ["RFTDECK_DATABASE_URL"])
    with database.read() as session:
        job = store.get(session, job_id)
    report = Report(database, job_id, attempt)
    report.start()
    error = None
    try:
        HANDLERS[job.kind](database, job.subject_id, report)
    except JobLost:
        sys.exit(EXIT_LOST)
    except JobFailed as failure:
        error = str(failure)
    except Exception as failure:
        log.exception("job %d (%s) failed", job_id, job.kind)
        error = f"{type(failure).__name__}: {failure}"
    report.finish(None if error is None else clean_text(error[:MAX_ERROR]))
    database.close()


if __name__ == "__main__":
    main()
