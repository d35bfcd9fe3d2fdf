"""Launching, steering and reading runs."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import httpx

from rftdeck.client.plumbing import Http, plain
from rftdeck.errors import ServerUnavailable
from rftdeck.events import EventPage, StreamedEvent
from rftdeck.rollouts import GroupPage, GroupRead, GroupSummary, RolloutDetail, RolloutSteps
from rftdeck.runs import (
    AttemptList,
    AttemptRead,
    CheckpointList,
    CheckpointRead,
    LogLine,
    LogPage,
    RunDetail,
    RunPage,
    RunRead,
    RunUpdate,
    ValidationRead,
    WorkerList,
)
from rftdeck.series import MetricList, MetricRead, Series, SeriesList
from rftdeck.spec import RunSpec
from rftdeck.states import FINISHED, RunState

if TYPE_CHECKING:
    import pandas as pd


class RunCalls(Http):
    # ---- launch and control -------------------------------------------------------------------------------

    def launch(self, spec: RunSpec | Mapping[str, Any], *, idempotency_key: str | None = None) -> RunDetail:
        """Queue a run. A mapping is checked by the server, which names every wrong field."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self._post(RunDetail, "/runs", plain(spec), headers=headers)

    def validate(self, spec: RunSpec | Mapping[str, Any]) -> ValidationRead:
        """Findings, the resolved spec and an estimate, without launching anything."""
        return self._post(ValidationRead, "/runs/validate", plain(spec))

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


def _prompt_text(group: GroupSummary) -> str:
    return "\n".join(message.content for message in group.prompt)
