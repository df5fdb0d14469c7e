"""make clean-volumes removes everything that dead runs and manual `docker compose run` commands of any checkout have
left. It keeps active runs and the objects of others."""

from __future__ import annotations

import fcntl
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e_common.docker.engine import KINDS
from e2e_common.util.readiness import wait_until
from tests.conftest import E2E, execute
from tests.e2e.docker.conftest import BASE, RUN_LIMIT_S, Contained, all_left, docker, of_the_engine

pytestmark = [pytest.mark.docker, pytest.mark.slow]

SLEEP = ("sleep", "600")


def clean_volumes(suite: Contained) -> str:
    """Returns the output of clean-volumes in this checkout, called from the suite's."""
    return execute(E2E, "clean-volumes", env=suite.environ(), cwd=suite.checkout.root, check=True).stdout


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """While this is held, no other test leaves objects that must be kept."""
    with of_the_engine(fcntl.LOCK_EX):
        yield


class Things:
    """A running container with an anonymous volume, a network and a volume, all with the same label."""

    def __init__(self, image: str, label: str) -> None:
        self.name = f"things-{uuid.uuid4().hex[:8]}"
        labels = ("--label", label)
        docker("network", "create", *labels, self.name)
        docker("volume", "create", *labels, self.name)
        mounts = ("-v", f"{self.name}:/named", "-v", "/anonymous")
        network = ("--network", self.name)
        docker("run", "--init", "-d", *labels, *network, *mounts, "--name", self.name, image, *SLEEP)
        form = '{{range .Mounts}}{{if eq .Destination "/anonymous"}}{{.Name}}{{end}}{{end}}'
        self.anonymous = docker("inspect", "--format", form, self.name).strip()

    def there(self) -> set[str]:
        """Returns the kinds of these objects that the engine still has; `anonymous` is the unnamed volume."""
        names = {**dict.fromkeys(KINDS, self.name), "anonymous": self.anonymous}
        calls = {kind: ["volume" if kind == "anonymous" else kind, "inspect", name] for kind, name in names.items()}
        return {kind for kind, words in calls.items() if docker(*words, check=False).strip() not in ("", "[]")}

    def remove(self) -> None:
        for words in (("rm", "-fv"), ("network", "rm"), ("volume", "rm")):
            docker(*words, self.name, check=False)


def test_the_dead_go_and_the_living_and_strangers_stay(canary: Contained, tmp_path: Path) -> None:
    stranger = Things(BASE, "somebody=else")
    dead = Things(BASE, f"e2e.run={tmp_path / 'out' / 'flask-8000'}")
    try:
        assert len(stranger.there()) == len(dead.there()) == 4
        process = canary.start("8940")
        log = canary.out / f"{canary.name}-8940" / "logs" / "record.log"
        wait_until(log.exists, timeout_s=RUN_LIMIT_S, what="the recording")
        output = clean_volumes(canary)
        assert f"e2e: spared, since it is under way: {canary.out / f'{canary.name}-8940'}\n" in output
        assert dead.there() == set()
        run = canary.end(process, "8940")
        assert run.code == 0, run.output
        assert stranger.there() == {*KINDS, "anonymous"}
    finally:
        stranger.remove()
        dead.remove()


def test_what_compose_by_hand_has_left_goes(canary: Contained) -> None:
    assert canary.compose_run("--detach", command=SLEEP).returncode == 0
    assert {kind: len(ids) for kind, ids in all_left(canary).items()} == {"container": 1, "network": 1}
    assert str(canary.out) not in clean_volumes(canary)
    assert all_left(canary) == {}
