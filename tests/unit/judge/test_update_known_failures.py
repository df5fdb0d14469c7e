"""make update-known-failures: the file as the last run has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from e2e_common.__main__ import main
from e2e_common.artifacts.decoding import Recording
from e2e_common.artifacts.files import Artifacts
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.artifacts.strict_json import decode
from e2e_common.judge import judging, update_known_failures
from e2e_common.judge.update_known_failures import updated
from e2e_common.judge.verdict import judge
from tests.unit.judge.good_run import CAUSE, GoodRun
from tests.unit.judge.verdict.spoiling import CREATE, no_trace, order_result

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


PINNED = entry(CREATE, "  # why it is so\n  replay: {body: {$.a: 2}}  # of the SDK\n")


def test_what_the_last_run_shows_stays_as_it_is_written() -> None:
    known = HEAD + PINNED + "\n# The end.\n"
    assert after(answered({"a": 2, "b": 1}, known)) == known


def test_another_value_takes_the_place_of_the_pinned_one() -> None:
    assert after(answered({"a": 3, "b": 1}, HEAD + PINNED)) == HEAD + (
        "  # why it is so\n" + entry(CREATE, "  replay:\n    body: {$.a: 3}\n")
    )


def test_what_is_fixed_goes_and_what_is_new_comes_without_a_cause() -> None:
    both = HEAD + entry(CREATE, "  replay:\n    body: {$.a: 2, $.b: 2}\n")
    assert after(answered({"a": 2, "b": 1}, both)) == HEAD + entry(CREATE, "  replay:\n    body: {$.a: 2}\n")
    assert after(answered({"a": 2, "b": 3}, HEAD + PINNED)) == (
        HEAD + PINNED + "\n" + entry(CREATE, "  replay:\n    body: {$.b: 3}\n", cause="unknown")
    )
    run = GoodRun()
    run.known = HEAD + PINNED
    assert after(run) == HEAD + "  # why it is so\n"


def test_an_entry_of_several_requests_is_split_where_they_differ() -> None:
    known = (
        HEAD
        + entry(f"{CREATE}, health, lea*", "  replay: {body: {$.a: 2}}\n")
        + "\n"
        + entry("leak", "  replay: {body: {$.z: 1}}\n")
    )
    assert after(answered({"a": 2, "b": 1}, known)) == HEAD + entry(CREATE, "  replay:\n    body: {$.a: 2}\n")


def test_what_is_new_in_several_requests_is_one_entry() -> None:
    run = GoodRun()
    for line in run.requests[:2]:
        line.update(problems=["status"], differs=[["status", "", 500], ["body", "$", "x" * 120]])
    run.known = HEAD
    assert after(run) == (
        HEAD
        + entry(
            "health, create order",
            f"  expectation:\n    status: 500\n    body: {{$: {'x' * 120}}}\n",
            cause="unknown",
        )
    )


def test_calls_are_pinned_one_by_one() -> None:
    run = GoodRun()
    no_trace(run)
    run.requests[0]["calls"] = {"requests": 2}
    run.known = HEAD + entry(CREATE, "  recording: {traces: without root}\n")
    assert after(run) == (
        HEAD
        + entry(CREATE, "  recording: {traces: 0}\n")
        + "\n"
        + entry("health", "  recording:\n    calls: {requests: 0}\n", cause="unknown")
    )


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

    def load(*_: Any) -> Artifacts:
        return run.artifacts()

    monkeypatch.setattr(judging, "load_artifacts", load)
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
    ("spoil", "says"),
    [
        (lambda run: run.recording.update(partial="creat*"), "sent only 'creat*': run all of the suite first"),
        (lambda run: run.requests.pop(), "did not come to its end"),
        (lambda run: run.results.clear(), "did not come to its end"),
    ],
    ids=["partial", "broken off", "not replayed"],
)
def test_a_run_that_is_not_whole_is_refused_and_nothing_is_written(
    last_run: GoodRun, spoil: Any, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(last_run)
    assert main(["update-known-failures", "flask"]) == 2
    assert says in capsys.readouterr().err
    assert (tmp_path / "known_failures.yaml").read_text() == HEAD + PINNED


def test_ci_is_refused(last_run: GoodRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CI", "true")
    assert main(["update-known-failures", "flask"]) == 2
    assert "CI is set" in capsys.readouterr().err
