"""junit.xml: a testsuite for each suite, a testcase for each request, in the dialect that the readers of Jenkins, of
GitHub and of GitLab share."""

from __future__ import annotations

import time
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from e2e_common.reports.model import RequestReport, RunReport
from e2e_common.reports.text import cut, printable
from e2e_common.reports.values import laid_out
from e2e_common.verdict import FAILED, KNOWN

MESSAGE_LIMIT = 1_000
TEXT_LIMIT = 20_000
SIDE_LIMIT = 2_000
PARTS = 40
COUNTED = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}


def render(runs: Sequence[RunReport]) -> bytes:
    """The document. Failures of no request are a testcase of their own, and so is a suite without a result."""
    document = Element("testsuites", name="Drift Python E2E")
    for run in runs:
        _suite(SubElement(document, "testsuite", name=_clean(run.suite)), run)
    for each in (document, *document):
        each.attrib.update({name: str(sum(1 for _ in each.iter(tag))) for name, tag in COUNTED.items()})
        each.set("time", f"{sum(float(case.get('time', 0)) for case in each.iter('testcase')):.3f}")
    return bytes(tostring(document, encoding="utf-8", xml_declaration=True))


def _suite(suite: Element, run: RunReport) -> None:
    cli = f"{run.result['cli']['name']} {run.result['cli']['version']}".strip()
    properties = SubElement(suite, "properties")  # before the cases: readers go by the order
    for name, value in {"runtime": run.result["runtime"], "cli": cli, **run.result["versions"]}.items():
        SubElement(properties, "property", name=_clean(str(name)), value=_clean(str(value or "none")))
    if run.began:
        suite.set("timestamp", time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(run.began)))
    for case in run.cases:
        _case(suite, case, run)
    if lines := run.others:  # the run itself failed, or something stopped it
        text = [*lines, "", f"again: {run.rerun.command()}", f"artifacts: {run.path()}"]
        tag = "failure" if run.result["verdict"] == FAILED else "error"
        _fault(_testcase(suite, "(run)", run, 0), tag, f"exit {run.code}", lines[0], text)


def _case(suite: Element, case: RequestReport, run: RunReport) -> None:
    found = _testcase(suite, case.name, run, case.result.duration_ms if case.result else 0)
    if case.verdict == KNOWN:
        SubElement(found, "skipped", message=_clean(f"known failure: {case.reason}"))
    elif case.verdict == FAILED:
        lines = [failure.message for failure in case.failures]
        parts = case.differences[:PARTS]
        answer = [f"{path}: {_side(was)} recorded, {_side(now)} replayed" for path, was, now in parts]
        text = [*lines, *answer, "", f"again: {run.rerun.command(case.name)}"]
        _fault(found, "failure", case.failures[0].stage, lines[0], text)


def _testcase(suite: Element, name: str, run: RunReport, milliseconds: int) -> Element:
    time_s = f"{milliseconds / 1000:.3f}"
    return SubElement(suite, "testcase", name=_clean(name), classname=_clean(run.suite), time=time_s)


def _fault(case: Element, tag: str, kind: str, message: str, text: Sequence[str]) -> None:
    SubElement(case, tag, message=_clean(message), type=kind).text = _clean("\n".join(text), TEXT_LIMIT)


def _side(value: object) -> str:
    return laid_out(value, SIDE_LIMIT)


def _clean(text: str, limit: int = MESSAGE_LIMIT) -> str:
    return printable(cut(text, limit))
