"""Call `docker`, with a time limit, and say in words what is wrong with it."""

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
    """What `docker WORDS` prints. Raises HarnessError (3) with its last words when it fails or does not end."""
    done = attempt(words)
    if done.returncode != 0:
        raise environment(f"docker {' '.join(words[:3])} failed: {done.stderr.strip() or f'exit {done.returncode}'}")
    return done.stdout


def attempt(words: Sequence[str], limit_s: float = CALL_LIMIT_S) -> subprocess.CompletedProcess[str]:
    """`docker WORDS`, run to its end whatever its status. Raises HarnessError (3) where there is no docker, or it does
    not answer. A session of its own: a Ctrl-C is for the run, whose clean-up needs every one of these calls."""
    told = f"docker {' '.join(words[:3])}"
    try:
        process = spawn(
            ["docker", *words], cwd=Path.cwd(), env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    except FileNotFoundError:
        raise environment(f"there is no docker on PATH: {INSTALL}") from None
    try:
        out, err = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        raise environment(f"{told}: no answer within {limit_s:g} s; {INSTALL}") from None
    finally:
        stop(process)
    return subprocess.CompletedProcess(
        words, process.returncode, out.decode(errors="replace"), err.decode(errors="replace")
    )


def require_engine() -> None:
    """Raises HarnessError (3) where no engine answers, or there is no Compose plugin."""
    asked = attempt(["version", "--format", "{{.Server.Version}}"])
    if asked.returncode != 0:
        told = asked.stderr.strip().splitlines()
        raise environment(f"no Docker engine answers ({told[-1] if told else 'docker version fails'}): {INSTALL}")
    if attempt(["compose", "version"]).returncode != 0:
        raise environment(f"docker has no Compose plugin (docker compose version fails): {INSTALL}")


def is_there() -> bool:
    """Whether there is a docker, and an engine that answers it. Raises HarnessError (3) where it does not in time."""
    if shutil.which("docker") is None:
        return False
    return attempt(["version", "--format", "{{.Server.Version}}"], PROBE_LIMIT_S).returncode == 0


def absence(base_image: str) -> str:
    """Why E2E_RUNTIME=auto cannot be docker, in words; empty where it can. Costs about a tenth of a second at most a
    few, and nothing where there is no docker."""
    if shutil.which("docker") is None:
        return "no Docker"
    asked = {
        "no Docker engine": ["version", "--format", "{{.Server.Version}}"],
        f"no image {base_image}": ["image", "inspect", "--format", "{{.Id}}", base_image],
        "no Compose plugin": ["compose", "version", "--short"],
    }
    try:
        return next((lack for lack, words in asked.items() if attempt(words, PROBE_LIMIT_S).returncode), "")
    except HarnessError as error:  # it does not answer in time
        return str(error).partition(";")[0]
