"""What a run knows of the container that it is in, if it is in one (e2e_common/compose.base.yml says it)."""

from __future__ import annotations

import os
import time
from pathlib import Path

from e2e_common.errors import environment

WORLD = "DRIFT_E2E_WORLD"
"""In a container: `record` (beside the services), or `replay` (without a network)."""
BEGAN = "DRIFT_E2E_BEGAN"
"""Set where scripts/e2e.sh drives the containers, which holds the run's lock: when it began, in seconds since
the epoch."""

GOES_ON = "DRIFT_E2E_GOES_ON"
"""Set in the container that records where another one replays what it records, and judges all of it."""

AGAIN = "DRIFT_E2E_AGAIN"
"""What was typed outside, as JSON (reports/rerun.py): inside, neither the knobs nor the paths are the same."""


def world() -> str:
    """`record` or `replay` in a container, nothing outside."""
    return os.environ.get(WORLD, "")


def runtime() -> str:
    """`docker` or `local`, as result.json says it."""
    return "docker" if world() else "local"


def driven() -> bool:
    """Whether this is one of the containers of a run; if not, `docker compose run` was called by hand."""
    return BEGAN in os.environ


def goes_on() -> bool:
    """Whether the run goes on in another container."""
    return GOES_ON in os.environ


def elapsed() -> float:
    """Seconds since the run began, as far as that was before this process."""
    return time.time() - float(os.environ[BEGAN]) if driven() else 0.0


def check_writable(suite_dir: Path, artifacts: Path) -> None:
    """Raises HarnessError (3) where the suite's .tusk, or the folder of the artifacts (where there is one), cannot be
    written: the container has them from outside."""
    tusk = suite_dir / ".tusk"
    if not world():
        return
    if os.access(tusk, os.W_OK):
        for folder in (artifacts.parent, artifacts):
            if folder.exists() and not os.access(folder, os.W_OK):
                told = f"{folder} belongs to user {folder.stat().st_uid}, and this container runs as user"
                raise environment(f"{told} {os.getuid()}: E2E_OUT names a folder that this user can write")
        return
    owner = tusk.stat()
    again = f"make e2e-{suite_dir.parent.name}" if driven() else "docker compose run --rm app"
    raise environment(
        f"{tusk} belongs to user {owner.st_uid}, and this container runs as user {os.getuid()}: "
        f"E2E_UID={owner.st_uid} E2E_GID={owner.st_gid} {again}"
    )
