"""`rftdeck preflight`: can this data and this reward teach anything?"""

from pathlib import Path
from typing import Annotated

import typer

from rftdeck.cli.common import Json, connected, console, fail, print_json
from rftdeck.cli.launch import read_spec, status_line
from rftdeck.preflights import PreflightOptions, PreflightRead, PreflightResult
from rftdeck.runs import RunRead


def preflight(
    spec: Annotated[Path, typer.Argument(help="YAML file of the run spec; - reads standard input.")],
    prompts: Annotated[int, typer.Option(help="Prompts sampled from the training split.")] = 64,
    json: Json = False,
) -> None:
    """Sample the base policy, measure some steps, and say what the run would be like."""
    content = read_spec(spec)
    with connected() as client:
        started = client.preflight(content, PreflightOptions(n_prompts=prompts))
        if json:
            client.wait(started.run_id)
        else:
            console.print(
                f"pre-flight: {client.url}/preflights/{started.run_id}", highlight=False, soft_wrap=True
            )
            with console.status("waiting") as status:

                def show(now: RunRead) -> None:
                    status.update(status_line(now))

                client.wait(started.run_id, on_change=show, poll_s=0.5)
        found = client.read_preflight(started.run_id)
        if json:
            print_json(found.model_dump(mode="json"))
        if found.result is None:
            fail(f"the pre-flight {found.state}: {found.state_reason or 'no reason given'}")
        elif not json:
            _show(found, found.result)


def _show(found: PreflightRead, result: PreflightResult) -> None:
    passed = "no outcome reward" if result.pass_rate is None else f"{result.pass_rate:.1%}"
    facts = {
        "pass rate": passed,
        "groups without signal": f"{result.expected_no_signal_frac:.1%} expected",
        "truncated": f"{result.truncated_frac:.1%}",
        "length": f"{result.mean_length:.0f} tokens, 95 % below {result.p95_length:.0f}",
        "ideal completion": "–" if result.ideal is None else "passes" if result.ideal.passed else "does not reach the maximum",
        "step": f"{result.step_time_s:.2f} s, most of it {result.bottleneck}",
        "whole run": f"about {result.duration_s / 60:.1f} min",
        "memory": f"{result.memory_bytes / 2**30:.1f} GiB on {result.device}",
    }  # fmt: skip
    for name, value in facts.items():
        console.print(f"{name:>22}  {value}", highlight=False)


def add_to(app: typer.Typer) -> None:
    app.command()(preflight)
