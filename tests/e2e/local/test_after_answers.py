"""Calls after a response are not assigned to the next request. Calls only in the recording are detected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import CANARIES, Suite


@pytest.fixture
def after_answers(tmp_path: Path) -> Suite:
    return Suite(tmp_path / "after-answers", CANARIES.parent / "after_answers" / "src")


def test_what_comes_after_an_answer_belongs_to_its_request(after_answers: Suite) -> None:
    run = after_answers.run()
    assert run.code == 0, run.output
    assert {warning["request"] for warning in run.result["warnings"]} == {f"told {n}" for n in range(6)}
    assert [leak["request"] for leak in run.result["leaks"]] == [f"reached {n}" for n in range(6)]


def test_a_child_process_that_calls_while_recording_alone_is_seen(after_answers: Suite) -> None:
    run = after_answers.run(UNRECORDED="on", E2E_ONLY="after told 1")
    assert run.code == 1
    assert "the upstream was reached by more than the trace says, and reached= declares: GET /users/3" in run.output
