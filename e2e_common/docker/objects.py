"""Removes what runs have created in Docker, in any checkout, found by label, except the objects of running runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.docker import images
from e2e_common.docker.engine import absence, attempt, docker, require_engine
from e2e_common.services.scratch import drop_all
from e2e_common.setup.options import load_options
from e2e_common.util.errors import Code, HarnessError, environment
from e2e_common.util.paths import ROOT
from e2e_common.util.readiness import wait_until

RUN = "e2e.run"
"""The label of everything that a run creates: the run's folder, or `by hand`."""
PROJECT = "com.docker.compose.project"
GONE_LIMIT_S = 30.0
KINDS = ("container", "network", "volume")
REMOVE = {"container": ("rm", "--force", "--volumes"), "network": ("network", "rm"), "volume": ("volume", "rm")}


def remove(label: str, is_spared: Callable[[str], bool] = lambda run: False) -> list[str]:
    """Remove all objects with this label, running or not, except those of a run whose folder `is_spared`. Returns the
    folders of those. Tries until nothing is found: requests of a killed client may still be carried out. Raises
    HarnessError (6) if an object cannot be removed."""
    spared: set[str] = set()
    error_text = ""

    def is_clean() -> bool:
        nonlocal error_text
        clean = True
        for kind in KINDS:
            runs = _labelled(kind, label)
            spared.update(filter(is_spared, runs.values()))
            if ids := [id_ for id_, run in runs.items() if run not in spared]:
                clean, error_text = False, attempt([*REMOVE[kind], *ids]).stderr.strip()
        return clean

    try:
        wait_until(is_clean, timeout_s=GONE_LIMIT_S, what="the removal")
    except TimeoutError:
        raise HarnessError(Code.LEFT_BEHIND, f"Docker does not remove all of it: {error_text}") from None
    return sorted(spared)


def _is_live(run: str) -> bool:
    """Whether the lock of the run, of any checkout, is held."""
    return Path(run).is_absolute() and RunFolder(Path(run)).is_held()


def _labelled(kind: str, label: str) -> dict[str, str]:
    """Returns id → run folder, for each existing object."""
    listing = ["ps", "--all"] if kind == "container" else [kind, "ls"]
    form = f'{{{{{".Name" if kind == "volume" else ".ID"}}}}}\t{{{{.Label "{RUN}"}}}}'
    lines = docker(*listing, "--filter", f"label={label}", "--format", form).splitlines()
    return dict(line.split("\t", 1) for line in lines)


def main(words: Sequence[str]) -> int:
    """`clean-volumes`: remove objects, and print which runs were spared. Returns 0; raises HarnessError."""
    require_engine()
    for run in remove(RUN, _is_live):
        print(f"e2e: spared, since it is under way: {run}")
    return Code.PASSED


def clean(words: Sequence[str]) -> int:
    """`clean`: remove the data of killed services, all objects and our images. Returns 0; raises HarnessError (3) if a
    run in Docker is not finished. Works with any Python, since `make clean` sets nothing up."""
    drop_all(ROOT / load_options()["E2E_OUT"])
    if lack := absence():
        print(f"e2e: {lack}: nothing is removed there")
        return Code.PASSED
    if spared := remove(RUN, _is_live):
        raise environment(f"nothing is cleaned while a run is under way: {', '.join(spared)}")
    if ids := docker("image", "ls", "--quiet", "--filter", f"label={images.IMAGE}").split():
        docker("image", "rm", "--force", *dict.fromkeys(ids))
    return Code.PASSED
