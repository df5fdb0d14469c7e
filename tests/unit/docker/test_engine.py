"""How docker is called, and what is said when it fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from e2e_common.docker import engine
from e2e_common.util.errors import HarnessError
from e2e_common.util.interrupts import Interrupted, Interrupts
from tests.unit.docker.fake_docker import Docker


def test_a_call_is_in_a_session_of_its_own(docker: Docker) -> None:
    """So that a second Ctrl-C does not end the calls of the clean-up."""
    docker.answer("info", 7, "out", "err")
    done = engine.attempt(["info"])
    assert (done.returncode, done.stdout, done.stderr) == (7, "out", "err")
    assert docker.calls[0]["session"] != os.getsid(0)


def test_a_call_that_hangs_is_ended_and_told(docker: Docker) -> None:
    docker.answer("info", 0, "(hangs)")
    with pytest.raises(HarnessError, match=r"docker info: no answer within 0.5 s; install Docker") as error:
        engine.attempt(["info"], 0.5)
    assert error.value.code == 3
    assert not Path(f"/proc/{docker.pid}").exists()


def test_an_interrupt_ends_the_call(docker: Docker, handlers: None) -> None:
    docker.answer("build", 0, "(interrupts)")
    with Interrupts(), pytest.raises(Interrupted):
        engine.attempt(["build"])
    assert not Path(f"/proc/{docker.pid}").exists()


def test_no_engine_and_no_plugin_are_distinguished(docker: Docker) -> None:
    docker.answer("compose version", 1, "", "unknown command: docker compose\n")
    with pytest.raises(HarnessError, match="docker compose version failed: unknown command"):
        engine.require_engine()
    docker.answer("version", 1, "", "Cannot connect to the Docker daemon\n")
    with pytest.raises(HarnessError, match=r"docker version failed: Cannot connect to the Docker daemon$") as error:
        engine.require_engine()
    assert error.value.code == 3


def test_no_docker_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(HarnessError, match="there is no docker on PATH: install Docker") as error:
        engine.require_engine()
    assert error.value.code == 3
