"""Which specs a pre-flight speaks for."""

import hashlib

import orjson
from rftdeck.spec import RunSpec

OPTIMIZER = ("per_device_train_batch_size", "gradient_accumulation_steps", "steps_per_generation", "bf16")


def fingerprint(spec: RunSpec) -> str:
    """Equal for specs with the same model, data, rewards, sampling, algorithm and batch.

    Names, learning rates and the length of the run do not change what the base policy answers or what a step takes.
    """
    parts = spec.model_dump(mode="json", include={"model", "dataset", "rewards", "sampling", "algorithm"})
    parts["optimizer"] = spec.optimizer.model_dump(mode="json", include=set(OPTIMIZER))
    parts["resources"] = spec.resources.model_dump(mode="json", include={"launcher", "processes"})
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()
