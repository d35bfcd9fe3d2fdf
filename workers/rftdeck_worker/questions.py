"""Answers questions beside the trainings: a process of its own, so that a preview works while every slot trains."""

import logging
import os
import select
import signal
import sys
import time
from collections.abc import Sequence

from rftdeck.client import Client
from rftdeck.errors import RftdeckError, ServerUnavailable
from rftdeck.preflights import QuestionAnswer, QuestionRead
from rftdeck.processes import die_with_parent

log = logging.getLogger(__name__)

ASK_EVERY_S = 0.7
AWAY_S = 5.0
"""Pause when the server does not answer."""
TIME_LIMIT_S = 180.0
"""For one answer; a starter model may have to be built first."""


def start_answering(worker: str, queues: Sequence[str]) -> int:
    """Fork the answering process; call it before any thread runs. Returns its pid."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        die_with_parent()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        os.environ["CUDA_VISIBLE_DEVICES"] = ""  # the GPUs belong to the trainings
        answer_questions(worker, queues, parent)
    finally:
        os._exit(0)


def answer_questions(worker: str, queues: Sequence[str], parent: int) -> None:
    """Until the parent is gone."""
    with Client(timeout_s=10.0) as client:
        while os.getppid() == parent:
            try:
                question = client.claim_question(worker, queues)
                if question is not None:
                    client.answer_question(question.id, answer(question))
                else:
                    time.sleep(ASK_EVERY_S)
            except (ServerUnavailable, RftdeckError) as error:
                log.debug("no questions: %s", error)
                time.sleep(AWAY_S)


def answer(question: QuestionRead) -> QuestionAnswer:
    """In a forked process under a time limit: a tokenizer that hangs must not silence the worker."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        _answer_here(question, reader, writer)
    os.close(writer)
    try:
        data = _read_all(reader, time.monotonic() + TIME_LIMIT_S)
    except TimeoutError:
        os.kill(pid, signal.SIGKILL)
        data = QuestionAnswer(error=f"no answer within {TIME_LIMIT_S:g} s").model_dump_json().encode()
    finally:
        os.close(reader)
        os.waitpid(pid, 0)
    if not data:
        return QuestionAnswer(error="the worker failed; its log says why")
    return QuestionAnswer.model_validate_json(data)


def _answer_here(question: QuestionRead, reader: int, writer: int) -> None:
    """Body of the forked process; never returns."""
    try:
        die_with_parent()
        os.close(reader)
        from rftdeck_worker.errors import SpecError
        from rftdeck_worker.prompt_preview import preview  # the warm parent has imported it already

        try:
            told = QuestionAnswer(answer=preview(question.question, lambda fraction: None))
        except SpecError as error:
            told = QuestionAnswer(error=str(error))
        except Exception as error:
            log.exception("question %d", question.id)
            told = QuestionAnswer(error=f"{type(error).__name__}: {error}"[:2000])
        with os.fdopen(writer, "wb") as file:
            file.write(told.model_dump_json().encode())
    finally:
        sys.stderr.flush()
        os._exit(0)


def _read_all(fd: int, deadline: float) -> bytes:
    """Raises TimeoutError."""
    data = b""
    while True:
        left_s = deadline - time.monotonic()
        if left_s <= 0 or not select.select([fd], [], [], left_s)[0]:
            raise TimeoutError
        part = os.read(fd, 2**16)
        if not part:
            return data
        data += part
