"""Images: which are there, which are built again, and what is said of those that cannot be had."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from e2e_common.docker import images
from e2e_common.errors import HarnessError
from e2e_common.knobs import read_knobs
from e2e_common.paths import ROOT
from tests.unit.docker.fake_docker import BASE, Docker


@pytest.mark.parametrize(("wanted", "tag"), [("", "latest"), ("3.13", "3.13"), ("3.12.1", "3.12.1")])
def test_the_tag_names_the_python(wanted: str, tag: str) -> None:
    assert images.tag({"E2E_PYTHON": wanted}) == tag


def test_a_path_is_no_python_of_an_image() -> None:
    with pytest.raises(HarnessError, match=r"E2E_PYTHON=/usr/bin/python3: .* a version, like 3\.13") as error:
        images.tag({"E2E_PYTHON": "/usr/bin/python3"})
    assert error.value.code == 2


INSPECTED = 'image inspect --format {{.Id}} {{index .Config.Labels "e2e.base-made-from"}} python-e2e-base:'


@pytest.mark.parametrize(
    ("python", "advice"),
    [
        ("", "docker build -t python-e2e-base:latest -f drift/instrumentation/e2e_common/Dockerfile.base ."),
        ("3.11", "E2E_PYTHON=3.11 make base-image"),
    ],
)
def test_a_missing_base_image_is_told_with_the_command(docker: Docker, python: str, advice: str) -> None:
    with pytest.raises(HarnessError) as error:
        images.require_base(read_knobs({"E2E_PYTHON": python}), build=False)
    assert (error.value.code, str(error.value)) == (
        3,
        f"there is no image python-e2e-base:{python or 'latest'}: {advice}",
    )


def test_the_documented_command_names_a_file_that_is_there() -> None:
    assert (ROOT / images.BUILD_COMMAND.split()[-2]).is_file()


@pytest.mark.parametrize(
    ("label", "build", "built"),
    [("", True, False), ("of old", False, False), ("of old", True, True), ("of now", True, False)],
)
def test_the_base_is_built_again_when_what_it_is_made_from_has_changed(
    docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, label: str, build: bool, built: bool
) -> None:
    """An image without our label was built by hand, and stays."""
    script = tmp_path / "scripts" / "build-base-image.sh"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\necho "$@" >{tmp_path / "built"}\n')
    script.chmod(0o755)
    (tmp_path / "e2e_common").mkdir()
    for name in ("Dockerfile.base", "requirements.lock", *images.BOOTSTRAP):
        (tmp_path / "e2e_common" / name).write_text(name)
    for name in images.SCRIPTS:
        (script.parent / name).write_text(name)
    monkeypatch.setattr(images, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "stderr", sys.__stderr__)
    docker.answer(f"{INSPECTED}latest", 0, f"sha256:1 {label.replace('of now', images._base_made_from())}\n")
    docker.answer(BASE, 0, "sha256:1\n")
    assert images.require_base(read_knobs({}), build=build) == "sha256:1"
    assert (tmp_path / "built").exists() is built


def test_the_script_labels_the_base_with_the_same_digest() -> None:
    script = (ROOT / "scripts" / "build-base-image.sh").read_text()
    assert 'made_from="$(cd "$ROOT" && "$python" -m e2e_common.docker.images)"' in script
    copied = (ROOT / "e2e_common" / "Dockerfile.base").read_text()
    for name in (*(f"e2e_common/{name}" for name in images.BOOTSTRAP), *(f"scripts/{name}" for name in images.SCRIPTS)):
        assert name in copied, "what the Dockerfile takes is what the digest is made of"
    assert len(re.findall(r"(?:e2e_common|scripts)/\w[\w.-]*\.(?:py|sh)", copied)) == len(
        images.BOOTSTRAP + images.SCRIPTS
    )
    assert f'--label "{images.BASE_MADE_FROM}=$made_from"' in script


SUITE_BUILT = 'image inspect --format {{index .Config.Labels "e2e.made-from"}} python-e2e-some:latest'


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "some" / "e2e-tests"
    folder.mkdir(parents=True)
    for name in ("Dockerfile", "requirements.txt", "requirements.lock"):
        (folder / name).write_text(name)
    monkeypatch.setattr(images, "CACHE", tmp_path / "cache")
    return folder


def test_a_suites_image_is_built_once_and_those_it_has_replaced_go(docker: Docker, suite: Path) -> None:
    docker.answer("compose --progress plain", 0)
    docker.has("image", "replaced", labels={"e2e.image": "suite", "dangling": "true"})
    docker.has("image", "named", labels={"e2e.image": "suite"})
    docker.has("image", "another's", labels={"dangling": "true"})
    images.require_suite(suite, "python-e2e-some:latest", "sha256:1", os.environ)
    assert len(docker.builds) == 1
    assert docker.left == {"named", "another's"}
    docker.answer(SUITE_BUILT, 0, f"{docker.builds[0]}\n")
    images.require_suite(suite, "python-e2e-some:latest", "sha256:1", os.environ)
    assert len(docker.builds) == 1


@pytest.mark.parametrize("edited", ["Dockerfile", "requirements.txt", "requirements.lock", "the base"])
def test_a_suites_image_is_built_again_after_an_edit(docker: Docker, suite: Path, edited: str) -> None:
    docker.answer("compose --progress plain", 0)
    images.require_suite(suite, "python-e2e-some:latest", "sha256:1", os.environ)
    docker.answer(SUITE_BUILT, 0, f"{docker.builds[0]}\n")
    if edited != "the base":
        (suite / edited).write_text("edited")
    base = "sha256:2" if edited == "the base" else "sha256:1"
    images.require_suite(suite, "python-e2e-some:latest", base, os.environ)
    assert len(set(docker.builds)) == len(docker.builds) == 2


def test_a_build_that_fails_is_told_with_its_last_words(docker: Docker, suite: Path) -> None:
    docker.answer("compose --progress plain", 17, "", "\n".join(f"line {n}" for n in range(40)) + "\n")
    with pytest.raises(HarnessError) as error:
        images.require_suite(suite, "python-e2e-some:latest", "sha256:1", os.environ)
    assert error.value.code == 3
    assert str(error.value).startswith("python-e2e-some:latest could not be built:\nline 25\n")
    assert str(error.value).endswith("line 39")


def test_a_suite_without_a_dockerfile_is_exit_2(docker: Docker, suite: Path) -> None:
    (suite / "Dockerfile").unlink()
    with pytest.raises(HarnessError, match="Dockerfile is missing") as error:
        images.require_suite(suite, "python-e2e-some:latest", "sha256:1", os.environ)
    assert error.value.code == 2


def test_images_of_services_are_pulled_where_they_are_missing(docker: Docker) -> None:
    docker.answer("image inspect --format {{.Id}} redis:7", 0, "sha256:1\n")
    docker.answer("pull --quiet postgres:13", 0)
    images.require_of_services(["upstream", "redis", "redis-cluster", "postgres"], read_knobs({}))
    assert [call["words"][-1] for call in docker.calls if call["words"][0] == "pull"] == ["postgres:13"]
    docker.answer("pull --quiet postgres:13", 1, "", "Using default\npull access denied\n")
    with pytest.raises(HarnessError) as error:
        images.require_of_services(["postgres"], read_knobs({}))
    told = (
        "the image postgres:13 is not here and cannot be pulled (pull access denied); E2E_POSTGRES_IMAGE names another"
    )
    assert (error.value.code, str(error.value)) == (3, told)
