"""Remove what runs have made in the engine: found by label or name, and nothing else is touched. `clean-volumes`
removes all but that of live runs, and where there is none the suites'
images that are outdated; with --images all images."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from e2e_common.docker import images
from e2e_common.docker.engine import attempt, docker, is_there, require_engine
from e2e_common.errors import Code, HarnessError, environment
from e2e_common.readiness import wait_until
from e2e_common.run_folder import RunFolder

RUN = "e2e.run"
"""On everything that a run makes: its folder, or `by hand`."""
ENVIRONMENTS = "python-e2e-environments"
"""What the names of the volumes begin with that keep the environments of E2E_SDK, E2E_WITH and E2E_RUST_CORE; the user
inside follows. Found by name: the engine makes the volume with a run's first container, and gives it no label."""
PROJECT = "com.docker.compose.project"
ONE_OFF = "com.docker.compose.oneoff"
GONE_LIMIT_S = 30.0
KINDS = ("container", "network", "volume")
REMOVE = {"container": ("rm", "--force", "--volumes"), "network": ("network", "rm"), "volume": ("volume", "rm")}


def remove_project(project: str) -> None:
    """Remove all that the Compose project has, running or not. Raises HarnessError (3) where something stays."""
    _remove(lambda kind: _ids(kind, f"label={PROJECT}={project}"))


def services_of(project: str) -> list[str]:
    """Ids of the project's containers that are no one-off ones: the services of a recording, running or not."""
    return _ids("container", f"label={PROJECT}={project}", f"label={ONE_OFF}=False")


def remove_services(project: str) -> None:
    """End them, without waiting for the end."""
    if ids := services_of(project):
        attempt([*REMOVE["container"], *ids])


def remove_all_but_live() -> list[str]:
    """Remove all that runs have made, in this checkout or another, but for those whose lock is held. Returns what was
    spared, in words. Raises HarnessError (3) where something stays."""
    spared: set[str] = set()

    def dead(kind: str) -> list[str]:
        found = {id_: _label(kind, id_, RUN) for id_ in _ids(kind, f"label={RUN}")}
        live = {id_: run for id_, run in found.items() if Path(run).is_absolute() and RunFolder(Path(run)).is_held()}
        spared.update(live.values())
        return [id_ for id_ in found if id_ not in live]

    _remove(dead)
    if not spared:
        # One that a container has come to use meanwhile stays.
        unused = (f"name=^{ENVIRONMENTS}-", "dangling=true")
        _remove(lambda kind: _ids(kind, *unused) if kind == "volume" else [])
    return sorted(spared)


def remove_images() -> None:
    """Remove the harness's images."""
    ids = dict.fromkeys(docker("image", "ls", "--quiet", "--filter", f"label={images.IMAGE}").split())
    if ids:
        docker("image", "rm", "--force", *ids)


def remove_outdated_images() -> None:
    """Remove the images of this checkout's suites that it does not use any more. One that a container uses stays; base
    images do, too: another checkout whose own is gone would run without Docker."""
    images.remove_replaced()
    for name in images.outdated():
        attempt(["image", "rm", name])


def _remove(ids: Callable[[str], list[str]]) -> None:
    """Remove what `ids` finds of each kind until it finds nothing: what a killed client asked for may still come."""
    told = ""

    def gone() -> bool:
        nonlocal told
        clean = True
        for kind in KINDS:
            if found := ids(kind):
                clean = False
                told = attempt([*REMOVE[kind], *found]).stderr.strip()
        return clean

    try:
        wait_until(gone, timeout_s=GONE_LIMIT_S, what="the removal")
    except TimeoutError:
        raise HarnessError(Code.LEFT_BEHIND, f"Docker does not remove all of it: {told}") from None


def _ids(kind: str, *filters: str) -> list[str]:
    listing = ["ps", "--all"] if kind == "container" else [kind, "ls"]
    words = [word for one in filters for word in ("--filter", one)]
    return docker(*listing, "--quiet", *words).split()


def _label(kind: str, id_: str, name: str) -> str:
    """The label's value; empty where the object has gone meanwhile."""
    done = attempt([kind, "inspect", id_])
    if done.returncode != 0:
        return ""
    found = json.loads(done.stdout)[0]
    labels = found["Config"]["Labels"] if kind == "container" else found["Labels"]
    return str((labels or {}).get(name, ""))


def main(argv: list[str]) -> int:
    """Remove, and say what was spared. Returns 0; raises HarnessError."""
    if "--images" in argv and not is_there():  # make clean, where there is nothing of ours in Docker
        return Code.PASSED
    require_engine()
    spared = remove_all_but_live()
    if "--images" in argv:
        if spared:
            raise environment(f"nothing is cleaned while a run is under way: {', '.join(spared)}")
        remove_images()
    elif not spared:
        remove_outdated_images()
    for run in spared:
        print(f"e2e: spared, since it is under way: {run}")
    return Code.PASSED
