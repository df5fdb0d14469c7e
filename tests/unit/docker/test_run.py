"""A run under Docker that the machine, or its reader, leaves: the exit code of the contract, and nothing stays."""

from __future__ import annotations

import errno
import json
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from e2e_common.docker import objects, run
from e2e_common.docker.run import DockerRun
from e2e_common.errors import MAKE_ROOM
from e2e_common.interrupts import Interrupts
from e2e_common.paths import SUITES
from tests.conftest import clean_environ, execute
from tests.unit.docker.fake_docker import Docker

FLASK = SUITES / "flask" / "e2e-tests"


def no_space(*_: Any) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/out/x")


@pytest.fixture
def started(docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DockerRun]:
    """A run that has left a container behind."""
    for name in [name for name in os.environ if name.startswith(("E2E_", "TUSK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("E2E_OUT", str(tmp_path / "out"))
    monkeypatch.setenv("E2E_ONLY", "one*")
    handlers = {signum: signal.getsignal(signum) for signum in Interrupts.SIGNALS}
    made = DockerRun(FLASK, ["8123"])
    docker.has("container", "left", labels={objects.PROJECT: made._compose.project})
    yield made
    for signum, handler in handlers.items():
        signal.signal(signum, handler)


def test_what_the_machine_refuses_is_exit_3(
    started: DockerRun,
    docker: Docker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(run, "require_engine", no_space)
    assert started.run() == 3
    result = json.loads((tmp_path / "out" / "flask-8123" / "result.json").read_text())
    assert (result["code"], result["partial"]) == (3, True)
    said = capsys.readouterr()
    assert f"/out/x: No space left on device: {MAKE_ROOM}" in said.out
    assert "Traceback" not in said.err
    assert docker.left == set()


def test_a_fault_of_ours_is_exit_1_with_its_traceback(
    started: DockerRun, docker: Docker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fault() -> NoReturn:
        raise KeyError("tea")

    monkeypatch.setattr(run, "require_engine", fault)
    assert started.run() == 1
    said = capsys.readouterr()
    assert "KeyError: 'tea' (the traceback is above)" in said.out
    assert "Traceback" in said.err
    assert docker.left == set()


def test_logs_that_cannot_be_kept_keep_no_container(
    started: DockerRun, docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(started, "_keep_logs", no_space)
    assert started.run() == 3, "there is no image"
    assert docker.left == set()


def test_a_reader_that_goes_away_changes_no_exit_code(docker: Docker, tmp_path: Path) -> None:
    call = shlex.join([sys.executable, "-m", "e2e_common", "run", str(FLASK), "8123"])
    environ = clean_environ(E2E_OUT=str(tmp_path / "out"), E2E_RUNTIME="docker")
    done = execute(shutil.which("bash") or "bash", "-c", f"{call} | true; exit ${{PIPESTATUS[0]}}", env=environ)
    assert (done.returncode, done.stderr) == (3, "")
