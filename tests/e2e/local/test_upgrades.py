"""The README's one-line edits: another version of a library, of the images' Python, of the Tusk CLI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from e2e_common.util.paths import ROOT
from tests.conftest import Suite, clean_environ, execute

ENGINE = """#!/bin/bash
echo "$@" >>"${0%/*}/asked"
case "$1 $2" in "image inspect") [[ "$*" == *"{{"* ]] ;; "pull "*) exit 1 ;; esac
"""


def edit(path: Path, old: str, new: str) -> None:
    """Replaces the only line that starts with `old` by `new`."""
    lines = path.read_text().splitlines()
    (number,) = (number for number, line in enumerate(lines) if line.startswith(old))
    lines[number] = new
    path.write_text("\n".join([*lines, ""]))


@pytest.mark.slow  # the first run installs that version
def test_a_library(canary: Suite) -> None:
    edit(canary.folder / "requirements.txt", "flask", "flask<3.1")
    finished = canary.run()
    assert (finished.code, finished.result["versions"]["flask"][:4]) == (0, "3.0.")
    assert "flask==3.0." in (canary.folder / "requirements.lock").read_text()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the images' sources that uses this checkout's environment."""
    for folder in ("e2e_common", "scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "harness").symlink_to(ROOT / ".cache" / "harness")
    return tmp_path


def build_base(checkout: Path) -> tuple[str, str]:
    """Returns the output of build-base-image.sh, and its calls of an engine without images that cannot pull any."""
    (checkout / "docker").write_text(ENGINE)
    (checkout / "docker").chmod(0o755)
    environ = clean_environ(PATH=f"{checkout}:{os.environ['PATH']}")
    done = execute(checkout / "scripts" / "build-base-image.sh", env=environ)
    return done.stderr, (checkout / "asked").read_text()


def test_the_python_of_the_images(checkout: Path) -> None:
    edit(checkout / "e2e_common" / "Dockerfile.base", "ARG PYTHON_IMAGE=", "ARG PYTHON_IMAGE=python:3.14-slim")
    output, docker_calls = build_base(checkout)
    assert "pull --quiet python:3.14-slim\n" in docker_calls
    assert "the image python:3.14-slim is not here and cannot be pulled" in output


def test_the_tusk_cli_of_the_base_image_is_named_in_one_place() -> None:
    """The build passes a version only if the environment names one. Otherwise the Dockerfile's line counts, as the
    builds of tests/e2e/docker/ show."""
    line = next(
        line
        for line in (ROOT / "e2e_common" / "Dockerfile.base").read_text().splitlines()
        if "TUSK_CLI_VERSION=" in line
    )
    version = line.partition("=")[2].lstrip("v")
    files = [ROOT / "Makefile", *(ROOT / "scripts").glob("*"), *(ROOT / "e2e_common").glob("*.py")]
    assert line.startswith("ARG TUSK_CLI_VERSION=v")
    assert [str(path) for path in files if path.is_file() and version in path.read_text()] == []
