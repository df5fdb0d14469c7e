"""Removes what runs have created in Docker, found by label. `clean-volumes` keeps the objects of running runs; if there
are none, it also removes outdated suite images. With --images it removes all images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.docker import images
from e2e_common.docker.engine import attempt, docker, is_there, require_engine
from e2e_common.util.errors import Code, HarnessError, environment
from e2e_common.util.readiness import wait_until

RUN = "e2e.run"
"""The label of everything that a run creates: the run's folder, or `by hand`."""
PROJECT = "com.docker.compose.project"
GONE_LIMIT_S = 30.0
KINDS = ("container", "network", "volume")
REMOVE = {"container": ("rm", "--force", "--volumes"), "network": ("network", "rm"), "volume": ("volume", "rm")}


def remove_project(project: str) -> None:
    """Remove all objects of the Compose project, running or not. Raises HarnessError (3) if one cannot be removed."""
    _remove(lambda kind: list(_labelled(kind, f"label={PROJECT}={project}")))


def remove_all_but_live() -> list[str]:
    """Remove the objects of all runs, in any checkout, except runs whose lock is held. Returns the folders of those.
    Raises HarnessError (3) if an object cannot be removed."""
    spared: set[str] = set()

    def dead(kind: str) -> list[str]:
        runs = _labelled(kind, f"label={RUN}")
        live = {id_: run for id_, run in runs.items() if Path(run).is_absolute() and RunFolder(Path(run)).is_held()}
        spared.update(live.values())
        return [id_ for id_ in runs if id_ not in live]

    _remove(dead)
    return sorted(spared)


def _remove(ids: Callable[[str], list[str]]) -> None:
    """Remove what `ids` finds of each kind until it finds nothing: requests of a killed client may still be carried
    out."""
    error_text = ""

    def gone() -> bool:
        nonlocal error_text
        clean = True
        for kind in KINDS:
            if ids_of_kind := ids(kind):
                clean = False
                error_text = attempt([*REMOVE[kind], *ids_of_kind]).stderr.strip()
        return clean

    try:
        wait_until(gone, timeout_s=GONE_LIMIT_S, what="the removal")
    except TimeoutError:
        raise HarnessError(Code.LEFT_BEHIND, f"Docker does not remove all of it: {error_text}") from None


def _labelled(kind: str, wanted: str) -> dict[str, str]:
    """Returns id → run folder, for each existing object."""
    listing = ["ps", "--all"] if kind == "container" else [kind, "ls"]
    form = f'{{{{{".Name" if kind == "volume" else ".ID"}}}}}\t{{{{.Label "{RUN}"}}}}'
    lines = docker(*listing, "--filter", wanted, "--format", form).splitlines()
    return dict(line.split("\t", 1) for line in lines)


def main(argv: list[str]) -> int:
    """Remove objects, and print which runs were spared. Returns 0; raises HarnessError."""
    if "--images" in argv and not is_there():  # make clean without Docker: nothing to remove
        return Code.PASSED
    require_engine()
    spared = remove_all_but_live()
    if "--images" in argv:
        if spared:
            raise environment(f"nothing is cleaned while a run is under way: {', '.join(spared)}")
        if ids := docker("image", "ls", "--quiet", "--filter", f"label={images.IMAGE}").split():
            docker("image", "rm", "--force", *dict.fromkeys(ids))
    elif not spared:
        images.remove_outdated()
    for run in spared:
        print(f"e2e: spared, since it is under way: {run}")
    return Code.PASSED
