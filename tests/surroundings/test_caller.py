"""What the one who calls brings along: streams, variables, limits, signals, a `.env`. A run does its work all the same,
or says what it needs, with the exit code of the contract."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from e2e_common.errors import HarnessError, of_the_machine
from e2e_common.interrupts import Interrupted, Interrupts
from e2e_common.knobs import load_knobs
from e2e_common.paths import ROOT
from e2e_common.readiness import wait_until
from tests.conftest import Finished, Suite

LIMIT_S = 90
BASH = shutil.which("bash") or "/bin/bash"
NAMES = """    api.get("/fine", name="Grüße, 日本", body={"fine": True})
    api.get("/random-number", name="naïve «miss»", body={"text": matches("[0-9]+")})
"""


def shell(suite: Suite, script: str, **knobs: str | None) -> Finished:
    """A run that `script` starts as "$@". A knob that is None is not in the environment."""
    told = {**suite.environ({"CANARY": ""}), **knobs}
    environ = {key: value for key, value in told.items() if value is not None}
    done = subprocess.run(
        [BASH, "-c", script, "sh", *suite.command()], env=environ,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT_S, check=False, cwd=ROOT,
    )  # fmt: skip
    return suite.finished(done.returncode, (done.stdout + done.stderr).decode())


def verdict(run: Finished) -> tuple[int, str]:
    return run.code, run.result.get("verdict", "none")


STREAMS = {
    "stdin closed": '"$@" <&-',
    "stdout closed": '"$@" >&-',
    "stderr closed": '"$@" 2>&-',
    "all closed": '"$@" <&- >&- 2>&-',
    "stdout full": '"$@" >/dev/full',
    "nobody reads": '"$@" | true; exit ${PIPESTATUS[0]}',
    "nobody reads on": 'E2E_VERBOSE=1 "$@" | head -n 1; exit ${PIPESTATUS[0]}',
    "umask 077": 'umask 077; "$@"',
    "umask 000": 'umask 000; "$@"',
    "64 open files": 'ulimit -n 64; "$@"',
}


@pytest.mark.slow
@pytest.mark.parametrize("script", STREAMS.values(), ids=STREAMS)
def test_a_run_does_not_mind(canary: Suite, script: str) -> None:
    run = shell(canary, script)
    assert verdict(run) == (0, "passed"), run.output
    writable = [path for path in canary.out.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o002]
    assert writable == [], "nobody else may change what was recorded"


def test_a_red_run_is_red_though_nobody_reads(canary: Suite) -> None:
    run = shell(canary, '"$@" <&- >&- 2>&-', CANARY="random number")
    assert verdict(run) == (1, "failed")


LONG = "/".join(["x" * 90] * 3)
VARIABLES: dict[str, dict[str, str | None]] = {
    "no HOME": {"HOME": None},
    "a HOME that is not there": {"HOME": "/no/such/home", "XDG_CACHE_HOME": None, "XDG_CONFIG_HOME": None},
    "a minimal PATH": {"PATH": "/usr/bin:/bin"},
    "no TMPDIR there": {"TMPDIR": "/no/such/folder"},
    "no locale": {"LANG": None, "LC_ALL": None, "LC_CTYPE": None},
    "a C locale, Latin-1": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"},
    "a POSIX locale": {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"},
    "a locale that is not installed": {"LC_ALL": "xx_YY.ISO-8859-1"},
    "another Python's home": {"PYTHONHOME": "/no/such", "PYTHONPATH": "/no/such", "PYTHONSAFEPATH": "1"},
}


@pytest.mark.slow
@pytest.mark.parametrize("variables", VARIABLES.values(), ids=VARIABLES)
def test_a_run_with_names_beyond_ascii(canary: Suite, variables: dict[str, str | None]) -> None:
    """One request of two is red, so that both names are logged, judged and printed."""
    script = canary.folder / "src" / "test_requests.py"
    script.write_text(script.read_text() + NAMES)
    run = shell(canary, '"$@"', **variables)
    assert verdict(run) == (1, "failed"), run.output
    assert "'naïve «miss»': response.body: Response body content mismatch" in run.output
    assert run.test("Grüße, 日本")["verdict"] == "passed"


STEERING = {
    "WEB_CONCURRENCY": "4", "DJANGO_SETTINGS_MODULE": "mine", "WERKZEUG_RUN_MAIN": "true", "OTEL_SDK_DISABLED": "true",
    "FLASK_DEBUG": "1", "PYTHONPATH": "/no/such",
}  # fmt: skip
PASSING = {"PYTHONBREAKPOINT": "0", "TERM": "dumb", "TUSK_SKIP_PROTO_VALIDATION": "1", "MINE": "yes"}


def test_of_the_callers_variables_the_application_has_those_that_are_listed(canary: Suite) -> None:
    app = canary.folder / "src" / "app.py"
    names = [*STEERING, *PASSING]
    told = f"print('seen', sorted(name for name in {names} if name in __import__('os').environ), flush=True)\n"
    app.write_text(told + app.read_text())
    run = shell(canary, '"$@"', **STEERING, **PASSING, E2E_APP_ENV="CANARY MINE")
    assert verdict(run) == (0, "passed"), run.output
    logs = [run.folder / "logs" / "record.log", *run.folder.glob("logs/tusk-replay-*.log")]
    assert len(logs) == 2
    assert all(f"seen {sorted(PASSING)}" in log.read_text() for log in logs)


@pytest.mark.slow
@pytest.mark.parametrize("mode", [0o555, 0o755])
def test_a_temporary_folder_with_a_long_path(canary: Suite, tmp_path: Path, mode: int) -> None:
    folder = tmp_path / LONG
    folder.mkdir(parents=True)
    folder.chmod(mode)
    run = shell(canary, '"$@"', TMPDIR=str(folder))
    assert verdict(run) == (0, "passed"), run.output
    assert list(folder.iterdir()) == []


def test_without_a_path_it_is_no_run(canary: Suite) -> None:
    run = shell(canary, f'exec {BASH} "$@"', PATH="")
    assert run.code == 3, run.output
    assert not canary.out.exists()


def test_every_script_ends_where_its_library_is_not_found() -> None:
    sourcing = [path for path in (ROOT / "scripts").glob("*.sh") if "\nsource " in path.read_text()]
    assert len(sourcing) > 4
    for path in sourcing:
        (line,) = [line for line in path.read_text().splitlines() if line.startswith("source ")]
        assert line.endswith('lib.sh" || exit 3'), path


@pytest.mark.slow
def test_too_few_open_files_are_told(canary: Suite) -> None:
    run = shell(canary, 'ulimit -n 8; "$@"')
    assert verdict(run) == (3, "error"), run.output
    assert "Too many open files: allow more open files (ulimit -n)" in run.output


def test_too_few_processes_are_told() -> None:
    """By the error alone: root has no limit of processes, and anybody else's counts all that is theirs."""
    told = of_the_machine(OSError(errno.EAGAIN, "Resource temporarily unavailable"))
    assert told is not None
    assert (told.code, str(told)) == (3, "Resource temporarily unavailable: allow more processes (ulimit -u)")


def test_a_terminal_that_goes_away(canary: Suite) -> None:
    """SIGHUP; tests/runs/test_interrupts.py has the others."""
    process = subprocess.Popen(
        canary.command(), env=canary.environ({"CANARY": "hangs in recording"}), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, cwd=ROOT,
    )  # fmt: skip
    log = canary.out / "canary-8000" / "logs" / "record.log"
    wait_until(lambda: log.exists() and "canary: hanging" in log.read_text(), timeout_s=60, what="the recording")
    os.killpg(process.pid, signal.SIGHUP)
    assert process.wait(LIMIT_S) == 129
    result = json.loads((log.parents[1] / "result.json").read_text())
    assert (result["code"], result["reason"]) == (129, "interrupted by SIGHUP")


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_a_test_starts_hears_signals_that_its_caller_ignores(signum: int) -> None:
    heard = f"import signal; print(signal.getsignal({int(signum)}) != signal.SIG_IGN)"
    tests = f"from tests.conftest import *; pytest_configure(); subprocess.run([{sys.executable!r}, '-c', {heard!r}])"
    command = ["bash", "-c", f'trap \'\' {int(signum)}; exec "$0" "$@"', sys.executable, "-c", tests]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "True\n"


def test_with_nohup_it_goes_on() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts() as interrupts:
            signal.raise_signal(signal.SIGHUP)
        assert interrupts.first is None
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        with pytest.raises(Interrupted), Interrupts():
            signal.raise_signal(signal.SIGHUP)
    finally:
        for signum in Interrupts.SIGNALS:
            signal.signal(signum, signal.default_int_handler if signum == signal.SIGINT else signal.SIG_DFL)
        signal.signal(signal.SIGHUP, before)


DOTENV: dict[str, tuple[Callable[[Path], object], str]] = {
    "not UTF-8": (lambda path: path.write_bytes(b"E2E_WITH=\xff\xfe\n"), r"\.env is not UTF-8 \(byte 9\)"),
    "UTF-16": (lambda path: path.write_text("E2E_TIMEOUT=60\n", "utf-16"), r"\.env is not UTF-8 \(byte 0\)"),
    "a zero byte": (lambda path: path.write_bytes(b"E2E_ONLY=a\0b\n"), r"\.env holds a zero byte"),
    "no pair": (lambda path: path.write_text("E2E_TIMEOUT\n"), r"\.env, line 1: expected KEY=value"),
    "a loop": (lambda path: path.symlink_to(path.name), ""),
    "a folder": (lambda path: path.mkdir(), ""),
}  # fmt: skip


@pytest.mark.parametrize(("make", "says"), DOTENV.values(), ids=DOTENV)
def test_a_bad_dotenv_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object], says: str
) -> None:
    monkeypatch.setattr("e2e_common.knobs.ROOT", tmp_path)
    make(tmp_path / ".env")
    if not says:  # as if there were none
        assert load_knobs()["E2E_TIMEOUT"]
        return
    with pytest.raises(HarnessError, match=says) as told:
        load_knobs()
    assert told.value.code == 2
