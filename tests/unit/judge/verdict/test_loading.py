"""The artifacts as they are read from a run's folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from e2e_common.artifacts.files import Artifacts, load
from e2e_common.judge.verdict import judge
from tests.unit.judge.good_run import GoodRun
from tests.unit.services.never_waits import within


def write(folder: Path, files: dict[str, Any]) -> None:
    """`files`: path below the folder → bytes."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def test_load_reads_what_is_there_and_names_what_it_cannot_read(tmp_path: Path) -> None:
    written = {
        "setup.json": b"{}",
        "traces/b.jsonl": b"b",
        "traces/deep/a.jsonl": b"a",
        "traces/other.txt": b"",
        "logs/tusk-replay-1.log": b"log",
        "logs/record.log": b"record",
        "logs/upstream.log": b"upstream",
        "retries/id/results.json": b"second",
        "retries/id/agent/deviation-id.md": b"account",
    }
    write(tmp_path, written)
    (tmp_path / "mocks.jsonl").mkdir()
    found = load(tmp_path)
    assert found == Artifacts(
        setup=b"{}",
        traces={"traces/b.jsonl": b"b", "traces/deep/a.jsonl": b"a"},
        record_log=b"record",
        upstream_log=b"upstream",
        replay_logs={"logs/tusk-replay-1.log": b"log"},
        retries={"id": (b"second", None)},
        agent={"retries/id/agent/deviation-id.md": b"account"},
        unreadable={"mocks.jsonl": "Is a directory"},
    )
    assert "mocks.jsonl could not be read: Is a directory" in [failure.message for failure in judge(found).failures]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (os.mkfifo, "it is no file"),
        (lambda path: path.symlink_to("/dev/zero"), "it is no file"),
        (Path.mkdir, "Is a directory"),
    ],
    ids=["a pipe", "a device", "a folder"],
)
def test_what_stands_in_place_of_a_file_is_not_read(make: Callable[[Path], Any], says: str, tmp_path: Path) -> None:
    names = ("results.json", "logs/tusk-cli.log", "logs/tusk-replay-1.log", "agent/run/deviation-x.md")
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        make(tmp_path / name)
    with within(60):
        found = load(tmp_path)
    assert found.unreadable == dict.fromkeys(names, says)
    messages = [failure.message for failure in judge(found).failures]
    assert {f"{name} could not be read: {says}" for name in names} <= set(messages)


def test_a_loaded_run_is_judged_like_its_bytes(tmp_path: Path) -> None:
    good = GoodRun().artifacts()
    names = ("setup.json", "recording.json", "requests.jsonl", "replay.json", "touched.jsonl", "mocks.jsonl")
    files = {name: getattr(good, name.partition(".")[0]) for name in (*names, "results.json")}
    files.update({"logs/tusk-cli.log": good.cli_log, "logs/record.log": good.record_log})
    write(tmp_path, {**files, "logs/upstream.log": good.upstream_log, **good.traces, **good.replay_logs})
    assert load(tmp_path) == replace(good, known_causes=None)
    assert judge(load(tmp_path)).code == 0
