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


def test_load_reads_what_is_there_and_names_what_it_cannot_read(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for folder in (out / "traces" / "deep", out / "logs"):
        folder.mkdir(parents=True)
    (out / "setup.json").write_bytes(b"{}")
    (out / "traces" / "b.jsonl").write_bytes(b"b")
    (out / "traces" / "deep" / "a.jsonl").write_bytes(b"a")
    (out / "traces" / "other.txt").write_bytes(b"")
    (out / "logs" / "tusk-replay-1.log").write_bytes(b"log")
    (out / "logs" / "record.log").write_bytes(b"record")
    (out / "logs" / "upstream.log").write_bytes(b"upstream")
    (out / "retries" / "id" / "agent").mkdir(parents=True)
    (out / "retries" / "id" / "results.json").write_bytes(b"second")
    (out / "retries" / "id" / "agent" / "deviation-id.md").write_bytes(b"account")
    (out / "mocks.jsonl").mkdir()
    found = load(out)
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
    files = {
        "setup.json": good.setup,
        "recording.json": good.recording,
        "requests.jsonl": good.requests,
        "replay.json": good.replay,
    }
    files.update({"results.json": good.results, "logs/tusk-cli.log": good.cli_log, "mocks.jsonl": good.mocks})
    files.update({"logs/record.log": good.record_log, "logs/upstream.log": good.upstream_log})
    files.update({"touched.jsonl": good.touched, **good.traces, **good.replay_logs})
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data or b"")
    assert load(tmp_path) == replace(good, known_causes=None)
    assert judge(load(tmp_path)).code == 0
