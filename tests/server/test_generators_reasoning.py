"""Tasks of reasoning-gym: all that are offered work, at all levels, and their golds are right by their own verifiers."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from rftdeck.generators import GeneratorInfo
from rftdeck_server.generators import catalogue, generate, reasoning
from rftdeck_server.generators.reasoning_params import converted
from rftdeck_server.generators.reasoning_tasks import EXAMPLES, FIXED_HASH, LEFT_OUT, NOTES

WORDED_AS_THE_GOLD = {"arc_agi", "rearc"}
WITHOUT_EXAMPLE = {"boxnet", "rush_hour"}


@pytest.fixture(scope="module")
def tasks() -> dict[str, GeneratorInfo]:
    return {info.task: info for info in reasoning.catalogue()}


def test_all_tasks_have_params_and_most_have_levels(tasks: dict[str, GeneratorInfo]) -> None:
    from reasoning_gym.factory import DATASETS

    assert set(tasks) == set(DATASETS) - set(LEFT_OUT)
    assert set(NOTES) | FIXED_HASH <= set(tasks)
    assert tasks["chain_sum"].params["min_terms"] == {
        "type": "integer",
        "title": "min terms",
        "default": 2,
    }
    assert all("seed" not in info.params and info.summary != "." for info in tasks.values())
    assert "$ref" not in json.dumps([info.params for info in tasks.values()])
    kinds = {"integer", "number", "boolean", "string"}
    simple = [
        param for info in tasks.values() for param in info.params.values() if param.get("type") in kinds
    ]
    assert len(simple) > 400
    assert sum(info.difficulty is not None for info in tasks.values()) > 90
    assert {info.kind for info in catalogue()} == {"synthetic", "reasoning_gym"}


def test_every_level_of_every_task_makes_a_row_that_its_verifier_takes(
    tasks: dict[str, GeneratorInfo],
) -> None:
    from reasoning_gym import get_score_answer_fn

    datasets, _ = reasoning._factory()
    refused = set()
    for task, info in tasks.items():
        verifier = get_score_answer_fn(task)
        levels: list[dict[str, Any]] = info.difficulty.settings if info.difficulty else [{}]
        for level in levels:
            settings = converted(datasets[task][1], level)
            (item,) = reasoning._items(task, settings, 1, 77)
            row = reasoning._row(task, item, None)
            metadata = json.loads(json.dumps(row.extra["metadata"]))
            gold = row.answer
            if not gold:
                example = next((metadata[key] for key in EXAMPLES if metadata.get(key)), None)
                if example is None:
                    assert task in WITHOUT_EXAMPLE or task == "rubiks_cube"  # large cubes have no solver
                    continue
                gold = example if isinstance(example, str) else json.dumps(example)
            entry = {"question": row.prompt, "answer": row.answer or None, "metadata": metadata}
            if verifier(gold, entry) != 1.0:
                refused.add(task)
    assert refused == WORDED_AS_THE_GOLD


def test_rows_are_the_same_in_every_process() -> None:
    """In a process of its own each, since the order of sets hangs on the hash seed of the process."""
    code = (
        "from rftdeck_server.generators import generate\n"
        "for task in ('ransom_note', 'chain_sum'):\n"
        "    for row in generate('reasoning_gym', task, {}, difficulty=0, size=3, seed=4): print(row)\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    one, other = (process.communicate(timeout=60)[0] for process in processes)
    assert one == other
    assert one.count("MadeRow(") == 6


def test_rows_hang_neither_on_the_number_asked_for_nor_on_neighbouring_seeds() -> None:
    params = {"min_terms": 5, "max_terms": 6}

    def prompts(size: int, seed: int) -> list[str]:
        rows = generate("reasoning_gym", "chain_sum", params, difficulty=None, size=size, seed=seed)
        return [row.prompt for row in rows]

    assert prompts(50, 1)[:5] == prompts(5, 1)
    assert not set(prompts(50, 1)) & set(prompts(50, 2))
    assert len(set(prompts(50, 1))) == 50


def test_a_task_with_few_problems_ends_early_and_repeats_none() -> None:
    params = {"min_terms": 2, "max_terms": 2, "min_digits": 1, "max_digits": 1}
    rows = list(generate("reasoning_gym", "chain_sum", params, difficulty=None, size=500, seed=1))
    prompts = [row.prompt for row in rows]
    assert 100 < len(prompts) == len(set(prompts)) < 500


def test_what_a_task_in_a_process_of_its_own_refuses_names_the_field() -> None:
    from rftdeck_server.generators import GeneratorError

    with pytest.raises(GeneratorError) as refused:
        list(
            generate("reasoning_gym", "ransom_note", {"min_note_length": 0}, difficulty=None, size=1, seed=0)
        )
    assert refused.value.path == "source.params.min_note_length"
