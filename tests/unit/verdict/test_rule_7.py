"""Rule 7: no outbound call went without a recorded answer."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import pytest

from tests.unit.good_run import HEALTH, ORDER, T0, mock
from tests.unit.verdict.spoiling import CREATE, STRANGER, Spoiled, boot, check

# fmt: off
CASES = [
    Spoiled("mock not found", lambda run: run.mocks.insert(4, mock(ORDER, "", found=False, matched_trace=None, matched_span=None, asked="GET /new", closest=[{"asked": "GET /old", "difference": "url"}], note="why")), "no recorded answer for GET /new; closest recorded: GET /old; url; why", 7, "replay", CREATE),
    Spoiled("mock not found at start", lambda run: run.mocks.insert(1, mock("", "", found=False, matched_trace=None, matched_span=None, asked="SELECT 1")), "no recorded answer for SELECT 1 (outside any request; mocks.jsonl)", 7, "run"),
    Spoiled("frame dropped", lambda run: run.mocks.insert(4, {"event": "dropped", "at": T0 + 102.2, "reason": "frame of 20971520 bytes"}), "the replayer dropped what the SDK sent: frame of 20971520 bytes", 7, "replay", CREATE),
    Spoiled("call at the start not found", boot, "no recorded answer for GET catalogue (mocks.jsonl)", 7, "replay", "(start)"),
    Spoiled("mock of a stranger not found", lambda run: run.mocks.insert(1, mock(STRANGER, "", found=False, matched_trace=None, matched_span=None, asked="SELECT 2")), "no recorded answer for SELECT 2 (outside any request; mocks.jsonl)", 7, "run", trace=STRANGER),
    Spoiled("mock at the start of a test not found", lambda run: run.mocks.insert(1, mock(HEALTH, "", found=False, matched_trace=None, matched_span=None, asked="SELECT 3", pre_app_start=True)), "no recorded answer for SELECT 3", 7, "replay", "health"),
    Spoiled("frame dropped before the first test", lambda run: run.mocks.insert(1, {"event": "dropped", "at": T0 + 100.2, "reason": "frame of 20971521 bytes"}), "the replayer dropped what the SDK sent: frame of 20971521 bytes (outside any request; mocks.jsonl)", 7, "run"),
]
# fmt: on


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_nothing_spoiled_is_green(case: Spoiled) -> None:
    check(case)
