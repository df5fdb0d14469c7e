"""The artifacts as they are read: whatever stands in them, the verdict is one, and it costs little."""

from __future__ import annotations

import copy
import json
import os
import random
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from e2e_common.artifacts.files import Artifacts, load
from e2e_common.judge.verdict import judge
from tests.conftest import execute
from tests.unit.judge.good_run import ORDER, WARNING, GoodRun
from tests.unit.judge.verdict.spoiling import ENTRY
from tests.unit.services.never_waits import within

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(ORDER),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(value=JSON, seed=st.integers(0, 2**32))
def test_no_value_anywhere_makes_the_judge_stumble(value: Any, seed: int) -> None:
    """Puts `value` in place of one value somewhere in the artifacts: whatever the verdict, it is one."""
    run, choose = GoodRun(), random.Random(seed)
    run.known = [{**copy.deepcopy(ENTRY), "when": {"sdk": "<1"}}]
    name = choose.choice(["setup", "recording", "requests", "traces", "replay", "results", "touched", "mocks", "known"])
    holder, key = choose.choice(list(_places(getattr(run, name))))
    holder[key] = value
    try:
        artifacts = run.artifacts()
    except (TypeError, AttributeError, ValueError):  # not even this harness could have written it
        return
    verdict = judge(artifacts)
    assert not any("a fault of the judge" in failure.message for failure in verdict.failures)
    json.dumps(verdict.result())


def _places(value: Any) -> Any:
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from _places(value[key])


WITHOUT_AN_END = ("known_failures", "known_causes", "unreadable", "retries", "agent")
LOGS = ("record_log", "upstream_log", "replay_logs")  # nothing says where they end
WITH_AN_END = [field.name for field in fields(Artifacts) if field.name not in (*WITHOUT_AN_END, *LOGS)]


@pytest.mark.parametrize("name", WITH_AN_END)
def test_no_file_may_be_cut_anywhere(name: str) -> None:
    good = GoodRun().artifacts()
    value = getattr(good, name)
    key, data = next(iter(value.items())) if isinstance(value, dict) else ("", value)
    for end in range(0, len(data.rstrip()), 7):
        cut = {**value, key: data[:end]} if isinstance(value, dict) else data[:end]
        changed: dict[str, Any] = {name: cut}
        verdict = judge(replace(good, **changed))
        assert verdict.code != 0, f"{name} cut at byte {end} is green"
        assert not any("a fault of the judge" in failure.message for failure in verdict.failures)


def test_fifty_megabytes_and_eight_thousand_warnings_are_judged() -> None:
    """With what grows as their product this takes minutes."""
    run, times = GoodRun(), 8_000
    warning = WARNING.format(method="connect", trace=ORDER)
    traceback = 'Traceback (most recent call last):\n  File "app.py", line 7, in leak\nOSError: {}\n'
    filler = f"{'x' * 99}\n" * 60
    run.log += "".join(warning + traceback.format(number) + filler for number in range(times))
    assert len(run.log) > 50_000_000
    messages = [failure.message for failure in judge(run.artifacts()).failures]
    assert "unpatched dependency: TCP connect() 8000 times in replay reached past the SDK" in messages
    assert sum("an exception that no request declares" in message for message in messages) == times


def test_a_green_run_imports_no_parser_of_yaml() -> None:
    code = (
        "import sys\n"
        "from tests.unit.judge.good_run import CAUSE, GoodRun\n"
        "from e2e_common.judge.verdict import judge\n"
        "run = GoodRun()\n"
        "assert judge(run.artifacts()).code == 0\n"
        "run.known = [dict(cause=CAUSE, requests=['leak'], replay={'status': 500}, when={'cli': 'official'})]\n"
        "assert judge(run.artifacts()).code == 0\n"
        "print(sorted({'yaml', 'packaging', 'requests'} & set(sys.modules)))\n"
    )
    root_folder = Path(__file__).parents[3]
    done = execute(sys.executable, "-c", code, cwd=root_folder, check=True)
    assert done.stdout == "[]\n"


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
