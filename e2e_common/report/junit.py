"""junit.xml: a testsuite for each suite, a testcase for each request, as Jenkins, GitHub and GitLab read it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from e2e_common.judge.verdict import FAILED, KNOWN
from e2e_common.report.model import RunReport
from e2e_common.report.text import cut, printable

MESSAGE_LIMIT = 1_000
TEXT_LIMIT = 20_000
FAILURES = 50
COUNTED = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}


def render(runs: Sequence[RunReport]) -> str:
    """Returns the document. Failures of no request are a separate testcase, and so is a suite without a result."""
    document = Element("testsuites", name="Drift Python E2E")
    for run in runs:
        _suite(SubElement(document, "testsuite", name=_clean(run.result["suite"])), run)
    for node in (document, *document):
        node.attrib.update({name: str(sum(1 for _ in node.iter(tag))) for name, tag in COUNTED.items()})
        node.set("time", f"{sum(float(case.get('time', 0)) for case in node.iter('testcase')):.3f}")
    data: bytes = tostring(document, encoding="utf-8", xml_declaration=True)
    return data.decode()


def _suite(suite: Element, run: RunReport) -> None:
    result = run.result
    cli = f"{result['cli']['name']} {result['cli']['version']}".strip()
    properties = SubElement(suite, "properties")  # before the cases: readers depend on the order
    for name, value in {"runtime": result["runtime"], "cli": cli, **result["versions"]}.items():
        SubElement(properties, "property", name=_clean(name), value=_clean(value or "none"))
    for request in run.requests[:1]:
        suite.set("timestamp", time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(request.request.started)))
    for request in run.requests:
        case = _case(suite, request.name, request.result.duration_ms if request.result else 0)
        if request.verdict == KNOWN:
            SubElement(case, "skipped", message=_clean(f"known failure: {request.reason}"))
        elif request.verdict == FAILED:
            _fault(case, "failure", request.failures[0].stage, run.text(FAILURES, request))
    if run.others:  # the run itself failed, or was stopped
        tag = "failure" if result["verdict"] == FAILED else "error"
        _fault(_case(suite, "(run)"), tag, f"exit {result['code']}", run.text(FAILURES))


def _case(suite: Element, name: str, milliseconds: int = 0) -> Element:
    time_s = f"{milliseconds / 1000:.3f}"
    return SubElement(suite, "testcase", name=_clean(name), classname=suite.attrib["name"], time=time_s)


def _fault(case: Element, tag: str, kind: str, text: Sequence[str]) -> None:
    SubElement(case, tag, message=_clean(text[0]), type=kind).text = _clean("\n".join(text), TEXT_LIMIT)


def _clean(text: str, limit: int = MESSAGE_LIMIT) -> str:
    return printable(cut(text, limit))
