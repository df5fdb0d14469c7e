"""Frames and messages between the SDK and the replayer.

The message classes are built at import from the table below: a line per message, `name number type` per field. They
are encoded like the protocol's: an enum is an int32, a oneof its members, a map a repeated message of key and value.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, struct_pb2

from e2e_common.artifacts.traces import Span, Time
from e2e_common.tusk.comparison import clean

PACKAGE = "tusk.drift.core.v1"
MAX_FRAME = 10 * 1024 * 1024
STACK_BYTES = 64 * 1024 * 1024
PREFIX_BYTES = 4
VERSION = (0, 1, 0)  # of the protocol, and of the oldest SDK that speaks it

_HINTS = {"encoding": "encoding", "decoded_type": "decodedType", "match_importance": "match_importance"}

SDK_CONNECT, MOCK_REQUEST, INBOUND_SPAN, ALERT, SET_TIME_TRAVEL = 1, 2, 3, 4, 6

# Only the fields that are read or written here. A Response is three messages of the protocol, which are alike.
_MESSAGES = """
SDKMessage: type 1 int32; request_id 2 string; connect_request 3 ConnectRequest; get_mock_request 4 GetMockRequest;
    send_inbound_span_for_replay_request 5 SendInboundSpanForReplayRequest; send_alert_request 6 SendAlertRequest;
    set_time_travel_response 8 Response
CLIMessage: type 1 int32; request_id 2 string; connect_response 3 Response; get_mock_response 4 GetMockResponse;
    send_inbound_span_for_replay_response 5 Response; set_time_travel_request 7 SetTimeTravelRequest
ConnectRequest: sdk_version 2 string; min_cli_version 3 string
GetMockRequest: request_id 1 string; test_id 2 string; outbound_span 3 Span
GetMockResponse: request_id 1 string; found 2 bool; response_data 3 Struct; error 5 string; matched_span_id 7 string
SendInboundSpanForReplayRequest: span 1 Span
SendAlertRequest: unpatched_dependency 2 UnpatchedDependencyAlert
UnpatchedDependencyAlert: stack_trace 1 string; trace_test_server_span_id 2 string
SetTimeTravelRequest: timestamp_seconds 1 double; trace_id 2 string; timestamp_source 3 string
Response: success 1 bool; error 2 string
Span: trace_id 1 string; span_id 2 string; name 4 string; package_name 5 string; instrumentation_name 6 string;
    submodule_name 7 string; input_value 9 Struct; output_value 10 Struct; input_schema 11 JsonSchema;
    output_schema 12 JsonSchema; input_schema_hash 13 string; input_value_hash 15 string; is_pre_app_start 19 bool
Property: key 1 string; value 2 JsonSchema
JsonSchema: type 1 int32; properties 2 repeated Property; items 3 JsonSchema; encoding 4 int32; decoded_type 5 int32;
    match_importance 6 double
"""

_SCALARS: dict[str, Any] = {"double": 1, "int32": 5, "bool": 8, "string": 9}  # FieldDescriptorProto.Type
_MESSAGE: Any = 11

# Raises the nesting limit of upb from 100 to 65,535: one level of JSON takes three levels of messages, and the SDK has
# no limit. The parser recurses in C, so a thread that uses it needs a stack of STACK_BYTES.
with contextlib.suppress(ImportError, AttributeError):
    from google._upb import _message

    _message.SetAllowOversizeProtos(True)


def _build() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="e2e/drift_replay.proto", package=PACKAGE, syntax="proto2")
    file.dependency.append(struct_pb2.DESCRIPTOR.name)
    for line in _MESSAGES.replace("\n    ", " ").strip().splitlines():
        name, _, fields = line.partition(":")
        message = file.message_type.add(name=name)
        for field in fields.split(";"):
            field_name, number, *repeated, kind = field.split()
            label: Any = 3 if repeated else 1  # FieldDescriptorProto.Label
            added = message.field.add(name=field_name, number=int(number), label=label)
            added.type = _SCALARS.get(kind, _MESSAGE)
            if kind not in _SCALARS:
                added.type_name = f".{'google.protobuf' if kind == 'Struct' else PACKAGE}.{kind}"
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    return message_factory.GetMessageClassesForFiles([file.name], pool)


_classes = _build()
SDKMessage: Any = _classes[f"{PACKAGE}.SDKMessage"]
CLIMessage: Any = _classes[f"{PACKAGE}.CLIMessage"]
JsonSchema: Any = _classes[f"{PACKAGE}.JsonSchema"]


def frame(message: Any) -> bytes:
    """One message with its length, to be written in one piece: the SDK's reader may time out between them."""
    payload = message.SerializeToString()
    return len(payload).to_bytes(PREFIX_BYTES, "big") + bytes(payload)


def frames(stream: BinaryIO, drop: Callable[[str], None]) -> Iterator[bytes]:
    """The payloads in `stream`. Calls `drop` with the reason for a frame that is too large or incomplete."""
    while prefix := stream.read(PREFIX_BYTES):
        size = int.from_bytes(prefix, "big")
        payload = stream.read(size)
        if len(prefix) < PREFIX_BYTES or len(payload) < size:
            drop("the connection ended in the middle of a frame")
            return
        if size > MAX_FRAME:
            drop(f"frame of {size} bytes: over the limit of 10 MiB")
        else:
            yield payload


def from_struct(message: Any) -> dict[str, Any]:
    """A google.protobuf.Struct as a dict, with numbers as floats. Raises RecursionError."""
    return {key: _from_value(value) for key, value in message.fields.items()}


def schema_from(message: Any) -> dict[str, Any]:
    """A JsonSchema with the names of the trace files. Raises RecursionError."""
    schema = {"type": message.type, "properties": {item.key: schema_from(item.value) for item in message.properties}}
    if message.HasField("items"):
        schema["items"] = schema_from(message.items)
    return schema | {key: getattr(message, name) for name, key in _HINTS.items() if message.HasField(name)}


def _from_value(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return from_struct(value.struct_value)
    if kind == "list_value":
        return [_from_value(item) for item in value.list_value.values]
    return None if kind in (None, "null_value") else getattr(value, kind)


def version_problem(sdk_version: str, min_cli_version: str) -> str:
    """Why this SDK and this replayer are incompatible; empty if they are compatible."""
    if _order(sdk_version) < VERSION:
        return f"SDK version {sdk_version!r}: only releases from 0.1.0 on can be replayed"
    if _order(min_cli_version) > VERSION:
        return f"SDK {sdk_version} demands a CLI of version {min_cli_version} or newer: use the official CLI"
    return ""


def _order(version: str) -> tuple[int, ...]:
    """A sort key for semantic versions. An invalid version comes first."""
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


def span_from(span: Any) -> Span:
    """The outbound span of a mock request, as in a trace file. Its ids and time are those of the replay and are left
    out. Raises RecursionError."""
    raw = {
        "submoduleName": span.submodule_name,
        "inputValueHash": span.input_value_hash,
        "inputSchemaHash": span.input_schema_hash,
        "inputSchema": schema_from(span.input_schema) if span.input_schema.ByteSize() else {},  # redis sends none
    }
    same = {name: getattr(span, name) for name in ("name", "package_name", "instrumentation_name", "is_pre_app_start")}
    return Span(trace_id="", span_id="", timestamp=Time(), raw=raw, input_value=from_struct(span.input_value), **same)


def response_data(span: Span) -> dict[str, Any]:
    """The part of a mock response that the SDK reads: the recorded output and the time of the call."""
    return {"response": {"timestamp": rfc3339(span.start_ns), "response": {"body": clean(span.output_value)}}}


def rfc3339(nanoseconds: int) -> str:
    """UTC with exactly six decimals: Python up to 3.10 reads neither nine nor two."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest // 1000:06d}Z"
