"""Where this process runs: on the machine, or in a container of compose.base.yml."""

from __future__ import annotations

import os

VARIABLE = "DRIFT_E2E_CONTAINER"
"""Set in a container: `record` (in the network of the services), or `replay` (without a network)."""

RERUN = "DRIFT_E2E_RERUN"
"""The command line and options of a run outside its containers, as JSON (report/rerun.py). Inside, options and paths
differ. scripts/run-docker.sh sets it; that script also holds the run's lock."""


def is_inside() -> bool:
    return VARIABLE in os.environ


def is_cut_off() -> bool:
    """Whether this is the container without a network."""
    return os.environ.get(VARIABLE) == "replay"


def is_driven() -> bool:
    """Whether scripts/run-docker.sh started this container; if not, someone ran `docker compose run` by hand."""
    return RERUN in os.environ
