"""The copy that a run leaves in its suite: of files alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from e2e_common.run_folder import RunFolder
from tests.unit.never_waits import within


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
