"""junit.xml: a testsuite for each suite, a testcase for each request, in the dialect that the readers of Jenkins, of
GitHub and of GitLab share (tests/reports/junit.xsd)."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping, Sequence
from typing import Any

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from e2e_common.reports.runs import Case, Run
from e2e_common.reports.text import cut, printable
from e2e_common.reports.values import laid_out
from e2e_common.story.model import ABSENT, differences
from e2e_common.verdict import FAILED, KNOWN

MESSAGE_LIMIT = 1_000
TEXT_LIMIT = 20_000
SIDE_LIMIT = 2_000


def render(runs: Sequence[Run]) -> bytes:
    """The document. Failures of no request are a testcase of their own, and so is a suite without a result."""
    document = JUnitXml("Drift Python E2E")
    for run in runs:
        document.add_testsuite(_suite(run))
    document.update_statistics()  # type: ignore[no-untyped-call]
    written = io.BytesIO()
    document.write(written)
    return written.getvalue()


def _suite(run: Run) -> TestSuite:
    suite = TestSuite(run.suite)
    if run.told is not None:
        _describe(suite, run, run.told.result)  # before the cases: readers go by the order
    cases = [_case(case, run) for case in run.cases]
    own = [_own(run)] if run.others else []
    suite.add_testcases([*cases, *own])
    return suite


def _describe(suite: TestSuite, run: Run, result: Mapping[str, Any]) -> None:
    """What ran, and when."""
    facts = {"runtime": result["runtime"], "cli": f"{result['cli']['name']} {result['cli']['version']}".strip()}
    for name, value in {**facts, **result["versions"]}.items():
        suite.add_property(_clean(str(name)), _clean(str(value or "none")))
    if run.began:
        suite.timestamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(run.began))


def _case(case: Case, run: Run) -> TestCase:
    found = TestCase(_clean(case.name), run.suite, (case.row["duration_ms"] or 0) / 1000)
    if case.verdict == KNOWN:
        found.result = [Skipped(_clean(f"known failure: {case.row['reason']}"))]
    elif case.verdict == FAILED:
        lines = case.lines
        failure = Failure(_clean(lines[0], MESSAGE_LIMIT), _stage(case))
        failure.text = _clean("\n".join([*lines, *_answer(case), "", f"again: {run.again(case.name)}"]), TEXT_LIMIT)
        found.result = [failure]
    return found


def _own(run: Run) -> TestCase:
    """What is wrong with the run itself: it failed, or something stopped it."""
    lines = run.others
    kind = Failure if run.verdict == FAILED else Error
    found = TestCase("(run)", run.suite, 0)
    result = kind(_clean(lines[0], MESSAGE_LIMIT), f"exit {run.code}")
    result.text = _clean("\n".join([*lines, "", f"again: {run.again()}", f"artifacts: {run.path()}"]), TEXT_LIMIT)
    found.result = [result]
    return found


def _stage(case: Case) -> str:
    """Where it failed: expectation, recording or replay."""
    return case.told.failures[0].stage if case.told and case.told.failures else FAILED


def _answer(case: Case) -> list[str]:
    """The parts of the answer that differ."""
    result = case.told.result if case.told else None
    if result is None or result.passed:
        return []
    return [f"{path}: {_side(was)} recorded, {_side(now)} replayed" for path, was, now in differences(result)[:40]]


def _side(value: object) -> str:
    return repr(ABSENT) if value is ABSENT else laid_out(value, SIDE_LIMIT)


def _clean(text: str, limit: int = MESSAGE_LIMIT) -> str:
    return printable(cut(text, limit))
