"""report.html in a real browser: it asks the network for nothing, says nothing on the console, and can be used with 500
requests, on a phone, without a mouse, in the dark, and without JavaScript."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from e2e_common.reports import html
from tests.reports import accessible
from tests.reports.browser import PHONE, WIDE, browser, console, missing, requested, show
from tests.reports.made import HOSTILE, large, red, written
from tests.unit.good_run import GoodRun

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"report.html in a browser: SKIPPED, {missing()}")

FILTER_LIMIT_S = 2.0  # of a keystroke, beside others' work on the machine; it takes a few milliseconds
LOAD_LIMIT_S = 20.0
SHOWN = "return [...document.querySelectorAll('.requests > li')].filter(row => row.checkVisibility()).length"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with browser(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name → page: green, red, both, large (500 requests), hostile."""
    home = tmp_path_factory.mktemp("pages")
    other = GoodRun()
    other.run["suite"] = "redis"
    runs = {
        "green": [written(GoodRun(), home / "green")],
        "red": [written(red(), home / "red")],
        "large": [written(large(500), home / "large")],
        "hostile": [written(large(30, text=HOSTILE), home / "hostile")],
    }
    runs["both"] = [*runs["red"], written(other, home / "green")]
    for name, told in runs.items():
        (home / f"{name}.html").write_text(html.render(told), encoding="utf-8")
    return {name: home / f"{name}.html" for name in runs}


@pytest.fixture
def page(chromium: Chrome, pages: dict[str, Path], request: pytest.FixtureRequest) -> Iterator[Chrome]:
    """The page that the test's parameter names, just opened; at the end nothing has been asked for or complained of."""
    chromium.get("about:blank")
    show(chromium, WIDE)
    console(chromium), requested(chromium)
    path = pages[request.param]
    began = time.monotonic()
    chromium.get(path.as_uri())
    assert time.monotonic() - began < LOAD_LIMIT_S
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
    assert page.execute_script("return document.querySelectorAll('img, iframe, object, embed').length") == 0
    assert page.execute_script("return document.scripts.length") == 1


def test_its_policy_names_its_own_style_and_script_and_nothing_else(pages: dict[str, Path]) -> None:
    text = pages["red"].read_text(encoding="utf-8")
    policy = re.search(r'Security-Policy" content="([^"]*)"', text)
    assert policy
    parts = dict(part.split(" ", 1) for part in policy[1].replace("&#39;", "'").split("; "))
    assert parts.pop("default-src") == parts.pop("base-uri") == parts.pop("form-action") == "'none'"
    assert parts.pop("img-src") == "data:"
    for tag in ("style", "script"):
        inside = text.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert parts.pop(f"{tag}-src") == f"'sha256-{digest}'"
    assert not parts
    assert not re.search(r'(src|href)="(?!#|data:,)', text)


@opened("red")
def test_what_failed_stands_open_at_the_top(page: Chrome) -> None:
    reason = page.find_element(By.CSS_SELECTOR, ".suite .reason").text
    assert "no recorded answer for GET http://127.0.0.1:9123/wether" in reason
    assert "make e2e-flask" in reason
    request = page.find_element(By.CSS_SELECTOR, ".requests > li:first-child details[open]")
    text = request.text
    for words in (
        "create order", "url: '/weather' recorded, '/wether' asked", "response.body.items[1]", "not asked for",
        "✗ no recorded answer +300.0 ms", "E2E_ONLY='create order' make e2e-flask", "mocks.jsonl",
    ):  # fmt: skip
        assert words in text, words
    rows = request.find_elements(By.CSS_SELECTOR, ".fall tbody tr")
    assert [row.get_attribute("class") for row in rows] == ["root", "answered", "unasked", "missed"]
    bars = [svg.size["width"] for svg in request.find_elements(By.CSS_SELECTOR, ".fall svg")]
    assert min(bars) > 100


@opened("large")
def test_five_hundred_requests_are_filtered_as_one_types(page: Chrome) -> None:
    assert page.execute_script(SHOWN) == 500
    field, told = page.find_element(By.ID, "filter"), page.find_element(By.ID, "told")
    for typed, count in (("request 49", 15), ("9", 1)):
        began = time.monotonic()
        field.send_keys(typed)
        assert page.execute_script(SHOWN) == count
        assert time.monotonic() - began < FILTER_LIMIT_S * len(typed)
        assert told.text == f"{count} of 500 shown"
    field.send_keys(Keys.ESCAPE)
    assert page.execute_script(SHOWN) == 500
    page.find_element(By.CSS_SELECTOR, "input[value=failed]").send_keys(Keys.SPACE)
    assert page.execute_script(SHOWN) == 50
    page.find_element(By.CSS_SELECTOR, "input[value=failed]").send_keys(Keys.ARROW_RIGHT)
    assert page.execute_script(SHOWN) == 50
    assert page.execute_script("return document.querySelector('[name=verdict]:checked').value") == "known"
    took = page.execute_script(
        "const filter = document.getElementById('filter'), began = performance.now();"
        "filter.value = 'request 1'; filter.dispatchEvent(new Event('input', {bubbles: true}));"
        "document.body.offsetHeight; return performance.now() - began"
    )
    assert took < FILTER_LIMIT_S * 1000


@pytest.mark.parametrize("page", ["both", "large", "hostile", "red"], indirect=True)
def test_a_phone_needs_no_scrolling_sideways(page: Chrome) -> None:
    show(page, PHONE)
    page.execute_script("document.querySelectorAll('details.request').forEach((each, n) => each.open = n < 40)")
    page.execute_script("document.querySelectorAll('details.part, details.log').forEach((each) => each.open = true)")
    width, inner = page.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
    assert (width, inner) == (375, 375)
    beyond = page.execute_script(
        "return [...document.querySelectorAll('main *')].filter((each) => each.checkVisibility() &&"
        " !each.closest('.text, svg, .unseen, .choice') && each.getBoundingClientRect().right > 376)"
        ".map((each) => each.outerHTML.slice(0, 200))"
    )
    assert beyond == []


@opened("both")
def test_tab_reaches_a_request_and_enter_opens_it(page: Chrome) -> None:
    seen = []
    for _ in range(60):
        ActionChains(page).send_keys(Keys.TAB).perform()
        focused = page.execute_script(
            "const on = document.activeElement, style = getComputedStyle(on), box = on.getBoundingClientRect();"
            "const shown = on.matches('.choice input') ? getComputedStyle(on.parentElement) : style;"
            "return [on.tagName, on.textContent.slice(0, 40), shown.outlineStyle, on.id,"
            " box.top >= 0 && box.bottom <= innerHeight]"
        )
        seen.append(focused)
        assert focused[2] != "none", f"the focus cannot be seen on {focused}"
        if focused[0] == "SUMMARY" and "health" in focused[1]:
            break
    else:
        raise AssertionError(f"Tab does not reach a request: {seen}")
    assert seen[0][1] == "Skip to the suites"
    assert [each for each in seen if each[3] == "theme"]
    assert [each for each in seen if each[3] == "filter"]
    request = page.execute_script("return document.activeElement.parentElement")
    assert not request.get_attribute("open")
    ActionChains(page).send_keys(Keys.ENTER).perform()
    assert request.get_attribute("open")
    assert request.find_element(By.CSS_SELECTOR, ".inside").is_displayed()
    ActionChains(page).send_keys("/").perform()
    assert page.execute_script("return document.activeElement.id") == "filter"


@opened("both")
def test_a_link_to_a_request_opens_it(page: Chrome) -> None:
    page.execute_script("location.hash = '#s2-redis-3'")
    request = page.find_element(By.ID, "s2-redis-3")
    page.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    assert request.find_element(By.CSS_SELECTOR, ".inside").is_displayed()


@pytest.mark.parametrize("page", ["red", "both", "green"], indirect=True)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everyone_can_read_it(page: Chrome, dark: bool) -> None:
    show(page, WIDE, dark=dark)
    page.execute_script("document.querySelectorAll('details').forEach((each) => each.open = true)")
    assert accessible.problems(page) == []
    ground = accessible.luminance(page.execute_script("return getComputedStyle(document.body).backgroundColor"))
    assert (ground < 0.1) if dark else (ground > 0.8)


@opened("red")
def test_the_other_theme_is_a_button_away(page: Chrome) -> None:
    button = page.find_element(By.ID, "theme")
    body = "return getComputedStyle(document.body).backgroundColor"
    before = page.execute_script(body)
    assert button.get_attribute("aria-pressed") == "false"
    button.send_keys(Keys.ENTER)
    assert button.get_attribute("aria-pressed") == "true"
    assert page.execute_script(body) != before
    assert accessible.problems(page) == []
    button.send_keys(Keys.ENTER)
    assert page.execute_script(body) == before


@opened("both")
def test_it_prints(page: Chrome) -> None:
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not page.find_element(By.CLASS_NAME, "tools").is_displayed()
    pdf = page.execute_cdp_cmd("Page.printToPDF", {})["data"]
    assert base64.b64decode(pdf).startswith(b"%PDF")
    show(page, WIDE)
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_without_javascript_all_of_it_is_there(chromium: Chrome, pages: dict[str, Path]) -> None:
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        chromium.get(pages["red"].as_uri())
        assert not chromium.find_element(By.ID, "filter").is_displayed()
        assert not chromium.find_element(By.ID, "theme").is_displayed()
        assert "response.body.items[1]" in chromium.find_element(By.TAG_NAME, "main").text
        second = chromium.find_element(By.CSS_SELECTOR, ".requests > li:nth-child(2) summary")
        second.click()
        assert "X-E2e-Request: 1" in chromium.find_element(By.CSS_SELECTOR, ".requests > li:nth-child(2)").text
    finally:
        chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        chromium.get("about:blank")
        console(chromium)
