"""Where this process runs: on a machine, or in one of the containers that compose.base.yml describes."""

from __future__ import annotations

import os

WORLD = "DRIFT_E2E_WORLD"
"""In a container: `record` (beside the services), or `replay` (without a network)."""

AGAIN = "DRIFT_E2E_AGAIN"
"""What was typed outside, as JSON (reports/rerun.py): inside, neither the knobs nor the paths are the same. Set where
scripts/run-docker.sh drives the containers, which holds the run's lock."""


def runtime() -> str:
    """`docker` or `local`, as result.json says it."""
    return "docker" if is_container() else "local"


def is_container() -> bool:
    return WORLD in os.environ


def is_cut_off() -> bool:
    """Whether this is the container without a network."""
    return os.environ.get(WORLD) == "replay"


def is_driven() -> bool:
    """Whether this is one of the containers of a run; if not, `docker compose run` was called by hand."""
    return AGAIN in os.environ
