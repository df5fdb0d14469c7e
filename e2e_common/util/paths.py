"""Paths in a checkout and in a run's container. Nothing here reads or writes files, except `suite_names`."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("DRIFT_E2E_CACHE") or ROOT / ".cache")
ENVIRONMENTS = Path(os.environ.get("DRIFT_E2E_ENVIRONMENTS") or CACHE / "envs")
SUITES = ROOT / "drift" / "instrumentation"
KNOWN_CAUSES = SUITES / "known_causes.yaml"
LOCK = "requirements.lock"
REQUIREMENTS = "requirements.txt"


def suite_names() -> list[str]:
    """The names of all folders below drift/instrumentation that contain e2e-tests/entrypoint.py."""
    return sorted(path.parents[1].name for path in SUITES.glob("*/e2e-tests/entrypoint.py"))


def shown(path: Path) -> str:
    """`path` for messages: relative to the checkout, if it is inside."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
