"""Where things live in a checkout, and in the container of a run. Nothing here touches the disk."""

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
    """The suites: every folder below drift/instrumentation that holds e2e-tests/entrypoint.py."""
    return sorted(path.parents[1].name for path in SUITES.glob("*/e2e-tests/entrypoint.py"))


def shown(path: Path) -> str:
    """A path as a person reads it: below the top of the checkout, if it is there."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
