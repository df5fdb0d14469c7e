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
ENGINE = '#!/bin/bash\necho "$@" >>"${0%/*}/asked"\ncase "$1" in version) exit 0 ;; esac\n'


def build(path: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("E2E_", "TUSK_", "DOCKER_"))}
    return execute(ROOT / "scripts" / "build-base-image.sh", *words, env={**kept, "PATH": path, **env})


def with_docker(folder: Path, program: str) -> str:
    """Returns a PATH on which docker is `program`."""
    (folder / "docker").write_text(program)
    (folder / "docker").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_without_docker(tmp_path: Path) -> None:
    for program in ("bash", "env", "dirname", "cmp"):
        (tmp_path / program).symlink_to(str(shutil.which(program)))
    done = build(str(tmp_path))
    assert (done.returncode, done.stdout) == (3, "")
    assert "there is no docker on PATH" in done.stderr
    assert "E2E_RUNTIME=local" in done.stderr


def test_without_an_engine(tmp_path: Path) -> None:
    done = build(with_docker(tmp_path, "#!/bin/sh\necho 'Cannot connect to the daemon' >&2\nexit 1\n"))
    assert done.returncode == 3
    assert "no Docker engine answers (Cannot connect to the daemon)" in done.stderr


@pytest.mark.parametrize(
    ("options", "image"),
    [
        ({}, PYTHON_IMAGE),
        ({"E2E_PYTHON": "3.13"}, "python:3.13-slim"),
        ({"E2E_PYTHON": "3.13", "E2E_PYTHON_IMAGE": "mirror/py"}, "mirror/py"),
    ],
)
def test_a_python_image_that_cannot_be_pulled(tmp_path: Path, options: Mapping[str, str], image: str) -> None:
    engine = f'{ENGINE}\n[ "$1" = pull ] && echo \'no such host\' >&2\n[ "$2" = ls ]\n'
    done = build(with_docker(tmp_path, engine), **options)
    assert done.returncode == 3
    assert f"the image {image} is not here and cannot be pulled (no such host); E2E_PYTHON_IMAGE names" in done.stderr
    assert f"pull --quiet {image}\n" in (tmp_path / "asked").read_text()


def test_a_build_that_fails_shows_its_last_words(tmp_path: Path) -> None:
    done = build(with_docker(tmp_path, f"{ENGINE}\n[ $1 = build ] && seq 40 && exit 1\nexit 0\n"))
    assert done.returncode == 3
    assert "\n16\n17\n" in done.stderr  # the last 25 lines
    assert "\n15\n" not in done.stderr
    assert "could not be built" in done.stderr


@pytest.mark.parametrize(
    ("words", "env", "said"),
    [
        (["--if-mising"], {}, "build-base-image.sh [--if-missing]"),
        ([], {"E2E_PYTHON": "/usr/bin/python3"}, "E2E_PYTHON=/usr/bin/python3: an image has its own Python"),
        ([], {"E2E_EXTRA_CA": "/no/such/bundle.pem"}, "E2E_EXTRA_CA=/no/such/bundle.pem: there is no such file"),
    ],
)
def test_wrong_usage(tmp_path: Path, words: list[str], env: Mapping[str, str], said: str) -> None:
    done = build(with_docker(tmp_path, ENGINE), *words, **env)
    assert done.returncode == 2
    assert said in done.stderr


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
