"""Headless Chromium for report.html. `python -m tests.unit.report.browser PAGE` prints how fast a page is."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.service import Service

NAMES = ("google-chrome", "chromium")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
LIMIT_S = 60
BROWSER = next((path for name in NAMES if (path := shutil.which(name))), "")
DRIVER = shutil.which("chromedriver") or ""
MISSING = "" if BROWSER and DRIVER else f"report.html in a browser: SKIPPED, no chromedriver with {' or '.join(NAMES)}"

LOADED = "return performance.getEntriesByType('navigation')[0].loadEventEnd"
FILTERED = """
const began = performance.now();
document.querySelector(".tools").elements.filter.value = "99";
document.querySelector(".tools").dispatchEvent(new Event("input"));
document.body.getBoundingClientRect();  // lays the page out
return performance.now() - began;
"""


def open_browser(profile: Path) -> Chrome:
    """A browser with a profile of its own, that may reach nothing. End it with `quit`."""
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(DRIVER))
    driver.set_page_load_timeout(LIMIT_S)
    driver.set_script_timeout(LIMIT_S)
    return driver


def main(page: str) -> None:
    """Print the milliseconds until the page is loaded, and those of a filter, by the browser's own clock."""
    if MISSING:
        print(MISSING)
        return
    with tempfile.TemporaryDirectory() as profile:
        driver = open_browser(Path(profile))
        try:
            driver.get(Path(page).resolve().as_uri())
            loaded, filtered = driver.execute_script(LOADED), driver.execute_script(FILTERED)
        finally:
            driver.quit()
    print(f"its page loads in {loaded:.0f} ms, a filter takes {filtered:.0f} ms")


if __name__ == "__main__":
    main(sys.argv[1])
