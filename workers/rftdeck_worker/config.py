"""From the run spec to TRL's GRPOConfig."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from rftdeck.presets import resolve_algorithm
from rftdeck.spec import RunSpec
from trl import GRPOConfig

from rftdeck_worker.errors import SpecError


def check_supported(spec: RunSpec) -> None:
    """Raises SpecError for what this worker cannot do, before anything is loaded."""
    if spec.resources.launcher != "single":
        raise SpecError("resources.launcher", f"{spec.resources.launcher} is not supported yet; use single")
    if spec.resources.processes != 1:
        raise SpecError("resources.processes", "more than one training process is not supported yet")
    if spec.sampling.engine == "vllm" and find_spec("vllm") is None:
        raise SpecError("sampling.engine", "vllm is not installed on this worker; use transformers")
    if spec.generation_batch_size % spec.sampling.num_generations:
        reason = (
            f"{spec.generation_batch_size} completions are generated at once, which do not divide into groups of "
            f"{spec.sampling.num_generations}"
        )
        raise SpecError("sampling.num_generations", reason)


def check_rows(spec: RunSpec, rows: int) -> None:
    """TRL trains on whole generation batches only: with fewer rows it would train zero steps. Raises SpecError."""
    needed = spec.generation_batch_size // spec.sampling.num_generations
    if rows < needed:
        reason = f"{rows} rows to train on are fewer than the {needed} prompts of one generation batch"
        raise SpecError("dataset.name", reason)


def grpo_config(spec: RunSpec, output: Path) -> GRPOConfig:
    """Every step is logged; when to save is decided by SaveAndStop, at generation boundaries alone."""
    return GRPOConfig(
        output_dir=str(output),
        seed=spec.seed,
        max_steps=spec.schedule.max_steps,
        logging_steps=1,
        logging_nan_inf_filter=False,  # a loss of NaN is shown as what it is
        report_to="none",
        disable_tqdm=True,
        save_strategy="no",
        save_total_limit=spec.checkpointing.keep_last,
        use_cpu=not torch.cuda.is_available(),
        dataloader_pin_memory=torch.cuda.is_available(),
        model_init_kwargs={"revision": spec.model.revision} if spec.model.revision else None,
        gradient_checkpointing=spec.model.gradient_checkpointing,
        reward_weights=[reward.weight for reward in spec.rewards],
        **resolve_algorithm(spec.algorithm),  # its fields bear TRL's names
        **spec.optimizer.model_dump(),  # and so do these
        **_sampling(spec),
    )


def _sampling(spec: RunSpec) -> dict[str, Any]:
    sampling = spec.sampling
    options: dict[str, Any] = {
        "num_generations": sampling.num_generations,
        "max_completion_length": sampling.max_completion_length,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
    }
    if sampling.engine == "vllm":
        options |= {"use_vllm": True, "vllm_mode": "colocate"}
    return options
