"""Frames and messages between the SDK and the replayer (replay protocol, sections 3 and 4).

The messages are built at import from the table below: a line per message, `name number type` per field. Enums are plain
int32 fields, which is the same on the wire and keeps numbers that this version does not know. `Shallow` is an
SDKMessage without its values and schemas: how one is read whose values are nested too deep.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, struct_pb2, timestamp_pb2

from e2e_common.replay.golang import clean

PACKAGE = "tusk.drift.core.v1"
MAX_FRAME = 10 * 1024 * 1024
PREFIX = struct.Struct(">I")

SDK_CONNECT, MOCK_REQUEST, INBOUND_SPAN, ALERT, ENV_VAR_REQUEST, SET_TIME_TRAVEL = 1, 2, 3, 4, 5, 6
RUNTIME_PYTHON = 2

# `map` = map<string, the type that follows>; `one` = a member of the oneof of that name; `opt` = explicit presence.
_MESSAGES = """
SDKMessage: type 1 int32; request_id 2 string; connect_request 3 ConnectRequest one payload;
    get_mock_request 4 GetMockRequest one payload;
    send_inbound_span_for_replay_request 5 SendInboundSpanForReplayRequest one payload;
    send_alert_request 6 SendAlertRequest one payload; set_time_travel_response 8 SetTimeTravelResponse one payload
CLIMessage: type 1 int32; request_id 2 string; connect_response 3 ConnectResponse one payload;
    get_mock_response 4 GetMockResponse one payload;
    send_inbound_span_for_replay_response 5 SendInboundSpanForReplayResponse one payload;
    set_time_travel_request 7 SetTimeTravelRequest one payload
ConnectRequest: service_id 1 string; sdk_version 2 string; min_cli_version 3 string; metadata 4 Struct; runtime 5 int32
ConnectResponse: success 1 bool; error 2 string
GetMockRequest: request_id 1 string; test_id 2 string; outbound_span 3 Span; stack_trace 4 string; operation 5 string;
    tags 6 map string
GetMockResponse: request_id 1 string; found 2 bool; response_data 3 Struct; error 5 string; matched_span_id 7 string
SendInboundSpanForReplayRequest: span 1 Span
SendInboundSpanForReplayResponse: success 1 bool
SendAlertRequest: version_mismatch 1 InstrumentationVersionMismatchAlert one alert;
    unpatched_dependency 2 UnpatchedDependencyAlert one alert
UnpatchedDependencyAlert: stack_trace 1 string; trace_test_server_span_id 2 string; sdk_version 3 string
InstrumentationVersionMismatchAlert: module_name 1 string; requested_version 2 string;
    supported_versions 3 repeated string; sdk_version 4 string
SetTimeTravelRequest: timestamp_seconds 1 double; trace_id 2 string; timestamp_source 3 string
SetTimeTravelResponse: success 1 bool; error 2 string
Span: trace_id 1 string; span_id 2 string; parent_span_id 3 string; name 4 string; package_name 5 string;
    instrumentation_name 6 string; submodule_name 7 string; package_type 8 int32; input_value 9 Struct;
    output_value 10 Struct; input_schema 11 JsonSchema; output_schema 12 JsonSchema;
    input_schema_hash 13 string; input_value_hash 15 string;
    kind 17 int32; is_pre_app_start 19 bool; timestamp 20 Timestamp; is_root_span 22 bool
JsonSchema: type 1 int32; properties 2 map JsonSchema; items 3 JsonSchema; encoding 4 opt int32;
    decoded_type 5 opt int32; match_importance 6 opt double
Shallow: type 1 int32; request_id 2 string; get_mock_request 4 ShallowMock;
    send_inbound_span_for_replay_request 5 ShallowInbound
ShallowMock: request_id 1 string; test_id 2 string; outbound_span 3 ShallowSpan
ShallowInbound: span 1 ShallowSpan
ShallowSpan: trace_id 1 string; span_id 2 string; name 4 string; package_name 5 string; instrumentation_name 6 string;
    submodule_name 7 string; is_pre_app_start 19 bool
"""

_SCALARS: dict[str, Any] = {"double": 1, "int32": 5, "bool": 8, "string": 9}  # FieldDescriptorProto.Type
_MESSAGE_TYPE: Any = 11
_OPTIONAL: Any = 1
_REPEATED: Any = 3
_WELL_KNOWN = {"Struct": ".google.protobuf.Struct", "Timestamp": ".google.protobuf.Timestamp"}


def _set_type(field: descriptor_pb2.FieldDescriptorProto, name: str) -> None:
    if name in _SCALARS:
        field.type = _SCALARS[name]
    else:
        field.type = _MESSAGE_TYPE
        field.type_name = _WELL_KNOWN.get(name, f".{PACKAGE}.{name}")


def _add_map(message: descriptor_pb2.DescriptorProto, field: descriptor_pb2.FieldDescriptorProto, value: str) -> None:
    """A map is, on the wire and in a descriptor, a repeated message of key and value."""
    entry = message.nested_type.add(name="".join(part.title() for part in field.name.split("_")) + "Entry")
    entry.options.map_entry = True
    for number, (name, kind) in enumerate((("key", "string"), ("value", value)), start=1):
        _set_type(entry.field.add(name=name, number=number, label=_OPTIONAL), kind)
    field.label = _REPEATED
    field.type = _MESSAGE_TYPE
    field.type_name = f".{PACKAGE}.{message.name}.{entry.name}"


def _add_field(message: descriptor_pb2.DescriptorProto, words: list[str]) -> None:
    name, number, kind, *rest = words
    field = message.field.add(name=name, number=int(number), label=_OPTIONAL)
    if kind == "map":
        _add_map(message, field, rest[0])
    elif kind == "repeated":
        field.label = _REPEATED
        _set_type(field, rest[0])
    elif kind == "opt":  # proto3 presence is a oneof with a single member
        _set_type(field, rest[0])
        field.proto3_optional = True
        field.oneof_index = len(message.oneof_decl)
        message.oneof_decl.add(name=f"_{name}")
    else:
        _set_type(field, kind)
        if rest:
            if not message.oneof_decl:
                message.oneof_decl.add(name=rest[1])
            field.oneof_index = 0


def _allow_deep_nesting() -> None:
    """Lift upb's limit of 100 levels: three levels of messages carry one level of JSON, and the SDK has no limit."""
    with contextlib.suppress(ImportError, AttributeError):
        from google._upb import _message

        _message.SetAllowOversizeProtos(True)


def _build() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="e2e/drift_replay.proto", package=PACKAGE, syntax="proto3")
    file.dependency.extend([struct_pb2.DESCRIPTOR.name, timestamp_pb2.DESCRIPTOR.name])
    for line in _MESSAGES.replace("\n    ", " ").strip().splitlines():
        name, _, fields = line.partition(":")
        message = file.message_type.add(name=name)
        for field in fields.split(";"):
            _add_field(message, field.split())
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    return {
        message.name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{message.name}"))
        for message in file.message_type
    }


_allow_deep_nesting()
_classes = _build()
SDKMessage: Any = _classes["SDKMessage"]
CLIMessage: Any = _classes["CLIMessage"]
Shallow: Any = _classes["Shallow"]


def frame(message: Any) -> bytes:
    """One message as it goes on the wire, length included: to be written in one piece (protocol, sections 3 and 5)."""
    payload = message.SerializeToString()
    return PREFIX.pack(len(payload)) + bytes(payload)


class FrameDecoder:
    """Cuts a byte stream into frames, wherever the chunks end.

    A frame over `limit` bytes is read and dropped; `on_oversize` gets its announced size, once, as soon as it is known.
    """

    def __init__(self, on_oversize: Callable[[int], None], limit: int = MAX_FRAME) -> None:
        self._on_oversize = on_oversize
        self._limit = limit
        self._buffer = bytearray()
        self._expected: int | None = None  # payload bytes of the frame being read; None between frames
        self._to_drop = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads that are complete with this chunk, in order."""
        payloads = []
        self._buffer += data
        while self._advance():
            if self._expected is not None and len(self._buffer) >= self._expected:
                payloads.append(bytes(self._buffer[: self._expected]))
                del self._buffer[: self._expected]
                self._expected = None
        return payloads

    def _advance(self) -> bool:
        """Consume what is to be dropped and read a length. Whether there may be a whole frame now."""
        if self._to_drop:
            dropped = min(self._to_drop, len(self._buffer))
            del self._buffer[:dropped]
            self._to_drop -= dropped
            return not self._to_drop
        if self._expected is not None:
            return len(self._buffer) >= self._expected
        if len(self._buffer) < PREFIX.size:
            return False
        size = PREFIX.unpack_from(self._buffer)[0]
        del self._buffer[: PREFIX.size]
        if size > self._limit:
            self._on_oversize(size)
            self._to_drop = size
        else:
            self._expected = size
        return True

    def unfinished(self) -> str:
        """What an end of the stream now would cut off, in words; empty between two frames."""
        if self._to_drop:
            return f"{self._to_drop} bytes of an oversize frame still to come"
        if self._expected is not None:
            return f"{len(self._buffer)} of the {self._expected} bytes of a frame"
        return f"{len(self._buffer)} of the {PREFIX.size} bytes of a frame's length" if self._buffer else ""


def from_struct(message: Any) -> dict[str, Any]:
    """A google.protobuf.Struct as a dict (numbers are floats, as they are on the wire)."""
    return {key: _from_value(value) for key, value in message.fields.items()}


def _from_value(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return from_struct(value.struct_value)
    if kind == "list_value":
        return [_from_value(item) for item in value.list_value.values]
    return None if kind in (None, "null_value") else getattr(value, kind)


def fill_struct(message: Any, values: Mapping[str, Any]) -> None:
    """Write a JSON object into a google.protobuf.Struct."""
    for key, value in values.items():
        _fill_value(message.fields[clean(key)], value)


def _fill_value(slot: Any, value: Any) -> None:
    if isinstance(value, dict):
        slot.struct_value.SetInParent()  # an empty object is not an absent one
        fill_struct(slot.struct_value, value)
    elif isinstance(value, list):
        slot.list_value.SetInParent()
        for item in value:
            _fill_value(slot.list_value.values.add(), item)
    elif isinstance(value, bool):
        slot.bool_value = value
    elif isinstance(value, (int, float)):
        slot.number_value = _double(value)
    elif value is None:
        slot.null_value = 0
    else:
        slot.string_value = clean(str(value))


def _double(number: float) -> float:
    try:
        return float(number)
    except OverflowError:  # an integer beyond the range of doubles
        return float("inf") if number > 0 else float("-inf")
