"""The whole path in a real Chromium, on SQLite and on PostgreSQL."""

import re

import yaml
from playwright.sync_api import Browser, Page, expect
from rftdeck.spec import spec_to_yaml
from rftdeck.states import RunState

from tests.e2e.conftest import Lab, small_spec
from tests.support import wait_until

CURVE_LENGTH = """() => {
  const plot = document.querySelector('[data-testid="chart-reward"] .js-plotly-plot');
  return Math.max(0, ...(plot?.data ?? []).map((trace) => trace.x?.length ?? 0));
}"""


def launch_with_yaml(page: Page, lab: Lab, **changes: dict[str, object] | str) -> int:
    """Through the form's YAML view; returns the run's number."""
    page.goto(f"{lab.server.url}/launch?preset=starter-text")
    page.get_by_text("YAML", exact=True).click()
    page.get_by_test_id("yaml-editor").fill(spec_to_yaml(small_spec(**changes)))
    expect(page.get_by_test_id("launch")).to_be_enabled()
    page.get_by_test_id("launch").click()
    page.wait_for_url(re.compile(r"/runs/\d+"))
    match = re.search(r"/runs/(\d+)", page.url)
    assert match is not None
    return int(match[1])


def test_launch_watch_read_stop_and_reload(page: Page, lab: Lab) -> None:
    run_id = launch_with_yaml(
        page, lab, name="from the form", schedule={"max_steps": 500}, evaluation={"before_and_after": False}
    )
    expect(page.get_by_test_id("run-name")).to_have_text(re.compile("from the form"))
    expect(page.get_by_test_id("state-badge").first).to_have_text(re.compile("running"), timeout=30_000)

    # the curve moves by itself
    wait_until(lambda: page.evaluate(CURVE_LENGTH) >= 2, 30, 0.2)
    before = page.evaluate(CURVE_LENGTH)
    wait_until(lambda: page.evaluate(CURVE_LENGTH) >= before + 3, 30, 0.2)

    # rollouts open, follow the newest step, and stand still when asked to
    page.get_by_test_id("tab-rollouts").click()
    expect(page.get_by_test_id("group-card").first).to_be_visible()
    expect(page.get_by_test_id("completion-card")).to_have_count(4)
    first_step = page.get_by_test_id("rollout-step").input_value()
    wait_until(lambda: page.get_by_test_id("rollout-step").input_value() != first_step, 30, 0.2)
    page.keyboard.press("ArrowLeft")
    standing = page.get_by_test_id("rollout-step").input_value()
    page.wait_for_timeout(1500)
    assert page.get_by_test_id("rollout-step").input_value() == standing
    page.get_by_test_id("open-tokens").first.click()
    expect(page.get_by_role("dialog", name=re.compile("Tokens"))).to_be_visible()
    page.keyboard.press("Escape")

    # a reload in the middle keeps what was on screen
    page.reload()
    expect(page.get_by_test_id("completion-card")).to_have_count(4)
    assert page.get_by_test_id("rollout-step").input_value() == standing

    # stop works, and the page hears of the end by itself
    page.get_by_test_id("run-stop").click()
    expect(page.get_by_test_id("state-badge").first).to_have_text(re.compile("completed"), timeout=30_000)
    with lab.client() as client:
        run = client.run(run_id)
        assert run.state is RunState.COMPLETED
        assert run.state_reason is not None
        (reward,) = client.series(run_id, ["reward"])
    page.get_by_test_id("tab-overview").click()
    wait_until(lambda: page.evaluate(CURVE_LENGTH) == len(reward.steps), 30, 0.2)
    page.reload()
    wait_until(lambda: page.evaluate(CURVE_LENGTH) == len(reward.steps), 30, 0.2)
    for tab in ("spec", "logs", "checkpoints", "attempts"):
        page.get_by_test_id(f"tab-{tab}").click()
        page.wait_for_url(re.compile(tab))
        expect(page.get_by_role("alert")).to_have_count(0)


def test_a_vision_run_shows_its_images(page: Page, lab: Lab) -> None:
    with lab.client() as client:
        run = client.wait(client.launch(small_spec("starter-vision")).id, timeout_s=120)
    page.goto(f"{lab.server.url}/runs/{run.id}/rollouts")
    image = page.locator('img[src*="/media/"]').first
    expect(image).to_be_visible()
    wait_until(lambda: page.evaluate("() => [...document.images].every((image) => image.naturalWidth > 0)"))
    expect(page.get_by_test_id("gold-answer")).to_have_text(re.compile(r"\d+"))


def test_the_form_shows_findings_where_they_belong(page: Page, lab: Lab) -> None:
    page.goto(f"{lab.server.url}/launch?preset=starter-text")
    batch = page.get_by_label(re.compile("per.device.train.batch.size", re.IGNORECASE)).first
    batch.fill("10")
    expect(page.get_by_test_id("findings")).to_contain_text("does not divide into groups of 8")
    expect(page.get_by_test_id("launch")).to_be_disabled()
    batch.fill("16")
    expect(page.get_by_test_id("findings")).not_to_contain_text("does not divide")
    expect(page.get_by_test_id("launch")).to_be_enabled()

    # the YAML view says the same, and a syntax error loses nothing
    page.get_by_text("YAML", exact=True).click()
    editor = page.get_by_test_id("yaml-editor")
    spec = yaml.safe_load(editor.input_value())
    assert spec["optimizer"]["per_device_train_batch_size"] == 16
    broken = editor.input_value() + "\nrewards: [\n"
    editor.fill(broken)
    expect(page.get_by_test_id("launch")).to_be_disabled()
    page.reload()
    assert page.get_by_test_id("yaml-editor").input_value() == broken


def test_filters_stand_in_the_url_and_rows_are_links(page: Page, lab: Lab) -> None:
    with lab.client() as client:
        spec = small_spec(name="needle", experiment="haystack", resources={"queue": "nobody"})
        run = client.launch(spec)
        expect(page.get_by_test_id("run-row").filter(has_text="needle")).to_be_visible()  # came in live
        page.get_by_role("textbox").first.fill("needle")
        page.wait_for_url(re.compile("needle"))
        expect(page.get_by_test_id("run-row")).to_have_count(1)
        page.reload()
        expect(page.get_by_test_id("run-row")).to_have_count(1)
        page.get_by_test_id("run-link").press("Enter")
        page.wait_for_url(re.compile(rf"/runs/{run.id}"))
        client.cancel(run.id)
        expect(page.get_by_test_id("state-badge").first).to_have_text(re.compile("cancelled"))


def test_six_tabs_share_one_connection(page: Page, lab: Lab) -> None:
    """Browsers allow six connections a host: a stream for every tab would block everything else."""
    tabs = [page] + [page.context.new_page() for _ in range(6)]
    for tab in tabs:
        tab.goto(lab.server.url)
        expect(tab.get_by_test_id("live-status")).to_have_text(re.compile("live", re.IGNORECASE))
    with lab.client() as client:
        name = "seen by all"
        run = client.launch(small_spec(name=name, resources={"queue": "nobody"}))
        for tab in tabs:
            expect(tab.get_by_test_id("run-row").filter(has_text=name)).to_be_visible()
        client.cancel(run.id)


def test_without_a_session_the_page_says_what_to_do(browser: Browser, lab: Lab) -> None:
    page = browser.new_page()
    page.goto(lab.server.url)
    expect(page.get_by_text(re.compile("token", re.IGNORECASE)).first).to_be_visible()
    page.close()


def test_addresses_that_lead_nowhere(page: Page, lab: Lab) -> None:
    page.goto(f"{lab.server.url}/no/such/page")
    expect(page.get_by_text(re.compile("not found|no page|nothing", re.IGNORECASE)).first).to_be_visible()
