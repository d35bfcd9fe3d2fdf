"""A lab member's way: import a file, look at its rows, try rewards on one, run the pre-flight, launch."""

import json
import re
import uuid
from pathlib import Path

from playwright.sync_api import Page, expect
from rftdeck.spec import spec_to_yaml
from rftdeck.states import RunState

from tests.e2e.conftest import Lab, small_spec

SLOW_MS = 60_000


def sums_file(folder: Path) -> Path:
    """Sums as GSM8K writes them, and one line that is broken."""
    lines = [
        json.dumps({"question": f"{a}+{b}=?", "answer": f"{a} and {b} make {a + b}.\n#### {a + b}"})
        for a in range(8)
        for b in range(8)
    ]
    lines.insert(5, '{"question": "half a li')
    path = folder / "sums.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_import_look_try_fly_launch(page: Page, lab: Lab, tmp_path: Path) -> None:
    name = f"sums-{uuid.uuid4().hex[:6]}"

    # import a file: the format is recognised, the broken line is told
    page.goto(f"{lab.server.url}/datasets")
    page.get_by_test_id("new-dataset").click()
    page.set_input_files('input[type="file"]', sums_file(tmp_path))
    expect(page.get_by_test_id("format")).to_have_value(re.compile("GSM8K"), timeout=SLOW_MS)
    expect(page.get_by_test_id("preview-problems")).to_contain_text("line 6")
    expect(page.get_by_test_id("row-answer").first).to_have_text("0")
    page.get_by_test_id("dataset-name").fill(name)
    page.get_by_test_id("import").click()

    # its rows
    expect(page.get_by_test_id("dataset-title")).to_have_text(name, timeout=SLOW_MS)
    expect(page.get_by_test_id("row-line").first).to_be_visible(timeout=SLOW_MS)
    page.get_by_test_id("row-line").nth(2).click()
    expect(page.get_by_test_id("row-view")).to_contain_text("=?")
    page.keyboard.press("j")
    page.wait_for_url(re.compile("row=3"))
    page.reload()
    expect(page.get_by_test_id("row-view")).to_be_visible()
    page.get_by_test_id("search-rows").fill("7+7")
    expect(page.get_by_test_id("row-line")).to_have_count(1)
    page.get_by_test_id("search-rows").fill("")
    page.get_by_test_id("dataset-statistics").click()
    expect(page.get_by_test_id("split-stats").first).to_contain_text("rows")
    page.get_by_test_id("dataset-findings").click()
    expect(page.get_by_test_id("broken-records")).to_contain_text("line 6")
    page.get_by_test_id("dataset-rows").click()

    # rewards on a row
    page.get_by_test_id("try-rewards").click()
    page.get_by_test_id("ideal-completion").click()
    expect(page.get_by_test_id("completion-0")).to_have_value(re.compile("answer|boxed"))
    expect(page.get_by_test_id("score-line").first).to_be_visible()

    # launch on it: the pre-flight first
    with lab.client() as client:
        version = client.dataset_version(f"dataset:{name}")
        assert version.reference is not None
    page.goto(f"{lab.server.url}/launch?dataset={version.reference}")
    page.get_by_text("YAML", exact=True).click()
    spec = small_spec(
        name=f"on {name}",
        dataset={
            "name": version.reference,
            "heldout": {"split": "heldout", "rows": 1} if len(version.splits) > 1 else None,
        },
        evaluation={"before_and_after": False},
    )
    page.get_by_test_id("yaml-editor").fill(spec_to_yaml(spec))
    page.get_by_test_id("preflight-prompts").fill("8")
    page.get_by_test_id("start-preflight").click()
    expect(page.get_by_test_id("preflight-verdict")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_test_id("bottleneck")).to_be_visible()
    page.get_by_test_id("launch").click()
    page.wait_for_url(re.compile(r"/runs/\d+"))
    with lab.client() as client:
        run = client.wait(int(page.url.rsplit("/", 1)[1].partition("?")[0]), timeout_s=120)
        assert run.state is RunState.COMPLETED, run.state_reason

    # what another weight would have changed
    page.get_by_test_id("tab-re-score").click()
    page.get_by_test_id("start-rescore").click()
    expect(page.get_by_test_id("rescore-result")).to_be_visible(timeout=SLOW_MS)


def test_a_scene_is_rendered_and_its_gold_is_drawn(page: Page, lab: Lab) -> None:
    name = f"boxes-{uuid.uuid4().hex[:6]}"
    page.goto(f"{lab.server.url}/datasets/new?source=synthetic")
    page.get_by_test_id("task-referring_expression").click()
    page.get_by_test_id("rows").fill("12")
    page.get_by_test_id("heldout_rows").fill("4")
    expect(page.get_by_test_id("marks").first).to_be_visible(timeout=SLOW_MS)
    page.get_by_test_id("dataset-name").fill(name)
    page.get_by_test_id("import").click()
    expect(page.get_by_test_id("row-line")).to_have_count(12, timeout=SLOW_MS)
    page.get_by_test_id("row-line").first.click()
    expect(page.get_by_test_id("row-view").get_by_test_id("marks")).to_be_visible()
    assert page.evaluate("() => [...document.images].every((image) => image.naturalWidth > 0)")


def test_a_verdict_becomes_a_case(page: Page, lab: Lab) -> None:
    with lab.client() as client:
        run = client.wait(client.launch(small_spec(name="judged")).id, timeout_s=120)
    page.goto(f"{lab.server.url}/runs/{run.id}/rollouts")
    page.get_by_test_id("open-verdict").first.click()
    note = f"right after all {uuid.uuid4().hex[:6]}"
    page.get_by_test_id("verdict-note").fill(note)
    page.get_by_test_id("save-verdict").click()
    expect(page.get_by_test_id("save-verdict")).to_have_count(0)
    with lab.client() as client:
        cases = client._json("GET", "/reward-cases", params={"reward": "exact_answer"})["items"]
    assert note in [case["note"] for case in cases]
