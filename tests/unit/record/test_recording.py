"""The gate that waits for the traces."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import Mock

import pytest

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.record.recording import Recorder, Traces
from e2e_common.util.errors import HarnessError, environment
from e2e_common.util.names import NEVER_READY
from tests.unit.judge.good_run import ORDER, T0, root, span


def test_a_trace_is_there_with_its_root_and_counts_its_spans(tmp_path: Path) -> None:
    traces = Traces(tmp_path / "traces")
    assert traces.look() == {}
    file = tmp_path / "traces" / "trace.jsonl"
    file.parent.mkdir()
    first, root_line, last = (
        json.dumps(each) + "\n"
        for each in (span(ORDER, "call-a", T0, 0.1), root(ORDER, 2, T0), span(ORDER, "call-b", T0, 2.0))
    )
    found = []
    for part in (first, root_line[:50], root_line[50:], last):
        with file.open("a") as more:
            more.write(part)
        found.append((dict(traces.look(again=False)), traces.have({"2": 2}), traces.have({"2": 3})))
    assert found == [({}, False, False), ({}, False, False), ({"2": 2}, True, False), ({"2": 2}, True, True)]


def test_of_a_late_request_all_calls_are_waited_for_and_of_one_that_is_not_recorded_nothing(tmp_path: Path) -> None:
    rows: list[tuple[str, dict[str, int], bool]] = [
        ("one", {}, False), ("two", {"requests": 2}, False), ("late", {"requests": 2, "redis": 1}, True),
        ("not recorded", {}, False), ("left out by design", {"redis": 1}, True),
    ]  # fmt: skip
    sent = [
        {"n": n, "name": name, "calls": calls, "late": late, "recorded": "rule" if "out" in name else ""}
        for n, (name, calls, late) in enumerate(rows, 1)
    ]
    run = RunFolder(tmp_path)
    run.requests.write_text("".join(json.dumps(line) + "\n" for line in [*sent, {"end": True}]))
    recording = Recorder(run, Mock(), Mock(), Mock())
    unrecorded = Mock(return_value={"not recorded"})
    assert recording._expected(unrecorded) == {"1": 1, "2": 1, "3": 4}
    [[asked]] = [call.args for call in unrecorded.call_args_list]
    assert asked == {name: calls for name, calls, _ in rows[:-1]}


def test_an_application_that_is_not_ready_in_time_ends_the_run_with_5(tmp_path: Path) -> None:
    app = Mock(ready_s=7.0)
    with pytest.raises(HarnessError, match=r"did not answer /health within 7 s \(E2E_READY_TIMEOUT\)") as caught:
        Recorder(RunFolder(tmp_path), app, Mock(), Mock())._check_sent(NEVER_READY, "")
    assert caught.value.code == 5


def test_a_service_that_died_is_named_before_the_application_that_misses_it(tmp_path: Path) -> None:
    services = Mock(check_alive=Mock(side_effect=environment("redis died")))
    recording = Recorder(RunFolder(tmp_path), Mock(), services, Mock())
    recording._process = Mock()
    with pytest.raises(HarnessError, match="redis died") as caught:
        recording._check_alive()
    assert caught.value.code == 3
