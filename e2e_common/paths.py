"""Where things live in a checkout. Nothing here touches the disk."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache"
SUITES = ROOT / "drift" / "instrumentation"
LOCK = "requirements.lock"
REQUIREMENTS = "requirements.txt"


def suite_names() -> list[str]:
    """The suites: every folder below drift/instrumentation that holds e2e-tests/entrypoint.py."""
    return sorted(path.parents[1].name for path in SUITES.glob("*/e2e-tests/entrypoint.py"))
