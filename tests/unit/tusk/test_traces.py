"""From trace files to tests and pools."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from e2e_common.tusk import ReplayError
from e2e_common.tusk.traces import load, snapshot_of
from tests.unit.tusk.replay_support import recording_of, request_of, root_dict, span_dict, write_trace


def test_pools(tmp_path: Path) -> None:
    recording = recording_of(
        tmp_path,
        a=[span_dict("s1"), root_dict("t1")],
        split=[span_dict("lost", "t8"), span_dict("boot", "t8", isPreAppStart=True)],
        moved=[span_dict("s3", "t3"), root_dict("t3", statusCode=302)],
        b=[span_dict("boot2", "t4", isPreAppStart=True), root_dict("t4")],
    )
    assert [test.trace_id for test in recording.tests] == ["t1", "t4"]
    assert [each.span_id for each in recording.suite] == ["boot", "boot2", "s1", "root-t1", "s3", "root-t3", "root-t4"]


def _nested(levels: int) -> str:
    return json.dumps(span_dict("s1", inputValue={"deep": "HERE"})).replace('"HERE"', "[" * levels + "]" * levels)


@pytest.mark.parametrize(
    "line", ['{"traceId": ', _nested(20_000), _nested(1_000_000)], ids=["cut off", "nested", "nested deeper"]
)
def test_what_cannot_be_loaded_is_named(tmp_path: Path, line: str) -> None:
    write_trace(tmp_path, "a.jsonl", root_dict()).open("a").write(line)
    with pytest.raises(ReplayError, match=r"malformed span in .*a\.jsonl.* line 2"):
        load(tmp_path)


def test_the_request() -> None:
    body = b'{"k": "\xff"}'
    test = request_of(method="POST", target="/x?y=1", body=base64.b64encode(body).decode())
    request = (test.method, test.path, test.body, test.expected_status, test.expected_body)
    assert request == ("POST", "/x?y=1", body, 200, {"a": 1.0})


def test_the_newest_environment_snapshot(tmp_path: Path) -> None:
    def snapshot(value: str, second: int) -> dict[str, Any]:
        recorded = {"timestamp": {"seconds": second}, "outputValue": {"ENV_VARS": {"A": value, "N": 1}}}
        return span_dict(value, "env", name="ENV_VARS_SNAPSHOT", isPreAppStart=True, **recorded)

    recording = recording_of(tmp_path, env=[snapshot("new", 9), snapshot("old", 5)], a=[root_dict()])
    assert snapshot_of(recording) == {"A": "new", "N": "1"}
    assert snapshot_of(recording_of(tmp_path / "none", a=[root_dict()])) == {}
