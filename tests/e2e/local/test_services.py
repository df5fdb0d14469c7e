"""Services in real runs: their versions in the result, their end with the run, `make services-…`."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from e2e_common.services.scratch import PASSWORD, Scratch, read_password
from e2e_common.util.readiness import wait_until
from tests.conftest import WITH_SERVICES, Suite, hangs_in_recording
from tests.processes import running, wait_until_gone

LIMIT_S = 30
SEED = """
from e2e_common.base_runner import E2ETestRunnerBase

class Runner(E2ETestRunnerBase):
    def set_up(self, variables):
        import psycopg2
        import redis
        connection = psycopg2.connect(variables["DATABASE_URL"])
        connection.autocommit = True
        connection.cursor().execute("CREATE TABLE seed AS SELECT 42 AS number")
        connection.close()
        redis.Redis.from_url(variables["REDIS_URL"]).set("seed", "42")

Runner.main(__file__)
"""


@pytest.fixture
def served(canary: Suite) -> Iterator[Suite]:
    """The canary suite with PostgreSQL and Redis, with data in them. Removes the data at the end."""
    (canary.folder / "docker-compose.yml").write_text(WITH_SERVICES)
    (canary.folder / "entrypoint.py").write_text(SEED)
    yield canary
    Scratch(canary.out / f"{canary.name}-8000").drop()


def folder_of(suite: Suite) -> Path:
    return Scratch(suite.out / f"{suite.name}-8000").folder


def serving(suite: Suite) -> tuple[subprocess.Popen[str], dict[str, str]]:
    """Starts the suite's services. Returns the process, and the variables that it has printed."""
    process = suite.start("--services")
    text = ""
    while "REDIS_URL" not in text:
        assert process.stdout and process.poll() is None, text
        text += process.stdout.readline()
    return process, dict(re.findall(r"^ *export (\w+)=(\S+)$", text, re.MULTILINE))


def test_a_run_with_services_is_green_and_names_their_versions(served: Suite) -> None:
    run = served.run(CANARY="", PGHOST="/nowhere", PGSSLMODE="verify-full", REDIS_URL="redis://nowhere")
    assert run.code == 0, run.output
    assert re.fullmatch(r"\d+\.\d+", run.result["versions"]["postgres"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", run.result["versions"]["redis_server"])
    touched = map(json.loads, (run.folder / "touched.jsonl").read_text().splitlines())
    assert {line["service"] for line in touched if line["event"] == "listening"} == {"upstream", "postgres", "redis"}
    assert (running(str(folder_of(served))), folder_of(served).exists()) == ([], False)
    secret = read_password(served.out / f"{served.name}-8000").encode()
    files = [path for folder in (served.out, served.folder) for path in folder.rglob("*") if path.is_file()]
    tellers = [(path.name, path.stat().st_mode & 0o777) for path in files if secret in path.read_bytes()]
    assert secret and tellers == [(PASSWORD, 0o600)]
    rerun = served.run(*Suite.REPLAY, CANARY="")
    assert (rerun.code, rerun.result["versions"]) == (0, run.result["versions"]), rerun.output


@pytest.mark.parametrize("signum", [pytest.param(signal.SIGTERM, marks=pytest.mark.slow), signal.SIGKILL])
def test_a_run_that_is_ended_takes_its_services_along(served: Suite, signum: signal.Signals) -> None:
    process = served.start(CANARY="hangs in recording")
    run = served.out / f"{served.name}-8000"
    wait_until(lambda: hangs_in_recording(run), timeout_s=LIMIT_S, what="the request that hangs")
    assert len(running(str(folder_of(served)))) > 2
    os.killpg(process.pid, signum)
    output, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == {signal.SIGKILL: -signal.SIGKILL}.get(signum, 128 + signum), output
    wait_until_gone(str(folder_of(served)))
    if signum == signal.SIGKILL:
        assert folder_of(served).exists()  # the next run of that name removes it
        assert served.run(CANARY="").code == 0
    assert not folder_of(served).exists()


@pytest.mark.parametrize(
    ("signum", "code"), [(signal.SIGINT, 0), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)]
)
def test_services_for_a_second_terminal_stay_until_ctrl_c(served: Suite, signum: signal.Signals, code: int) -> None:
    process, variables = serving(served)
    with contextlib.closing(psycopg2.connect(variables["DATABASE_URL"])) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT number FROM seed")
        assert cursor.fetchall() == [(42,)]
    assert redis.Redis.from_url(variables["REDIS_URL"]).get("seed") == b"42"
    second = served.run("--services")
    assert (second.code, "is under way" in second.output) == (3, True)
    os.killpg(process.pid, signum)
    process.communicate(timeout=LIMIT_S)
    assert process.returncode == code
    assert not running(str(folder_of(served)))


def test_a_service_that_dies_is_reported_by_name(served: Suite) -> None:
    process, _ = serving(served)
    folder = Scratch(served.out / f"{served.name}-8000-services").folder
    os.kill(int((folder / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    output, _ = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, "postgres died (exit status -9), see " in output) == (3, True)


def test_a_suite_without_services_has_none_to_serve(canary: Suite) -> None:
    (canary.folder / "docker-compose.yml").write_text("services: {}\n")
    run = canary.run("--services")
    assert (run.code, "names no services" in run.output) == (2, True)
