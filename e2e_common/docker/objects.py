"""Remove what runs have made in the engine, found by label. `clean-volumes` removes all but that of live runs, and,
where there is none, the suites' images; `clean` the base images, too."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from e2e_common.docker import images
from e2e_common.docker.engine import PROBE_LIMIT_S, attempt, docker, require_engine
from e2e_common.errors import Code, HarnessError, environment
from e2e_common.knobs import load_knobs
from e2e_common.paths import ROOT
from e2e_common.readiness import wait_until
from e2e_common.run_folder import RunFolder
from e2e_common.services.scratch import drop_all

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


def main(argv: Sequence[str]) -> int:
    """`clean-volumes`: remove, and say what was spared. Returns 0; raises HarnessError."""
    require_engine()
    spared = remove_all_but_live()
    if not spared:
        images.remove_unused()
    for run in spared:
        print(f"e2e: spared, since it is under way: {run}")
    return Code.PASSED


def clean(argv: Sequence[str]) -> int:
    """The data of killed services, and all that runs have made in Docker, where there is an engine. Returns 0; raises
    HarnessError (3) where a run is under way."""
    drop_all(ROOT / load_knobs()["E2E_OUT"])
    if shutil.which("docker") and attempt(["version"], PROBE_LIMIT_S).returncode == 0:
        if spared := remove_all_but_live():
            raise environment(f"nothing is cleaned while a run is under way: {', '.join(spared)}")
        if ids := docker("image", "ls", "--quiet", "--filter", f"label={images.IMAGE}").split():
            docker("image", "rm", "--force", *dict.fromkeys(ids))
    return Code.PASSED
