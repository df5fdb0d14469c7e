"""Containers, networks, volumes and images: which are removed, and which stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from e2e_common.__main__ import main
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.docker import engine, images, objects
from tests.unit.docker.fake_docker import Docker


@pytest.fixture(autouse=True)
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("E2E_OUT", str(tmp_path / "out"))


def things_of(docker: Docker, name: str, run: Path | str, **more: Any) -> None:
    for kind in objects.KINDS:
        docker.has(kind, f"{name}-{kind}", labels={objects.RUN: str(run)}, **more)


def test_all_but_live_runs_and_strangers_go(docker: Docker, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live, dead = RunFolder(tmp_path / "out" / "flask-8000"), RunFolder(tmp_path / "out" / "flask-8001")
    live.lock()
    dead.lock()
    assert dead._lock is not None
    dead._lock.close()
    things_of(docker, "live", live.root)
    things_of(docker, "dead", dead.root)
    things_of(docker, "elsewhere", "/no/such/checkout/out/redis-8000")
    things_of(docker, "hand", "by hand")
    docker.has("container", "stranger", labels={"somebody": "else"})
    assert objects.main([]) == 0
    assert capsys.readouterr().out == f"e2e: spared, since it is under way: {live.root}\n"
    assert docker.left == {"live-container", "live-network", "live-volume", "stranger"}


@pytest.mark.parametrize("held", [True, False])
def test_images_go_only_when_nothing_is_under_way(
    docker: Docker, tmp_path: Path, capsys: pytest.CaptureFixture[str], held: bool
) -> None:
    run = RunFolder(tmp_path / "out" / "flask-8000")
    if held:
        run.lock()
    things_of(docker, "run", run.root)
    docker.has("image", "ours", labels={images.IMAGE: "suite"})
    docker.has("image", "another's")
    assert main(["clean"]) == (3 if held else 0)
    assert {"another's"} <= docker.left
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
