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
OUT = {"/e2e/out": (str(ROOT / "out"), False)}
ENVIRONMENTS = {"/var/cache/e2e": (str(CACHE / f"docker-{FLASK.stat().st_uid}"), False)}
BASE = yaml.safe_load((ROOT / "e2e_common" / "compose.base.yml").read_text())["services"]


def document(out: Path = ROOT / "out", suite: str = "flask", /, **options: str) -> dict[str, Any]:
    override = Override(SUITES / suite / "e2e-tests", RunFolder(out / f"{suite}-8000"), read_options(options))
    text = override.text("python-e2e-x:1", {"app": ["python", "8000"]}, {"MORE": "1", "DOLLAR": "$HOME"})
    found: dict[str, Any] = json.loads(text)
    return found


def app(out: Path = ROOT / "out", /, **options: str) -> tuple[dict[str, Any], Any, Any]:
    """The recording container, its variables, and its mounts: inside → outside, and whether it is read-only."""
    service = document(out, **options)["services"]["app"]
    mounts = {each["target"]: (each["source"], each["read_only"]) for each in service["volumes"]}
    return service, service["environment"], mounts


def test_a_container_is_reported_the_options_in_its_own_terms(tmp_path: Path) -> None:
    service, variables, mounts = app(E2E_ONLY="a b", E2E_TIMEOUT="7")
    paths = {"E2E_OUT": "/e2e/out", "PYTHONPYCACHEPREFIX": "/e2e/out/.pycache"}
    assert {"E2E_ONLY": "a b", "E2E_TIMEOUT": "7", "MORE": "1", **paths}.items() <= variables.items()
    assert variables["DOLLAR"] == "$$HOME", "Compose reads it as one"
    assert not {"E2E_RUNTIME", "E2E_UID", "E2E_SDK"} & set(variables)
    replay = document(E2E_ONLY="a b", E2E_TIMEOUT="7")["services"]["replay"]
    assert {**variables, "E2E_SENTINELS": "on"} == replay["environment"], "beside services none can stand"
    assert (service["command"], replay["command"], mounts) == (["python", "8000"], [], OUT)
    assert app(tmp_path)[2] == {str(tmp_path): (str(tmp_path), False)}, "beside the checkout: where it is"
    _, variables, mounts = app(E2E_SDK="0.1.28")
    assert (variables["E2E_SDK"], mounts) == ("0.1.28", OUT | ENVIRONMENTS), "a version is not mounted"


def test_an_sdk_a_cli_and_a_bundle_are_mounted_read_only(tmp_path: Path) -> None:
    (tmp_path / "sdk").mkdir()
    for name in ("tusk", "ca.pem"):
        (tmp_path / name).touch(0o755)
    sdk, tusk, ca = (str(tmp_path / name) for name in ("sdk", "tusk", "ca.pem"))
    options = {"E2E_SDK": sdk, "TUSK_CLI_PATH": tusk, "E2E_EXTRA_CA": ca}
    _, inside, mounts = app(**options)
    read_only = {sdk: sdk, inside["TUSK_CLI_PATH"]: tusk, inside["SSL_CERT_FILE"]: ca}
    assert mounts == OUT | ENVIRONMENTS | {target: (source, True) for target, source in read_only.items()}
    assert inside["E2E_SDK"] == sdk
    assert document(**options)["secrets"] == {"extra_ca": {"file": ca}}


def test_the_owner_of_the_suite_runs_inside_unless_a_option_says_otherwise() -> None:
    owner = FLASK.stat()
    assert app()[0]["user"] == f"{owner.st_uid}:{owner.st_gid}"
    assert app(E2E_UID="77")[0]["user"] == f"77:{owner.st_gid}"


@pytest.mark.parametrize(
    ("option", "value", "code", "reason"),
    [
        ("E2E_UID", "me", 2, "E2E_UID=me must be"),
        ("TUSK_CLI_PATH", "/no/tusk", 3, "TUSK_CLI_PATH=/no/tusk: there is no such program"),
    ],
)
def test_wrong_options(option: str, value: str, code: int, reason: str) -> None:
    with pytest.raises(HarnessError, match=reason) as error:
        app(**{option: value})
    assert error.value.code == code


def test_runs_of_one_name_in_two_folders_are_two_projects(tmp_path: Path) -> None:
    names = {project_of(RunFolder(out / "flask-8000")) for out in (ROOT / "out", tmp_path)}
    assert [name.rpartition("-")[0] for name in names] == ["python-flask-8000"] * 2


@pytest.mark.parametrize("suite", suite_names())
def test_all_that_compose_makes_is_labelled_for_clean_volumes(suite: str) -> None:
    """The network that `docker compose run --rm app` leaves by hand, the services beside it, and those of a run."""
    declared = yaml.safe_load((SUITES / suite / "e2e-tests" / "docker-compose.yml").read_text())
    found, run = document(ROOT / "out", suite), {engine.RUN: str(ROOT / "out" / f"{suite}-8000")}
    assert set(declared["networks"]) == set(found["networks"]) == {"default"}
    assert declared["networks"]["default"]["labels"][engine.RUN] == "by hand"
    assert found["networks"]["default"]["labels"] == run
    assert set(declared["services"]) == set(found["services"])
    for name, service in declared["services"].items():
        assert BASE[service["extends"]["service"]]["labels"][engine.RUN] == "by hand"
        assert found["services"][name]["labels"] == run
    assert "volumes" not in declared


def test_services_have_the_images_that_the_options_name() -> None:
    found = document(ROOT / "out", "redis", E2E_REDIS_IMAGE="mirror/redis")["services"]
    assert [found[name]["image"] for name in ("redis", "redis-cluster-3")] == ["mirror/redis"] * 2


def test_by_hand_compose_builds_what_the_lock_says_now_and_a_run_does_not_build_again() -> None:
    by_hand, service = BASE["app"], app()[0]
    assert (by_hand["pull_policy"], service["pull_policy"], service["image"]) == ("build", "missing", "python-e2e-x:1")
    assert by_hand["build"]["args"] == {"BASE_IMAGE": "${E2E_BASE_IMAGE:-python-e2e-base:latest}"}
    assert service["build"] == {"args": {"BASE_IMAGE": images.base_name(read_options({}))}}
