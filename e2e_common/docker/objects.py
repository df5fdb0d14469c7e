"""Remove what runs have made in the engine, found by label. `clean-volumes` removes all but that of live runs, and,
where there is none, the suites' images that are outdated; with --images all images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.docker import images
from e2e_common.docker.engine import attempt, docker, is_there, require_engine
from e2e_common.util.errors import Code, HarnessError, environment
from e2e_common.util.readiness import wait_until

RUN = "e2e.run"
"""On everything that a run makes: its folder, or `by hand`."""
PROJECT = "com.docker.compose.project"
GONE_LIMIT_S = 30.0
KINDS = ("container", "network", "volume")
REMOVE = {"container": ("rm", "--force", "--volumes"), "network": ("network", "rm"), "volume": ("volume", "rm")}


def remove_project(project: str) -> None:
    """Remove all that the Compose project has, running or not. Raises HarnessError (3) where something stays."""
    _remove(lambda kind: list(_found(kind, f"label={PROJECT}={project}")))


def remove_all_but_live() -> list[str]:
    """Remove all that runs have made, in this checkout or another, but for those whose lock is held. Returns what was
    spared, in words. Raises HarnessError (3) where something stays."""
    spared: set[str] = set()

    def dead(kind: str) -> list[str]:
        found = _found(kind, f"label={RUN}")
        live = {id_: run for id_, run in found.items() if Path(run).is_absolute() and RunFolder(Path(run)).is_held()}
        spared.update(live.values())
        return [id_ for id_ in found if id_ not in live]

    _remove(dead)
    return sorted(spared)


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


def _found(kind: str, wanted: str) -> dict[str, str]:
    """Ids of what there is, each with the run that it belongs to."""
    listing = ["ps", "--all"] if kind == "container" else [kind, "ls"]
    form = f'{{{{{".Name" if kind == "volume" else ".ID"}}}}}\t{{{{.Label "{RUN}"}}}}'
    lines = docker(*listing, "--filter", wanted, "--format", form).splitlines()
    return dict(line.split("\t", 1) for line in lines)


def main(argv: list[str]) -> int:
    """Remove, and say what was spared. Returns 0; raises HarnessError."""
    if "--images" in argv and not is_there():  # make clean, where there is nothing of ours in Docker
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
