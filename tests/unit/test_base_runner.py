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


def spoilt(out: Path, spoil: str) -> subprocess.CompletedProcess[str]:
    """A run of the flask suite's clean-up after the lines `spoil`, with its artifacts in `out`."""
    words = [sys.executable, "-c", RUN.format(spoil=spoil), SUITES / "flask" / "e2e-tests"]
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
            "the application left processes behind: ",
        ),
    ],
)
def test_what_comes_in_the_clean_up_of_a_run_without_a_verdict(
    tmp_path: Path, spoil: str, code: int, says: str
) -> None:
    done = spoilt(tmp_path, spoil)
    assert (done.returncode, done.stderr) == (code, ""), done.stderr
    assert says in done.stdout
    result = tmp_path / "flask-8124" / "result.json"
    assert (json.loads(result.read_text())["code"] if result.exists() else 0) == code


def test_the_time_limit_begins_at_the_end_of_the_set_up(tmp_path: Path) -> None:
    spoil = (
        "runner.phases = ['setup', 'check', 'cleanup']\n"
        "runner._setup = runner._check = lambda: print('limit', signal.getitimer(signal.ITIMER_REAL)[0] > 0)"
    )
    assert spoilt(tmp_path, spoil).stdout.splitlines()[:2] == ["limit False", "limit True"]


def test_a_call_that_only_records_leaves_the_rest_of_the_time_limit_to_its_replay(tmp_path: Path) -> None:
    """The set-up of neither counts."""
    spoil = (
        "from e2e_common.artifacts.run_folder import write_json\n"
        "from e2e_common.artifacts.decoding import NO_RECORDING, NO_SETUP\n"
        "from msgspec.structs import replace\n"
        "write_json(runner.folder.recording, replace(NO_RECORDING, runtime='local'))\n"
        "seconds = {'prepare': 500, 'record': 280}\n"
        "write_json(runner.folder.setup, replace(NO_SETUP, seconds=seconds, goes_on=True))\n"
        "runner.phases = ['setup', 'check', 'cleanup']\n"
        "runner._setup = runner.state.to_replay\n"
        "runner._check = lambda: print('limit', 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 20)"
    )
    assert spoilt(tmp_path, spoil).stdout.splitlines()[:1] == ["limit True"]


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
