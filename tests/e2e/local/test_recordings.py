"""Recordings that are compared with the locked SDK's, saved, and replayed under another SDK."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from e2e_common.util.paths import ROOT, SUITES
from tests.conftest import E2E, Suite, clean_environ, execute, installed_sdk

WSGI = Path("drift", "instrumentation", "wsgi", "utilities.py")
MESSAGE = '"statusMessage": status_message,'


@pytest.fixture
def sdk(tmp_path: Path) -> Path:
    """The locked SDK with a change on which no response depends."""
    folder = tmp_path / "sdk"
    unwanted = shutil.ignore_patterns("e2e-tests", "stack-tests", "e2e_common", "__pycache__")
    shutil.copytree(installed_sdk(), folder / "drift", ignore=unwanted)
    text = (folder / WSGI).read_text()
    assert text.count(MESSAGE) == 1
    (folder / WSGI).write_text(text.replace(MESSAGE, MESSAGE.replace("status_message", "status_message.lower()")))
    return folder


def test_what_a_changed_sdk_records_is_compared(canary: Suite, sdk: Path) -> None:
    reported = canary.run(CANARY="careless", E2E_SDK=str(sdk), E2E_RECORDING="report")
    assert (reported.code, reported.result["verdict"]) == (0, "passed"), reported.output
    assert "recordings differ from the locked SDK's in 2 requests: make diff-recording-canary" in reported.output
    assert f" + {min(os.path.relpath(sdk, ROOT), str(sdk), key=len)} · " in reported.output
    shown = canary.verb("diff-recording")
    assert '$.outputValue.statusMessage: "OK" → "ok"' in shown.output
    assert f"careless   src/{Path('test_requests.py')}" in shown.output
    red = canary.run(CANARY="careless", E2E_SDK=str(sdk), E2E_RECORDING="same", E2E_ONLY="careless")
    assert (red.code, red.result["reason"]) == (
        1, "recordings differ from the locked SDK's in 1 request: make diff-recording-canary",
    )  # fmt: skip
    (sdk / WSGI).write_text((sdk / WSGI).read_text().replace("status_message.lower()", "status_message"))
    same = canary.run(CANARY="careless", E2E_SDK=str(sdk), E2E_RECORDING="same")
    assert (same.code, "recordings differ" in same.output) == (0, False), same.output


def test_a_saved_recording_is_replayed(canary: Suite, sdk: Path) -> None:
    assert canary.run(*Suite.RECORD, CANARY="careless").code == 0
    assert canary.verb("save-recording", "8000", "first").code == 0
    assert canary.run(*Suite.RECORD, CANARY="wrong answer").code == 1
    replayed = canary.run(*Suite.REPLAY, "--recording", "first", CANARY="careless", E2E_SDK=str(sdk))
    assert replayed.code == 0, replayed.output
    result = json.loads((canary.out / "canary-8000-first" / "result.json").read_text())
    assert [test["name"] for test in result["tests"]] == ["GET /fine", "careless"]
    missing = canary.run(*Suite.REPLAY, "--recording", "firs")
    assert (missing.code, "did you mean first?" in missing.output) == (2, True), missing.output
    assert canary.verb("save-recording", "8000", "../first").code == 2


@pytest.mark.parametrize("saved", sorted(SUITES.glob("*/e2e-tests/recordings/*")), ids=lambda path: path.parts[-4])
def test_an_old_recording_stays_green(saved: Path, tmp_path: Path) -> None:
    """Recorded by SDK 0.1.28, replayed under the locked one."""
    words = ("run", saved.parents[1], *Suite.REPLAY[:1], "setup,replay,check", "--recording", saved.name)
    done = execute(E2E, *words, env=clean_environ(E2E_OUT=str(tmp_path)))
    assert (done.returncode, "PARTIAL" in done.stdout) == (0, True), done.stdout + done.stderr


def test_only_what_failed_last_runs_again(canary: Suite) -> None:
    assert canary.run(CANARY="careless, wrong answer").code == 1
    again = canary.run(CANARY="careless, wrong answer", E2E_LAST_FAILED="1")
    assert (again.code, [test["name"] for test in again.result["tests"]]) == (1, ["wrong answer"])
    assert "E2E_ONLY='wrong answer'" in again.output
    none = canary.run(CANARY="careless", E2E_LAST_FAILED="1", E2E_ONLY="x")
    assert (none.code, "either of them" in none.output) == (2, True)
