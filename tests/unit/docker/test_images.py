"""Images: which are there, which are built again, and what is said of those that cannot be had."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from e2e_common.docker import images
from e2e_common.setup.options import read_options
from e2e_common.util.errors import HarnessError
from e2e_common.util.paths import ROOT
from tests.conftest import clean_environ, execute
from tests.unit.docker.fake_docker import Docker

SOME = Path("drift/instrumentation/some/e2e-tests")


OPTIONS = read_options({})


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what a base image and the image of the suite `some` are made from."""
    base = [f"e2e_common/{name}" for name in ("Dockerfile.base", "requirements.lock", *images.BOOTSTRAP)]
    base += [f"scripts/{name}" for name in images.SCRIPTS]
    for name in (*base, *(f"{SOME}/{name}" for name in ("Dockerfile", "requirements.txt", "requirements.lock"))):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(images, "ROOT", tmp_path)
    monkeypatch.setattr(images, "SUITES", tmp_path / SOME.parents[1])
    monkeypatch.setattr(images, "CACHE", tmp_path / "cache")
    return tmp_path


def test_checkouts_with_the_same_files_have_the_same_names(checkout: Path) -> None:
    base, suite = images.base_name(OPTIONS), images.suite_name(checkout / SOME, OPTIONS)
    assert re.fullmatch(r"python-e2e-base:[0-9a-f]{12}", base)
    assert re.fullmatch(r"python-e2e-some:[0-9a-f]{12}", suite)
    (checkout / SOME / "requirements.lock").write_text("edited")
    assert images.base_name(OPTIONS) == base
    assert images.suite_name(checkout / SOME, OPTIONS) != suite
    (checkout / SOME / "requirements.lock").write_text(f"{SOME}/requirements.lock")
    assert images.suite_name(checkout / SOME, OPTIONS) == suite


@pytest.mark.parametrize(
    "edited",
    [
        "e2e_common/Dockerfile.base",
        "e2e_common/requirements.lock",
        "e2e_common/setup/bootstrap.py",
        "scripts/with-extra-ca.sh",
    ],
)
def test_an_edit_of_what_the_base_is_made_from_gives_all_images_other_names(checkout: Path, edited: str) -> None:
    before = images.base_name(OPTIONS), images.suite_name(checkout / SOME, OPTIONS)
    (checkout / edited).write_text("edited")
    after = images.base_name(OPTIONS), images.suite_name(checkout / SOME, OPTIONS)
    assert not set(before) & set(after)


@pytest.mark.parametrize("wanted", ["3.13", "3.12.1"])
def test_the_tag_names_the_python_that_is_wanted(checkout: Path, wanted: str) -> None:
    options = read_options({"E2E_PYTHON": wanted})
    assert images.base_name(options) == images.base_name(OPTIONS).replace(":", f":{wanted}-")
    suite = checkout / SOME
    assert images.suite_name(suite, options) == images.suite_name(suite, OPTIONS).replace(":", f":{wanted}-")


def test_a_path_is_no_python_of_an_image() -> None:
    with pytest.raises(HarnessError, match=r"E2E_PYTHON=/usr/bin/python3: .* a version, like 3\.13") as error:
        images.base_name({"E2E_PYTHON": "/usr/bin/python3"})
    assert error.value.code == 2


@pytest.mark.parametrize("python", ["", "3.11"])
def test_a_missing_base_image_is_told_with_the_command(docker: Docker, python: str) -> None:
    """One that was built by hand for `docker compose` is not taken for this checkout's."""
    docker.answer("image inspect --format {{.Id}} python-e2e-base:latest", 0, "sha256:1\n")
    options = read_options({"E2E_PYTHON": python})
    name = images.base_name(options)
    advice = f"docker build -t {name} -f drift/instrumentation/e2e_common/Dockerfile.base ."
    if python:
        advice = f"E2E_PYTHON={python} make base-image"
    with pytest.raises(HarnessError) as error:
        images.require_base(options, build=False)
    assert (error.value.code, str(error.value)) == (3, f"there is no image {name}: {advice}")


def test_the_documented_command_names_a_file_that_is_there() -> None:
    assert (ROOT / images.DOCKERFILE).is_file()


@pytest.mark.parametrize("there", [True, False])
def test_the_base_is_built_where_it_is_missing(
    docker: Docker, checkout: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    name = images.base_name(OPTIONS)
    if there:
        docker.answer(f"image inspect --format {{{{.Id}}}} {name}", 0, "sha256:1\n")
    script = checkout / "scripts" / "build-base-image.sh"
    script.write_text(f'#!/bin/sh\necho "$@" >{checkout / "built"}\n')
    script.chmod(0o755)
    monkeypatch.setattr(sys, "stderr", sys.__stderr__)
    if there:
        assert images.require_base(OPTIONS, build=True) == "sha256:1"
    else:
        with pytest.raises(HarnessError, match=f"{name} could not be built"):  # this script builds nothing
            images.require_base(OPTIONS, build=True)
    assert (checkout / "built").exists() is not there


def test_the_digest_is_of_all_that_the_dockerfile_takes() -> None:
    copied = (ROOT / "e2e_common" / "Dockerfile.base").read_text()
    for name in (*(f"e2e_common/{name}" for name in images.BOOTSTRAP), *(f"scripts/{name}" for name in images.SCRIPTS)):
        assert name in copied
    assert len(re.findall(r"(?:e2e_common|scripts)/\w[\w./-]*\.(?:py|sh)", copied)) == len(
        images.BOOTSTRAP + images.SCRIPTS
    )


def test_the_script_takes_the_name_from_here() -> None:
    done = execute(
        sys.executable, "-m", "e2e_common", "base-image-name", env=clean_environ(E2E_PYTHON="3.13"), check=True
    )
    assert done.stdout == f"{images.base_name(read_options({'E2E_PYTHON': '3.13'}))}\n"
    script = (ROOT / "scripts" / "build-base-image.sh").read_text()
    assert 'name="$(cd "$ROOT" && "$python" -m e2e_common base-image-name)"' in script


NAME = "python-e2e-some:0123456789ab"


def built_from(base: str, docker: Docker) -> None:
    docker.answer(f'image inspect --format {{{{index .Config.Labels "e2e.made-from"}}}} {NAME}', 0, f"{base}\n")


def test_a_suites_image_is_built_once_and_those_it_has_replaced_go(docker: Docker, checkout: Path) -> None:
    docker.answer("compose --progress plain", 0)
    docker.has("image", "replaced", labels={"e2e.image": "suite"}, dangling=True)
    docker.has("image", "named", labels={"e2e.image": "suite"})
    docker.has("image", "another's", dangling=True)
    images.require_suite(checkout / SOME, NAME, "sha256:1", checkout / "override")
    assert docker.builds == 1
    assert docker.left == {"named", "another's"}
    built_from("sha256:1", docker)
    images.require_suite(checkout / SOME, NAME, "sha256:1", checkout / "override")
    assert docker.builds == 1


def test_a_suites_image_is_built_again_on_a_base_that_was_built_again(docker: Docker, checkout: Path) -> None:
    docker.answer("compose --progress plain", 0)
    built_from("sha256:1", docker)
    images.require_suite(checkout / SOME, NAME, "sha256:2", checkout / "override")
    assert docker.builds == 1


@pytest.mark.parametrize("edited", ["Dockerfile", "requirements.lock"])
def test_an_edit_gives_a_suites_image_another_name(checkout: Path, edited: str) -> None:
    before = images.suite_name(checkout / SOME, OPTIONS)
    (checkout / SOME / edited).write_text("edited")
    assert images.suite_name(checkout / SOME, OPTIONS) != before


def test_outdated_are_the_images_of_our_suites_that_their_files_do_not_ask_for(
    docker: Docker, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "suite_names", lambda: ["some", "broken"])
    names = [images.suite_name(checkout / SOME, read_options({"E2E_PYTHON": python})) for python in ("", "3.13")]
    names += [
        "python-e2e-some:latest",
        "python-e2e-broken:0123456789ab",
        "python-e2e-other:0123456789ab",
        "<none>:<none>",
    ]
    old = [NAME, f"{NAME.replace(':', ':3.13-')}", "python-e2e-some:3.13"]
    docker.answer("image ls", 0, "\n".join([*names, *old]))
    assert images.outdated() == old


def test_a_build_that_fails_is_told_with_its_last_words(docker: Docker, checkout: Path) -> None:
    docker.answer("compose --progress plain", 17, "", "\n".join(f"line {n}" for n in range(40)) + "\n")
    with pytest.raises(HarnessError) as error:
        images.require_suite(checkout / SOME, NAME, "sha256:1", checkout / "override")
    assert error.value.code == 3
    assert str(error.value).startswith(f"{NAME} could not be built:\nline 25\n")
    assert str(error.value).endswith("line 39")


def test_a_suite_without_a_dockerfile_is_exit_2(checkout: Path) -> None:
    (checkout / SOME / "Dockerfile").unlink()
    with pytest.raises(HarnessError, match="Dockerfile is missing") as error:
        images.suite_name(checkout / SOME, OPTIONS)
    assert error.value.code == 2


def test_images_of_services_are_pulled_where_they_are_missing(docker: Docker) -> None:
    docker.answer("image inspect --format {{.Id}} redis:7", 0, "sha256:1\n")
    docker.answer("pull --quiet postgres:13", 0)
    images.require_of_services(["upstream", "redis", "redis-cluster", "postgres"], read_options({}))
    assert [call["words"][-1] for call in docker.calls if call["words"][0] == "pull"] == ["postgres:13"]
    docker.answer("pull --quiet postgres:13", 1, "", "Using default\npull access denied\n")
    with pytest.raises(HarnessError) as error:
        images.require_of_services(["postgres"], read_options({}))
    told = (
        "the image postgres:13 is not here and cannot be pulled (pull access denied); E2E_POSTGRES_IMAGE names another"
    )
    assert (error.value.code, str(error.value)) == (3, told)
