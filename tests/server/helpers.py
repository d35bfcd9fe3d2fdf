"""Small true inputs."""

import time
import uuid
from pathlib import Path

from pydantic import BaseModel
from rftdeck import Client, RunSpec
from rftdeck.events import AttemptEnded, AttemptStarted, MetricsLogged, RolloutsCaptured
from rftdeck.rollouts import GroupCapture, Message, RolloutCapture
from rftdeck.runs import Claim, ClaimRequest
from rftdeck.shipper import Shipper
from rftdeck.spec import ResourcesSpec
from rftdeck.spool import SpoolWriter
from rftdeck.states import Outcome

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060"
    "000000050001a5f645400000000049454e44ae426082"
)


def a_queue() -> str:
    """A queue that no other test uses."""
    return f"q-{uuid.uuid4().hex[:8]}"


def a_spec(queue: str = "default", **changes: object) -> RunSpec:
    resources = ResourcesSpec(queue=queue, max_restarts=2)
    return RunSpec.model_validate({"name": "a run", "resources": resources, **changes})


def launched_and_claimed(client: Client, **changes: object) -> Claim:
    queue = a_queue()
    client.launch(a_spec(queue, **changes))
    claim = client.claim(ClaimRequest(worker="test", hostname="here", queues=[queue]))
    assert claim is not None
    return claim


def started(resume_step: int = 0) -> AttemptStarted:
    return AttemptStarted(hostname="here", pid=1, device="cpu", resume_step=resume_step)


def ended(outcome: Outcome, reason: str | None = None) -> AttemptEnded:
    return AttemptEnded(outcome=outcome, reason=reason)


def metrics(step: int, **values: float | None) -> MetricsLogged:
    return MetricsLogged(
        keys=list(values), steps=[step], times=[time.time()], values=[[value] for value in values.values()]
    )


def rollouts(step: int, n_groups: int = 2, n: int = 4, **changes: object) -> RolloutsCaptured:
    return RolloutsCaptured(
        step=step,
        groups=[
            GroupCapture(
                index=index,
                prompt=[Message(role="user", content=f"{index}+1=?")],
                answer=str(index + 1),
                rollouts=[
                    RolloutCapture(
                        completion=f"<think>so</think><answer>{j}</answer>",
                        length=5,
                        truncated=j == 0,
                        scores={"exact_answer": float(j == index + 1), "other": None},
                        notes={"other": "no idea"},
                        reward=float(j == index + 1),
                        advantage=0.5 - j,
                        token_ids=[1, 2, 3],
                        tokens=["a", "b", "c"],
                        logps=[-0.5, -0.25, -1.0],
                        entropies=[0.5, 0.25, 1.0],
                    )
                    for j in range(n)
                ],
                **changes,
            )
            for index in range(n_groups)
        ],
    )


class Writer:
    """A spool and its shipper, as a worker has them."""

    def __init__(self, folder: Path, client: Client, claim: Claim) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.spool = SpoolWriter(folder)
        self.shipper = Shipper(folder, client, claim.run_id, claim.attempt, claim.token)

    def send(self, *events: BaseModel) -> None:
        for event in events:
            assert self.spool.append(event)
        assert self.shipper.drain(20)
