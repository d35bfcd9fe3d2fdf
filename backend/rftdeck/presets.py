"""Algorithms by their paper's name, and complete specs to start from."""

from typing import Any

from rftdeck.base import Wire
from rftdeck.spec import (
    AlgorithmSpec,
    CheckpointingSpec,
    DatasetSpec,
    EvaluationSpec,
    HeldoutSpec,
    ModelSpec,
    OptimizerSpec,
    RewardSpec,
    RunSpec,
    SamplingSpec,
    ScheduleSpec,
)


class AlgorithmPreset(Wire):
    title: str
    paper: str
    """arXiv id."""
    summary: str
    """What differs from GRPO."""
    fields: dict[str, Any]
    """Fields of the algorithm section that the preset sets; all others are as in GRPO."""


GRPO_FIELDS: dict[str, Any] = {
    "loss_type": "grpo",
    "beta": 0.04,
    "epsilon": 0.2,
    "epsilon_high": None,
    "delta": None,
    "num_iterations": 1,
    "scale_rewards": "group",
    "importance_sampling_level": "token",
    "mask_truncated_completions": False,
    "top_entropy_quantile": 1.0,
}

ALGORITHMS: dict[str, AlgorithmPreset] = {
    "grpo": AlgorithmPreset(
        title="GRPO",
        paper="2402.03300",
        summary="Advantage is the reward normalised within its group; per-sequence mean, KL to the reference.",
        fields={},
    ),
    "dapo": AlgorithmPreset(
        title="DAPO",
        paper="2503.14476",
        summary="Token-level normalisation, a higher upper clip, no KL. (Dynamic sampling is not part of this preset.)",
        fields={"loss_type": "dapo", "beta": 0.0, "epsilon_high": 0.28},
    ),
    "dr_grpo": AlgorithmPreset(
        title="Dr. GRPO",
        paper="2503.20783",
        summary="No division by the standard deviation, constant length normalisation, no KL.",
        fields={"loss_type": "dr_grpo", "beta": 0.0, "scale_rewards": "none"},
    ),
    "bnpo": AlgorithmPreset(
        title="BNPO",
        paper="2506.02864",
        summary="Token mean over the local batch, no KL.",
        fields={"loss_type": "bnpo", "beta": 0.0},
    ),
    "gspo": AlgorithmPreset(
        title="GSPO",
        paper="2507.18071",
        summary="One importance ratio for the whole sequence, clipped tightly; four passes over each batch.",
        fields={
            "loss_type": "grpo",
            "beta": 0.0,
            "epsilon": 3e-4,
            "epsilon_high": 4e-4,
            "importance_sampling_level": "sequence",
            "num_iterations": 4,
        },
    ),
    "cispo": AlgorithmPreset(
        title="CISPO",
        paper="2506.13585",
        summary="Clips the importance weight instead of the update, so that no token loses its gradient.",
        fields={"loss_type": "cispo", "beta": 0.0, "epsilon_high": 5.0, "num_iterations": 2},
    ),
    "sapo": AlgorithmPreset(
        title="SAPO",
        paper="2511.20347",
        summary="A smooth gate on the importance ratio in place of the hard clip.",
        fields={"loss_type": "sapo", "beta": 0.0, "num_iterations": 2},
    ),
}


def resolve_algorithm(algorithm: AlgorithmSpec) -> dict[str, Any]:
    """Every field of the algorithm section with its effective value: GRPO, then the preset, then the spec."""
    own = {key: value for key, value in algorithm.model_dump(exclude={"preset"}).items() if value is not None}
    return GRPO_FIELDS | ALGORITHMS[algorithm.preset].fields | own


def differences_from_grpo(algorithm: AlgorithmSpec) -> dict[str, tuple[Any, Any]]:
    """Field → (value in GRPO, effective value), for the fields that differ."""
    resolved = resolve_algorithm(algorithm)
    return {key: (GRPO_FIELDS[key], value) for key, value in resolved.items() if GRPO_FIELDS[key] != value}


class SpecPreset(Wire):
    title: str
    summary: str
    spec: RunSpec


def _starter(name: str, *, model: str, dataset: DatasetSpec, max_completion_length: int, learning_rate: float,
             max_steps: int) -> RunSpec:  # fmt: skip
    return RunSpec(
        name=name,
        experiment="starters",
        model=ModelSpec(name=model),
        dataset=dataset,
        rewards=[RewardSpec(name="exact_answer"), RewardSpec(name="think_answer", weight=0.2)],
        algorithm=AlgorithmSpec(preset="dapo"),
        sampling=SamplingSpec(num_generations=8, max_completion_length=max_completion_length),
        optimizer=OptimizerSpec(learning_rate=learning_rate, per_device_train_batch_size=128),
        schedule=ScheduleSpec(max_steps=max_steps),
        evaluation=EvaluationSpec(batch_size=512),
        checkpointing=CheckpointingSpec(every_steps=50),
    )


SPECS: dict[str, SpecPreset] = {
    "starter-text": SpecPreset(
        title="Chained sums (text, CPU)",
        summary="A tiny language model learns that thinking step by step pays. About a minute on one CPU core.",
        spec=_starter(
            "chained sums",
            model="starter/text",
            dataset=DatasetSpec(name="starter/chained-sums", heldout=HeldoutSpec(split="heldout", rows=512)),
            max_completion_length=64,
            learning_rate=5e-5,
            max_steps=140,
        ),
    ),
    "starter-vision": SpecPreset(
        title="Digit sums (vision, CPU)",
        summary="A tiny vision-language model learns to read handwritten digits before it adds them.",
        spec=_starter(
            "digit sums",
            model="starter/vision",
            dataset=DatasetSpec(
                name="starter/digit-sums",
                image_column="image",
                heldout=HeldoutSpec(split="heldout", rows=400),
            ),
            max_completion_length=24,
            learning_rate=1e-4,
            max_steps=100,
        ),
    ),
    "qwen-math": SpecPreset(
        title="Qwen on grade-school math (one GPU)",
        summary="A 1.5 B model learns GSM8K; needs a GPU and access to the Hub.",
        spec=RunSpec(
            name="qwen gsm8k",
            experiment="math",
            model=ModelSpec(
                name="Qwen/Qwen2.5-1.5B-Instruct",
                dtype="bfloat16",
                gradient_checkpointing=True,
            ),
            dataset=DatasetSpec(
                name="openai/gsm8k",
                config="main",
                prompt_column="question",
                system_prompt=(
                    "Think about the problem inside <think> </think>, "
                    "then give the final number inside <answer> </answer>."
                ),
                heldout=HeldoutSpec(split="test", rows=256),
            ),
            rewards=[RewardSpec(name="exact_answer"), RewardSpec(name="think_answer", weight=0.2)],
            sampling=SamplingSpec(num_generations=8, max_completion_length=512),
            optimizer=OptimizerSpec(
                learning_rate=1e-6, per_device_train_batch_size=16, gradient_accumulation_steps=4
            ),
            schedule=ScheduleSpec(max_steps=300),
            evaluation=EvaluationSpec(every_steps=50),
        ),
    ),
}
