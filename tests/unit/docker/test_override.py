"""What Compose is told of a run: the variables, mounts and images of its containers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.docker import engine, images
from e2e_common.docker.override import Override, project_of
from e2e_common.setup.options import read_options
from e2e_common.util.errors import HarnessError
from e2e_common.util.paths import CACHE, ROOT, SUITES, suite_names

FLASK = SUITES / "flask" / "e2e-tests"


def document(out: Path = ROOT / "out", suite: str = "flask", **options: str) -> dict[str, Any]:
    override = Override(SUITES / suite / "e2e-tests", RunFolder(out / f"{suite}-8000"), read_options(options))
    told = {"MORE": "1", "DOLLAR": "$HOME"}
    text = override.text("python-e2e-x:1", {"app": ["python", "8000"]}, told)
    found: dict[str, Any] = json.loads(text)
    return found


def mounts(found: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    return {each["target"]: (each["source"], each["read_only"]) for each in found["services"]["app"]["volumes"]}


def test_a_container_is_reported_the_options_in_its_own_terms() -> None:
    found = document(E2E_ONLY="a b", E2E_TIMEOUT="7")
    app, replay = found["services"]["app"], found["services"]["replay"]
    assert {**app["environment"], "E2E_SENTINELS": "on"} == replay["environment"], "beside services none can stand"
    assert {"E2E_ONLY": "a b", "E2E_TIMEOUT": "7", "E2E_OUT": "/e2e/out", "MORE": "1"}.items() <= app[
        "environment"
    ].items()
    assert app["environment"]["DOLLAR"] == "$$HOME", "Compose reads it as one"
    assert not {"E2E_RUNTIME", "E2E_UID", "E2E_SDK"} & set(app["environment"])
    assert (app["command"], replay["command"]) == (["python", "8000"], [])
    assert mounts(found) == {"/e2e/out": (str(ROOT / "out"), False)}


def test_artifacts_beside_the_checkout_are_mounted_where_they_are(tmp_path: Path) -> None:
    assert mounts(document(tmp_path)) == {str(tmp_path): (str(tmp_path), False)}


def test_an_sdk_a_cli_and_a_bundle_are_mounted_read_only(tmp_path: Path) -> None:
    (tmp_path / "sdk").mkdir()
    for name in ("tusk", "ca.pem"):
        (tmp_path / name).touch(0o755)
    sdk, tusk, ca = (str(tmp_path / name) for name in ("sdk", "tusk", "ca.pem"))
    found = document(E2E_SDK=sdk, TUSK_CLI_PATH=tusk, E2E_EXTRA_CA=ca)
    inside = found["services"]["app"]["environment"]
    assert mounts(found) == {
        sdk: (sdk, True),
        inside["TUSK_CLI_PATH"]: (tusk, True),
        inside["SSL_CERT_FILE"]: (ca, True),
        "/e2e/out": (str(ROOT / "out"), False),
        "/var/cache/e2e": (str(CACHE / f"docker-{FLASK.stat().st_uid}"), False),
    }
    assert inside["E2E_SDK"] == sdk
    assert found["secrets"] == {"extra_ca": {"file": ca}}


def test_a_version_of_the_sdk_is_reported_and_not_mounted() -> None:
    found = document(E2E_SDK="0.1.28")
    assert found["services"]["app"]["environment"]["E2E_SDK"] == "0.1.28"
    assert set(mounts(found)) == {"/e2e/out", "/var/cache/e2e"}


def test_the_owner_of_the_suite_runs_inside_unless_a_option_says_otherwise() -> None:
    owner = FLASK.stat()
    assert document()["services"]["app"]["user"] == f"{owner.st_uid}:{owner.st_gid}"
    assert document(E2E_UID="77")["services"]["app"]["user"] == f"77:{owner.st_gid}"
    with pytest.raises(HarnessError, match="E2E_UID=me must be") as error:
        document(E2E_UID="me")
    assert error.value.code == 2


def test_runs_of_one_name_in_two_folders_are_two_projects(tmp_path: Path) -> None:
    one, other = (project_of(RunFolder(out / "flask-8000")) for out in (ROOT / "out", tmp_path))
    assert one != other
    assert one.startswith("python-flask-8000-")
    assert other.startswith("python-flask-8000-")


@pytest.mark.parametrize("suite", suite_names())
def test_all_that_compose_makes_is_labelled_for_clean_volumes(suite: str) -> None:
    """The network that `docker compose run --rm app` leaves by hand, the services beside it, and those of a run."""
    declared = yaml.safe_load((SUITES / suite / "e2e-tests" / "docker-compose.yml").read_text())
    extended = yaml.safe_load((ROOT / "e2e_common" / "compose.base.yml").read_text())["services"]
    found, run = document(suite=suite), {engine.RUN: str(ROOT / "out" / f"{suite}-8000")}
    assert set(declared["networks"]) == set(found["networks"]) == {"default"}
    assert declared["networks"]["default"]["labels"][engine.RUN] == "by hand"
    assert found["networks"]["default"]["labels"] == run
    assert set(declared["services"]) == set(found["services"])
    for name, service in declared["services"].items():
        assert extended[service["extends"]["service"]]["labels"][engine.RUN] == "by hand"
        assert found["services"][name]["labels"] == run
    assert "volumes" not in declared


def test_services_have_the_images_that_the_options_name() -> None:
    found = document(suite="redis", E2E_REDIS_IMAGE="mirror/redis")["services"]
    assert [found[name]["image"] for name in ("redis", "redis-cluster-3")] == ["mirror/redis"] * 2


def test_by_hand_compose_builds_what_the_lock_says_now_and_a_run_does_not_build_again() -> None:
    base = yaml.safe_load((ROOT / "e2e_common" / "compose.base.yml").read_text())["services"]["app"]
    assert base["pull_policy"] == "build"
    assert base["build"]["args"] == {"BASE_IMAGE": "${E2E_BASE_IMAGE:-python-e2e-base:latest}"}
    app = document()["services"]["app"]
    assert (app["image"], app["pull_policy"]) == ("python-e2e-x:1", "missing")
    assert app["build"] == {"args": {"BASE_IMAGE": images.base_name(read_options({}))}}
