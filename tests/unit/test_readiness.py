"""Waiting until something holds."""

from __future__ import annotations

import pytest

from e2e_common.knobs import KNOBS
from e2e_common.readiness import NO_LIMIT_S, wait_until


def test_what_never_holds_is_told_by_name() -> None:
    with pytest.raises(TimeoutError, match=r"the tea: not ready within 0\.01 s"):
        wait_until(lambda: False, timeout_s=0.01, what="the tea")


def test_who_waits_without_a_limit_waits_longer_than_any_time_limit() -> None:
    """Else a run with a long E2E_TIMEOUT ends with another error, and another exit code, before its time."""
    assert KNOBS["E2E_TIMEOUT"].checked("999999", "environment")
    assert NO_LIMIT_S > 999999
    answers = iter([False, False, True])
    wait_until(lambda: next(answers), timeout_s=NO_LIMIT_S, what="the tea")
    assert next(answers, None) is None
