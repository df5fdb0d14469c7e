"""Which runtime a run takes; what comes before its containers, and after them: the exit code of the contract, and
nothing stays."""

from __future__ import annotations

import errno
import json
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from e2e_common.docker import engine, run
from e2e_common.docker.override import project_of
from e2e_common.docker.run import DockerRun
from e2e_common.setup.options import read_options
from e2e_common.util.errors import MAKE_ROOM
from e2e_common.util.paths import SUITES
from tests.conftest import clean_environ, execute
from tests.unit.docker.conftest import BASE, Docker

FLASK = SUITES / "flask" / "e2e-tests"
FOUND = (0, "sha256:1\n", "")
MISSING = (1, "", "")


def chosen(monkeypatch: pytest.MonkeyPatch, *words: str, **options: str) -> tuple[str, str]:
    monkeypatch.setattr(run, "load_options", lambda: read_options(options))
    return run.chosen(words)


@pytest.mark.parametrize(
    ("options", "words", "runtime", "is_asked"),
    [
        ({"E2E_RUNTIME": "docker"}, ["8000"], "docker", False),
        ({"E2E_RUNTIME": "local"}, ["8000"], "local", False),
        ({}, ["8000", "--build"], "docker", True),
        ({}, ["--services"], "local", False),
        ({}, ["8000", "--coverage"], "local", False),
        ({}, ["--phases", "check"], "local", False),
        ({"E2E_PYTHON": "/usr/bin/python3"}, [], "local", False),
    ],
)
def test_the_runtime_of_a_run(
    docker: Docker, monkeypatch: pytest.MonkeyPatch, options: dict[str, str], words: list[str], runtime: str,
    is_asked: bool,
) -> None:  # fmt: skip
    """Docker is asked only where the options and the arguments leave a choice."""
    docker.answer(BASE, *FOUND)
    assert chosen(monkeypatch, *words, **options) == (runtime, "")
    assert bool(docker.calls) is is_asked


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"version": MISSING}, "no Docker engine"),
        ({"compose version": MISSING}, "no Compose plugin"),
        ({BASE: MISSING, f"{BASE.partition(':')[0]}:latest": FOUND}, f"no image {BASE.split()[-1]}"),  # another's
        ({"version": (0, "(hangs)", "")}, "docker version: no answer within 0.5 s"),
        ({}, "no Docker"),
    ],
)
def test_auto_says_what_of_docker_is_missing(
    docker: Docker, monkeypatch: pytest.MonkeyPatch, answers: dict[str, tuple[int, str, str]], reason: str
) -> None:
    monkeypatch.setattr(engine, "PROBE_LIMIT_S", 0.5 if "hangs" in str(answers) else 5)
    for start, answer in {BASE: FOUND, **answers}.items():
        docker.answer(start, *answer)
    if not answers:
        monkeypatch.setenv("PATH", "/nonexistent")
    assert chosen(monkeypatch) == ("local", reason)


@pytest.fixture
def made(docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handlers: None) -> DockerRun:
    """A run before its start. The lock is not file descriptor 9, which the tests' own process may use."""
    for name in [name for name in os.environ if name.startswith(("E2E_", "TUSK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("E2E_OUT", str(tmp_path / "out"))
    monkeypatch.setenv("E2E_ONLY", "one*")
    monkeypatch.setattr(run, "LOCK", None)
    return DockerRun(FLASK, ["8123"])


def leave(made: DockerRun, docker: Docker, stays: bool = False) -> None:
    """What containers leave that have ended: files, and one of them."""
    made.folder.logs.mkdir(parents=True)
    for name, text in {"compose.json": "{}", "printed": "✓ printed\n", "compose.log": "first\nthe last\n"}.items():
        made.folder.root.with_name(f".flask-8123.{name}").write_text(text)
    docker.has("container", "left", f"com.docker.compose.project={project_of(made.folder)}", stays)


def result_of(made: DockerRun) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made.folder.result.read_text())
    return found


@pytest.mark.parametrize(
    ("error", "code", "printed", "traceback"),
    [
        (OSError(errno.ENOSPC, "No space left", "/out/x"), 3, f"/out/x: No space left: {MAKE_ROOM}", False),
        (KeyError("tea"), 1, "KeyError: 'tea'", True),
    ],
)
def test_an_error_before_the_containers(
    made: DockerRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, code: int,
    printed: str, traceback: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(engine, "require_engine", mock.Mock(side_effect=error))
    assert made.start() == code
    assert (result_of(made)["code"], result_of(made)["partial"]) == (code, True)
    said = capsys.readouterr()
    assert printed in said.out
    assert ("Traceback" in said.err) is traceback


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
    made: DockerRun, docker: Docker, code: int | None, status: int, interrupted: str, expected: int, reason: str
) -> None:
    """`code`: what the run has said by itself, in result.json, if it has."""
    leave(made, docker)
    if code is not None:
        made.folder.result.write_text(json.dumps({"code": code, "reason": "its own"}))
    assert made.end(status, interrupted) == expected
    assert (result_of(made)["code"], result_of(made)["reason"]) == (expected, reason)
    assert docker.left == set()
    assert (made.folder.logs / "compose.log").read_text() == "first\nthe last\n"


@pytest.mark.parametrize(("code", "expected"), [(0, 6), (1, 1)])
def test_what_docker_does_not_remove_is_exit_6_of_a_green_run(
    made: DockerRun, docker: Docker, monkeypatch: pytest.MonkeyPatch, code: int, expected: int
) -> None:
    monkeypatch.setattr(engine, "GONE_LIMIT_S", 0.3)
    leave(made, docker, stays=True)
    made.folder.result.write_text(json.dumps({"code": code, "reason": "its own"}))
    assert made.end(code, "") == expected
    assert result_of(made)["code"] == expected


def test_logs_that_cannot_be_kept_keep_no_container(
    made: DockerRun, docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(made, docker)
    monkeypatch.setattr(shutil, "copyfile", mock.Mock(side_effect=OSError(errno.ENOSPC, "No space left")))
    assert made.end(1, "") == 3
    assert docker.left == set()


def test_a_reader_that_goes_away_changes_no_exit_code(docker: Docker, tmp_path: Path) -> None:
    call = shlex.join([sys.executable, "-m", "e2e_common", "run", str(FLASK), "8123"])
    environ = clean_environ(E2E_OUT=str(tmp_path / "out"), E2E_RUNTIME="docker")
    done = execute(shutil.which("bash") or "bash", "-c", f"{call} | true; exit ${{PIPESTATUS[0]}}", env=environ)
    assert (done.returncode, done.stderr) == (3, "")
