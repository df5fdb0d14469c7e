"""report.html in a browser: it asks for nothing, and works with 500 requests, on a phone, and without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from e2e_common.report import html
from tests.unit.judge.good_run import GoodRun
from tests.unit.report.browser import MISSING, open_browser
from tests.unit.report.made import HOSTILE, large, red, written

WIDE, PHONE = (1280, 900), (375, 800)

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

SHOWN = "return [...document.querySelectorAll('.requests > li')].filter(row => row.checkVisibility()).length"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    driver = open_browser(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


def show(driver: Chrome, size: tuple[int, int]) -> None:
    """Make the window this large."""
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def console(driver: Chrome) -> list[str]:
    """What stands on the console since the last call: errors, warnings, what the page's policy refused."""
    return [str(entry["message"]) for entry in driver.get_log("browser")]  # type: ignore[no-untyped-call]


def requested(driver: Chrome) -> list[str]:
    """The addresses of all that was loaded since the last call, pages too."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]  # type: ignore[no-untyped-call]
    return [each["params"]["request"]["url"] for each in events if each["method"] == "Network.requestWillBeSent"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name → page: green, red, both, large (500 requests), hostile."""
    home = tmp_path_factory.mktemp("pages")
    other = GoodRun()
    other.recording["suite"] = "redis"
    runs = {
        "green": [written(GoodRun(), home / "green")],
        "red": [written(red(), home / "red")],
        "large": [written(large(500), home / "large")],
        "hostile": [written(large(30, text=HOSTILE), home / "hostile")],
    }
    runs["both"] = [*runs["red"], written(other, home / "green")]
    for name, reports in runs.items():
        (home / f"{name}.html").write_text(html.render(reports), encoding="utf-8")
    return {name: home / f"{name}.html" for name in runs}


@pytest.fixture
def page(chromium: Chrome, pages: dict[str, Path], request: pytest.FixtureRequest) -> Iterator[Chrome]:
    """The page that the test's parameter names, just opened; at the end nothing has been asked for or complained of."""
    chromium.get("about:blank")
    show(chromium, WIDE)
    console(chromium), requested(chromium)
    path = pages[request.param]
    chromium.get(path.as_uri())
    yield chromium
    assert console(chromium) == []
    asked = {url.partition("#")[0] for url in requested(chromium)}
    assert asked <= {path.as_uri(), "data:,"}
    assert chromium.execute_script("return performance.getEntriesByType('resource').length") == 0


def opened(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", [name], indirect=True)


@pytest.mark.parametrize("page", ["green", "red", "both", "large", "hostile"], indirect=True)
def test_it_opens_and_asks_for_nothing(page: Chrome) -> None:
    assert page.find_element(By.TAG_NAME, "h1").text
    assert page.execute_script("return document.querySelectorAll('img, iframe, object, embed, script').length") == 1


@opened("red")
def test_what_failed_stands_open_at_the_top(page: Chrome) -> None:
    reason = page.find_element(By.CSS_SELECTOR, ".suite .reason").text
    assert "no recorded answer for GET http://127.0.0.1:9123/wether" in reason and "make e2e-flask" in reason
    request = page.find_element(By.CSS_SELECTOR, ".requests > li:first-child details[open]")
    for words in (
        "create order", "url: '/weather' recorded, '/wether' asked", "response.body.items[1]", "not asked for",
        "+300.0 ms ✗ no recorded answer", "E2E_ONLY='create order' E2E_PYTHON=3.12 make e2e-flask", "mocks.jsonl",
    ):  # fmt: skip
        assert words in request.text, words
    bars = [svg.size["width"] for svg in request.find_elements(By.CSS_SELECTOR, ".fall svg")]
    assert min(bars) > 100


@opened("large")
def test_five_hundred_requests_are_filtered_as_one_types(page: Chrome) -> None:
    assert page.execute_script(SHOWN) == 500
    field, shown = page.find_element(By.ID, "filter"), page.find_element(By.ID, "shown")
    for typed, count in (("request 49", 15), ("9", 1)):
        field.send_keys(typed)
        assert page.execute_script(SHOWN) == count
        assert shown.text == f"{count} of 500 shown"
    field.send_keys(Keys.ESCAPE)
    assert page.execute_script(SHOWN) == 500
    for kind in ("failed", "known"):
        page.find_element(By.CSS_SELECTOR, f"input[value^={kind}]").send_keys(Keys.SPACE)
        assert page.execute_script(SHOWN) == 50


@opened("red")
def test_a_command_is_a_click_away(page: Chrome) -> None:
    page.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    button = page.find_element(By.CSS_SELECTOR, "details[open] .copy")
    button.click()
    copied = page.execute_async_script("navigator.clipboard.readText().then(arguments[0], arguments[0])")
    assert copied == "E2E_ONLY='create order' E2E_PYTHON=3.12 make e2e-flask"
    assert button.text == "copied"


@pytest.mark.parametrize("page", ["both", "large", "hostile", "red"], indirect=True)
def test_a_phone_needs_no_scrolling_sideways(page: Chrome) -> None:
    show(page, PHONE)
    page.execute_script("document.querySelectorAll('.requests details').forEach((each, n) => each.open = n < 40)")
    page.execute_script("document.querySelectorAll('.suite > details').forEach((each) => each.open = true)")
    assert page.execute_script("return [document.documentElement.scrollWidth, innerWidth]") == [375, 375]


def test_without_javascript_all_of_it_is_there(chromium: Chrome, pages: dict[str, Path]) -> None:
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        chromium.get(pages["red"].as_uri())
        assert not any(chromium.find_element(By.CSS_SELECTOR, each).is_displayed() for each in ("#filter", ".copy"))
        assert "response.body.items[1]" in chromium.find_element(By.TAG_NAME, "body").text
        chromium.find_element(By.CSS_SELECTOR, ".requests > li:nth-child(2) summary").click()
        assert "X-E2e-Request: 1" in chromium.find_element(By.CSS_SELECTOR, ".requests > li:nth-child(2)").text
    finally:
        chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        chromium.get("about:blank")
        console(chromium)
