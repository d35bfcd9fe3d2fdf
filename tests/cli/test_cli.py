"""The commands, as processes against a running server."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from rftdeck import Client
from rftdeck.events import LogWritten
from rftdeck.runs import ClaimRequest
from rftdeck.spec import spec_to_yaml
from rftdeck.states import Outcome

from tests.server.helpers import Writer, a_queue, a_spec, ended, launched_and_claimed, metrics, started
from tests.support import Server

RFTDECK = str(Path(sys.executable).with_name("rftdeck"))


def rftdeck(server: Server, *arguments: str, status: int = 0, input: str | None = None) -> str:
    done = subprocess.run(
        [RFTDECK, *arguments],
        env={**os.environ, **server.environment(), "COLUMNS": "200"},
        input=input,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout if status == 0 else done.stderr


def test_help_answers_quickly_and_lists_the_commands(server: Server) -> None:
    begun = time.monotonic()
    text = rftdeck(server, "--help")
    assert time.monotonic() - begun < 5
    for command in ("up", "demo", "launch", "runs", "show", "logs", "stop"):
        assert command in text


def test_launch_watch_follows_a_run_to_its_end(server: Server, client: Client, tmp_path: Path) -> None:
    queue = a_queue()
    path = tmp_path / "spec.yaml"
    path.write_text(spec_to_yaml(a_spec(queue)))
    watching = subprocess.Popen(
        [RFTDECK, "launch", str(path), "--watch"],
        env={**os.environ, **server.environment()},
        stdout=subprocess.PIPE,
        text=True,
    )
    claim = None
    while claim is None:
        claim = client.claim(ClaimRequest(worker="w", queues=[queue]))
        time.sleep(0.05)
    Writer(tmp_path / "spool", client, claim).send(
        started(), metrics(1, reward=1.0), ended(Outcome.COMPLETED)
    )
    output, _ = watching.communicate(timeout=30)
    assert watching.returncode == 0
    assert f"run {claim.run_id} is queued" in output


def test_launch_of_a_wrong_spec_names_the_field(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text("name: x\nsampling: {num_generatons: 8}\n")
    assert "sampling.num_generatons" in rftdeck(server, "launch", str(path), status=1)
    path.write_text("name: [\n")
    assert "not YAML" in rftdeck(server, "launch", str(path), status=1)
    path.write_text("just text")
    assert "no run spec" in rftdeck(server, "launch", str(path), status=1)
    assert "No such file" in rftdeck(server, "launch", str(tmp_path / "none.yaml"), status=1)


def test_a_printed_preset_can_be_launched_from_standard_input(server: Server) -> None:
    spec = rftdeck(server, "spec", "starter-text").replace("queue: default", f"queue: {a_queue()}")
    run = json.loads(rftdeck(server, "launch", "-", "--json", input=spec))
    assert run["state"] == "queued"
    assert json.loads(rftdeck(server, "stop", str(run["id"]), "--json"))["state"] == "cancelled"


def test_runs_show_and_logs(server: Server, client: Client, tmp_path: Path) -> None:
    claim = launched_and_claimed(client, experiment=(mark := a_queue()))
    Writer(tmp_path / "spool", client, claim).send(
        started(),
        LogWritten(lines=["hello [red] log"]),
        metrics(1, reward=0.125),
        ended(Outcome.FAILED, "it [broke]"),
    )
    (run,) = json.loads(rftdeck(server, "runs", "--experiment", mark, "--json"))
    assert (run["id"], run["state"], run["latest"]) == (claim.run_id, "failed", {"reward": 0.125})
    assert "0.125" in rftdeck(server, "runs", "--experiment", mark)
    shown = json.loads(rftdeck(server, "show", str(claim.run_id), "--json"))
    assert shown["attempts"][0]["reason"] == "it [broke]"
    assert "it [broke]" in rftdeck(server, "show", str(claim.run_id))
    assert rftdeck(server, "logs", str(claim.run_id)) == "hello [red] log\n"
    assert json.loads(rftdeck(server, "logs", str(claim.run_id), "--json"))["text"] == "hello [red] log"
    assert "No runs yet" in rftdeck(server, "runs", "--experiment", a_queue())


def test_errors_are_messages_not_tracebacks(server: Server) -> None:
    assert "There is no run 999999" in rftdeck(server, "show", "999999", status=1)
    dead = Server(server.folder, "", "")
    message = rftdeck(dead, "runs", status=1)
    assert "rftdeck up" in message
    assert "Traceback" not in message


def test_up_starts_everything_in_an_empty_home_and_ends_cleanly(tmp_path: Path) -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith("RFTDECK_")}
    env |= {"RFTDECK_HOME": str(tmp_path / "home"), "COLUMNS": "200"}
    up = subprocess.Popen(
        [RFTDECK, "up", "--no-worker"], env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert up.stdout is not None
        url = next(word for line in up.stdout for word in line.split() if word.startswith("http://"))
        base, token = url.split("/?token=")
        with Client(base, token) as client:
            assert client.runs() == []
        again = subprocess.run(
            [RFTDECK, "up"], env=env, capture_output=True, text=True, timeout=30, check=False
        )
        assert again.returncode == 1
        assert "already runs" in again.stderr
        listed = subprocess.run(
            [RFTDECK, "runs"], env=env, capture_output=True, text=True, timeout=30, check=True
        )
        assert "No runs yet" in listed.stdout
        assert (tmp_path / "home" / "token").stat().st_mode & 0o077 == 0
    finally:
        up.send_signal(2)
        assert up.wait(30) == 0
    with Client(base, token) as client:
        assert not client.ready()


def test_up_on_a_port_that_cannot_be_had_says_so(tmp_path: Path, server: Server) -> None:
    env = {**os.environ, "RFTDECK_HOME": str(tmp_path)}
    done = subprocess.run(
        [RFTDECK, "up", "--port", str(server.port)],
        env=env,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert f"port {server.port} is taken" in done.stderr
