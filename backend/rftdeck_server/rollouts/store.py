"""Writing rollouts."""

import statistics
from datetime import datetime

from rftdeck.events import RolloutsCaptured, RolloutsStored
from rftdeck.rollouts import GroupCapture
from sqlalchemy import insert
from sqlalchemy.orm import Session

from rftdeck_server.rollouts import token_blob
from rftdeck_server.rollouts.tables import GroupRow, RolloutRow


def store(
    session: Session, run_id: int, attempt: int, event: RolloutsCaptured, time: datetime
) -> RolloutsStored:
    """Store all groups of a step, and return the short event that readers get in place of the long one."""
    if event.groups:
        ids = session.scalars(
            insert(GroupRow).returning(GroupRow.id, sort_by_parameter_order=True),
            [_group(run_id, attempt, event, group, time) for group in event.groups],
        ).all()
        session.execute(
            insert(RolloutRow),
            [
                {
                    **rollout.model_dump(exclude={"tokens", "token_ids", "logps", "entropies"}),
                    "group_id": group_id,
                    "index": index,
                    "tokens": token_blob.pack(rollout),
                }
                for group_id, group in zip(ids, event.groups, strict=True)
                for index, rollout in enumerate(group.rollouts)
            ],
        )
    rewards = [r.reward for group in event.groups for r in group.rollouts if r.reward is not None]
    return RolloutsStored(
        step=event.step,
        mode=event.mode,
        n_groups=len(event.groups),
        n_rollouts=sum(len(group.rollouts) for group in event.groups),
        reward_mean=statistics.fmean(rewards) if rewards else None,
    )


def _group(
    run_id: int, attempt: int, event: RolloutsCaptured, group: GroupCapture, time: datetime
) -> dict[str, object]:
    rewards = [rollout.reward for rollout in group.rollouts if rollout.reward is not None]
    return {
        "run_id": run_id,
        "attempt": attempt,
        "step": event.step,
        "index": group.index,
        "mode": event.mode,
        "row": group.row,
        "prompt": [message.model_dump() for message in group.prompt],
        "images": group.images,
        "answer": group.answer,
        "columns": group.columns,
        "n_rollouts": len(group.rollouts),
        "reward_mean": statistics.fmean(rewards) if rewards else None,
        "reward_std": statistics.stdev(rewards) if len(rewards) > 1 else None,
        "length_mean": statistics.fmean(rollout.length for rollout in group.rollouts),
        "n_truncated": sum(rollout.truncated for rollout in group.rollouts),
        "time": time,
    }
