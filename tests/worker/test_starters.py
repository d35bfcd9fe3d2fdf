"""The starter material: the same from the same seed, built once, and readable by anybody."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch
from rftdeck_worker import starters
from rftdeck_worker.starters import digits, ensure_model, sums
from rftdeck_worker.starters.tokenizer import TAGS, build_tokenizer
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM


def weights(folder: Path) -> dict[str, torch.Tensor]:
    loaded: dict[str, torch.Tensor] = load_file(folder / "model.safetensors")
    return loaded


def build(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, torch.Tensor]:
    monkeypatch.setenv("RFTDECK_HOME", str(home))
    return weights(ensure_model(name, lambda fraction: None, steps=2))


def test_the_same_seed_gives_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build("starter/text", tmp_path / "a", monkeypatch)
    again = build("starter/text", tmp_path / "b", monkeypatch)
    other = build("starter/text-seed1", tmp_path / "a", monkeypatch)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)
    assert (tmp_path / "a" / "starters" / "text-seed1").is_dir()


def test_what_is_built_is_not_built_again_until_the_recipe_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build("starter/text", tmp_path, monkeypatch)
    told: list[float | None] = []
    folder = ensure_model("starter/text", told.append, steps=2)
    assert told == []
    monkeypatch.setattr(starters, "RECIPE", starters.RECIPE + 1)
    ensure_model("starter/text", told.append, steps=2)
    assert told[-1] == 1.0
    assert json.loads((folder / "starter.json").read_text())["recipe"] == starters.RECIPE


def test_two_who_need_it_build_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RFTDECK_HOME", str(tmp_path))
    told: dict[str, list[float | None]] = {"a": [], "b": []}
    threads = [
        threading.Thread(target=ensure_model, args=("starter/text", told[name].append), kwargs={"steps": 30})
        for name in told
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waiting, building = sorted(told.values(), key=len)
    assert waiting == [None]
    assert building[-1] == 1.0


def test_the_command_tells_its_progress_in_json_lines(home: Path) -> None:
    command = [sys.executable, "-m", "rftdeck_worker.starters", "build", "text", "vision", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["starter"] for line in told} == {"text", "vision"}
    for starter in ("text", "vision"):
        last = [line for line in told if line["starter"] == starter][-1]
        assert last == {"starter": starter, "fraction": 1.0, "phase": "ready"}


def test_the_command_refuses_an_unknown_starter(home: Path) -> None:
    command = [sys.executable, "-m", "rftdeck_worker.starters", "build", "music", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert "music" in done.stderr


def test_a_starter_is_an_ordinary_checkpoint(home: Path) -> None:
    model = AutoModelForCausalLM.from_pretrained(home / "starters" / "text")
    assert 300_000 < model.num_parameters() < 400_000


def test_the_tokenizer_takes_any_text_and_keeps_the_tags() -> None:
    tokenizer = build_tokenizer()
    text = f"{''.join(TAGS)} grün 数 🙂\n\x01"
    ids = tokenizer(text)["input_ids"]
    assert tokenizer.decode(ids, skip_special_tokens=True) == text
    assert [tokenizer.decode([token]) for token in ids[:4]] == list(TAGS)


def test_traces_are_right() -> None:
    row = {"prompt": "8-7+12-3=?", "answer": "10"}
    assert sums.trace(row, stepwise=True) == "<think>8-7=1+12=13-3=10</think><answer>10</answer>"
    assert sums.trace(row, stepwise=False) == "<think></think><answer>10</answer>"
    assert digits.trace([3, 4], reads=True) == "<think>3+4</think><answer>7</answer>"


def test_held_out_digits_are_of_unseen_handwriting() -> None:
    rows = digits.make_rows()
    assert (len(rows["train"]), len(rows["heldout"])) == (6000, 400)
    assert not {row["image"] for row in rows["train"]} & {row["image"] for row in rows["heldout"]}
    assert all(row["answer"] == str(sum(row["digits"])) for row in rows["heldout"])
