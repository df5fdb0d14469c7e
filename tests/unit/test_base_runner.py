"""What a run makes of what comes while it cleans up, where there is no verdict yet that it could spoil."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

from e2e_common import base_runner
from e2e_common.util.interrupts import Interrupted
from e2e_common.util.paths import SUITES
from tests.conftest import clean_environ, execute

RUN = """
import errno, os, signal, sys
from pathlib import Path
from e2e_common.base_runner import E2ETestRunnerBase

def full(_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/x")

runner = E2ETestRunnerBase(Path(sys.argv[1]), ["8124", "--phases", "cleanup"])
runner.folder.publish = lambda _: None
{spoil}
raise SystemExit(runner.run())
"""


def spoilt(out: Path, *spoil: str) -> subprocess.CompletedProcess[str]:
    """A run of the flask suite's clean-up after the lines `spoil`, with its artifacts in `out`."""
    words = [sys.executable, "-c", RUN.format(spoil="\n".join(spoil)), SUITES / "flask" / "e2e-tests"]
    return execute(*words, env=clean_environ(E2E_OUT=str(out)))


@pytest.mark.parametrize(
    ("spoil", "code", "says"),
    [
        ("", 0, "nothing recorded or replayed of flask: "),
        ("runner.folder.publish = lambda _: signal.raise_signal(signal.SIGTERM)", 143, "interrupted by SIGTERM"),
        ("runner.folder.publish = full", 3, "/x: No space left on device: free some space"),
        (
            "runner._services.close = lambda: os.spawnlp(os.P_NOWAIT, 'sleep', 'sleep', '60')",
            6,
            "left processes behind: ",
        ),
    ],
)
def test_what_comes_in_the_clean_up_of_a_run_without_a_verdict(
    tmp_path: Path, spoil: str, code: int, says: str
) -> None:
    done = spoilt(tmp_path, spoil)
    assert (done.returncode, done.stderr, says in done.stdout) == (code, "", True), done.stderr + done.stdout
    result = tmp_path / "flask-8124" / "result.json"
    assert (json.loads(result.read_text())["code"] if result.exists() else 0) == code


IN_CHECK = (
    "runner.phases = ['setup', 'check', 'cleanup']",
    "runner._setup = runner._check = lambda: print('limit', signal.getitimer(signal.ITIMER_REAL)[0])",
)


def limits(done: subprocess.CompletedProcess[str]) -> list[float]:
    return [float(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("limit ")]


def test_the_time_limit_begins_at_the_end_of_the_set_up(tmp_path: Path) -> None:
    in_setup, in_check = limits(spoilt(tmp_path, *IN_CHECK))
    assert in_setup == 0 < in_check


def test_a_call_that_only_records_leaves_the_rest_of_the_time_limit_to_its_replay(tmp_path: Path) -> None:
    """The set-up of neither counts."""
    earlier = (
        "from e2e_common.artifacts.run_folder import write_json",
        "from e2e_common.artifacts.decoding import NO_RECORDING, NO_SETUP",
        "from msgspec.structs import replace",
        "write_json(runner.folder.recording, replace(NO_RECORDING, runtime='local'))",
        "seconds = {'prepare': 500, 'record': 280}",
        "write_json(runner.folder.setup, replace(NO_SETUP, seconds=seconds, goes_on=True))",
    )
    [in_check] = limits(spoilt(tmp_path, *IN_CHECK, *earlier, "runner._setup = runner.state.to_replay"))
    assert 0 < in_check <= 20


@pytest.mark.parametrize(
    ("signum", "code", "reason"),
    [
        (signal.SIGALRM, 5, "not done within 3 s (E2E_TIMEOUT)"),
        (signal.SIGTERM, 143, "interrupted by SIGTERM"),
    ],
)
def test_what_interrupts_a_run_is_its_reason(signum: signal.Signals, code: int, reason: str) -> None:
    runner = Mock(options={"E2E_TIMEOUT": 3}, _allowance_s=0, _outcome=None)
    base_runner.E2ETestRunnerBase._fail(runner, Interrupted(signum))
    error = runner.state.stopped.call_args.args[0]
    assert (error.code, str(error)) == (code, reason)
