"""A new suite is green, and make and CI find it without further edits. Needs the package index."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from e2e_common.util.paths import CACHE
from tests.conftest import all_passed, clean_environ, copy_checkout, execute


def make(checkout: Path, *words: str) -> str:
    """Runs make in the copy, with the copy's modules and this checkout's environment. Returns its output."""
    environ = clean_environ(PYTHONPATH=str(checkout), E2E_OUT=str(checkout / "out"))
    return execute("make", *words, env=environ, cwd=checkout, check=True).stdout


@pytest.mark.slow
def test_green_as_it_is_made_and_found_by_all(tmp_path: Path) -> None:
    """In a copy of the checkout that uses this checkout's cache."""
    checkout = tmp_path / "copy"
    copy_checkout(checkout)
    (checkout / ".cache").symlink_to(CACHE)
    assert "make e2e-urllib3" in make(checkout, "new-suite", "NAME=urllib3")
    folder = checkout / "drift" / "instrumentation" / "urllib3" / "e2e-tests"
    lines = (folder / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")][1:] == ["flask", "requests", "urllib3"]
    assert "\nurllib3==" in (folder / "requirements.lock").read_text()

    make(checkout, "e2e-urllib3", "PORT=8951")
    result = json.loads((checkout / "out" / "urllib3-8951" / "result.json").read_text())
    assert (result["verdict"], result["requests"]) == ("passed", all_passed(3, floats=1))
    assert result["versions"]["urllib3"]

    assert "changed facts turned red, 100.0 %" in make(checkout, "mutate-urllib3", "PORT=8951")
    assert "urllib3" in make(checkout, "help").rpartition("Suites:")[2]
    make(checkout, "--dry-run", "coverage-urllib3", "shell-urllib3")
    words = [CACHE / "harness" / "bin" / "python", "-m", "e2e_common", "suites"]
    listed = execute(*words, env=clean_environ(), cwd=checkout, check=True)
    assert "urllib3" in json.loads(listed.stdout), "the jobs of CI"
