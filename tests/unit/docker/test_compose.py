"""What a container is told, and what is mounted in it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from e2e_common.docker import images, objects
from e2e_common.docker.compose import Compose
from e2e_common.errors import HarnessError
from e2e_common.knobs import read_knobs
from e2e_common.paths import ROOT, SUITES, suite_names
from e2e_common.run_folder import RunFolder

FLASK = SUITES / "flask" / "e2e-tests"


def command(out: Path, **knobs: str) -> list[str]:
    return Compose(FLASK, RunFolder(out / "flask-8000"), read_knobs(knobs)).run("app", ["8000"], 1.5)


def told(words: list[str], option: str) -> list[str]:
    return [words[i + 1] for i, word in enumerate(words) if word == option]


def test_a_container_is_told_the_knobs_in_its_own_terms() -> None:
    words = command(ROOT / "out", E2E_ONLY="a b", E2E_TIMEOUT="7")
    assert words[:2] == ["docker", "compose"]
    assert words[-4:] == ["app", "/opt/e2e/harness/bin/python", "entrypoint.py", "8000"]
    assert {"E2E_ONLY=a b", "E2E_TIMEOUT=7", "E2E_OUT=/e2e/out", "DRIFT_E2E_BEGAN=1.5"} <= set(told(words, "-e"))
    assert not any(
        word.startswith(("E2E_RUNTIME", "E2E_UID", "E2E_SDK=", "DRIFT_E2E_GOES_ON")) for word in told(words, "-e")
    )
    assert told(words, "-v") == [f"{ROOT / 'out'}:/e2e/out"]


def test_artifacts_beside_the_checkout_are_mounted_where_they_are(tmp_path: Path) -> None:
    assert told(command(tmp_path), "-v") == [f"{tmp_path}:{tmp_path}"]


def test_an_sdk_a_cli_and_a_bundle_are_mounted_read_only(tmp_path: Path) -> None:
    (tmp_path / "sdk").mkdir()
    for name in ("tusk", "ca.pem"):
        (tmp_path / name).touch()
    words = command(
        ROOT / "out", E2E_SDK=str(tmp_path / "sdk"), TUSK_CLI_PATH=str(tmp_path / "tusk"),
        E2E_EXTRA_CA=str(tmp_path / "ca.pem"),
    )  # fmt: skip
    mounts = told(words, "-v")
    assert f"{tmp_path / 'sdk'}:{tmp_path / 'sdk'}:ro" in mounts
    assert f"{tmp_path / 'tusk'}:/opt/tusk/tusk:ro" in mounts
    assert any(mount.startswith(f"{tmp_path / 'ca.pem'}:") and mount.endswith(":ro") for mount in mounts)
    assert any(mount.startswith(objects.ENVIRONMENTS) and mount.endswith(":/var/cache/e2e") for mount in mounts)
    assert {f"E2E_SDK={tmp_path / 'sdk'}", "TUSK_CLI_PATH=/opt/tusk/tusk"} <= set(told(words, "-e"))


def test_a_version_of_the_sdk_is_told_and_not_mounted() -> None:
    words = command(ROOT / "out", E2E_SDK="0.1.28")
    assert "E2E_SDK=0.1.28" in told(words, "-e")
    assert not any("0.1.28" in mount for mount in told(words, "-v"))


def test_the_owner_of_the_suite_runs_inside_unless_a_knob_says_otherwise() -> None:
    folder, owner = RunFolder(ROOT / "out" / "flask-8000"), FLASK.stat()
    environ = Compose(FLASK, folder, read_knobs({})).environ
    assert (environ["E2E_UID"], environ["E2E_GID"]) == (str(owner.st_uid), str(owner.st_gid))
    assert Compose(FLASK, folder, read_knobs({"E2E_UID": "77"})).environ["E2E_UID"] == "77"
    with pytest.raises(HarnessError, match="E2E_UID=me: a number") as error:
        Compose(FLASK, folder, read_knobs({"E2E_UID": "me"}))
    assert error.value.code == 2


def test_runs_of_one_name_in_two_folders_are_two_projects(tmp_path: Path) -> None:
    one = Compose(FLASK, RunFolder(ROOT / "out" / "flask-8000"), read_knobs({})).project
    other = Compose(FLASK, RunFolder(tmp_path / "flask-8000"), read_knobs({})).project
    assert one != other
    assert one.startswith("python-flask-8000-")
    assert other.startswith("python-flask-8000-")


def test_an_image_is_named_by_its_files_and_keeps_its_name_for_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock is fresh only when the images are asked for; an edit while the run goes on is the next run's."""
    made = Compose(FLASK, RunFolder(ROOT / "out" / "flask-8000"), read_knobs({}))
    monkeypatch.setattr(images, "suite_name", lambda *_: "python-e2e-flask:0123456789ab")
    assert made.image == "python-e2e-flask:0123456789ab"
    monkeypatch.undo()
    assert made.image == "python-e2e-flask:0123456789ab"
    assert made.environ["E2E_TAG"] == "0123456789ab"
    assert made.environ["E2E_BASE_IMAGE"] == images.base_name(read_knobs({}))


@pytest.mark.parametrize("suite", suite_names())
def test_all_that_compose_makes_by_hand_is_labelled_for_clean_volumes(suite: str) -> None:
    """The network that `docker compose run --rm app` leaves, and the services beside it."""
    declared = yaml.safe_load((SUITES / suite / "e2e-tests" / "docker-compose.yml").read_text())
    extended = yaml.safe_load((ROOT / "e2e_common" / "compose.base.yml").read_text())["services"]
    assert set(declared["networks"]) == {"default"}
    assert declared["networks"]["default"]["labels"][objects.RUN] == "${E2E_RUN:-by hand}"
    for service in declared["services"].values():
        assert extended[service["extends"]["service"]]["labels"][objects.RUN] == "${E2E_RUN:-by hand}"
    assert "volumes" not in declared


def test_by_hand_compose_builds_what_the_lock_says_now_and_a_run_does_not_build_again() -> None:
    app = yaml.safe_load((ROOT / "e2e_common" / "compose.base.yml").read_text())["services"]["app"]
    assert app["pull_policy"] == "${E2E_PULL_POLICY:-build}"
    assert app["build"]["args"] == {"BASE_IMAGE": "${E2E_BASE_IMAGE:-python-e2e-base:latest}"}
    environ = Compose(FLASK, RunFolder(ROOT / "out" / "flask-8000"), read_knobs({})).environ
    assert environ["E2E_PULL_POLICY"] == "missing"
