"""Calls `docker` with a time limit, and describes what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from e2e_common.util.errors import HarnessError, environment
from e2e_common.util.processes import spawn, stop

CALL_LIMIT_S = 60.0
PROBE_LIMIT_S = 5.0
INSTALL = "install Docker with its Compose plugin and start it, or use E2E_RUNTIME=local"


def docker(*words: str) -> str:
    """Returns the output of `docker WORDS`. Raises HarnessError (3) with its stderr if it fails or does not end."""
    done = attempt(words)
    if done.returncode != 0:
        raise environment(f"docker {' '.join(words[:3])} failed: {done.stderr.strip() or f'exit {done.returncode}'}")
    return done.stdout


def attempt(words: Sequence[str], limit_s: float = CALL_LIMIT_S) -> subprocess.CompletedProcess[str]:
    """Run `docker WORDS` and return it whatever its status. Raises HarnessError (3) if there is no docker or no answer
    in time. It runs in its own session: a Ctrl-C interrupts the run, whose clean-up still needs these calls."""
    command = f"docker {' '.join(words[:3])}"
    try:
        process = spawn(
            ["docker", *words], cwd=Path.cwd(), env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    except FileNotFoundError:
        raise environment(f"there is no docker on PATH: {INSTALL}") from None
    try:
        out, err = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        raise environment(f"{command}: no answer within {limit_s:g} s; {INSTALL}") from None
    finally:
        stop(process)
    return subprocess.CompletedProcess(
        words, process.returncode, out.decode(errors="replace"), err.decode(errors="replace")
    )


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
