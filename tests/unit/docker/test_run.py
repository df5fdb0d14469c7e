"""What comes before a run's containers, and after them: the exit code of the contract, and nothing stays."""

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
from e2e_common.docker.override import project_of
from e2e_common.docker.run import DockerRun
from e2e_common.util.errors import MAKE_ROOM
from e2e_common.util.interrupts import Interrupts
from e2e_common.util.paths import SUITES
from tests.conftest import clean_environ, execute
from tests.unit.docker.fake_docker import Docker

FLASK = SUITES / "flask" / "e2e-tests"


def no_space(*_: Any) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/out/x")


@pytest.fixture
def made(docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DockerRun]:
    """A run before its start. The lock is not file descriptor 9, which the tests' own process may use."""
    for name in [name for name in os.environ if name.startswith(("E2E_", "TUSK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("E2E_OUT", str(tmp_path / "out"))
    monkeypatch.setenv("E2E_ONLY", "one*")
    monkeypatch.setattr(run, "LOCK", None)
    handlers = {signum: signal.getsignal(signum) for signum in Interrupts.SIGNALS}
    yield DockerRun(FLASK, ["8123"])
    for signum, handler in handlers.items():
        signal.signal(signum, handler)


@pytest.fixture
def ended(made: DockerRun, docker: Docker) -> DockerRun:
    """One whose containers have ended, and have left a container behind."""
    (made.folder.logs).mkdir(parents=True)
    for name, text in {"compose.json": "{}", "printed": "✓ printed\n", "compose.log": "first\nthe last\n"}.items():
        made.folder.root.with_name(f".flask-8123.{name}").write_text(text)
    docker.has("container", "left", labels={objects.PROJECT: project_of(made.folder)})
    return made


def result_of(made: DockerRun) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made.folder.result.read_text())
    return found


def test_what_the_machine_refuses_is_exit_3(
    made: DockerRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "require_engine", no_space)
    assert made.start() == 3
    assert (result_of(made)["code"], result_of(made)["partial"]) == (3, True)
    said = capsys.readouterr()
    assert f"/out/x: No space left on device: {MAKE_ROOM}" in said.out
    assert "Traceback" not in said.err


def test_a_fault_of_ours_is_exit_1_with_its_traceback(
    made: DockerRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fault() -> NoReturn:
        raise KeyError("tea")

    monkeypatch.setattr(run, "require_engine", fault)
    assert made.start() == 1
    said = capsys.readouterr()
    assert "KeyError: 'tea'" in said.out
    assert "Traceback" in said.err


def fault(status: int) -> str:
    return f"docker compose run ended with {status} before the run could say how:\n✓ printed\nfirst\nthe last"


@pytest.mark.parametrize(
    ("code", "status", "interrupted", "expected", "reason"),
    [
        (0, 0, "", 0, "its own"),
        (1, 1, "", 1, "its own"),
        (6, 6, "TERM", 6, "its own"),
        (0, 0, "INT", 130, "interrupted by SIGINT"),
        (143, 130, "TERM", 143, "interrupted by SIGTERM"),
        (143, 143, "HUP", 129, "interrupted by SIGHUP"),
        (None, 0, "INT", 130, "interrupted by SIGINT"),
        (None, 0, "", 3, fault(0)),
        (None, 137, "", 3, fault(137)),
        (0, 1, "", 3, fault(1)),
    ],
)
def test_how_a_run_ended(
    ended: DockerRun, docker: Docker, code: int | None, status: int, interrupted: str, expected: int, reason: str
) -> None:
    """`code`: what the run has said by itself, in result.json, if it has."""
    if code is not None:
        ended.folder.result.write_text(json.dumps({"code": code, "reason": "its own"}))
    assert ended.end(status, interrupted) == expected
    assert (result_of(ended)["code"], result_of(ended)["reason"]) == (expected, reason)
    assert docker.left == set()
    assert (ended.folder.logs / "compose.log").read_text() == "first\nthe last\n"


@pytest.mark.parametrize(("code", "expected"), [(0, 6), (1, 1)])
def test_what_docker_does_not_remove_is_exit_6_of_a_green_run(
    ended: DockerRun, docker: Docker, monkeypatch: pytest.MonkeyPatch, code: int, expected: int
) -> None:
    monkeypatch.setattr(objects, "GONE_LIMIT_S", 0.3)
    docker.has("container", "stuck", labels={objects.PROJECT: project_of(ended.folder)}, stays=True)
    ended.folder.result.write_text(json.dumps({"code": code, "reason": "its own"}))
    assert ended.end(code, "") == expected
    assert result_of(ended)["code"] == expected


def test_logs_that_cannot_be_kept_keep_no_container(
    ended: DockerRun, docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "copyfile", no_space)
    assert ended.end(1, "") == 3
    assert docker.left == set()


def test_a_reader_that_goes_away_changes_no_exit_code(docker: Docker, tmp_path: Path) -> None:
    call = shlex.join([sys.executable, "-m", "e2e_common", "run", str(FLASK), "8123"])
    environ = clean_environ(E2E_OUT=str(tmp_path / "out"), E2E_RUNTIME="docker")
    done = execute(shutil.which("bash") or "bash", "-c", f"{call} | true; exit ${{PIPESTATUS[0]}}", env=environ)
    assert (done.returncode, done.stderr) == (3, "")
