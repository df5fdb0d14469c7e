"""Calls `docker` with a time limit; says what is missing; and removes what runs have created, in any checkout, found by
label, except the objects of running runs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from e2e_common.services.scratch import drop_all
from e2e_common.setup.options import load_options
from e2e_common.util.errors import Code, HarnessError, environment
from e2e_common.util.paths import ROOT
from e2e_common.util.processes import spawn, stop
from e2e_common.util.readiness import wait_until

CALL_LIMIT_S = 60.0
PROBE_LIMIT_S = 5.0
GONE_LIMIT_S = 30.0
INSTALL = "install Docker with its Compose plugin and start it, or use E2E_RUNTIME=local"
RUN = "e2e.run"
"""The label of everything that a run creates: the run's folder, or `by hand`."""
IMAGE = "e2e.image"
"""The label of all our images: `base` or `suite`."""
KINDS = {
    "container": ("ps --all", ".ID", "rm --force --volumes"),
    "network": ("network ls", ".ID", "network rm"),
    "volume": ("volume ls", ".Name", "volume rm"),
}
"""Kind of object → the command that lists them, the column with the id, the command that removes them."""


def docker(*words: str) -> str:
    """Returns the output of `docker WORDS`. Raises HarnessError (3) with its stderr if it fails or does not end."""
    done = attempt(words)
    if done.returncode != 0:
        raise environment(f"docker {' '.join(words[:3])} failed: {done.stderr.strip() or f'exit {done.returncode}'}")
    return done.stdout


def attempt(words: Sequence[str], limit_s: float = CALL_LIMIT_S) -> subprocess.CompletedProcess[str]:
    """Run `docker WORDS` and return it whatever its status. Raises HarnessError (3) if there is no docker or no answer
    in time. It runs in its own session: a Ctrl-C interrupts the run, whose clean-up still needs these calls."""
    try:
        process = spawn(
            ["docker", *words], cwd=Path.cwd(), env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    except FileNotFoundError:
        raise environment(f"there is no docker on PATH: {INSTALL}") from None
    try:
        out, err = (output.decode(errors="replace") for output in process.communicate(timeout=limit_s))
    except subprocess.TimeoutExpired:
        raise environment(f"docker {' '.join(words[:3])}: no answer within {limit_s:g} s; {INSTALL}") from None
    finally:
        stop(process)
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def require_engine() -> None:
    """Raises HarnessError (3) if no engine answers, or the Compose plugin is missing."""
    docker("version")
    docker("compose", "version")


def absence(base_image: str = "") -> str:
    """Returns why docker cannot be used here, or not with this base image; empty if it can. Takes a few tenths of a
    second at most, nothing without docker."""
    if shutil.which("docker") is None:
        return "no Docker"
    commands = {"no Docker engine": ["version"], "no Compose plugin": ["compose", "version"]}
    if base_image:
        commands[f"no image {base_image}"] = ["image", "inspect", "--format", "{{.Id}}", base_image]
    try:
        return next((lack for lack, words in commands.items() if attempt(words, PROBE_LIMIT_S).returncode), "")
    except HarnessError as error:  # no answer in time
        return str(error).partition(";")[0]


def remove(label: str, is_spared: Callable[[str], bool] = lambda run: False) -> list[str]:
    """Remove all objects with this label, running or not, except those of a run whose folder `is_spared`. Returns the
    folders of those. Tries until nothing is found: requests of a killed client may still be carried out. Raises
    HarnessError (6) if an object cannot be removed."""
    spared: set[str] = set()
    error_text = ""

    def is_clean() -> bool:
        nonlocal error_text
        clean = True
        for listing, id_, removal in KINDS.values():
            columns = f'{{{{{id_}}}}}\t{{{{.Label "{RUN}"}}}}'
            lines = docker(*listing.split(), "--filter", f"label={label}", "--format", columns).splitlines()
            runs = dict(line.split("\t", 1) for line in lines)
            spared.update(filter(is_spared, runs.values()))
            if ids := [found for found, run in runs.items() if run not in spared]:
                clean, error_text = False, attempt([*removal.split(), *ids]).stderr.strip()
        return clean

    try:
        wait_until(is_clean, timeout_s=GONE_LIMIT_S, what="the removal")
    except TimeoutError:
        raise HarnessError(Code.LEFT_BEHIND, f"Docker does not remove all of it: {error_text}") from None
    return sorted(spared)


def _is_live(run: str) -> bool:
    """Whether the lock of the run, of any checkout, is held."""
    from e2e_common.artifacts.run_folder import RunFolder  # needs a package of the harness's environment

    return Path(run).is_absolute() and RunFolder(Path(run)).is_held()


def clean_volumes(words: Sequence[str]) -> int:
    """Remove objects, and print which runs were spared. Returns 0; raises HarnessError."""
    require_engine()
    for run in remove(RUN, _is_live):
        print(f"e2e: spared, since it is under way: {run}")
    return Code.PASSED


def clean(words: Sequence[str]) -> int:
    """Remove the data of killed services, all objects and our images. Returns 0; raises HarnessError (3) if a run in
    Docker is not finished. Works with any Python: `make clean` sets nothing up."""
    drop_all(ROOT / load_options()["E2E_OUT"])
    if lack := absence():
        print(f"e2e: {lack}: nothing is removed there")
        return Code.PASSED
    if spared := remove(RUN, _is_live):
        raise environment(f"nothing is cleaned while a run is under way: {', '.join(spared)}")
    if ids := docker("image", "ls", "--quiet", "--filter", f"label={IMAGE}").split():
        docker("image", "rm", "--force", *dict.fromkeys(ids))
    return Code.PASSED
