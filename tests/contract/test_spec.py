import pytest
import yaml
from pydantic import ValidationError
from rftdeck import RunSpec
from rftdeck.findings import check_spec
from rftdeck.presets import ALGORITHMS, GRPO_FIELDS, SPECS, differences_from_grpo, resolve_algorithm
from rftdeck.spec import SPEC_SCHEMA, AlgorithmSpec, spec_from_yaml, spec_to_yaml


@pytest.mark.parametrize("name", SPECS)
def test_presets_are_launchable_and_survive_yaml(name: str) -> None:
    spec = SPECS[name].spec
    assert spec_from_yaml(spec_to_yaml(spec)) == spec
    assert [finding for finding in check_spec(spec) if finding.level == "error"] == []


def test_yaml_that_names_a_section_only_in_part_gets_the_defaults() -> None:
    spec = spec_from_yaml("name: x\nsampling: {num_generations: 4}\n")
    assert spec.sampling.num_generations == 4
    assert spec.sampling.temperature == 1.0


def test_a_wrong_field_is_named() -> None:
    with pytest.raises(ValidationError) as caught:
        RunSpec.model_validate({"name": "x", "sampling": {"num_generation": 4}, "seed": -1})
    assert {error["loc"] for error in caught.value.errors()} == {("sampling", "num_generation"), ("seed",)}


def test_every_field_of_the_schema_that_needs_words_has_them() -> None:
    for section in ("ModelSpec", "DatasetSpec", "AlgorithmSpec", "ResourcesSpec"):
        fields = SPEC_SCHEMA["$defs"][section]["properties"]
        assert sum("description" in field for field in fields.values()) >= len(fields) / 2


@pytest.mark.parametrize("preset", ALGORITHMS)
def test_an_algorithm_differs_from_grpo_in_what_its_preset_sets(preset: str) -> None:
    algorithm = AlgorithmSpec.model_validate({"preset": preset})
    assert set(differences_from_grpo(algorithm)) <= set(ALGORITHMS[preset].fields)
    assert set(resolve_algorithm(algorithm)) == set(GRPO_FIELDS)


def test_a_field_of_the_spec_overrides_its_preset() -> None:
    assert resolve_algorithm(AlgorithmSpec(preset="dapo", beta=0.5))["beta"] == 0.5


def test_grpo_fields_are_all_fields_of_the_section() -> None:
    assert set(GRPO_FIELDS) == set(AlgorithmSpec.model_fields) - {"preset"}


BATCH = {"optimizer": {"per_device_train_batch_size": 10}, "sampling": {"num_generations": 4}}


@pytest.mark.parametrize(
    ("change", "level", "path"),
    [
        (BATCH, "error", "optimizer.per_device_train_batch_size"),
        ({"rewards": [{"name": "nope"}]}, "error", "rewards.0.name"),
        ({"rewards": [{"name": "soft_overlong"}]}, "error", "rewards.0.params.max_length"),
        ({"rewards": [{"name": "exact_answer", "params": {"x": 1}}]}, "error", "rewards.0.params.x"),
        ({"rewards": [{"name": "exact_answer"}, {"name": "exact_answer"}]}, "error", "rewards"),
        ({"rewards": [{"name": "exact_answer", "weight": 0}]}, "error", "rewards.0.weight"),
        ({"algorithm": {"preset": "grpo", "loss_type": "cispo"}}, "error", "algorithm.epsilon_high"),
        ({"algorithm": {"preset": "gspo", "num_iterations": 1}}, "warning", "algorithm.num_iterations"),
        ({"algorithm": {"preset": "gspo", "loss_type": "dapo"}}, "warning", "algorithm.loss_type"),
        ({"algorithm": {"preset": "dapo", "epsilon_high": 0.1}}, "warning", "algorithm.epsilon_high"),
        (
            {"dataset": {"max_rows": 1}, "optimizer": {"per_device_train_batch_size": 64}},
            "error",
            "dataset.max_rows",
        ),
        ({"dataset": {"heldout": None}, "evaluation": {"every_steps": 5}}, "error", "evaluation.every_steps"),
        ({"dataset": {"heldout": None}}, "warning", "dataset.heldout"),
        ({"dataset": {"prompt_template": "hi"}}, "error", "dataset.prompt_template"),
        ({"dataset": {"name": "starter/digit-sums"}}, "error", "dataset.image_column"),
        ({"dataset": {"image_column": "image"}}, "error", "model.name"),
        ({"model": {"freeze_vision_tower": True}}, "warning", "model.freeze_vision_tower"),
        ({"model": {"name": "a/b"}}, "warning", "dataset.system_prompt"),
        ({"optimizer": {"warmup_steps": 1000}}, "warning", "optimizer.warmup_steps"),
        ({"resources": {"processes": 2}}, "error", "resources.launcher"),
        ({"sampling": {"engine": "vllm"}}, "warning", "sampling.engine"),
        ({"model": {"name": "/no/such/model"}}, "error", "model.name"),
        ({"dataset": {"name": "./no-such-file.jsonl"}}, "error", "dataset.name"),
    ],
)
def test_a_finding_names_the_field_the_reason_and_the_fix(
    change: dict[str, object], level: str, path: str
) -> None:
    found = check_spec(RunSpec.model_validate({"name": "x", **change}), local_files=True)
    match = [finding for finding in found if finding.path == path and finding.level == level]
    assert match, found
    assert match[0].reason
    assert match[0].fix


def test_paths_are_left_alone_when_the_workers_are_elsewhere() -> None:
    spec = RunSpec.model_validate({"name": "x", "model": {"name": "/no/such/model"}})
    assert all(finding.level == "warning" for finding in check_spec(spec))


def test_yaml_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(ValidationError):
        spec_from_yaml("- 1\n- 2\n")
    with pytest.raises(yaml.YAMLError):
        spec_from_yaml("name: [")
