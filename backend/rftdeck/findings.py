"""Rules across the fields of a run spec: each finding names a field, the reason, and the fix."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rftdeck.presets import resolve_algorithm
from rftdeck.rewards import REWARDS, Kind
from rftdeck.runs import Finding
from rftdeck.scoring import CUSTOM_PREFIX
from rftdeck.spec import RewardSpec, RunSpec

TAG_FORMATS = frozenset({"think_answer", "tag_count", "answer_only", "rec_json", "gui_format"})
"""Rewards that ask for `<answer>` tags; think_boxed asks for a box instead."""


CustomParams = Mapping[str, set[str]]
"""Name of a custom reward → names of its params."""


def check_spec(
    spec: RunSpec, *, local_files: bool = False, custom: CustomParams | None = None
) -> list[Finding]:
    """Errors first. With local_files the paths in the spec are looked up on this machine.

    `custom` holds the custom rewards of the spec that are there.
    """
    found = [
        *_batch(spec),
        *_rewards(spec, custom or {}),
        *_algorithm(spec),
        *_schedule(spec),
        *_data(spec),
        *_resources(spec),
        *(_paths(spec) if local_files else ()),
    ]
    return sorted(found, key=lambda finding: finding.level != "error")


def _error(path: str, reason: str, fix: str) -> Finding:
    return Finding(level="error", path=path, reason=reason, fix=fix)


def _warning(path: str, reason: str, fix: str) -> Finding:
    return Finding(level="warning", path=path, reason=reason, fix=fix)


def _batch(spec: RunSpec) -> Iterator[Finding]:
    size, group = spec.generation_batch_size, spec.sampling.num_generations
    if size % group:
        lower, upper = size // group * group, (size // group + 1) * group
        yield _error(
            "optimizer.per_device_train_batch_size",
            f"{size} completions are generated at once "
            f"(per_device_train_batch_size {spec.optimizer.per_device_train_batch_size} "
            f"× {spec.passes_per_generation} passes × {spec.resources.processes} processes), "
            f"which does not divide into groups of {group}",
            f"Choose the batch so that the product is {f'{lower} or ' if lower else ''}{upper}, "
            "or change sampling.num_generations.",
        )
    wanted = size // group
    if spec.dataset.max_rows is not None and spec.dataset.max_rows < wanted:
        yield _error(
            "dataset.max_rows",
            f"one batch takes {wanted} prompts, so that {spec.dataset.max_rows} rows would train no step at all",
            f"Use at least {wanted} rows, or a smaller batch.",
        )


def check_rewards(rewards: Sequence[RewardSpec], custom: CustomParams) -> Iterator[Finding]:
    """Rewards that are not there, and params that they do not take."""
    for i, reward in enumerate(rewards):
        if reward.name.startswith(CUSTOM_PREFIX):
            yield from _custom_reward(f"rewards.{i}", reward, custom)
            continue
        known = REWARDS.get(reward.name)
        if known is None:
            yield _error(
                f"rewards.{i}.name",
                f"there is no reward function {reward.name!r}",
                f"Choose one of: {', '.join(sorted(REWARDS))}.",
            )
            continue
        for name, problem in known.check_params(reward.params).items():
            yield _error(
                f"rewards.{i}.params.{name}", problem, f"See the parameters of {reward.name} in /rewards."
            )


def _custom_reward(path: str, reward: RewardSpec, custom: CustomParams) -> Iterator[Finding]:
    if reward.name not in custom:
        yield _error(
            f"{path}.name",
            f"there is no custom reward {reward.name!r}",
            "Write it in the playground, or correct its name or version.",
        )
        return
    for name in sorted(set(reward.params) - custom[reward.name]):
        takes = ", ".join(sorted(custom[reward.name])) or "none"
        yield _error(f"{path}.params.{name}", f"{reward.name} takes no such param", f"Its params: {takes}.")


def _rewards(spec: RunSpec, custom: CustomParams) -> Iterator[Finding]:
    yield from check_rewards(spec.rewards, custom)
    for name, n in Counter(reward.name.partition("@")[0] for reward in spec.rewards).items():
        if n > 1:
            yield _error(
                "rewards",
                f"{name!r} stands {n} times, and its scores would merge into one metric",
                "Keep one of them.",
            )
    names = {reward.name for reward in spec.rewards}
    if "think_boxed" in names and (tagged := sorted(names & TAG_FORMATS)):
        yield _error(
            "rewards",
            f"no completion satisfies both think_boxed and {tagged[0]}: one asks for a box, the other for answer tags",
            "Keep one of them.",
        )
    if all(reward.weight == 0 for reward in spec.rewards):
        yield _error(
            "rewards.0.weight", "every weight is 0, so that nothing is rewarded", "Give one a weight."
        )


def _algorithm(spec: RunSpec) -> Iterator[Finding]:
    algorithm = resolve_algorithm(spec.algorithm)
    ratio_is_one = (
        algorithm["num_iterations"] == 1
        and spec.passes_per_generation <= spec.optimizer.gradient_accumulation_steps
    )
    if algorithm["loss_type"] == "cispo" and algorithm["epsilon_high"] is None:
        yield _error(
            "algorithm.epsilon_high",
            "CISPO clips the importance weight at epsilon_high; unset, weights stop at epsilon",
            "Set epsilon_high, e.g. 5.",
        )
    if algorithm["importance_sampling_level"] == "sequence" and algorithm["loss_type"] != "grpo":
        yield _warning(
            "algorithm.loss_type",
            f"GSPO is defined with loss_type grpo; with {algorithm['loss_type']} tokens are weighted otherwise",
            "Set loss_type to grpo.",
        )
    if ratio_is_one and (
        spec.algorithm.preset in {"gspo", "cispo", "sapo"}
        or algorithm["importance_sampling_level"] == "sequence"
        or algorithm["loss_type"] in {"cispo", "sapo"}
    ):
        yield _warning(
            "algorithm.num_iterations",
            "each batch is used once, so that the importance ratio is always 1 "
            "and this algorithm does the same as GRPO",
            "Set num_iterations above 1, or optimizer.steps_per_generation above gradient_accumulation_steps.",
        )
    high = algorithm["epsilon_high"]
    if high is not None and high < algorithm["epsilon"] and algorithm["loss_type"] != "cispo":
        yield _warning(
            "algorithm.epsilon_high",
            f"the upper clip range {high:g} is below the lower one {algorithm['epsilon']:g}",
            "Use at least epsilon.",
        )


def _schedule(spec: RunSpec) -> Iterator[Finding]:
    if spec.optimizer.warmup_steps >= spec.schedule.max_steps:
        yield _warning(
            "optimizer.warmup_steps",
            f"the run ends after {spec.schedule.max_steps} steps, before the warm-up of "
            f"{spec.optimizer.warmup_steps} does",
            "Use fewer warm-up steps.",
        )
    if spec.evaluation.every_steps is not None and spec.dataset.heldout is None:
        yield _error(
            "evaluation.every_steps",
            "there are no held-out rows to evaluate on",
            "Set dataset.heldout, or null here.",
        )
    if spec.dataset.heldout is None:
        yield _warning(
            "dataset.heldout",
            "without held-out rows nobody will know what was learned",
            "Set aside a few hundred rows.",
        )


def _data(spec: RunSpec) -> Iterator[Finding]:
    dataset, model = spec.dataset, spec.model
    if "{prompt}" not in dataset.prompt_template:
        yield _error(
            "dataset.prompt_template", "the prompt does not appear in it", "Write {prompt} where it belongs."
        )
    if dataset.name == "starter/digit-sums" and dataset.image_column is None:
        yield _error("dataset.image_column", "this dataset shows images", "Set it to `image`.")
    if dataset.image_column is not None and model.name == "starter/text":
        yield _error(
            "model.name",
            "this model does not see images",
            "Use a vision-language model, e.g. starter/vision.",
        )
    if model.freeze_vision_tower and dataset.image_column is None:
        yield _warning("model.freeze_vision_tower", "the prompts have no images", "Switch it off.")
    starter = dataset.name.startswith("starter/") and model.name.startswith("starter/")
    if not starter:
        yield from _wording(spec)


def _wording(spec: RunSpec) -> Iterator[Finding]:
    """What the rewards look for must be asked for."""
    told = f"{spec.dataset.system_prompt or ''}{spec.dataset.prompt_template}"
    names = [reward.name for reward in spec.rewards]
    tagged = [name for name in names if name in TAG_FORMATS]
    outcome = [name for name in names if name in REWARDS and REWARDS[name].kind is Kind.OUTCOME]
    if tagged and "<answer>" not in told:
        wanted, by = "<answer> </answer>", tagged[0]
    elif "think_boxed" in names and "\\boxed" not in told:
        wanted, by = "\\boxed{}", "think_boxed"
    elif outcome and "<answer>" not in told and "\\boxed" not in told:
        wanted, by = "<answer> </answer> or \\boxed{}", outcome[0]
    else:
        return
    yield _warning(
        "dataset.system_prompt",
        f"{by} looks for {wanted}, which neither the system prompt nor the template asks for",
        f"Tell the model to put its final answer inside {wanted}, unless the prompts say so.",
    )


def _resources(spec: RunSpec) -> Iterator[Finding]:
    if spec.resources.launcher == "accelerate" or spec.resources.processes > 1:
        yield _error(
            "resources.launcher",
            "this version trains in one process",
            "Use launcher single with one process.",
        )
    if spec.sampling.engine == "vllm":
        yield _warning(
            "sampling.engine",
            "vLLM must be installed on the worker that takes the run",
            "Install it there, or use transformers.",
        )


def _paths(spec: RunSpec) -> Iterator[Finding]:
    for field, name in (("model.name", spec.model.name), ("dataset.name", spec.dataset.name)):
        if name.startswith(("/", "./", "../", "~")) and not Path(name).expanduser().exists():
            yield _error(field, f"there is nothing at {name}", "Correct the path, or use a Hugging Face id.")
