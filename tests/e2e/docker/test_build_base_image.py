"""scripts/build-base-image.sh and the Dockerfiles, without an engine: the messages, and the files' content."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from e2e_common.setup.bootstrap import UV_VERSION
from e2e_common.util.paths import ROOT, SUITES, suite_names
from tests.conftest import execute

BASE = ROOT / "e2e_common" / "Dockerfile.base"
DOCKERFILES = [BASE, *(SUITES / name / "e2e-tests" / "Dockerfile" for name in suite_names())]
PYTHON_IMAGE, TUSK_CLI_VERSION = re.findall(
    r"^ARG (?:PYTHON_IMAGE|TUSK_CLI_VERSION)=(.+)$", BASE.read_text(), re.MULTILINE
)
ENGINE = 'echo "$@" >>"${0%/*}/asked"\n[ "$1" = version ] && exit\n'
DEAD = "echo 'Cannot connect to the daemon' >&2\nexit 1"
NO_PULL = f'{ENGINE}[ "$1" = pull ] && echo "no such host" >&2\n[ "$2" = ls ]'
NO_BUILD = f'{ENGINE}[ "$1" = build ] && seq 40 && exit 1\nexit 0'
MIRROR = {"E2E_PYTHON": "3.13", "E2E_PYTHON_IMAGE": "mirror/py"}


def build(path: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("E2E_", "TUSK_", "DOCKER_"))}
    return execute(ROOT / "scripts" / "build-base-image.sh", *words, env={**kept, "PATH": path, **env})


def test_without_docker(tmp_path: Path) -> None:
    for program in ("bash", "env", "dirname", "cmp"):
        (tmp_path / program).symlink_to(str(shutil.which(program)))
    done = build(str(tmp_path))
    assert (done.returncode, done.stdout) == (3, "")
    assert "there is no docker on PATH" in done.stderr and "E2E_RUNTIME=local" in done.stderr


@pytest.mark.parametrize(
    ("docker", "words", "env", "code", "says"),
    [
        (DEAD, [], {}, 3, "no Docker engine answers (Cannot connect to the daemon)"),
        (NO_PULL, [], {}, 3, f"the image {PYTHON_IMAGE} is not here and cannot be pulled (no such host); E2E_PYTHON_I"),
        (NO_PULL, [], {"E2E_PYTHON": "3.13"}, 3, "the image python:3.13-slim is not here and cannot be pulled"),
        (NO_PULL, [], MIRROR, 3, "the image mirror/py is not here and cannot be pulled"),
        (NO_BUILD, [], {}, 3, "\n16\n17\n"),  # the last 25 lines
        (NO_BUILD, [], {}, 3, "could not be built"),
        (ENGINE, ["--if-mising"], {}, 2, "build-base-image.sh [--if-missing]"),
        (ENGINE, [], {"E2E_PYTHON": "/usr/bin/python3"}, 2, "E2E_PYTHON=/usr/bin/python3: an image has its own Python"),
        (ENGINE, [], {"E2E_EXTRA_CA": "/none.pem"}, 2, "E2E_EXTRA_CA=/none.pem: there is no such file"),
    ],
)
def test_what_cannot_be_built(
    tmp_path: Path, docker: str, words: list[str], env: Mapping[str, str], code: int, says: str
) -> None:
    (tmp_path / "docker").write_text(f"#!/bin/bash\n{docker}\n")
    (tmp_path / "docker").chmod(0o755)
    done = build(f"{tmp_path}:{os.environ['PATH']}", *words, **env)
    assert (done.returncode, says in done.stderr, "\n15\n" in done.stderr) == (code, True, False), done.stderr
    if docker == NO_PULL:
        assert f"pull --quiet {says.split()[2]}\n" in (tmp_path / "asked").read_text()


def test_the_suites_dockerfiles_differ_in_the_suites_name_only() -> None:
    texts = {
        (SUITES / name / "e2e-tests" / "Dockerfile").read_text().replace(name, "<suite>") for name in suite_names()
    }
    assert len(texts) == 1
    assert "e2e.suite=<suite>\n" in texts.pop()


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_dockerfile_has_nothing_that_engine_20_10_refuses(dockerfile: Path) -> None:
    text = dockerfile.read_text()
    assert not re.search(r"^#\s*syntax\s*=|--link\b|<<-?\w|--build-context|--start-interval", text, re.MULTILINE)


def test_what_the_base_takes_from_the_checkout_is_what_may_get_there() -> None:
    listed = re.findall(r"^!(.*)$", BASE.with_name(f"{BASE.name}.dockerignore").read_text(), re.MULTILINE)
    text = re.sub(r"--from=\S+.*|from=\S+", "", BASE.read_text())
    assert sorted(listed) == sorted(set(re.findall(r"\b(?:scripts|e2e_common)/[\w./-]+\.(?:sh|py|lock)\b", text)))
    for name in listed:
        assert (ROOT / name).is_file()


@pytest.mark.parametrize("pinned", [UV_VERSION, PYTHON_IMAGE, TUSK_CLI_VERSION.lstrip("v")])
def test_a_version_is_pinned_in_one_place(pinned: str) -> None:
    """The build passes a version only if the environment names one; otherwise the line of the Dockerfile counts."""
    files = [ROOT / "Makefile", *DOCKERFILES, *(ROOT / "scripts").glob("*"), *(ROOT / "e2e_common").glob("*.py")]
    found = [path for path in files if path.is_file() and pinned in path.read_text()]
    assert found == ([] if pinned == UV_VERSION else [BASE])
