"""How long things take on the way from a person to a GPU and back.

1. From POST /runs to the first finished step, on an idle worker with the text starter.
2. From a step's end in the trainer to its arrival in the live stream, and in the curve of an open browser page.

Run: python -m tests.benchmarks.bench_latency
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from playwright.sync_api import sync_playwright
from rftdeck import Client
from rftdeck.cli.stack import Stack
from rftdeck.presets import SPECS

from tests.e2e.browser import CHROMIUM_ARGUMENTS, chromium_path

LAUNCHES = 3
WATCH_SECONDS = 40

# Notes, at every frame, when a new last step stands in the reward curve that Plotly has drawn.
WATCH_CURVE = """
() => {
  window.seen = {};
  const look = () => {
    const plot = document.querySelector('[data-testid="chart-reward"] .js-plotly-plot');
    const steps = (plot?.data ?? []).flatMap((trace) => (trace.x?.length ? [trace.x[trace.x.length - 1]] : []));
    const last = Math.max(...steps);
    if (Number.isFinite(last) && !(last in window.seen)) window.seen[last] = Date.now() / 1000;
    requestAnimationFrame(look);
  };
  look();
}
"""


@contextmanager
def listening(url: str, token: str) -> Iterator[dict[int, float]]:
    """Step → when its metrics came out of the live stream."""
    arrived: dict[int, float] = {}
    stop = threading.Event()

    def listen() -> None:
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.stream("GET", f"{url}/api/v1/stream", headers=headers, timeout=None) as response:
            for line in response.iter_lines():
                if stop.is_set():
                    return
                if line.startswith("data: ") and '"metrics.logged"' in line:
                    event = json.loads(line[6:])["event"]
                    if "reward" in event["keys"]:
                        for step in event["steps"]:
                            arrived[step] = time.time()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield arrived
    finally:
        stop.set()


def step_ends(client: Client, run_id: int) -> dict[int, float]:
    (reward,) = client.series(run_id, ["reward"])
    return dict(zip(reward.steps, reward.times, strict=True))


def launch_to_first_step(client: Client) -> list[float]:
    seconds = []
    for _ in range(LAUNCHES):
        spec = SPECS["starter-text"].spec.model_copy(deep=True)
        spec.schedule.max_steps = 2
        begun = time.time()
        run = client.wait(client.launch(spec).id, timeout_s=120, poll_s=0.2)
        seconds.append(step_ends(client, run.id)[1] - begun)
    return seconds


def summary(delays: list[float]) -> str:
    ordered = sorted(delays)
    return (
        f"median {1000 * statistics.median(ordered):.0f} ms, "
        f"p95 {1000 * ordered[int(0.95 * (len(ordered) - 1))]:.0f} ms ({len(ordered)} steps)"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["RFTDECK_HOME"] = home
        subprocess.run([sys.executable, "-m", "rftdeck_worker.starters", "build", "text"], check=True)
        with Stack(port=0) as stack:
            stack.wait_for_worker()
            seconds = launch_to_first_step(stack.client)
            print(f"POST /runs to the first finished step: {', '.join(f'{s:.2f}' for s in seconds)} s")
            spec = SPECS["starter-text"].spec
            with listening(stack.url, stack.token) as arrived, sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
                page = browser.new_page()
                run_id = stack.client.launch(spec).id
                page.goto(f"{stack.url}/runs/{run_id}?token={stack.token}")
                page.evaluate(WATCH_CURVE)
                deadline = time.monotonic() + WATCH_SECONDS
                while time.monotonic() < deadline and stack.client.run(run_id).step < 90:
                    page.wait_for_timeout(500)
                seen = {int(step): moment for step, moment in page.evaluate("window.seen").items()}
                browser.close()
            ends = step_ends(stack.client, run_id)
            stack.client.cancel(run_id)
            print(
                "step's end to the live stream:",
                summary([t - ends[s] for s, t in arrived.items() if s in ends]),
            )
            # the first points of a page come from its first request
            print(
                "step's end to the drawn curve:",
                summary([t - ends[s] for s, t in seen.items() if s in ends and s > 3]),
            )


if __name__ == "__main__":
    main()
