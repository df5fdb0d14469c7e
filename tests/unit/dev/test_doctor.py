"""What `make doctor` says of a machine, and that it only asks. The machine is made of small programs on PATH."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from e2e_common.dev import doctor
from e2e_common.docker import engine, images
from e2e_common.services import binaries, postgres, redis, scratch
from e2e_common.setup.options import read_options
from e2e_common.util.errors import Code
from e2e_common.util.paths import ROOT
from tests.conftest import execute

OPTIONS = read_options({})
BASE = images.base_name(OPTIONS)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(folder: Path, name: str, script: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def marks(lines: Iterable[str]) -> list[str]:
    return [line[0] for line in lines]


@pytest.mark.parametrize(
    ("lack", "runtime", "told"),
    [
        ("", "auto", f"✓ Docker: engine, Compose plugin and base image {BASE}"),
        ("no Docker engine", "auto", "- Docker: no Docker engine; install Docker"),
        ("no Docker engine", "docker", "✗ Docker: no Docker engine; install Docker"),
        (f"no image {BASE}", "docker", f"- Docker: no image {BASE}, this checkout's; make base-image builds it"),
    ],
)
def test_docker(lack: str, runtime: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "absence", {BASE: lack}.get)
    line, why = doctor.docker({**OPTIONS, "E2E_RUNTIME": runtime})
    assert line.startswith(told)
    assert why == lack


def test_the_official_cli(machine: Path) -> None:
    program = machine / "tusk"

    def line(**options: str) -> str:
        return next(doctor.local({**OPTIONS, **options}))

    assert (line()[0], line(TUSK_CLI="official")[0]) == ("-", "✗")
    install(machine, "tusk", "echo 'Tusk CLI (version: v0.9.1)'")
    assert (line(), line(TUSK_CLI_PATH="/none/tusk")[0]) == (f"✓ official Tusk CLI v0.9.1 ({program})", "✗")


def test_servers_of_this_machine_and_of_the_index(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "INSTALLED", ())
    monkeypatch.setattr(binaries, "SERVERS", machine / "servers")
    assert marks(doctor.servers(OPTIONS)) == ["-", "-"]
    assert not (machine / "servers").exists(), "nothing is installed"
    (machine / "servers" / redis.PROGRAM.pins[0].replace("==", "-")).mkdir(parents=True)
    assert marks(doctor.servers(OPTIONS)) == ["-", "✓"]
    install(machine, "initdb", "")
    install(machine, "postgres", "echo 'postgres (PostgreSQL) 16.4 (Debian)'")
    install(machine, "redis-server", "echo 'Redis server v=7.0.15 sha=0'")
    assert [*doctor.local(OPTIONS)][1:] == [
        f"✓ PostgreSQL server: postgres (PostgreSQL) 16.4 (Debian) ({machine / 'postgres'})",
        f"✓ Redis server: Redis server v=7.0.15 sha=0 ({machine / 'redis-server'})",
    ]
    assert marks(doctor.servers({"E2E_PG_BINDIR": "/none", "E2E_REDIS_SERVER": "/none"})) == ["✗", "✗"]
    install(machine, "postgres", "exit 127")
    assert marks(doctor.servers(OPTIONS)) == ["✗", "✓"]


def test_the_python_that_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    program = tmp_path / "versions" / "3.12.1" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.touch()
    here, missing = ([*doctor.local({**OPTIONS, "E2E_PYTHON": name})][1] for name in ("3.12", "/none/python"))
    assert (here, missing[0]) == (f"✓ Python for the application (E2E_PYTHON=3.12): {program}", "✗")


def test_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert next(doctor.room(tmp_path / "not" / "yet"))[0] == "✓"
    monkeypatch.setattr(doctor, "ROOM_FOR_RUNS", 1 << 60)
    monkeypatch.setattr(scratch, "ROOM", 1 << 60)
    assert marks(doctor.room(tmp_path)) == ["✗", "-"]


def test_a_python_that_is_too_old_is_exit_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(doctor, "load_options", lambda: OPTIONS)
    assert doctor.main() == Code.ENVIRONMENT
    printed = capsys.readouterr().out
    assert all(text in printed for text in ("✗ Python 3.9.18", "No runtime can run a suite here."))


def test_on_a_new_machine_it_sets_nothing_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setattr(doctor, "CACHE", cache)
    assert marks(doctor.harness()) == ["✓", "-", "-"]
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert "✗ Python has no venv and no ensurepip" in [line.partition(":")[0] for line in doctor.harness()]
    assert not cache.exists()


def test_the_verb(tmp_path: Path) -> None:
    """For real on this machine, with an engine that is not there."""
    install(tmp_path, "docker", "exit 1")
    environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "E2E_RUNTIME": "local"}
    done = execute(ROOT / "scripts" / "e2e.sh", "doctor", env=environ)
    assert (done.returncode, done.stderr) == (0, "")
    *lines, conclusion = done.stdout.splitlines()
    assert {line[:2] for line in lines} <= {"✓ ", "- ", "✗ "}
    assert conclusion == "E2E_RUNTIME=local is set; auto takes local: no Docker engine."


@pytest.mark.parametrize(
    ("script", "mark"),
    [("print('own')", "✓"), ("print('network namespace refused')", "-"), ("raise OSError('not permitted')", "✗")],
)
def test_namespaces(script: str, mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "NAMESPACE", script)
    assert doctor.namespaces()[0] == mark
