"""A pool of reward processes: who scores what, for how long, and what happens when one hangs or dies."""

import contextlib
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from rftdeck.rewards import REWARDS, Sample
from rftdeck.sandbox import wire
from rftdeck.sandbox.batch import Batch, Verdicts, group_samples
from rftdeck.sandbox.calls import Call, Described, Limits, Verdict
from rftdeck.sandbox.lanes import Lane, Worker, is_open, read_described, wait
from rftdeck.sandbox.process import BrokeProtocol, Died, RewardProcess

LOAD_S = 10.0
"""For the module of a custom reward to run."""
IMPORT_S = 10.0
"""More than its limit that a reward of the library gets until it has scored once: it may import its libraries then."""
STALL_S = 20.0
"""For a process to take up what it was sent."""
TICK_S = 0.25
MAX_OUTPUT = 4_000
IN_FLIGHT = 2
"""Chunks that a process has: it reads the next one while we read its answer to the last."""


class Judge:
    """Scores samples in locked-down processes. Not to be used by two threads at once.

    A custom reward has processes of its own, which run nothing else, so that no code can reach the scores of another
    reward. They are kept while the batches that follow use the same code.
    """

    def __init__(self, processes: int = 1, limits: Limits = Limits()) -> None:
        self._processes, self._limits = processes, limits
        # A process dies with the thread that started it: a thread of ours, which lives as long as we do.
        self._starter = ThreadPoolExecutor(1, "rftdeck-reward-starter")
        self._lanes: dict[str | None, Lane] = {None: Lane(None, described=Described({}, ""))}
        self._modules: set[str] = set()
        self._warm: set[str] = set()
        self.last_output = ""
        """The beginning of what reward code printed in the last batch."""
        self._spare: deque[RewardProcess] = deque(self._start() for _ in range(processes))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        for lane in self._lanes.values():
            self._end(lane)
        while self._spare:
            self._spare.pop().kill()
        self._starter.shutdown()

    @property
    def isolation(self) -> tuple[str, ...]:
        """The protections that stand, e.g. `landlock`. Raises RuntimeError when no process starts."""
        everyone = [worker.process for lane in self._lanes.values() for worker in lane.workers]
        ready = [process for process in everyone if process.isolation is not None]
        return (ready or everyone or [self._peek()])[0].wait_until_ready()

    @property
    def pids(self) -> list[int]:
        """Of the processes that score; the spare one is not among them."""
        return [worker.process.pid for lane in self._lanes.values() for worker in lane.workers]

    def score(self, calls: Sequence[Call], samples: Sequence[Sample]) -> list[list[Verdict]]:
        """Verdicts as [call][sample]. Whatever reward code does is a verdict.

        Raises RuntimeError when a process does not start, KeyError for a name that is not in REWARDS.
        """
        self.last_output = ""
        sources: dict[str | None, list[int]] = {}
        for number, call in enumerate(calls):
            if call.source is None:
                REWARDS[call.name]
            sources.setdefault(call.source, []).append(number)
        self._forget_all_but(sources)
        verdicts: Verdicts = [[None] * len(samples) for _ in calls]
        groups = group_samples(samples)
        work = []
        for source, numbers in sources.items():
            batch = Batch(numbers, calls, samples, verdicts)
            batch.plan(groups, self._processes)
            work.append((self._lanes.setdefault(source, Lane(source)), batch))
        self._run(work)
        return [[verdict for verdict in row if verdict is not None] for row in verdicts]

    def describe(self, source: str) -> Described:
        """Run the module of a custom reward and say what it takes, or why it cannot be used."""
        self._forget_all_but({source: []})
        lane = self._lanes.setdefault(source, Lane(source))
        self._run([(lane, Batch([], [], [], []))])
        described = lane.described
        assert described is not None
        return described

    # ---- one batch -------------------------------------------------------------------------------------------

    def _run(self, work: list[tuple[Lane, Batch]]) -> None:
        try:
            self._work_off(work)
        finally:
            for lane, _ in work:
                self._tidy(lane)

    def _work_off(self, work: list[tuple[Lane, Batch]]) -> None:
        deadline = time.monotonic() + self._limits.batch_s
        while open_work := [(lane, batch) for lane, batch in work if is_open(lane, batch)]:
            for lane, batch in open_work:
                self._feed(lane, batch)
            busy = [
                (lane, batch, worker) for lane, batch in open_work for worker in lane.workers if worker.busy
            ]
            now = time.monotonic()
            if now > deadline:
                self._give_up(open_work)
                return
            ready = wait([worker.process for *_, worker in busy], min(self._tick(busy), deadline - now))
            for lane, batch, worker in busy:
                try:
                    if worker.process.readable in ready:
                        self._receive(lane, batch, worker)
                    if worker.process.writable in ready:
                        worker.process.send()
                    self._look(lane, batch, worker)
                except Died as death:
                    self._bury(lane, batch, worker, death)

    def _feed(self, lane: Lane, batch: Batch) -> None:
        """Give every process of a lane something to do, and the lane the processes that it needs."""
        for worker in lane.workers.copy():
            if not worker.busy and not worker.process.is_alive():  # nobody's fault: it had nothing to do
                self._remove(lane, worker)
        idle = sum(not worker.busy for worker in lane.workers)
        wanted = max(len(batch.todo), int(lane.described is None and not lane.workers))
        while idle < wanted and len(lane.workers) < self._processes:
            self._hire(lane)
            idle += 1
        for depth in range(IN_FLIGHT):
            for worker in lane.workers.copy():
                if batch.todo and not worker.loading and len(worker.chunks) <= depth:
                    self._assign(lane, batch, worker)

    def _assign(self, lane: Lane, batch: Batch, worker: Worker) -> None:
        chunk = batch.todo.popleft()
        if not worker.busy:
            worker.since = time.monotonic()
        worker.chunks.append(chunk)
        try:
            worker.process.post(batch.message(chunk))
        except Died as death:
            self._bury(lane, batch, worker, death)

    def _receive(self, lane: Lane, batch: Batch, worker: Worker) -> None:
        """Raises Died when the process is gone or sends what is no answer."""
        for message in worker.process.receive():
            try:
                if worker.loading:
                    lane.described = read_described(message)
                    worker.loading = False
                    worker.answered += 1
                    continue
                if not worker.chunks:
                    raise wire.ProtocolError
                chunk = worker.chunks[0]
                answer = wire.check_answer(message, chunk.sizes)
            except wire.ProtocolError:
                raise BrokeProtocol from None
            if lane.source is None and not batch.names <= self._warm:
                self._warm |= {batch.call_of(unit).name for unit in chunk.rest[: answer["units"]]}
            batch.take(chunk, answer)
            worker.answered += answer["units"]
            if not chunk.rest:
                worker.chunks.popleft()
            self.last_output = (self.last_output + answer["output"])[:MAX_OUTPUT]
            if lane.source is None:
                self._learn(answer["modules"])
        if lane.described is not None and lane.described.error is not None:
            batch.fail(lane.described.error, lane.described.traceback)

    def _look(self, lane: Lane, batch: Batch, worker: Worker) -> None:
        """Raises Died when the process has to go; a unit that hangs is blamed for it here."""
        if worker.process.isolation is None:
            worker.since = time.monotonic()
            self._receive(lane, batch, worker)
            return
        begun = worker.count()
        now = time.monotonic()
        if begun != worker.begun:
            worker.begun, worker.since = begun, now
        if not worker.busy:
            return
        if now - worker.looked > TICK_S:
            worker.looked = now
            if worker.process.fills_disk():
                raise Died(f"wrote more than {self._limits.scratch_bytes >> 20} MiB")
        if now - worker.since <= self._limit_s(lane, batch, worker):
            return
        if worker.loading:
            lane.described = Described({}, "", f"timed out after {LOAD_S:g} s while the module ran")
            batch.fail(lane.described.error or "", timed_out=True)
            self._remove(lane, worker)
        elif (at := worker.where()) is None:
            raise Died("it takes up no work")
        else:
            self._remove(lane, worker)
            for chunk in list(worker.chunks)[:0:-1]:
                batch.again(chunk)
            batch.hung(worker.chunks[0], at)

    def _limit_s(self, lane: Lane, batch: Batch, worker: Worker) -> float:
        """How long what it does now may take."""
        if worker.loading:
            return LOAD_S
        if (at := worker.where()) is None:
            return STALL_S
        call = batch.call_of(worker.chunks[0].units[at])
        cold = lane.source is None and call.name not in self._warm
        return call.timeout_s + (IMPORT_S if cold else 0.0)

    def _tick(self, busy: list[tuple[Lane, Batch, Worker]]) -> float:
        """Seconds after which somebody may have taken too long."""
        limits = [self._limit_s(lane, batch, worker) for lane, batch, worker in busy]
        return max(0.01, min([TICK_S, *(limit / 10 for limit in limits)]))

    def _bury(self, lane: Lane, batch: Batch, worker: Worker, cause: Died) -> None:
        """A process died, or did what it may not."""
        if worker.process.isolation is None:
            raise RuntimeError(f"the reward process does not start ({cause})")
        with contextlib.suppress(BrokeProtocol):
            worker.begun = worker.count()
        self._remove(lane, worker)
        if worker.loading:
            lane.deaths += 1
            if lane.deaths > 1:
                lane.described = Described(
                    {}, "", f"killed the reward process while the module ran ({cause})"
                )
                batch.fail(lane.described.error or "")
        elif lane.source is not None and isinstance(cause, BrokeProtocol):
            # It speaks on the pipe that is ours, and which sample made it do so cannot be known.
            batch.fail(f"not scored: the code {cause}")
        elif worker.chunks:
            for chunk in list(worker.chunks)[:0:-1]:
                batch.again(chunk)
            chunk = worker.chunks[0]
            at = worker.where()
            batch.died(chunk, chunk.done if at is None else at, str(cause), self._limits)

    def _give_up(self, open_work: list[tuple[Lane, Batch]]) -> None:
        late = f"not scored: the batch took longer than {self._limits.batch_s:g} s"
        for lane, batch in open_work:
            lane.described = lane.described or Described({}, "", late)
            batch.fail(late, timed_out=True)

    # ---- processes -------------------------------------------------------------------------------------------

    def _start(self) -> RewardProcess:
        process = self._starter.submit(RewardProcess, self._limits).result()
        if self._modules:
            process.post({"preload": sorted(self._modules)})
        return process

    def _peek(self) -> RewardProcess:
        if not self._spare:
            self._spare.append(self._start())
        return self._spare[0]

    def _hire(self, lane: Lane) -> None:
        """Take the spare process, and start another."""
        process = self._peek()
        self._spare.popleft()
        if not process.is_alive():
            process.kill()
            process = self._start()
        self._peek()
        worker = Worker(process, loading=lane.source is not None, since=time.monotonic())
        lane.workers.append(worker)
        if lane.source is not None:
            process.post({"source": lane.source})

    def _learn(self, modules: list[str]) -> None:
        """Let the spare processes import what rewards of the library turned out to need."""
        fresh = {name for name in modules if name.isidentifier()} - self._modules
        if fresh:
            self._modules |= fresh
            for process in self._spare:
                process.post({"preload": sorted(fresh)})

    def _remove(self, lane: Lane, worker: Worker) -> None:
        lane.workers.remove(worker)
        worker.process.kill()

    def _end(self, lane: Lane) -> None:
        for worker in lane.workers.copy():
            self._remove(lane, worker)

    def _tidy(self, lane: Lane) -> None:
        """After a batch nothing of it goes on, no code of a custom reward either, and what cannot be used is not kept."""
        for worker in lane.workers.copy():
            restless = lane.source is not None and (
                worker.process.has_threads() or worker.process.fills_disk()
            )
            if worker.busy or restless:
                self._remove(lane, worker)
        if lane.source is not None and (lane.described is None or lane.described.error is not None):
            self._end(lane)
            del self._lanes[lane.source]

    def _forget_all_but(self, sources: dict[str | None, list[int]]) -> None:
        for source, lane in list(self._lanes.items()):
            if source is not None and source not in sources:
                self._end(lane)
                del self._lanes[source]
