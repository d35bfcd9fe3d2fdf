"""The REST client. The workers go through this same door as every script."""

import gzip
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx
from pydantic import BaseModel

from rftdeck.datasets import (
    DatasetCreate,
    DatasetDetail,
    DatasetList,
    DatasetRead,
    DatasetRow,
    DatasetVersionRead,
    PreviewRead,
    PreviewRequest,
    RowPage,
    Source,
    UploadRead,
)
from rftdeck.datasets import Mapping as ImportMapping
from rftdeck.errors import ServerUnavailable, error_of
from rftdeck.events import EventPage, StreamedEvent
from rftdeck.generators import GeneratorInfo, GeneratorList
from rftdeck.home import access_token, server_url
from rftdeck.jobs import JobRead
from rftdeck.preflights import (
    PreflightOptions,
    PreflightRead,
    PromptPreviewCreate,
    QuestionAnswer,
    QuestionRead,
)
from rftdeck.rollouts import GroupPage, GroupRead, GroupSummary, RolloutDetail, RolloutSteps
from rftdeck.runs import (
    AttemptList,
    AttemptRead,
    CheckpointList,
    CheckpointRead,
    Claim,
    ClaimRequest,
    ExternalRunCreate,
    Heartbeat,
    HeartbeatRead,
    LogLine,
    LogPage,
    RunDetail,
    RunPage,
    RunRead,
    RunUpdate,
    ValidationRead,
    WorkerBeat,
    WorkerList,
)
from rftdeck.series import MetricList, MetricRead, Series, SeriesList
from rftdeck.spec import RunSpec
from rftdeck.states import FINISHED, RunState

if TYPE_CHECKING:
    import pandas as pd

Model = TypeVar("Model", bound=BaseModel)


class Client:
    """Talks to one rftdeck server.

    Without arguments it uses RFTDECK_URL and RFTDECK_TOKEN, else the server that runs on this machine.
    Every method raises RftdeckError for a refusal and ServerUnavailable when there is no answer.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        timeout_s: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = (url or server_url()).rstrip("/")
        token = token or access_token()
        self._http = httpx.Client(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=timeout_s,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    # ---- launch and control -------------------------------------------------------------------------------

    def launch(self, spec: RunSpec | Mapping[str, Any], *, idempotency_key: str | None = None) -> RunDetail:
        """Queue a run. A mapping is checked by the server, which names every wrong field."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self._post(RunDetail, "/runs", _plain(spec), headers=headers)

    def validate(self, spec: RunSpec | Mapping[str, Any]) -> ValidationRead:
        """Findings, the resolved spec and an estimate, without launching anything."""
        return self._post(ValidationRead, "/runs/validate", _plain(spec))

    def stop(self, run_id: int) -> RunDetail:
        """End after the current step, with a checkpoint."""
        return self._post(RunDetail, f"/runs/{run_id}/stop")

    def cancel(self, run_id: int) -> RunDetail:
        """End at once."""
        return self._post(RunDetail, f"/runs/{run_id}/cancel")

    def pause(self, run_id: int) -> RunDetail:
        """End after the current step, with a checkpoint, ready to resume."""
        return self._post(RunDetail, f"/runs/{run_id}/pause")

    def resume(self, run_id: int) -> RunDetail:
        """Queue a paused, crashed or failed run again; it goes on from its last checkpoint."""
        return self._post(RunDetail, f"/runs/{run_id}/resume")

    def update(self, run_id: int, update: RunUpdate) -> RunDetail:
        return self._read(
            RunDetail, "PATCH", f"/runs/{run_id}", json=update.model_dump(mode="json", exclude_unset=True)
        )

    def wait(
        self,
        run_id: int,
        *,
        timeout_s: float | None = None,
        poll_s: float = 1.0,
        on_change: Callable[[RunRead], None] | None = None,
    ) -> RunDetail:
        """Block until the run has finished or is paused. Raises TimeoutError. Outlives a restart of the server.

        A crashed run that will be queued again is not finished.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        last: tuple[Any, ...] | None = None
        while True:
            try:
                run = self.run(run_id)
            except ServerUnavailable:
                run = None
            if run is not None:
                now = (run.state, run.step, run.phase)
                if now != last and on_change is not None:
                    on_change(run)
                last = now
                if run.state in FINISHED | {RunState.PAUSED}:
                    return run
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(f"run {run_id} did not finish within {timeout_s} s")
            time.sleep(poll_s)

    # ---- read ---------------------------------------------------------------------------------------------

    def runs(
        self,
        *,
        state: Sequence[RunState | str] = (),
        experiment: str | None = None,
        tag: str | None = None,
        q: str | None = None,
        sort: str = "-created_at",
        limit: int | None = None,
    ) -> list[RunRead]:
        """Runs that match, newest first; all of them unless limited."""
        query = {"state": list(state), "experiment": experiment, "tag": tag, "q": q, "sort": sort}
        found: list[RunRead] = []
        cursor = None
        while limit is None or len(found) < limit:
            size = 200 if limit is None else min(200, limit - len(found))
            page = self._get(RunPage, "/runs", **query, limit=size, cursor=cursor)
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        return found

    def run(self, run_id: int) -> RunDetail:
        return self._get(RunDetail, f"/runs/{run_id}")

    def attempts(self, run_id: int) -> list[AttemptRead]:
        return self._get(AttemptList, f"/runs/{run_id}/attempts").items

    def checkpoints(self, run_id: int) -> list[CheckpointRead]:
        return self._get(CheckpointList, f"/runs/{run_id}/checkpoints").items

    def metrics(self, run_id: int) -> list[MetricRead]:
        """Every metric key with its first and newest value."""
        return self._get(MetricList, f"/runs/{run_id}/metrics").items

    def series(
        self,
        run_id: int,
        keys: Sequence[str],
        *,
        max_points: int = 5000,
        from_step: int | None = None,
        to_step: int | None = None,
    ) -> list[Series]:
        """Curves as columns; more than max_points points come as buckets with mean, min and max."""
        return self._get(
            SeriesList,
            f"/runs/{run_id}/series",
            keys=list(keys),
            max_points=max_points,
            from_step=from_step,
            to_step=to_step,
        ).series

    def series_frame(self, run_id: int, keys: Sequence[str], **options: Any) -> "pd.DataFrame":
        """The same as a pandas DataFrame indexed by step, one column a key. Needs pandas."""
        import pandas as pd

        return pd.DataFrame(
            {
                series.key: pd.Series(series.mean, index=series.steps, dtype=float)
                for series in self.series(run_id, keys, **options)
            }
        ).rename_axis("step")

    def rollout_steps(self, run_id: int) -> RolloutSteps:
        """Which steps have captured rollouts."""
        return self._get(RolloutSteps, f"/runs/{run_id}/rollout-steps")

    def groups(self, run_id: int, *, step: int | None = None, limit: int = 200) -> list[GroupRead]:
        """The groups of a step (the newest one by default) with their rollouts."""
        found: list[GroupRead] = []
        cursor = None
        while len(found) < limit:
            page = self._get(
                GroupPage,
                f"/runs/{run_id}/groups",
                step=step,
                limit=min(50, limit - len(found)),
                cursor=cursor,
            )
            found += page.items
            step, cursor = page.step, page.next_cursor
            if cursor is None:
                break
        return found

    def groups_frame(self, run_id: int, *, step: int | None = None, limit: int = 200) -> "pd.DataFrame":
        """One row a rollout, with a column for each reward function's score. Needs pandas."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "group": group.id,
                    "step": group.step,
                    "prompt": _prompt_text(group),
                    "answer": group.answer,
                    "completion": rollout.completion,
                    "reward": rollout.reward,
                    "advantage": rollout.advantage,
                    "length": rollout.length,
                    "truncated": rollout.truncated,
                    **{f"rewards/{name}": score for name, score in rollout.scores.items()},
                }
                for group in self.groups(run_id, step=step, limit=limit)
                for rollout in group.rollouts
            ]
        )

    def group(self, group_id: int) -> GroupRead:
        return self._get(GroupRead, f"/groups/{group_id}")

    def rollout(self, rollout_id: int) -> RolloutDetail:
        """One rollout with its tokens, log-probabilities and entropies."""
        return self._get(RolloutDetail, f"/rollouts/{rollout_id}")

    def media(self, sha256: str) -> bytes:
        """The bytes of an image."""
        return self._request("GET", f"/media/{sha256}").content

    def logs(self, run_id: int, *, follow: bool = False, poll_s: float = 0.5) -> Iterator[LogLine]:
        """Every log line so far; with follow, those to come until the run has finished."""
        after = 0
        while True:
            finished = not follow or self.run(run_id).state in FINISHED | {RunState.PAUSED}
            page = self._get(LogPage, f"/runs/{run_id}/logs", after=after, limit=2000)
            yield from page.items
            if page.next_after > after:
                after = page.next_after
            elif finished:
                return
            else:
                time.sleep(poll_s)

    def events(self, run_id: int, *, after: int = 0) -> Iterator[StreamedEvent]:
        """Every event of a run so far, in order."""
        while True:
            page = self._get(EventPage, f"/runs/{run_id}/events", after=after)
            if not page.items:
                return
            yield from page.items
            after = page.next_after

    def workers(self) -> WorkerList:
        return self._get(WorkerList, "/workers")

    def ready(self) -> bool:
        """Whether the server answers and can reach its database and Redis."""
        try:
            return self._http.get(f"{self.url}/readyz", timeout=2.0).status_code == 200
        except httpx.HTTPError:
            return False

    # ---- data sets ------------------------------------------------------------------------------------------

    def upload(self, path: str | Path) -> UploadRead:
        """Send a file for an import: JSON Lines, CSV, Parquet, or a zip of these with their images."""
        path = Path(path)
        with path.open("rb") as file:
            return self._read(
                UploadRead,
                "POST",
                "/uploads",
                params={"filename": path.name},
                content=iter(partial(file.read, 2**20), b""),
                headers={"Content-Length": str(path.stat().st_size)},
                timeout=None,
            )

    def preview_import(self, source: Source, mapping: ImportMapping | None = None) -> PreviewRead:
        """What the records are, and the first rows as they would be stored."""
        request = PreviewRequest(source=source, mapping=mapping)
        return self._post(PreviewRead, "/imports/preview", _plain(request), timeout=90.0)

    def create_dataset(self, create: DatasetCreate) -> DatasetVersionRead:
        """Start the import of a new version."""
        return self._post(DatasetVersionRead, "/datasets", _plain(create))

    def wait_for_dataset(
        self,
        version_id: int,
        *,
        timeout_s: float | None = None,
        on_change: Callable[[DatasetVersionRead], None] | None = None,
    ) -> DatasetVersionRead:
        """Block until an import has ended. Raises TimeoutError. Outlives a restart of the server."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            with suppress(ServerUnavailable):
                version = self.dataset_version(version_id)
                if on_change is not None:
                    on_change(version)
                if version.state != "importing":
                    return version
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(f"the import of version {version_id} did not end within {timeout_s} s")
            time.sleep(0.2)

    def datasets(self) -> list[DatasetRead]:
        """Newest first."""
        return self._get(DatasetList, "/datasets").items

    def dataset(self, dataset_id: int) -> DatasetDetail:
        """With all of its versions."""
        return self._get(DatasetDetail, f"/datasets/{dataset_id}")

    def dataset_version(self, version: int | str) -> DatasetVersionRead:
        """By its id, or as a spec calls it: `dataset:name@sha`, `dataset:name`."""
        if isinstance(version, str):
            return self._get(DatasetVersionRead, "/dataset-versions", reference=version)
        return self._get(DatasetVersionRead, f"/dataset-versions/{version}")

    def cancel_import(self, version_id: int) -> DatasetVersionRead:
        return self._post(DatasetVersionRead, f"/dataset-versions/{version_id}/cancel")

    def delete_dataset_version(self, version_id: int) -> None:
        self._request("DELETE", f"/dataset-versions/{version_id}")

    def dataset_rows(
        self, version_id: int, split: str = "train", *, offset: int = 0, limit: int = 50, q: str | None = None
    ) -> RowPage:
        return self._get(
            RowPage, f"/dataset-versions/{version_id}/rows", split=split, offset=offset, limit=limit, q=q
        )

    def export_dataset(self, version_id: int, split: str | None = None) -> Iterator[DatasetRow]:
        """Every row, as it comes."""
        params = {} if split is None else {"split": split}
        path = f"/dataset-versions/{version_id}/export"
        try:
            with self._http.stream("GET", path, params=params) as answer:
                if not answer.is_success:
                    answer.read()
                    raise error_of(answer)
                for line in _lines(answer.iter_bytes()):
                    yield DatasetRow.model_validate_json(line)
        except httpx.HTTPError as error:
            raise ServerUnavailable(f"{self.url}: {error or type(error).__name__}") from error

    def generators(self) -> list[GeneratorInfo]:
        """Tasks whose rows the server can make."""
        return self._get(GeneratorList, "/generators").items

    def job(self, job_id: int) -> JobRead:
        return self._get(JobRead, f"/jobs/{job_id}")

    # ---- pre-flights --------------------------------------------------------------------------------------------

    def preflight(self, spec: RunSpec | Mapping[str, Any], options: PreflightOptions) -> PreflightRead:
        """Queue a pre-flight; wait for it as for a run."""
        return self._post(PreflightRead, "/preflights", {"spec": _plain(spec), "options": _plain(options)})

    def read_preflight(self, run_id: int) -> PreflightRead:
        return self._get(PreflightRead, f"/preflights/{run_id}")

    # ---- questions to workers -----------------------------------------------------------------------------------

    def ask(self, question: PromptPreviewCreate) -> QuestionRead:
        """Ask a worker what the model sees of a prompt; read it again until it is answered."""
        return self._post(QuestionRead, "/questions", _plain(question))

    def question(self, question_id: int) -> QuestionRead:
        return self._get(QuestionRead, f"/questions/{question_id}")

    def claim_question(self, worker: str, queues: Sequence[str]) -> QuestionRead | None:
        body = {"worker": worker, "queues": list(queues)}
        answer = self._request("POST", "/questions/claims", json=body)
        return None if answer.status_code == 204 else QuestionRead.model_validate(answer.json())

    def answer_question(self, question_id: int, answer: QuestionAnswer) -> None:
        self._request("PUT", f"/questions/{question_id}/answer", json=_plain(answer))

    # ---- write: workers and external trainers ---------------------------------------------------------------

    def claim(self, request: ClaimRequest) -> Claim | None:
        """Take the lease on the best queued run; None when nothing waits."""
        answer = self._request("POST", "/claims", json=_plain(request))
        return Claim.model_validate_json(answer.content) if answer.status_code == 200 else None

    def open_external(self, run: ExternalRunCreate) -> Claim:
        """Create a run that the caller trains and logs itself."""
        return self._post(Claim, "/runs/external", _plain(run))

    def heartbeat(self, run_id: int, attempt: int, token: str) -> HeartbeatRead:
        """Extend the lease and learn what a person asked for. Raises Fenced when the lease is lost."""
        return self._post(
            HeartbeatRead, f"/runs/{run_id}/heartbeat", _plain(Heartbeat(attempt=attempt, token=token))
        )

    def worker_beat(self, beat: WorkerBeat) -> None:
        self._request("POST", "/workers", json=_plain(beat))

    def ingest_raw(
        self, run_id: int, *, attempt: int, token: str, prev_seq: int, events: Iterable[bytes]
    ) -> int:
        """Send events that are already JSON (see SpooledEvent); returns the seq up to which all is committed.

        Raises Fenced, OutOfOrder, RefusedBatch or ServerUnavailable.
        """
        head = b'{"attempt":%d,"token":"%s","prev_seq":%d,"events":[' % (attempt, token.encode(), prev_seq)
        body = gzip.compress(head + b",".join(events) + b"]}", compresslevel=1)
        answer = self._json(
            "POST",
            f"/runs/{run_id}/events",
            content=body,
            headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
        )
        return int(answer["last_seq"])

    def put_media(self, sha256: str, data: bytes) -> None:
        """Store an image under its hash; storing it again does nothing."""
        self._request("PUT", f"/media/{sha256}", content=data)

    # ---- plumbing -----------------------------------------------------------------------------------------

    def _request(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise ServerUnavailable(f"{self.url}: {error or type(error).__name__}") from error
        if answer.is_success:
            return answer
        raise error_of(answer)

    def _json(self, method: str, path: str, params: dict[str, Any] | None = None, **options: Any) -> Any:
        clean = {key: value for key, value in (params or {}).items() if value is not None}
        return self._request(method, path, params=clean, **options).json()

    def _read(self, model: type[Model], method: str, path: str, **options: Any) -> Model:
        return model.model_validate(self._json(method, path, **options))

    def _get(self, model: type[Model], path: str, **params: Any) -> Model:
        return self._read(model, "GET", path, params=params)

    def _post(self, model: type[Model], path: str, json: Any = None, **options: Any) -> Model:
        return self._read(model, "POST", path, json=json, **options)


def _plain(value: BaseModel | Mapping[str, Any]) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else dict(value)


def _lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines end with a line feed alone: other line ends may stand inside of JSON texts."""
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _prompt_text(group: GroupSummary) -> str:
    return "\n".join(message.content for message in group.prompt)
