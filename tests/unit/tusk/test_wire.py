"""Frames and messages on the wire."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest

from e2e_common.tusk import wire
from e2e_common.tusk.comparison import clean
from tests.unit.tusk.replay_support import span


def test_whole_frames_are_read() -> None:
    """Bad frames: test_server.py."""
    frames = [b"one", b"", bytes(wire.MAX_FRAME)]
    stream = io.BytesIO(b"".join(struct.pack(">I", len(each)) + each for each in frames))
    assert list(wire.frames(stream, pytest.fail)) == frames


def test_a_struct_gives_back_what_was_put_in() -> None:
    value: dict[str, Any] = {"empty": {}, "none": [], "lone": "\ud800", "whole": 3, "all": [None, True, {"a": [1.5]}]}
    message = wire.CLIMessage()
    message.get_mock_response.response_data.update(clean(value))
    parsed = wire.CLIMessage.FromString(message.SerializeToString())
    assert wire.from_struct(parsed.get_mock_response.response_data) == {**value, "lone": "\ufffd"}


def test_field_numbers_are_those_of_the_protocol() -> None:
    """Encoded by hand from the protocol's tables: field number * 8 + wire type, length, bytes."""
    mock = b"\x0a\x01r" + b"\x12\x01t" + b"\x1a\x05" + b"\x2a\x03pkg"
    message = wire.SDKMessage.FromString(b"\x08\x02" + b"\x12\x01i" + b"\x22" + bytes([len(mock)]) + mock)
    assert (message.type, message.request_id) == (wire.MOCK_REQUEST, "i")
    assert (message.get_mock_request.request_id, message.get_mock_request.test_id) == ("r", "t")
    assert message.get_mock_request.outbound_span.package_name == "pkg"
    request = {"timestamp_seconds": 1.5, "trace_id": "t"}
    travel = wire.CLIMessage(type=wire.SET_TIME_TRAVEL, request_id="x", set_time_travel_request=request)
    double = b"\x09" + struct.pack("<d", 1.5)
    assert travel.SerializeToString() == b"\x08\x06" + b"\x12\x01x" + b"\x3a\x0c" + double + b"\x12\x01t"


def test_the_answer_to_a_mock_request() -> None:
    """With a time of six digits."""
    recorded = span("s1")
    answer = {"timestamp": "2023-11-14T22:13:20.123456Z", "response": {"body": recorded.output_value}}
    assert wire.response_data(recorded) == {"response": answer}
    assert wire.rfc3339(1_700_000_000_000_000_000) == "2023-11-14T22:13:20.000000Z"


@pytest.mark.parametrize(
    ("sdk", "wanted_cli", "problem"),
    [
        ("0.1.29", "0.1.0", ""),
        ("0.1.0", "", ""),
        ("1.0.0", "0.0.9", ""),
        ("0.1.29", "0.1.1", "demands a CLI of version 0.1.1"),
        ("0.1.29", "1.0.0", "demands a CLI of version 1.0.0"),
        ("0.0.9", "0.1.0", "only releases from 0.1.0 on"),
        ("unknown", "0.1.0", "only releases from 0.1.0 on"),
        ("", "", "only releases from 0.1.0 on"),
    ],
)
def test_versions(sdk: str, wanted_cli: str, problem: str) -> None:
    found = wire.version_problem(sdk, wanted_cli)
    assert problem in found
    assert bool(problem) is bool(found)


def test_a_call_from_the_wire() -> None:
    assert wire.span_from(wire.SDKMessage().get_mock_request.outbound_span).raw["inputSchema"] == {}  # as for redis
    hints = {"h": {"match_importance": 0.0}, "list": {"items": {"type": 2}}, "b": {"encoding": 1, "decoded_type": 0}}
    schema = wire.JsonSchema(type=6, properties=[{"key": key, "value": value} for key, value in hints.items()])
    fields = {"package_name": "p", "name": "n", "instrumentation_name": "i", "is_pre_app_start": True}
    hashes = {"submodule_name": "s", "input_value_hash": "vh", "input_schema_hash": "sh", "input_schema": schema}
    call = wire.SDKMessage(get_mock_request={"outbound_span": {**fields, **hashes}}).get_mock_request.outbound_span
    call.input_value.update({"a": 1})
    found = wire.span_from(call)
    assert {name: getattr(found, name) for name in fields} == fields
    assert found.input_value == {"a": 1.0}
    empty: dict[str, Any] = {"type": 0, "properties": {}}
    properties = {
        "h": {**empty, "match_importance": 0.0},
        "list": {**empty, "items": {"type": 2, "properties": {}}},
        "b": {**empty, "encoding": 1, "decodedType": 0},
    }
    raw = {"submoduleName": "s", "inputValueHash": "vh", "inputSchemaHash": "sh"}
    assert found.raw == {**raw, "inputSchema": {"type": 6, "properties": properties}}
