"""Frames and messages on the wire."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest

from e2e_common.tusk import wire
from e2e_common.tusk.comparison import clean


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
    """Encoded by hand from the tables of section 4: field number * 8 + wire type, length, bytes."""
    mock = b"\x0a\x01r" + b"\x12\x01t" + b"\x1a\x05" + b"\x2a\x03pkg"
    message = wire.SDKMessage.FromString(b"\x08\x02" + b"\x12\x01i" + b"\x22" + bytes([len(mock)]) + mock)
    assert (message.type, message.request_id) == (wire.MOCK_REQUEST, "i")
    assert (message.get_mock_request.request_id, message.get_mock_request.test_id) == ("r", "t")
    assert message.get_mock_request.outbound_span.package_name == "pkg"
    travel = wire.CLIMessage(
        type=6, request_id="x", set_time_travel_request={"timestamp_seconds": 1.5, "trace_id": "t"}
    )
    double = b"\x09" + struct.pack("<d", 1.5)
    assert travel.SerializeToString() == b"\x08\x06" + b"\x12\x01x" + b"\x3a\x0c" + double + b"\x12\x01t"
