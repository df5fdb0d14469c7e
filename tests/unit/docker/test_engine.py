"""How docker is called, what is said when it fails, and which containers, networks, volumes and images are removed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from e2e_common.__main__ import main
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.docker import engine
from e2e_common.util.errors import HarnessError
from e2e_common.util.interrupts import Interrupted, Interrupts
from tests.unit.docker.conftest import Docker


@pytest.fixture(autouse=True)
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("E2E_OUT", str(tmp_path / "out"))
    return tmp_path / "out"


def test_a_call_is_in_a_session_of_its_own(docker: Docker) -> None:
    """So that a second Ctrl-C does not end the calls of the clean-up."""
    docker.answer("info", 7, "out", "err")
    done = engine.attempt(["info"])
    assert (done.returncode, done.stdout, done.stderr) == (7, "out", "err")
    assert docker.calls[0][0] != os.getsid(0)


def test_a_call_that_hangs_is_ended_and_reported(docker: Docker) -> None:
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


@pytest.mark.parametrize(
    ("fails", "reason"),
    [
        ("compose version", "docker compose version failed: unknown command"),
        ("version", "docker version failed: unknown command"),
        ("", "there is no docker on PATH: install Docker"),
    ],
)
def test_what_of_docker_is_missing(docker: Docker, monkeypatch: pytest.MonkeyPatch, fails: str, reason: str) -> None:
    if fails:
        docker.answer(fails, 1, "", "unknown command\n")
    else:
        monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(HarnessError, match=reason) as error:
        engine.require_engine()
    assert error.value.code == 3


def objects_of(docker: Docker, name: str, run: object) -> None:
    for kind in engine.KINDS:
        docker.has(kind, f"{name}-{kind}", f"{engine.RUN}={run}")


def test_all_but_live_runs_and_strangers_go(docker: Docker, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live = RunFolder(out / "flask-8000")
    live.lock()
    (out / ".flask-8001.lock").touch()
    elsewhere = "/no/such/checkout/out/redis-8000"
    runs = {"live": live.root, "dead": out / "flask-8001", "elsewhere": elsewhere, "hand": "by hand"}
    for name, run in runs.items():
        objects_of(docker, name, run)
    docker.has("container", "stranger", "somebody=else")
    assert main(["clean-volumes"]) == 0
    assert capsys.readouterr().out == f"e2e: spared, since it is under way: {live.root}\n"
    assert docker.left == {"live-container", "live-network", "live-volume", "stranger"}


@pytest.mark.parametrize("held", [True, False])
def test_images_go_only_when_nothing_is_under_way(
    docker: Docker, out: Path, capsys: pytest.CaptureFixture[str], held: bool
) -> None:
    run = RunFolder(out / "flask-8000")
    if held:
        run.lock()
    objects_of(docker, "run", run.root)
    docker.has("image", "ours", f"{engine.IMAGE}=suite")
    docker.has("image", "another's")
    assert main(["clean"]) == (3 if held else 0)
    assert "another's" in docker.left
    assert ("ours" in docker.left) is held
    assert (f"nothing is cleaned while a run is under way: {run.root}" in capsys.readouterr().err) is held


def test_make_clean_needs_no_engine(
    docker: Docker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "PROBE_LIMIT_S", 1.0)
    docker.answer("version", 1, "", "Cannot connect to the Docker daemon\n")
    assert main(["clean"]) == 0
    assert main(["clean-volumes"]) == 3, "make clean-volumes has nothing else to do"
    assert "docker version failed: Cannot connect" in capsys.readouterr().err
    docker.answer("version", 0, "(hangs)")
    assert main(["clean"]) == 0
    assert "docker version: no answer within 1 s: nothing is removed there" in capsys.readouterr().out
