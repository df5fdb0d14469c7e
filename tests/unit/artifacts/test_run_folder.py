"""The copy that a run leaves in its suite: of files alone. And what a replay must not change."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.util.errors import Code, HarnessError
from tests.unit.services.never_waits import within


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    run = RunFolder(tmp_path / "out" / "tea-8000")
    for folder in (run.traces, run.logs, tmp_path / "suite" / ".tusk"):
        folder.mkdir(parents=True)
    (run.traces / "a.jsonl").write_text("a\n")
    (run.logs / "record.log").write_text("recorded\n")
    return run


def test_a_copy_of_traces_and_logs_is_left_in_the_suite(run: RunFolder, tmp_path: Path) -> None:
    run.publish(tmp_path / "suite")
    (run.logs / "record.log").write_text("recorded again\n")
    run.publish(tmp_path / "suite")
    tusk = tmp_path / "suite" / ".tusk"
    found = {str(path.relative_to(tusk)): path.read_text() for path in tusk.rglob("*") if path.is_file()}
    assert found == {"traces/a.jsonl": "a\n", "logs/record.log": "recorded again\n"}


def test_what_has_no_end_is_not_copied(run: RunFolder, tmp_path: Path) -> None:
    """A CLI, or the application, may put anything in place of a log."""
    os.mkfifo(run.logs / "tusk-replay-1.log")
    (run.logs / "tusk-cli.log").symlink_to("/dev/full")
    (run.logs / "below").symlink_to(run.logs)
    (run.logs / "nowhere").symlink_to("/no/such/file")
    with within(10):
        run.publish(tmp_path / "suite")
    assert [path.name for path in (tmp_path / "suite" / ".tusk" / "logs").iterdir()] == ["record.log"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "there is no recording in {}, or it did not end: make record-tea"),
        ("", "recording.json: no JSON"),
        ('{"suite": ', "recording.json: no JSON"),
        ("[]", "recording.json: not an object: []: record again (make record-tea)"),
        ("{}", "recording.json: Object missing required field `suite`: record again"),
    ],
)
def test_what_is_no_recording(run: RunFolder, text: str | None, says: str) -> None:
    if text is not None:
        run.recording.write_text(text)
    with pytest.raises(HarnessError, match=re.escape(says.format(run.root))) as error:
        run.read_recording()
    assert error.value.code == Code.USAGE


def test_a_folder_has_one_run_at_a_time(run: RunFolder) -> None:
    assert not run.is_held()
    run.lock()
    with pytest.raises(HarnessError, match=rf"under way in this checkout \(process {os.getpid()}\): wait for it"):
        RunFolder(run.root).lock()
    assert run.is_under_way()


CHANGES: dict[str, Callable[[RunFolder], Any]] = {
    "a trace is gone": lambda run: (run.traces / "a.jsonl").unlink(),
    "a trace more": lambda run: (run.traces / "x_a.jsonl").write_text("a\n"),
    "a trace of another name": lambda run: (run.traces / "a.jsonl").rename(run.traces / "b.jsonl"),
    "another trace": lambda run: (run.traces / "a.jsonl").write_text("a \n"),
    "other requests": lambda run: run.requests.write_text("{ }"),
    "the requests are gone": lambda run: run.requests.unlink(),
    "no sentinels": lambda run: run.setup.write_text('{"sentinels": false}'),
    "recording.json is gone": lambda run: run.recording.unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_of_the_recording_is_seen(run: RunFolder, change: Callable[[RunFolder], Any]) -> None:
    run.setup.write_text('{"sentinels": true}')
    run.recording.write_text("{}")
    run.requests.write_text("{}")
    before = run.fingerprint()
    (run.logs / "record.log").write_text("more")
    assert run.fingerprint() == before
    change(run)
    assert run.fingerprint() != before
