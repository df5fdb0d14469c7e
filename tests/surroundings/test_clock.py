"""A wall clock that jumps by an hour, forward or back: between recording and replay nobody minds; while a request is
under way its trace is worth nothing, and the run says so. (Time limits go by the monotonic clock throughout.)"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Suite

SOURCE = Path(__file__).with_name("clock_jump.c")
REPLAY = ("--phases", "setup,replay,check,cleanup")
HOUR = 3600
JUMPS = """
def fine() -> Response:
    if os.environ["TUSK_DRIFT_MODE"] == os.environ["JUMPS_IN"]:
        open(os.environ["CLOCK_JUMP_FILE"], "w").write(os.environ["JUMPS_BY"])
"""


class Clock:
    """The clock of the runs that get `knobs`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "jump"
        self._library = folder / "clock_jump.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", self._library, SOURCE, "-ldl"], timeout=60, check=True)
        self.jump(0)
        self.knobs = {"LD_PRELOAD": str(self._library), "CLOCK_JUMP_FILE": str(self._file), "CANARY": ""}

    def jump(self, seconds: int) -> None:
        self._file.write_text(str(seconds))


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    if not shutil.which("cc") or sys.platform != "linux":
        pytest.skip("no C compiler here for a clock that jumps")
    return Clock(tmp_path)


def test_the_clock_of_these_tests_jumps(clock: Clock) -> None:
    def now(*, jumping: bool) -> float:
        command = [sys.executable, "-c", "import time; print(time.time())"]
        return float(
            subprocess.run(command, env=clock.knobs if jumping else None, capture_output=True, check=True).stdout
        )

    clock.jump(HOUR)
    assert now(jumping=True) - now(jumping=False) == pytest.approx(HOUR, abs=60)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [HOUR, -HOUR])
def test_between_recording_and_replay(canary: Suite, clock: Clock, seconds: int) -> None:
    assert canary.run("--phases", "setup,record,cleanup", **clock.knobs).code == 0
    clock.jump(seconds)
    run = canary.run(*REPLAY, **clock.knobs)
    assert run.code == 0, run.output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "seconds", "code", "says"),
    [
        ("RECORD", -HOUR, 1, "'GET /fine': the machine's clock was set back by 3600 s while the request was under way"),
        ("RECORD", HOUR, 0, "passed"),
        ("REPLAY", HOUR, 0, "passed"),
        ("REPLAY", -HOUR, 0, "passed"),
    ],
)
def test_while_a_request_is_under_way(
    canary: Suite, clock: Clock, mode: str, seconds: int, code: int, says: str
) -> None:
    app = canary.folder / "src" / "app.py"
    app.write_text(app.read_text().replace("\ndef fine() -> Response:\n", JUMPS))
    run = canary.run(**clock.knobs, JUMPS_IN=mode, JUMPS_BY=str(seconds))
    assert (run.code, run.result["code"]) == (code, code), run.output
    assert says in run.result["reason"]
    assert all(0 <= spent < HOUR for spent in run.result["seconds"].values() if spent is not None)
