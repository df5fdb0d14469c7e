"""Whether a run has detected the fault in the SDK."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from typing import Any

from e2e_common.artifacts.failure import one_line
from e2e_common.judge.known_failures import START
from e2e_common.run.suite_run import Ended, how
from e2e_common.util.errors import Code
from tests.faults.catalogue import NO_REQUEST, Fault


def missed(fault: Fault | None, ended: Ended) -> str:
    """Returns "" if the fault is detected: the run failed, and its reason names a request that the fault breaks, with
    the expected words. Otherwise returns what is wrong. Without a fault, the run must have passed."""
    if ended.result is None:
        return f"{how(ended.code)}, and no result.json"
    reason = ended.result["reason"]
    if fault is None:
        return "" if ended.code == Code.PASSED else f"without any fault it is not green: {reason}"
    if ended.code == Code.PASSED:
        return "it stays green"
    if ended.code != Code.FAILED:
        return f"{how(ended.code)} is no verdict on the SDK: {reason}"
    return _points_elsewhere(fault, request_of(ended.result), reason)


def _points_elsewhere(fault: Fault, named: str | None, reason: str) -> str:
    if named is None and NO_REQUEST not in fault.red:
        return f"red, and the reason names no request: {reason}"
    if named and not any(named == pattern or fnmatch.fnmatchcase(named, pattern) for pattern in fault.red):
        return f"red, and the reason names another request than {', '.join(fault.red)}: {reason}"
    if named and NO_REQUEST in fault.red:  # then `says` is for reasons without a request
        return ""
    return "" if fault.says in reason else f"red in other words than {fault.says!r}: {reason}"


def request_of(result: Mapping[str, Any]) -> str | None:
    """Returns the first request that the reason of result.json names (`'name': …`), or None."""
    names = [START, *(row["name"] for row in result["tests"])]
    return next((name for name in names if result["reason"].startswith(one_line(f"{name!r}: ") + " ")), None)
