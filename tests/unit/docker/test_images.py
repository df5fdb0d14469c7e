"""Images: which are there, which are built again, and what is said of those that cannot be downloaded."""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path

import pytest

from e2e_common.docker import images
from e2e_common.setup.options import read_options
from e2e_common.util.errors import HarnessError
from tests.conftest import clean_environ, execute
from tests.unit.docker.conftest import Docker

SOME = Path("drift/instrumentation/some/e2e-tests")
LISTED = ("e2e_common/requirements.lock", "scripts/with-extra-ca.sh")
OPTIONS = read_options({})
NAME = "python-e2e-some:0123456789ab"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what a base image and the image of the suite `some` are made from."""
    suite = [f"{SOME}/{name}" for name in ("Dockerfile", "requirements.txt", "requirements.lock")]
    for name in (images.DOCKERFILE, *LISTED, *suite):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / f"{images.DOCKERFILE}.dockerignore").write_text("".join(f"!{name}\n" for name in LISTED))
    monkeypatch.setattr(images, "ROOT", tmp_path)
    return tmp_path


def names(checkout: Path, base: str = "sha256:1", options: dict[str, str] = OPTIONS) -> tuple[str, str]:
    """The names of the base image and of the suite's image on a base with this id."""
    return images.base_name(options), images.suite_name(checkout / SOME, options, base)


@pytest.mark.parametrize(
    ("edited", "renamed"),
    [
        *((name, "base") for name in (images.DOCKERFILE, *LISTED)),
        (SOME / "Dockerfile", "suite"),
        (SOME / "requirements.lock", "suite"),
    ],
)
def test_an_image_is_named_by_the_files_it_is_made_from(checkout: Path, edited: str, renamed: str) -> None:
    before = base, suite = names(checkout)
    for name, kind in ((base, "base"), (suite, "some")):
        assert re.fullmatch(rf"python-e2e-{kind}:[0-9a-f]{{12}}", name)
    text = (checkout / edited).read_text()
    (checkout / edited).write_text("edited")
    new_base, new_suite = names(checkout)
    assert (new_base != base, new_suite != suite) == (renamed == "base", renamed == "suite")
    (checkout / edited).write_text(text)
    assert names(checkout) == before
    assert names(checkout, "sha256:2")[1] != suite, "a base that was built again"


def test_the_tag_names_the_python_that_is_wanted(checkout: Path) -> None:
    for wanted in ("3.13", "3.12.1"):
        versioned = [name.replace(":", f":{wanted}-") for name in names(checkout)]
        assert list(names(checkout, options=read_options({"E2E_PYTHON": wanted}))) == versioned
    with pytest.raises(HarnessError, match=r"E2E_PYTHON=/usr/bin/python3: .* a version, like 3\.13") as wrong:
        images.base_name({"E2E_PYTHON": "/usr/bin/python3"})
    (checkout / SOME / "Dockerfile").unlink()
    with pytest.raises(HarnessError, match="Dockerfile is missing") as error:
        names(checkout)
    assert (wrong.value.code, error.value.code) == (2, 2)


@pytest.mark.parametrize(
    ("python", "there", "build", "reason"),
    [
        ("", True, True, ""),
        ("", False, True, "{name} could not be built (see above)"),  # the script below builds nothing
        ("", False, False, "there is no image {name}: make base-image"),
        ("3.11", False, False, "there is no image {name}: E2E_PYTHON=3.11 make base-image"),
    ],
)
def test_a_missing_base_is_built_or_reported(
    docker: Docker, checkout: Path, monkeypatch: pytest.MonkeyPatch, python: str, there: bool, build: bool, reason: str
) -> None:
    """One that was built by hand for `docker compose` is not taken for this checkout's."""
    options = read_options({"E2E_PYTHON": python})
    name = images.base_name(options)
    docker.answer("image inspect --format {{.Id}} python-e2e-base:latest", 0, "sha256:1\n")
    docker.answer(f"image inspect --format {{{{.Id}}}} {name}", 0 if there else 1, "sha256:1\n")
    script = checkout / "scripts" / "build-base-image.sh"
    script.write_text(f'#!/bin/sh\necho "$@" >{checkout / "built"}\n')
    script.chmod(0o755)
    monkeypatch.setattr(sys, "stderr", sys.__stderr__)
    with pytest.raises(HarnessError) if reason else contextlib.nullcontext() as error:
        assert images.require_base(options, build=build) == "sha256:1"
    assert not error or (error.value.code, str(error.value)) == (3, reason.format(name=name))
    assert (checkout / "built").exists() is (build and not there)


def test_the_script_takes_the_name_from_here() -> None:
    environ = clean_environ(E2E_PYTHON="3.13")
    done = execute(sys.executable, "-m", "e2e_common", "base-image-name", env=environ, check=True)
    assert done.stdout == f"{images.base_name(read_options({'E2E_PYTHON': '3.13'}))}\n"


@pytest.mark.parametrize(("there", "status"), [(True, 0), (False, 0), (False, 17)])
def test_a_suites_image_is_built_where_it_is_missing(docker: Docker, checkout: Path, there: bool, status: int) -> None:
    """If that fails, its last lines are reported."""
    docker.answer(f"image inspect --format {{{{.Id}}}} {NAME}", 0 if there else 1, "sha256:2\n")
    docker.answer("compose --progress plain", status, "", "\n".join(f"line {n}" for n in range(40)) + "\n")
    with pytest.raises(HarnessError) if status else contextlib.nullcontext() as error:
        images.require_suite(checkout / SOME, NAME, checkout / "override")
    assert sum(words[1] == "compose" for words in docker.calls) == (not there)
    if error:
        last = "\n".join(f"line {n}" for n in range(25, 40))
        assert (error.value.code, str(error.value)) == (3, f"{NAME} could not be built:\n{last}")
