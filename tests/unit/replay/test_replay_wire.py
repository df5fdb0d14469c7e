"""Frames and messages on the wire."""

from __future__ import annotations

import struct
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from e2e_common.replay import wire

LIMIT = 50
json_scalars = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8)
json_objects = st.dictionaries(
    st.text(max_size=5),
    st.recursive(
        json_scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    ),
    max_size=4,
)


def _frames(payloads: list[bytes]) -> bytes:
    return b"".join(struct.pack(">I", len(payload)) + payload for payload in payloads)


def _pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in zip(places, places[1:])]


@given(st.lists(st.binary(max_size=2 * LIMIT), max_size=8), st.lists(st.integers(min_value=0), max_size=12))
def test_frames_are_the_same_wherever_the_stream_is_cut(payloads: list[bytes], cuts: list[int]) -> None:
    oversize: list[int] = []
    decoder = wire.FrameDecoder(oversize.append, limit=LIMIT)
    received = [payload for piece in _pieces(_frames(payloads), cuts) for payload in decoder.feed(piece)]
    assert received == [payload for payload in payloads if len(payload) <= LIMIT]
    assert oversize == [len(payload) for payload in payloads if len(payload) > LIMIT]
    assert decoder.unfinished() == ""


@given(st.binary(max_size=300), st.lists(st.integers(min_value=0), max_size=5))
def test_garbage_never_raises_and_is_cut_the_same_in_pieces(data: bytes, cuts: list[int]) -> None:
    whole = wire.FrameDecoder(lambda size: None, limit=LIMIT)
    pieces = wire.FrameDecoder(lambda size: None, limit=LIMIT)
    assert whole.feed(data) == [payload for piece in _pieces(data, cuts) for payload in pieces.feed(piece)]
    assert whole.unfinished() == pieces.unfinished()


def test_an_unfinished_frame_is_described() -> None:
    decoder = wire.FrameDecoder(lambda size: None, limit=LIMIT)
    decoder.feed(b"\0\0")
    assert decoder.unfinished() == "2 of the 4 bytes of a frame's length"
    decoder.feed(b"\0\x09abc")
    assert decoder.unfinished() == "3 of the 9 bytes of a frame"
    decoder.feed(b"abcdef" + struct.pack(">I", 1000) + b"xx")
    assert decoder.unfinished() == "998 bytes of an oversize frame still to come"


def test_the_limit_is_ten_mebibytes() -> None:
    dropped: list[int] = []
    decoder = wire.FrameDecoder(dropped.append)
    assert decoder.feed(struct.pack(">I", 10 * 1024 * 1024)) == []
    assert dropped == []
    wire.FrameDecoder(dropped.append).feed(struct.pack(">I", 10 * 1024 * 1024 + 1))
    assert dropped == [10 * 1024 * 1024 + 1]


@given(json_objects)
def test_a_struct_gives_back_what_was_put_in(value: dict[str, Any]) -> None:
    message = wire.CLIMessage()
    wire.fill_struct(message.get_mock_response.response_data, value)
    parsed = wire.CLIMessage.FromString(message.SerializeToString())
    assert wire.from_struct(parsed.get_mock_response.response_data) == value


def test_structs_take_what_json_files_hold() -> None:
    message = wire.CLIMessage().get_mock_response.response_data
    wire.fill_struct(message, {"big": 10**400, "empty": {}, "none": [], "lone": "\ud800", "whole": 3})
    assert wire.from_struct(message) == {"big": float("inf"), "empty": {}, "none": [], "lone": "\ufffd", "whole": 3.0}


def test_deeply_nested_messages_are_read() -> None:
    message = wire.SDKMessage()
    place = message.get_mock_request.outbound_span.input_value
    for _ in range(400):
        place = place.fields["a"].struct_value
    assert wire.SDKMessage.FromString(message.SerializeToString()) == message


def test_field_numbers_are_those_of_the_protocol() -> None:
    """Encoded by hand from the tables of section 4: field number * 8 + wire type, length, bytes."""
    mock = b"\x0a\x01r" + b"\x12\x01t" + b"\x1a\x05" + b"\x2a\x03pkg"
    message = wire.SDKMessage.FromString(b"\x08\x02" + b"\x12\x01i" + b"\x22" + bytes([len(mock)]) + mock)
    assert (message.type, message.request_id) == (wire.MOCK_REQUEST, "i")
    assert message.WhichOneof("payload") == "get_mock_request"
    assert (message.get_mock_request.request_id, message.get_mock_request.test_id) == ("r", "t")
    assert message.get_mock_request.outbound_span.package_name == "pkg"
    travel = wire.CLIMessage(
        type=6, request_id="x", set_time_travel_request={"timestamp_seconds": 1.5, "trace_id": "t"}
    )
    double = b"\x09" + struct.pack("<d", 1.5)
    assert travel.SerializeToString() == b"\x08\x06" + b"\x12\x01x" + b"\x3a\x0c" + double + b"\x12\x01t"
