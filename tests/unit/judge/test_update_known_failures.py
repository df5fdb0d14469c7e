"""make update-known-failures: the file as the last run has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from e2e_common.__main__ import main
from e2e_common.artifacts.decoding import Recording
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.artifacts.strict_json import decode
from e2e_common.judge import judging, update_known_failures
from e2e_common.judge.update_known_failures import updated
from e2e_common.judge.verdict import judge
from tests.unit.judge.good_run import CAUSE, GoodRun
from tests.unit.judge.verdict.changes import no_trace, order_result
from tests.unit.judge.verdict.spoiling import CREATE

HEAD = "# What is known.\n\n"


def answered(actual: dict[str, Any], known: str, **changes: Any) -> GoodRun:
    """`create order` is answered with `actual` in replay, and {"a": 1, "b": 1} was recorded."""
    run = GoodRun()
    answer = {"field": "response.body", "expected": {"a": 1, "b": 1}, "actual": actual, "description": "it differs"}
    order_result(passed=False, deviations=[answer], **changes)(run)
    run.known = known
    return run


def after(run: GoodRun) -> str:
    assert isinstance(run.known, str)
    return updated(run.known, judge(run.artifacts(), allow_unknown=True))


def entry(requests: str, rest: str, cause: str = CAUSE) -> str:
    return f"- cause: {cause}\n  requests: [{requests}]\n{rest}"


def body(values: str) -> str:
    return f"  replay:\n    body: {{{values}}}\n"


PINNED = entry(CREATE, "  # why it is so\n  replay: {body: {$.a: 2}}  # of the SDK\n")


UPDATED: dict[str, tuple[dict[str, Any], str, str]] = {
    "as it is": ({"a": 2, "b": 1}, PINNED + "\n# The end.\n", PINNED + "\n# The end.\n"),
    "another value": ({"a": 3, "b": 1}, PINNED, "  # why it is so\n" + entry(CREATE, body("$.a: 3"))),
    "a part is fixed": ({"a": 2, "b": 1}, entry(CREATE, body("$.a: 2, $.b: 2")), entry(CREATE, body("$.a: 2"))),
    "all is fixed": ({}, PINNED, "  # why it is so\n"),
    "new": ({"a": 2, "b": 3}, PINNED, PINNED + "\n" + entry(CREATE, body("$.b: 3"), cause="unknown")),
    "requests that differ": (
        {"a": 2, "b": 1},
        entry(f"{CREATE}, health, lea*", body("$.a: 2")) + "\n" + entry("leak", body("$.z: 1")),
        entry(CREATE, body("$.a: 2")),
    ),
}


@pytest.mark.parametrize(("actual", "known", "expected"), UPDATED.values(), ids=UPDATED)
def test_the_file_after_a_run(actual: dict[str, Any], known: str, expected: str) -> None:
    run = answered(actual, HEAD + known) if actual else GoodRun()
    run.known = HEAD + known
    assert after(run) == HEAD + expected


def test_what_is_new_in_several_requests_is_one_entry() -> None:
    run = GoodRun()
    for line in run.requests[:2]:
        line.update(problems=["status"], differs=[["status", "", 500], ["body", "$", "x" * 120]])
    run.known = HEAD
    pins = f"  expectation:\n    status: 500\n    body: {{$: {'x' * 120}}}\n"
    assert after(run) == HEAD + entry("health, create order", pins, cause="unknown")


def test_calls_are_pinned_one_by_one() -> None:
    run = GoodRun()
    no_trace(run)
    run.requests[0]["calls"] = {"requests": 2}
    run.known = HEAD + entry(CREATE, "  recording: {traces: without root}\n")
    new = entry("health", "  recording:\n    calls: {requests: 0}\n", cause="unknown")
    assert after(run) == HEAD + entry(CREATE, "  recording: {traces: 0}\n") + "\n" + new


def test_a_second_update_changes_nothing() -> None:
    run = answered({"a": 3, "c": [{"d": "ü: '"}]}, HEAD + PINNED)
    run.known = once = after(run)
    assert after(run) == once


@pytest.fixture
def last_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> GoodRun:
    """A run of a suite in `tmp_path`, which the command finds."""
    run = answered({"a": 3, "b": 1}, HEAD + PINNED)
    (tmp_path / "known_failures.yaml").write_text(HEAD + PINNED)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(update_known_failures, "folder_of", lambda _: tmp_path)
    monkeypatch.setattr(update_known_failures, "name_of", lambda _: "flask")
    monkeypatch.setattr(RunFolder, "read_recording", lambda _: decode(run.recording, Recording))

    monkeypatch.setattr(judging, "load_artifacts", lambda *_: run.artifacts())
    return run


def test_the_command_writes_the_file_and_prints_the_diff(
    last_run: GoodRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["update-known-failures", "flask"]) == 0
    assert "    body: {$.a: 3}" in (tmp_path / "known_failures.yaml").read_text()
    printed = capsys.readouterr().out
    assert "\n-  replay: {body: {$.a: 2}}  # of the SDK\n" in printed and "\n+    body: {$.a: 3}\n" in printed
    assert "unknown" not in printed
    assert printed.endswith("scripts/e2e.sh known-failures --write\n")
    last_run.requests[0]["problems"] = ["something"]
    assert main(["update-known-failures", "flask"]) == 0
    assert "not to be pinned: 'health': something (requests.jsonl)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("ci", "spoil", "says"),
    [
        ("", lambda run: run.recording.update(partial="creat*"), "sent only 'creat*': run all of the suite first"),
        ("", lambda run: run.requests.pop(), "did not come to its end"),
        ("", lambda run: run.results.clear(), "did not come to its end"),
        ("true", lambda run: None, "CI is set"),
    ],
    ids=["partial", "broken off", "not replayed", "in CI"],
)
def test_what_is_refused_and_writes_nothing(
    last_run: GoodRun,
    monkeypatch: pytest.MonkeyPatch,
    ci: str,
    spoil: Any,
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CI", ci)
    spoil(last_run)
    assert main(["update-known-failures", "flask"]) == 2
    assert says in capsys.readouterr().err
    assert (tmp_path / "known_failures.yaml").read_text() == HEAD + PINNED
