"""Which runtime is taken, and what is said where it is not Docker."""

from __future__ import annotations

import pytest

from e2e_common.__main__ import main
from e2e_common.docker import engine
from e2e_common.docker import runtime as run_suite
from e2e_common.setup.options import read_options
from tests.unit.docker.fake_docker import BASE, Docker


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The options that a run reads, to be changed by the test."""
    options = read_options({})
    monkeypatch.setattr(run_suite, "load_options", lambda: options)
    return options


@pytest.mark.parametrize(
    ("option", "words", "chosen", "is_asked"),
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
    docker: Docker, asked: dict[str, str], option: dict[str, str], words: list[str], chosen: str, is_asked: bool
) -> None:
    """Docker is asked only where the options and the arguments leave a choice."""
    docker.answer(BASE, 0, "sha256:1\n")
    asked.update(option)
    assert run_suite.chosen(words) == (chosen, "")
    assert bool(docker.calls) is is_asked


def test_auto_takes_local_where_only_another_checkouts_base_image_is_there(
    docker: Docker, asked: dict[str, str]
) -> None:
    """One that was built from other files, whether by `make base-image` there or by hand."""
    for tag in ("latest", "0123456789ab"):
        docker.answer(f"image inspect --format {{{{.Id}}}} python-e2e-base:{tag}", 0, "sha256:1\n")
    assert run_suite.chosen(["8000"]) == ("local", f"no image {BASE.split()[-1]}")


@pytest.mark.parametrize(
    ("start", "reason"),
    [("version", "no Docker engine"), ("image", f"no image {BASE.split()[-1]}"), ("compose", "no Compose plugin")],
)
def test_auto_says_what_of_docker_is_missing(docker: Docker, asked: dict[str, str], start: str, reason: str) -> None:
    docker.answer(BASE, 0, "sha256:1\n")
    docker.answers = {key: (1, "", "") if key.startswith(start) else value for key, value in docker.answers.items()}
    docker.told()
    assert run_suite.chosen([]) == ("local", reason)


def test_auto_says_that_there_is_no_docker(asked: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert run_suite.chosen([]) == ("local", "no Docker")


def test_auto_does_not_wait_for_an_engine_that_hangs(
    docker: Docker, asked: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    docker.answer("version", 0, "(hangs)")
    monkeypatch.setattr(engine, "PROBE_LIMIT_S", 0.5)
    runtime, reason = run_suite.chosen([])
    assert runtime == "local"
    assert "no answer within 0.5 s" in reason


def test_a_bad_option_is_exit_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("E2E_RUNTIME", "podman")
    assert main(["run", "flask"]) == 2
    assert "E2E_RUNTIME=podman is not a choice" in capsys.readouterr().err
