"""junit.xml: well formed, in the one shape that its readers share; its counts are result.json's."""

from __future__ import annotations

import xml.sax
from pathlib import Path
from xml.etree import ElementTree

from e2e_common.report import junit, rendering
from e2e_common.report.model import RunReport
from tests.unit.judge.good_run import CAUSE, GoodRun
from tests.unit.report.made import HOSTILE, large, red, written

SHAPE = {
    "testsuites": ({"name", "time"}, ["testsuite"]),
    "testsuite": ({"name", "time"}, ["properties", "testcase"]),
    "properties": (set(), ["property"]),
    "property": ({"name", "value"}, []),
    "testcase": ({"name", "classname", "time"}, ["skipped", "error", "failure"]),
    "skipped": ({"message"}, []),
    "error": ({"message", "type"}, []),
    "failure": ({"message", "type"}, []),
}
"""Element → its attributes and, in their order, its children: what Jenkins, GitHub and GitLab all read."""


def read(*runs: RunReport) -> ElementTree.Element:
    """The document, after another parser has taken it, and of the shape above."""
    data = junit.render(runs).encode()
    xml.sax.parseString(data, xml.sax.ContentHandler())  # noqa: S317 - ours
    document = ElementTree.fromstring(data)  # noqa: S314 - ours
    for each in document.iter():
        attributes, children = SHAPE[each.tag]
        sums = {"tests", "failures", "errors", "skipped"} if each.tag.startswith("testsuite") else set()
        assert set(each.keys()) - {"timestamp"} == attributes | sums
        assert [children.index(child.tag) for child in each] == sorted(children.index(child.tag) for child in each)
    return document


def counts(suite: ElementTree.Element) -> dict[str, int]:
    return {key: int(suite.attrib[key]) for key in ("tests", "failures", "errors", "skipped")}


def of_result(run: RunReport) -> dict[str, int]:
    result = run.result["requests"]
    failed = result["sent"] - result["passed"] - result["known_failures"] - result["by_design"]
    return {"tests": result["sent"], "failures": failed, "errors": 0, "skipped": result["known_failures"]}


def test_a_good_run_has_a_case_for_each_request(tmp_path: Path) -> None:
    run = written(GoodRun(), tmp_path)
    (suite,) = read(run)
    assert counts(suite) == of_result(run) == {"tests": 3, "failures": 0, "errors": 0, "skipped": 0}
    assert [case.attrib for case in suite.findall("testcase")] == [
        {"name": name, "classname": "flask", "time": "0.012"} for name in ("health", "create order", "leak")
    ]
    properties = {each.attrib["name"]: each.attrib["value"] for each in suite.iter("property")}
    assert (properties["sdk"], properties["rust_core"]) == ("0.1.29", "none")
    assert suite.attrib["timestamp"] == "2026-09-21T14:13:20"


def test_a_failure_says_what_where_and_what_to_do(tmp_path: Path) -> None:
    (suite,) = read(written(red(), tmp_path))
    (failure,) = suite.iter("failure")
    assert failure.attrib["type"] == "replay" and failure.text is not None
    assert "no recorded answer for GET http://127.0.0.1:9123/wether" in failure.attrib["message"]
    assert '- response.body.id: 7\n+ response.body.id: 8\n- response.body.items[1]: "b"\n' in failure.text
    assert "rerun: E2E_ONLY='create order' E2E_PYTHON=3.12 make e2e-flask" in failure.text


def test_what_is_of_no_request_is_a_case_of_its_own(tmp_path: Path) -> None:
    run = GoodRun()
    run.touched.pop()
    (suite,) = read(written(run, tmp_path))
    assert counts(suite) == {"tests": 4, "failures": 1, "errors": 0, "skipped": 0}
    (failure,) = suite[-1]
    assert suite[-1].attrib["name"] == "(run)" and failure.attrib["type"] == "exit 1"
    assert "the sentinels did not stand" in failure.attrib["message"]


def test_a_suite_without_a_result_is_an_error(tmp_path: Path) -> None:
    suite_dir = tmp_path / "flask" / "e2e-tests"
    (suite,) = read(rendering.read(suite_dir, tmp_path / "flask-8000", "exit 3, and no result.json"))
    assert counts(suite) == {"tests": 1, "failures": 0, "errors": 1, "skipped": 0}
    error = next(suite.iter("error"))
    assert error.attrib == {"message": "exit 3, and no result.json", "type": "exit 4"}


def test_the_sums_are_those_of_the_suites(tmp_path: Path) -> None:
    others = red(), GoodRun()
    for run, name in zip(others, ("redis", "django")):
        run.recording["suite"] = name
    runs = [written(large(40), tmp_path), *(written(run, tmp_path) for run in others)]
    document = read(*runs)
    assert counts(document) == {"tests": 46, "failures": 5, "errors": 0, "skipped": 4}
    assert len(document) == 3


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    run = written(large(30, text=HOSTILE), tmp_path)
    (suite,) = read(run)
    assert counts(suite) == of_result(run) == {"tests": 30, "failures": 3, "errors": 0, "skipped": 3}
    assert all(each.attrib["message"].startswith(f"known failure: {CAUSE}: ") for each in suite.iter("skipped"))
    name = suite.findall("testcase")[0].attrib["name"]
    assert name.startswith("\\x00\\x1b[31m]]>\\ud800\\u202e\\ufffe</script>")
