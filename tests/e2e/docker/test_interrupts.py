"""INT, TERM and KILL of a run under Docker, in every phase. INT and TERM end with 130 or 143, also in result.json, and
leave nothing in the engine. What a killed run leaves is removed by the next run of that name, or by clean-volumes."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import uuid
from pathlib import Path

import pytest

from tests.conftest import CANARIES, execute
from tests.e2e.docker.conftest import Checkout, Contained, all_left, docker, left, of_the_engine
from tests.processes import PHASES, Run, running, wait_until_gone

pytestmark = [pytest.mark.docker, pytest.mark.slow]

HOLDING_BACK = """#!/usr/bin/env bash
# Says that the clean-up has begun, and holds it back until it may go on.
if [[ "$*" == "ps --all"* ]] && [ -e "$HERE/armed" ]; then
  touch "$HERE/begun"
  while [ ! -e "$HERE/go" ]; do read -rt 0.05 <> <(:) || true; done
fi
exec "$REAL_DOCKER" "$@"
"""


class DockerRun(Run):
    """A run whose calls of docker are held back if the test wants it."""

    suite: Contained

    def __init__(self, suite: Contained, port: str, here: Path, **options: str) -> None:
        self.here = here
        shutil.rmtree(suite.out / f"{suite.name}-{port}", ignore_errors=True)  # an earlier test's
        wrapper = here / "docker"
        wrapper.write_text(HOLDING_BACK)
        wrapper.chmod(0o755)
        real = shutil.which("docker")
        assert real
        environ = {"HERE": str(here), "REAL_DOCKER": real, "PATH": f"{here}:{os.environ['PATH']}", **options}
        super().__init__(suite, f"HERE={here}", here / "printed", port, **environ)

    def signal(self, signum: int) -> None:
        """Sends a Ctrl-C to the whole group, other signals to one process."""
        if signum == signal.SIGINT:
            super().signal(signum)
        else:
            self.process.send_signal(signum)


@pytest.fixture(scope="module")
def built(canary: Contained, leaks: Contained) -> None:
    """Builds the images, so that every run starts its containers soon."""
    for suite in (canary, leaks):
        assert suite.run("8930").code == 0


def in_phase(phase: str, canary: Contained, leaks: Contained, here: Path) -> DockerRun:
    """Returns a run in that phase. In "clean-up" a first INT has begun it; the test sends the second signal."""
    if phase == "services":
        run = DockerRun(leaks, "8932", here)
        run.reach(lambda: bool(left(leaks.name, "container")), "the first container")
        return run
    before = "requests" if phase == "clean-up" else phase
    run = DockerRun(canary, "8933", here, CANARY=PHASES[before][0])
    run.reach_phase(before)
    if phase == "clean-up":
        (here / "armed").touch()
        run.signal(signal.SIGINT)
        run.reach((here / "begun").exists, phase)
    return run


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
@pytest.mark.parametrize("phase", ["services", *PHASES, "clean-up"])
def test_a_signal_ends_a_run_in_any_phase(
    canary: Contained, leaks: Contained, tmp_path: Path, phase: str, signum: signal.Signals
) -> None:
    run = in_phase(phase, canary, leaks, tmp_path)
    run.signal(signum)
    (tmp_path / "go").touch()
    finished = run.ended()
    first = signal.SIGINT if phase == "clean-up" else signum
    assert finished.code == 128 + first, finished.output
    assert (finished.result["code"], finished.result["verdict"]) == (128 + first, "error")
    assert finished.result["reason"] == f"interrupted by {first.name}"
    assert finished.result["runtime"] == "docker"
    assert f"interrupted by {first.name}" in finished.output
    assert all_left(run.suite) == {}
    owners = {path.lstat().st_uid for path in run.suite.out.rglob("*")}
    assert owners == {run.suite.folder.stat().st_uid}
    if phase in ("flush", "replay"):
        assert (finished.folder / "requests.jsonl").stat().st_size
        assert (finished.folder / "logs" / "record.log").stat().st_size


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=["INT", "TERM", "KILL"])
def test_a_signal_ends_the_build_of_an_image(checkout: Checkout, tmp_path: Path, signum: signal.Signals) -> None:
    suite = checkout.suite("unbuilt", CANARIES)
    slow = f"sleep 60.{uuid.uuid4().int % 10**9}"
    dockerfile = suite.folder / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text().replace("USER root\n", f"USER root\nRUN {slow}\n"))
    run = DockerRun(suite, "8931", tmp_path)
    run.reach(lambda: bool(running(slow)), "the build")
    run.signal(signum)
    finished = run.ended()
    wait_until_gone(slow)
    assert docker("image", "ls", "--quiet", suite.image) == ""
    assert all_left(suite) == {}
    if signum != signal.SIGKILL:
        assert (finished.code, finished.result["code"]) == (128 + signum, 128 + signum), finished.output


@pytest.mark.usefixtures("built")
def test_the_time_limit_is_exit_5(canary: Contained) -> None:
    finished = canary.run("8936", CANARY="hangs in recording", E2E_TIMEOUT="3")
    assert (finished.code, finished.result["code"], finished.result["verdict"]) == (5, 5, "error"), finished.output
    assert finished.result["reason"] == "not done within 3 s (E2E_TIMEOUT)"
    assert all_left(canary) == {}


@pytest.mark.usefixtures("built", "spared")
@pytest.mark.parametrize("phase", ["services", "requests", "replay", "clean-up"])
def test_what_a_killed_run_leaves_the_next_one_of_its_name_ends(
    canary: Contained, leaks: Contained, tmp_path: Path, phase: str
) -> None:
    run = in_phase(phase, canary, leaks, tmp_path)
    (tmp_path / "go").touch()
    run.kill()
    after = run.suite.run(run.port)
    assert after.code == 0, after.output
    assert all_left(run.suite) == {}


@pytest.mark.usefixtures("built")
def test_what_killed_runs_leave_clean_volumes_removes(canary: Contained, leaks: Contained, tmp_path: Path) -> None:
    with of_the_engine(fcntl.LOCK_EX):
        for phase in ("services", "flush"):
            here = tmp_path / phase
            here.mkdir()
            in_phase(phase, canary, leaks, here).kill()
        assert set(all_left(canary)) | set(all_left(leaks)) >= {"container", "network"}
        execute(canary.checkout.root / "scripts" / "e2e.sh", "clean-volumes", check=True)
        assert all_left(canary) == all_left(leaks) == {}
