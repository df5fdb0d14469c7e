"""A real browser for the tests of report.html: headless Chromium with a profile of its own, that may reach nothing."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.service import Service

BROWSERS = ("google-chrome", "chromium")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
LIMIT_S = 60
WIDE, PHONE = (1280, 900), (375, 800)


def missing() -> str:
    """Why there is no browser here; empty where there is one."""
    if _browser() and shutil.which("chromedriver"):
        return ""
    return f"no {'chromedriver' if _browser() else ' and no '.join(BROWSERS)} on PATH"


def _browser() -> str:
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")


@contextlib.contextmanager
def browser(profile: Path) -> Iterator[Chrome]:
    """A browser of WIDE size. What it says on its console is kept for `console`."""
    options = webdriver.ChromeOptions()
    options.binary_location = _browser()
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(str(shutil.which("chromedriver"))))
    try:
        driver.set_page_load_timeout(LIMIT_S)
        driver.set_script_timeout(LIMIT_S)
        show(driver, WIDE)
        yield driver
    finally:
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
    events: list[dict[str, Any]] = [
        json.loads(entry["message"])["message"]
        for entry in driver.get_log("performance")  # type: ignore[no-untyped-call]
    ]
    sent = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    return [str(url) for url in sent]
