"""Exit 3 (something is missing) and exit 2 (wrong usage)."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e_common.util.readiness import wait_until
from tests.conftest import Finished
from tests.e2e.docker.conftest import BASE, Contained, all_left, docker

pytestmark = [pytest.mark.docker, pytest.mark.slow]


def missing(run: Finished, *words: str) -> None:
    """Checks that the output and result.json report the missing thing, in few lines."""
    assert (run.code, run.result["code"], run.result["verdict"]) == (3, 3, "error"), run.output
    assert run.result["runtime"] == "docker"
    assert [word for word in words if word not in run.result["reason"] or word not in run.output] == []
    assert "Traceback" not in run.output and run.output.count("\n") < 25


def test_no_engine_answers(canary: Contained, tmp_path: Path) -> None:
    run = canary.run("8950", DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    missing(run, "docker version failed: ", "none.sock")


@pytest.mark.parametrize(
    ("image", "named"), [("localhost:9/none", "localhost:9"), (BASE, "postgres")], ids=["not pulled", "no PostgreSQL"]
)
def test_a_service_that_does_not_start(leaks: Contained, image: str, named: str) -> None:
    run = leaks.run("8951", E2E_POSTGRES_IMAGE=image)
    missing(run, "before the run could say how:", named)
    assert all_left(leaks) == {}


@pytest.mark.parametrize("service", ["postgres", "redis"])
def test_a_service_that_is_killed_is_named(leaks: Contained, service: str) -> None:
    script, sent = leaks.folder / "src" / "test_requests.py", leaks.out / f"{leaks.name}-8959" / "requests.jsonl"
    text = script.read_text()
    script.write_text(text.replace("with Api() as api:\n", "import time\n\nwith Api() as api:\n    time.sleep(60)\n"))
    sent.unlink(missing_ok=True)
    process = leaks.start("8959")
    try:
        wait_until(lambda: sent.exists() or process.poll() is not None, timeout_s=60, what="the requests' script")
        labels = (f"label=e2e.suite={leaks.name}", f"label=com.docker.compose.service={service}")
        docker("kill", docker("ps", "--quiet", "--filter", labels[0], "--filter", labels[1]).strip())
        run = leaks.end(process, "8959")
    finally:
        script.write_text(text)
    missing(run, f"{service} died (nothing answers at {service}:")
    assert all_left(leaks) == {}


def test_a_user_who_cannot_write(canary: Contained) -> None:
    owner = canary.folder.stat()
    run = canary.run("8952", E2E_UID=str(owner.st_uid + 1), E2E_GID="1")
    missing(run, f"belongs to user {owner.st_uid}", f"E2E_UID={owner.st_uid} E2E_GID={owner.st_gid} ")


def test_wrong_use_is_exit_2(canary: Contained) -> None:
    run = canary.run("--services")
    assert (run.code, run.result, "Traceback" in run.output) == (2, {}, False), run.output
    assert "--services works without Docker: E2E_RUNTIME=local make services-" in run.output
    run = canary.run("8953", E2E_SDK="../no-such-checkout")
    assert (run.code, run.result["code"], run.result["runtime"]) == (2, 2, "docker"), run.output
    assert "E2E_SDK=../no-such-checkout: not a version" in run.output
    assert all_left(canary) == {}


def test_a_second_run_of_the_same_name_is_refused(canary: Contained) -> None:
    first = canary.start("8954", CANARY="hangs in recording")
    try:
        lock = canary.out / f".{canary.name}-8954.lock"
        while not (lock.exists() and lock.read_text()):
            assert first.poll() is None
        second = canary.run("8954")
        assert (second.code, f"is under way in this checkout (process {first.pid})" in second.output) == (3, True)
    finally:
        first.terminate()
        canary.end(first, "8954")
    assert all_left(canary) == {}
