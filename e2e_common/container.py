"""What a run knows of the container that it is in, if it is in one (compose.base.yml and docker/override.py say it)."""

from __future__ import annotations

import os
from pathlib import Path

from e2e_common.errors import environment

WORLD = "DRIFT_E2E_WORLD"
"""In a container: `record` (beside the services), or `replay` (without a network)."""

AGAIN = "DRIFT_E2E_AGAIN"
"""What was typed outside, as JSON (reports/rerun.py): inside, neither the knobs nor the paths are the same. Set where
scripts/run-docker.sh drives the containers, which holds the run's lock."""

BOTH = "DRIFT_E2E_BOTH"
"""Set where the run has two containers: one records, and another one replays that and judges all of it."""


def world() -> str:
    """`record` or `replay` in a container, nothing outside."""
    return os.environ.get(WORLD, "")


def runtime() -> str:
    """`docker` or `local`, as result.json says it."""
    return "docker" if world() else "local"


def driven() -> bool:
    """Whether this is one of the containers of a run; if not, `docker compose run` was called by hand."""
    return AGAIN in os.environ


def goes_on() -> bool:
    """Whether the run goes on in another container."""
    return world() == "record" and BOTH in os.environ


def has_recorded() -> bool:
    """Whether the same run has recorded in another container."""
    return world() == "replay" and BOTH in os.environ


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
