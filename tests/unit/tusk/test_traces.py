"""From trace files to tests and pools (replay protocol, sections 8.1, 9 and 10)."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from e2e_common.tusk import ReplayError, wire
from e2e_common.tusk.request import TransportError, headers_for, send
from e2e_common.tusk.traces import Test, load, snapshot_of
from e2e_common.tusk.wire import response_data, rfc3339, span_from, version_problem
from tests.unit.tusk.replay_support import recording_of, root_dict, span, span_dict, write_trace


def _only_test(folder: Path, **input_value: Any) -> Test:
    root = root_dict(answer={"a": 1})
    root["inputValue"].update(input_value)
    return recording_of(folder, a=[root]).tests[0]


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


def test_what_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    write_trace(tmp_path, "0_a.jsonl", root_dict()).open("a").write('\n{"traceId": ')
    with pytest.raises(ReplayError, match=r"malformed span in .*0_a\.jsonl.* line 3"):
        load(tmp_path)


def test_the_request(tmp_path: Path) -> None:
    body = b'{"k": "\xff"}'
    headers = {"Host": "there", "Content-Length": "9", "X-A": "b", "Empty": "", "User-Agent": "curl"}
    test = _only_test(tmp_path, method="POST", target="/x?y=1", headers=headers, body=base64.b64encode(body).decode())
    request = (test.method, test.path, test.body, test.expected_status, test.expected_body)
    assert request == ("POST", "/x?y=1", body, 200, {"a": 1.0})
    sent = {"x-td-trace-id": "t1", "content-type": "application/json", "x-a": "b", "user-agent": "curl"}
    assert list(headers_for(test).items()) == list(sent.items())


def test_a_recorded_content_type_wins(tmp_path: Path) -> None:
    test = _only_test(tmp_path, headers={"Content-Type": "text/csv"}, body="YSxi")
    assert (test.body, headers_for(test)["content-type"]) == (b"a,b", "text/csv")


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("body", "YSx", "failed to decode request body: "),
        ("body", "no base64!", "failed to decode request body: "),
        ("body", 5, "failed to decode request body: "),
        ("method", None, "the root span is no HTTP request"),
        ("target", None, "the root span is no HTTP request"),
    ],
)
def test_a_request_that_cannot_be_sent_is_a_test_that_fails(
    tmp_path: Path, field: str, value: Any, problem: str
) -> None:
    with pytest.raises(TransportError, match=problem):
        send(_only_test(tmp_path, **{field: value}), 0, 1)


@pytest.mark.parametrize("levels", [20_000, 1_000_000])
def test_a_span_that_is_nested_too_deep_is_named(levels: int, tmp_path: Path) -> None:
    text = json.dumps(span_dict("s1", inputValue={"deep": "HERE"})).replace('"HERE"', "[" * levels + "]" * levels)
    (tmp_path / "deep.jsonl").write_text(f"{text}\n")
    with pytest.raises(ReplayError, match=r"malformed span in .*deep\.jsonl"):
        load(tmp_path)


def test_the_newest_environment_snapshot(tmp_path: Path) -> None:
    def snapshot(value: str, second: int) -> dict[str, Any]:
        recorded = {"timestamp": {"seconds": second}, "outputValue": {"ENV_VARS": {"A": value, "N": 1}}}
        return span_dict(value, "env", name="ENV_VARS_SNAPSHOT", isPreAppStart=True, **recorded)

    recording = recording_of(tmp_path, env=[snapshot("new", 9), snapshot("old", 5)], a=[root_dict()])
    assert snapshot_of(recording) == {"A": "new", "N": "1"}
    assert snapshot_of(recording_of(tmp_path / "none", a=[root_dict()])) == {}


def test_the_answer_to_a_mock_request() -> None:
    """With a time of six digits."""
    recorded = span("s1")
    interaction = response_data(recorded)["response"]
    assert interaction["timestamp"] == "2023-11-14T22:13:20.123456Z"
    assert interaction["response"]["body"] == recorded.output_value
    assert rfc3339(1_700_000_000_000_000_000) == "2023-11-14T22:13:20.000000Z"


@pytest.mark.parametrize(
    ("sdk", "wanted_cli", "fits"),
    [
        ("0.1.29", "0.1.0", True),
        ("0.1.0", "", True),
        ("1.0.0", "0.0.9", True),
        ("0.1.29", "0.1.1", False),
        ("0.1.29", "1.0.0", False),
        ("0.0.9", "0.1.0", False),
        ("unknown", "0.1.0", False),
        ("", "", False),
    ],
)
def test_versions(sdk: str, wanted_cli: str, fits: bool) -> None:
    assert (version_problem(sdk, wanted_cli) == "") is fits


def test_a_call_from_the_wire() -> None:
    assert span_from(wire.SDKMessage().get_mock_request.outbound_span).raw["inputSchema"] == {}  # as for redis
    body = {"encoding": 1, "decoded_type": 0}
    properties = {"headers": {"match_importance": 0.0}, "list": {"items": {"type": 2}}, "body": body}
    schema = wire.JsonSchema(type=6, properties=[{"key": key, "value": value} for key, value in properties.items()])
    call = {
        "package_name": "p", "submodule_name": "s", "name": "n", "instrumentation_name": "i", "input_value_hash": "vh",
        "input_schema_hash": "sh", "is_pre_app_start": True, "input_schema": schema,
    }  # fmt: skip
    message = wire.SDKMessage(get_mock_request={"outbound_span": call}).get_mock_request
    message.outbound_span.input_value.update({"a": 1})
    found = span_from(message.outbound_span)
    named = (found.package_name, found.name, found.instrumentation_name, found.is_pre_app_start, found.input_value)
    assert named == ("p", "n", "i", True, {"a": 1.0})
    assert found.raw == {
        "submoduleName": "s",
        "inputValueHash": "vh",
        "inputSchemaHash": "sh",
        "inputSchema": {
            "type": 6,
            "properties": {
                "headers": {"type": 0, "properties": {}, "match_importance": 0.0},
                "list": {"type": 0, "properties": {}, "items": {"type": 2, "properties": {}}},
                "body": {"type": 0, "properties": {}, "encoding": 1, "decodedType": 0},
            },
        },
    }
