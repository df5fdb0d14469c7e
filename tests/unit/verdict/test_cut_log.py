"""Rule 5: a log that is shorter than it was when the last test began has lost what it warned of."""

from __future__ import annotations

from e2e_common.verdict import judge
from tests.unit.good_run import GoodRun


def test_a_cut_log_is_red() -> None:
    run = GoodRun()
    length = len(run.log.encode())
    (*_, last) = (line for line in run.mocks if line["event"] == "test")
    last.update(logged=length)
    assert judge(run.artifacts()).code == 0
    last.update(logged=length + 1)
    verdict = judge(run.artifacts())
    name = next(iter(run.artifacts().replay_logs))
    words = f"{name} was cut: it holds {length} bytes, and held {length + 1} when the last test began"
    assert (verdict.code, verdict.reason, verdict.failures[0].rule) == (1, words, 5)
