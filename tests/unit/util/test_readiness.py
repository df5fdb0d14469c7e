"""Waiting until something holds."""

from __future__ import annotations

import pytest

from e2e_common.setup.options import OPTIONS
from e2e_common.util.readiness import NO_LIMIT_S, wait_until


def test_what_never_holds_is_reported_by_name() -> None:
    with pytest.raises(TimeoutError, match=r"the tea: not ready within 0\.01 s"):
        wait_until(lambda: False, timeout_s=0.01, what="the tea")


def test_who_waits_without_a_limit_waits_longer_than_any_time_limit() -> None:
    """Else a run with a long E2E_TIMEOUT ends with another error, and another exit code, before its time."""
    assert OPTIONS["E2E_TIMEOUT"].checked("999999", "environment")
    assert NO_LIMIT_S > 999999
